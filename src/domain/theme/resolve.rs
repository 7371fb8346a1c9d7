//! Sheets -> a theme: inheritance first, then the palette, so that a theme which only changes the
//! palette of another one changes all its colours.

use super::parse::{COLOURS, RawColour, RawStyle, ThemeError};
use super::{Colour, Kind, Role, Sheet, Style, Theme};
use crate::domain::place::Place;

/// The theme of `sheet`. `lookup` finds what it inherits from, and `Ok(None)` says that there is
/// no such theme.
pub fn resolve<E: From<ThemeError>>(
    sheet: Sheet,
    lookup: impl Fn(&str) -> Result<Option<Sheet>, E>,
) -> Result<Theme, E> {
    let name = sheet.name.clone();
    let merged = merge(sheet, lookup)?;
    let mut set = vec![None; Role::ALL.len()];
    for (role, raw) in &merged.roles {
        set[*role as usize] = Some(style(&merged, *role, raw)?);
    }
    let styles = Role::ALL
        .iter()
        .map(|role| {
            let mut role = *role;
            while set[role as usize].is_none() && role != Role::Text {
                role = role.fallback();
            }
            set[role as usize].unwrap_or_default()
        })
        .collect();
    Ok(Theme { name, kind: merged.kind.unwrap_or(Kind::Dark), styles })
}

/// The sheet with all that it inherits.
fn merge<E: From<ThemeError>>(
    sheet: Sheet,
    lookup: impl Fn(&str) -> Result<Option<Sheet>, E>,
) -> Result<Sheet, E> {
    let mut merged = sheet;
    let mut line = vec![merged.name.clone()];
    while let Some((parent, place)) = merged.inherits.take() {
        let heir = line.last().cloned().unwrap_or_default();
        let fault = |cause, advice: &str| ThemeError {
            theme: heir.clone(),
            place,
            cause,
            advice: advice.to_owned(),
        };
        if line.contains(&parent) {
            let circle = line.iter().chain([&parent]).map(|name| format!("`{name}`"));
            let circle = circle.collect::<Vec<_>>().join(" inherits from ");
            let cause = format!("themes inherit in a circle: {circle}");
            return Err(fault(cause, "remove one `inherits`").into());
        }
        let Some(found) = lookup(&parent)? else {
            let cause = format!("there is no theme `{parent}` to inherit from");
            return Err(fault(cause, "name a theme that is there").into());
        };
        merged.kind = merged.kind.or(found.kind);
        for (name, colour) in found.palette {
            merged.palette.entry(name).or_insert(colour);
        }
        for (role, style) in found.roles {
            merged.roles.entry(role).or_insert(style);
        }
        merged.inherits = found.inherits;
        line.push(parent);
    }
    Ok(merged)
}

fn style(merged: &Sheet, role: Role, raw: &RawStyle) -> Result<Style, ThemeError> {
    let colour = |raw: &Option<RawColour>| {
        raw.as_ref().map(|raw| self::colour(merged, role, raw)).transpose()
    };
    Ok(Style { fg: colour(&raw.fg)?, bg: colour(&raw.bg)?, ..raw.base })
}

fn colour(merged: &Sheet, role: Role, raw: &RawColour) -> Result<Colour, ThemeError> {
    let (text, sheet, place): (_, _, Place) = match raw {
        RawColour::Number(number) => return Ok(Colour::Indexed(*number)),
        RawColour::Written { text, sheet, place } => (text, sheet, *place),
    };
    // The palette first: a theme may call its own red `red`.
    let found = merged.palette.get(text).copied().or_else(|| Colour::parse(text));
    found.ok_or_else(|| ThemeError {
        theme: sheet.clone(),
        place,
        cause: format!("role `{}` is set to `{text}`, which is no colour", role.name()),
        advice: COLOURS.to_owned(),
    })
}
