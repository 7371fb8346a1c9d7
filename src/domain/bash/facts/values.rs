//! What words stand for, as far as the text and earlier assignments tell.

use compact_str::format_compact;

use super::path::HOME;
use super::scope::{Known, Scope};
use crate::domain::bash::Text;
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Operator, Parameter, Part, PartKind, Word};

/// What a word stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// The text; of one that is not whole, its beginning.
    pub text: Text,
    /// Whether that is all of it.
    pub whole: bool,
    /// The word.
    pub span: Span,
}

/// A word in braces may stand for so many; one for more is not whole.
const MOST: usize = 64;

impl Value {
    /// The text, if it is all known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.whole.then_some(self.text.as_str())
    }

    /// Whether it is an option, for all that is known.
    #[must_use]
    pub fn is_option(&self) -> bool {
        self.text.starts_with('-') && self.text != "-"
    }
}

/// What bash takes for blanks between words while a script leaves `IFS` alone.
const BLANKS: &str = " \t\n";

/// The words that `word` becomes: braces, variables with several words in them.
pub(super) fn several(word: &Word, scope: &Scope<'_>) -> Vec<Value> {
    let mut values = expanded(word, scope);
    // Behind what is not known, `..` leads out of what is.
    if climbs(&word.parts) && values.iter().any(|value| !value.whole) {
        for value in values.iter_mut().filter(|value| !value.whole) {
            value.text.clear();
        }
    }
    values
}

/// Whether one of the names in it is `..`.
pub(super) fn climbs(parts: &[Part]) -> bool {
    parts.iter().any(|part| {
        matches!(&part.kind, PartKind::Text(text) if text.split('/').any(|name| name == ".."))
    })
}

/// Whether bash looks for files that a word may mean.
pub(super) fn is_pattern(word: &Word, scope: &Scope<'_>) -> bool {
    word.parts.iter().filter(|part| !part.quoted).any(|part| match &part.kind {
        PartKind::Text(text) => match unquoted(text) {
            Unquoted::Until(_) => pattern(text).is_some(),
            Unquoted::One(_) | Unquoted::Several(_) => false,
        },
        PartKind::Parameter(parameter) => {
            parameter_value(parameter, scope).is_some_and(|known| pattern(&known.text).is_some())
        }
        _ => false,
    })
}

