//! Values of manifest fields that this version does not know.
//!
//! Apart from [`super::environment`] because such a value must survive load and save without
//! being understood: a plain scalar keeps the text it had (`0777`, `1.10`, `no`, an integer of
//! forty digits), which no JSON value can hold.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

/// A YAML value that is carried along, not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// A scalar without quotes, as written: its type is for its reader to decide.
    Plain(String),
    /// A scalar that is text whatever it looks like: it was quoted or a block.
    Text(String),
    /// A list.
    List(Vec<Unknown>),
    /// A mapping in the file's order; names are [`Unknown::Plain`] or [`Unknown::Text`].
    Map(Vec<(Unknown, Unknown)>),
}

impl Unknown {
    /// The text of a scalar; nothing for lists and mappings.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Text(text) => Some(text),
            Self::List(_) | Self::Map(_) => None,
        }
    }
}

/// The JSON form, for people and scripts to look at; files are written by the manifest.
///
/// A plain scalar becomes null, a boolean or a number by YAML's core schema if JSON can hold it
/// exactly, and text otherwise.
impl Serialize for Unknown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Plain(text) => match text.as_str() {
                "" | "~" | "null" | "Null" | "NULL" => serializer.serialize_unit(),
                "true" | "True" | "TRUE" => serializer.serialize_bool(true),
                "false" | "False" | "FALSE" => serializer.serialize_bool(false),
                text => match exact_number(text) {
                    Some(number) => number.serialize(serializer),
                    None => serializer.serialize_str(text),
                },
            },
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name.as_str().unwrap_or_default(), value)?;
                }
                map.end()
            }
        }
    }
}

/// The number that JSON writes back as exactly this text.
fn exact_number(text: &str) -> Option<serde_json::Number> {
    let number: serde_json::Number = serde_json::from_str(text).ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &Unknown, json: &str) {
        assert_eq!(serde_json::to_string(value).unwrap(), json);
    }

    #[test]
    fn json_holds_what_it_can_hold_exactly_and_text_otherwise() {
        for (plain, json) in [
            ("~", "null"),
            ("true", "true"),
            ("no", "\"no\""),
            ("5", "5"),
            ("-5", "-5"),
            ("1.5", "1.5"),
            ("1.10", "\"1.10\""),
            ("0777", "\"0777\""),
            ("123456789012345678901234567890", "\"123456789012345678901234567890\""),
            (".inf", "\".inf\""),
        ] {
            check(&Unknown::Plain(plain.to_owned()), json);
        }
        check(&Unknown::Text("5".to_owned()), "\"5\"");
        let map = Unknown::Map(vec![(
            Unknown::Plain("1".to_owned()),
            Unknown::List(vec![Unknown::Plain("a".to_owned())]),
        )]);
        check(&map, r#"{"1":["a"]}"#);
    }
}
