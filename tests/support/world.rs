//! A test's own world: folders, environments, and all it leaves in the engine, removed at its end.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::events::Events;
use super::process::Call;
use super::{Docker, EnvironmentBuilder, Outcome, Running, base, unique, until};

/// The line of a script that waits until [`World::open_gate`] is called.
pub(crate) const GATE: &str = "until [ -e /tmp/gate ]; do sleep 0.02; done; rm /tmp/gate";

/// A test's own world.
pub(crate) struct World {
    folder: TempDir,
    token: String,
    base: String,
    docker: Docker,
    /// Names, as a test says them, and the descriptions of environments.
    environments: BTreeMap<String, EnvironmentBuilder>,
    images: Vec<String>,
    volumes: Vec<String>,
    caches: Vec<String>,
}

impl World {
    /// A world without environments, on the engine of the machine.
    pub(crate) fn new() -> Self {
        Self::on(Docker::default())
    }

    /// A world on this engine, which has the base image.
    pub(crate) fn on(docker: Docker) -> Self {
        let folder = TempDir::with_prefix("prebake-test-").unwrap();
        for sub in ["config/environments", "home", "cwd"] {
            fs::create_dir_all(folder.path().join(sub)).unwrap();
        }
        Self {
            folder,
            token: unique(),
            base: base::name().to_owned(),
            docker,
            environments: BTreeMap::new(),
            images: Vec::new(),
            volumes: Vec::new(),
            caches: Vec::new(),
        }
    }

    /// A world whose ids are the names as they are said, on an engine that nobody else uses.
    pub(crate) fn alone_on(docker: Docker) -> Self {
        let mut world = Self::on(docker);
        world.token.clear();
        world
    }

    /// Writes an environment; one of the same name is replaced.
    pub(crate) fn environment(
        mut self,
        name: &str,
        describe: impl FnOnce(EnvironmentBuilder) -> EnvironmentBuilder,
    ) -> Self {
        self.write(name, describe);
        self
    }

    /// Writes an environment anew.
    pub(crate) fn write(
        &mut self,
        name: &str,
        describe: impl FnOnce(EnvironmentBuilder) -> EnvironmentBuilder,
    ) {
        self.environments
            .insert(name.to_owned(), describe(EnvironmentBuilder::new(&self.base, &self.token)));
        fs::write(self.path_of(name), self.environments[name].text()).unwrap();
    }

    /// Changes what was said of an environment.
    pub(crate) fn change(
        &mut self,
        name: &str,
        change: impl FnOnce(EnvironmentBuilder) -> EnvironmentBuilder,
    ) {
        let changed = change(self.environments[name].clone());
        fs::write(self.path_of(name), changed.text()).unwrap();
        self.environments.insert(name.to_owned(), changed);
    }

    /// An environment that the binary itself writes; what is made of it is removed at the end.
    pub(crate) fn expects(mut self, name: &str) -> Self {
        let nothing = EnvironmentBuilder::new(&self.base, &self.token);
        self.environments.insert(name.to_owned(), nothing);
        self
    }

    /// Writes a file of the configuration folder.
    pub(crate) fn config_file(self, name: &str, text: &str) -> Self {
        fs::write(self.config().join(name), text).unwrap();
        self
    }

    /// Writes tiny desktop scripts of the test's own, with a program that stands for the desktop.
    pub(crate) fn tiny_desktop(self) -> Self {
        let setup = format!(
            "#!/bin/bash\nset -e\necho setup >> /opt/desktop\n\
             printf '%s\\n' '#!/bin/bash' 'case $1 in start) echo started > /tmp/desktop ;; \
             env) echo export DISPLAY=:7 ;; *) exit 9 ;; esac' > /usr/local/bin/prebake-desktop\n\
             chmod 755 /usr/local/bin/prebake-desktop\n# {}\n",
            self.token
        );
        let install = format!("echo install > /opt/desktop\n# {}\n", self.token);
        self.config_file("desktop_install.sh", &install).config_file("desktop_setup.sh", &setup)
    }

    /// The id behind a name.
    pub(crate) fn id(&self, name: &str) -> String {
        if self.token.is_empty() { name.to_owned() } else { format!("{name}-{}", self.token) }
    }

