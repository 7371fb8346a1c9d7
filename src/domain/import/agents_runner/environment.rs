//! One environment of Agents Runner, field by field. Most have the names of ours; those that only
//! an agent or a checkout has a use for are kept as they are.

use super::super::fields::{Fields, Taken};
use super::super::sketch::{Sketch, Typed, printable};
use super::super::{Fate, Imported, ids};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::unknown::Unknown;

/// Where Agents Runner shows tasks the folder they work in.
const WORKSPACE: &str = "/home/midori-ai/workspace";

/// Reads an environment; none: nothing gives it an id. `name` is what it is called outside, by
/// its file or its field.
pub(super) fn read(
    mut fields: Fields,
    file: &str,
    at: &str,
    name: Option<&str>,
) -> Option<Imported> {
    let mut sketch = Sketch::default();
    // There, nothing is baked unless it is asked for.
    sketch.environment.cache_container_build = false;
    let id = id(&mut sketch, &mut fields, file, name)?;
    version(&mut sketch, &mut fields);
    toggles(&mut sketch, &mut fields);
    scripts(&mut sketch, &mut fields);
    for (name, taken) in sketch.pairs(fields.take("env_vars")) {
        if let Some(value) = sketch.text(Some(taken)) {
            sketch.set_variable(&name, &value);
        }
    }
    workspace(&mut sketch, &mut fields);
    ours(&mut sketch, &mut fields);
    for mount in sketch.texts(fields.take("extra_mounts")) {
        sketch.add_mount(&mount, &mount.value);
    }
    for port in sketch.texts(fields.take("ports")) {
        sketch.add_port(&port, &port.value);
    }
    arguments(&mut sketch, &mut fields);
    for (name, taken) in fields.rest() {
        rest(&mut sketch, &name, taken);
    }
    Some(sketch.finish(id, at.to_owned()))
}

fn id(
    sketch: &mut Sketch,
    fields: &mut Fields,
    file: &str,
    outside: Option<&str>,
) -> Option<EnvironmentId> {
    let own = fields.take_first(&["env_id", "id"]);
    let own = sketch.word(own);
    let name = fields.take("name");
    let name = sketch.word(name);
    if let Some(name) = &name {
        sketch.environment.name.clone_from(&name.value);
        sketch.became(name, "`name`");
    }
    let by_file = file.strip_prefix("environment-").and_then(|rest| rest.strip_suffix(".json"));
    if let Some(own) = own {
        if let Some(id) = ids::id_of(&own.value) {
            if id.as_str() == own.value {
                sketch.became(&own, "the id");
            } else {
                let told =
                    format!("becomes the id `{id}`, since `{}` can be none", printable(&own.value));
                sketch.note(own.field, Fate::Changed, told);
            }
            return Some(id);
        }
        sketch
            .left(own.field, &format!("nothing of `{}` can stand in an id", printable(&own.value)));
    }
    let others = [outside, by_file, name.as_ref().map(|name| name.value.as_str())];
    let id = others.into_iter().flatten().find_map(ids::id_of)?;
    sketch.note("", Fate::Changed, format!("has no id of its own and gets `{id}`"));
    Some(id)
}

fn version(sketch: &mut Sketch, fields: &mut Fields) {
    if let Some(version) = fields.take("version")
        && version.value.as_str() != Some("1")
    {
        let told = "is not 1; its fields are read all the same";
        sketch.note(version.field, Fate::Changed, told);
    }
}

fn toggles(sketch: &mut Sketch, fields: &mut Fields) {
    let desktop = fields.take("headless_desktop_enabled");
    sketch.set_flag(desktop, "`headless_desktop_enabled`", |it| &mut it.headless_desktop_enabled);
    let cached = fields.take("cache_desktop_build");
    sketch.set_flag(cached, "`cache_desktop_build`", |it| &mut it.cache_desktop_build);
    let caching = fields.take_first(&["cache_container_build", "container_caching_enabled"]);
    sketch.set_flag(caching, "`cache_container_build`", |it| &mut it.cache_container_build);
}

