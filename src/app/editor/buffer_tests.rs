//! What moves, edits and undo do to a text, with the cursor and the selection written in it.

use super::*;
use crate::app::editor::command::{Editor, EditorCommand};
use proptest::prelude::*;

/// A text with `|` where the cursor is and `^` where the selection began.
fn marked(text: &str) -> Buffer {
    let bare = text.replace(['|', '^'], "");
    let mut buffer = Buffer::new(&bare);
    let place = |sign: char, other: char| {
        let before = text[..text.find(sign)?].replace(other, "");
        let line = before.matches('\n').count();
        Some(Place::new(line, before.rfind('\n').map_or(before.len(), |n| before.len() - n - 1)))
    };
    buffer.caret = Caret { cursor: place('|', '^').unwrap(), anchor: place('^', '|') };
    buffer
}

fn shown(buffer: &Buffer) -> String {
    let mut lines: Vec<String> = buffer.text.lines().to_vec();
    let cursor = buffer.cursor();
    let anchor = buffer.caret.anchor.filter(|anchor| *anchor != cursor);
    let mut signs = vec![(cursor, '|')];
    signs.extend(anchor.map(|anchor| (anchor, '^')));
    signs.sort_unstable();
    for (place, sign) in signs.into_iter().rev() {
        lines[place.line].insert(place.column, sign);
    }
    lines.join("\n")
}

fn check(before: &str, act: impl Fn(&mut Buffer), after: &str) {
    let mut buffer = marked(before);
    let contents = buffer.contents();
    act(&mut buffer);
    assert_eq!(shown(&buffer), after, "from {before:?}");
    let edited = buffer.contents();
    if edited != contents {
        while buffer.undo() {}
        assert_eq!(shown(&buffer), before.to_owned(), "undone");
        while buffer.redo() {}
        assert_eq!(buffer.contents(), edited, "redone");
    }
}

#[test]
fn motions_go_by_what_looks_like_one_character() {
    let go = |motion| move |buffer: &mut Buffer| buffer.go(motion, false, 10);
    for (before, motion, after) in [
        ("a|b", Motion::Right, "ab|"),
        ("ab|\nc", Motion::Right, "ab\n|c"),
        ("ab|\r\nc", Motion::Right, "ab\r\n|c"),
        ("ab\r\n|c", Motion::Left, "ab|\r\nc"),
        ("|👨‍👩‍👧x", Motion::Right, "👨‍👩‍👧|x"),
        ("e\u{301}|x", Motion::Left, "|e\u{301}x"),
        ("e\u{301}|x", Motion::CharLeft, "e|\u{301}x"),
        ("|ab", Motion::Left, "|ab"),
        ("ab|", Motion::Right, "ab|"),
        ("ab cd|", Motion::WordLeft, "ab |cd"),
        ("ab |cd", Motion::WordLeft, "|ab cd"),
        ("|ab_c --x", Motion::WordRight, "ab_c| --x"),
        ("ab_c| --x", Motion::WordRight, "ab_c --|x"),
        ("  ab|", Motion::Home, "  |ab"),
        ("  |ab", Motion::Home, "|  ab"),
        ("|  ab", Motion::Home, "  |ab"),
        ("a|b\r\nc", Motion::End, "ab|\r\nc"),
        ("a\nb|\nc", Motion::Top, "|a\nb\nc"),
        ("a\nb|\nc", Motion::Bottom, "a\nb\nc|"),
        ("a|\nb\nc", Motion::Line(2), "a\nb\n|c"),
        ("a|\nb\nc", Motion::Line(99), "a\nb\n|c"),
        ("ab|\ncd", Motion::Up, "|ab\ncd"),
        ("ab\n|cd", Motion::Down, "ab\ncd|"),
        ("\tx|y\nabcdefgh", Motion::Down, "\txy\nabcde|fgh"),
        ("語語|x\nabcdef", Motion::Down, "語語x\nabcd|ef"),
    ] {
        check(before, go(motion), after);
    }
}

#[test]
fn up_and_down_keep_the_column_of_cells() {
    let down_twice = |buffer: &mut Buffer| {
        buffer.go(Motion::Down, false, 10);
        buffer.go(Motion::Down, false, 10);
    };
    check("abc|d\n\nefgh", down_twice, "abcd\n\nefg|h");
    check("abcd|\nx\nefghij", down_twice, "abcd\nx\nefgh|ij");
    let text = "x\n".repeat(30);
    let mut buffer = Buffer::new(&text);
    buffer.go(Motion::PageDown, false, 10);
    assert_eq!(buffer.cursor().line, 9);
    buffer.go(Motion::PageUp, false, 5);
    assert_eq!(buffer.cursor().line, 5);
}

#[test]
fn the_selection_widens_and_ends_at_its_side() {
    check("a|bc", |b| b.go(Motion::Right, true, 1), "a^b|c");
    check("^ab|c", |b| b.go(Motion::Right, false, 1), "ab|c");
    check("^ab|c", |b| b.go(Motion::Left, false, 1), "|abc");
    check("^ab|c\nd", |b| b.go(Motion::Down, true, 1), "^abc\nd|");
    check("|ab_c d", |b| b.select_word(Place::new(0, 2)), "^ab_c| d");
    check("|ab  d", |b| b.select_word(Place::new(0, 3)), "ab^  |d");
    check("|", |b| b.select_word(Place::new(4, 4)), "|");
}

