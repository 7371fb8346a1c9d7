//! Cached images: listed, and removed after the exact list was seen.

use super::base;
use crate::app::action::ImageAction;
use crate::app::effect::Effect;
use crate::app::images::{ImageEffect, ImageEvent, Images, cost, size, used};
use crate::app::layout::Region;
use crate::app::mode::{Dialog, Mode};
use crate::app::notice::Tone;
use crate::app::state::State;
use crate::domain::clean::Removal;

pub(super) fn heard(state: &mut State, event: ImageEvent) -> Vec<Effect> {
    match event {
        ImageEvent::Listed(images) => {
            state.images.list(images);
            Vec::new()
        }
        ImageEvent::Bases(images) => {
            base::heard(state, images);
            Vec::new()
        }
        ImageEvent::Pinned { image, pinned } => {
            // What is seen next is what was done, also before the list has come again.
            for entry in &mut state.images.entries {
                if entry.shown() == image {
                    entry.is_pinned = pinned;
                }
            }
            // A name takes a whole row, so it comes last.
            let words = if pinned {
                format!("pinned, so no clean on any machine takes it: `{image}`")
            } else {
                format!("not pinned any more: `{image}`")
            };
            state.tell(Tone::Done, words);
            state.images.asked = false;
            Vec::new()
        }
        ImageEvent::Removed { count, bytes, kept } => {
            let images = if count == 1 { "image" } else { "images" };
            let mut words = format!("{count} {images} removed, {} freed", size(bytes));
            let tone = if kept.is_empty() { Tone::Done } else { Tone::Failure };
            for sentence in kept {
                words.push_str("; ");
                words.push_str(&sentence);
            }
            state.tell(tone, words);
            state.images.asked = false;
            vec![Effect::AskStatuses]
        }
    }
}

/// After whatever happened: whoever looks at the images sees what there is.
pub(super) fn settle(state: &mut State) -> Option<Effect> {
    let is_seen = state.arrangement().pane(Region::Images).is_some();
    if !is_seen || state.images.asked || !state.link.is_up() {
        return None;
    }
    state.images.asked = true;
    Some(Effect::Image(ImageEffect::List))
}

pub(super) fn act(state: &mut State, action: ImageAction) -> Vec<Effect> {
    match action {
        ImageAction::Down => state.images.move_by(1),
        ImageAction::Up => state.images.move_by(-1),
        ImageAction::Remove => {
            let Some(image) = state.images.selected().cloned() else { return Vec::new() };
            let removal = Removal::plan(&state.images.entries, std::slice::from_ref(&image.id));
            if let Some((_, refusal)) = removal.refused.first() {
                state.tell(Tone::Note, format!("`{}` stays: {}", image.shown(), refusal.words()));
                return Vec::new();
            }
            let mut body = lines(state, &removal);
            if !image.needed_by.is_empty() {
                let names = image.needed_by.join(", ");
                body.push(format!("It is needed by {names}, and would be baked again."));
            }
            let label = label(&removal);
            let effect = ImageEffect::Remove(removal);
            ask(state, "Remove the image?".to_owned(), body, &label, effect);
        }
        ImageAction::Clean => {
            let removal = state.unneeded();
            let title = match removal.images.len() {
                1 => "Remove the unneeded image?".to_owned(),
                count => format!("Remove {count} unneeded images?"),
            };
            let (body, label) = (lines(state, &removal), label(&removal));
            let request = Images::request(state.settings.clean);
            ask(state, title, body, &label, ImageEffect::Clean(request, removal));
        }
        ImageAction::Pin => {
            let Some(image) = state.images.selected().cloned() else { return Vec::new() };
            let pinned = !image.is_pinned;
            return vec![Effect::Image(ImageEffect::Pin { image: Box::new(image), pinned })];
        }
    }
    Vec::new()
}

/// Exactly what goes, a line each, and what all of it frees.
fn lines(state: &State, removal: &Removal) -> Vec<String> {
    let longest = removal.images.iter().map(|image| image.environment.len()).max().unwrap_or(0);
    let images = removal.images.iter().map(|image| {
        let (size, environment) = (size(image.own_size), &image.environment);
        let (used, cost) = (used(image, state.now), cost(image));
        format!("{size:>9}  {environment:longest$}  {used:>10}  {cost:10}  {}", image.shown())
    });
    let mut lines: Vec<String> = images.collect();
    lines.push(format!("{:>9}  at most, together", size(removal.size())));
    lines
}

fn label(removal: &Removal) -> String {
    format!("Remove, {} at most", size(removal.size()))
}

fn ask(state: &mut State, title: String, body: Vec<String>, label: &str, effect: ImageEffect) {
    state.mode = Mode::Ask(Dialog::confirm(title, body, label, vec![Effect::Image(effect)]));
}
