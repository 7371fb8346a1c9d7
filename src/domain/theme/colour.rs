//! Colours as a theme names them, and what is left of them on terminals with fewer.

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColourLevel {
    /// None: only bold, underline and the like.
    None,
    /// The 16 that the terminal's own settings define.
    Sixteen,
    /// Those and a fixed cube of 240.
    TwoHundred,
    /// All.
    #[default]
    True,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Colour {
    /// What the terminal has for text or background.
    Default,
    /// One of 16, by name.
    Ansi(Ansi),
    /// One of 256, by number.
    Indexed(u8),
    /// Red, green and blue.
    Rgb(u8, u8, u8),
}

/// The 16 colours that every terminal with colours has, in the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the meaning")]
pub enum Ansi {
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
    BrightBlack,
    BrightRed,
    BrightGreen,
    BrightYellow,
    BrightBlue,
    BrightMagenta,
    BrightCyan,
    BrightWhite,
}

/// Names in theme files.
const NAMES: [(&str, Ansi); 16] = [
    ("black", Ansi::Black),
    ("red", Ansi::Red),
    ("green", Ansi::Green),
    ("yellow", Ansi::Yellow),
    ("blue", Ansi::Blue),
    ("magenta", Ansi::Magenta),
    ("cyan", Ansi::Cyan),
    ("white", Ansi::White),
    ("bright-black", Ansi::BrightBlack),
    ("bright-red", Ansi::BrightRed),
    ("bright-green", Ansi::BrightGreen),
    ("bright-yellow", Ansi::BrightYellow),
    ("bright-blue", Ansi::BrightBlue),
    ("bright-magenta", Ansi::BrightMagenta),
    ("bright-cyan", Ansi::BrightCyan),
    ("bright-white", Ansi::BrightWhite),
];

/// The brightnesses that the cube of 256 colours has for red, green and blue each.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Colour {
    /// `default`, a name of the sixteen, `#rrggbb` or `#rgb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "default" {
            return Some(Self::Default);
        }
        if let Some(digits) = text.strip_prefix('#') {
            return hex(digits);
        }
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, ansi)| Self::Ansi(*ansi))
    }

    /// The nearest colour of a terminal with 256; other levels need another theme, not other
    /// colours, so they change nothing here.
    #[must_use]
    pub fn nearest_of_256(self) -> Self {
        let Self::Rgb(red, green, blue) = self else { return self };
        let cube = [red, green, blue].map(nearest_step);
        let in_cube = cube.map(|step| CUBE[usize::from(step)]);
        // 24 greys between black and white, ten apart: 8, 18, ..., 238.
        let mean = (u16::from(red) + u16::from(green) + u16::from(blue)) / 3;
        let grey = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
        let shade = 8 + 10 * grey;
        let wanted = [red, green, blue];
        if distance(wanted, [shade; 3]) < distance(wanted, in_cube) {
            Self::Indexed(232 + grey)
        } else {
            Self::Indexed(16 + 36 * cube[0] + 6 * cube[1] + cube[2])
        }
    }
}

fn hex(digits: &str) -> Option<Colour> {
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u32::from_str_radix(digits, 16).ok()?;
    let part = |shift: u32, mask: u32| u8::try_from((number >> shift) & mask).unwrap_or_default();
    match digits.len() {
        6 => Some(Colour::Rgb(part(16, 0xff), part(8, 0xff), part(0, 0xff))),
        3 => Some(Colour::Rgb(part(8, 0xf) * 17, part(4, 0xf) * 17, part(0, 0xf) * 17)),
        _ => None,
    }
}

fn nearest_step(value: u8) -> u8 {
    let by_distance = |step: &u8| value.abs_diff(CUBE[usize::from(*step)]);
    (0..6).min_by_key(by_distance).unwrap_or_default()
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_by_name_and_number() {
        for (text, want) in [
            ("default", Some(Colour::Default)),
            ("red", Some(Colour::Ansi(Ansi::Red))),
            ("bright-white", Some(Colour::Ansi(Ansi::BrightWhite))),
            ("#0a1B2c", Some(Colour::Rgb(10, 27, 44))),
            ("#0f8", Some(Colour::Rgb(0, 255, 136))),
            ("#", None),
            ("#12345", None),
            ("#+12345", None),
            ("#é12", None),
            ("Red", None),
            ("", None),
        ] {
            assert_eq!(Colour::parse(text), want, "{text:?}");
        }
        for (number, (_, ansi)) in NAMES.iter().enumerate() {
            assert_eq!(*ansi as usize, number);
        }
    }

    #[test]
    fn of_256_the_nearest_is_taken_and_greys_stay_grey() {
        for (rgb, index) in [
            ((0, 0, 0), 16),
            ((255, 255, 255), 231),
            ((255, 0, 0), 196),
            ((95, 135, 175), 67),
            ((30, 30, 32), 234),
            ((238, 238, 238), 255),
            ((8, 8, 8), 232),
        ] {
            let (red, green, blue) = rgb;
            let got = Colour::Rgb(red, green, blue).nearest_of_256();
            assert_eq!(got, Colour::Indexed(index), "{rgb:?}");
        }
        assert_eq!(Colour::Default.nearest_of_256(), Colour::Default);
    }
}