#[test]
fn edits_take_the_place_of_the_selection() {
    let erase = |motion| move |buffer: &mut Buffer| drop(buffer.erase(motion, 1));
    check("a^b|c", |b| b.type_char('x'), "ax|c");
    check("a|b\nc^d", |b| b.type_char('x'), "ax|d");
    check("a^b\r\nc|d", |b| b.paste("x\ny"), "ax\r\ny|d");
    check("|", |b| b.paste("x\r\ny\rz\n"), "x\ny\nz\n|");
    check("  a|b", Buffer::newline, "  a\n  |b");
    check(" | ab", Buffer::newline, " \n | ab");
    check("\ta|\r\nb", Buffer::newline, "\ta\r\n\t|\r\nb");
    check("👨‍👩‍👧|x", erase(Motion::Left), "|x");
    check("|e\u{301}x", erase(Motion::Right), "|x");
    check("e\u{301}|x", erase(Motion::CharLeft), "e|x");
    check("a\r\n|b", erase(Motion::Left), "a|b");
    check("a|\nb", erase(Motion::Right), "a|b");
    check("ab cd|e", erase(Motion::WordLeft), "ab |e");
    check("  ab|c", erase(Motion::Home), "|c");
    check("  |abc", erase(Motion::Home), "|abc");
    check("a|bc\nd", erase(Motion::End), "a|\nd");
    check("a|\nd", erase(Motion::End), "a|d");
    check("|", erase(Motion::Left), "|");
    check("a^bc|d", erase(Motion::WordLeft), "a|d");
}

#[test]
fn lines_are_edited_as_a_whole() {
    check("a|b\nc", Buffer::duplicate, "ab\na|b\nc");
    check("^a\nb|", Buffer::duplicate, "a\nb\n^a\nb|");
    check("x\r\na|", Buffer::duplicate, "x\r\na\r\na|");
    check("a\nb|c\nd", |b| b.move_lines(false), "b|c\na\nd");
    check("a\nb|c\nd", |b| b.move_lines(true), "a\nd\nb|c");
    check("a|\nb", |b| b.move_lines(false), "a|\nb");
    check("a\nb|", |b| b.move_lines(true), "a\nb|");
    check("a\r\nb|\r\nc", |b| b.move_lines(true), "a\r\nc\r\nb|");
    check("a\nb|c\nd", |b| drop(b.delete_lines()), "a\n|d");
    check("a\nb|c", |b| drop(b.delete_lines()), "a|");
    check("b|c", |b| drop(b.delete_lines()), "|");
    check("a|b", Buffer::toggle_comment, "# a|b");
    check("# a|b", Buffer::toggle_comment, "a|b");
    check("  ^a\n\n    b|", Buffer::toggle_comment, "  # ^a\n\n  #   b|");
    check("|a\n#b", Buffer::toggle_comment, "# |a\n#b");
    check("^a\n|b", Buffer::toggle_comment, "^# a\n|b");
    check("^a\n b|", Buffer::tab, "^    a\n     b|");
    check("if\n\tx\n|", Buffer::tab, "if\n\tx\n\t|");
    check("if\n  x\n|", Buffer::tab, "if\n  x\n  |");
    check("if\n  x\na|", Buffer::tab, "if\n  x\na |");
    check("if\n  x|", Buffer::dedent, "if\nx|");
    check("\tx|", Buffer::dedent, "x|");
    check("x|", Buffer::dedent, "x|");
}

#[test]
fn copy_and_cut_without_a_selection_take_the_line() {
    let mut buffer = marked("a\nb|c\r\nd");
    assert_eq!(buffer.copy(), "bc\r\n");
    assert_eq!(buffer.cut(), "bc\r\n");
    assert_eq!(shown(&buffer), "a\n|d");
    let mut buffer = marked("a^b\nc|d");
    assert_eq!(buffer.copy(), "b\nc");
    assert_eq!(buffer.cut(), "b\nc");
    assert_eq!(shown(&buffer), "a|d");
}

#[test]
fn typing_is_undone_word_by_word() {
    let mut buffer = Buffer::new("");
    for char in "apt get\nx".chars() {
        if char == '\n' { buffer.newline() } else { buffer.type_char(char) }
    }
    for expected in ["apt get\n", "apt get", "apt ", ""] {
        assert!(buffer.undo());
        assert_eq!(buffer.contents(), expected);
    }
    assert!(!buffer.undo());
    for expected in ["apt ", "apt get", "apt get\n", "apt get\nx"] {
        assert!(buffer.redo());
        assert_eq!(buffer.contents(), expected);
    }
    // A move in between begins a step.
    let mut buffer = Buffer::new("");
    buffer.type_char('a');
    buffer.go(Motion::Left, false, 1);
    buffer.go(Motion::Right, false, 1);
    buffer.type_char('b');
    assert!(buffer.undo());
    assert_eq!(buffer.contents(), "a");
    let mut buffer = marked("ab cd|");
    for _ in 0..5 {
        buffer.erase(Motion::Left, 1);
    }
    assert!(buffer.undo());
    assert_eq!(shown(&buffer), "ab|");
}

