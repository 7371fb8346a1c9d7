//! `.gitpod.yml`: what its tasks do before and at the first start is baked, what they do at every
//! start is run.

use super::fields::{Fields, Taken, kind_of};
use super::sketch::{self, Sketch, Typed, printable};
use super::steps::{self, Step, Work};
use super::{Fate, ImportError, Note, Reading, Source, foreign, ids};
use crate::domain::environment::EnvironmentId;
use crate::domain::manifest::variable_name_fault;
use crate::domain::place::Place;
use crate::domain::unknown::Unknown;

/// The image of a workspace whose file names none.
const DEFAULT_IMAGE: &str = "gitpod/workspace-full";

/// Where a workspace has its folders.
const WORKSPACE: &str = "/workspace";

/// The field of ours that keeps what could not be carried over.
const KEPT: &str = "gitpod";

pub(super) fn read(source: Source<'_>) -> Result<Reading, ImportError> {
    let value = foreign::yaml(source.text)?;
    let kind = kind_of(&value);
    let mut sketch = Sketch::default();
    let Some(mut fields) = Fields::of(value, "", &mut sketch.notes) else {
        return Err(ImportError {
            place: Place::START,
            cause: format!("the file is {kind}, where fields such as `tasks` are expected"),
            advice: "name a `.gitpod.yml`".to_owned(),
        });
    };
    let folder = source.folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut kept = Vec::new();
    image(&mut sketch, &mut fields, &mut kept);
    tasks(&mut sketch, fields.take("tasks"));
    ports(&mut sketch, fields.take("ports"));
    if !folder.is_empty() {
        folder.clone_into(&mut sketch.environment.name);
        workspace(&mut sketch, source.folder, folder);
    }
    for (name, taken) in fields.rest() {
        let why = match name.as_str() {
            "github"
            | "gitConfig"
            | "additionalRepositories"
            | "checkoutLocation"
            | "mainConfiguration" => "prebake has nothing to do with repositories",
            "vscode" | "jetbrains" => "prebake starts no editor",
            _ => "prebake does not know it",
        };
        kept.push((name, taken, why));
    }
    sketch.keep_below(KEPT, kept);
    let id = ids::id_of(folder).or_else(|| EnvironmentId::parse("gitpod").ok());
    let Some(id) = id else { return Ok(Reading::default()) };
    Ok(Reading { environments: vec![sketch.finish(id, String::new())], ..Reading::default() })
}

