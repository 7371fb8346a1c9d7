//! `ShellCheck` as a program beside this one, where it is installed: it knows more of bash than
//! the linter that is built in.
//!
//! It is a child that is given the script, some seconds, and no way to read the user's settings
//! for it. Whatever goes wrong with it costs its findings only, never those of prebake.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::editor::program;
use crate::domain::lint::shell::{MAX_BYTES, NOT_ASKED, sentence};
use crate::domain::lint::{Diagnostic, RuleCode, Severity, Spot};

/// How long it may take. A script of 5,000 lines with 10,000 findings takes half of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most it may say, in bytes.
const MOST: u64 = 64 << 20;

/// The program, if it is in `PATH`.
#[must_use]
pub fn find() -> Option<PathBuf> {
    program(&std::env::var_os("PATH")?, "shellcheck")
}

/// What the program finds in a script; nothing if it does not answer well and in time. Dropping
/// the future ends it.
pub async fn shellcheck(program: PathBuf, text: &str) -> Vec<Diagnostic> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    within(PATIENCE, program, text).await
}

async fn within(patience: Duration, program: PathBuf, text: &str) -> Vec<Diagnostic> {
    let answer = tokio::time::timeout(patience, ask(program, text)).await;
    answer.ok().and_then(Result::ok).as_deref().and_then(read).unwrap_or_default()
}

async fn ask(program: PathBuf, text: &str) -> std::io::Result<Vec<u8>> {
    let mut child = Command::new(program)
        .args(["--format", "json1", "--shell", "bash", "--norc", "--severity", "info"])
        .args(["--exclude", &NOT_ASKED.join(","), "-"])
        .env_remove("SHELLCHECK_OPTS")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let give = async {
        if let Some(mut stdin) = stdin {
            // One that reads no more says why it does not in its answer.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
    };
    let hear = async {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(MOST).read_to_end(&mut answer).await?;
        }
        Ok::<_, std::io::Error>(answer)
    };
    // Each may wait for the other, if they are not done side by side.
    let ((), answer) = tokio::join!(give, hear);
    child.wait().await?;
    answer
}

/// The answer as it is.
#[derive(Deserialize)]
struct Answer {
    comments: Vec<Comment>,
}

/// Lines and columns from 1, columns in characters.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    line: usize,
    end_line: usize,
    column: usize,
    end_column: usize,
    level: String,
    code: u32,
    message: String,
}

fn read(answer: &[u8]) -> Option<Vec<Diagnostic>> {
    let answer: Answer = serde_json::from_slice(answer).ok()?;
    let spot = |line: usize, column: usize| Spot {
        line: line.saturating_sub(1),
        column: column.saturating_sub(1),
    };
    let convert = |comment: Comment| Diagnostic {
        code: RuleCode(format!("SC{}", comment.code)),
        severity: match comment.level.as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            _ => Severity::Hint,
        },
        message: sentence(&comment.message),
        advice: String::new(),
        start: spot(comment.line, comment.column),
        end: spot(comment.end_line, comment.end_column),
        fix: None,
    };
    Some(answer.comments.into_iter().map(convert).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A program of that name which does what `script` says, and what is made of its answer.
    async fn answer(patience: Duration, script: &str, text: &str) -> Vec<Diagnostic> {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("shellcheck");
        fs::write(&program, format!("#!/bin/bash\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        within(patience, program, text).await
    }

    const ONE: &str = r#"{"comments":[{"file":"-","line":2,"endLine":2,"column":6,"endColumn":8,"level":"info","code":2086,"message":"Double quote to prevent globbing.","fix":null}]}"#;

    #[tokio::test]
    async fn its_answer_becomes_findings() {
        let script = format!("text=$(cat); [ \"$text\" = 'echo $1' ] && echo '{ONE}'; exit 1");
        let found = answer(PATIENCE, &script, "echo $1").await;
        assert_eq!(
            found,
            [Diagnostic {
                code: RuleCode("SC2086".to_owned()),
                severity: Severity::Hint,
                message: "double quote to prevent globbing".to_owned(),
                advice: String::new(),
                start: Spot { line: 1, column: 5 },
                end: Spot { line: 1, column: 7 },
                fix: None,
            }]
        );
    }

    #[tokio::test]
    async fn one_that_does_not_answer_well_finds_nothing() {
        let large = "true\n".repeat(100_000);
        for script in ["exit 2", "echo no json", "exec 0<&-; echo '{}'", "kill -9 $$"] {
            assert_eq!(answer(PATIENCE, script, &large).await, [], "{script}");
        }
        assert_eq!(shellcheck("/nowhere/shellcheck".into(), "true").await, []);
    }

    #[tokio::test]
    async fn one_that_hangs_is_ended() {
        let place = tempfile::tempdir().unwrap();
        let pipe = place.path().join("pipe");
        std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        // It ends by itself only when somebody writes into the pipe, which nobody does.
        let script = format!("exec cat <>{}", pipe.display());
        assert_eq!(answer(Duration::from_millis(50), &script, "true").await, []);
    }

    /// What is built in and what is installed say the same of the same script, once.
    #[tokio::test]
    async fn the_real_one_adds_what_is_not_found_here() {
        use crate::domain::lint::{Findings, Reading};

        let Some(program) = find() else { return };
        let text =
            "set -e\necho $1 ä $2\ncd /tmp/$1\nfor f in $(ls *.c); do\n  echo \"$f\"\ndone\n";
        let reading = Reading::of(text);
        let own = reading.unquoted().and(reading.shell());
        let others = shellcheck(program, text).await;
        let both = reading.told(own.clone().and(Findings { others, ..Findings::default() }));
        let own = reading.told(own);
        let of =
            |code: &str, found: &[Diagnostic]| found.iter().filter(|it| it.code.0 == code).count();
        assert_eq!((of("SC2086", &own), of("SC2086", &both)), (3, 3), "{both:?}");
        assert_eq!(of("SC2045", &both), 1, "{both:?}");
    }
}
