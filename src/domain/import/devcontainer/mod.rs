//! `devcontainer.json`: what prepares the container is baked, what runs after it was made is run
//! at every start.
//!
//! A prebuild of dev containers ends after `onCreateCommand` and `updateContentCommand`, which is
//! where an image of ours ends, too. [`commands`], [`mounts`] and [`variables`] read the forms
//! that these have; [`export`] is the way back.

mod commands;
mod export;
mod mounts;
mod variables;

use self::variables::{Known, Template, last};
use super::fields::{Fields, Taken, kind_of};
use super::sketch::{Sketch, printable, unmountable};
use super::steps::{self, Step, Work};
use super::{Fate, ImportError, Reading, Source, foreign, ids};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::manifest;
use crate::domain::place::Place;
use crate::domain::unknown::Unknown;

pub use export::export;

/// The field of ours that keeps what could not be carried over.
const KEPT: &str = "devcontainer";

/// What tools have to themselves.
const CUSTOMIZATIONS: &str = "customizations";

/// Our own among the customizations of tools.
const TOOL: &str = "prebake";

/// The fields of our file that nothing else in the document says.
const MANIFEST: &str = "manifest";

/// Why a field is not carried over; nothing is known of those that are not here.
const NOT_COVERED: [(&[&str], &str); 9] = [
    (
        &["build", "dockerFile", "dockerfile", "context"],
        "prebake bakes on an image, so build the Dockerfile and name its tag in `base_image`",
    ),
    (
        &["dockerComposeFile", "service", "runServices"],
        "prebake starts one container and knows nothing of compose files",
    ),
    (
        &["features", "overrideFeatureInstallOrder"],
        "install what the features did in `cached_preflight_script`",
    ),
    (&["customizations", "extensions", "settings", "devPort"], "prebake starts no editor"),
    (&["initializeCommand"], "it runs on the host, where prebake runs nothing"),
    (&["postAttachCommand", "waitFor"], "nothing attaches to a task at its start"),
    (
        &["runArgs", "privileged", "capAdd", "securityOpt", "init", "hostRequirements"],
        "prebake gives tasks no such options",
    ),
    (&["portsAttributes", "otherPortsAttributes"], "prebake opens no ports for a reader"),
    (
        &["shutdownAction", "overrideCommand", "updateRemoteUserUID", "userEnvProbe", "secrets"],
        "a task ends with its command, and runs as the user that the image has",
    ),
];

pub(super) fn read(source: Source<'_>) -> Result<Reading, ImportError> {
    let value = foreign::json(source.text)?;
    let kind = kind_of(&value);
    let mut sketch = Sketch::default();
    let Some(mut fields) = Fields::of(value, "", &mut sketch.notes) else {
        return Err(ImportError {
            place: Place::START,
            cause: format!("the file is {kind}, where fields such as `image` are expected"),
            advice: "name a `devcontainer.json`".to_owned(),
        });
    };
    let folder = last(source.folder).to_owned();
    let name = fields.take("name");
    let name = sketch.word(name);
    if let Some(name) = &name {
        sketch.environment.name.clone_from(&name.value);
        sketch.became(name, "`name`");
    }
    let container = workspace_folder(&fields, &folder);
    let known = Known { local: source.folder, container: &container };

    image(&mut sketch, &mut fields, known);
    user(&mut sketch, &mut fields);
    workspace(&mut sketch, &mut fields, known);
    if let Some(mounts) = fields.take("mounts") {
        for mount in mounts.items() {
            mounts::add(&mut sketch, mount, known);
        }
    }
    let exports = variables(&mut sketch, &mut fields, known);
    ports(&mut sketch, &mut fields);
    stages(&mut sketch, &mut fields, &exports, known);
    let own = customizations(&mut sketch, &mut fields);
    let mut kept = Vec::new();
    for (name, taken) in fields.rest() {
        if !name.starts_with('$') {
            let why = NOT_COVERED.iter().find(|(names, _)| names.contains(&name.as_str()));
            kept.push((name, taken, why.map_or("prebake does not know it", |(_, why)| *why)));
        }
    }
    sketch.keep_below(KEPT, kept);
    let id = own.and_then(|own| ours(&mut sketch, own));
    let names = [name.map(|name| name.value), Some(folder)];
    let id = id.or_else(|| names.into_iter().flatten().find_map(|name| ids::id_of(&name)));
    let Some(id) = id.or_else(|| EnvironmentId::parse(KEPT).ok()) else {
        return Ok(Reading::default());
    };
    Ok(Reading { environments: vec![sketch.finish(id, String::new())], ..Reading::default() })
}

