//! A secret that would be in the image, or is asked for where no secret is.

mod value;

use std::ops::Range;

use super::subject::Subject;
use super::task_variable::{Asked, has_default};
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;
use value::{given, is_real};

pub(super) const RULE: Rule = Rule {
    code: "PB106",
    title: "a secret at build time",
    severity: Severity::Warning,
    why: "\
Whatever the cached preflight writes is in the image for everybody who can pull it, and its text is
kept to tell what changed. No secret belongs into it, and none is there: variables of tasks do not
exist at build time. What a bake needs it gets by the field `secrets`, as a file of
`/run/secrets`. Give secrets to tasks by `prebake run --env NAME`, and read them in the run
preflight. Values that stand for another (`changeme`, `'${NPM_TOKEN}'`, `op://…`), words such as
`postgres`, and a variable that the statement asks for first (`[ -n \"$TOKEN\" ] && …`) are not
told.",
    example: Example {
        environment: "",
        bad: "set -e\nexport GITHUB_TOKEN=f81d4fae7dec\ngit clone https://example.com/a.git /opt/a\n",
        good: "set -e\ngit clone https://example.com/a.git /opt/a\nTOKEN_FILE=/run/token\necho \"$TOKEN_FILE\" > /opt/where\n",
    },
    check,
};

/// How the names of variables with secrets end.
const NAMES: &str = "PASSWORD PASSWD PASSPHRASE SECRET TOKEN API_KEY APIKEY PRIVATE_KEY ACCESS_KEY SECRET_KEY CREDENTIALS";

/// Names of which the end alone says little.
const WHOLE_NAMES: &str = "GH_PAT GITHUB_PAT GITLAB_PAT ADO_PAT AZURE_PAT DB_PASS MYSQL_PASS \
    POSTGRES_PASS PG_PASS REDIS_PASS SMTP_PASS MAIL_PASS ADMIN_PASS ROOT_PASS USER_PASS";

/// How the names of switches begin, which say something about a secret.
const SWITCHES: &str = "USE HAS HAVE IS NO SKIP ALLOW ENABLE DISABLE NEED NEEDS REQUIRE WITH";

/// What to do with one that stands in the text.
const ADVICE: &str = "give it to the bake by `secrets`, to tasks by `--env NAME`";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let shown = value::shown(subject.text);
    let mut found: Vec<Finding> = shown
        .iter()
        .map(|bytes| {
            let message = "a secret stands here, and the image is for everybody who can pull it";
            Finding::new(bytes.clone(), message, ADVICE)
        })
        .collect();
    // What shows by its form is told already.
    let is_shown = |bytes: &Range<usize>| {
        let next = shown.partition_point(|it| it.start < bytes.start);
        shown.get(next).is_some_and(|it| it.start < bytes.end)
    };
    let asked = Asked::new(subject);
    for (index, statement, facts) in subject.statements() {
        let mut written = |name: &str, value: Option<&str>, bytes: Range<usize>| {
            if value.is_some_and(|value| is_secret_value(name, value)) && !is_shown(&bytes) {
                let message =
                    format!("the text has a value for `{name}`, and it gets into the image");
                found.push(Finding::new(bytes, message, ADVICE));
            }
        };
        for set in facts.sets.iter().filter(|it| is_secret(&it.name)) {
            written(&set.name, set.value.as_deref(), set.span.start..set.span.end);
        }
        let mut last = None;
        for command in &facts.commands {
            // What is called has the place of its call.
            if last.replace(command.span.start) == Some(command.span.start) {
                continue;
            }
            for given in given(subject.of(command.span)).iter().filter(|it| is_secret(it.name)) {
                let start = command.span.start;
                let bytes = start + given.bytes.start..start + given.bytes.end;
                written(given.name, given.value.as_deref(), bytes);
            }
        }
        let mut in_question = None;
        for read in facts.reads.iter().filter(|it| is_secret(&it.name)) {
            let name = read.name.as_str();
            // Of these PB101 tells.
            let is_known = subject.is_of_tasks(name) || subject.sets_before(index, name);
            if is_known || has_default(subject.of(read.span)) {
                continue;
            }
            // What is behind a question for it does not run in a bake.
            if in_question.get_or_insert_with(|| asked.of(statement, facts)).contains(name) {
                continue;
            }
            let message = format!("reads `${name}`: no secret is there at build time");
            let bytes = read.span.start..read.span.end;
            let advice = if subject.context.secrets.iter().any(|it| it == name) {
                "read the file of its name in `/run/secrets`"
            } else {
                "give it to the bake by `secrets`, or read it in the run preflight"
            };
            let finding = Finding::new(bytes, message, advice);
            found.push(subject.to_move(index, finding));
        }
    }
    found
}

