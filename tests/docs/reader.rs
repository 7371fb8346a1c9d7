//! Somebody who reads a page and does all that it says: one shell from its first command to its
//! last, in a home of its own, on an engine that nobody else uses.
//!
//! Stand-ins make a page's commands possible on any machine: the image `debian:12` is the small
//! base of the tests with an `apt-get` that installs programs telling their names; `ssh` runs here
//! what it should run elsewhere; a desktop is one without a screen. What begins a shell or the
//! screen, or goes on for ever, gets a terminal, and is left again.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::blocks::{Block, Kind, Step};
use crate::shown;
use crate::support::{Docker, Terminal, World};
use crate::typed::typed_into;

/// The base image of the pages.
const BASE: &str = "debian:12";

/// `apt-get install jq` makes a program `jq` that tells its name.
const APT: &str = r#"#!/bin/bash
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "are you root?" >&2; exit 100; }
mkdir -p /var/lib/apt/lists
case "${1-}" in
  update) echo "Reading package lists..." ; touch /var/lib/apt/lists/debian ;;
  install)
    shift
    for package in "$@"; do
      case "$package" in -*) continue ;; esac
      printf '#!/bin/bash\necho "%s 1.6"\n' "$package" > "/usr/bin/$package"
      chmod 755 "/usr/bin/$package"
      echo "Setting up $package (1.6) ..."
    done
    ;;
esac
"#;

/// Runs here what it is told to run on another host. `prebake` asks with `-G` what it knows of one.
const SSH: &str = r#"#!/bin/bash
if [ "$1" = -G ]; then exit 0; fi
while [[ ${1-} == -* ]]; do
  case $1 in --) shift; break ;; -o | -p | -l | -i | -F) shift ;; esac
  shift
done
[ $# -gt 1 ] || exit 0
shift
unset DOCKER_CONTEXT
DOCKER_HOST=@HOST@ exec "$@"
"#;

/// A desktop without a screen.
const DESKTOP: &str = r#"#!/bin/bash
set -e
cat > /usr/local/bin/prebake-desktop <<'END'
#!/bin/bash
case $1 in
  start)
    mkdir -p "$PREBAKE_DESKTOP_FOLDER"
    printf 'token=t0k3n\npassword=s3cret\n' > "$PREBAKE_DESKTOP_FOLDER/access" ;;
  env) echo export DISPLAY=:7 ;;
  shot) printf '\211PNG\r\n\032\n' ;;
esac
END
printf '#!/bin/bash\nexec sleep 600\n' > /usr/bin/xterm
chmod 755 /usr/local/bin/prebake-desktop /usr/bin/xterm
"#;

/// The editor: leaves what was prepared for it.
const EDITOR: &str = "#!/bin/bash\nif [ -e ~/.typed ]; then mv ~/.typed \"$1\"; fi\n";

/// A reader of one page.
pub(crate) struct Reader {
    world: World,
    page: String,
    shell: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    home: PathBuf,
    /// Where what the commands write is kept.
    desk: PathBuf,
    count: usize,
    /// The exit status of the last command, if the page did not ask for it yet.
    status: i32,
}

impl Reader {
    /// Sits down in front of a page, with an engine that has nothing but the base image.
    pub(crate) fn new(docker: &Docker, page: &str) -> Self {
        clear(docker);
        let mut world = World::alone_on(docker.clone());
        world.base_with_program(BASE, "usr/bin/apt-get", APT);
        let home = world.cwd().parent().unwrap().join("home");
        let desk = world.cwd().parent().unwrap().join("desk");
        let bin = home.join(".local/bin");
        let config = home.join(".config/prebake");
        for folder in [&bin, &desk, &config] {
            fs::create_dir_all(folder).unwrap();
        }
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_prebake"), bin.join("prebake")).unwrap();
        executable(&bin.join("ssh"), &SSH.replace("@HOST@", docker.host.as_deref().unwrap()));
        executable(&bin.join("editor"), EDITOR);
        fs::write(config.join("desktop_install.sh"), "#!/bin/bash\necho install\n").unwrap();
        fs::write(config.join("desktop_setup.sh"), DESKTOP).unwrap();
        let mut command = Command::new("bash");
        command.args(["--norc", "--noprofile"]);
        world.surround(&mut command);
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", bin.display()));
        command.env("VISUAL", bin.join("editor")).env("LC_ALL", "C.UTF-8");
        for name in ["PREBAKE_CONFIG_DIR", "PREBAKE_STATE_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME"]
        {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = command.spawn().unwrap();
        let input = shell.stdin.take().unwrap();
        let output = BufReader::new(shell.stdout.take().unwrap());
        let page = page.to_owned();
        Self { world, page, shell, input, output, home, desk, count: 0, status: 0 }
    }

    /// How many commands were run.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Does what the page says, and tells what came out otherwise.
    pub(crate) fn read(&mut self, blocks: &[Block]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (at, block) in blocks.iter().enumerate() {
            match &block.kind {
                Kind::File(path) => {
                    let path = match path.strip_prefix("~/") {
                        Some(path) => self.home.join(path),
                        None => self.folder().join(path),
                    };
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, &block.text).unwrap();
                }
                Kind::Console => {
                    let typed = blocks[at..].iter().find(|block| block.kind == Kind::Typed);
                    for (at, step) in block.steps.iter().enumerate() {
                        let asked = block.steps.get(at + 1).is_some_and(|next| asks(&next.command));
                        wrong.extend(self.step(step, asked, typed));
                    }
                }
                Kind::Typed | Kind::NotRun(_) | Kind::Other => {}
            }
        }
        wrong
    }

