//! The reader of `settings.toml`: field by field, so that a wrong one costs only itself.
//!
//! Apart from the values because it knows how each is written and what can be wrong about it.

use toml_edit::{Document, Item, Key, Table, TableLike};

use super::{Chords, Settings, SettingsFault, Switch};
use crate::domain::amount;
use crate::domain::place::Place;

/// Narrowest and widest tab.
const TABS: std::ops::RangeInclusive<i64> = 1..=16;

/// Fewest and most bakes at the same time.
const BAKES: std::ops::RangeInclusive<i64> = 1..=64;

/// The settings in `text` and all that is wrong with it.
pub(super) fn read(text: &str) -> (Settings, Vec<SettingsFault>) {
    let mut reader = Reader { text, settings: Settings::default(), faults: Vec::new() };
    match Document::parse(text) {
        Ok(document) => reader.root(document.as_table()),
        Err(error) => reader.faults.push(no_toml(text, &error)),
    }
    (reader.settings, reader.faults)
}

pub(super) fn no_toml(text: &str, error: &toml_edit::TomlError) -> SettingsFault {
    SettingsFault {
        place: Place::of_span(text, error.span()),
        cause: format!("the settings are not TOML: {}", error.message().replace('\n', ", ")),
        advice: "correct the line; until then the defaults hold".to_owned(),
    }
}

struct Reader<'a> {
    text: &'a str,
    settings: Settings,
    faults: Vec<SettingsFault>,
}

