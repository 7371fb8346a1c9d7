//! Why the layers of an environment are warm or cold, as a sheet: every input of every layer
//! beside the one that its newest image was baked from.

use super::environments::{EnvironmentStatus, LayerStatus};
use super::sheet::{Look, Sheet, SheetLine};
use crate::domain::environment::EnvironmentId;
use crate::domain::history::words;
use crate::domain::layer::explain::Input;

/// What is known of an environment's layers, all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The environment.
    pub id: EnvironmentId,
    /// Whether scripts are part of it that are not saved.
    pub is_unsaved: bool,
    /// The reference of its base image.
    pub base: String,
    /// What its layers are.
    pub status: EnvironmentStatus,
    /// For each of them what its newest image was baked from.
    pub newest: Vec<Newest>,
}

/// The newest image of a layer, whatever its key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Newest {
    /// Whether there is one.
    pub exists: bool,
    /// The environment it was baked for.
    pub environment: Option<String>,
    /// How long its bake took, in milliseconds.
    pub duration_ms: Option<u64>,
    /// What decides what is in the layer, now and then.
    pub inputs: Vec<Input>,
    /// For each script that changed, by name, a unified diff; none: there is no copy of it as it
    /// was.
    pub diffs: Vec<(String, Option<String>)>,
}

impl Explanation {
    /// It as a text to read.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let mut lines = Vec::new();
        let mut tell = |look, text: String| lines.push(SheetLine::new(look, text));
        if self.is_unsaved {
            tell(
                Look::Stale,
                "With the scripts as they are typed here, which are not saved.".into(),
            );
        }
        let (look, words) = self.verdict();
        tell(look, words);
        tell(Look::Text, String::new());
        match &self.status.base {
            Some(id) => {
                tell(Look::Heading, format!("base image {}", self.base));
                tell(Look::Muted, format!("    {id}"));
            }
            None => tell(Look::Cold, format!("base image {}: not in the engine", self.base)),
        }
        for (layer, newest) in self.status.layers.iter().zip(&self.newest) {
            lines.push(SheetLine::new(Look::Text, ""));
            describe(layer, newest, &mut lines);
        }
        if !self.status.at_start.is_empty() {
            lines.push(SheetLine::new(Look::Text, ""));
            let words = format!("At every task start: {}.", self.status.at_start.join(", "));
            lines.push(SheetLine::new(Look::Muted, words));
        }
        let how = match (&self.status.stale, self.status.warm) {
            (Some(_), _) => "stale",
            (None, true) => "warm",
            (None, false) => "cold",
        };
        Sheet::new(format!("Why `{}` is {how}", self.id), lines)
    }

    fn verdict(&self) -> (Look, String) {
        let status = &self.status;
        let missing: Vec<String> = status
            .layers
            .iter()
            .filter(|layer| !layer.cached)
            .map(|layer| format!("the {} layer", layer.kind))
            .collect();
        if status.base.is_none() {
            return (
                Look::Cold,
                "A task start pulls the base image first; the keys of the layers depend on it."
                    .into(),
            );
        }
        if status.layers.is_empty() {
            return (
                Look::Muted,
                "Nothing of it is cached: its scripts run at every start.".into(),
            );
        }
        if let Some(why) = &status.stale {
            let missing = missing.join(" and ");
            return (
                Look::Stale,
                format!("A task starts at once on stale layers ({why}); {missing} to be baked."),
            );
        }
        if missing.is_empty() {
            return (Look::Warm, "A task starts at once: every layer it needs is baked.".into());
        }
        (Look::Cold, format!("A task start bakes {} first.", missing.join(" and ")))
    }
}

fn describe(layer: &LayerStatus, newest: &Newest, lines: &mut Vec<SheetLine>) {
    let why = layer.why.as_deref().map_or_else(String::new, |why| format!(": {why}"));
    let (look, word) = if layer.failed.is_some() {
        (Look::Failed, format!("its last bake failed{why}"))
    } else if layer.cached {
        (Look::Warm, "warm".to_owned())
    } else if layer.stale {
        (Look::Stale, format!("stale{why}"))
    } else {
        (Look::Cold, format!("cold{why}"))
    };
    let mut tell = |look, text: String| lines.push(SheetLine::new(look, text));
    tell(look, format!("{} layer, {word}", layer.kind));
    tell(Look::Muted, format!("    {}", layer.image));
    if !newest.exists {
        tell(Look::Muted, "    It has no image yet.".into());
    }
    let width = newest.inputs.iter().map(|input| input.input.chars().count()).max().unwrap_or(0);
    for input in &newest.inputs {
        let name = format!("    {:width$}  {}", input.input, input.shown_now());
        match input.shown_change() {
            None if newest.exists => tell(Look::Text, format!("{name}  same")),
            None => tell(Look::Text, name),
            Some(before) => tell(Look::Stale, format!("{name}  changed, was {before}")),
        }
    }
    if newest.exists {
        let of = newest.environment.as_deref().unwrap_or("-");
        let took = newest.duration_ms.and_then(words::scripts);
        let took = took.map(|took| format!(" in {took}")).unwrap_or_default();
        tell(Look::Muted, format!("    Its newest image was baked for `{of}`{took}."));
    }
    for (script, diff) in &newest.diffs {
        match diff {
            Some(diff) => lines.extend(diff.lines().map(SheetLine::of_diff)),
            None => lines.push(SheetLine::new(
                Look::Muted,
                format!("    {script} changed; there is no copy here of how it was."),
            )),
        }
    }
}
