//! What a user prefers: `settings.toml` <-> values. [`read`] is the way from text to values.
//!
//! Reading is total: a wrong field is told, its default is used, and everything else holds.
//! Changing one field keeps the user's comments, order and other fields.

mod read;

use std::fmt;

use indexmap::IndexMap;
use toml_edit::{DocumentMut, Item};

use self::read::no_toml;
use super::clean::Policy;
use super::place::Place;

/// Preferences; [`Settings::default`] is what holds without a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The theme, whatever the background.
    pub theme: Option<String>,
    /// The theme for light backgrounds, if `theme` names none.
    pub theme_light: Option<String>,
    /// The theme for dark backgrounds, if `theme` names none.
    pub theme_dark: Option<String>,
    /// Whether the mouse belongs to prebake or to the terminal.
    pub mouse: Switch,
    /// Whether lines and marks are drawn with ASCII only.
    pub ascii: Switch,
    /// Columns from one tab stop to the next in scripts.
    pub tab_width: u8,
    /// Whether long lines of logs are wrapped, until a key says otherwise.
    pub log_wrap: bool,
    /// Whether lines of logs begin with their time, until a key says otherwise.
    pub log_timestamps: bool,
    /// How many environments one client bakes at the same time.
    pub bake_limit: u8,
    /// What a clean spares, unless it is said there.
    pub clean: Policy,
    /// How much room a bake wants.
    pub disk: DiskLimits,
    /// Chords by the name of their action, as written; an empty list takes the action's keys away.
    pub keys: IndexMap<String, Chords>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: None,
            theme_light: None,
            theme_dark: None,
            mouse: Switch::Auto,
            ascii: Switch::Auto,
            tab_width: 4,
            log_wrap: false,
            log_timestamps: false,
            bake_limit: 2,
            clean: Policy::default(),
            disk: DiskLimits { warn_below: 1_000_000_000, refuse_below: 200_000_000 },
            keys: IndexMap::new(),
        }
    }
}

/// How much room there must be on the engine's disk before a bake, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DiskLimits {
    /// With less a bake is warned about, however small its layer was the last time.
    pub warn_below: u64,
    /// With less no bake is begun.
    pub refuse_below: u64,
}

impl DiskLimits {
    /// Any room will do.
    pub const NONE: Self = Self { warn_below: 0, refuse_below: 0 };
}

/// On, off, or as the terminal suggests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// As the terminal suggests.
    Auto,
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// Whether it is on, where the terminal suggests `suggested`.
    #[must_use]
    pub fn is_on(self, suggested: bool) -> bool {
        match self {
            Self::Auto => suggested,
            Self::On => true,
            Self::Off => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// The chords of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chords {
    /// As written.
    pub chords: Vec<String>,
    /// Where the action is named.
    pub place: Place,
}

/// What is wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub cause: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.advice)
    }
}

/// A field that is changed on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The theme.
    Theme(String),
    /// The mouse.
    Mouse(Switch),
}

impl Settings {
    /// The settings in `text` and all that is wrong with it.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<SettingsFault>) {
        read::read(text)
    }

    /// The theme that is asked for, if any, on a background that `is_light` or not.
    #[must_use]
    pub fn theme_for(&self, is_light: bool) -> Option<&str> {
        let by_background = if is_light { &self.theme_light } else { &self.theme_dark };
        self.theme.as_deref().or(by_background.as_deref())
    }
}

