//! A container that somebody made by hand: what it was created with, beyond what its image gives
//! every container.

use super::fields::Taken;
use super::sketch::{Sketch, Typed};
use super::{Fate, Imported, ids};
use crate::domain::environment::EnvironmentId;
use crate::domain::layer::labels::{self, Labels};
use crate::domain::unknown::Unknown;

/// A container, or the image it was made of: what both can say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// Variables, `NAME=value`.
    pub variables: Vec<String>,
    /// The user; empty: root.
    pub user: String,
    /// The working directory; empty: the root folder.
    pub workdir: String,
    /// The program; empty: there is none.
    pub entrypoint: Vec<String>,
    /// Its arguments, or the program if there is none.
    pub command: Vec<String>,
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image, as it was named when the container was made.
    pub image: String,
    /// Whether that name is another image's by now.
    pub image_has_moved: bool,
    /// What it was created with, its image's own included.
    pub setup: Setup,
    /// Its mounts.
    pub mounts: Vec<Mounted>,
    /// Its published ports, as an environment has them.
    pub ports: Vec<String>,
    /// Options that tasks do not have, as docker names them.
    pub options: Vec<String>,
    /// Its labels, its image's own included.
    pub labels: Labels,
    /// How many files were changed in it since it was made; none: the engine does not tell.
    pub changes: Option<usize>,
}

impl Container {
    /// The id of the environment that prebake made it for, which may be empty; none: prebake did
    /// not make it. One that somebody made of a baked image has that image's labels.
    #[must_use]
    pub fn made_for(&self) -> Option<&str> {
        let label = |name| self.labels.get(name).map_or("", String::as_str);
        let role = label(labels::ROLE);
        (!matches!(role, "" | "layer")).then(|| label(labels::ENVIRONMENT))
    }
}

/// A mount of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mounted {
    /// `bind`, `volume` or another kind.
    pub kind: String,
    /// The folder of the host, or the volume.
    pub source: String,
    /// Where it is inside.
    pub target: String,
    /// Whether it can only be read.
    pub read_only: bool,
}

/// The environment whose tasks are like `container`, which is made of `image`.
#[must_use]
pub fn adopt(container: &Container, image: &Setup, id: Option<EnvironmentId>) -> Option<Imported> {
    let id = id.or_else(|| ids::id_of(&container.name))?;
    let mut sketch = Sketch::default();
    sketch.environment.name.clone_from(&container.name);
    let Container { setup, .. } = container;
    let base = value(&mut sketch, "image", &container.image)?;
    sketch.set(&base, "`base_image`", |it| it.base_image.clone_from(&container.image));
    if container.image_has_moved {
        let told = "names another image by now, and prebake takes the one that it names";
        sketch.note("image", Fate::Changed, told);
    }
    variables(&mut sketch, setup, image);
    for (field, own, images) in
        [("user", &setup.user, &image.user), ("workdir", &setup.workdir, &image.workdir)]
    {
        let Some(text) = value(&mut sketch, field, own).filter(|_| own != images) else { continue };
        sketch.set(&text, &format!("`{field}`"), |it| match field {
            "user" => it.user.clone_from(own),
            _ => it.workdir.clone_from(own),
        });
    }
    let is_images = (&setup.entrypoint, &setup.command) == (&image.entrypoint, &image.command);
    if !is_images {
        let words: Vec<String> = setup.entrypoint.iter().chain(&setup.command).cloned().collect();
        if let Some(text) = value(&mut sketch, "command", &words.join(" ")) {
            sketch.set(&text, "`command`", |it| it.command.clone_from(&words));
        }
    }
    mounts(&mut sketch, container);
    for (index, port) in container.ports.iter().enumerate() {
        if let Some(text) = value(&mut sketch, &format!("ports[{index}]"), port) {
            sketch.add_port(&text, port);
        }
    }
    for option in &container.options {
        sketch.left(option, "tasks have no such option");
    }
    if let Some(count @ 1..) = container.changes {
        let files = if count == 1 { "file was" } else { "files were" };
        let told = format!(
            "{count} {files} changed in it since it was made: what changed them belongs into `cached_preflight_script`"
        );
        sketch.left("files", &told);
    }
    Some(sketch.finish(id, String::new()))
}

/// Those that its image does not have already.
fn variables(sketch: &mut Sketch, setup: &Setup, image: &Setup) {
    for pair in setup.variables.iter().filter(|pair| !image.variables.contains(pair)) {
        let Some((name, text)) = pair.split_once('=') else { continue };
        if let Some(text) = value(sketch, &format!("env.{name}"), text) {
            sketch.set_variable(name, &text);
        }
    }
}

