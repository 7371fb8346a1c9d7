//! What the one door into an editor answers.

use super::*;

fn told(editor: &mut Editor, command: EditorCommand) -> Option<Told> {
    editor.apply(command, 10).told
}

fn search(query: &str) -> EditorCommand {
    EditorCommand::Search { query: query.to_owned(), regex: false }
}

#[test]
fn a_search_narrows_while_it_is_typed_and_tells_when_it_wraps() {
    let mut editor = Editor::new("apt\nadd\napt\n");
    assert_eq!(told(&mut editor, search("a")), None);
    assert_eq!(editor.buffer().cursor(), Place::new(0, 1));
    assert_eq!(told(&mut editor, search("ad")), None);
    assert_eq!(editor.buffer().cursor(), Place::new(1, 2));
    assert_eq!(told(&mut editor, search("apt")), None);
    assert_eq!(editor.buffer().cursor(), Place::new(2, 3));
    assert_eq!(told(&mut editor, EditorCommand::NextHit), Some(Told::WrappedToTop));
    assert_eq!(told(&mut editor, EditorCommand::PreviousHit), Some(Told::WrappedToBottom));
    assert_eq!(told(&mut editor, search("none")), Some(Told::NoHit));
    let bad = EditorCommand::Search { query: "[".into(), regex: true };
    assert!(matches!(told(&mut editor, bad), Some(Told::BadPattern(_))));
    assert_eq!(told(&mut editor, search("apt")), None);
    let replaced = told(&mut editor, EditorCommand::ReplaceAll("dnf".into()));
    assert_eq!(replaced, Some(Told::Replaced(2)));
    assert_eq!(told(&mut editor, EditorCommand::EndSearch), None);
    assert_eq!(told(&mut editor, EditorCommand::NextHit), Some(Told::NoHit));
}

#[test]
fn the_mouse_selects_what_it_passes_over() {
    let mut editor = Editor::new("one two\nthree\n\tfour\n");
    editor.resize(40, 3);
    let gutter = editor.viewport().gutter(4);
    let at = |column: u16| gutter + column;
    editor.apply(EditorCommand::Click { column: at(1), row: 0, select: false }, 3);
    editor.apply(EditorCommand::Drag { column: i32::from(at(2)), row: 1 }, 3);
    assert_eq!(editor.buffer().selected().as_deref(), Some("ne two\nth"));
    editor.apply(EditorCommand::DoubleClick { column: at(5), row: 2 }, 3);
    assert_eq!(editor.buffer().selected().as_deref(), Some("four"));
    editor.apply(EditorCommand::Click { column: 0, row: 0, select: false }, 3);
    assert_eq!(editor.buffer().cursor(), Place::new(0, 0));
    editor.apply(EditorCommand::Drag { column: 0, row: 99 }, 3);
    assert_eq!(editor.buffer().selected().map(|text| text.len()), Some(20));
}

#[test]
fn what_was_copied_is_told_and_the_text_stays() {
    let mut editor = Editor::new("one\n");
    let applied = editor.apply(EditorCommand::Copy, 3);
    let copied = Some("one\n".to_owned());
    assert_eq!(applied, Applied { changed: false, copied: copied.clone(), told: None });
    let applied = editor.apply(EditorCommand::Cut, 3);
    assert_eq!(applied, Applied { changed: true, copied, told: None });
    assert_eq!(told(&mut editor, EditorCommand::Redo), Some(Told::NothingLeft));
}
