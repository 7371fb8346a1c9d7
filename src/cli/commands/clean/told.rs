//! How images and plans of a clean are told: as lines, and as the document of `--json`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::output::{Output, Paint};
use crate::domain::amount::{age, bytes};
use crate::domain::clean::Standing;
use crate::domain::history::words::duration;
use crate::ops::clean::{CleanPlan, Removed, Thing};
use crate::ops::images::{CachedImage, Outcome, Refusal};

/// Every image, who needs it, and what each way to clean would free.
pub(super) fn all(output: &mut Output, plan: &CleanPlan) {
    if plan.images.is_empty() {
        output.note("no image is cached; `prebake build ENV` bakes one");
        return;
    }
    rows(output, &plan.images, |image| Some(state(image)));
    let total = plan.images.iter().map(|image| image.own_size).sum();
    let is = |test: &dyn Fn(&CachedImage) -> bool| {
        let found = plan.images.iter().filter(|image| test(image));
        found.fold((0, 0), |(count, size), image| (count + 1, size + image.own_size))
    };
    output.line("");
    output.line(format!("{:>9}  {}, all together", bytes(total), images(plan.images.len())));
    for (test, words) in [
        (
            &(|image: &CachedImage| image.standing == Standing::Here && image.needed_by.is_empty())
                as &dyn Fn(&CachedImage) -> bool,
            "that no environment needs: `prebake clean --unused`",
        ),
        (
            &|image| image.standing == Standing::Elsewhere && image.needed_by.is_empty(),
            "of environments that are not here: `prebake clean --unused --orphans`",
        ),
    ] {
        let (count, size) = is(test);
        if count > 0 {
            output.line(format!("{:>9}  {} {words}", bytes(size), images(count)));
        }
    }
}

/// What goes, and in short why the rest stays.
pub(super) fn plan(output: &mut Output, plan: &CleanPlan) {
    rows(output, &plan.removal.images, |_| None);
    for left in &plan.containers {
        let ago = age(Timestamp::now().as_second() - left.created);
        let (what, environment) = (left.what.words(), &left.environment);
        output.line(format!("{:>9}  {environment}  {what}, {ago} old  {}", "-", left.name));
    }
    for volume in plan.leaving_volumes() {
        output.line(format!("{:>9}  package cache `{}`  {}", "-", volume.cache, volume.name));
    }
    for log in &plan.logs {
        output.line(format!("{:>9}  old log  {}", bytes(log.bytes), log.path.display()));
    }
    if plan.is_empty() {
        output.note("nothing of what was asked for can go");
    } else {
        output.line(format!("{:>9}  at most, {}", bytes(plan.size()), count(plan)));
    }
    for (reason, count) in reasons(plan) {
        let verb = if count == 1 { "stays" } else { "stay" };
        output.note(format!("{} {verb}: {reason}", images(count)));
    }
}

/// The reasons for which images stay, and how many do for each.
fn reasons(plan: &CleanPlan) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for (_, refusal) in &plan.removal.refused {
        let words = match refusal {
            Refusal::NotAsked => continue,
            Refusal::InUse { .. } => "in use by containers".to_owned(),
            Refusal::Baking { .. } => "being baked anew".to_owned(),
            Refusal::Below { .. } => "below images that stay".to_owned(),
            Refusal::Needed { .. } => "needed by environments".to_owned(),
            Refusal::Unsure { .. } => {
                "of environments whose need cannot be told; `prebake status` says why".to_owned()
            }
            Refusal::Pinned => "pinned".to_owned(),
            Refusal::Elsewhere => {
                "of environments that are not here; `--orphans` means them, too".to_owned()
            }
            Refusal::Recent { older_than_s } => {
                format!("used less than {} ago", age(*older_than_s))
            }
            Refusal::Newest { keep } => format!("among the {keep} newest of an environment"),
            Refusal::WithinBudget { budget } => format!("within the budget of {}", bytes(*budget)),
            other => other.words(),
        };
        match reasons.iter_mut().find(|(reason, _)| *reason == words) {
            Some((_, count)) => *count += 1,
            None => reasons.push((words, 1)),
        }
    }
    reasons
}

/// A row an image. The name comes last: it tells a person least.
fn rows(
    output: &mut Output,
    images: &[CachedImage],
    state: impl Fn(&CachedImage) -> Option<(Paint, String)>,
) {
    let now = Timestamp::now().as_second();
    let width = |of: &dyn Fn(&CachedImage) -> String| {
        images.iter().map(|image| of(image).chars().count()).max().unwrap_or(0)
    };
    let cost = |image: &CachedImage| match image.bake_ms {
        Some(ms) => format!(
            "{} to bake",
            duration(std::time::Duration::from_millis(ms).as_secs_f64() * 1000.0)
        ),
        None => "bake not measured".to_owned(),
    };
    let used = |image: &CachedImage| {
        let word = if image.last_used.is_some() { "used" } else { "made" };
        format!("{word} {} ago", age(now - image.used()))
    };
    let environments = width(&|image| image.environment.clone());
    let (costs, useds) = (width(&cost), width(&used));
    let states = width(&|image| state(image).map_or_else(String::new, |(_, words)| words));
    for image in images {
        let layer = image.layer.map(|layer| layer.to_string()).unwrap_or_default();
        let state = state(image).map_or_else(String::new, |(paint, words)| {
            output.paint(paint, &format!("{words:states$}  "))
        });
        output.line(format!(
            "{:>9}  {:environments$}  {layer:11}  {:useds$}  {:costs$}  {state}{}",
            bytes(image.own_size),
            image.environment,
            used(image),
            cost(image),
            image.shown()
        ));
    }
}

