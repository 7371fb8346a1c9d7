//! Texts of other formats as values without meaning: JSON with comments, TOML, YAML.
//!
//! All three become [`Unknown`], which keeps the text of numbers and tells text from what only
//! looks like it, so that what is not understood can be kept as it is.

use jsonc_parser::ast::Value;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use toml_edit::{Document, Item, TableLike};

use super::ImportError;
use super::encoding::paired;
use super::fields::is_null;
use crate::domain::manifest;
use crate::domain::place::Place;
use crate::domain::unknown::Unknown;

/// Reads JSON, with comments and trailing commas, and with `\u{fffd}` for halves of characters.
pub(super) fn json(text: &str) -> Result<Unknown, ImportError> {
    let (text, _) = paired(text);
    let text = text.as_ref();
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(text, &collect, &options).map_err(|error| {
        let place = Place::of(text, error.range().start);
        wrong(place, format!("this is no JSON: {}", lower(&error.kind().to_string())))
    })?;
    match parsed.value {
        Some(value) => Ok(of_json(value)),
        None => Err(wrong(Place::START, "the file is empty".to_owned())),
    }
}

fn of_json(value: Value<'_>) -> Unknown {
    match value {
        Value::StringLit(text) => Unknown::Text(text.value.into_owned()),
        Value::NumberLit(number) => Unknown::Plain(number.value.to_owned()),
        Value::BooleanLit(flag) => Unknown::Plain(flag.value.to_string()),
        Value::NullKeyword(_) => Unknown::Plain("null".to_owned()),
        Value::Array(array) => Unknown::List(array.elements.into_iter().map(of_json).collect()),
        Value::Object(object) => {
            let field = |(name, value)| (Unknown::Text(name), of_json(value));
            let fields = object.properties.into_iter();
            let fields = fields.map(|field| (field.name.into_string(), field.value));
            Unknown::Map(fields.map(field).collect())
        }
    }
}

/// Writes a value as JSON, in lines. A number keeps its text; what is plain in YAML and nothing in
/// JSON is a text.
pub(super) fn json_text(value: &Unknown) -> String {
    let mut text = String::new();
    write_json(&mut text, value, 0);
    text.push('\n');
    text
}

fn write_json(text: &mut String, value: &Unknown, depth: usize) {
    let parts: Vec<(Option<&Unknown>, &Unknown)> = match value {
        Unknown::Plain(word) if is_null(word) => return text.push_str("null"),
        Unknown::Plain(word) if matches!(word.as_str(), "True" | "TRUE" | "False" | "FALSE") => {
            return text.push_str(&word.to_lowercase());
        }
        Unknown::Plain(word) if is_json(word) => return text.push_str(word),
        Unknown::Plain(word) | Unknown::Text(word) => return text.push_str(&quoted(word)),
        Unknown::List(items) => items.iter().map(|item| (None, item)).collect(),
        Unknown::Map(fields) => fields.iter().map(|(name, value)| (Some(name), value)).collect(),
    };
    let (open, close) = if matches!(value, Unknown::List(_)) { ('[', ']') } else { ('{', '}') };
    text.push(open);
    for (index, (name, value)) in parts.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.extend(std::iter::repeat_n(' ', 2 * (depth + 1)));
        if let Some(name) = name {
            text.push_str(&quoted(name.as_str().unwrap_or_default()));
            text.push_str(": ");
        }
        write_json(text, value, depth + 1);
    }
    if !parts.is_empty() {
        text.push('\n');
        text.extend(std::iter::repeat_n(' ', 2 * depth));
    }
    text.push(close);
}

