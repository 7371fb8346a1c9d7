//! Themes from their texts, and what those that ship promise.

use super::*;
use crate::domain::place::Place;

fn sheets<'a>(
    texts: &'a [(&'a str, &'a str)],
) -> impl Fn(&str) -> Result<Option<Sheet>, ThemeError> + 'a {
    move |name| {
        let found = texts.iter().find(|(known, _)| *known == name);
        found.map(|(name, text)| Sheet::parse(name, text)).transpose()
    }
}

/// The theme `a` of these texts.
fn load(texts: &[(&str, &str)]) -> Result<Theme, ThemeError> {
    let lookup = sheets(texts);
    resolve(lookup("a")?.unwrap(), lookup)
}

fn check(text: &str, role: Role, want: Style) {
    assert_eq!(load(&[("a", text)]).unwrap().style(role), want, "{text}");
}

#[track_caller]
fn fails(texts: &[(&str, &str)], place: (&str, usize, usize), says: &str) {
    let error = load(texts).unwrap_err();
    let (theme, line, column) = place;
    let words = error.to_string();
    assert!(words.contains(says), "{words}");
    assert_eq!((error.theme.as_str(), error.place), (theme, Place { line, column }), "{words}");
    assert!(!words.contains('\n') && !words.ends_with('.'), "{words}");
}

const RED: Option<Colour> = Some(Colour::Rgb(255, 0, 0));

#[test]
fn a_style_is_a_colour_or_a_table() {
    let red = Style { fg: RED, ..Style::default() };
    check("accent = '#f00'", Role::Accent, red);
    check("accent = 'rot'\n[palette]\nrot = '#ff0000'", Role::Accent, red);
    check("accent = 'red'\n[palette]\nred = '#f00'", Role::Accent, red);
    check("accent = 9", Role::Accent, Style { fg: Some(Colour::Indexed(9)), ..Style::default() });
    check("syntax.string = '#f00'", Role::SyntaxString, red);
    check("[syntax]\nstring = '#f00'", Role::SyntaxString, red);
    let all = "error = { bg = '#f00', bold = true, dim = true, italic = true, underline = true, \
               reverse = true }";
    let want = Style {
        bg: RED,
        fg: None,
        bold: true,
        dim: true,
        italic: true,
        underline: true,
        reverse: true,
    };
    check(all, Role::Error, want);
}

#[test]
fn a_role_that_is_not_set_has_the_style_of_its_fallback() {
    let red = Style { fg: RED, ..Style::default() };
    check("error = '#f00'", Role::FindingError, red);
    check("error = '#f00'\nfailed = {}", Role::Failed, Style::default());
    check("text = '#f00'", Role::SyntaxHeredoc, red);
    check("", Role::Text, Style::default());
}

#[test]
fn a_theme_inherits_roles_palette_and_kind() {
    let parent = "kind = 'light'\naccent = 'x'\nerror = 'x'\n[palette]\nx = '#f00'";
    let theme = load(&[("a", "inherits = 'b'\naccent = 'black'"), ("b", parent)]).unwrap();
    assert_eq!((theme.name(), theme.kind()), ("a", Kind::Light));
    assert_eq!(theme.style(Role::Accent).fg, Some(Colour::Ansi(Ansi::Black)));
    assert_eq!(theme.style(Role::Error).fg, RED);
    // The palette is applied last.
    let texts = [("a", "inherits = 'b'\n[palette]\nx = 1"), ("b", "inherits = 'c'"), ("c", parent)];
    assert_eq!(load(&texts).unwrap().style(Role::Error).fg, Some(Colour::Indexed(1)));
}

#[test]
fn a_fault_names_its_place_and_role() {
    for (text, line, column, says) in [
        ("a =", 1, 4, "it is not TOML"),
        ("kind = 'dusk'", 1, 8, "`kind` is neither"),
        ("\nname = 1", 2, 8, "`name` is no text"),
        ("\n\naccent = 'rot'", 3, 10, "role `accent` is set to `rot`, which is no colour; write"),
        ("accent = { fg = '#12' }", 1, 17, "role `accent` is set to `#12`"),
        ("accent = 256", 1, 10, "role `accent` is set to no colour"),
        ("accent = true", 1, 10, "role `accent` is set to no colour"),
        ("accent = { bold = 1 }", 1, 19, "`bold` of role `accent` is neither"),
        ("accent = { blink = true }", 1, 12, "a style has no `blink`, which role `accent` sets"),
        ("syntax = 1", 1, 10, "`syntax` is no table; write `[syntax]`"),
        ("[syntax]\nstring = []", 2, 10, "role `syntax.string`"),
        ("[palette]\nx = 'y'", 2, 5, "`x` of `[palette]` is no colour"),
        ("[palette]\nerror = {}", 2, 9, "move the line above `[palette]`"),
    ] {
        fails(&[("a", text)], ("a", line, column), says);
    }
}

#[test]
fn a_fault_of_inheritance_is_told_where_it_is() {
    fails(&[("a", "inherits = 'a'")], ("a", 1, 12), "circle: `a` inherits from `a`; remove");
    fails(
        &[("a", "inherits = 'b'"), ("b", "\ninherits = 'a'")],
        ("b", 2, 12),
        "circle: `a` inherits from `b` inherits from `a`",
    );
    fails(&[("a", "inherits = 'x'")], ("a", 1, 12), "no theme `x` to inherit from");
    fails(&[("a", "inherits = 'b'"), ("b", "error = 'x'")], ("b", 1, 9), "role `error`");
}

