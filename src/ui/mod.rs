//! Draws the state: one file per region, each a function of the state and a rectangle.
//!
//! Where things stand is [`crate::app::layout`]'s; how they look is the theme's, asked by role
//! through [`paint`]. Nothing here changes anything.

mod base;
mod details;
mod dialog;
pub mod editor;
mod environments;
mod findings;
mod footer;
mod form;
mod header;
mod history;
mod images;
mod log;
mod paint;
mod pane;
mod pick;
mod scripts;
mod sheet;
mod split;
mod tasks;
#[cfg(test)]
mod testing;
mod typed;
mod welcome;

use ratatui::Frame;
use ratatui::widgets::{Paragraph, Wrap};

use self::paint::Paint;
use crate::app::domain::environment::Stage;
use crate::app::layout::{Region, SMALLEST, Shape};
use crate::app::mode::Mode;
use crate::app::state::State;

/// Draws the whole screen.
pub fn draw(frame: &mut Frame<'_>, state: &State) {
    let paint = Paint::of(state);
    let area = frame.area();
    frame.buffer_mut().set_style(area, paint.ground());
    let arrangement = state.arrangement();
    if arrangement.shape == Shape::TooSmall {
        let (width, height) = SMALLEST;
        let sentence = format!("prebake needs {width}x{height} cells; make the window larger");
        frame.render_widget(Paragraph::new(sentence).wrap(Wrap { trim: true }), frame.area());
        return;
    }
    header::draw(frame, arrangement.header, state, paint);
    if let Some(tabs) = arrangement.tabs {
        pane::tabs(frame, tabs, state, paint);
    }
    for (region, rect) in &arrangement.panes {
        match region {
            Region::Cached => scripts::draw(frame, *rect, Stage::Cached, state, paint),
            Region::Run => scripts::draw(frame, *rect, Stage::Run, state, paint),
            Region::Environments => environments::draw(frame, *rect, state, paint),
            Region::Details => details::draw(frame, *rect, state, paint),
            Region::Log => log::draw(frame, *rect, state, paint),
            Region::Tasks => tasks::draw(frame, *rect, state, paint),
            Region::History => history::draw(frame, *rect, state, paint),
            Region::Images => images::draw(frame, *rect, state, paint),
        }
    }
    footer::draw(frame, arrangement.footer, state, paint);
    over(frame, state, paint);
}

/// What lies over the panes.
fn over(frame: &mut Frame<'_>, state: &State, paint: Paint<'_>) {
    match &state.mode {
        // A search has a line in its pane.
        Mode::Panes | Mode::Filter | Mode::Search(_) | Mode::Log(_) => {}
        Mode::Split(view) => split::draw(frame, view, state, paint),
        Mode::Sheet(sheet) => sheet::draw(frame, sheet, state, paint),
        Mode::Palette(pick) => pick::palette(frame, pick, state, paint),
        Mode::Help(pick) => pick::help(frame, pick, state, paint),
        Mode::Themes(pick, _) => pick::themes(frame, pick, state, paint),
        Mode::Ask(dialog) => dialog::ask(frame, dialog, state, paint),
        Mode::Form(form) => form::draw(frame, form, state, paint),
        Mode::Base(choice) => base::draw(frame, choice, state, paint),
        Mode::Line(line) => dialog::line(frame, line, state, paint),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::testing::{furnished, whole};
    use crate::app::domain::theme::{ColourLevel, shipped};
    use crate::app::layout::Region;
    use crate::app::testing::press;

    #[test]
    fn the_whole_screen_is_drawn_at_every_size() {
        let mut state = furnished();
        state.size = (150, 40);
        assert_snapshot!("wide", whole(&state));
        state.size = (80, 24);
        assert_snapshot!("80x24", whole(&state));
        state.size = (60, 20);
        assert_snapshot!("60x20", whole(&state));
        state.size = (59, 20);
        assert_snapshot!("too_small", whole(&state));
    }

    #[test]
    fn without_colours_and_with_ascii_only_states_are_still_told() {
        let mut state = furnished();
        state.size = (80, 24);
        state.theme = shipped::theme("monochrome").unwrap();
        (state.surroundings.ascii, state.surroundings.colours) = (true, ColourLevel::None);
        let seen = whole(&state);
        assert!(seen.is_ascii(), "{seen}");
        assert_snapshot!("monochrome_ascii", seen);
        press(&mut state, &["alt-6"]);
        state.size = (60, 20);
        assert!(state.arrangement().pane(Region::Tasks).is_some());
        assert_snapshot!("monochrome_ascii_tasks", whole(&state));
    }
}
