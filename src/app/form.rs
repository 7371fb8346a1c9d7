//! The fields of an environment besides its scripts and toggles, each a line of text that is
//! checked while it is typed.

use tui_input::Input;

use super::words;
use crate::domain::desktop::{DEFAULT_DEPTH, DEFAULT_PORT, DEPTHS, Geometry};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest::{self, ManifestError};
use crate::domain::secret::Source;

/// A field of an environment's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// `name`.
    Name,
    /// `base_image`.
    BaseImage,
    /// `command`.
    Command,
    /// `env_vars`.
    Variables,
    /// `mounts`.
    Mounts,
    /// `ports`.
    Ports,
    /// `cache_mounts`.
    CacheMounts,
    /// `secrets`.
    Secrets,
    /// `workdir`.
    Workdir,
    /// `user`.
    User,
    /// `desktop_geometry`.
    Geometry,
    /// `desktop_depth`.
    Depth,
    /// `desktop_port`.
    Port,
}

/// The fields of an environment being edited.
#[derive(Clone, Debug)]
pub struct Form {
    /// Whose.
    pub id: EnvironmentId,
    /// The lines.
    pub lines: Vec<FormLine>,
    /// The one that has the keys.
    pub selected: usize,
    /// Why it was not saved.
    pub fault: Option<String>,
    /// Whether Escape was pressed, with something typed.
    pub is_leaving: bool,
    /// The text that is on its way to the file, and what the lines said when it left.
    pub saving: Option<(String, Vec<String>)>,
}

/// A line of the form.
#[derive(Clone, Debug)]
pub struct FormLine {
    /// The field.
    pub field: Field,
    /// What is typed.
    pub input: Input,
    /// What the file says.
    pub before: String,
    /// What is wrong with what is typed.
    pub fault: Option<String>,
}