fn mounts(sketch: &mut Sketch, container: &Container) {
    for (index, mount) in container.mounts.iter().enumerate() {
        let field = format!("mounts[{index}]");
        let is_unnamed =
            mount.source.len() == 64 && mount.source.bytes().all(|byte| byte.is_ascii_hexdigit());
        match mount.kind.as_str() {
            "volume" if is_unnamed => {
                let why = format!("it is a volume without a name, for `{}`", mount.target);
                sketch.left(field, &why);
            }
            "bind" | "volume" => {
                let end = if mount.read_only { ":ro" } else { "" };
                let text = format!("{}:{}{end}", mount.source, mount.target);
                if let Some(value) = value(sketch, &field, &text) {
                    sketch.add_mount(&value, &text);
                }
            }
            _ => sketch.left(field, "only folders and volumes can be mounted"),
        }
    }
}

fn value(sketch: &mut Sketch, field: &str, text: &str) -> Option<Typed<String>> {
    let value = Unknown::Text(text.to_owned());
    sketch.text(Some(Taken { field: field.to_owned(), value }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn image() -> Setup {
        Setup {
            variables: words(&["PATH=/bin", "LANG=C"]),
            user: "dev".to_owned(),
            workdir: "/srv".to_owned(),
            entrypoint: words(&["/start"]),
            command: words(&["serve"]),
        }
    }

    #[test]
    fn only_what_its_image_does_not_say_is_said() {
        let container = Container {
            name: "Quick_Fix".to_owned(),
            image: "debian:12".to_owned(),
            setup: image(),
            ..Container::default()
        };
        let imported = adopt(&container, &image(), None).unwrap();
        let it = &imported.environment;
        assert_eq!((imported.id.as_str(), it.base_image.as_str()), ("quick_fix", "debian:12"));
        assert!(it.env_vars.is_empty() && it.command.is_empty(), "{it:?}");
        assert!(it.user.is_empty() && it.workdir.is_empty(), "{it:?}");
        assert_eq!(imported.notes.len(), 1);
    }

    #[test]
    fn what_prebake_made_is_known_by_its_labels() {
        for (role, made_for) in
            [("", None), ("layer", None), ("task", Some("web")), ("bake", Some("web"))]
        {
            let pairs = [(labels::ROLE, role), (labels::ENVIRONMENT, "web")];
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let container = Container { labels: pairs.into(), ..Container::default() };
            assert_eq!(container.made_for(), made_for, "{role}");
        }
        assert_eq!(Container::default().made_for(), None);
    }

    #[test]
    fn what_was_given_to_it_is_carried_over_and_the_rest_is_told() {
        let mounted = |kind: &str, source: &str, target: &str, read_only| Mounted {
            kind: kind.to_owned(),
            source: source.to_owned(),
            target: target.to_owned(),
            read_only,
        };
        let container = Container {
            name: "x".to_owned(),
            image: "debian:12".to_owned(),
            image_has_moved: true,
            setup: Setup {
                variables: words(&["PATH=/bin", "LANG=de", "TOKEN=a=b", "TASK_ID=1"]),
                user: "0:0".to_owned(),
                workdir: "/work dir".to_owned(),
                entrypoint: words(&["/start"]),
                command: words(&["debug", "-x"]),
            },
            mounts: vec![
                mounted("bind", "/home/ana", "/home/dev", true),
                mounted("volume", "cache", "/cache", false),
                mounted("volume", &"a1".repeat(32), "/lost", false),
                mounted("tmpfs", "", "/tmp", false),
                mounted("bind", "/a:b", "/c", false),
            ],
            ports: words(&["0.0.0.0:8080:80", "53:53/udp"]),
            options: words(&["privileged"]),
            labels: Labels::new(),
            changes: Some(3),
        };
        let imported = adopt(&container, &image(), EnvironmentId::parse("mine").ok()).unwrap();
        let it = &imported.environment;
        assert_eq!(imported.id.as_str(), "mine");
        let pairs: Vec<_> =
            it.env_vars.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["LANG=de", "TOKEN=a=b"]);
        assert_eq!((it.user.as_str(), it.workdir.as_str()), ("0:0", "/work dir"));
        assert_eq!(it.command, ["/start", "debug", "-x"]);
        assert_eq!(it.mounts, ["/home/ana:/home/dev:ro", "cache:/cache"]);
        assert_eq!(it.ports, ["0.0.0.0:8080:80", "53:53/udp"]);
        let left: Vec<&str> = imported
            .notes
            .iter()
            .filter(|note| note.fate == Fate::Left)
            .map(|note| note.field.as_str())
            .collect();
        assert_eq!(
            left,
            ["env.TASK_ID", "mounts[2]", "mounts[3]", "mounts[4]", "privileged", "files"]
        );
    }
}
