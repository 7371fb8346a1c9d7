//! An environment as the text of its file.
//!
//! Fields stand in the order in which people think of them, then those this version does not
//! know. The legacy preflight is written only if it holds something, and what a desktop looks like
//! only if it is not the usual; so are caches and secrets, of which most environments have none.

use super::scalar::{self, Scalar};
use super::{ManifestError, parse};
use crate::domain::environment::Environment;
use crate::domain::unknown::Unknown;

/// The longest name that may stand before a `:`; YAML's limit is 1,024 with its quotes.
const LONGEST_SIMPLE_NAME: usize = 1_000;

/// A field as it stands in a file.
pub(super) struct Field {
    pub(super) name: String,
    /// `name: value` with its line end, or a block of lines.
    pub(super) yaml: String,
    /// Whether a file without the field says the same, so that a new file goes without it.
    is_left_out: bool,
}

/// Writes the text of an environment file.
#[must_use]
pub fn render(environment: &Environment) -> String {
    fields(environment)
        .into_iter()
        .filter(|field| !field.is_left_out)
        .map(|field| field.yaml)
        .collect()
}

/// The environment whose file has these fields in place of its own.
pub fn with_fields(
    environment: &Environment,
    overrides: &[(String, Unknown)],
) -> Result<Environment, ManifestError> {
    let is_kept = |field: &Field| !overrides.iter().any(|(name, _)| *name == field.name);
    let own = fields(environment).into_iter().filter(|field| !field.is_left_out && is_kept(field));
    let others = overrides.iter().map(|(name, node)| value(name, node));
    parse(&own.chain(others).map(|field| field.yaml).collect::<String>())
}

/// All fields in the order of the file.
pub(super) fn fields(environment: &Environment) -> Vec<Field> {
    let Environment {
        version,
        name,
        base_image,
        headless_desktop_enabled,
        cache_desktop_build,
        cache_container_build,
        cached_preflight_script,
        run_preflight_script,
        env_vars: _,
        mounts,
        ports,
        cache_mounts,
        secrets: _,
        workdir,
        user,
        command,
        desktop_geometry,
        desktop_depth,
        desktop_port,
        freshness,
        preflight_enabled,
        preflight_script,
        unknown,
    } = environment;
    let mut fields = vec![
        plain("version", version),
        text("name", name),
        text("base_image", base_image),
        plain("headless_desktop_enabled", headless_desktop_enabled),
        plain("cache_desktop_build", cache_desktop_build),
        plain("cache_container_build", cache_container_build),
        script("cached_preflight_script", cached_preflight_script),
        script("run_preflight_script", run_preflight_script),
        value("env_vars", &pairs(environment)),
        value("mounts", &texts(mounts)),
        value("ports", &texts(ports)),
        text("workdir", workdir),
        text("user", user),
        plain("command", line(command)),
    ];
    let usual = Environment::default();
    for (is_left_out, field) in [
        (cache_mounts.is_empty(), value("cache_mounts", &texts(cache_mounts))),
        (environment.secrets.is_empty(), value("secrets", &sources(environment))),
        (*desktop_geometry == usual.desktop_geometry, plain("desktop_geometry", desktop_geometry)),
        (*desktop_depth == usual.desktop_depth, plain("desktop_depth", desktop_depth)),
        (*desktop_port == usual.desktop_port, plain("desktop_port", desktop_port)),
        (*freshness == usual.freshness, plain("freshness", freshness)),
    ] {
        fields.push(Field { is_left_out, ..field });
    }
    let is_left_out = !preflight_enabled && preflight_script.is_empty();
    for legacy in [
        plain("preflight_enabled", preflight_enabled),
        script("preflight_script", preflight_script),
    ] {
        fields.push(Field { is_left_out, ..legacy });
    }
    fields.extend(unknown.iter().map(|(name, node)| value(name, node)));
    fields
}

fn plain(name: &str, value: impl std::fmt::Display) -> Field {
    field(name, |file| {
        file.scalar(0, &Scalar::Inline(value.to_string()));
    })
}

fn text(name: &str, value: &str) -> Field {
    field(name, |file| file.scalar(0, &scalar::text(value)))
}

fn script(name: &str, value: &str) -> Field {
    field(name, |file| file.scalar(0, &scalar::script(value)))
}