impl Change {
    /// `text` with this field changed, and everything else as it was.
    pub fn apply(&self, text: &str) -> Result<String, SettingsFault> {
        let mut document: DocumentMut =
            text.parse().map_err(|error: toml_edit::TomlError| no_toml(text, &error))?;
        let (name, value) = match self {
            Self::Theme(theme) => ("theme", theme.as_str()),
            Self::Mouse(switch) => ("mouse", switch.name()),
        };
        if let Some(found) = document.get_mut(name).and_then(Item::as_value_mut) {
            // The spaces before it and the comment behind it stay.
            let decor = found.decor().clone();
            *found = value.into();
            *found.decor_mut() = decor;
        } else {
            // A table of this name would keep its own way of writing the key.
            document.remove(name);
            document.insert(name, toml_edit::value(value));
        }
        Ok(document.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text between the first pair of fences of the page.
    fn example() -> &'static str {
        let page = include_str!("../../../docs/settings.md");
        page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
    }

    #[test]
    fn all_fields_are_read() {
        let text = "theme = 'a'\ntheme_light = 'b'\ntheme_dark = 'c'\nmouse = 'off'\nascii = true\n\
                    tab_width = 2\nbake_limit = 3\n[log]\nwrap = true\ntimestamps = true\n\
                    [keys]\nsave = 'ctrl-s'\nquit = ['q', 'f10']\nhelp = []\n\
                    [clean]\nolder_than = '14d'\nkeep = 2\nbudget = '20GB'\n\
                    [disk]\nwarn_below = '2GB'\nrefuse_below = '0'\n";
        let (settings, faults) = Settings::parse(text);
        assert_eq!(faults, []);
        let chords = |chords: &[&str], line| Chords {
            chords: chords.iter().map(|chord| (*chord).to_owned()).collect(),
            place: Place { line, column: 1 },
        };
        let keys = [("save", &["ctrl-s"][..], 12), ("quit", &["q", "f10"], 13), ("help", &[], 14)];
        let want = Settings {
            theme: Some("a".to_owned()),
            theme_light: Some("b".to_owned()),
            theme_dark: Some("c".to_owned()),
            mouse: Switch::Off,
            ascii: Switch::On,
            tab_width: 2,
            bake_limit: 3,
            log_wrap: true,
            log_timestamps: true,
            clean: Policy {
                older_than_s: Some(14 * 86_400),
                keep: Some(2),
                budget: Some(20_000_000_000),
            },
            disk: DiskLimits { warn_below: 2_000_000_000, refuse_below: 0 },
            keys: keys.map(|(name, keys, line)| (name.to_owned(), chords(keys, line))).into(),
        };
        assert_eq!(settings, want);
    }

    #[test]
    fn a_wrong_field_is_told_and_the_others_hold() {
        for (wrong, column, says) in [
            ("theme = 1", 9, "`theme` is no text"),
            ("theme_dark = []", 14, "`theme_dark` is no text"),
            ("mouse = 'maybe'", 9, "`mouse` is neither"),
            ("ascii = 1", 9, "`ascii` is neither"),
            ("bake_limit = '2'", 14, "`bake_limit` is no number from 1 to 64"),
            (
                "tab_width = 0",
                13,
                "`tab_width` is no number from 1 to 16; write one; until then it is 4",
            ),
            ("tab_width = '4'", 13, "`tab_width` is no number"),
            ("disk = 1", 8, "`disk` is no table"),
            ("editor.wrap = true", 1, "there is no setting `editor`"),
            ("keys.save = 1", 13, "the keys of `save` are no text"),
            ("keys.save = ['a', 1]", 13, "the keys of `save` are no text"),
            ("clean.older_than = '2 moons'", 20, "`2 moons` is no time such as"),
            ("clean.budget = 20", 16, "`clean.budget` cannot be used: it is no text"),
            ("clean.keep = -1", 14, "`clean.keep` is no number of images"),
            ("clean.kep = 1", 7, "there is no setting `clean.kep`"),
            ("disk.warn_below = 'much'", 19, "`much` is no size such as"),
            ("disk.floor = '1GB'", 6, "there is no setting `disk.floor`"),
            ("colour = 'x'", 1, "there is no setting `colour`"),
        ] {
            let (settings, faults) =
                Settings::parse(&format!("\n{wrong}\n[log]\ntimestamps = true"));
            assert_eq!(
                settings,
                Settings { log_timestamps: true, ..Settings::default() },
                "{wrong}"
            );
            let [fault] = &faults[..] else { panic!("{wrong}: {faults:?}") };
            assert_eq!(fault.place, Place { line: 2, column }, "{wrong}");
            assert!(fault.to_string().contains(says), "{wrong}: {fault}");
        }
    }

    #[test]
    fn a_wrong_flag_is_told() {
        for (wrong, column, says) in [
            ("wrap = 'yes'", 8, "`log.wrap` is neither true nor false"),
            ("rap = true", 1, "there is no setting `log.rap`"),
        ] {
            let (settings, faults) = Settings::parse(&format!("[log]\n{wrong}\n"));
            assert_eq!(settings, Settings::default(), "{wrong}");
            assert_eq!((faults.len(), faults[0].place), (1, Place { line: 2, column }), "{wrong}");
            assert!(faults[0].to_string().contains(says), "{wrong}: {}", faults[0]);
        }
    }

    #[test]
    fn what_is_no_toml_gives_the_defaults() {
        let (settings, faults) = Settings::parse("theme = 'a'\nmouse =\n");
        assert_eq!(settings, Settings::default());
        assert_eq!((faults.len(), faults[0].place.line), (1, 2));
        assert!(faults[0].cause.contains("not TOML") && !faults[0].cause.contains('\n'));
        assert_eq!(Settings::parse(""), (Settings::default(), Vec::new()));
    }

    #[test]
    fn a_change_keeps_everything_else() {
        let theme = Change::Theme("fjord".to_owned());
        let mouse = Change::Mouse(Switch::Off);
        for (change, before, after) in [
            (&theme, "", "theme = \"fjord\"\n"),
            (
                &theme,
                "# mine\ntheme =  'a'  # best\nx=1\n",
                "# mine\ntheme =  \"fjord\"  # best\nx=1\n",
            ),
            (
                &theme,
                "# a\n[keys]\nsave = 'x' # b\n",
                "theme = \"fjord\"\n# a\n[keys]\nsave = 'x' # b\n",
            ),
            (&mouse, "theme = 'a' # b", "theme = 'a' # b\nmouse = \"off\"\n"),
            (&mouse, "mouse = [1]\n", "mouse = \"off\"\n"),
            (&mouse, "[mouse]\nx = 1\n", "mouse = \"off\"\n"),
        ] {
            assert_eq!(change.apply(before).unwrap(), after, "{before:?}");
        }
        let fault = theme.apply("a\nb =").unwrap_err();
        assert_eq!(fault.place.line, 1);
    }

    #[test]
    fn a_theme_that_is_named_wins_over_those_by_background() {
        let mut settings = Settings {
            theme_light: Some("day".to_owned()),
            theme_dark: Some("night".to_owned()),
            ..Settings::default()
        };
        assert_eq!(
            (settings.theme_for(true), settings.theme_for(false)),
            (Some("day"), Some("night"))
        );
        settings.theme = Some("always".to_owned());
        assert_eq!(settings.theme_for(true), Some("always"));
        assert_eq!(Settings::default().theme_for(false), None);
    }

    #[test]
    fn a_switch_is_as_suggested_unless_it_is_set() {
        for (switch, when_on, when_off) in
            [(Switch::Auto, true, false), (Switch::On, true, true), (Switch::Off, false, false)]
        {
            assert_eq!((switch.is_on(true), switch.is_on(false)), (when_on, when_off));
        }
    }

    #[test]
    fn the_page_about_settings_shows_the_defaults() {
        let (settings, faults) = Settings::parse(example());
        assert_eq!(faults, []);
        assert_eq!(settings, Settings::default());
        // With its comment signs gone it shows fields that have no default.
        let fields = example().replace("# theme", "theme");
        let (settings, faults) = Settings::parse(&fields);
        assert_eq!(faults, []);
        assert!(settings.theme.is_some() && settings.theme_light.is_some());
    }
}
