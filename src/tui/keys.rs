//! What the terminal tells, as events of the screen.

use crossterm::event::{
    Event as Told, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent,
    MouseEventKind,
};

use crate::app::chord::{Chord, Code};
use crate::app::event::{Event, Mouse, MouseKind};

/// The event for what was told; none: it means nothing here.
pub(super) fn event(told: Told) -> Option<Event> {
    match told {
        Told::Key(key) if key.kind != KeyEventKind::Release => chord(key).map(Event::Pressed),
        Told::Key(_) | Told::FocusGained | Told::FocusLost => None,
        Told::Paste(text) => Some(Event::Pasted(text.replace("\r\n", "\n").replace('\r', "\n"))),
        Told::Mouse(mouse) => mouse_event(mouse).map(Event::Mouse),
        Told::Resize(width, height) => Some(Event::Resized { width, height }),
    }
}

fn chord(key: KeyEvent) -> Option<Chord> {
    let held = |modifier| key.modifiers.contains(modifier);
    let (ctrl, alt) = (held(KeyModifiers::CONTROL), held(KeyModifiers::ALT));
    let mut shift = held(KeyModifiers::SHIFT);
    let code = match key.code {
        KeyCode::Char(char) => Code::Char(char),
        KeyCode::F(number) => Code::F(number),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => {
            shift = true;
            Code::Tab
        }
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    Some(Chord::new(code, ctrl, alt, shift))
}

fn mouse_event(mouse: MouseEvent) -> Option<Mouse> {
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
    fn presses_become_chords_and_pastes_have_one_kind_of_line_end() {
        let key = |code, modifiers| Told::Key(KeyEvent::new(code, modifiers));
        for (told, chord) in [
            (key(KeyCode::Char('S'), KeyModifiers::CONTROL), "ctrl-s"),
            (key(KeyCode::Char('G'), KeyModifiers::SHIFT), "G"),
            (key(KeyCode::BackTab, KeyModifiers::SHIFT), "shift-tab"),
            (key(KeyCode::BackTab, KeyModifiers::NONE), "shift-tab"),
            (key(KeyCode::Left, KeyModifiers::ALT), "alt-left"),
            (key(KeyCode::F(5), KeyModifiers::NONE), "f5"),
        ] {
            assert_eq!(event(told), Some(Event::Pressed(chord.parse().unwrap())), "{chord}");
        }
        assert_eq!(event(key(KeyCode::CapsLock, KeyModifiers::NONE)), None);
        let pasted = Event::Pasted("a\nb\nc\n".to_owned());
        assert_eq!(event(Told::Paste("a\r\nb\rc\n".to_owned())), Some(pasted));
    }
}