impl Field {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 13] = [
        Self::Name,
        Self::BaseImage,
        Self::Command,
        Self::Variables,
        Self::Mounts,
        Self::Ports,
        Self::CacheMounts,
        Self::Secrets,
        Self::Workdir,
        Self::User,
        Self::Geometry,
        Self::Depth,
        Self::Port,
    ];

    /// Its name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BaseImage => "base image",
            Self::Command => "command",
            Self::Variables => "variables",
            Self::Mounts => "mounts",
            Self::Ports => "ports",
            Self::CacheMounts => "caches",
            Self::Secrets => "secrets",
            Self::Workdir => "workdir",
            Self::User => "user",
            Self::Geometry => "desktop",
            Self::Depth => "its depth",
            Self::Port => "its port",
        }
    }

    /// What it is for and how it is written.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::Name => "what people call it; the id is the file's",
            Self::BaseImage => "the image below all layers, such as debian:12",
            Self::Command => {
                "what a task runs unless told; words as in a shell; empty: the image's"
            }
            Self::Variables => "of tasks, never of bakes: NAME=value OTHER='two words'",
            Self::Mounts => "of tasks: SOURCE:TARGET or SOURCE:TARGET:ro, separated by blanks",
            Self::Ports => {
                "of tasks, on this host alone: 8080:80, or 80 for any free port; 0.0.0.0:8080:80 for all"
            }
            Self::CacheMounts => {
                "of bakes, never in the image: pip npm apt or NAME:/path, separated by blanks"
            }
            Self::Secrets => {
                "of bakes, in memory: NAME (of a variable) NAME=file:~/x 'NAME=command:pass show x'"
            }
            Self::Workdir => "where tasks begin; empty: the image's",
            Self::User => "who runs scripts and tasks; empty: the image's",
            Self::Geometry => "desktop_geometry: the size of the desktop, such as 1280x800",
            Self::Depth => "desktop_depth: bits of its colours, 16 or 24",
            Self::Port => "desktop_port: the port in the container at which its page is served",
        }
    }

    /// What an environment says, as a line.
    #[must_use]
    pub fn line_of(self, environment: &Environment) -> String {
        match self {
            Self::Name => environment.name.clone(),
            Self::BaseImage => environment.base_image.clone(),
            Self::Command => words::joined(&environment.command),
            Self::Variables => {
                let pairs = environment.env_vars.iter();
                let pairs = pairs.map(|(name, value)| format!("{name}={}", words::quoted(value)));
                pairs.collect::<Vec<_>>().join(" ")
            }
            Self::Mounts => words::joined(&environment.mounts),
            Self::Ports => words::joined(&environment.ports),
            Self::CacheMounts => words::joined(&environment.cache_mounts),
            Self::Secrets => {
                let word = |(name, source): (&String, &Source)| match source {
                    Source::Env(variable) if variable == name => name.clone(),
                    source => words::quoted(&format!("{name}={source}")),
                };
                environment.secrets.iter().map(word).collect::<Vec<_>>().join(" ")
            }
            Self::Workdir => environment.workdir.clone(),
            Self::User => environment.user.clone(),
            Self::Geometry => environment.desktop_geometry.to_string(),
            Self::Depth => environment.desktop_depth.to_string(),
            Self::Port => environment.desktop_port.to_string(),
        }
    }

    /// Makes an environment say what a line does. An error is a sentence.
    pub fn put(self, line: &str, environment: &mut Environment) -> Result<(), String> {
        let words = || {
            words::split(line)
                .ok_or_else(|| format!("{} has an open quote; close it", self.label()))
        };
        let line = line.trim();
        match self {
            Self::Name => line.clone_into(&mut environment.name),
            Self::BaseImage => line.clone_into(&mut environment.base_image),
            Self::Command => environment.command = words()?,
            Self::Mounts => environment.mounts = words()?,
            Self::Ports => environment.ports = words()?,
            Self::CacheMounts => environment.cache_mounts = words()?,
            Self::Secrets => {
                environment.secrets.clear();
                for word in words()? {
                    let (name, source) = word.split_once('=').unwrap_or((&word, ""));
                    // What is behind the name may be the secret itself, so it is not told back.
                    let source = Source::parse(name, source).map_err(|fault| {
                        format!("the source of `{name}` {fault}; write NAME=env:VARIABLE")
                    })?;
                    environment.secrets.insert(name.to_owned(), source);
                }
            }
            Self::Workdir => line.clone_into(&mut environment.workdir),
            Self::User => line.clone_into(&mut environment.user),
            Self::Geometry => {
                let usual = Geometry::DEFAULT;
                let read = read(line, usual, "size", Geometry::ADVICE, Geometry::parse);
                environment.desktop_geometry = read?;
            }
            Self::Depth => {
                let depth = |text: &str| DEPTHS.into_iter().find(|it| it.to_string() == text);
                let advice = "write 24, or 16 for fewer colours";
                environment.desktop_depth =
                    read(line, DEFAULT_DEPTH, "depth of colours", advice, depth)?;
            }
            Self::Port => {
                let port = |text: &str| text.parse().ok().filter(|port: &u16| *port > 0);
                let advice = "write a number from 1 to 65535";
                environment.desktop_port = read(line, DEFAULT_PORT, "port", advice, port)?;
            }
            Self::Variables => {
                environment.env_vars.clear();
                for word in words()? {
                    let Some((name, value)) = word.split_once('=') else {
                        return Err(format!("`{word}` is no variable; write NAME=value"));
                    };
                    environment.env_vars.insert(name.to_owned(), value.to_owned());
                }
            }
        }
        Ok(())
    }
}

