//! What a secret looks like, and what only stands for one.
//!
//! Apart from the rule because it is about texts alone, and about many of them: most values that
//! people write down as passwords and tokens are none.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Secrets that show by their form: keys of well-known services, private keys, a header, and a
/// password in the address of a server. What is named is the secret itself.
static FORMS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        \b(?: gh[pousr]_[A-Za-z0-9]{36} | github_pat_[A-Za-z0-9_]{40,} | glpat-[A-Za-z0-9_-]{20}
          | AKIA[A-Z0-9]{16} | xox[abprs]-[A-Za-z0-9-]{20,} | [rs]k_live_[A-Za-z0-9]{16,}
          | hf_[A-Za-z0-9]{30,} | npm_[A-Za-z0-9]{36} )\b
        | \b(?<key> sk-[A-Za-z0-9_-]{32,} )\b
        | (?<begin> -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY----- )
          (?: \\n | \s )+ (?: [A-Za-z0-9+/]{16} | Proc-Type )
        | (?i: authorization:\ * (?: bearer | basic | token ) )\ +
          (?<header> [A-Za-z0-9._~+/=-]{8,} )
        | https?://[^\s/:@$]+:(?<password> [^\s/:@$]+ )@
        | \b(?: postgres(?:ql)? | mysql | mariadb | mongodb(?:\+srv)? | rediss? | amqps? )
          ://(?<user> [^\s/:@$]* ):(?<of_base> [^\s/:@$]+ )@",
    )
    .ok()
});

/// Where secrets stand that show by their form, in the order of the text.
pub(super) fn shown(text: &str) -> Vec<Range<usize>> {
    let Some(forms) = FORMS.as_ref() else { return Vec::new() };
    let found = forms.captures_iter(text).filter_map(|it| {
        let all = it.get(0)?.range();
        if let Some(begin) = it.name("begin") {
            return Some(begin.range());
        }
        if let Some(key) = it.name("key") {
            let before = text[..all.start].chars().next_back();
            // A name with `sk` in it.
            let is_name = before.is_some_and(|char| "/-._".contains(char));
            return (!is_name && is_key(key.as_str())).then_some(all);
        }
        if let Some(header) = it.name("header") {
            let value = header.as_str();
            return (is_real(value) && is_varied(value, 20)).then_some(header.range());
        }
        if let Some((user, password)) = it.name("user").zip(it.name("of_base")) {
            let value = password.as_str();
            let is_own = user.as_str() == value;
            return (!is_own && is_real(value) && is_varied(value, 16)).then_some(all);
        }
        match it.name("password") {
            Some(password) => is_real(password.as_str()).then_some(all),
            None => is_real(&text[all.clone()]).then_some(all),
        }
    });
    found.collect()
}

/// Whether what begins with `sk-` has a part that nobody reads: `sk-learn-…` is a name.
fn is_key(value: &str) -> bool {
    let is_part = |part: &str| part.len() >= 16 && part.bytes().any(|it| it.is_ascii_digit());
    is_real(value) && value.split('-').any(is_part)
}

/// Whether it has digits in it, or is as long as no word.
fn is_varied(value: &str, long: usize) -> bool {
    value.len() >= long || value.bytes().any(|it| it.is_ascii_digit())
}

/// Words of which one is enough to show that the real value comes later.
const STANDING_IN: &str = "\
your replace replaceme change changeme placeholder example sample dummy fake redacted insert todo
fixme goes";

/// Words of which one that stands for a secret, or a throwaway one, is made.
const WORDS: &str = "\
a access admin api apikey app auth bearer db default demo dev disabled empty enabled false for
guest here key local me minio minioadmin my mysql name nil no none not null off on optional pass
passwd password postgres private rabbit redis required root secret set some super test testing the
this token true undefined unset user value yes";

/// How values begin that say where the secret is, or that something puts it in later.
const ELSEWHERE: [&str; 19] = [
    "/",
    ".",
    "~",
    "<",
    "$",
    "{",
    "[",
    "(",
    "@",
    "%",
    "*",
    "env:",
    "op://",
    "vault:",
    "file:",
    "arn:",
    "ref+",
    "!vault",
    "secretref:",
];

/// Whether a value may be a secret: not empty, a path, a placeholder, or a word that nobody would
/// take for one.
pub(super) fn is_real(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    if value.len() < 4 || ELSEWHERE.iter().any(|it| lower.starts_with(it)) {
        return false;
    }
    // `a${b}`, `a{{ b }}`, `a<b>`.
    if ["${", "{{", "$(", "<"].iter().any(|it| value.contains(it)) {
        return false;
    }
    // `API_KEY`.
    if value.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
        return false;
    }
    let parts = lower.split(|char: char| !char.is_alphanumeric()).filter(|it| !it.is_empty());
    let bare = |part: &str| part.trim_end_matches(|char: char| char.is_ascii_digit()).to_owned();
    let is_in = |words: &str, part: &str| words.split([' ', '\n']).any(|it| it == bare(part));
    let is_word = |part: &str| bare(part).is_empty() && part.len() < 9 || is_in(WORDS, part);
    // `sk-xxxxxxxx`, `000000`.
    let longest = parts.clone().max_by_key(|it| it.len()).unwrap_or_default();
    let is_one_letter = longest.chars().all(|char| longest.starts_with(char));
    !is_one_letter && !parts.clone().any(|it| is_in(STANDING_IN, it)) && !parts.clone().all(is_word)
}