fn expanded(word: &Word, scope: &Scope<'_>) -> Vec<Value> {
    // Most words are one text that stands for itself.
    if let [Part { kind: PartKind::Text(text), quoted, .. }] = &*word.parts
        && (*quoted || !text.contains(['*', '?', '[', '(', '{']) && !text.starts_with('~'))
    {
        return vec![Value { text: text.clone(), whole: true, span: word.span }];
    }
    let mut done: Vec<Text> = Vec::new();
    // The last word, in all the forms that braces give it; `None`: no word was begun.
    let mut open: Option<Vec<Text>> = None;
    for (at, part) in word.parts.iter().enumerate() {
        let (text, split) = match &part.kind {
            PartKind::Text(text) if part.quoted => (text.clone(), false),
            // A brace whose other half lies behind a quote or an expansion.
            PartKind::Text(text) if word.parts.len() > 1 && opens_brace(text) => {
                let before = text.split('{').next().unwrap_or_default();
                let Some(Known { text, .. }) = tilde(before, at, scope) else {
                    return partial(done, open, word.span, "");
                };
                return partial(done, open, word.span, &text);
            }
            PartKind::Text(text) if at == 0 && text.starts_with('~') && scope.is_set("HOME") => {
                match (tilde(text, at, scope), unquoted(text)) {
                    (Some(Known { text, whole: true }), Unquoted::One(_)) => (text, false),
                    (known, _) => {
                        let text = known.unwrap_or_default().text;
                        let text = pattern(&text).map_or(text.as_str(), |at| &text[..at]);
                        let text = text.split('{').next().unwrap_or_default();
                        return partial(done, open, word.span, text);
                    }
                }
            }
            PartKind::Text(text) => match unquoted(text) {
                Unquoted::One(text) => (text, false),
                Unquoted::Several(texts) => {
                    let before = open.take().unwrap_or_else(|| vec![Text::default()]);
                    let all: Vec<_> = before
                        .iter()
                        .flat_map(|before| {
                            texts.iter().map(move |text| format_compact!("{before}{text}"))
                        })
                        .take(MOST + 1)
                        .collect();
                    if all.len() > MOST {
                        return partial(done, Some(before), word.span, "");
                    }
                    open = Some(all);
                    continue;
                }
                Unquoted::Until(text) => return partial(done, open, word.span, &text),
            },
            PartKind::Parameter(parameter) => match parameter_value(parameter, scope) {
                Some(Known { text, whole: true }) => (text, !part.quoted),
                Some(Known { text, .. }) if part.quoted || is_one_word(&text, scope) => {
                    return partial(done, open, word.span, &text);
                }
                Some(_) => return partial(done, open, word.span, ""),
                None if is_all_arguments(parameter, &word.parts) => {
                    let Some(all) = scope.positional() else {
                        return partial(done, open, word.span, "");
                    };
                    let stay_apart = if part.quoted {
                        parameter.name == "@" || all.len() < 2
                    } else {
                        all.iter().all(|value| is_one_word(&value.text, scope))
                    };
                    if stay_apart {
                        return all.to_vec();
                    }
                    return partial(done, open, word.span, "");
                }
                None => return partial(done, open, word.span, ""),
            },
            _ => return partial(done, open, word.span, ""),
        };
        if !split {
            lengthen(&mut open, &text);
            continue;
        }
        let Some(separators) = separators(scope) else {
            return partial(done, open, word.span, "");
        };
        let parts_words = |char: char| separators.contains(char);
        if let Some(at) = pattern(&text) {
            let known = if text.contains(parts_words) { "" } else { &text[..at] };
            return partial(done, open, word.span, known);
        }
        // Any other one than a blank may stand between words of which one is empty.
        if text.contains(|char: char| parts_words(char) && !BLANKS.contains(char)) {
            return partial(done, open, word.span, "");
        }
        if text.starts_with(parts_words) {
            done.extend(open.take().unwrap_or_default());
        }
        let mut words = text.split(parts_words).filter(|piece| !piece.is_empty()).peekable();
        while let Some(piece) = words.next() {
            lengthen(&mut open, piece);
            if words.peek().is_some() || text.ends_with(parts_words) {
                done.extend(open.take().unwrap_or_default());
            }
        }
    }
    done.extend(open.unwrap_or_default());
    done.into_iter().map(|text| Value { text, whole: true, span: word.span }).collect()
}

/// Adds text to the last word, or begins one.
fn lengthen(open: &mut Option<Vec<Text>>, text: &str) {
    for form in open.get_or_insert_with(|| vec![Text::default()]) {
        form.push_str(text);
    }
}

/// What `word` becomes where nothing splits it, as behind `=`.
pub(super) fn one(word: &Word, scope: &Scope<'_>) -> Value {
    let mut value = Value { text: Text::default(), whole: true, span: word.span };
    for (at, part) in word.parts.iter().enumerate() {
        let text = match &part.kind {
            PartKind::Text(text) if !part.quoted => tilde(text, at, scope),
            PartKind::Text(text) => Some(Known { text: text.clone(), whole: true }),
            PartKind::Parameter(parameter) => parameter_value(parameter, scope),
            _ => None,
        };
        let known = text.unwrap_or_default();
        value.text.push_str(&known.text);
        if !known.whole {
            value.whole = false;
            if climbs(&word.parts) {
                value.text.clear();
            }
            break;
        }
    }
    value
}

/// What parts the words that a variable becomes; `None`: it is not known.
fn separators<'k>(scope: &'k Scope<'_>) -> Option<&'k str> {
    if !scope.is_set("IFS") {
        return Some(BLANKS);
    }
    scope.value("IFS").filter(|known| known.whole).map(|known| known.text.as_str())
}

/// Text outside of quotes, with the home that a `~` at its beginning stands for if the script
/// chose one. One in the middle may be a home, too (`PATH=/a:~/b`).
fn tilde(text: &str, at: usize, scope: &Scope<'_>) -> Option<Known> {
    let whole = |text: Text| Some(Known { text, whole: true });
    if !scope.is_set("HOME") || !text.contains('~') {
        return whole(text.into());
    }
    let rest = text.strip_prefix('~').filter(|_| at == 0);
    match rest {
        Some(rest) if rest.starts_with('/') || rest.is_empty() => {
            let home = scope.value("HOME")?;
            if !home.whole {
                return Some(home.clone());
            }
            whole(format_compact!("{}{rest}", home.text))
        }
        Some(_) => whole(text.into()),
        None => match text.find(":~") {
            Some(at) => Some(Known { text: text[..=at].into(), whole: false }),
            None => whole(text.into()),
        },
    }
}