    /// What is unique in this world.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The base image of environments that name none.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// The file of an environment.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.config().join("environments").join(format!("{}.yaml", self.id(name)))
    }

    /// The configuration folder.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// The state folder.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The folder the binary is started in.
    pub(crate) fn cwd(&self) -> PathBuf {
        self.folder.path().join("cwd")
    }

    /// The engine.
    pub(crate) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The binary with these arguments. A name of an environment stands for its id.
    pub(crate) fn prebake<I>(&self, arguments: I) -> Call
    where
        I: IntoIterator,
        I::Item: Into<OsString>,
    {
        let mut command = Command::new(env!("CARGO_BIN_EXE_prebake"));
        self.surround(&mut command);
        let mut in_command = false;
        for argument in arguments {
            let argument = argument.into();
            in_command |= argument == "--";
            let name = argument.to_str().filter(|name| self.environments.contains_key(*name));
            match name {
                Some(name) if !in_command => command.arg(self.id(name)),
                _ => command.arg(argument),
            };
        }
        Call::new(command)
    }

    /// A script of the shell, for which the binary is `$PREBAKE`.
    pub(crate) fn shell(&self, script: &str) -> Call {
        let mut command = Command::new("bash");
        self.surround(&mut command);
        command.env("PREBAKE", env!("CARGO_BIN_EXE_prebake")).args(["-c", script]);
        Call::new(command)
    }

    /// The variables and the folder of every process of this world.
    pub(crate) fn surround(&self, command: &mut Command) {
        for (name, value) in self.surroundings() {
            command.env(name, value);
        }
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "TASK_ID", "AGENTS_RUNNER_TASK_ID"] {
            command.env_remove(name);
        }
        command.current_dir(self.cwd());
    }

    /// The variables of every process of this world.
    pub(crate) fn surroundings(&self) -> Vec<(&'static str, OsString)> {
        let mut all = vec![
            ("PREBAKE_CONFIG_DIR", self.config().into_os_string()),
            ("PREBAKE_STATE_DIR", self.state().into_os_string()),
            ("HOME", self.folder.path().join("home").into_os_string()),
        ];
        if let Some(host) = &self.docker.host {
            all.push(("DOCKER_HOST", host.into()));
        }
        all
    }

    /// `prebake build NAME`.
    #[track_caller]
    pub(crate) fn build(&self, name: &str) -> Outcome {
        self.prebake(["build", name]).run()
    }

    /// `prebake run NAME -- COMMAND`.
    #[track_caller]
    pub(crate) fn run(&self, name: &str, command: &[&str]) -> Outcome {
        self.prebake([&["run", name, "--"], command].concat()).run()
    }

    /// `prebake run NAME -- bash -c SCRIPT`.
    #[track_caller]
    pub(crate) fn bash(&self, name: &str, script: &str) -> Outcome {
        self.run(name, &["bash", "-c", script])
    }

    /// `prebake run NAME -- bash -c SCRIPT`, not waited for.
    #[track_caller]
    pub(crate) fn run_in_background(&self, name: &str, script: &str) -> Running {
        self.prebake(["run", name, "--", "bash", "-c", script]).start()
    }

    /// `prebake status NAME --json`.
    #[track_caller]
    pub(crate) fn status(&self, name: &str) -> Value {
        self.prebake(["status", name, "--json"]).run().succeeds().json()
    }

    /// The entries of an environment in the history, newest first.
    #[track_caller]
    pub(crate) fn history(&self, name: &str) -> Vec<Value> {
        let told = self.prebake(["history", name, "--json", "--limit", "1000"]).run().succeeds();
        told.json()["entries"].as_array().unwrap().clone()
    }

    /// What the history says of an environment as a whole.
    #[track_caller]
    pub(crate) fn summary(&self, name: &str) -> Value {
        let told = self.prebake(["history", name, "--json"]).run().succeeds().json();
        assert_eq!(told["environments"].as_array().unwrap().len(), 1, "{told}");
        told["environments"][0].clone()
    }

    /// The image that the top layer of an environment has or would have.
    #[track_caller]
    pub(crate) fn image_of(&self, name: &str) -> String {
        self.status(name)["run_image"].as_str().unwrap().to_owned()
    }

    /// The label of everything that an environment has in the engine.
    pub(crate) fn label(&self, name: &str) -> String {
        format!("prebake.environment={}", self.id(name))
    }

    /// Container events of an environment from now on.
    pub(crate) fn events(&self, name: &str) -> Events {
        Events::of(&self.docker, &self.label(name))
    }

    /// Waits for the running bake of an environment and returns its container.
    #[track_caller]
    pub(crate) fn baking(&self, name: &str) -> String {
        let environment = format!("label={}", self.label(name));
        until("a running bake", || {
            let ask = [
                "ps",
                "-q",
                "--filter",
                &environment,
                "--filter",
                "label=prebake.role=bake",
                "--filter",
                "status=running",
            ];
            self.docker.lines(ask).pop()
        })
    }

    /// Lets a bake go on whose script waits at the [`GATE`].
    #[track_caller]
    pub(crate) fn open_gate(&self, name: &str) {
        let container = self.baking(name);
        self.docker.open_gate(&container);
    }

    /// A base image like the usual one but with this configuration; see `docker image inspect`.
    pub(crate) fn base_with(&mut self, tag: &str, config: &Value) -> String {
        let name = format!("prebake-test-{}:{tag}", self.token);
        base::load(&self.docker, &name, config, None);
        self.images.push(name.clone());
        name
    }

    /// Has the image of an environment's layer be one that was made at the beginning of 2020.
    pub(crate) fn make_old(&self, image: &str) {
        let before = self.docker.image(image).unwrap();
        base::make_old(&self.docker, image);
        assert_ne!(self.docker.image(image).unwrap()["Id"], before["Id"]);
        // The container of its bake may be about to go.
        self.docker.ask(["rmi", "-f", before["Id"].as_str().unwrap()]);
    }

    /// A base image of this name, like the usual one but with a program more.
    pub(crate) fn base_with_program(&mut self, name: &str, path: &str, program: &str) {
        let layer = base::archive(path, program.as_bytes(), 0o755);
        base::load(&self.docker, name, &json!({}), Some(&layer));
        self.images.push(name.to_owned());
    }

    /// A base image with nothing in it but one file.
    pub(crate) fn base_without_bash(&mut self) -> String {
        let name = format!("prebake-test-{}:empty", self.token);
        let archive = base::archive("etc/passwd", b"root:x:0:0::/:/bin/sh\n", 0o644);
        self.docker.feed(["import", "-", &name], &archive);
        self.images.push(name.clone());
        name
    }

    /// Has this image removed at the end of the test.
    pub(crate) fn owns_image(&mut self, name: &str) {
        self.images.push(name.to_owned());
    }

    /// Has this volume removed at the end of the test.
    pub(crate) fn owns_volume(&mut self, name: &str) {
        self.volumes.push(name.to_owned());
    }

    /// Has the volumes of this package cache removed at the end of the test.
    pub(crate) fn owns_cache(&mut self, name: &str) {
        self.caches.push(name.to_owned());
    }

    /// The files below a folder of the state.
    pub(crate) fn state_files(&self, folder: &str) -> Vec<PathBuf> {
        files_below(&self.state().join(folder))
    }

    /// The one log of the bakes of this world.
    #[track_caller]
    pub(crate) fn bake_log(&self) -> Vec<u8> {
        let logs = self.state_files("logs");
        assert_eq!(logs.len(), 1, "{logs:?}");
        fs::read(&logs[0]).unwrap()
    }

    /// Asserts that nothing of an environment is left but tagged images: no container, no image
    /// without a tag, no lock.
    #[track_caller]
    pub(crate) fn assert_tidy(&self, name: &str) {
        // The removal of what takes the engine long is not waited for by those who end a bake.
        let gone = |found: Vec<String>| found.is_empty().then_some(());
        super::until("the containers to go", || gone(self.docker.containers(&self.label(name))));
        let filter = format!("label={}", self.label(name));
        let dangling = ["images", "-q", "--filter", "dangling=true", "--filter", &filter];
        super::until("the untagged images to go", || gone(self.docker.lines(dangling)));
        assert_eq!(self.state_files("locks"), Vec::<PathBuf>::new());
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for name in self.environments.keys() {
            let label = format!("label={}", self.label(name));
            let found = |arguments: [&str; 4]| {
                let text = self.docker.try_ask(arguments).unwrap_or_default();
                String::from_utf8_lossy(&text).lines().map(str::to_owned).collect::<Vec<_>>()
            };
            for container in found(["ps", "-aq", "--filter", &label]) {
                self.docker.try_ask(["rm", "-fv", &container]);
            }
            // An image below another one goes in the second round.
            for _ in 0..2 {
                for image in found(["images", "-aq", "--filter", &label]) {
                    self.docker.try_ask(["rmi", "-f", &image]);
                }
            }
        }
        for image in &self.images {
            self.docker.try_ask(["rmi", "-f", image]);
        }
        let of_cache = |name: &String| {
            let label = format!("label=prebake.cache={name}");
            let found = self.docker.try_ask(["volume", "ls", "-q", "--filter", &label]);
            let found = String::from_utf8_lossy(&found.unwrap_or_default()).into_owned();
            found.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        for volume in self.caches.iter().flat_map(of_cache).chain(self.volumes.iter().cloned()) {
            self.docker.try_ask(["volume", "rm", "-f", &volume]);
        }
    }
}

/// All files below a folder, if it is there.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return files;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}
