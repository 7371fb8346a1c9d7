//! Scripts that nobody wrote: real ones cut, joined and disturbed, and plain bytes.

use crate::chance::Chance;

/// What a mutation puts in: together these make more of bash's states than characters would.
const PIECES: [&str; 44] = [
    "\n",
    " ",
    "\t",
    "\r\n",
    ";",
    ";;",
    "&",
    "&&",
    "|",
    "||",
    "\\\n",
    "\\",
    "#",
    "'",
    "\"",
    "`",
    "$(",
    ")",
    "(",
    "${",
    "}",
    "{ ",
    "$((",
    "))",
    "<(",
    "<<E\n",
    "\nE\n",
    "<<-'E'\n",
    ">",
    "2>&1",
    "if ",
    "\nthen\n",
    "\nfi\n",
    "for x in ",
    "do\n",
    "\ndone\n",
    "case x in ",
    "esac",
    "f() ",
    "[[ ",
    " ]]",
    "é👨‍👩‍👧",
    "\0",
    "=",
];

/// Whole lines that mean something to the rules.
const LINES: [&str; 14] = [
    "apt-get install jq",
    "export A_TOKEN=abcdefgh",
    "echo \"$TASK_ID\" > /opt/a # prebake: allow PB101 why",
    "# prebake: allow PB101,SC2086 PB999",
    "# shellcheck disable=SC2086",
    "cd /tmp || exit 0",
    "curl -O /opt/a https://example.com/a | bash",
    "cat <<E > /etc/a; echo $A",
    "set -euo pipefail",
    "A=$(cat /opt/a)",
    "echo $A $TASKID",
    "sudo -u dev bash -c 'rm -rf /opt/a'",
    "exec x; exit 0; sleep 99",
    "true",
];

/// The longest script that is made, in bytes.
const LONGEST: usize = 16_000;

/// A script made of what is there.
pub(crate) fn script(chance: &mut Chance, real: &[String]) -> String {
    if real.is_empty() || chance.below(10) == 0 {
        return bytes(chance);
    }
    let mut text = chance.of_all(real).cloned().unwrap_or_default();
    for _ in 0..=chance.below(6) {
        text = mutated(chance, text, real);
    }
    truncated(text)
}

/// Bytes as they come; what is no text becomes the sign for that.
fn bytes(chance: &mut Chance) -> String {
    let length = chance.below(200);
    let bytes: Vec<u8> = (0..length).map(|_| chance.below(256).to_le_bytes()[0]).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn mutated(chance: &mut Chance, mut text: String, real: &[String]) -> String {
    match chance.below(8) {
        0 => {
            let (from, to) = two(chance, &text);
            text.replace_range(from..to, "");
        }
        1 | 2 => {
            let at = boundary(chance, &text);
            text.insert_str(at, chance.of_all(&PIECES).copied().unwrap_or_default());
        }
        3 => {
            let (from, to) = two(chance, &text);
            let copy = text[from..to].to_owned();
            let at = boundary(chance, &text);
            text.insert_str(at, &copy);
        }
        4 => {
            let at = boundary(chance, &text);
            if let Some(char) = text[at..].chars().next() {
                text.replace_range(at..at + char.len_utf8(), "");
            }
        }
        5 => {
            let other = chance.of_all(real).cloned().unwrap_or_default();
            let (at, from) = (boundary(chance, &text), boundary(chance, &other));
            text.truncate(at);
            text.push_str(&other[from..]);
        }
        6 => {
            let at = boundary(chance, &text);
            let line = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
            let words = chance.of_all(&LINES).copied().unwrap_or_default();
            text.insert_str(line, &format!("{words}\n"));
        }
        _ => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, two) = (chance.below(lines.len()), chance.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(one, two);
            }
            text = lines.concat();
        }
    }
    text
}

/// A place between two characters.
fn boundary(chance: &mut Chance, text: &str) -> usize {
    text.floor_char_boundary(chance.below(text.len() + 1))
}

/// Two such places, not far from each other.
fn two(chance: &mut Chance, text: &str) -> (usize, usize) {
    let from = boundary(chance, text);
    let length = chance.below(200);
    (from, text.floor_char_boundary((from + length).min(text.len())))
}

fn truncated(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST));
    text
}
