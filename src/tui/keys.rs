//! What the terminal sends -> events of the state.
//!
//! Apart so that nothing else knows both the terminal's library and the state's words.

use crossterm::event::{
    Event as Sent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};

use crate::app::chord::{Chord, Code};
use crate::app::event::{Event, Mouse, MouseKind};

/// The event that this is for the state, if it is one.
#[must_use]
pub(super) fn event(sent: Sent) -> Option<Event> {
    match sent {
        Sent::Key(key) => chord(key).map(Event::Pressed),
        Sent::Mouse(mouse) => self::mouse(mouse).map(Event::Mouse),
        Sent::Paste(text) => Some(Event::Pasted(lines(&text))),
        Sent::Resize(width, height) => Some(Event::Resized { width, height }),
        Sent::FocusGained | Sent::FocusLost => None,
    }
}

/// Terminals paste line ends as Enter sends them, or as they were copied.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn chord(key: KeyEvent) -> Option<Chord> {
    // Held keys repeat; where releases are told they mean nothing.
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let (code, is_back) = match key.code {
        KeyCode::Char(char) => (Code::Char(char), false),
        KeyCode::F(number) => (Code::F(number), false),
        KeyCode::Enter => (Code::Enter, false),
        KeyCode::Esc => (Code::Esc, false),
        KeyCode::Tab => (Code::Tab, false),
        // Its own key to terminals, with or without Shift told.
        KeyCode::BackTab => (Code::Tab, true),
        KeyCode::Backspace => (Code::Backspace, false),
        KeyCode::Delete => (Code::Delete, false),
        KeyCode::Insert => (Code::Insert, false),
        KeyCode::Up => (Code::Up, false),
        KeyCode::Down => (Code::Down, false),
        KeyCode::Left => (Code::Left, false),
        KeyCode::Right => (Code::Right, false),
        KeyCode::Home => (Code::Home, false),
        KeyCode::End => (Code::End, false),
        KeyCode::PageUp => (Code::PageUp, false),
        KeyCode::PageDown => (Code::PageDown, false),
        _ => return None,
    };
    let is_held = |modifier| key.modifiers.contains(modifier);
    Some(Chord::new(
        code,
        is_held(KeyModifiers::CONTROL),
        is_held(KeyModifiers::ALT),
        is_held(KeyModifiers::SHIFT) || is_back,
    ))
}

fn mouse(mouse: MouseEvent) -> Option<Mouse> {
    let kind = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseKind::Down,
        MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseKind::Up,
        MouseEventKind::ScrollUp => MouseKind::WheelUp,
        MouseEventKind::ScrollDown => MouseKind::WheelDown,
        _ => return None,
    };
    let shift = mouse.modifiers.contains(KeyModifiers::SHIFT);
    Some(Mouse { kind, x: mouse.column, y: mouse.row, shift })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_chords_that_settings_name() {
        let (none, ctrl, shift) = (KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::SHIFT);
        let alt = KeyModifiers::ALT;
        for (code, modifiers, want) in [
            (KeyCode::Char('g'), none, "g"),
            (KeyCode::Char('G'), shift, "G"),
            (KeyCode::Char('?'), shift, "?"),
            (KeyCode::Char(' '), none, "space"),
            (KeyCode::Char('é'), none, "é"),
            (KeyCode::Char('s'), ctrl, "ctrl-s"),
            (KeyCode::Char('S'), ctrl | shift, "ctrl-s"),
            (KeyCode::Char('1'), alt, "alt-1"),
            (KeyCode::F(12), none, "f12"),
            (KeyCode::Tab, none, "tab"),
            (KeyCode::BackTab, none, "shift-tab"),
            (KeyCode::BackTab, shift, "shift-tab"),
            (KeyCode::Enter, alt, "alt-enter"),
            (KeyCode::PageDown, shift | ctrl, "ctrl-shift-pagedown"),
            (KeyCode::Delete, none, "delete"),
            (KeyCode::Backspace, none, "backspace"),
        ] {
            let got = event(Sent::Key(KeyEvent::new(code, modifiers)));
            assert_eq!(got, Some(Event::Pressed(want.parse().unwrap())), "{want}");
        }
    }

    #[test]
    fn a_held_key_repeats_and_a_release_means_nothing() {
        let of = |kind| {
            let key = KeyEvent::new_with_kind(KeyCode::Down, KeyModifiers::NONE, kind);
            event(Sent::Key(key)).is_some()
        };
        assert!(of(KeyEventKind::Press) && of(KeyEventKind::Repeat));
        assert!(!of(KeyEventKind::Release));
        for code in [KeyCode::CapsLock, KeyCode::Null, KeyCode::Menu] {
            assert_eq!(event(Sent::Key(KeyEvent::new(code, KeyModifiers::NONE))), None);
        }
    }

    #[test]
    fn the_mouse_is_its_left_button_and_its_wheel() {
        for (sent, want) in [
            (MouseEventKind::Down(MouseButton::Left), Some(MouseKind::Down)),
            (MouseEventKind::Drag(MouseButton::Left), Some(MouseKind::Drag)),
            (MouseEventKind::Up(MouseButton::Left), Some(MouseKind::Up)),
            (MouseEventKind::ScrollUp, Some(MouseKind::WheelUp)),
            (MouseEventKind::ScrollDown, Some(MouseKind::WheelDown)),
            (MouseEventKind::Down(MouseButton::Right), None),
            (MouseEventKind::Moved, None),
        ] {
            let modifiers = KeyModifiers::SHIFT;
            let got = event(Sent::Mouse(MouseEvent { kind: sent, column: 3, row: 7, modifiers }));
            let want = want.map(|kind| Event::Mouse(Mouse { kind, x: 3, y: 7, shift: true }));
            assert_eq!(got, want, "{sent:?}");
        }
    }

    #[test]
    fn pasted_lines_end_as_lines_of_scripts_do() {
        for (text, want) in [("a\r\nb\rc\n", "a\nb\nc\n"), ("\r\r\n", "\n\n"), ("", "")] {
            assert_eq!(event(Sent::Paste(text.to_owned())), Some(Event::Pasted(want.to_owned())));
        }
        assert_eq!(event(Sent::FocusLost), None);
        let resized = Event::Resized { width: 80, height: 24 };
        assert_eq!(event(Sent::Resize(80, 24)), Some(resized));
    }
}
