//! What a script says: statements made of pipelines made of commands made of words.
//!
//! All places are spans of bytes of the script. Quotes and escapes are resolved in the text of
//! words, nothing else is: what a variable or a command would give is known only to who runs it.

use super::Text;
use super::span::Span;

/// A script that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The statements at its top, in order. A broken one is not among them, see `errors`.
    pub statements: Vec<Statement>,
    /// All comments, also those inside of statements, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// The here-documents, in the order of their redirections.
    pub heredocs: Vec<Heredoc>,
    /// What bash would not read.
    pub errors: Vec<SyntaxError>,
}

/// Why bash would not read a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong; its start is where a person looks first.
    pub span: Span,
    /// The cause, lower case and without a dot.
    pub message: String,
}

/// Pipelines joined by `&&` and `||`, up to a `;`, a `&` or the end of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its text without what ends it. The bodies of its here-documents lie behind, see
    /// [`Script::extent`].
    pub span: Span,
    /// The pipelines; at least one.
    pub pipelines: Vec<Pipeline>,
    /// Whether a `&` ends it.
    pub background: bool,
    /// Its here-documents among those of the script: the first, and the one behind the last.
    pub heredocs: (usize, usize),
}

/// What has to become of the pipeline before, for one to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It is the first.
    First,
    /// Success (`&&`).
    And,
    /// Failure (`||`).
    Or,
}

/// Commands joined by `|`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// How it follows the one before.
    pub link: Link,
    /// Whether `!` turns its status round.
    pub negated: bool,
    /// The commands; at least one.
    pub commands: Vec<Command>,
}

/// A command with its redirections.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// All of it, redirections included.
    pub span: Span,
    /// What it is.
    pub kind: CommandKind,
    /// Its redirections, in order.
    pub redirects: Vec<Redirect>,
}

/// The kinds of commands.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandKind {
    /// Assignments and words.
    Simple(Simple),
    /// `{ …; }`.
    Group(Block),
    /// `( … )`.
    Subshell(Block),
    /// `if … then … elif … then … else … fi`: conditions with their branches, and the last one.
    If {
        /// Each condition and what follows it.
        branches: Vec<(Block, Block)>,
        /// What follows `else`.
        otherwise: Option<Block>,
    },
    /// `while … do … done` and `until`.
    Loop {
        /// What is asked each time.
        condition: Block,
        /// What is repeated.
        body: Block,
    },
    /// `for … in …; do … done` and `select`.
    For {
        /// The variable.
        name: Text,
        /// Its values; `None`: the positional parameters.
        words: Option<Vec<Word>>,
        /// What is repeated.
        body: Block,
        /// Whether it asks a person (`select`).
        asks: bool,
    },
    /// `for ((…)); do … done`.
    CountedFor {
        /// The three expressions, as one.
        head: Word,
        /// What is repeated.
        body: Block,
    },
    /// `case … in … esac`: the arms are patterns and what follows them.
    Case {
        /// What is compared.
        word: Word,
        /// The arms.
        arms: Vec<(Vec<Word>, Block)>,
    },
    /// `name() …`.
    Function {
        /// The name.
        name: Text,
        /// What it does.
        body: Box<Command>,
    },
    /// `[[ … ]]`: its operands, with the operators before and between them.
    Test(Vec<Word>),
    /// `((…))`.
    Arithmetic(Word),
    /// `coproc …`.
    Coprocess {
        /// The variable of its pipes.
        name: Option<Text>,
        /// What runs beside.
        body: Box<Command>,
    },
}

/// A list of statements inside of a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// A command without a structure of its own; assignments alone are one, too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Simple {
    /// Those before the first word.
    pub assignments: Vec<Assignment>,
    /// The words; the first names the command.
    pub words: Vec<Argument>,
}

/// A word of a command, or an assignment among the words of `export` and its like.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A word.
    Word(Word),
    /// An assignment; it is rare, and larger than a word.
    Assignment(Box<Assignment>),
}

/// `name=value`, `name+=value`, `name[index]=value` or `name=(values)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// All of it.
    pub span: Span,
    /// The variable.
    pub name: Text,
    /// The index into an array.
    pub index: Option<Word>,
    /// Whether it adds to what is there.
    pub append: bool,
    /// The value; of an array all of them.
    pub value: Vec<Word>,
    /// Whether it is an array.
    pub array: bool,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq)]