/// Whether a word is a number, or one of JSON's three.
fn is_json(word: &str) -> bool {
    matches!(json(word), Ok(Unknown::Plain(there)) if there == word)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Reads TOML.
pub(super) fn toml(text: &str) -> Result<Unknown, ImportError> {
    let document = Document::parse(text).map_err(|error| {
        let place = Place::of_span(text, error.span());
        wrong(place, format!("this is no TOML: {}", error.message().replace('\n', ", ")))
    })?;
    Ok(of_table(document.as_table()))
}

fn of_table(table: &dyn TableLike) -> Unknown {
    let fields = table.iter().map(|(name, item)| (Unknown::Text(name.to_owned()), of_item(item)));
    Unknown::Map(fields.collect())
}

fn of_item(item: &Item) -> Unknown {
    if let Some(table) = item.as_table_like() {
        of_table(table)
    } else if let Some(tables) = item.as_array_of_tables() {
        Unknown::List(tables.iter().map(|table| of_table(table)).collect())
    } else {
        item.as_value().map_or_else(|| Unknown::Plain("null".to_owned()), of_value)
    }
}

fn of_value(value: &toml_edit::Value) -> Unknown {
    use toml_edit::Value;
    match value {
        Value::String(text) => Unknown::Text(text.value().clone()),
        Value::Integer(number) => Unknown::Plain(number.value().to_string()),
        Value::Float(number) => Unknown::Plain(number.value().to_string()),
        Value::Boolean(flag) => Unknown::Plain(flag.value().to_string()),
        Value::Datetime(time) => Unknown::Plain(time.value().to_string()),
        Value::Array(array) => Unknown::List(array.iter().map(of_value).collect()),
        Value::InlineTable(table) => of_table(table),
    }
}

/// Reads YAML.
pub(super) fn yaml(text: &str) -> Result<Unknown, ImportError> {
    manifest::parse_any(text).map_err(|error| ImportError {
        place: Place { line: error.line, column: error.column },
        cause: format!("this is no YAML that can be read: {}", error.cause),
        advice: error.advice,
    })
}

fn wrong(place: Place, cause: String) -> ImportError {
    ImportError { place, cause, advice: "correct the file, or leave it out".to_owned() }
}

/// The parser's words begin like a sentence of their own.
fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(got: Result<Unknown, ImportError>, want: &str) {
        let got = match got {
            Ok(value) => serde_json::to_string(&value).unwrap(),
            Err(error) => format!("{}:{}: {error}", error.place.line, error.place.column),
        };
        assert!(got.starts_with(want), "{got}\n{want}");
    }

    #[test]
    fn json_may_have_comments_and_trailing_commas() {
        check(
            json(
                "// a\n{\"a\": [1, 1.10, true, null, \"1\",], /* b */ \"b\": {\"c\": \"\\u00e4\",},}\n",
            ),
            r#"{"a":[1,"1.10",true,null,"1"],"b":{"c":"ä"}}"#,
        );
        check(json(""), "1:1: the file is empty; correct the file");
        check(json("// only\n"), "1:1: the file is empty");
        check(json("{\"a\":\n  1 \"b\": 2}"), "2:4: this is no JSON: expected comma");
        check(json("{a: 1}"), "1:2: this is no JSON: ");
        check(json("[1"), "1:1: this is no JSON: unterminated array");
    }

    #[test]
    fn json_is_written_as_it_was_read() {
        for text in [
            "{\n  \"a\": 1.50,\n  \"b\": [\n    -1e400,\n    null,\n    true,\n    \"1.50\"\n  ],\n  \"é\\n\": {},\n  \"c\": []\n}\n",
            "\"x\"\n",
        ] {
            assert_eq!(json_text(&json(text).unwrap()), text);
        }
        assert_eq!(json_text(&Unknown::Plain("0777".to_owned())), "\"0777\"\n");
    }

    #[test]
    fn hostile_json_ends_in_an_error_or_a_value() {
        for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "\u{0}".to_owned()] {
            json(&text).unwrap_err();
        }
        let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
        json(&deep).unwrap();
        let long = format!("[\"{}\"]", "x".repeat(10 << 20));
        json(&long).unwrap();
    }

    #[test]
    fn toml_and_yaml_become_the_same_kind_of_value() {
        check(
            toml(
                "a = 1\nt = 2024-01-01\n[s]\non = true\nx = 1.5\n[[e]]\nid = 'a'\n[[e]]\nid = \"b\"\nl = [1, {m = ''}]\n",
            ),
            r#"{"a":1,"t":"2024-01-01","s":{"on":true,"x":1.5},"e":[{"id":"a"},{"id":"b","l":[1,{"m":""}]}]}"#,
        );
        check(toml("a = 1\na = 2\n"), "2:1: this is no TOML: duplicate key");
        check(toml(&"[".repeat(100_000)), "1:");
        check(
            yaml("tasks:\n  - init: |\n      a\n    on: no\n"),
            r#"{"tasks":[{"init":"a\n","on":"no"}]}"#,
        );
        check(yaml("a: [\n"), "1:4: this is no YAML that can be read: ");
        check(yaml("- 1\n- b\n"), r#"[1,"b"]"#);
    }
}
