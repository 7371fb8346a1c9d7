//! The list of cached images: whose they are, what they add, and who needs them.

use ratatui::Frame;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr as _;

use super::paint::{Glyph, Paint, cells, fit};
use super::pane;
use crate::app::domain::clean::{CachedImage, Standing};
use crate::app::domain::theme::Role;
use crate::app::images::{cost, size, used};
use crate::app::layout::{Rect, Region};
use crate::app::link::LinkState;
use crate::app::state::State;

/// Cells of the words about who needs an image.
const NEED: usize = 18;

pub(super) fn draw(frame: &mut Frame<'_>, rect: Rect, state: &State, paint: Paint<'_>) {
    let inside = pane::frame(frame, rect, Region::Images, state, paint);
    let width = usize::from(inside.width);
    let images = &state.images;
    let (head, rows) = inside.cut_top(1);
    let words = match (images.listed, images.entries.len()) {
        (false, _) => match &state.link.state {
            LinkState::Up => " the images are not listed yet".to_owned(),
            LinkState::Connecting => " the engine has not answered yet".to_owned(),
            LinkState::Down { cause, .. } => format!(" the engine does not answer: {cause}"),
        },
        (true, 0) => " no image is cached: b in the list of environments bakes one".to_owned(),
        (true, count) => {
            let unneeded = state.unneeded();
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
    let environments = images.entries.iter().map(|image| image.environment.width());
    let longest = environments.max().unwrap_or(0).min(20);
    for (y, image) in (rows.y..rows.bottom()).zip(images.entries.iter().skip(first)) {
        let is_selected = here.as_ref() == Some(&image.id);
        let cell = cells(Rect { y, height: 1, ..rows });
        frame.render_widget(row(image, is_selected, longest, state, paint), cell);
        if is_selected {
            frame.buffer_mut().set_style(cell, paint.style(Role::Selection));
        }
    }
}

/// A row; names of environments have so many cells. The name of the image comes last: what has no
/// room of it tells a person least.
fn row<'t>(
    image: &CachedImage,
    is_selected: bool,
    longest: usize,
    state: &State,
    paint: Paint<'_>,
) -> Line<'t> {
    let (glyph, role, need) = if !image.needed_by.is_empty() {
        (Glyph::Warm, Role::Warm, format!("for {}", image.needed_by.join(", ")))
    } else if !image.containers.is_empty() {
        (Glyph::Stale, Role::Stale, format!("in use by {}", image.containers.join(", ")))
    } else if image.is_theirs {
        (Glyph::Stale, Role::Stale, "of another program".to_owned())
    } else {
        let words = match image.standing {
            Standing::Here => "unneeded",
            Standing::Unsure => "need unknown",
            Standing::Elsewhere => "not of here",
        };
        (Glyph::Stale, Role::Stale, words.to_owned())
    };
    let need = if image.is_pinned { format!("pinned, {need}") } else { need };
    let mark = if is_selected { paint.glyph(Glyph::Selected) } else { " " };
    let layer = image.layer.map(|layer| layer.to_string()).unwrap_or_default();
    let environment = fit(&image.environment, longest, paint.glyph(Glyph::More));
    let about = format!("{:>9} {layer:11} {environment:longest$} ", size(image.own_size));
    let need = fit(&need, NEED, paint.glyph(Glyph::More));
    let need = format!("{need:NEED$} ");
    let more = format!("{:>10} {:10} {}", used(image, state.now), cost(image), image.shown());
    let taken = 3 + about.width() + need.width();
    let width = state.arrangement().inside(Region::Images).map_or(0, |rect| rect.width.into());
    let more = fit(&more, usize::saturating_sub(width, taken), paint.glyph(Glyph::More));
    Line::from(vec![
        paint.span(format!("{mark}{} ", paint.glyph(glyph)), role),
        paint.span(about, Role::Text),
        paint.span(need, role),
        paint.span(more, Role::Muted),
    ])
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::app::domain::clean::{CachedImage, Standing};
    use crate::app::domain::layer::LayerKind;
    use crate::app::event::Event;
    use crate::app::images::ImageEvent;
    use crate::app::layout::Region;
    use crate::app::link::LinkEvent;
    use crate::app::state::State;
    use crate::app::testing::{press, screen};
    use crate::app::update::update;
    use crate::ui::testing::{furnished, overlay, pane};

    fn image(id: &str, environment: &str) -> CachedImage {
        CachedImage {
            id: id.to_owned(),
            name: Some(format!("agent-runner-env:emerald-4fa7628168d2c8e2-{id}-2baa3fc3d1633e52")),
            is_baked: true,
            size: 512_000_000,
            own_size: 64_000_000,
            created: 1,
            bake_ms: Some(100_000),
            environment: environment.to_owned(),
            standing: Standing::Here,
            layer: Some(LayerKind::Environment),
            key: id.to_owned(),
            ..CachedImage::default()
        }
    }

    #[test]
    fn who_needs_an_image_is_told_before_its_name_and_what_would_go_exactly() {
        let mut state = furnished();
        let needed = CachedImage { needed_by: vec!["api".to_owned()], ..image("aa", "api") };
        let used = CachedImage { containers: vec!["a-task".to_owned()], ..image("bb", "data") };
        let pinned = CachedImage {
            is_pinned: true,
            last_used: Some(900),
            bake_ms: None,
            ..image("dd", "data")
        };
        let elsewhere = CachedImage { standing: Standing::Elsewhere, ..image("ee", "far") };
        let listed = vec![needed, used, image("cc", "data"), pinned, elsewhere];
        update(&mut state, Event::Image(ImageEvent::Listed(listed)));
        press(&mut state, &["alt-7"]);
        assert_snapshot!("images", pane(&state, Region::Images));
        press(&mut state, &["c"]);
        assert_snapshot!("clean", overlay(&state));
        let told = |state: &State| state.notices.shown().unwrap().text.clone();
        let rest = "is needed, in use, pinned or spared by the settings";
        let listed = vec![CachedImage { standing: Standing::Elsewhere, ..image("ee", "far") }];
        update(&mut state, Event::Image(ImageEvent::Listed(listed)));
        press(&mut state, &["esc", "c"]);
        let orphans =
            "`prebake clean --orphans` removes those not of here, after asking; every other";
        assert_eq!(told(&state), format!("{orphans} image {rest}"));
        let needed = CachedImage { needed_by: vec!["api".to_owned()], ..image("aa", "api") };
        update(&mut state, Event::Image(ImageEvent::Listed(vec![needed])));
        press(&mut state, &["c"]);
        assert_eq!(told(&state), format!("every image of these environments {rest}"));
    }

    #[test]
    fn an_engine_that_was_asked_and_does_not_answer_is_not_one_that_was_not_asked() {
        let mut state = screen(&["api"]);
        state.layout.focus(Region::Images);
        let seen = |state: &State| pane(state, Region::Images);
        assert!(seen(&state).contains("│ the engine has not answered yet"), "{}", seen(&state));
        let down = LinkEvent::Down { cause: "gone".to_owned(), again_ms: 500 };
        update(&mut state, Event::Link(down));
        assert!(seen(&state).contains("│ the engine does not answer: gone"), "{}", seen(&state));
    }

    #[test]
    fn a_list_longer_than_the_screen_is_turned() {
        let mut state = furnished();
        state.size = (100, 20);
        let listed = (10..60).map(|number| image(&number.to_string(), "data")).collect();
        update(&mut state, Event::Image(ImageEvent::Listed(listed)));
        press(&mut state, &["alt-7", "c"]);
        assert_snapshot!("long", overlay(&state));
        press(&mut state, &["pagedown", "pagedown"]);
        assert!(overlay(&state).contains("│   64.0 MB  data"), "{}", overlay(&state));
        assert!(!overlay(&state).contains("rows 1 to"), "{}", overlay(&state));
        press(&mut state, &["end"]);
        let end = overlay(&state);
        assert!(end.contains("at most, together") && end.contains("y Remove"), "{end}");
    }
}