fn scripts(sketch: &mut Sketch, fields: &mut Fields) {
    let cached = fields.take("cached_preflight_script");
    sketch.set_text(cached, "`cached_preflight_script`", |it| &mut it.cached_preflight_script);
    let run = fields.take("run_preflight_script");
    sketch.set_text(run, "`run_preflight_script`", |it| &mut it.run_preflight_script);
    let enabled = fields.take("preflight_enabled");
    sketch.set_flag(enabled, "`preflight_enabled`", |it| &mut it.preflight_enabled);
    let single = fields.take("preflight_script");
    let is_on = sketch.environment.preflight_enabled;
    let told = match sketch.environment.run_preflight_script.is_empty() {
        true if is_on => "`preflight_script` and runs as the run preflight",
        _ if !is_on => "`preflight_script`, switched off as it was",
        _ => "`preflight_script`; the run preflight runs in its place",
    };
    sketch.set_text(single, told, |it| &mut it.preflight_script);
    let Environment { cache_container_build: caching, cached_preflight_script: cached, .. } =
        &sketch.environment;
    if !caching && !cached.is_empty() {
        let told = "is not baked, since container caching is off: it runs at every task start";
        sketch.note("cached_preflight_script", Fate::Changed, told);
    }
}

/// The folder that tasks work in, under whichever name.
fn workspace(sketch: &mut Sketch, fields: &mut Fields) {
    let is_folder = |text: &str| text.starts_with(['/', '~']);
    let mode = ["workspace_type", "gh_management_mode"].into_iter().find_map(|name| {
        let mut copy = fields.clone();
        copy.take(name)?.value.as_str().map(str::to_lowercase)
    });
    let is_cloned = mode.as_deref().is_some_and(|mode| matches!(mode, "cloned" | "github"));
    let host = fields.take("host_workdir");
    let host = sketch.word(host);
    let target = ["workspace_target", "gh_management_target"].into_iter().find_map(|name| {
        let mut copy = fields.clone();
        let value = Sketch::default().word(copy.take(name))?;
        (!is_cloned && is_folder(&value.value)).then_some(value)
    });
    if is_cloned {
        let told = "clones a repository for each task, which prebake does not: clone it in the run preflight, or mount a folder";
        sketch.note("workspace_type", Fate::Left, told);
    }
    // Both may name the same folder.
    let says_same =
        |host: &Typed<String>| target.as_ref().is_some_and(|target| target.value == host.value);
    let host = host.filter(|host| !says_same(host));
    for folder in [target, host].into_iter().flatten() {
        let mount = format!("{}:{WORKSPACE}", folder.value.trim_end_matches('/'));
        if sketch.add_mount(&folder, &mount) {
            WORKSPACE.clone_into(&mut sketch.environment.workdir);
            let told = format!("becomes `workdir`, `{WORKSPACE}`, too");
            sketch.note(folder.field, Fate::Became, told);
        }
    }
}

/// Fields that Agents Runner has none of, as somebody may have added them for prebake.
fn ours(sketch: &mut Sketch, fields: &mut Fields) {
    for name in ["base_image", "user", "workdir"] {
        let Some(text) = fields.take(name).and_then(|taken| sketch.word(Some(taken))) else {
            continue;
        };
        sketch.set(&text, &format!("`{name}`"), |environment| {
            let place = match name {
                "base_image" => &mut environment.base_image,
                "user" => &mut environment.user,
                _ => &mut environment.workdir,
            };
            place.clone_from(&text.value);
        });
    }
    for mount in sketch.texts(fields.take("mounts")) {
        sketch.add_mount(&mount, &mount.value);
    }
    let words = sketch.texts(fields.take("command"));
    if let Some(first) = words.first() {
        let command: Vec<String> = words.iter().map(|word| word.value.clone()).collect();
        sketch.set(&first.with(()), "`command`", |it| it.command.clone_from(&command));
    }
}

/// Two names of the same arguments, of different generations.
fn arguments(sketch: &mut Sketch, fields: &mut Fields) {
    if let Some(taken) = fields.take_first(&["agent_cli_args", "codex_extra_args"])
        && taken.value.as_str() != Some("")
    {
        sketch.keep("agent_cli_args", taken, "arguments of an agent belong into `command`");
    }
}

fn rest(sketch: &mut Sketch, name: &str, taken: Taken) {
    let is_empty = match &taken.value {
        Unknown::Plain(text) => super::super::fields::is_null(text),
        Unknown::Text(text) => text.is_empty(),
        Unknown::List(items) => items.is_empty(),
        Unknown::Map(fields) => fields.is_empty(),
    };
    if is_empty {
        return;
    }
    let why = match name {
        "color" => "prebake has no colours of environments",
        "agent_selection" | "prompts" | "prompts_unlocked" | "max_agents_running" => {
            "prebake starts a command and knows nothing of agents"
        }
        _ if name.starts_with("gh_") || name.starts_with("workspace_") => {
            "prebake has nothing to do with repositories"
        }
        _ => "prebake does not know it",
    };
    sketch.keep(name, taken, why);
}
