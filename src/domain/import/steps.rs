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
    use std::process::Command;

    use super::*;

    fn step(name: &str, work: Work) -> Step {
        Step { name: name.to_owned(), work }
    }

    fn code(text: &str) -> Work {
        Work::Code(text.to_owned())
    }

    fn program(words: &[&str]) -> Work {
        Work::Program(words.iter().map(|&word| word.to_owned()).collect())
    }

    /// Runs the script by the host's bash: its output and its exit status.
    fn check(steps: &[Step], out: &str, code: i32) {
        let script = script("", steps);
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        let got = String::from_utf8(output.stdout).unwrap();
        assert_eq!((got.as_str(), output.status.code()), (out, Some(code)), "{script}");
    }

    #[test]
    fn each_step_is_a_shell_of_its_own_and_a_failed_one_ends_the_script() {
        check(
            &[step("a", code("cd /\nA=1; false; echo one # end")), step("b", code("echo ${A-2}"))],
            "one\n2\n",
            0,
        );
        check(&[step("a", code("exit 3")), step("b", code("echo no"))], "", 3);
        check(&[step("a\necho x", code("cat <<E\ny\nE"))], "y\n", 0);
        check(
            &[step("a", program(&["printf", "%s|", "a b", "it's", "$HOME", ""]))],
            "a b|it's|$HOME||",
            0,
        );
        check(&[step("a", program(&["false"])), step("b", code("echo no"))], "", 1);
    }

    #[test]
    fn what_runs_together_is_waited_for_and_fails_as_one() {
        // Each waits for what the other does, so that one after the other would never end.
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name).display().to_string();
        let meet = |own: &str, other: &str| {
            code(&format!("touch {}; until [ -e {} ]; do sleep 0.01; done", at(own), at(other)))
        };
        let both = vec![step("one", meet("a", "b")), step("two", meet("b", "a"))];
        check(&[step("t", Work::Together(both)), step("then", code("echo met"))], "met\n", 0);
        let failing = vec![step("one", program(&["true"])), step("two", code("exit 4"))];
        check(&[step("t", Work::Together(failing)), step("then", code("echo no"))], "", 4);
    }

    #[test]
    fn a_script_that_was_wrapped_comes_out_as_it_was() {
        let text = "#!/bin/bash\necho 'a'\n";
        assert_eq!(script("", &[step("a", program(&["bash", "-c", text]))]), text);
        assert_eq!(script("", &[]), "");
        assert_eq!(script("export A=1\n", &[]), "#!/bin/bash\n\nexport A=1\n");
    }
}
