//! Drafts: kept, written anew, offered.

use super::*;

#[test]
fn drafts_are_kept_while_something_is_unsaved_and_go_with_it() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter"]);
    let effects = press(&mut state, &["x"]);
    assert!(effects.contains(&Effect::Wake { timer: Timer::Drafts, after_ms: 3000 }));
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    let [Effect::Scripts(ScriptsEffect::KeepDraft { id: whose, cached, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((whose, cached.starts_with("x#!")), (&id("web"), true));
    assert_eq!(update(&mut state, Event::Woke(Timer::Drafts)), [], "it is kept already");
    press(&mut state, &["y"]);
    let effects = update(&mut state, Event::Terminated);
    assert!(matches!(
        &effects[..],
        [Effect::Scripts(ScriptsEffect::KeepDraft { .. }), .., Effect::Quit]
    ));
    press(&mut state, &["backspace", "backspace"]);
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropDraft(id("web")))]);
}

#[test]
fn a_draft_is_written_anew_when_the_file_below_it_changes() {
    let mut state = screen(&["web"]);
    press(&mut state, &["enter", "x"]);
    update(&mut state, Event::Woke(Timer::Drafts));
    let base = state.environments.selected().unwrap().clone();
    let toggled = changed(&base, |it| it.environment.cache_container_build = false);
    let saved = EnvironmentsEvent::Saved(Box::new(toggled.clone()));
    let effects = update(&mut state, Event::Environments(saved));
    let draft = effects.iter().find_map(|effect| match effect {
        Effect::Scripts(ScriptsEffect::KeepDraft { base, file, cached, .. }) => {
            Some((base, file, cached.starts_with("x#!")))
        }
        _ => None,
    });
    assert_eq!(draft, Some((&toggled.revision, &toggled.text, true)), "{effects:?}");
    // It goes with what it is a draft of.
    press(&mut state, &["backspace"]);
    let effects = update(&mut state, Event::Woke(Timer::Drafts));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropDraft(id("web")))]);
}

#[test]
fn what_an_earlier_screen_left_is_offered() {
    let mut state = screen(&["api", "web"]);
    let draft = draft();
    let found = |draft: &DraftFound| Event::Scripts(ScriptsEvent::Drafts(vec![draft.clone()]));
    update(&mut state, found(&draft));
    assert!(matches!(state.mode, Mode::Ask(_)));
    rest(&mut state, 400);
    let effects = press(&mut state, &["t"]);
    let take_up = Effect::Scripts(ScriptsEffect::TakeUp(id("web"), draft.place));
    assert_eq!(effects[0], take_up, "before anything is written");
    assert_eq!(text(&state, Stage::Cached), "typed\n");
    assert_eq!(standing(&state, Stage::Cached), Standing::Unsaved);
    // One that says what the file does is nothing to ask about.
    let mut state = screen(&["web"]);
    let saved = entry("web").environment.cached_preflight_script;
    let effects = update(&mut state, found(&DraftFound { cached: saved, ..draft.clone() }));
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::DropFound(id("web"), draft.place))]);
    assert!(matches!(state.mode, Mode::Panes));
    // The trash keeps what is not wanted.
    update(&mut state, found(&draft));
    rest(&mut state, 400);
    let effects = press(&mut state, &["x"]);
    assert_eq!(effects, [Effect::Scripts(ScriptsEffect::SetAside(id("web"), draft.place))]);
}

#[test]
fn one_of_a_file_that_was_changed_since_is_not_written_over_it_unasked() {
    let take_up = || {
        let mut state = screen(&["web"]);
        let found = ScriptsEvent::Drafts(vec![DraftFound { is_stale: true, ..draft() }]);
        update(&mut state, Event::Scripts(found));
        rest(&mut state, 400);
        press(&mut state, &["t"]);
        assert_eq!(standing(&state, Stage::Cached), Standing::Conflict);
        state
    };
    let mut state = take_up();
    // That it was read once more changes nothing, nor does another field.
    list(&mut state, vec![entry("web")]);
    let toggled = changed(&entry("web"), |it| it.environment.cache_container_build = false);
    list(&mut state, vec![toggled]);
    assert_eq!(standing(&state, Stage::Cached), Standing::Conflict);
    assert_eq!(press(&mut state, &["ctrl-s"]), [], "asks");
    let effects = press(&mut state, &["m"]);
    let saved = written(&mut state, &effects);
    assert_eq!(saved.environment.cached_preflight_script, "typed\n");
    assert!(!saved.environment.cache_container_build);
    assert_eq!(standing(&state, Stage::Cached), Standing::Saved);
    // The other way.
    let mut state = take_up();
    press(&mut state, &["ctrl-s", "t"]);
    assert_eq!(text(&state, Stage::Cached), entry("web").environment.cached_preflight_script);
    assert_eq!(standing(&state, Stage::Cached), Standing::Saved);
}

#[test]
fn who_types_when_a_draft_is_found_does_not_answer_by_that() {
    let mut state = screen(&["web"]);
    update(&mut state, Event::Scripts(ScriptsEvent::Drafts(vec![draft()])));
    let is_open = |state: &State| matches!(state.mode, Mode::Ask(_));
    for key in ["x", "t", "enter", "y", "x"] {
        rest(&mut state, 390);
        assert_eq!(press(&mut state, &[key]), []);
        assert!(is_open(&state), "{key}");
    }
    // What answers nothing works at once, and who goes on pressing is heard after two seconds.
    press(&mut state, &["down"]);
    let Mode::Ask(dialog) = &state.mode else { panic!("{:?}", state.mode) };
    assert_eq!(dialog.selected, 1);
    rest(&mut state, 50);
    let effects = press(&mut state, &["x"]);
    let set_aside = Effect::Scripts(ScriptsEffect::SetAside(id("web"), draft().place));
    assert_eq!((effects, is_open(&state)), (vec![set_aside], false));
    let mut state = screen(&["web"]);
    update(&mut state, Event::Scripts(ScriptsEvent::Drafts(vec![draft()])));
    press(&mut state, &["esc"]);
    assert!(!is_open(&state));
}
