//! The text of a theme file -> a sheet: what it sets, before inheritance and palette are applied.
//!
//! Every fault has its place and the role it belongs to.

use std::fmt;

use indexmap::IndexMap;
use toml_edit::{Document, Item, Key, Table, TableLike, Value};

use super::{Colour, Kind, Role, Style};
use crate::domain::place::Place;

/// What one file sets.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What errors call it: the name it is chosen by.
    pub(super) name: String,
    pub(super) kind: Option<Kind>,
    pub(super) inherits: Option<(String, Place)>,
    pub(super) palette: IndexMap<String, Colour>,
    pub(super) roles: IndexMap<Role, RawStyle>,
    /// Roles that this version does not know.
    pub(super) unknown: Vec<UnknownRole>,
}

impl Sheet {
    /// Roles of the file that this version does not know; they are left out.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownRole] {
        &self.unknown
    }
}

/// A role that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRole {
    /// Its name, as written.
    pub name: String,
    /// Where it is.
    pub place: Place,
}

/// A style whose colours may be names of a palette.
#[derive(Clone, Debug)]
pub(super) struct RawStyle {
    pub(super) fg: Option<RawColour>,
    pub(super) bg: Option<RawColour>,
    /// The modifiers; its colours are not set.
    pub(super) base: Style,
}

#[derive(Clone, Debug)]
pub(super) enum RawColour {
    Number(u8),
    /// A name or `#rrggbb`, and where it is written: in `sheet`, since sheets are merged.
    Written {
        text: String,
        sheet: String,
        place: Place,
    },
}

/// Why a theme cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeError {
    /// The theme whose text is at fault: the one asked for, or one it inherits from.
    pub theme: String,
    /// Where in that text.
    pub place: Place,
    /// Why.
    pub cause: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { theme, place: Place { line, column }, cause, advice } = self;
        write!(f, "cannot use theme `{theme}`, line {line}, column {column}: {cause}; {advice}")
    }
}

impl std::error::Error for ThemeError {}

/// What a style may be, for advice.
const FORMS: &str = "write a colour such as `\"#88c0d0\"`, or `{ fg = \"#88c0d0\", bold = true }`";

/// What a colour may be, for advice.
pub(super) const COLOURS: &str = "write `#rrggbb`, `default`, a number from 0 to 255, a name such \
                                  as `bright-blue`, or a name of `[palette]`";

impl Sheet {
    /// The sheet in `text`, which is known by `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        let reader = Reader { theme: name, text };
        let document = Document::parse(text).map_err(|error| {
            let cause = error.message().replace('\n', ", ");
            reader.error(
                Place::of_span(text, error.span()),
                format!("it is not TOML: {cause}"),
                "correct the line",
            )
        })?;
        reader.sheet(document.as_table())
    }
}

