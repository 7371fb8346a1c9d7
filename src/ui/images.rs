//! The list of cached images: whose they are, what they add, and who needs them.

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use super::pane;
use crate::app::domain::clean::CachedImage;
use crate::app::domain::theme::Role;
use crate::app::images::size;
use crate::app::layout::{Rect, Region};
use crate::app::state::State;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let inside = pane::frame(frame, rect, Region::Images, state, paint);
    let width = usize::from(inside.width);
    let images = &state.images;
    let (head, rows) = inside.cut_top(1);
    let words = match (images.listed, images.entries.len()) {
        (false, _) => " the engine was not asked yet".to_owned(),
        (true, 0) => " no image is cached: b in the list of environments bakes one".to_owned(),
        (true, count) => {
            let unneeded = images.unneeded(&state.environments.entries);
            format!(
                " {count} image{} {}; {} unneeded, {} at most",
                if count == 1 { " adds" } else { "s add" },
                size(images.size()),
                unneeded.images.len(),
                size(unneeded.size())
            )
        }
    };
    let words = fit(&words, width, paint.glyph(Glyph::More));
    frame.render_widget(Line::from(paint.span(words, Role::Hint)), cells(head));
    let first = (images.place().unwrap_or(0) + 1).saturating_sub(usize::from(rows.height).max(1));
    let here = images.selected().map(|image| image.id.clone());
    for (y, image) in (rows.y..rows.bottom()).zip(images.entries.iter().skip(first)) {
        let is_selected = here.as_ref() == Some(&image.id);
        let cell = cells(Rect { y, height: 1, ..rows });
        frame.render_widget(row(image, is_selected, paint, width), cell);
        if is_selected {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

fn row<'t>(image: &CachedImage, is_selected: bool, paint: Paint<'_>, width: usize) -> Line<'t> {
    let (glyph, role, need) = if !image.needed_by.is_empty() {
        (Glyph::Warm, Role::Warm, format!("for {}", image.needed_by.join(", ")))
    } else if image.containers.is_empty() {
        (Glyph::Stale, Role::Stale, "unneeded".to_owned())
    } else {
        (Glyph::Stale, Role::Stale, format!("in use by {}", image.containers.join(", ")))
    };
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let layer = image.layer.map(|layer| layer.to_string()).unwrap_or_default();
    let environment = fit(&image.environment, 20, paint.glyph(Glyph::More));
    let about = format!("{:>9} {layer:11} {environment:20} ", size(image.own_size));
    let key = fit(image.shown(), 40, paint.glyph(Glyph::More));
    let used = 4 + about.width() + key.width();
    let need = fit(&need, width.saturating_sub(used), paint.glyph(Glyph::More));
    Line::from(vec![
        paint.span(format!("{mark}{} ", paint.glyph(glyph)), role),
        paint.span(about, Role::Text),
        paint.span(format!("{key} "), Role::Muted),
        paint.span(need, role),
    ])
}
