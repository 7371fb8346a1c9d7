//! A new environment gets its base image, and is made.

use crate::app::base::BaseChoice;
use crate::app::chord::{Chord, Code};
use crate::app::effect::Effect;
use crate::app::images::ImageEffect;
use crate::app::mode::Mode;
use crate::app::pick;
use crate::app::state::State;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest;

/// Asks for the base image of a new environment.
pub(super) fn open(state: &mut State, id: EnvironmentId) -> Vec<Effect> {
    state.mode = Mode::Base(BaseChoice::new(id));
    if state.link.is_up() { vec![Effect::Image(ImageEffect::ListBases)] } else { Vec::new() }
}

/// The images that the engine has.
pub(super) fn heard(state: &mut State, images: Vec<String>) {
    if let Mode::Base(choice) = &mut state.mode {
        choice.images = Some(images);
    }
}

pub(super) fn pressed(state: &mut State, mut choice: BaseChoice, chord: Chord) -> Vec<Effect> {
    match chord.code {
        Code::Esc => return Vec::new(),
        Code::Enter => match choice.taken() {
            Ok(base_image) => {
                let name = choice.id.to_string();
                let environment = Environment { name, base_image, ..Environment::default() };
                return vec![Effect::Create {
                    text: manifest::render(&environment),
                    id: choice.id,
                }];
            }
            Err(fault) => choice.fault = Some(fault),
        },
        Code::Down | Code::Tab if !chord.shift => choice.move_by(1),
        Code::Up | Code::Tab => choice.move_by(-1),
        _ => {
            if pick::edit(&mut choice.input, chord) {
                choice.typed();
            }
        }
    }
    state.mode = Mode::Base(choice);
    Vec::new()
}

pub(super) fn pasted(choice: &mut BaseChoice, text: &str) {
    pick::paste(&mut choice.input, text);
    choice.typed();
}
