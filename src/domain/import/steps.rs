//! Commands of other formats as bash: one after the other, or several at the same time, each in a
//! shell of its own, as it was there.

use std::fmt::Write as _;

/// The first line of every script.
const SHEBANG: &str = "#!/bin/bash\n";

/// What is to be done at one point.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    /// Where it comes from.
    pub(super) name: String,
    /// What is done.
    pub(super) work: Work,
}

/// What is done in a step.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Work {
    /// Shell code.
    Code(String),
    /// A program with its arguments.
    Program(Vec<String>),
    /// All of these at the same time; the step fails if one does.
    Together(Vec<Step>),
}

/// The script of these steps, after `first` (whole lines); empty if there is nothing to do. What
/// is `bash -c SCRIPT` alone is that script.
pub(super) fn script(first: &str, steps: &[Step]) -> String {
    if let ([Step { work: Work::Program(words), .. }], "") = (steps, first)
        && let [program, option, script] = words.as_slice()
        && (program == "bash" || program == "/bin/bash")
        && option == "-c"
    {
        return script.clone();
    }
    if steps.is_empty() && first.is_empty() {
        return String::new();
    }
    let mut text = SHEBANG.to_owned();
    if !first.is_empty() {
        text.push('\n');
        text.push_str(first);
    }
    for step in steps {
        let _ = write!(text, "\n# {}\n", one_line(&step.name));
        match &step.work {
            Work::Together(steps) => together(&mut text, steps),
            work => {
                alone(&mut text, work);
                text.push_str(" || exit\n");
            }
        }
    }
    text
}

/// On the left of `||` no `set -e` of the script reaches into the code: it runs as it did there.
fn alone(text: &mut String, work: &Work) {
    match work {
        Work::Code(code) => {
            let _ = write!(text, "(\n{}\n)", code.trim_end_matches('\n'));
        }
        Work::Program(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            text.push_str(&words.join(" "));
        }
        Work::Together(steps) => {
            text.push_str("(\n");
            together(text, steps);
            text.push(')');
        }
    }
}

fn together(text: &mut String, steps: &[Step]) {
    text.push_str("jobs=()\n");
    for step in steps {
        let _ = writeln!(text, "# {}", one_line(&step.name));
        alone(text, &step.work);
        text.push_str(" & jobs+=(\"$!\")\n");
    }
    text.push_str("for job in \"${jobs[@]}\"; do wait \"$job\" || exit; done\n");
}

/// A name of theirs must not end the comment that it stands in.
fn one_line(name: &str) -> String {
    name.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// A word as bash reads it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_was_wrapped_comes_out_as_it_was() {
        let text = "#!/bin/bash\necho 'a'\n";
        let words = ["bash", "-c", text].map(str::to_owned).to_vec();
        let step = Step { name: "a".to_owned(), work: Work::Program(words) };
        assert_eq!(script("", &[step]), text);
        assert_eq!(script("", &[]), "");
        assert_eq!(script("export A=1\n", &[]), "#!/bin/bash\n\nexport A=1\n");
    }
}
