//! `# shellcheck disable=SC2086`, which is older than this program: the comment is about the
//! statement that follows, or, before the first one, about the whole script.

use crate::domain::bash::Script;

/// Words behind which a comment is about what follows, though something stands before it.
const OPENING: [&str; 8] = [";", "{", "(", "then", "do", "else", "&&", "||"];

/// Where comments that disable a code begin, in order.
pub(super) fn comments(script: &Script, text: &str, code: &str) -> Vec<usize> {
    let comments = script.comments.iter();
    let comments = comments.filter(|it| disables(it.of(text), code) && is_before(text, it.start));
    let mut comments: Vec<usize> = comments.map(|it| it.start).collect();
    comments.sort_unstable();
    comments
}

/// Whether a comment disables `code`, which begins with `SC`.
fn disables(comment: &str, code: &str) -> bool {
    let words = comment.trim_start_matches('#').trim_start();
    let Some(words) = words.strip_prefix("shellcheck").filter(|it| it.starts_with([' ', '\t']))
    else {
        return false;
    };
    let words = words.split_ascii_whitespace().take_while(|word| !word.starts_with('#'));
    let codes = words.filter_map(|word| word.strip_prefix("disable="));
    let mut codes = codes.flat_map(|codes| codes.split(','));
    let digits = |code: &str| code.trim_start_matches("SC").parse::<u32>().ok();
    codes.any(|it| match it.split_once('-') {
        Some((first, last)) => {
            digits(first) <= digits(code) && digits(code) <= digits(last) && digits(first).is_some()
        }
        None => it == "all" || digits(it).is_some() && digits(it) == digits(code),
    })
}

/// Whether a comment is about what follows, and not behind a command.
fn is_before(text: &str, start: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default().trim_end();
    // `sudo` does not end in `do`.
    let stands_alone = |rest: &str| rest.is_empty() || rest.ends_with([' ', '\t', ';']);
    let opens = |word: &str| {
        line.strip_suffix(word)
            .is_some_and(|rest| !word.starts_with(char::is_alphabetic) || stands_alone(rest))
    };
    line.trim_start().is_empty() || OPENING.iter().any(|word| opens(word))
}
