//! A secret that would be in the image, or is asked for where no secret is.

use std::sync::LazyLock;

use regex::Regex;

use super::subject::Subject;
use super::task_variable::has_default;
use super::{Example, Finding, Rule};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB106",
    title: "a secret at build time",
    severity: Severity::Warning,
    why: "\
Whatever the cached preflight writes is in the image for everybody who can pull it, and its text is
kept to tell what changed. No secret belongs into it, and none is there: variables of tasks do not
exist at build time. What a bake needs it gets by the field `secrets`, as a file of
`/run/secrets`. Give secrets to tasks by `prebake run --env NAME`, and read them in the run
preflight.",
    example: Example {
        environment: "",
        bad: "set -e\nexport GITHUB_TOKEN=f81d4fae7dec\ngit clone https://example.com/a.git /opt/a\n",
        good: "set -e\ngit clone https://example.com/a.git /opt/a\nTOKEN_FILE=/run/token\necho \"$TOKEN_FILE\" > /opt/where\n",
    },
    check,
};

/// How the names of variables with secrets end.
const NAMES: &str = "PASSWORD PASSWD PASSPHRASE SECRET TOKEN API_KEY APIKEY PRIVATE_KEY ACCESS_KEY SECRET_KEY CREDENTIALS";

/// Values that stand for one.
const PLACEHOLDERS: &str = "changeme change_me placeholder example dummy none null test";

/// Secrets that show by their form: keys of well-known services, private keys, and a password in
/// the address of a server.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b(?: gh[pousr]_[A-Za-z0-9]{36} | github_pat_[A-Za-z0-9_]{40,} | glpat-[A-Za-z0-9_-]{20}
          | AKIA[A-Z0-9]{16} | xox[abprs]-[A-Za-z0-9-]{20,} | sk-[A-Za-z0-9_-]{32,}
          | hf_[A-Za-z0-9]{30,} | npm_[A-Za-z0-9]{36} )\b
        | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY-----
        | https?://[^\s/:@$]+:[^\s/:@$]+@",
    )
    .ok()
});

/// What to do with one that stands in the text.
const ADVICE: &str = "give it to the bake by `secrets`, to tasks by `--env NAME`";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let Some(forms) = FORMS.as_ref() else { return Vec::new() };
    let shown = forms.find_iter(subject.text).map(|it| {
        let message = "a secret stands here, and the image is for everybody who can pull it";
        Finding::new(it.range(), message, ADVICE)
    });
    let mut found: Vec<Finding> = shown.collect();
    for (index, _, facts) in subject.statements() {
        for set in facts.sets.iter().filter(|it| is_secret(&it.name)) {
            let is_given = set.value.as_deref().is_some_and(|value| !is_placeholder(value));
            if is_given && !forms.is_match(subject.of(set.span)) {
                let message =
                    format!("the text has a value for `{}`, and it gets into the image", set.name);
                let bytes = set.span.start..set.span.end;
                found.push(Finding::new(bytes, message, ADVICE));
            }
        }
        for read in facts.reads.iter().filter(|it| is_secret(&it.name)) {
            let name = read.name.as_str();
            // Of these PB101 tells.
            let is_known = subject.is_of_tasks(name) || subject.sets_before(index, name);
            if !is_known && !has_default(subject.of(read.span)) {
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
    }
    found
}

/// Whether a variable of this name has a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    NAMES.split(' ').any(|ending| {
        let before = name.strip_suffix(ending);
        before.is_some_and(|before| before.is_empty() || before.ends_with('_'))
    })
}

/// Whether a value is none: empty, a path, or a word that stands for one.
fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.len() < 4
        || value.starts_with(['/', '.', '~', '<'])
        || PLACEHOLDERS.split(' ').any(|word| word == lower)
        || value.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x') || byte == b'*')
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
    }
}
