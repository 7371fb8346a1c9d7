//! What each statement of a script runs, reads and changes, as far as its text tells.
//!
//! [`gather`] walks over a statement: through compound commands, functions, substitutions, what
//! [`wrappers`] such as `sudo` and `bash -c` run, and the commands that a condition asks for.
//! [`values`] finds out what words stand for, [`path`] what they name, [`scope`] remembers what
//! earlier statements made known. What a command does is looked up in tables, one for each family,
//! below [`commands`]; a command in none of them is [`Unknown`], and so is what it changes.

pub mod commands;
mod gather;
pub mod path;
mod scope;
pub mod values;
pub(in crate::domain) mod wrappers;

use super::span::Span;
use super::tree::Script;
use crate::domain::bash::Text;
use path::Path;
use values::Value;

/// What a statement runs, reads and changes. Everything bears the place that says so; inside of a
/// called function that is the call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The commands it runs, in order, each without what wraps it; `sudo apt-get update` runs
    /// `apt-get`.
    pub commands: Vec<Invocation>,
    /// Variables of before that it reads: those that it surely set itself are not among them.
    pub reads: Vec<Named>,
    /// Variables it sets or unsets.
    pub sets: Vec<Setting>,
    /// Functions of the script that it calls.
    pub calls: Vec<Named>,
    /// Functions it defines.
    pub defines: Vec<Definition>,
    /// What it changes in the shell for the statements behind it.
    pub changes: Vec<Change>,
    /// Paths it reads and changes.
    pub paths: Vec<PathUse>,
    /// Packages it installs, removes or brings up to date.
    pub installs: Vec<Install>,
    /// What it needs that is not the same everywhere and always.
    pub needs: Vec<Need>,
    /// Where it may end the script.
    pub exits: Vec<Exit>,
    /// What cannot be told.
    pub unknown: Vec<Unknown>,
}

/// A command that is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Where it stands, from its name to its last word.
    pub span: Span,
    /// Its name without folders.
    pub name: Text,
    /// Its words behind the name.
    pub arguments: Vec<Value>,
    /// Whether `sudo` or its like gives it another user's rights.
    pub privileged: bool,
    /// Whether it reads what another command, a file or the script itself hands it.
    pub fed: bool,
    /// Variables that are set for it alone.
    pub variables: Vec<Text>,
}

/// A name and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: Text,
    /// Where it stands.
    pub span: Span,
}

/// A function that is defined, or forgotten (`unset -f`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: Text,
    /// Where.
    pub span: Span,
    /// Whether it surely happens.
    pub surely: bool,
}

/// A variable that is set.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The variable.
    pub name: Text,
    /// Where.
    pub span: Span,
    /// Whether commands get it.
    pub exported: bool,
    /// Whether it surely happens, in this shell, whatever else does.
    pub surely: bool,
    /// The value, if it is known; `None` also for one that is unset.
    pub value: Option<Text>,
}

/// A change of the shell itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What changes.
    pub what: State,
    /// Where.
    pub span: Span,
    /// Whether it surely happens.
    pub surely: bool,
}

/// What a shell carries from statement to statement, beside variables and functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The working directory.
    Folder,
    /// `set` and `shopt`.
    Options,
    /// `umask`.
    Umask,
    /// `trap`.
    Traps,
    /// `alias`.
    Aliases,
    /// `ulimit`.
    Limits,
    /// `set -- …`, `shift`.
    Arguments,
    /// `exec` with redirections.
    Descriptors,
    /// Commands in the background.
    Jobs,
}

/// A path and what is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUse {
    /// The path.
    pub path: Path,
    /// What is done.
    pub access: Access,
    /// How the statement comes to it.
    pub aim: Aim,
    /// Where.
    pub span: Span,
}

