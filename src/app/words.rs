//! Words of a line as a shell splits them, and a line of words as a shell reads them back.

/// The first word of a text, its quotes taken off, and what follows it; none: a quote is open.
#[must_use]
pub fn first(text: &str) -> Option<(String, &str)> {
    let (mut word, mut quote) = (String::new(), None);
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match (quote, char) {
            (None, ' ' | '\t') => return Some((word, &text[at..])),
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            (None | Some('"'), '\\') => word.extend(chars.next().map(|(_, char)| char)),
            (_, char) => word.push(char),
        }
    }
    quote.is_none().then_some((word, ""))
}

/// Whether the first word of a text is more to a shell than its letters: something in it is filled
/// in, or ends the command.
#[must_use]
pub fn is_for_a_shell(text: &str) -> bool {
    // A tilde is one's home at the begin and behind a colon.
    let (mut quote, mut before) = (None, ':');
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (None, ' ' | '\t') => return false,
            (None, ';' | '&' | '|' | '<' | '>' | '(' | ')') => return true,
            (None, '~') if before == ':' => return true,
            (None | Some('"'), '$' | '`') => return true,
            (None, '\'' | '"') => quote = Some(char),
            (Some(open), char) if open == char => quote = None,
            (None | Some('"'), '\\') => drop(chars.next()),
            _ => {}
        }
        before = char;
    }
    false
}

/// All words of a text; none: a quote is open.
#[must_use]
pub fn split(text: &str) -> Option<Vec<String>> {
    let (mut words, mut rest) = (Vec::new(), text.trim());
    while !rest.is_empty() {
        let (word, after) = first(rest)?;
        words.push(word);
        rest = after.trim_start();
    }
    Some(words)
}

/// A word that a shell reads as this text.
#[must_use]
pub fn quoted(text: &str) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || "_-./:=@%+,~".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r#"'"'"'"#))
}

/// A line of words.
pub fn joined<'t>(words: impl IntoIterator<Item = &'t String>) -> String {
    words.into_iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_split_as_a_shell_does() {
        for (text, words) in [
            ("", &[][..]),
            ("  a  b ", &["a", "b"]),
            (r#"a 'b c' "d 'e" f\ g"#, &["a", "b c", "d 'e", "f g"]),
            (r#"'' "a\"b""#, &["", "a\"b"]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        assert_eq!(split("a 'b"), None);
    }

    #[test]
    fn what_a_shell_fills_in_is_left_to_it() {
        for (text, is_for_a_shell) in [
            ("", false),
            ("1 $x", false),
            ("a~b#c'$x`;'\\$\\; y", false),
            (r#""a;b|c~\$x" z"#, false),
            ("$x", true),
            (r#"a"$(date)""#, true),
            ("`date`", true),
            ("~/src", true),
            ("/bin:~/bin", true),
            ("(1 2)", true),
            ("1; echo", true),
            ("1&&echo", true),
            ("x>file", true),
        ] {
            assert_eq!(super::is_for_a_shell(text), is_for_a_shell, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_joined_is_split_again(words in proptest::collection::vec("[a-z '\"\\\\$=]{0,6}", 0..6)) {
            prop_assert_eq!(split(&joined(&words)), Some(words));
        }
    }
}
