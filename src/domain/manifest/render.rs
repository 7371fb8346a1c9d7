//! An environment as the text of its file.
//!
//! Fields stand in the order in which people think of them, then those this version does not
//! know. The legacy preflight is written only if it holds something.

use super::scalar::{self, Scalar};
use crate::domain::environment::Environment;
use crate::domain::unknown::Unknown;

/// The longest name that may stand before a `:`; YAML's limit is 1,024 with its quotes.
const LONGEST_SIMPLE_NAME: usize = 1_000;

/// Writes the text of an environment file.
#[must_use]
pub fn render(environment: &Environment) -> String {
    let mut file = Writer::default();
    file.plain("version", environment.version);
    file.text("name", &environment.name);
    file.text("base_image", &environment.base_image);
    file.plain(
        "headless_desktop_enabled",
        environment.headless_desktop_enabled,
    );
    file.plain("cache_desktop_build", environment.cache_desktop_build);
    file.plain("cache_container_build", environment.cache_container_build);
    file.script(
        "cached_preflight_script",
        &environment.cached_preflight_script,
    );
    file.script("run_preflight_script", &environment.run_preflight_script);
    file.field("env_vars", &pairs(environment));
    file.field("mounts", &texts(&environment.mounts));
    file.text("workdir", &environment.workdir);
    file.text("user", &environment.user);
    file.command(&environment.command);
    if environment.preflight_enabled || !environment.preflight_script.is_empty() {
        file.plain("preflight_enabled", environment.preflight_enabled);
        file.script("preflight_script", &environment.preflight_script);
    }
    for (name, value) in &environment.unknown {
        file.name(0, &scalar::inline(name));
        file.value(0, value);
    }
    file.yaml
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

fn texts(texts: &[String]) -> Unknown {
    Unknown::List(texts.iter().cloned().map(Unknown::Text).collect())
}

#[derive(Default)]
struct Writer {
    yaml: String,
}

impl Writer {
    fn plain(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(0, name);
        self.scalar(0, &Scalar::Inline(value.to_string()));
    }

    fn text(&mut self, name: &str, value: &str) {
        self.name(0, name);
        self.scalar(0, &scalar::text(value));
    }

    fn script(&mut self, name: &str, value: &str) {
        self.name(0, name);
        self.scalar(0, &scalar::script(value));
    }

    fn field(&mut self, name: &str, value: &Unknown) {
        self.name(0, name);
        self.value(0, value);
    }

    /// Commands are read as one line, like a command.
    fn command(&mut self, words: &[String]) {
        let words: Vec<String> = words.iter().map(|word| scalar::quoted(word)).collect();
        self.plain("command", format!("[{}]", words.join(", ")));
    }

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