#[test]
fn a_text_undone_to_the_saved_one_is_clean() {
    let mut buffer = Buffer::new("a\n");
    buffer.type_char('x');
    assert!(buffer.is_dirty());
    let revision = buffer.revision();
    buffer.undo();
    assert!(!buffer.is_dirty());
    assert!(buffer.revision() > revision, "each text has a number of its own");
    buffer.redo();
    buffer.saved("xa\n".into());
    assert!(!buffer.is_dirty());
}

#[test]
fn a_text_from_outside_is_taken_over_as_one_step() {
    for (old, new) in [
        ("a\nb\nc", "a\nX\nc"),
        ("a\r\nb", "a\nb"),
        ("a\nb", "a\r\nb"),
        ("aé", "aè"),
        ("", "x"),
        ("aaa", "aa"),
        ("same", "same"),
    ] {
        let mut buffer = Buffer::new(old);
        buffer.take_over(new, Place::new(0, 1));
        assert_eq!(buffer.contents(), new);
        assert_eq!(buffer.undo(), old != new);
        assert_eq!(buffer.contents(), old);
    }
}

#[test]
fn a_large_paste_is_one_step() {
    let text = "echo 'a line of a script'\r\n".repeat(40_000);
    let mut buffer = Buffer::new("");
    buffer.paste(&text);
    assert_eq!(buffer.contents(), text.replace('\r', ""));
    assert_eq!(buffer.revision(), 1);
    assert!(buffer.undo());
    assert_eq!(buffer.contents(), "");
}

fn motions() -> impl Strategy<Value = Motion> {
    prop::sample::select(vec![
        Motion::Left,
        Motion::Right,
        Motion::CharLeft,
        Motion::CharRight,
        Motion::WordLeft,
        Motion::WordRight,
        Motion::Up,
        Motion::Down,
        Motion::PageUp,
        Motion::PageDown,
        Motion::Home,
        Motion::End,
        Motion::Top,
        Motion::Bottom,
        Motion::Line(3),
    ])
}

fn commands() -> impl Strategy<Value = EditorCommand> {
    use EditorCommand as C;
    let text = prop::sample::select(vec!["a", "é\n", "\r\n", "👨‍👩‍👧", "<<E\n", "\t", "\"", "\u{301}"]);
    prop_oneof![
        prop::sample::select(vec!['a', ' ', '\t', '\'', 'é', '\u{301}', '$']).prop_map(C::Type),
        text.prop_map(|text| C::Paste(text.to_owned())),
        motions().prop_map(C::Erase),
        (motions(), any::<bool>()).prop_map(|(motion, select)| C::Move { motion, select }),
        (0..90_u16, 0..9_u16, any::<bool>()).prop_map(|(column, row, select)| C::Click {
            column,
            row,
            select
        }),
        (-9..90_i32, -9..20_i32).prop_map(|(column, row)| C::Drag { column, row }),
        (0..90_u16, 0..9_u16).prop_map(|(column, row)| C::DoubleClick { column, row }),
        prop::sample::select(vec![
            C::Newline,
            C::Tab,
            C::Dedent,
            C::SelectAll,
            C::Cut,
            C::Undo,
            C::Redo,
            C::ToggleComment,
            C::Duplicate,
            C::DeleteLines,
            C::LinesUp,
            C::LinesDown,
            C::NextHit,
            C::PreviousHit,
            C::Replace("é".into()),
            C::ReplaceAll("b\n".into()),
            C::Scroll(3),
            C::Search { query: "a".into(), regex: false },
        ]),
    ]
}

proptest! {
    #[test]
    fn whatever_is_done_is_undone_and_redone(
        text in "[ab \t\r\n'é$]{0,40}",
        commands in prop::collection::vec(commands(), 0..40),
    ) {
        let mut editor = Editor::new(&text);
        editor.resize(20, 5);
        for command in commands {
            editor.apply(command, 5);
            let buffer = editor.buffer();
            prop_assert_eq!(buffer.text().clamp(buffer.cursor()), buffer.cursor());
            prop_assert_eq!(buffer.contents().len(), buffer.text().bytes());
            let fresh = Editor::new(&buffer.contents());
            let all = 0..usize::MAX;
            let spans = editor.tints().spans(buffer.text(), all.clone());
            prop_assert_eq!(spans.len(), fresh.tints().spans(buffer.text(), all).len());
        }
        let last = editor.buffer().contents();
        let mut steps = 0;
        while editor.apply(EditorCommand::Undo, 5).told.is_none() {
            steps += 1;
        }
        prop_assert_eq!(editor.buffer().contents(), text);
        prop_assert!(!editor.buffer().is_dirty());
        for _ in 0..steps {
            editor.apply(EditorCommand::Redo, 5);
        }
        prop_assert_eq!(editor.buffer().contents(), last);
    }
}