fn image(sketch: &mut Sketch, fields: &mut Fields, kept: &mut Vec<(String, Taken, &'static str)>) {
    match fields.take("image") {
        Some(taken) if matches!(taken.value, Unknown::Map(_)) => {
            let why = "prebake bakes on an image, so build the Dockerfile and name its tag in `base_image`";
            kept.push(("image".to_owned(), taken, why));
        }
        Some(taken) => {
            if let Some(image) = sketch.word(Some(taken)) {
                let name = image.value.clone();
                sketch.set(&image, "`base_image`", |it| it.base_image.clone_from(&name));
            }
        }
        None => {
            DEFAULT_IMAGE.clone_into(&mut sketch.environment.base_image);
            let told =
                format!("is not given and becomes `base_image`, `{DEFAULT_IMAGE}`, as there");
            sketch.note("image", Fate::Became, told);
        }
    }
}

fn tasks(sketch: &mut Sketch, taken: Option<Taken>) {
    let Some(taken) = taken else { return };
    let (mut cached, mut run) = (Vec::new(), Vec::new());
    for item in taken.items() {
        let (at, kind) = (item.field.clone(), kind_of(&item.value));
        let prefix = format!("{at}.");
        let Some(mut task) = Fields::of(item.value, &prefix, &mut sketch.notes) else {
            sketch.left(at, &format!("it is {kind}, where a task is expected"));
            continue;
        };
        let name = task.take("name");
        let name = sketch.word(name).map_or_else(|| at.clone(), |name| name.value);
        let variables = variables(sketch, task.take("env"));
        let mut once = Vec::new();
        for part in ["before", "init"] {
            if let Some(code) = code(sketch, task.take(part)) {
                let told = match part {
                    "before" => {
                        "a part of `cached_preflight_script`: it runs once, not at every start"
                    }
                    _ => "a part of `cached_preflight_script`",
                };
                sketch.became(&code, told);
                once.push(code.value);
            }
        }
        step(&mut cached, "init", &name, &variables, &once.join("\n"));
        if let Some(code) = code(sketch, task.take("command")) {
            let told = "a part of `run_preflight_script`, so it has to end before the task's own command starts";
            sketch.became(&code, told);
            step(&mut run, "command", &name, &variables, &code.value);
        }
        task.take("openMode");
        task.take("openIn");
        for (_, taken) in task.rest() {
            sketch.left(taken.field, "prebake does not know it");
        }
    }
    sketch.environment.cached_preflight_script = steps::script("", &cached);
    sketch.environment.run_preflight_script = steps::script("", &run);
    if !cached.is_empty() {
        let told = "runs while the image is baked, where no folder is mounted: what needs files of the repository belongs into `run_preflight_script`";
        sketch.note("tasks[].init", Fate::Changed, told);
    }
}

/// A part of a task, if it says something.
fn code(sketch: &mut Sketch, taken: Option<Taken>) -> Option<Typed<String>> {
    sketch.text(taken).filter(|code| !code.value.trim().is_empty())
}

/// Appends what a task does in one shell to the steps of a stage.
fn step(steps: &mut Vec<Step>, part: &str, task: &str, variables: &str, code: &str) {
    if !code.is_empty() {
        let work = Work::Code(format!("{variables}{code}"));
        steps.push(Step { name: format!("{part} of {}", printable(task)), work });
    }
}

/// The variables of one task, for its code alone.
fn variables(sketch: &mut Sketch, taken: Option<Taken>) -> String {
    let mut lines = String::new();
    for (name, taken) in sketch.pairs(taken) {
        let Some(value) = sketch.text(Some(taken)) else { continue };
        if let Some(fault) = variable_name_fault(&name) {
            sketch.left(&value.field, &format!("`{}` {fault}", printable(&name)));
        } else {
            lines.extend(["export ", &name, "=", &steps::quoted(&value.value), "\n"]);
            sketch.became(&value, "a variable of this task's parts");
        }
    }
    lines
}

fn ports(sketch: &mut Sketch, taken: Option<Taken>) {
    let Some(taken) = taken else { return };
    for item in taken.items() {
        let field = item.field.clone();
        let port = match item.value {
            Unknown::Map(_) => {
                let prefix = format!("{field}.");
                let Some(mut port) = Fields::of(item.value, &prefix, &mut sketch.notes) else {
                    continue;
                };
                let number = port.take("port");
                let others: Vec<&str> = port.names().collect();
                if !others.is_empty() {
                    let told = format!(
                        "is not carried over beyond its number, since prebake opens no ports: `{}`",
                        others.join("`, `")
                    );
                    sketch.notes.push(Note::new(&field, Fate::Left, told));
                }
                number
            }
            _ => Some(item),
        };
        if let Some(port) = sketch.word(port) {
            let number = port.value.clone();
            sketch.add_port(&port, &format!("{number}:{number}"));
        }
    }
}

/// The folder that the file lies in is where a workspace has its checkout.
fn workspace(sketch: &mut Sketch, path: &str, folder: &str) {
    let target = format!("{WORKSPACE}/{folder}");
    let mount = format!("{path}:{target}");
    if path.contains(':') {
        return sketch.left("folder", &sketch::unmountable(path, false));
    }
    let place = Taken { field: "folder".to_owned(), value: Unknown::Text(mount.clone()) };
    if let Some(value) = sketch.word(Some(place))
        && sketch.add_mount(&value, &mount)
    {
        sketch.environment.workdir = target;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::import::{Kind, read};

    const FILE: &str = "\
image: debian:12
tasks:
  - name: web
    before: cd web
    init: |
      npm ci
      echo built
    command: npm start
    env: {PORT: 80, 1BAD: x}
    openMode: split-right
  - init: echo two
  - 7
ports:
  - port: 3000
    onOpen: open-preview
  - 8080
  - port: 3000-3010
vscode: {extensions: [a]}
github:
  prebuilds: true
";

    #[test]
    fn what_is_done_once_is_baked_and_what_is_done_at_each_start_is_run() {
        let source = Source { name: ".gitpod.yml", text: FILE, folder: "/home/ana/shop" };
        let reading = read(Kind::Gitpod, source).unwrap();
        let [imported] = &reading.environments[..] else { panic!("{reading:?}") };
        let it = &imported.environment;
        assert_eq!((imported.id.as_str(), it.base_image.as_str()), ("shop", "debian:12"));
        assert_eq!(
            it.cached_preflight_script,
            "#!/bin/bash\n\n# init of web\n(\nexport PORT=80\ncd web\nnpm ci\necho built\n) || exit\n\n# init of tasks[1]\n(\necho two\n) || exit\n"
        );
        assert_eq!(
            it.run_preflight_script,
            "#!/bin/bash\n\n# command of web\n(\nexport PORT=80\nnpm start\n) || exit\n"
        );
        assert_eq!(it.ports, ["3000:3000", "8080:8080"]);
        assert_eq!(it.mounts, ["/home/ana/shop:/workspace/shop"]);
        assert_eq!(it.workdir, "/workspace/shop");
        let kept = serde_json::to_value(&it.unknown).unwrap();
        assert_eq!(kept["gitpod"]["vscode"]["extensions"][0], "a");
        let left: Vec<&str> = imported
            .notes
            .iter()
            .filter(|note| note.fate == Fate::Left)
            .map(|note| note.field.as_str())
            .collect();
        let expected =
            ["tasks[0].env.1BAD", "tasks[2]", "ports[0]", "ports[2].port", "vscode", "github"];
        assert_eq!(left, expected);
    }

    #[test]
    fn a_folder_that_no_mount_can_name_is_told() {
        let source = Source { name: ".gitpod.yml", text: "tasks: []\n", folder: "/home/we:ird" };
        let reading = read(Kind::Gitpod, source).unwrap();
        let imported = &reading.environments[0];
        let note = imported.notes.iter().find(|note| note.field == "folder").unwrap();
        assert_eq!(
            note.told,
            "is not carried over: `/home/we:ird` has a `:` in its name, which a mount cannot name, so `workdir` is left out, too; rename the folder, or write `workdir` yourself"
        );
        let it = &imported.environment;
        assert!(it.mounts.is_empty() && it.workdir.is_empty(), "{it:?}");
    }

    #[test]
    fn a_dockerfile_is_told_and_no_image_is_the_usual_one() {
        for (text, base) in [
            (
                "image:\n  file: .gitpod.Dockerfile\n",
                crate::domain::environment::DEFAULT_BASE_IMAGE,
            ),
            ("tasks: []\n", DEFAULT_IMAGE),
        ] {
            let source = Source { name: ".gitpod.yml", text, folder: "/x" };
            let reading = read(Kind::Gitpod, source).unwrap();
            let imported = &reading.environments[0];
            assert_eq!(imported.environment.base_image, base);
            assert!(imported.notes.iter().any(|note| note.field == "image"), "{imported:?}");
        }
        let source = Source { name: ".gitpod.yml", text: "- a\n", folder: "" };
        assert!(read(Kind::Gitpod, source).is_err());
    }
}
