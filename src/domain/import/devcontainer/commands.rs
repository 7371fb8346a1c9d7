//! Lifecycle commands: a text for a shell, a list of words, or several by name that run at the
//! same time.

use super::variables::{Known, Template};
use crate::domain::import::Fate;
use crate::domain::import::fields::Taken;
use crate::domain::import::sketch::{Sketch, printable};
use crate::domain::import::steps::{Step, Work};
use crate::domain::unknown::Unknown;

/// The step that a command becomes; none: it says nothing, or is none.
pub(super) fn step(sketch: &mut Sketch, taken: &Taken, known: Known<'_>) -> Option<Step> {
    let name = taken.field.clone();
    let Unknown::Map(named) = &taken.value else {
        return work(sketch, taken, known).map(|work| Step { name, work });
    };
    let mut steps = Vec::new();
    for (name, value) in named {
        let name = name.as_str().unwrap_or_default();
        let item = taken.part(&format!(".{}", printable(name)), value.clone());
        if let Some(work) = work(sketch, &item, known) {
            steps.push(Step { name: name.to_owned(), work });
        }
    }
    let name = format!("{name}, all at the same time");
    (!steps.is_empty()).then_some(Step { name, work: Work::Together(steps) })
}

fn work(sketch: &mut Sketch, taken: &Taken, known: Known<'_>) -> Option<Work> {
    let template = |text: &str| Template::parse(text, known);
    match &taken.value {
        Unknown::Text(text) | Unknown::Plain(text) => {
            if text.trim().is_empty() {
                return None;
            }
            let template = template(text);
            tell_local(sketch, taken, std::slice::from_ref(&template));
            Some(Work::Code(template.code()))
        }
        Unknown::List(words) if words.iter().all(|word| word.as_str().is_some()) => {
            let words = words.iter().filter_map(Unknown::as_str);
            let templates: Vec<Template> = words.map(template).collect();
            if templates.is_empty() {
                return None;
            }
            tell_local(sketch, taken, &templates);
            let is_text = |it: &Template| it.local().next().is_none();
            let literal: Result<Vec<String>, _> = templates.iter().map(Template::literal).collect();
            match literal {
                Ok(words) if templates.iter().all(is_text) => Some(Work::Program(words)),
                // Bash looks the variables up.
                _ => {
                    let words: Vec<String> = templates.iter().map(Template::word).collect();
                    Some(Work::Code(words.join(" ")))
                }
            }
        }
        Unknown::List(_) | Unknown::Map(_) => {
            sketch.left(&taken.field, "it is no command");
            None
        }
    }
}

/// A variable of the host becomes one of the task, which has to be given it.
fn tell_local(sketch: &mut Sketch, taken: &Taken, templates: &[Template]) {
    let mut names: Vec<&str> = templates.iter().flat_map(Template::local).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let told = format!(
            "reads `{name}` of the task instead of the host's: start it with `--env {name}`"
        );
        sketch.note(&taken.field, Fate::Changed, told);
    }
}