/// Whether a variable of this name has a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let first = name.split('_').next().unwrap_or_default();
    let is_switch = first.len() < name.len() && SWITCHES.split(' ').any(|it| it == first);
    let ends = |ending: &str| {
        let before = name.strip_suffix(ending);
        before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
    };
    !is_switch
        && (NAMES.split(' ').any(ends) || WHOLE_NAMES.split_whitespace().any(|it| it == name))
}

/// Whether a value makes a variable of such a name one with a secret. `token=ident` is a word of
/// who reads a language.
fn is_secret_value(name: &str, value: &str) -> bool {
    let is_own = name.bytes().any(|byte| byte.is_ascii_lowercase());
    is_real(value) && (!is_own || value.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn secrets_in_the_text_and_asked_for_are_told() {
        let form = concat!("ghp", "_0123456789012345678901234567890123456");
        let carets = "^".repeat(40);
        check(
            &RULE,
            Stage::Cached,
            "",
            &format!(
                "\
DB_PASSWORD=hunter22
^^^^^^^^^^^^^^^^^^^^ PB106 the text has a value for `DB_PASSWORD`, and it gets into the image
echo {} > /opt/a
     {carets} PB106 a secret stands here, and the image is for everybody who can pull it
curl -H \"X: $API_TOKEN\" -o /opt/b https://example.com/b
            ^^^^^^^^^^ PB106 reads `$API_TOKEN`: no secret is there at build time
",
                &form[..40]
            ),
        );
    }

    #[test]
    fn what_is_none_is_not() {
        check(
            &RULE,
            Stage::Cached,
            "env_vars: { API_TOKEN: x }",
            "\
TOKEN=
TOKEN_FILE=/run/token
SECRET=changeme
KEY=abcdefg
API_KEY=$(cat /run/key)
echo \"$API_TOKEN ${OTHER_TOKEN:-} $TOKENS $API_KEY\"
git clone https://example.com:8443/a.git
",
        );
        check(&RULE, Stage::Run, "", "curl -H \"X: $API_TOKEN\" https://example.com\n");
        check(
            &RULE,
            Stage::Cached,
            "",
            "\
USE_TOKEN=true
ALLOW_EMPTY_PASSWORD=1234yes
SECRET=disabled
POSTGRES_PASSWORD=postgres
token=ident
next_token=abcdef
NPM_TOKEN='${NPM_TOKEN}' npm ci
env API_KEY=\"$(cat /run/key)\" make
",
        );
    }

    #[test]
    fn what_a_command_alone_gets_is_told() {
        check(
            &RULE,
            Stage::Cached,
            "",
            "\
GITHUB_TOKEN=abcd1234efgh make
^^^^^^^^^^^^^^^^^^^^^^^^^ PB106 the text has a value for `GITHUB_TOKEN`, and it gets into the image
sudo -E API_TOKEN='abcd1234efgh' make && env DB_PASS=hunter22 make
        ^^^^^^^^^^^^^^^^^^^^^^^^ PB106 the text has a value for `API_TOKEN`, and it gets into the image
                                             ^^^^^^^^^^^^^^^^ PB106 the text has a value for `DB_PASS`, and it gets into the image
echo \"$GH_PAT\"
      ^^^^^^^ PB106 reads `$GH_PAT`: no secret is there at build time
password=hunter22
^^^^^^^^^^^^^^^^^ PB106 the text has a value for `password`, and it gets into the image
",
        );
    }

    #[test]
    fn what_is_behind_a_question_is_not() {
        check(
            &RULE,
            Stage::Cached,
            "",
            "\
[ -n \"$GITHUB_TOKEN\" ] && echo \"$GITHUB_TOKEN\"
if [ -n \"${X_TOKEN:-}\" ]; then echo \"$X_TOKEN\"; fi
if [[ $A_TOKEN ]]; then echo \"$A_TOKEN\"; fi
if [[ -e a && -v B_TOKEN ]]; then echo \"$B_TOKEN\"; fi
f() { if test -z \"$C_TOKEN\"; then return; fi; echo \"$C_TOKEN\"; }
f
echo -n \"$D_TOKEN\"
         ^^^^^^^^ PB106 reads `$D_TOKEN`: no secret is there at build time
",
        );
    }
}