pub struct Redirect {
    /// All of it, without the body of a here-document.
    pub span: Span,
    /// The descriptor before it, `2` or `{name}`.
    pub descriptor: Option<Text>,
    /// What it does.
    pub kind: RedirectKind,
    /// The file, the descriptor, the text, or the delimiter of a here-document.
    pub target: Word,
}

/// The kinds of redirections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`.
    Read,
    /// `>`, `>|`, `&>`.
    Write,
    /// `>>`, `&>>`.
    Append,
    /// `<>`.
    ReadWrite,
    /// `<&`, `>&` with a descriptor.
    Duplicate,
    /// `<<`, `<<-`: which of [`Script::heredocs`].
    Heredoc(usize),
    /// `<<<`.
    Text,
}

/// A here-document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heredoc {
    /// The body with the line of its delimiter.
    pub span: Span,
    /// The lines of the body, with the expansions in them unless the delimiter is quoted.
    pub body: Word,
    /// Whether the delimiter stands behind it; bash takes the end of the file for it, and warns.
    pub closed: bool,
}

/// A word: text and expansions one after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Word {
    /// All of it, quotes included.
    pub span: Span,
    /// Its parts.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it stands.
    pub span: Span,
    /// Whether quotes keep it from being split and matched with files.
    pub quoted: bool,
    /// What it is.
    pub kind: PartKind,
}

/// The kinds of parts.
#[derive(Clone, Debug, PartialEq)]
pub enum PartKind {
    /// Text, quotes and escapes resolved.
    Text(Text),
    /// `$name`, `${…}`.
    Parameter(Box<Parameter>),
    /// `$(…)`.
    Command(Block),
    /// A command in backticks whose escapes hide what it says.
    Opaque,
    /// `$((…))`: text with names in it, and expansions.
    Arithmetic(Vec<Part>),
    /// `<(…)` and `>(…)`.
    Process(Block),
}

/// An expansion of a parameter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameter {
    /// `HOME`, `1`, `@`, `?`.
    pub name: Text,
    /// Whether the value is the name of what is meant (`${!name}`).
    pub indirect: bool,
    /// What is done with it.
    pub operator: Operator,
    /// What stands behind the operator, or in the index.
    pub argument: Vec<Part>,
}

/// What an expansion does beside giving the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// Nothing, or something with the value itself.
    #[default]
    Plain,
    /// Another value if it is unset (`:-`, `-`).
    Default,
    /// As `Default`, and assigns it (`:=`, `=`).
    Assign,
    /// Ends the script if it is unset (`:?`, `?`).
    Require,
    /// Another value if it is set (`:+`, `+`).
    Alternative,
}

impl Script {
    /// A statement with the bodies of its here-documents: what has to be moved with it.
    #[must_use]
    pub fn extent(&self, statement: &Statement) -> Span {
        let (first, behind) = statement.heredocs;
        let bodies = self.heredocs.get(first..behind).unwrap_or_default();
        let end = bodies.iter().map(|heredoc| heredoc.span.end).max().unwrap_or(0);
        Span::new(statement.span.start, statement.span.end.max(end))
    }
}

impl CommandKind {
    /// The lists of statements in it that are run one after the other, without what is only asked
    /// as a condition.
    #[must_use]
    pub fn bodies(&self) -> Vec<&Block> {
        match self {
            Self::Group(block) | Self::Subshell(block) => vec![block],
            Self::If { branches, otherwise } => {
                branches.iter().map(|(_, body)| body).chain(otherwise).collect()
            }
            Self::Loop { body, .. } | Self::For { body, .. } | Self::CountedFor { body, .. } => {
                vec![body]
            }
            Self::Case { arms, .. } => arms.iter().map(|(_, body)| body).collect(),
            Self::Function { body, .. } | Self::Coprocess { body, .. } => body.kind.bodies(),
            Self::Simple(_) | Self::Test(_) | Self::Arithmetic(_) => Vec::new(),
        }
    }
}

impl Word {
    /// Its text, if that is known without running anything: no expansion of any kind. Patterns
    /// and braces are given as they are written.
    #[must_use]
    pub fn known(&self) -> Option<Text> {
        let texts = self.parts.iter().map(|part| match &part.kind {
            PartKind::Text(text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

impl Argument {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Word(word) => word.span,
            Self::Assignment(assignment) => assignment.span,
        }
    }
}