/// How a statement comes to a path, and how much of it that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aim {
    /// It names it: a file, or a folder without what lies in it.
    Named,
    /// It is about all that lies there.
    Whole,
    /// It is about something in there, and nobody knows what: packages lie in `/usr`.
    Within,
    /// Its program heeds it without being told to: `git` reads `~/.gitconfig`.
    Heeded,
}

/// What is done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// It is read, or asked for.
    Read,
    /// It is made or changed, or something below it.
    Write,
    /// It is made with the folders above it.
    Make,
    /// It is removed or moved away.
    Remove,
}

/// Packages that are installed.
#[derive(Clone, Debug, PartialEq)]
pub struct Install {
    /// The manager: `apt-get`, `pip`.
    pub manager: Text,
    /// What it does with them.
    pub action: InstallAction,
    /// The packages, as far as they are known, with the versions that are asked for.
    pub packages: Vec<Text>,
    /// Whether there are more that are not known, or not all of their names.
    pub more: bool,
    /// Whether a word of the command is not known whole, be it a package or not.
    pub open: bool,
    /// Files that list more packages.
    pub lists: Vec<Value>,
    /// Whether the manager asks before it begins.
    pub asks: bool,
    /// Where.
    pub span: Span,
}

/// What a manager does with packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallAction {
    /// It installs them.
    Add,
    /// It removes them.
    Remove,
    /// It brings those that are there up to date.
    Upgrade,
    /// It fetches the list of what there is.
    Refresh,
    /// It removes what was downloaded.
    Clean,
    /// It compiles.
    Compile,
    /// It changes settings, its own or those of a project, or only tells something.
    Configure,
}

/// Something that is not the same everywhere and always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Its kind.
    pub kind: NeedKind,
    /// What needs it, for a sentence: `date`, `$RANDOM`.
    pub what: Text,
    /// Where.
    pub span: Span,
}

/// The kinds of what is not the same everywhere and always.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeedKind {
    /// The time.
    Clock,
    /// Chance.
    Chance,
    /// The machine, the container or the kernel.
    Host,
    /// Something that is reached by the network, but is no server of the world.
    Network,
    /// Processes that run.
    Processes,
    /// A process that goes on running.
    Background,
    /// A service.
    Service,
    /// A person who answers.
    Person,
    /// The arguments or the name of the script.
    Arguments,
    /// The status of the statement before.
    Status,
    /// What happened to be printed or run before (`$_`, `history`).
    History,
    /// It only waits.
    Wait,
    /// The folder that the script begins in, by its name.
    Start,
    /// What is newest when it runs, brought to something that is there.
    Newest,
}

/// A way out of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Where.
    pub span: Span,
    /// The status, if it is known.
    pub status: Option<u8>,
    /// Whether it surely happens.
    pub surely: bool,
    /// Whether another program takes the place of the shell.
    pub replaces: bool,
}

/// Something that cannot be told from the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What it is about: the command, for a sentence.
    pub what: Text,
    /// Where.
    pub span: Span,
    /// Whether it may change this shell, too.
    pub in_shell: bool,
}

impl Facts {
    /// Takes over what happens behind it in the same breath.
    pub(crate) fn add(&mut self, behind: Self) {
        let own = |name: &str| self.sets.iter().any(|set| set.surely && set.name == name);
        let reads: Vec<_> = behind.reads.into_iter().filter(|read| !own(&read.name)).collect();
        self.reads.extend(reads);
        self.commands.extend(behind.commands);
        self.sets.extend(behind.sets);
        self.calls.extend(behind.calls);
        self.defines.extend(behind.defines);
        self.changes.extend(behind.changes);
        self.paths.extend(behind.paths);
        self.installs.extend(behind.installs);
        self.needs.extend(behind.needs);
        self.exits.extend(behind.exits);
        self.unknown.extend(behind.unknown);
    }

    /// Of each statement of `script`, whose text is `text`, in their order.
    #[must_use]
    pub fn of(script: &Script, text: &str) -> Vec<Self> {
        gather::all(script, text)
    }
}