#[test]
fn unknown_roles_are_listed_and_left_out() {
    let sheet = Sheet::parse("a", "error = 'red'\nglow = 1\n[syntax]\nregex = 'red'").unwrap();
    let unknown: Vec<_> =
        sheet.unknown().iter().map(|role| (role.name.as_str(), role.place.line)).collect();
    assert_eq!(unknown, [("glow", 2), ("syntax.regex", 4)]);
}

// ---------------------------------------------------------------- what ships

#[test]
fn every_shipped_theme_sets_all_roles_and_no_other() {
    for name in shipped::names() {
        let theme = shipped::theme(name).unwrap_or_else(|| {
            panic!("{name}: {:?}", Sheet::parse(name, shipped::text(name).unwrap()))
        });
        assert_eq!(theme.name(), name);
        let mut set = std::collections::BTreeSet::new();
        let mut next = Some(name.to_owned());
        while let Some(name) = next {
            let sheet = Sheet::parse(&name, shipped::text(&name).unwrap()).unwrap();
            assert!(sheet.unknown().is_empty(), "{name}: {:?}", sheet.unknown());
            set.extend(sheet.roles.keys().map(|role| role.name()));
            next = sheet.inherits.map(|(parent, _)| parent);
        }
        for role in Role::ALL {
            assert!(set.contains(role.name()), "{name} does not set {}", role.name());
        }
    }
}

/// Relative luminance as WCAG 2 defines it.
fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let [red, green, blue] = [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: Colour, b: Colour) -> Option<f64> {
    let light = |colour| match colour {
        Colour::Rgb(red, green, blue) => Some(luminance((red, green, blue))),
        _ => None,
    };
    let (one, other) = (light(a)?, light(b)?);
    Some((one.max(other) + 0.05) / (one.min(other) + 0.05))
}

/// Roles of lines and bars, which nobody reads.
const DRAWN: [Role; 4] = [Role::Border, Role::BorderFocused, Role::DialogBorder, Role::Scrollbar];

/// Pairs of text and background that are on the screen, with what they are.
fn pairs(theme: &Theme) -> Vec<(String, Colour, Colour)> {
    let mut pairs = Vec::new();
    for role in Role::ALL.iter().filter(|role| !DRAWN.contains(role)) {
        let style = theme.style(*role);
        let fg = style.fg.or(theme.style(Role::Text).fg);
        // What has no background of its own is seen on these.
        let grounds = [Role::Text, Role::CursorLine, Role::Dialog];
        let grounds = match style.bg {
            Some(own) => vec![own],
            None => grounds.iter().filter_map(|ground| theme.style(*ground).bg).collect(),
        };
        for ground in grounds {
            if let Some(fg) = fg {
                pairs.push((role.name().to_owned(), fg, ground));
            }
        }
    }
    pairs
}

#[test]
fn texts_of_shipped_themes_can_be_read() {
    let mut seen = 0;
    let mut poor = Vec::new();
    for name in shipped::names() {
        let least = if name == "contrast" { 7.0 } else { 4.5 };
        for (role, fg, bg) in pairs(&shipped::theme(name).unwrap()) {
            if let Some(ratio) = contrast(fg, bg) {
                seen += 1;
                if ratio < least {
                    poor.push(format!("{name}: {role} has {ratio:.2} ({fg:?} on {bg:?})"));
                }
            }
        }
    }
    assert!(seen > 300, "{seen}");
    assert!(poor.is_empty(), "\n{}", poor.join("\n"));
}

#[test]
fn contrast_is_what_wcag_says() {
    let white = Colour::Rgb(255, 255, 255);
    for (colour, want) in
        [(Colour::Rgb(0, 0, 0), 21.0), (white, 1.0), (Colour::Rgb(0x76, 0x76, 0x76), 4.54)]
    {
        let got = contrast(colour, white).unwrap();
        assert!((got - want).abs() < 0.01, "{colour:?} {got}");
    }
    assert_eq!(contrast(Colour::Default, white), None);
}

#[test]
fn a_terminal_with_fewer_colours_gets_a_theme_it_can_show() {
    let of = |theme: &Theme, level| theme.fitting(level);
    let harbour = shipped::theme("harbour").unwrap();
    assert_eq!(of(&harbour, ColourLevel::True), harbour);
    assert_eq!(of(&harbour, ColourLevel::Sixteen).name(), "sixteen");
    assert_eq!(of(&harbour, ColourLevel::None).name(), "monochrome");
    let reduced = of(&harbour, ColourLevel::TwoHundred);
    assert_eq!(reduced.name(), "harbour");
    for role in Role::ALL {
        let style = reduced.style(*role);
        for colour in [style.fg, style.bg].into_iter().flatten() {
            assert!(matches!(colour, Colour::Indexed(_)), "{role:?} {colour:?}");
        }
    }
    let own = load(&[("a", "error = 'red'")]).unwrap();
    assert_eq!(of(&own, ColourLevel::Sixteen), own);
    assert_eq!(of(&own, ColourLevel::None).name(), "monochrome");
    for role in Role::ALL {
        let style = of(&own, ColourLevel::None).style(*role);
        assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
    }
    let plain = load(&[("a", "error = { bold = true }")]).unwrap();
    assert_eq!(of(&plain, ColourLevel::None), plain);
}

#[test]
fn without_a_choice_the_background_decides() {
    for (kind, level, name) in [
        (Kind::Dark, ColourLevel::True, "harbour"),
        (Kind::Light, ColourLevel::True, "paper"),
        (Kind::Light, ColourLevel::Sixteen, "sixteen"),
        (Kind::Dark, ColourLevel::None, "monochrome"),
    ] {
        assert_eq!(shipped::default_for(kind, level).name(), name);
    }
}
