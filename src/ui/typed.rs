//! A line that is being typed: of one that is longer than its room, the part with the cursor.

use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::paint::fit;

/// What is seen of a line in so many cells, and the cell of the cursor in it.
pub(super) fn typed(input: &Input, room: usize) -> (String, u16) {
    // Behind the cursor there is room for what it stands on, and for the sign that there is more.
    let scroll = input.visual_scroll(room.saturating_sub(2));
    let (mut seen, mut skipped) = (input.value(), 0);
    for grapheme in input.value().graphemes(true) {
        if skipped >= scroll {
            break;
        }
        skipped += grapheme.width();
        seen = &seen[grapheme.len()..];
    }
    let cursor = input.visual_cursor().saturating_sub(skipped).min(room.saturating_sub(1));
    (fit(seen, room, "~"), u16::try_from(cursor).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use tui_input::Input;

    use super::typed;

    #[test]
    fn the_part_with_the_cursor_is_seen() {
        let check = |text: &str, cursor: usize, seen: &str, cell: u16| {
            let input = Input::new(text.to_owned()).with_cursor(cursor);
            assert_eq!(typed(&input, 6), (seen.to_owned(), cell), "{text:?} at {cursor}");
        };
        check("abc", 3, "abc", 3);
        check("abc", 1, "abc", 1);
        check("abcdef", 6, "cdef", 4);
        check("abcdefghij", 10, "ghij", 4);
        check("abcdefghij", 7, "defgh~", 4);
        check("abcdefghij", 0, "abcde~", 0);
        check("äöüäöüäöü", 9, "üäöü", 4);
        check("日本語日本語", 6, "本語", 4);
    }
}
