//! The bash that runs inside containers around the user's scripts, and the markers it writes.
//!
//! `bake.sh` runs scripts one after the other and removes them; `start.sh` runs what is left to
//! the task start and then becomes the task's command; `trace.sh` makes a script tell, by a
//! [`marker`] in the log stream, which line runs. [`complaint`] reads what bash says itself.

pub mod complaint;
pub mod marker;

/// Where scripts lie inside a container while they run. A dot folder below `/tmp`: any user can
/// make and remove it, and `rm -rf /tmp/*` in a script leaves it alone.
pub const FOLDER: &str = "/tmp/.prebake";

/// The file name of the trace among the scripts.
pub const TRACE: &str = "trace.sh";

/// The word before the scripts of a bake that says that secrets come by its standard input, as
/// [`super::secret::wire`] writes them.
pub const SECRETS_OPTION: &str = "--secrets";

/// The word before the scripts of a bake that says that apt's cache lies at the path behind it.
pub const APT_OPTION: &str = "--apt";

/// The program of a bake container: `bash -c BAKE prebake NONCE SCRIPT...`.
pub const BAKE: &str = include_str!("bake.sh");

/// The variable that carries a small run preflight into the container; gone before the command.
pub const RUN_PREFLIGHT_VARIABLE: &str = "PREBAKE_RUN_PREFLIGHT";

/// The variable that carries a small settings preflight; gone before that runs.
pub const SETTINGS_PREFLIGHT_VARIABLE: &str = "PREBAKE_SETTINGS_PREFLIGHT";

/// What bash calls a sourced preflight in its messages, without the last digit.
pub const SOURCED: &str = "/dev/fd/6";

/// The variable that asks for a desktop; gone before the run preflight.
pub const DESKTOP_VARIABLE: &str = "PREBAKE_DESKTOP";

/// The variable with the size of the desktop.
pub const DESKTOP_GEOMETRY_VARIABLE: &str = "PREBAKE_DESKTOP_GEOMETRY";

/// The variable with the depth of its colours.
pub const DESKTOP_DEPTH_VARIABLE: &str = "PREBAKE_DESKTOP_DEPTH";

/// The variable with the port of its page.
pub const DESKTOP_PORT_VARIABLE: &str = "PREBAKE_DESKTOP_PORT";

/// The variable with its folder; the command has it, too.
pub const DESKTOP_FOLDER_VARIABLE: &str = "PREBAKE_DESKTOP_FOLDER";

/// The variable that says that a bake failed before: a stage that fails again is told and does
/// not keep the command from starting. Gone before the run preflight.
pub const DEGRADED_VARIABLE: &str = "PREBAKE_DEGRADED";

/// The variable with the bash code that gives a stage the folder and the variables of a bake, see
/// [`stage_setup`]. Gone before the run preflight.
pub const STAGE_SETUP_VARIABLE: &str = "PREBAKE_STAGE_SETUP";

/// The largest run preflight that travels in a variable, in bytes; the kernel takes 128 KiB.
pub const MAX_VARIABLE_BYTES: usize = 32 * 1024;

/// What runs before each command: `$_` is kept, and `set -x` does not show it.
const DEBUG_TRAP: &str =
    r#"{ __prebake_last=$_; __prebake_step "$LINENO"; : "$__prebake_last"; } 2>/dev/null"#;

/// The trace file of a script that runs as a child of a container's first process. It goes to the
/// log of that process, so that redirections in the script neither swallow the markers nor let
/// them into the script's files.
#[must_use]
pub fn trace(nonce: &str) -> String {
    let functions = functions(nonce, "/proc/1/fd/2");
    format!(
        "unset BASH_ENV\n{functions}\
         trap '{{ __prebake_leave; }} 2>/dev/null' EXIT\n\
         trap '{DEBUG_TRAP}' DEBUG\n"
    )
}

/// The program of a task's container: `bash -c PROGRAM prebake NONCE COMMAND...`.
#[must_use]
pub fn start(nonce: &str) -> String {
    include_str!("start.sh")
        .replace("@TRACE@", &functions(nonce, "&\"$__prebake_log\""))
        .replace("@TRAP@", &DEBUG_TRAP.replace('"', "\\\"").replace('$', "\\$"))
}

/// Bash code after which a stage that was not baked finds what it would find in a bake: the
/// folder `workdir`, unless it is there already, and of each variable of the task the image's own
/// value, or none.
#[must_use]
pub fn stage_setup<'a>(
    workdir: Option<&str>,
    variables: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> String {
    let mut code = String::new();
    for (name, own) in variables {
        // Bash keeps some to itself, such as UID, and passes on others that it cannot name.
        let silent = " 2>/dev/null || :\n";
        match own {
            _ if !is_name(name) => {}
            Some(value) => code.push_str(&exports([(name, value)])),
            // The engine sets it for every container, from the list of users.
            None if name == "HOME" => code.push_str("unset HOME; export HOME=~\n"),
            None => code.extend(["unset ", name, silent]),
        }
    }
    if let Some(folder) = workdir {
        code.extend(["cd -- ", &quoted(folder), " && unset OLDPWD\n"]);
    }
    code
}

/// Bash code that sets these variables for what comes after it. For a bake, whose container must
/// not have them: a commit would keep them.
#[must_use]
pub fn exports<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut code = String::new();
    for (name, value) in variables.into_iter().filter(|(name, _)| is_name(name)) {
        code.extend(["export ", name, "=", &quoted(value), " 2>/dev/null || :\n"]);
    }
    code
}

fn is_name(text: &str) -> bool {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_';
    text.chars().all(is_part) && !text.starts_with(|char: char| char.is_ascii_digit())
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn functions(nonce: &str, log: &str) -> String {
    include_str!("trace.sh").replace("@NONCE@", nonce).replace("@LOG@", log)
}

/// Whether `script` can travel in a variable: small, and without NUL.
#[must_use]
pub fn fits_variable(script: &str) -> bool {
    script.len() <= MAX_VARIABLE_BYTES && !script.contains('\0')
}

/// Whether the script has Windows line ends, on which bash trips in ways that are hard to read.
#[must_use]
pub fn has_windows_line_ends(script: &str) -> bool {
    script.contains("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_carry_small_text_only() {
        assert!(fits_variable("echo"));
        assert!(!fits_variable("a\0b"));
        assert!(!fits_variable(&"x".repeat(MAX_VARIABLE_BYTES + 1)));
        assert!(has_windows_line_ends("a\r\n") && !has_windows_line_ends("a\n"));
    }
}