fn opens_brace(text: &str) -> bool {
    text.rfind('{').is_some_and(|open| !text[open..].contains('}'))
}

/// Words of which the last is known only as far as `text`.
fn partial(done: Vec<Text>, open: Option<Vec<Text>>, span: Span, text: &str) -> Vec<Value> {
    let whole = |text| Value { text, whole: true, span };
    let mut values: Vec<_> = done.into_iter().map(whole).collect();
    let forms = open.unwrap_or_else(|| vec![Text::default()]);
    let begun = |form: Text| Value { text: form + text, whole: false, span };
    values.extend(forms.into_iter().map(begun));
    values
}

/// `"$@"` or `$*` alone.
fn is_all_arguments(parameter: &Parameter, parts: &[Part]) -> bool {
    parts.len() == 1
        && matches!(parameter.name.as_str(), "@" | "*")
        && parameter.argument.is_empty()
}

/// The value of a parameter, if it is known.
fn parameter_value(parameter: &Parameter, scope: &Scope<'_>) -> Option<Known> {
    let whole = |text: &str| Known { text: text.into(), whole: true };
    if parameter.indirect {
        return None;
    }
    let name = parameter.name.as_str();
    let own = match name.parse::<usize>() {
        Ok(0) => None,
        Ok(number) => {
            let arguments = scope.positional()?;
            match arguments.get(number - 1) {
                Some(value) => Some(Known { text: value.text.clone(), whole: value.whole }),
                // Behind one that may stand for several no number is known.
                None if arguments.iter().all(|value| value.whole) => Some(whole("")),
                None => None,
            }
        }
        Err(_) if name == "HOME" && !scope.is_set(name) => Some(whole(HOME)),
        Err(_) if name == "IFS" && !scope.is_set(name) => Some(whole(BLANKS)),
        Err(_) => scope.value(name).cloned(),
    };
    match parameter.operator {
        Operator::Plain if parameter.argument.is_empty() => own,
        Operator::Default | Operator::Assign => match own {
            Some(own) if own.text.is_empty() && own.whole => {
                let word = Word { span: Span::default(), parts: parameter.argument.clone() };
                let Value { text, whole, .. } = one(&word, scope);
                Some(Known { text, whole })
            }
            // One that begins with nothing known may be empty.
            Some(own) if own.text.is_empty() => None,
            own => own,
        },
        Operator::Require => own.filter(|own| !own.text.is_empty()),
        _ => None,
    }
}

/// Whether text that nothing quotes stays what it is.
fn is_one_word(text: &str, scope: &Scope<'_>) -> bool {
    let Some(separators) = separators(scope) else { return text.is_empty() };
    pattern(text).is_none() && !text.contains(|char: char| separators.contains(char))
}

/// What text outside of quotes stands for.
enum Unquoted {
    One(Text),
    Several(Vec<Text>),
    /// A pattern follows.
    Until(Text),
}

/// Where a pattern for names of files begins.
fn pattern(text: &str) -> Option<usize> {
    // `[` alone is a command.
    if text == "[" || text == "[[" {
        return None;
    }
    let at = text.find(['*', '?', '[', '('])?;
    // `!(a)`, `@(a|b)`.
    let opens_group = text[at..].starts_with('(') && text[..at].ends_with(['+', '@', '!']);
    Some(if opens_group { at - 1 } else { at })
}

fn unquoted(text: &str) -> Unquoted {
    if let Some(at) = pattern(text) {
        // A brace before it is known no better.
        let known = text[..at].split('{').next().unwrap_or_default();
        return Unquoted::Until(known.into());
    }
    let Some(open) = text.find('{') else {
        return Unquoted::One(text.into());
    };
    let Some(length) = text[open..].find('}') else {
        return Unquoted::One(text.into());
    };
    let (before, inside, behind) =
        (&text[..open], &text[open + 1..open + length], &text[open + length + 1..]);
    if inside.contains('{') || behind.contains('{') || inside.contains("..") {
        return Unquoted::Until(before.into());
    }
    if !inside.contains(',') {
        return Unquoted::One(text.into());
    }
    Unquoted::Several(
        inside.split(',').map(|form| format_compact!("{before}{form}{behind}")).collect(),
    )
}