/// A value of which only some texts are one; nothing is the usual one.
fn read<T>(
    text: &str,
    usual: T,
    what: &str,
    advice: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, String> {
    if text.is_empty() {
        return Ok(usual);
    }
    parse(text).ok_or_else(|| format!("`{text}` is no {what}; {advice}"))
}

impl Form {
    /// The fields of an environment.
    #[must_use]
    pub fn of(id: EnvironmentId, environment: &Environment) -> Self {
        let lines = Field::ALL.into_iter().map(|field| {
            let before = field.line_of(environment);
            FormLine { field, input: Input::new(before.clone()), before, fault: None }
        });
        let lines = lines.collect();
        Self { id, lines, selected: 0, fault: None, is_leaving: false, saving: None }
    }

    /// Takes note of what the file says by now. A line in which nothing was typed follows it. The
    /// first line that somebody else changed, too, and to something else, is the answer.
    pub fn follow(&mut self, environment: &Environment) -> Option<usize> {
        let mut first = None;
        for (at, line) in self.lines.iter_mut().enumerate() {
            let now = line.field.line_of(environment);
            if now == line.before {
                continue;
            }
            if !line.is_changed() {
                line.input = Input::new(now.clone());
            }
            if line.input.value() == now {
                line.before = now;
            } else {
                first = first.or(Some(at));
            }
        }
        first
    }

    /// Takes note that a text is on its way to the file.
    pub fn sends(&mut self, text: String) {
        self.saving = Some((text, self.typed()));
    }

    /// Takes note that a text of the file was written. Whether the form has done its work: it sent
    /// that text, and nothing was typed since.
    pub fn written(&mut self, text: &str, environment: &Environment) -> bool {
        let Some((_, sent)) = self.saving.take_if(|(sent, _)| sent == text) else {
            // Somebody pressed a toggle before.
            self.follow(environment);
            return false;
        };
        for (line, sent) in self.lines.iter_mut().zip(&sent) {
            line.before = line.field.line_of(environment);
            if line.input.value() == sent {
                line.input = Input::new(line.before.clone());
            }
        }
        !self.is_changed()
    }

    fn typed(&self) -> Vec<String> {
        self.lines.iter().map(|line| line.input.value().to_owned()).collect()
    }

    /// Refuses to write over what somebody else wrote into a line, and shows that. Whoever goes on
    /// has seen it.
    pub fn refuse(&mut self, at: usize, environment: &Environment) {
        let Some(line) = self.lines.get_mut(at) else { return };
        let now = line.field.line_of(environment);
        let says = if now.is_empty() { "nothing".to_owned() } else { format!("`{now}`") };
        self.fault = Some(format!(
            "somebody else changed the {} in the file, which now says {says}; enter again replaces that",
            line.field.label()
        ));
        line.before = now;
        self.selected = at;
    }

    /// Whether something was typed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.lines.iter().any(FormLine::is_changed)
    }

    /// What a file of this text says with what was typed; else the first line that cannot be, and
    /// why.
    pub fn text(&self, text: &str, environment: &Environment) -> Result<String, (usize, String)> {
        let mut environment = environment.clone();
        for (at, line) in self.lines.iter().enumerate().filter(|(_, line)| line.is_changed()) {
            let wrong = |why| (at, why);
            line.field.put(line.input.value(), &mut environment).map_err(wrong)?;
            let says = manifest::update(text, &environment).map_err(|error| wrong(told(&error)))?;
            manifest::parse(&says).map_err(|error| wrong(told(&error)))?;
        }
        manifest::update(text, &environment).map_err(|error| (0, told(&error)))
    }

    /// Finds what is wrong with what is typed.
    pub fn check(&mut self, text: &str, environment: &Environment) {
        let fault = self.text(text, environment).err();
        for (at, line) in self.lines.iter_mut().enumerate() {
            line.fault =
                fault.as_ref().filter(|(wrong, _)| *wrong == at).map(|(_, why)| why.clone());
        }
    }
}

/// What is wrong, without its place: that is one in a text which nobody sees here.
fn told(error: &ManifestError) -> String {
    format!("{}; {}", error.cause, error.advice)
}

impl FormLine {
    /// Whether something else was typed than what the file says.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.input.value() != self.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::entry;

    fn typed(form: &mut Form, field: Field, text: &str) {
        let line = form.lines.iter_mut().find(|line| line.field == field).unwrap();
        line.input = Input::new(text.to_owned());
    }

