//! What there is when the screen opens: settings, themes, keys, and what was remembered.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::remembered;
use crate::app::domain::settings::Settings;
use crate::app::domain::theme::{ColourLevel, Kind, Theme, shipped};
use crate::app::keymap::Keymap;
use crate::app::notice::Tone;
use crate::app::state::{State, Surroundings};
use crate::ops::{Folders, settings, themes};

/// What the terminal was seen to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its colours.
    pub colours: ColourLevel,
    /// Whether its background is light.
    pub is_light: bool,
    /// Whether it shows more than ASCII.
    pub is_utf8: bool,
    /// Whether it is on another machine.
    pub is_remote: bool,
}

/// The state to begin with; what is wrong with the person's files is told in it.
pub(super) fn open(folders: &Folders, seen: Seen) -> State {
    let (settings, faults) = settings::load(folders);
    let mut told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let theme = theme(folders, &settings, seen, &mut told);
    let bindings: Vec<_> =
        settings.keys.iter().map(|(name, keys)| (name.clone(), keys.chords.clone())).collect();
    let (keymap, refused) = Keymap::new(&bindings);
    told.extend(refused);
    let mut state = State::new(theme, keymap);
    state.surroundings = Surroundings {
        ascii: settings.ascii.is_on(!seen.is_utf8),
        mouse: settings.mouse.is_on(!seen.is_remote),
        is_remote: seen.is_remote,
        colours: seen.colours,
        utc_offset: zone().to_offset(Timestamp::now()).seconds(),
    };
    state.prefer(settings);
    let remembered = remembered::remembered(folders);
    state.layout = remembered.layout;
    state.environments.wanted = remembered.selected;
    for sentence in told {
        state.tell(Tone::Failure, sentence);
    }
    state
}

/// The time zone of this machine. Its file is read as it is: to find it by its name, all names
/// that the system knows would be listed, and the first picture waits for that.
fn zone() -> TimeZone {
    let file = || TimeZone::tzif("", &std::fs::read("/etc/localtime").ok()?).ok();
    let named = std::env::var_os("TZ").is_some();
    if named { None } else { file() }.unwrap_or_else(TimeZone::system)
}

fn theme(folders: &Folders, settings: &Settings, seen: Seen, told: &mut Vec<String>) -> Theme {
    let kind = if seen.is_light { Kind::Light } else { Kind::Dark };
    let Some(name) = settings.theme_for(seen.is_light) else {
        return shipped::default_for(kind, seen.colours);
    };
    match themes::load(folders, name) {
        Ok(loaded) => {
            told.extend(loaded.unknown.iter().map(|role| {
                format!(
                    "theme `{name}` sets `{}` in line {}, which is no role; `docs/themes.md` lists them",
                    role.name, role.place.line
                )
            }));
            loaded.theme.fitting(seen.colours)
        }
        Err(error) => {
            told.push(error.to_string());
            shipped::default_for(kind, seen.colours)
        }
    }
}

/// The themes to choose from, those that cannot be read left out.
pub(super) fn choice(folders: &Folders, colours: ColourLevel) -> Vec<Theme> {
    let names = themes::list(folders).unwrap_or_default();
    let loaded = names.iter().filter_map(|name| themes::load(folders, name).ok());
    let mut choice: Vec<Theme> = Vec::new();
    for theme in loaded.map(|loaded| loaded.theme.fitting(colours)) {
        // With few colours many become one.
        if choice.iter().all(|known| known.name() != theme.name()) {
            choice.push(theme);
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_picture_is_as_the_settings_say() {
        let seen = Seen {
            colours: ColourLevel::default(),
            is_light: false,
            is_utf8: true,
            is_remote: false,
        };
        for (text, wraps, has_times, tab_width) in [
            ("", false, false, 4),
            ("[log]\nwrap = true\n", true, false, 4),
            ("tab_width = 8\n[log]\ntimestamps = true\n", false, true, 8),
        ] {
            let place = tempfile::tempdir().unwrap();
            let folders = Folders::new(place.path().join("config"), place.path().join("state"));
            folders.create_config().unwrap();
            std::fs::write(folders.settings(), text).unwrap();
            let state = open(&folders, seen);
            assert_eq!((state.logs.wraps, state.logs.has_times), (wraps, has_times), "{text}");
            assert_eq!(state.settings.tab_width, tab_width, "{text}");
        }
    }
}