fn value(name: &str, value: &Unknown) -> Field {
    field(name, |file| file.value(0, value))
}

fn field(name: &str, write: impl FnOnce(&mut Writer)) -> Field {
    let mut file = Writer::default();
    file.name(0, &scalar::inline(name));
    write(&mut file);
    Field { name: name.to_owned(), yaml: file.yaml, is_left_out: false }
}

/// Commands are read as one line, like a command.
fn line(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| scalar::quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

fn pairs(environment: &Environment) -> Unknown {
    Unknown::Map(
        environment
            .env_vars
            .iter()
            .map(|(name, value)| (Unknown::Text(name.clone()), Unknown::Text(value.clone())))
            .collect(),
    )
}

fn sources(environment: &Environment) -> Unknown {
    let sources = environment.secrets.iter().map(|(name, source)| {
        let (kind, text) = source.parts();
        let kind = Unknown::Text(kind.to_owned());
        let source = Unknown::Map(vec![(kind, Unknown::Text(text.to_owned()))]);
        (Unknown::Text(name.clone()), source)
    });
    Unknown::Map(sources.collect())
}

fn texts(texts: &[String]) -> Unknown {
    Unknown::List(texts.iter().cloned().map(Unknown::Text).collect())
}

#[derive(Default)]
struct Writer {
    yaml: String,
}

impl Writer {
    /// The name of a field in a mapping that is indented by `indent`; what follows is its value.
    fn name(&mut self, indent: usize, name: &str) {
        self.indent(indent);
        if name.chars().count() > LONGEST_SIMPLE_NAME {
            self.yaml.push_str("? ");
            self.yaml.push_str(name);
            self.yaml.push('\n');
            self.indent(indent);
        } else {
            self.yaml.push_str(name);
        }
        self.yaml.push(':');
    }

    /// A value after `name:`, in a mapping or list that is indented by `indent`.
    fn value(&mut self, indent: usize, value: &Unknown) {
        match value {
            Unknown::Plain(text) => {
                self.scalar(indent, &Scalar::Inline(text.clone()));
            }
            Unknown::Text(text) => self.scalar(indent, &scalar::text(text)),
            Unknown::List(items) if items.is_empty() => self.yaml.push_str(" []\n"),
            Unknown::Map(fields) if fields.is_empty() => self.yaml.push_str(" {}\n"),
            Unknown::List(items) => {
                self.yaml.push('\n');
                self.items(indent + 2, items);
            }
            Unknown::Map(fields) => {
                self.yaml.push('\n');
                self.fields(indent + 2, fields);
            }
        }
    }

    fn fields(&mut self, indent: usize, fields: &[(Unknown, Unknown)]) {
        for (name, value) in fields {
            let name = match name {
                Unknown::Plain(name) => name.clone(),
                name => scalar::inline(name.as_str().unwrap_or_default()),
            };
            self.name(indent, &name);
            self.value(indent, value);
        }
    }

    fn items(&mut self, indent: usize, items: &[Unknown]) {
        for item in items {
            self.indent(indent);
            self.yaml.push('-');
            let start = self.yaml.len();
            match item {
                // The first line of a nested block stands on the line of the dash: `- a: 1`.
                Unknown::Map(fields) if !fields.is_empty() => self.fields(indent + 2, fields),
                Unknown::List(items) if !items.is_empty() => self.items(indent + 2, items),
                scalar => {
                    self.value(indent, scalar);
                    continue;
                }
            }
            self.yaml.replace_range(start..start + indent + 2, " ");
        }
    }

    /// A scalar after `name:` or `-`. Lines of a block are indented by two more than what holds
    /// the block, empty lines not at all.
    fn scalar(&mut self, indent: usize, value: &Scalar) {
        match value {
            Scalar::Inline(text) => {
                self.yaml.push(' ');
                self.yaml.push_str(text);
                self.yaml.push('\n');
            }
            Scalar::Block { header, lines } => {
                self.yaml.push(' ');
                self.yaml.push_str(header);
                self.yaml.push('\n');
                for line in lines {
                    if !line.is_empty() {
                        self.indent(indent + 2);
                        self.yaml.push_str(line);
                    }
                    self.yaml.push('\n');
                }
            }
        }
    }

    fn indent(&mut self, columns: usize) {
        self.yaml.extend(std::iter::repeat_n(' ', columns));
    }
}