/// The folder inside the container, which other fields name.
fn workspace_folder(fields: &Fields, folder: &str) -> String {
    let known = Known { local: "", container: "" };
    let given = Sketch::default().word(fields.clone().take("workspaceFolder"));
    let default = format!("/workspaces/{folder}");
    match given {
        Some(given) => {
            let text = given.value.replace("${localWorkspaceFolderBasename}", folder);
            Template::parse(&text, known).literal().unwrap_or(default)
        }
        None => default,
    }
}

fn image(sketch: &mut Sketch, fields: &mut Fields, known: Known<'_>) {
    if let Some(image) = fields.take("image").and_then(|taken| sketch.word(Some(taken))) {
        match Template::parse(&image.value, known).literal() {
            Ok(name) => {
                sketch.set(&image, "`base_image`", |it| it.base_image.clone_from(&name));
            }
            Err(missing) => {
                sketch.left(image.field, &format!("`{}` is not known here", missing.join("`, `")));
            }
        }
    } else {
        let told = format!(
            "is not given, so `base_image` is prebake's own, `{}`",
            Environment::default().base_image
        );
        sketch.note("image", Fate::Changed, told);
    }
}

/// Commands and tasks run as one user.
fn user(sketch: &mut Sketch, fields: &mut Fields) {
    for name in ["remoteUser", "containerUser"] {
        let Some(user) = fields.take(name).and_then(|taken| sketch.word(Some(taken))) else {
            continue;
        };
        let text = user.value.clone();
        if sketch.environment.user.is_empty() {
            sketch.set(&user, "`user`, of bakes and tasks", |it| it.user.clone_from(&text));
        } else if sketch.environment.user != text {
            sketch.left(user.field, "an environment has one user, and `remoteUser` names it");
        }
    }
}

fn workspace(sketch: &mut Sketch, fields: &mut Fields, known: Known<'_>) {
    let folder = fields.take("workspaceFolder").and_then(|taken| sketch.word(Some(taken)));
    let mount = fields.take("workspaceMount");
    let target = match mount {
        Some(taken) if taken.value.as_str() == Some("") => None,
        Some(taken) => mounts::add(sketch, taken, known),
        None if known.local.is_empty() => None,
        None if known.local.contains(':') => {
            sketch.left("workspaceMount", &unmountable(known.local, folder.is_some()));
            None
        }
        None => {
            let text = format!("source={},target={}", known.local, known.container);
            let taken = Taken { field: "workspaceMount".to_owned(), value: Unknown::Text(text) };
            mounts::add(sketch, taken, known)
        }
    };
    let container = known.container;
    if let Some(folder) = folder {
        sketch.set(&folder, "`workdir`", |it| container.clone_into(&mut it.workdir));
    } else if target.is_some() {
        container.clone_into(&mut sketch.environment.workdir);
    }
}

/// Sets variables of tasks, and returns the bash lines of those that only the container knows.
fn variables(sketch: &mut Sketch, fields: &mut Fields, known: Known<'_>) -> String {
    let mut exports = String::new();
    for field in ["containerEnv", "remoteEnv"] {
        for (name, taken) in sketch.pairs(fields.take(field)) {
            if let Some(fault) = manifest::variable_name_fault(&name) {
                sketch.left(taken.field, &format!("`{}` {fault}", printable(&name)));
                continue;
            }
            if matches!(&taken.value, Unknown::Plain(text) if super::fields::is_null(text)) {
                exports.extend(["unset ", &name, "\n"]);
                sketch.note(taken.field, Fate::Became, "becomes `unset` in the run preflight");
                continue;
            }
            let Some(value) = sketch.text(Some(taken)) else { continue };
            let template = Template::parse(&value.value, known);
            let local: Vec<&str> = template.local().collect();
            if template.asks_container() {
                exports.extend(["export ", &name, "=", &template.word(), "\n"]);
                sketch.became(&value, "an `export` in the run preflight");
            } else if let Ok(text) = template.literal() {
                sketch.set_variable(&name, &value.with(text));
                if !local.is_empty() {
                    let told = format!(
                        "is the default, without a look at the host: `--env {name}=VALUE` gives it another"
                    );
                    sketch.note(&value.field, Fate::Changed, told);
                }
            } else {
                let why = format!(
                    "it is the host's `{}`, and values of the host are written into no file: start tasks with `--env {name}=VALUE`",
                    local.join("`, `")
                );
                sketch.left(&value.field, &why);
            }
        }
    }
    exports
}