impl Reader<'_> {
    fn root(&mut self, table: &Table) {
        for (key, item) in entries(table) {
            match key.get() {
                "theme" => self.settings.theme = self.words("theme", item),
                "theme_light" => self.settings.theme_light = self.words("theme_light", item),
                "theme_dark" => self.settings.theme_dark = self.words("theme_dark", item),
                "mouse" => self.settings.mouse = self.switch("mouse", item),
                "ascii" => self.settings.ascii = self.switch("ascii", item),
                "tab_width" => self.number("tab_width", item, TABS, |it| &mut it.tab_width),
                "bake_limit" => self.number("bake_limit", item, BAKES, |it| &mut it.bake_limit),
                "log" => self.group("log", item, Self::log),
                "clean" => self.group("clean", item, Self::clean),
                "disk" => self.group("disk", item, Self::disk),
                "keys" => self.group("keys", item, Self::chords),
                other => self.unknown(other, key),
            }
        }
    }

    fn log(&mut self, key: &Key, item: &Item) {
        match key.get() {
            "wrap" => self.flag("log.wrap", item, |settings| &mut settings.log_wrap),
            "timestamps" => {
                self.flag("log.timestamps", item, |settings| &mut settings.log_timestamps);
            }
            other => self.unknown(&format!("log.{other}"), key),
        }
    }

    fn clean(&mut self, key: &Key, item: &Item) {
        match key.get() {
            "older_than" => {
                let age = self.amount("clean.older_than", item, amount::parse_age);
                self.settings.clean.older_than_s = age;
            }
            "budget" => {
                self.settings.clean.budget = self.amount("clean.budget", item, amount::parse_bytes);
            }
            "keep" => match item.as_integer().and_then(|count| usize::try_from(count).ok()) {
                Some(count) => self.settings.clean.keep = Some(count),
                None => self.fault(
                    item,
                    "`clean.keep` is no number of images".to_owned(),
                    "write one, without quotes; until then none is kept for its age",
                ),
            },
            other => self.unknown(&format!("clean.{other}"), key),
        }
    }

    fn disk(&mut self, key: &Key, item: &Item) {
        match key.get() {
            "warn_below" => {
                if let Some(room) = self.amount("disk.warn_below", item, amount::parse_bytes) {
                    self.settings.disk.warn_below = room;
                }
            }
            "refuse_below" => {
                if let Some(room) = self.amount("disk.refuse_below", item, amount::parse_bytes) {
                    self.settings.disk.refuse_below = room;
                }
            }
            other => self.unknown(&format!("disk.{other}"), key),
        }
    }

    /// An amount, written as a text with its unit.
    fn amount<T>(
        &mut self,
        name: &str,
        item: &Item,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let parsed = item.as_str().ok_or_else(|| "it is no text".to_owned()).and_then(parse);
        if let Err(cause) = &parsed {
            self.fault(
                item,
                format!("`{name}` cannot be used: {cause}"),
                "write it in quotes and with its unit; until then its default holds",
            );
        }
        parsed.ok()
    }

    fn chords(&mut self, key: &Key, item: &Item) {
        let chords: Option<Vec<String>> = match (item.as_str(), item.as_array()) {
            (Some(chord), _) => Some(vec![chord.to_owned()]),
            (None, Some(list)) => {
                list.iter().map(|chord| Some(chord.as_str()?.to_owned())).collect()
            }
            (None, None) => None,
        };
        let Some(chords) = chords else {
            let name = key.get();
            return self.fault(
                item,
                format!("the keys of `{name}` are no text"),
                "write `\"ctrl-s\"`, `[\"ctrl-s\", \"f2\"]`, or `[]` for none",
            );
        };
        let place = Place::of_span(self.text, key.span());
        self.settings.keys.insert(key.get().to_owned(), Chords { chords, place });
    }

    fn group(&mut self, name: &str, item: &Item, each: fn(&mut Self, &Key, &Item)) {
        match item.as_table_like() {
            Some(table) => entries(table).for_each(|(key, item)| each(self, key, item)),
            None => self.fault(
                item,
                format!("`{name}` is no table"),
                &format!("write `[{name}]` and its fields below it"),
            ),
        }
    }

    fn words(&mut self, name: &str, item: &Item) -> Option<String> {
        let words = item.as_str().map(str::to_owned);
        if words.is_none() {
            self.fault(item, format!("`{name}` is no text"), "write the name of a theme in quotes");
        }
        words
    }

    fn switch(&mut self, name: &str, item: &Item) -> Switch {
        match (item.as_str(), item.as_bool()) {
            (Some("auto"), _) => Switch::Auto,
            (Some("on"), _) | (_, Some(true)) => Switch::On,
            (Some("off"), _) | (_, Some(false)) => Switch::Off,
            _ => {
                self.fault(
                    item,
                    format!("`{name}` is neither `\"auto\"` nor `\"on\"` nor `\"off\"`"),
                    "write one of the three; until then it is `\"auto\"`",
                );
                Switch::Auto
            }
        }
    }

    fn flag(&mut self, name: &str, item: &Item, field: fn(&mut Settings) -> &mut bool) {
        if let Some(value) = item.as_bool() {
            *field(&mut self.settings) = value;
            return;
        }
        let default = *field(&mut self.settings);
        self.fault(
            item,
            format!("`{name}` is neither true nor false"),
            &format!("write one of the two, without quotes; until then it is {default}"),
        );
    }

    fn number(
        &mut self,
        name: &str,
        item: &Item,
        range: std::ops::RangeInclusive<i64>,
        field: fn(&mut Settings) -> &mut u8,
    ) {
        let number = item.as_integer().filter(|number| range.contains(number));
        let default = *field(&mut self.settings);
        match number.and_then(|number| u8::try_from(number).ok()) {
            Some(number) => *field(&mut self.settings) = number,
            None => self.fault(
                item,
                format!("`{name}` is no number from {} to {}", range.start(), range.end()),
                &format!("write one; until then it is {default}"),
            ),
        }
    }

    fn unknown(&mut self, name: &str, key: &Key) {
        self.faults.push(SettingsFault {
            place: Place::of_span(self.text, key.span()),
            cause: format!("there is no setting `{name}`"),
            advice: "remove the line, or look for its name in docs/settings.md".to_owned(),
        });
    }

    fn fault(&mut self, item: &Item, cause: String, advice: &str) {
        let place = Place::of_span(self.text, item.span());
        self.faults.push(SettingsFault { place, cause, advice: advice.to_owned() });
    }
}

/// The entries of a table with their keys, which know where they are.
fn entries(table: &dyn TableLike) -> impl Iterator<Item = (&Key, &Item)> {
    table.iter().filter_map(|(name, _)| table.get_key_value(name))
}
