//! What known commands do, in tables: one file for each family.
//!
//! A row names a command and its [`Shape`]: what its words are to it. What does not fit a shape
//! has a function of its own in the family's file. A command in no table is not known, and nothing
//! is guessed about it.

mod archives;
mod build;
mod fetch;
mod files;
mod git;
pub(super) mod installers;
mod network;
mod package_tools;
mod packagers;
mod packages;
mod quiet;
mod sed;
mod system;
pub(super) mod users;

use compact_str::format_compact;

use foldhash::HashMap;
use std::sync::LazyLock;

use super::path::Path;
use super::values::Value;
use super::{Access, Aim, Facts, Install, InstallAction, Named, Need, NeedKind, PathUse};
use crate::domain::bash::add;
use crate::domain::bash::span::Span;

/// A command, as the tables see it.
pub(super) struct Call<'c> {
    /// Its name.
    pub(super) name: &'c str,
    /// The words behind it.
    pub(super) arguments: &'c [Value],
    /// Where it stands.
    pub(super) span: Span,
    /// Whether something is handed to it.
    pub(super) fed: bool,
    /// The working directory, if it is known.
    pub(super) folder: Option<&'c Path>,
}

/// What the words of a command are to it.
#[derive(Clone, Copy)]
enum Shape {
    /// It only tells or computes something.
    Quiet,
    /// It reads all operands.
    Reads,
    /// The first operand is no file, the others are read.
    ReadsBehindFirst,
    /// It changes all operands.
    Writes,
    /// The first operand is no file, the others are changed.
    WritesBehindFirst,
    /// It makes all operands, with the folders above them if asked.
    Makes,
    /// It removes all operands.
    Removes,
    /// It needs something that is not the same everywhere.
    Needs(NeedKind),
    /// A function of the family tells; `false`: not with these words.
    Told(fn(&Call<'_>, &mut Facts) -> bool),
}

/// A command and its shape.
struct Row {
    name: &'static str,
    shape: Shape,
    /// Options that are followed by a value of their own.
    valued: &'static [&'static str],
}

const fn row(name: &'static str, shape: Shape, valued: &'static [&'static str]) -> Row {
    Row { name, shape, valued }
}

static TABLE: LazyLock<HashMap<&'static str, &'static Row>> = LazyLock::new(|| {
    let families = [
        quiet::ROWS,
        files::ROWS,
        archives::ROWS,
        fetch::ROWS,
        packages::ROWS,
        package_tools::ROWS,
        build::ROWS,
        system::ROWS,
        users::ROWS,
    ];
    families.into_iter().flatten().map(|row| (row.name, row)).collect()
});

/// Adds what a command does to `facts`; `false`: it is not known.
pub(super) fn tell(call: &Call<'_>, facts: &mut Facts) -> bool {
    let only = |text| matches!(call.arguments, [one] if one.known() == Some(text));
    if only("--version") || only("--help") {
        call.program(facts);
        return true;
    }
    let Some(row) = TABLE.get(call.name) else {
        return false;
    };
    let operands = call.operands(row.valued);
    match row.shape {
        Shape::Quiet => {}
        Shape::Reads => call.each_aimed(&operands, Access::Read, call.depth(), facts),
        Shape::ReadsBehindFirst => call.each(behind_first(&operands), Access::Read, facts),
        Shape::Writes => call.each(&operands, Access::Write, facts),
        Shape::WritesBehindFirst => call.each(behind_first(&operands), Access::Write, facts),
        Shape::Makes => call.each(&operands, Access::Make, facts),
        Shape::Removes => call.each(&operands, Access::Remove, facts),
        Shape::Needs(kind) => call.need(kind, facts),
        Shape::Told(tell) => return tell(call, facts),
    }
    true
}

fn behind_first<'v, 'c>(operands: &'v [&'c Value]) -> &'v [&'c Value] {
    operands.get(1..).unwrap_or_default()
}