/// Who needs an image, in a word or two.
fn state(image: &CachedImage) -> (Paint, String) {
    let (paint, words) = if !image.needed_by.is_empty() {
        (Paint::Good, format!("for {}", image.needed_by.join(", ")))
    } else if !image.is_baked && !image.is_theirs {
        (Paint::Faint, "no bake".to_owned())
    } else {
        match image.standing {
            Standing::Here => (Paint::Warn, "unneeded".to_owned()),
            Standing::Unsure => (Paint::Warn, "need unknown".to_owned()),
            Standing::Elsewhere => (Paint::Faint, "not of here".to_owned()),
        }
    };
    let mut words = words;
    if !image.containers.is_empty() {
        words.push_str(", in use");
    }
    if image.is_pinned {
        words.push_str(", pinned");
    }
    (paint, words)
}

fn images(count: usize) -> String {
    format!("{count} image{}", if count == 1 { "" } else { "s" })
}

/// What goes, counted: `3 images, 1 container`.
pub(super) fn count(plan: &CleanPlan) -> String {
    let parts = [
        (plan.removal.images.len(), "image"),
        (plan.containers.len(), "container"),
        (plan.leaving_volumes().count(), "volume"),
        (plan.logs.len(), "log"),
    ];
    counted(&parts)
}

fn counted(parts: &[(usize, &str)]) -> String {
    let some = parts.iter().filter(|(count, _)| *count > 0);
    let words =
        some.map(|(count, word)| format!("{count} {word}{}", if *count == 1 { "" } else { "s" }));
    words.collect::<Vec<_>>().join(", ")
}

/// What goes and how much that is.
pub(super) fn what(plan: &CleanPlan) -> String {
    format!("{} ({} at most)", count(plan), bytes(plan.size()))
}

/// What went.
pub(super) fn removed(removed: &Removed) -> String {
    let Removed { images, containers, volumes, logs, bytes: size } = *removed;
    let parts = [(images, "image"), (containers, "container"), (volumes, "volume"), (logs, "log")];
    match counted(&parts).as_str() {
        "" => "nothing was removed".to_owned(),
        words => format!("{words} removed, {} freed", bytes(size)),
    }
}

/// The name of a thing.
pub(super) fn name(thing: Thing<'_>) -> String {
    match thing {
        Thing::Image(image) => image.shown().to_owned(),
        Thing::Container(left) => left.name.clone(),
        Thing::Volume(volume) => volume.name.clone(),
        Thing::Log(log) => log.path.display().to_string(),
    }
}

/// What became of a thing, for programs.
pub(super) fn outcome(thing: Thing<'_>, outcome: &Outcome) -> Value {
    let kind = match thing {
        Thing::Image(_) => "image",
        Thing::Container(_) => "container",
        Thing::Volume(_) => "volume",
        Thing::Log(_) => "log",
    };
    let (word, reason) = match outcome {
        Outcome::Removed => ("removed", None),
        Outcome::Unnamed => ("unnamed", None),
        Outcome::Refused { refusal } => ("refused", Some(refusal.words())),
        Outcome::Failed { cause } => ("failed", Some(cause.clone())),
    };
    let id = match thing {
        Thing::Image(image) => Some(&image.id),
        Thing::Container(left) => Some(&left.id),
        Thing::Volume(_) | Thing::Log(_) => None,
    };
    json!({ "kind": kind, "id": id, "name": name(thing), "outcome": word, "reason": reason })
}

/// Everything, for programs.
pub(super) fn document(plan: &CleanPlan, done: Option<(&Removed, &Vec<Value>)>) -> Value {
    let refusal = |image: &CachedImage| {
        plan.removal.refused.iter().find(|(id, _)| *id == image.id).map(|(_, refusal)| refusal)
    };
    let images: Vec<Value> =
        plan.images.iter().map(|image| of_image(image, refusal(image))).collect();
    let containers: Vec<Value> = plan
        .containers
        .iter()
        .map(|left| {
            json!({
                "id": left.id,
                "name": left.name,
                "what": left.what,
                "environment": left.environment,
                "created": time(left.created),
            })
        })
        .collect();
    let ids = |images: &[CachedImage]| -> Vec<String> {
        images.iter().map(|image| image.id.clone()).collect()
    };
    json!({
        "images": images,
        "volumes": plan.volumes,
        "plan": {
            "images": ids(&plan.removal.images),
            "containers": containers,
            "volumes": plan.leaving_volumes().map(|volume| &volume.name).collect::<Vec<_>>(),
            "logs": plan.logs,
            "bytes": plan.size(),
        },
        "removed": done.map(|(removed, _)| removed),
        "outcomes": done.map(|(_, outcomes)| outcomes),
    })
}

fn of_image(image: &CachedImage, refusal: Option<&Refusal>) -> Value {
    json!({
        "id": image.id,
        "name": image.name,
        "other_names": image.other_names,
        "environment": (!image.environment.is_empty()).then_some(&image.environment),
        "standing": image.standing,
        "layer": image.layer,
        "key": image.key,
        "size": image.size,
        "own_size": image.own_size,
        "shared_size": image.shared_size(),
        "created": time(image.created),
        "last_used": image.last_used.and_then(time),
        "bake_ms": image.bake_ms,
        "baked": image.is_baked,
        "theirs": image.is_theirs,
        "pinned": image.is_pinned,
        "needed_by": image.needed_by,
        "containers": image.containers,
        "bake": image.bake,
        "stays": refusal,
        "reason": refusal.map(Refusal::words),
    })
}

fn time(seconds: i64) -> Option<String> {
    Timestamp::from_second(seconds).ok().map(|time| time.to_string())
}