/// Knows what the errors have to name.
struct Reader<'a> {
    theme: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, place: Place, cause: String, advice: &str) -> ThemeError {
        ThemeError { theme: self.theme.to_owned(), place, cause, advice: advice.to_owned() }
    }

    fn place_of(&self, item: &Item) -> Place {
        Place::of_span(self.text, item.span())
    }

    fn sheet(&self, table: &Table) -> Result<Sheet, ThemeError> {
        let mut sheet = Sheet {
            name: self.theme.to_owned(),
            kind: None,
            inherits: None,
            palette: IndexMap::new(),
            roles: IndexMap::new(),
            unknown: Vec::new(),
        };
        for (key, item) in entries(table) {
            match key.get() {
                // For people who read the file; the theme is chosen by the file's name.
                "name" => drop(self.text_of("name", item)?),
                "kind" => sheet.kind = Some(self.kind(item)?),
                "inherits" => {
                    let parent = self.text_of("inherits", item)?;
                    sheet.inherits = Some((parent, self.place_of(item)));
                }
                "palette" => sheet.palette = self.palette(item)?,
                group @ ("syntax" | "finding") => {
                    let Some(table) = item.as_table_like() else {
                        let cause = format!("`{group}` is no table");
                        let advice = format!("write `[{group}]` and its roles below it");
                        return Err(self.error(self.place_of(item), cause, &advice));
                    };
                    for (key, item) in entries(table) {
                        let name = format!("{group}.{}", key.get());
                        self.role(&name, key, item, &mut sheet)?;
                    }
                }
                name => self.role(name, key, item, &mut sheet)?,
            }
        }
        Ok(sheet)
    }

    fn text_of(&self, field: &str, item: &Item) -> Result<String, ThemeError> {
        item.as_str().map(str::to_owned).ok_or_else(|| {
            let cause = format!("`{field}` is no text");
            self.error(self.place_of(item), cause, &format!("write `{field} = \"...\"`"))
        })
    }

    fn kind(&self, item: &Item) -> Result<Kind, ThemeError> {
        match item.as_str() {
            Some("dark") => Ok(Kind::Dark),
            Some("light") => Ok(Kind::Light),
            _ => Err(self.error(
                self.place_of(item),
                "`kind` is neither `\"dark\"` nor `\"light\"`".to_owned(),
                "write one of the two",
            )),
        }
    }

    fn palette(&self, item: &Item) -> Result<IndexMap<String, Colour>, ThemeError> {
        let Some(table) = item.as_table_like() else {
            let cause = "`palette` is no table".to_owned();
            return Err(self.error(
                self.place_of(item),
                cause,
                "write `[palette]` and its colours below it",
            ));
        };
        let mut palette = IndexMap::new();
        for (key, item) in entries(table) {
            let name = key.get();
            let colour = match item.as_value() {
                Some(Value::String(text)) => Colour::parse(text.value()),
                Some(Value::Integer(number)) => index(*number.value()).map(Colour::Indexed),
                _ => None,
            };
            let Some(colour) = colour else {
                let cause = format!("`{name}` of `[palette]` is no colour");
                let advice = if Role::named(name).is_some() {
                    format!("to set the role `{name}`, move the line above `[palette]`")
                } else {
                    "write `#rrggbb`, `default`, a number from 0 to 255, or a name such as \
                     `bright-blue`"
                        .to_owned()
                };
                return Err(self.error(self.place_of(item), cause, &advice));
            };
            palette.insert(name.to_owned(), colour);
        }
        Ok(palette)
    }

    fn role(
        &self,
        name: &str,
        key: &Key,
        item: &Item,
        sheet: &mut Sheet,
    ) -> Result<(), ThemeError> {
        if let Some(role) = Role::named(name) {
            sheet.roles.insert(role, self.style(role, item)?);
        } else {
            let place = Place::of_span(self.text, key.span());
            sheet.unknown.push(UnknownRole { name: name.to_owned(), place });
        }
        Ok(())
    }

    fn style(&self, role: Role, item: &Item) -> Result<RawStyle, ThemeError> {
        let mut style = RawStyle { fg: None, bg: None, base: Style::default() };
        let Some(table) = item.as_table_like() else {
            style.fg = Some(self.colour(role, item, FORMS)?);
            return Ok(style);
        };
        for (key, item) in entries(table) {
            let base = &mut style.base;
            let flag = match key.get() {
                "fg" => {
                    style.fg = Some(self.colour(role, item, COLOURS)?);
                    continue;
                }
                "bg" => {
                    style.bg = Some(self.colour(role, item, COLOURS)?);
                    continue;
                }
                "bold" => &mut base.bold,
                "dim" => &mut base.dim,
                "italic" => &mut base.italic,
                "underline" => &mut base.underline,
                "reverse" => &mut base.reverse,
                other => {
                    let cause =
                        format!("a style has no `{other}`, which role `{}` sets", role.name());
                    return Err(self.error(
                        Place::of_span(self.text, key.span()),
                        cause,
                        "use `fg`, `bg`, `bold`, `dim`, `italic`, `underline` or `reverse`",
                    ));
                }
            };
            *flag = item.as_bool().ok_or_else(|| {
                let cause =
                    format!("`{}` of role `{}` is neither true nor false", key.get(), role.name());
                self.error(self.place_of(item), cause, "write one of the two, without quotes")
            })?;
        }
        Ok(style)
    }

    fn colour(&self, role: Role, item: &Item, advice: &str) -> Result<RawColour, ThemeError> {
        let place = self.place_of(item);
        let wrong = |place| {
            let cause = format!("role `{}` is set to no colour", role.name());
            self.error(place, cause, advice)
        };
        match item.as_value() {
            Some(Value::String(text)) => Ok(RawColour::Written {
                text: text.value().clone(),
                sheet: self.theme.to_owned(),
                place,
            }),
            Some(Value::Integer(number)) => {
                index(*number.value()).map(RawColour::Number).ok_or_else(|| wrong(place))
            }
            _ => Err(wrong(place)),
        }
    }
}

fn index(number: i64) -> Option<u8> {
    u8::try_from(number).ok()
}

/// The entries of a table with their keys, which know where they are.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&Key, &Item)> {
    table.iter().filter_map(|(name, _)| table.get_key_value(name))
}
