//! The fenced blocks of a page, and the commands in them.

/// What a block is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Commands, and some of what they show.
    Console,
    /// Commands that cannot be run here, and why.
    NotRun(String),
    /// A file of this path.
    File(String),
    /// What the editor of the command before is left with.
    Typed,
    /// Anything else.
    Other,
}

/// A command, and what the page shows of its output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Its line in the page, from 1.
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) shown: Vec<String>,
}

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    /// The language that its fence names, if any.
    pub(crate) language: String,
    /// Without the indentation of the fence.
    pub(crate) text: String,
    pub(crate) steps: Vec<Step>,
}

impl Block {
    /// Whether its commands are run.
    pub(crate) fn is_run(&self) -> bool {
        self.kind == Kind::Console
    }
}

/// All blocks of a page.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(label) = line.trim_start().strip_prefix("```") else { continue };
        let indent = line.len() - line.trim_start().len();
        let fence = "`".repeat(3 + label.len() - label.trim_start_matches('`').len());
        let mut text = String::new();
        for (_, line) in lines.by_ref() {
            if line.trim() == fence {
                break;
            }
            text.push_str(line.get(indent..).unwrap_or_default());
            text.push('\n');
        }
        let label = label.trim_start_matches('`').trim();
        let language = label.split(' ').next().unwrap_or_default().to_owned();
        let kind = kind(label);
        let has_commands = matches!(kind, Kind::Console | Kind::NotRun(_));
        let steps = if has_commands { steps(&text, at + 2) } else { Vec::new() };
        found.push(Block { line: at + 1, kind, language, text, steps });
    }
    found
}

fn kind(label: &str) -> Kind {
    if label == "console" {
        return Kind::Console;
    }
    if let Some(reason) = label.strip_prefix("console not run: ") {
        return Kind::NotRun(reason.to_owned());
    }
    assert!(!label.starts_with("console"), "`{label}` is no label of a block");
    match label.split_once(' ').unwrap_or_default().1 {
        "typed" => Kind::Typed,
        more => more.strip_prefix("file=").map_or(Kind::Other, |path| Kind::File(path.to_owned())),
    }
}

fn steps(text: &str, first: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line_number = first + at;
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_owned();
            steps.push(Step { line: line_number, command, shown: Vec::new() });
            continue;
        }
        let step = steps.last_mut();
        let step = step.unwrap_or_else(|| panic!("line {line_number}: no command before {line:?}"));
        match line.strip_prefix("> ") {
            Some(more) if step.shown.is_empty() => {
                step.command.push('\n');
                step.command.push_str(more);
            }
            _ => step.shown.push(line.to_owned()),
        }
    }
    steps
}

#[test]
fn commands_and_what_they_show_are_told_apart() {
    let page =
        "a\n  ```console\n  $ x \\\n  > y\n  out\n  $ z\n  ```\n```bash file=a/b.sh\n$ no\n```\n";
    let found = blocks(page);
    let step = |line, command: &str, shown: &[&str]| Step {
        line,
        command: command.to_owned(),
        shown: shown.iter().map(|&line| line.to_owned()).collect(),
    };
    assert_eq!(found[0].steps, [step(3, "x \\\ny", &["out"]), step(6, "z", &[])]);
    assert_eq!((found[1].line, &found[1].text[..]), (8, "$ no\n"));
    let kinds = [
        ("console", Kind::Console),
        ("console not run: far away", Kind::NotRun("far away".to_owned())),
        ("yaml typed", Kind::Typed),
        ("bash file=a/b.sh", Kind::File("a/b.sh".to_owned())),
        ("yaml", Kind::Other),
        ("", Kind::Other),
    ];
    for (label, expected) in kinds {
        assert_eq!(kind(label), expected, "{label}");
    }
}
