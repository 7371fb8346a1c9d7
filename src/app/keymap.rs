//! The keymap: which chord means which action where. Made from the table of actions and the
//! settings; a binding that clashes is refused by name, the others hold.

use std::collections::HashMap;

use super::action::{self, Action, Row, Scope};
use super::chord::Chord;

/// Chords and their actions.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    by_chord: HashMap<(Scope, Chord), Action>,
    by_action: HashMap<Action, Vec<Chord>>,
}

impl Keymap {
    /// The keymap of the tables with the user's bindings over it: names of actions with their
    /// chords, which replace the action's own. Also sentences about bindings that do not hold.
    #[must_use]
    pub fn new(bindings: &[(String, Vec<String>)]) -> (Self, Vec<String>) {
        let mut keymap = Self::default();
        let mut refused = Vec::new();
        for (name, chords) in bindings {
            let Some(row) = action::rows().find(|row| row.name == name) else {
                refused.push(format!("`{name}` is no action; the help lists their names"));
                continue;
            };
            // Even with no chord the table's own no longer hold.
            keymap.by_action.entry(row.action).or_default();
            for text in chords {
                match text.parse() {
                    Ok(chord) => refused.extend(keymap.bind(row, chord)),
                    Err(error) => refused.push(format!("{error}, so `{name}` lacks it")),
                }
            }
        }
        // What a user wants everywhere no pane has for itself.
        let everywhere: Vec<Chord> = keymap
            .by_chord
            .keys()
            .filter(|(scope, _)| *scope == Scope::Global)
            .map(|(_, chord)| *chord)
            .collect();
        let given: Vec<Action> = keymap.by_action.keys().copied().collect();
        for row in action::rows().filter(|row| !given.contains(&row.action)) {
            for chord in row.chords.iter().filter_map(|chord| chord.parse().ok()) {
                // A chord that the user gave to something else is theirs; no word about that.
                if !everywhere.contains(&chord) {
                    let _ = keymap.bind(row, chord);
                }
            }
        }
        (keymap, refused)
    }

    /// Binds a chord, unless it means something there already; then says so.
    fn bind(&mut self, row: &Row, chord: Chord) -> Option<String> {
        if let Some(other) = self.by_chord.get(&(row.scope, chord)) {
            let other = action::row(*other).map_or("", |row| row.name);
            return Some(format!(
                "`{chord}` is bound to `{other}`, so `{}` lacks it; give one of them another key",
                row.name
            ));
        }
        self.by_chord.insert((row.scope, chord), row.action);
        self.by_action.entry(row.action).or_default().push(chord);
        None
    }

    /// What a chord means in `scope`. In a text a chord that types is no action.
    #[must_use]
    pub fn action(&self, scope: Scope, chord: Chord) -> Option<Action> {
        if scope == Scope::Editor && chord.types().is_some() {
            return None;
        }
        let here = self.by_chord.get(&(scope, chord));
        here.or_else(|| self.by_chord.get(&(Scope::Global, chord))).copied()
    }

    /// The chords of an action, the first one the one to show.
    #[must_use]
    pub fn chords(&self, action: Action) -> &[Chord] {
        self.by_action.get(&action).map_or(&[], Vec::as_slice)
    }

    /// The chord to show for an action in `scope`: one that works there.
    #[must_use]
    pub fn shown(&self, scope: Scope, action: Action) -> Option<Chord> {
        self.chords(action).iter().copied().find(|chord| self.action(scope, *chord) == Some(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::action::{EnvironmentAction, ViewAction};

    fn keymap(bindings: &[(&str, &[&str])]) -> (Keymap, Vec<String>) {
        let own = |chords: &[&str]| chords.iter().map(|&chord| chord.to_owned()).collect();
        let bindings: Vec<_> =
            bindings.iter().map(|(name, chords)| ((*name).to_owned(), own(chords))).collect();
        Keymap::new(&bindings)
    }

    fn check(keymap: &Keymap, scope: Scope, chord: &str, action: Option<Action>) {
        assert_eq!(keymap.action(scope, chord.parse().unwrap()), action, "{chord} in {scope:?}");
    }

    const QUIT: Option<Action> = Some(Action::View(ViewAction::Quit));
    const NEW: Option<Action> = Some(Action::Environment(EnvironmentAction::New));

    #[test]
    fn a_letter_is_an_action_except_in_a_text() {
        let (keymap, refused) = keymap(&[]);
        assert!(refused.is_empty());
        check(&keymap, Scope::Environments, "q", QUIT);
        check(&keymap, Scope::Log, "q", QUIT);
        check(&keymap, Scope::Editor, "q", None);
        check(&keymap, Scope::Editor, "ctrl-q", QUIT);
        check(&keymap, Scope::Environments, "n", NEW);
        check(&keymap, Scope::Tasks, "n", None);
        assert_eq!(keymap.shown(Scope::Editor, QUIT.unwrap()).unwrap().to_string(), "ctrl-q");
    }

    #[test]
    fn a_users_binding_replaces_and_only_a_clashing_one_is_refused() {
        let (keymap, refused) = keymap(&[
            ("quit", &["x"]),
            ("help", &["x", "h"]),
            ("new", &["q"]),
            ("zoom", &[]),
            ("fly", &["f"]),
            ("redraw", &["hyper-q"]),
        ]);
        check(&keymap, Scope::Log, "x", QUIT);
        check(&keymap, Scope::Log, "q", None);
        check(&keymap, Scope::Log, "h", Some(Action::View(ViewAction::Help)));
        check(&keymap, Scope::Environments, "q", NEW);
        check(&keymap, Scope::Log, "f11", None);
        assert_eq!(
            refused,
            [
                "`x` is bound to `quit`, so `help` lacks it; give one of them another key",
                "`fly` is no action; the help lists their names",
                "`hyper-q` is no key; write it like `ctrl-s`, `alt-enter`, `f5` or `?`, so `redraw` lacks it",
            ]
        );
    }
}