    #[test]
    fn only_what_was_typed_is_changed() {
        let entry = entry("web");
        let mut form = Form::of(entry.id.clone(), &entry.environment);
        assert!(!form.is_changed());
        typed(&mut form, Field::Command, "make 'all of it'");
        typed(&mut form, Field::Variables, "A=1 B='x y' C=");
        typed(&mut form, Field::Mounts, "/src:/work:ro");
        typed(&mut form, Field::Ports, "8080:80 53/udp");
        typed(&mut form, Field::Geometry, " 1920x1080 ");
        typed(&mut form, Field::Depth, "16");
        typed(&mut form, Field::Port, "7000");
        typed(&mut form, Field::CacheMounts, "pip mine:/opt/store");
        typed(&mut form, Field::Secrets, "TOKEN KEY=file:~/x 'P=command:pass show x'");
        let environment = manifest::parse(&form.text(&entry.text, &entry.environment).unwrap());
        let environment = environment.unwrap();
        assert_eq!(environment.command, ["make", "all of it"]);
        let variables: Vec<_> = environment.env_vars.iter().collect();
        assert_eq!(variables.len(), 3);
        assert_eq!(environment.env_vars["B"], "x y");
        assert_eq!(environment.mounts, ["/src:/work:ro"]);
        assert_eq!(environment.ports, ["8080:80", "53/udp"]);
        assert_eq!(environment.desktop_geometry.to_string(), "1920x1080");
        assert_eq!((environment.desktop_depth, environment.desktop_port), (16, 7000));
        assert_eq!(environment.cache_mounts, ["pip", "mine:/opt/store"]);
        assert_eq!(environment.secrets["TOKEN"], Source::Env("TOKEN".to_owned()));
        assert_eq!(environment.secrets["P"], Source::Command("pass show x".to_owned()));
        assert_eq!(
            Field::Secrets.line_of(&environment),
            "TOKEN KEY=file:~/x 'P=command:pass show x'"
        );
        assert_eq!(environment.base_image, entry.environment.base_image);
        // An empty line is what holds unless something else is said.
        for (field, text) in [(Field::Geometry, ""), (Field::Depth, " "), (Field::Port, "")] {
            let mut usual = environment.clone();
            field.put(text, &mut usual).unwrap();
            let shown = field.line_of(&Environment::default());
            assert_eq!(field.line_of(&usual), shown, "{field:?}");
        }
        assert_eq!(Field::Variables.line_of(&environment), "A=1 B='x y' C=''");
    }

    #[test]
    fn what_cannot_be_is_told_at_its_line() {
        let entry = entry("web");
        for (field, text, cause) in [
            (Field::Command, "make 'all", "open quote"),
            (Field::Variables, "A", "is no variable"),
            (Field::Variables, "1A=b", "1A"),
            (Field::Mounts, "nonsense", "nonsense"),
            (Field::Ports, "80 http", "http"),
            (Field::Geometry, "1280", "no size; write it as"),
            (Field::Geometry, "12x800", "no size"),
            (Field::Depth, "32", "`32` is no depth of colours"),
            (Field::Port, "0", "no port"),
            (Field::Port, "65536", "no port"),
            (Field::CacheMounts, "pip nonsense", "no well-known"),
            (Field::Secrets, "TOKEN=hunter2hunter2", "is none of"),
            (Field::Secrets, "A/B=env:X", "no name of a secret"),
        ] {
            let mut form = Form::of(entry.id.clone(), &entry.environment);
            typed(&mut form, field, text);
            form.check(&entry.text, &entry.environment);
            let line = form.lines.iter().find(|line| line.field == field).unwrap();
            let fault = line.fault.clone().unwrap_or_default();
            assert!(fault.contains(cause), "{text}: {fault}");
            assert!(!fault.starts_with("line "), "a place that nobody sees: {fault}");
        }
    }
}