    /// Runs one command. With `asked` the page asks for its exit status itself.
    fn step(&mut self, step: &Step, asked: bool, typed: Option<&Block>) -> Option<String> {
        self.count += 1;
        if let Some(id) = step.command.strip_prefix("prebake edit ") {
            let file = self.home.join(format!(".config/prebake/environments/{id}.yaml"));
            let old = fs::read_to_string(file).unwrap_or_default();
            let typed = typed.unwrap_or_else(|| panic!("{}: nothing is typed", self.page));
            fs::write(self.home.join(".typed"), typed_into(&old, &typed.text)).unwrap();
        }
        let written = match leaving(&step.command) {
            Some(leaving) => self.in_terminal(&step.command, leaving),
            None => self.run(&step.command),
        };
        let place = format!("{}:{}: `{}`", self.page, step.line, step.command);
        if self.status != 0 && !asked {
            return Some(format!("{place} exited with {}:\n{written}", self.status));
        }
        let missing = step.shown.iter().find(|line| !shown::has(&written, line));
        missing.map(|line| format!("{place} did not write\n{line}\nbut:\n{written}"))
    }

    /// Has the shell run a command, and gives all that it wrote.
    fn run(&mut self, command: &str) -> String {
        let (desk, count) = (self.desk.clone(), self.count);
        let name = |ending| desk.join(format!("{count}.{ending}"));
        let (script, out, err) = (name("sh"), name("out"), name("err"));
        fs::write(&script, format!("(exit {})\n{command}\n", self.status)).unwrap();
        let (script, out, err) = (script.display(), out.display(), err.display());
        self.tell(&format!(". {script} </dev/null >{out} 2>{err}; printf 'status %s\\n' \"$?\"\n"));
        let line = self.line();
        let status = line.strip_prefix("status ").and_then(|status| status.parse().ok());
        self.status = status.unwrap_or_else(|| panic!("`{command}` left the shell: {line:?}"));
        let read = |ending| fs::read_to_string(name(ending)).unwrap_or_default();
        format!("{}{}", read("out"), read("err"))
    }

    /// Runs a command in a terminal, in the shell's surroundings, and leaves it again.
    fn in_terminal(&mut self, command: &str, (seen, keys): (&str, &str)) -> String {
        let around = self.desk.join("around.sh");
        let tell = format!("{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} >{}\n", around.display());
        self.tell(&format!("{tell}echo told\n"));
        assert_eq!(self.line(), "told");
        let unset = "unset PREBAKE_CONFIG_DIR PREBAKE_STATE_DIR";
        let script = format!("{unset}; . {}; {command}", around.display());
        let mut terminal = Terminal::open(&self.world, &script);
        terminal.until(seen);
        terminal.press(keys);
        self.status = terminal.ends().cast_signed();
        terminal.shown()
    }

    /// The folder that the shell is in.
    fn folder(&mut self) -> PathBuf {
        self.tell("pwd\n");
        PathBuf::from(self.line())
    }

    fn tell(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Whether a command asks for the exit status of the one before.
fn asks(command: &str) -> bool {
    command == "echo $?"
}

/// Of a command that begins something with a terminal: what is seen when it is there, and the keys
/// that leave it.
fn leaving(command: &str) -> Option<(&'static str, &'static str)> {
    let words: Vec<_> = command.split_whitespace().collect();
    match words[..] {
        ["prebake"] | ["ssh", "-t", _, "prebake"] => Some(("Environments", "q")),
        ["prebake", "build", .., "--watch"] => Some(("waiting for an environment", "\u{3}")),
        ["prebake", "shell", ..] => Some(("# ", "exit\r")),
        ["prebake", "run", _, "-it", ..] => Some(("# ", "exit\r")),
        _ => None,
    }
}

/// Leaves nothing in the engine.
fn clear(docker: &Docker) {
    for container in docker.lines(["ps", "-aq"]) {
        docker.ask(["rm", "-fv", &container]);
    }
    // An image below another one goes in a later round.
    for _ in 0..3 {
        for image in docker.lines(["images", "-aq", "--filter", "label=prebake.role"]) {
            docker.try_ask(["rmi", "-f", &image]);
        }
    }
    for volume in docker.lines(["volume", "ls", "-q"]) {
        docker.ask(["volume", "rm", &volume]);
    }
}

fn executable(path: &std::path::Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
