//! What words stand for, as far as the text and earlier assignments tell.

use super::path::HOME;
use super::scope::{Known, Scope};
use crate::domain::bash::span::Span;
use crate::domain::bash::tree::{Operator, Parameter, Part, PartKind, Word};

/// What a word stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// The text; of one that is not whole, its beginning.
    pub text: String,
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

/// The words that `word` becomes: braces, variables with several words in them.
pub(super) fn several(word: &Word, scope: &Scope<'_>) -> Vec<Value> {
    // Most words are one text that stands for itself.
    if let [Part { kind: PartKind::Text(text), quoted, .. }] = &*word.parts
        && (*quoted || !text.contains(['*', '?', '[', '(', '{']))
    {
        return vec![Value { text: text.clone(), whole: true, span: word.span }];
    }
    let mut done: Vec<String> = Vec::new();
    // The last word, in all the forms that braces give it; `None`: no word was begun.
    let mut open: Option<Vec<String>> = None;
    for part in &word.parts {
        let (text, split) = match &part.kind {
            PartKind::Text(text) if part.quoted => (text.clone(), false),
            PartKind::Text(text) => match unquoted(text) {
                Unquoted::One(text) => (text, false),
                Unquoted::Several(texts) => {
                    let before = open.take().unwrap_or_else(|| vec![String::new()]);
                    let all: Vec<_> = before
                        .iter()
                        .flat_map(|before| texts.iter().map(move |text| format!("{before}{text}")))
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
                Some(Known { text, .. }) if part.quoted || is_one_word(&text) => {
                    return partial(done, open, word.span, &text);
                }
                Some(_) => return partial(done, open, word.span, ""),
                None if is_all_arguments(parameter, &word.parts) => {
                    return scope.arguments.clone().unwrap_or_default();
                }
                None => return partial(done, open, word.span, ""),
            },
            _ => return partial(done, open, word.span, ""),
        };
        if !split {
            for form in open.get_or_insert_with(|| vec![String::new()]) {
                form.push_str(&text);
            }
            continue;
        }
        if text.contains(['*', '?', '[']) {
            return partial(done, open, word.span, "");
        }
        if text.starts_with([' ', '\t', '\n']) {
            done.extend(open.take().unwrap_or_default());
        }
        let mut words = text.split_ascii_whitespace().peekable();
        while let Some(piece) = words.next() {
            for form in open.get_or_insert_with(|| vec![String::new()]) {
                form.push_str(piece);
            }
            if words.peek().is_some() || text.ends_with([' ', '\t', '\n']) {
                done.extend(open.take().unwrap_or_default());
            }
        }
    }
    done.extend(open.unwrap_or_default());
    done.into_iter().map(|text| Value { text, whole: true, span: word.span }).collect()
}

/// What `word` becomes where nothing splits it, as behind `=`.
pub(super) fn one(word: &Word, scope: &Scope<'_>) -> Value {
    let mut value = Value { text: String::new(), whole: true, span: word.span };
    for part in &word.parts {
        let text = match &part.kind {
            PartKind::Text(text) => Some(Known { text: text.clone(), whole: true }),
            PartKind::Parameter(parameter) => parameter_value(parameter, scope),
            _ => None,
        };
        let known = text.unwrap_or_default();
        value.text.push_str(&known.text);
        if !known.whole {
            value.whole = false;
            break;
        }
    }
    value
}

/// Words of which the last is known only as far as `text`.
fn partial(done: Vec<String>, open: Option<Vec<String>>, span: Span, text: &str) -> Vec<Value> {
    let whole = |text| Value { text, whole: true, span };
    let mut values: Vec<_> = done.into_iter().map(whole).collect();
    let forms = open.unwrap_or_else(|| vec![String::new()]);
    let begun = |form: String| Value { text: form + text, whole: false, span };
    values.extend(forms.into_iter().map(begun));
    values
}

/// `"$@"` alone.
fn is_all_arguments(parameter: &Parameter, parts: &[Part]) -> bool {
    parts.len() == 1
        && matches!(parameter.name.as_str(), "@" | "*")
        && parameter.argument.is_empty()
}

/// The value of a parameter, if it is known.
fn parameter_value(parameter: &Parameter, scope: &Scope<'_>) -> Option<Known> {
    let whole = |text: &str| Known { text: text.to_owned(), whole: true };
    if parameter.indirect {
        return None;
    }
    let name = parameter.name.as_str();
    let own = match name.parse::<usize>() {
        Ok(0) => None,
        Ok(number) => {
            let arguments = scope.arguments.as_ref()?;
            match arguments.get(number - 1) {
                Some(value) => Some(Known { text: value.text.clone(), whole: value.whole }),
                // Behind one that may stand for several no number is known.
                None if arguments.iter().all(|value| value.whole) => Some(whole("")),
                None => None,
            }
        }
        Err(_) if name == "HOME" && !scope.is_set(name) => Some(whole(HOME)),
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

fn is_one_word(text: &str) -> bool {
    !text.contains([' ', '\t', '\n', '*', '?', '['])
}

/// What text outside of quotes stands for.
enum Unquoted {
    One(String),
    Several(Vec<String>),
    /// A pattern follows.
    Until(String),
}

fn unquoted(text: &str) -> Unquoted {
    if let Some(at) = text.find(['*', '?', '[', '(']) {
        // `[` alone is a command.
        if text != "[" && text != "[[" {
            return Unquoted::Until(text[..at].to_owned());
        }
    }
    let Some(open) = text.find('{') else {
        return Unquoted::One(text.to_owned());
    };
    let Some(length) = text[open..].find('}') else {
        return Unquoted::One(text.to_owned());
    };
    let (before, inside, behind) =
        (&text[..open], &text[open + 1..open + length], &text[open + length + 1..]);
    if inside.contains('{') || behind.contains('{') || inside.contains("..") {
        return Unquoted::Until(before.to_owned());
    }
    if !inside.contains(',') {
        return Unquoted::One(text.to_owned());
    }
    Unquoted::Several(inside.split(',').map(|form| format!("{before}{form}{behind}")).collect())
}