/// A variable that a command gets by itself, `NAME=value` before its name.
pub(super) struct Given<'t> {
    /// Its name.
    pub(super) name: &'t str,
    /// The value, if the text has it as it is.
    pub(super) value: Option<String>,
    /// Where it stands in the text of the command.
    pub(super) bytes: Range<usize>,
}

/// The variables that stand before the name of a command, also behind `env` and `sudo`.
pub(super) fn given(command: &str) -> Vec<Given<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut is_value = false;
    while let Some(bytes) = word(command, at) {
        at = bytes.end;
        let text = &command[bytes.clone()];
        let is_name = |name: &str| {
            let mut chars = name.chars();
            chars.next().is_some_and(|it| it.is_ascii_alphabetic() || it == '_')
                && chars.all(|it| it.is_ascii_alphanumeric() || it == '_')
        };
        if is_value {
            is_value = false;
        } else if let Some((name, value)) = text.split_once('=').filter(|(name, _)| is_name(name)) {
            found.push(Given { name, value: literal(value), bytes });
        } else if text.starts_with('-') {
            is_value = matches!(text, "-u" | "-g" | "-C" | "--user" | "--unset" | "--chdir");
        } else if !matches!(text, "env" | "sudo" | "doas" | "exec" | "command" | "nohup") {
            break;
        }
    }
    found
}

/// The word that begins at a byte or behind blanks there.
fn word(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + text[at..].find(|char: char| !" \t\\\n".contains(char))?;
    let mut quote = None;
    let mut chars = text[start..].char_indices();
    while let Some((offset, char)) = chars.next() {
        match (char, quote) {
            ('\\', None | Some('"')) => drop(chars.next()),
            ('\'' | '"', None) => quote = Some(char),
            (_, Some(open)) if open == char => quote = None,
            (' ' | '\t' | '\n' | ';' | '|' | '&' | '(' | ')' | '<' | '>', None) => {
                return (offset > 0).then_some(start..start + offset);
            }
            _ => {}
        }
    }
    Some(start..text.len())
}

/// A value without its quotes; none: something is put into it.
fn literal(value: &str) -> Option<String> {
    let inside = value.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
    if let Some(inside) = inside.filter(|it| !it.contains('\'')) {
        return Some(inside.to_owned());
    }
    let plain = value.replace(['"', '\''], "");
    (!plain.contains(['$', '`', '\\'])).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_secret_is_none() {
        for value in [
            "",
            "abc",
            "${NPM_TOKEN}",
            "{{ key }}",
            "YOUR_API_KEY",
            "your-api-key-here",
            "replace-me",
            "changeme",
            "fake",
            "@key@",
            "env:API_KEY",
            "op://vault/item/field",
            "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "postgres",
            "root",
            "admin",
            "password",
            "true",
            "false",
            "disabled",
            "<token>",
            "test123",
            "my-secret-token",
            "********",
            "/run/key",
            "not-set",
            "example-key-1",
            "4096",
        ] {
            assert!(!is_real(value), "{value}");
        }
        for value in ["hunter22", "f81d4fae7dec", "correct-horse", "Tr0ub4dor&3", "abcd1234efgh"] {
            assert!(is_real(value), "{value}");
        }
    }

    #[test]
    fn secrets_show_by_their_form() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<_> = shown(text).into_iter().map(|it| &text[it]).collect();
            assert_eq!(found, expected, "{text}");
        };
        let key = concat!("sk", "-proj-a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6");
        let live = concat!("sk", "_live_a1b2c3d4e5f6g7h8i9");
        check(&format!("a {key}"), &[key]);
        check(&format!("a {live}"), &[live]);
        check(&format!("/opt/{key}"), &[]);
        check("pip install sk-learn-some-very-long-package-name-here-ok", &[]);
        check("a sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", &[]);
        let begin = concat!("-----BEGIN RSA PRIVATE", " KEY-----");
        check(&format!("cat <<E\n{begin}\nMIIEpAIBAAKCAQEA\nE\n"), &[begin]);
        check(&format!("a='{begin}\\nMIIEpAIBAAKCAQEA'"), &[begin]);
        check(&format!("grep -q -- '{begin}' k"), &[]);
        check("curl -H 'Authorization: Bearer abcd1234efgh' a", &["abcd1234efgh"]);
        check("curl -H \"Authorization: Bearer $TOKEN\" a", &[]);
        check("curl -H 'authorization: bearer YOUR_TOKEN_HERE' a", &[]);
        check("a https://ana:hunter22@b/c", &["https://ana:hunter22@"]);
        check("# https://USER:PASSWORD@HOST and https://user:token@host\n", &[]);
        check("a https://b:8443/c@d http://a:$b@c", &[]);
        check("a postgres://ana:hunter22@b/c", &["postgres://ana:hunter22@"]);
        check("a postgres://postgres:postgres@b redis://:secret@c mysql://u:p@h", &[]);
    }

    #[test]
    fn variables_before_a_command_are_found() {
        let check = |text: &str, expected: &[(&str, Option<&str>, &str)]| {
            let found = given(text);
            let found =
                found.iter().map(|it| (it.name, it.value.as_deref(), &text[it.bytes.clone()]));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
        };
        check("A=b C='d e' f G=h", &[("A", Some("b"), "A=b"), ("C", Some("d e"), "C='d e'")]);
        check("sudo -u dev -E A=b f", &[("A", Some("b"), "A=b")]);
        check("env A=\"$b\" C=\"d\" f", &[("A", None, "A=\"$b\""), ("C", Some("d"), "C=\"d\"")]);
        check("a B=c", &[]);
        check("A='b", &[("A", Some("b"), "A='b")]);
        check("", &[]);
    }
}
