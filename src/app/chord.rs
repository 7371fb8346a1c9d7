//! Chords: key presses as settings write them (`ctrl-s`, `alt-1`, `shift-up`, `?`).
//!
//! Apart so that the rest of the state knows no terminal library. Not a library's own type: those
//! at hand lower the case of what they read, and `G` is another chord than `g`.

use std::fmt;
use std::str::FromStr;

/// A key with the modifiers held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    /// The key.
    pub code: Code,
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Alt is held.
    pub alt: bool,
    /// Whether Shift is held; never with a character, whose case says it.
    pub shift: bool,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// One that types.
    Char(char),
    /// A function key, from 1.
    F(u8),
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Tab; with Shift held, back.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Left.
    Left,
    /// Right.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
}

/// The names of keys that type nothing.
const NAMES: [(&str, Code); 15] = [
    ("space", Code::Char(' ')),
    ("enter", Code::Enter),
    ("esc", Code::Esc),
    ("tab", Code::Tab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pageup", Code::PageUp),
    ("pagedown", Code::PageDown),
];

/// A text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no key; write it like `ctrl-s`, `alt-enter`, `f5` or `?`")]
pub struct ChordError {
    text: String,
}

impl Chord {
    /// A key with modifiers, in the one form it has.
    #[must_use]
    pub fn new(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            // Terminals tell Ctrl with a letter in either case.
            Code::Char(char) if ctrl => {
                Self { code: Code::Char(char.to_ascii_lowercase()), ctrl, alt, shift: false }
            }
            Code::Char(_) => Self { code, ctrl, alt, shift: false },
            _ => Self { code, ctrl, alt, shift },
        }
    }

    /// A key without modifiers.
    #[must_use]
    pub fn key(code: Code) -> Self {
        Self::new(code, false, false, false)
    }

    /// The character it types, if it types one; in a text it means that and no action.
    #[must_use]
    pub fn types(&self) -> Option<char> {
        match self.code {
            Code::Char(char) if !self.ctrl && !self.alt => Some(char),
            _ => None,
        }
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let wrong = || ChordError { text: text.to_owned() };
        let (mut rest, mut held) = (text.trim(), [false; 3]);
        'modifiers: loop {
            for (prefix, held) in ["ctrl-", "alt-", "shift-"].into_iter().zip(&mut held) {
                let cut = rest.get(..prefix.len()).filter(|cut| cut.eq_ignore_ascii_case(prefix));
                if cut.is_some() && rest.len() > prefix.len() {
                    rest = &rest[prefix.len()..];
                    *held = true;
                    continue 'modifiers;
                }
            }
            break;
        }
        let [ctrl, alt, shift] = held;
        let mut chars = rest.chars();
        if let (Some(char), None) = (chars.next(), chars.next()) {
            let char = if shift { char.to_ascii_uppercase() } else { char };
            let chord = Self::new(Code::Char(char), ctrl, alt, false);
            return if char.is_control() { Err(wrong()) } else { Ok(chord) };
        }
        let name = rest.to_ascii_lowercase();
        let named = NAMES.iter().find(|(known, _)| *known == name).map(|(_, code)| *code);
        let function = name.strip_prefix('f').and_then(|number| number.parse().ok());
        let function = function.filter(|number| (1..=24).contains(number)).map(Code::F);
        let code = named.or(function).ok_or_else(wrong)?;
        Ok(Self::new(code, ctrl, alt, shift))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, prefix) in [(self.ctrl, "ctrl-"), (self.alt, "alt-"), (self.shift, "shift-")] {
            if held {
                f.write_str(prefix)?;
            }
        }
        match (NAMES.iter().find(|(_, code)| *code == self.code), self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, Code::F(number)) => write!(f, "f{number}"),
            (None, Code::Char(char)) => write!(f, "{char}"),
            (None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_has_one_form_and_is_read_back() {
        for (text, shown, types) in [
            ("ctrl-s", "ctrl-s", None),
            ("Ctrl-S", "ctrl-s", None),
            ("alt-ctrl-x", "ctrl-alt-x", None),
            ("?", "?", Some('?')),
            ("G", "G", Some('G')),
            ("shift-g", "G", Some('G')),
            ("g", "g", Some('g')),
            ("space", "space", Some(' ')),
            ("-", "-", Some('-')),
            ("ctrl--", "ctrl--", None),
            ("é", "é", Some('é')),
            ("F5", "f5", None),
            ("f", "f", Some('f')),
            ("shift-tab", "shift-tab", None),
            ("alt-1", "alt-1", None),
            ("shift-PageDown", "shift-pagedown", None),
        ] {
            let chord: Chord = text.parse().unwrap();
            assert_eq!(chord.to_string(), shown, "{text}");
            assert_eq!(chord.types(), types, "{text}");
            assert_eq!(shown.parse::<Chord>().unwrap(), chord, "{shown}");
        }
        for text in ["", "nonsense", "ctrl-", "f25", "f0", "\u{1b}", "ctrl-nonsense"] {
            let error = text.parse::<Chord>().unwrap_err();
            assert!(error.to_string().contains("is no key"), "{text:?}");
        }
    }
}