impl Call<'_> {
    /// The words that are neither options nor values of the options in `valued`.
    fn operands(&self, valued: &[&str]) -> Vec<&Value> {
        let mut operands = Vec::new();
        let mut words = self.arguments.iter();
        let mut all = false;
        while let Some(word) = words.next() {
            if all || !word.is_option() {
                operands.push(word);
            } else if word.text == "--" {
                all = true;
            } else if takes_next(&word.text, valued) {
                words.next();
            }
        }
        operands
    }

    /// The first word that is no option, if it is known: what many commands are asked to do.
    fn verb(&self, valued: &[&str]) -> Option<(&str, Vec<&Value>)> {
        let operands = self.operands(valued);
        let (first, rest) = operands.split_first()?;
        let first: &Value = first;
        Some((first.known()?, rest.to_vec()))
    }

    /// Whether one of `options` stands among the words; short ones also among others (`-rf`).
    fn has(&self, options: &[&str]) -> bool {
        self.arguments.iter().any(|word| {
            options.iter().any(|option| {
                word.text == *option
                    || option.starts_with("--")
                        && word.text.strip_prefix(option).is_some_and(|it| it.starts_with('='))
                    || is_short(option)
                        && letters_of(&word.text)
                            .is_some_and(|count| word.text[1..=count].contains(&option[1..]))
            })
        })
    }

    /// The value of the first of `options`.
    fn value_of(&self, options: &[&str]) -> Option<Value> {
        self.values_of(options).next()
    }

    /// The values of `options`, each time that one stands there: the next word, or what stands
    /// behind a `=` or the letter.
    fn values_of(&self, options: &[&str]) -> impl Iterator<Item = Value> {
        let value = |at: usize, word: &Value, option: &&str| {
            let next = || self.arguments.get(at + 1).cloned();
            let behind = |rest: &str| Some(Value { text: rest.into(), ..word.clone() });
            match word.text.strip_prefix(option) {
                Some("") if word.whole => return next(),
                Some(rest) if option.starts_with("--") => {
                    if let Some(rest) = rest.strip_prefix('=') {
                        return behind(rest);
                    }
                }
                Some(rest) if is_short(option) => return behind(rest),
                _ => {}
            }
            // `-xzfC`: the last letter of a group takes the next word.
            let ends =
                is_short(option) && is_short_group(&word.text) && word.text.ends_with(&option[1..]);
            if ends { next() } else { None }
        };
        let words = self.arguments.iter().enumerate();
        let values = words.filter_map(move |(at, word)| {
            options.iter().find_map(|option| value(at, word, option))
        });
        // Those that are surely meant come first.
        values.chain(self.arguments.iter().filter_map(|word| glued(word, options)))
    }

    fn each(&self, values: &[&Value], access: Access, facts: &mut Facts) {
        self.each_aimed(values, access, Aim::Named, facts);
    }

    fn each_aimed(&self, values: &[&Value], access: Access, aim: Aim, facts: &mut Facts) {
        for value in values {
            self.aimed(value, access, aim, facts);
        }
    }

    /// Whether it goes down into the folders it names, by its options.
    fn depth(&self) -> Aim {
        let goes_down =
            self.name == "du" || self.has(&["-r", "-R", "-a", "--recursive", "--archive"]);
        if goes_down { Aim::Whole } else { Aim::Named }
    }

    fn path(&self, value: &Value, access: Access, facts: &mut Facts) {
        self.aimed(value, access, Aim::Named, facts);
    }

    fn aimed(&self, value: &Value, access: Access, aim: Aim, facts: &mut Facts) {
        if value.text == "-" || value.text.starts_with("/dev/std") || value.text == "/dev/null" {
            return;
        }
        if !value.text.starts_with(['/', '~']) {
            self.reads_folder(facts);
        }
        let path = Path::of(&value.text, value.whole, self.folder);
        add(&mut facts.paths, PathUse { path, access, aim, span: self.span });
    }

    /// It is not the same in every working directory.
    fn reads_folder(&self, facts: &mut Facts) {
        facts.reads.push(Named { name: "PWD".into(), span: self.span });
    }

    /// A path that the command's table knows, with all that lies there.
    fn fixed(&self, text: &str, access: Access, facts: &mut Facts) {
        self.fixed_aimed(text, access, Aim::Whole, facts);
    }

    /// Something in a folder that the command's table knows.
    fn within(&self, folder: &str, access: Access, facts: &mut Facts) {
        self.fixed_aimed(folder, access, Aim::Within, facts);
    }

    /// Files that the program reads without being told to.
    fn heeds(&self, files: &[&str], facts: &mut Facts) {
        for file in files {
            self.fixed_aimed(file, Access::Read, Aim::Heeded, facts);
        }
    }

    fn fixed_aimed(&self, text: &str, access: Access, aim: Aim, facts: &mut Facts) {
        let path = Path::of(text, true, None);
        add(&mut facts.paths, PathUse { path, access, aim, span: self.span });
    }

    /// The working directory and all below it.
    fn here(&self, access: Access, facts: &mut Facts) {
        self.reads_folder(facts);
        let path = self.folder.cloned().unwrap_or_else(Path::anywhere);
        let (aim, span) = (Aim::Whole, self.span);
        add(&mut facts.paths, PathUse { path, access, aim, span });
    }

    fn need(&self, kind: NeedKind, facts: &mut Facts) {
        self.need_of(kind, self.name, facts);
    }

    fn need_of(&self, kind: NeedKind, what: &str, facts: &mut Facts) {
        facts.needs.push(Need { kind, what: what.into(), span: self.span });
    }

    /// The program itself, which something may have put there.
    fn program(&self, facts: &mut Facts) {
        for folder in ["/usr/bin", "/usr/local/bin"] {
            self.fixed(&format_compact!("{folder}/{}", self.name), Access::Read, facts);
        }
    }

    fn install(&self, action: InstallAction, packages: &[&Value], asks: bool, facts: &mut Facts) {
        let more = packages.iter().any(|value| !value.whole);
        let open = self.arguments.iter().any(|value| !value.whole);
        let packages = packages.iter().filter(|value| value.whole);
        let packages = packages.map(|value| value.text.clone()).collect();
        let asks = asks && !self.fed;
        let (manager, lists, span) = (self.name.into(), Vec::new(), self.span);
        facts.installs.push(Install { manager, action, packages, more, open, lists, asks, span });
        if asks {
            self.need(NeedKind::Person, facts);
        }
    }
}