fn ports(sketch: &mut Sketch, fields: &mut Fields) {
    for field in ["forwardPorts", "appPort"] {
        for port in sketch.texts(fields.take(field)) {
            let text = port.value.clone();
            match text.split_once(':') {
                None => sketch.add_port(&port, &format!("{text}:{text}")),
                Some(("localhost" | "127.0.0.1", number)) => {
                    sketch.add_port(&port, &format!("{number}:{number}"));
                }
                Some(_) if field == "forwardPorts" => {
                    sketch.left(port.field, "it is a port of another container");
                }
                Some(_) => sketch.add_port(&port, &text),
            }
        }
    }
}

/// The commands of a prebuild are baked, the others run at every start.
fn stages(sketch: &mut Sketch, fields: &mut Fields, exports: &str, known: Known<'_>) {
    let mut stage = |sketch: &mut Sketch, names: [&str; 2], told: &str| {
        let mut steps: Vec<Step> = Vec::new();
        for name in names {
            let Some(taken) = fields.take(name) else { continue };
            if let Some(step) = commands::step(sketch, &taken, known) {
                sketch.note(name, Fate::Became, told);
                steps.push(step);
            }
        }
        steps
    };
    let cached = stage(
        sketch,
        ["onCreateCommand", "updateContentCommand"],
        "becomes a part of `cached_preflight_script`",
    );
    let run = stage(
        sketch,
        ["postCreateCommand", "postStartCommand"],
        "becomes a part of `run_preflight_script`",
    );
    let is_own = |step: &Step| matches!(&step.work, Work::Program(words) if words.len() == 3 && words[0] == "bash");
    if !cached.is_empty() && !cached.iter().all(is_own) {
        let told = "runs while the image is baked, where no folder is mounted: what needs files of the workspace belongs into `run_preflight_script`";
        sketch.note("onCreateCommand", Fate::Changed, told);
    }
    sketch.environment.cached_preflight_script = steps::script("", &cached);
    sketch.environment.run_preflight_script = steps::script(exports, &run);
}

/// Takes our own out of the customizations of tools; the others stay.
fn customizations(sketch: &mut Sketch, fields: &mut Fields) -> Option<Taken> {
    let all = fields.take("customizations")?;
    let Unknown::Map(tools) = &all.value else {
        let why = format!("it is {}, where tools are expected", kind_of(&all.value));
        sketch.left(all.field, &why);
        return None;
    };
    let (own, others): (Vec<_>, Vec<_>) =
        tools.iter().cloned().partition(|(name, _)| name.as_str() == Some(TOOL));
    if !others.is_empty() {
        fields.put(CUSTOMIZATIONS, Unknown::Map(others));
    }
    let (_, own) = own.into_iter().next()?;
    let field = format!("{CUSTOMIZATIONS}.{TOOL}");
    if let Unknown::Map(_) = own {
        return Some(Taken { field, value: own });
    }
    sketch.left(field, &format!("it is {}, where fields are expected", kind_of(&own)));
    None
}

/// Fields that an export of ours wrote because nothing else says them. Returns the id.
fn ours(sketch: &mut Sketch, own: Taken) -> Option<EnvironmentId> {
    let prefix = format!("{}.", own.field);
    let mut own = Fields::of(own.value, &prefix, &mut sketch.notes)?;
    let id = own.take("id").and_then(|taken| sketch.word(Some(taken)));
    if let Some(Taken { field, value }) = own.take(MANIFEST) {
        let kind = kind_of(&value);
        let prefix = format!("{field}.");
        match Fields::of(value, &prefix, &mut sketch.notes) {
            Some(fields) => {
                let fields = fields.rest().map(|(name, taken)| (name, taken.value));
                match manifest::with_fields(&sketch.environment, &fields.collect::<Vec<_>>()) {
                    Ok(environment) => {
                        sketch.environment = environment;
                        sketch.note(field, Fate::Became, "becomes the fields of these names");
                    }
                    Err(error) => sketch.left(field, &error.cause),
                }
            }
            None => sketch.left(field, &format!("it is {kind}, where fields are expected")),
        }
    }
    for (_, taken) in own.rest() {
        sketch.left(taken.field, "prebake does not know it");
    }
    ids::id_of(&id?.value)
}

#[cfg(test)]
mod tests;