/// The path behind the last letter of a group, `-fsSLo/opt/x`, if that is one of `options`.
fn glued(word: &Value, options: &[&str]) -> Option<Value> {
    let (letters, path) = word.text.strip_prefix('-')?.split_at(letters_of(&word.text)?);
    let is_it = |option: &&str| is_short(option) && letters.ends_with(&option[1..]);
    let is_path = letters.len() > 1 && path.starts_with(['/', '~', '.']);
    (is_path && options.iter().any(is_it)).then(|| Value { text: path.into(), ..word.clone() })
}

/// How many letters there are behind the `-` of short options, before what may be a path.
fn letters_of(word: &str) -> Option<usize> {
    let letters = word.strip_prefix('-')?;
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'#';
    let count = letters.bytes().take_while(|byte| is_letter(*byte)).count();
    let behind = &letters[count..];
    (count > 0 && (behind.is_empty() || behind.starts_with(['/', '~', '.']))).then_some(count)
}

/// Whether an option takes the next word as its value: one of `valued`, or a group of which the
/// last letter is one and none before it, such as `-fLo`.
pub(super) fn takes_next(option: &str, valued: &[&str]) -> bool {
    if valued.contains(&option) {
        return true;
    }
    let is_valued = |letter: char| valued.iter().any(|it| is_short(it) && it.ends_with(letter));
    is_short_group(option) && option[1..].find(is_valued) == Some(option.len() - 2)
}

fn is_short(option: &str) -> bool {
    option.len() == 2 && option.starts_with('-')
}

fn is_short_group(word: &str) -> bool {
    word.len() > 2
        && word.starts_with('-')
        && word[1..].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}
