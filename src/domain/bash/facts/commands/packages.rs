//! Managers of packages: what they are asked to do, and where they put it.
//!
//! Which files a package brings is not known, so a manager writes all folders that its packages
//! may lie in. That new versions appear is no reason to install at every start: a baked layer is
//! as new as its bake.

use super::Shape::Told;
use super::packagers::{LANGUAGE, Packager, SYSTEM, packager};
use super::{Call, Row, row};
use crate::domain::bash::facts::InstallAction::{Add, Clean, Configure, Refresh, Remove, Upgrade};
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Facts, InstallAction};

pub(super) const ROWS: &[Row] = &[
    row("apt-get", Told(by_verb), &[]),
    row("apt", Told(by_verb), &[]),
    row("aptitude", Told(by_verb), &[]),
    row("apk", Told(by_verb), &[]),
    row("dnf", Told(by_verb), &[]),
    row("microdnf", Told(by_verb), &[]),
    row("yum", Told(by_verb), &[]),
    row("zypper", Told(by_verb), &[]),
    row("pip", Told(by_verb), &[]),
    row("pip3", Told(by_verb), &[]),
    row("pipx", Told(by_verb), &[]),
    row("npm", Told(by_verb), &[]),
    row("pnpm", Told(by_verb), &[]),
    row("yarn", Told(by_verb), &[]),
    row("gem", Told(by_verb), &[]),
    row("bundle", Told(by_verb), &[]),
    row("cargo", Told(by_verb), &[]),
    row("go", Told(by_verb), &[]),
    row("brew", Told(by_verb), &[]),
    row("conda", Told(by_verb), &[]),
    row("mamba", Told(by_verb), &[]),
    row("micromamba", Told(by_verb), &[]),
    row("rustup", Told(by_verb), &[]),
    row("luarocks", Told(by_verb), &[]),
    row("composer", Told(by_verb), &[]),
    row("uv", Told(uv), &[]),
    row("pacman", Told(by_flag), &[]),
    row("yay", Told(by_flag), &[]),
    row("paru", Told(by_flag), &[]),
    row("python", Told(python), &[]),
    row("python3", Told(python), &[]),
    row("virtualenv", Told(virtualenv), &[]),
];

fn by_verb(call: &Call<'_>, facts: &mut Facts) -> bool {
    let Some(manager) = packager(call.name) else { return false };
    call.program(facts);
    let Some((verb, packages)) = call.verb(manager.valued) else {
        // `yarn` alone installs what the folder asks for.
        let installs = matches!(call.name, "yarn" | "bundle")
            && call.arguments.iter().all(|value| value.whole);
        if installs {
            call.here(Access::Write, facts);
            place(call, manager, facts);
            call.fetches(facts);
            call.install(Add, &[], false, facts);
        }
        return installs
            || !call.arguments.is_empty() && call.arguments.iter().all(Value::is_option);
    };
    if manager.quiet.contains(&verb) {
        for folder in manager.places {
            call.within(folder, Access::Read, facts);
        }
        return true;
    }
    let Some((_, own)) = manager.verbs.iter().find(|(name, _)| *name == verb) else {
        return false;
    };
    let next = packages.first().and_then(|value| value.known());
    let action = manager.nested(verb, next).unwrap_or(*own);
    let named = match action {
        Configure => &[],
        _ if manager.is_nested(verb) => packages.get(1..).unwrap_or_default(),
        _ => packages.as_slice(),
    };
    // The streams of a module are switched with a question.
    let switches = verb == "module" && matches!(next, Some("enable" | "disable" | "reset"));
    let changes = matches!(action, Add | Remove | Upgrade) || switches;
    let asks = changes && !manager.yes.is_empty() && !call.has(manager.yes)
        || matches!((call.name, verb), ("pip" | "pip3", "uninstall"))
            && !call.has(&["-y", "--yes"])
        || matches!((call.name, verb), ("gem", "uninstall")) && !call.has(&["-x", "-a", "-I"]);
    place(call, manager, facts);
    files(call, manager, &packages, facts);
    of_folder(call, verb, action, facts);
    if let Some(elsewhere) = manager.local {
        let is_elsewhere = elsewhere.iter().any(|word| call.has(&[word]) || verb == *word)
            || call.name == "go"
                && verb == "install"
                && packages.iter().any(|package| package.text.contains('@'));
        if !is_elsewhere {
            call.here(Access::Write, facts);
        }
    }
    if !matches!(own, Remove | Clean) {
        call.fetches(facts);
    }
    call.install(action, named, asks, facts);
    let lists: &[&str] = match manager.name {
        "pip" => REQUIREMENTS,
        "conda" => &["-f", "--file"],
        _ => &[],
    };
    listed(call, lists, facts);
    true
}

/// Options of `pip` and its like that are followed by a list of packages.
const REQUIREMENTS: &[&str] = &["-r", "--requirement"];

/// Adds the lists that `options` name to what was installed last.
fn listed(call: &Call<'_>, options: &[&str], facts: &mut Facts) {
    if let Some(install) = facts.installs.last_mut() {
        install.lists.extend(call.values_of(options));
    }
}

/// Files and folders among the words.
fn files(call: &Call<'_>, manager: &Packager, packages: &[&Value], facts: &mut Facts) {
    let lists = ["-r", "--requirement", "-c", "--constraint", "-f", "--file"];
    for option in lists {
        if manager.valued.contains(&option) {
            for file in call.values_of(&[option]) {
                call.path(&file, Access::Read, facts);
            }
        }
    }
    for option in [
        "-e",
        "--editable",
        "-t",
        "--target",
        "--prefix",
        "--root",
        "--path",
        "-C",
        "--dir",
        "--cwd",
        "-o",
    ] {
        let is_place = manager.valued.contains(&option)
            && !(manager.name == "apt-get" || manager.name == "apk" && option == "-t");
        if is_place
            && manager.places != SYSTEM
            && let Some(folder) = call.value_of(&[option])
        {
            call.path(&folder, Access::Write, facts);
        }
    }
    for package in packages {
        if is_file(manager.name, &package.text) {
            call.path(package, Access::Read, facts);
            if manager.places != SYSTEM {
                call.path(package, Access::Write, facts);
            }
        }
    }
}

/// How files of packages end.
const FILES: [&str; 10] =
    [".whl", ".gem", ".tgz", ".tar.gz", ".deb", ".rpm", ".apk", ".zip", ".xz", ".zst"];

/// Whether a package is a file or a folder, by its name.
fn is_file(manager: &str, text: &str) -> bool {
    // A `/` stands in names as well: `@scope/x`, `vendor/x`, `a/stable`.
    let parts = matches!(manager, "pip" | "pipx" | "uv") && text.contains('/');
    let ends = FILES.iter().any(|end| text.ends_with(end)) || text.ends_with('/');
    (text.starts_with(['.', '/', '~']) || parts || ends) && !text.contains("://")
}

/// What a manager reads and writes in the folder it runs in, without being told to.
fn of_folder(call: &Call<'_>, verb: &str, action: InstallAction, facts: &mut Facts) {
    let is_global = ["-g", "--global", "--home", "--location=global", "--location=user"];
    let own = match call.name {
        "rustup" => matches!(verb, "component" | "target") && !call.has(&["--toolchain"]),
        "conda" | "mamba" | "micromamba" => verb == "env" && !call.has(&["-f", "--file"]),
        _ => false,
    };
    if own {
        call.here(Access::Read, facts);
    }
    let is_project = match call.name {
        "npm" | "pnpm" => call.has(&["--location", "-L"]) && !call.has(&is_global),
        "yarn" | "composer" | "bundle" => !call.has(&is_global),
        _ => false,
    };
    if is_project && action == Configure {
        call.here(Access::Write, facts);
    }
}

fn place(call: &Call<'_>, manager: &Packager, facts: &mut Facts) {
    for folder in manager.places {
        call.within(folder, Access::Write, facts);
    }
}

/// `pacman -S`, `-R`, `-U`, `-Q`.
fn by_flag(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let valued = ["--config", "--ignore", "--overwrite", "--root", "--dbpath"];
    let packages = call.operands(&valued);
    let flags = call.arguments.iter().find_map(|word| {
        let flags = word.text.strip_prefix('-')?;
        flags.starts_with(|flag: char| flag.is_ascii_uppercase()).then_some(flags)
    });
    let action = match flags {
        None if call.has(&["--version"]) => return true,
        None => return false,
        Some(flags) if flags.starts_with(['Q', 'T', 'V', 'F']) => {
            call.fixed("/var/lib/pacman", Access::Read, facts);
            return true;
        }
        Some(flags) if flags.starts_with('R') => Remove,
        Some(flags) if flags.starts_with('U') => Add,
        Some(flags) if flags.starts_with('S') && flags.contains('c') => Clean,
        Some(flags) if flags.starts_with('S') && flags.contains(['s', 'i', 'p']) => return true,
        Some(flags) if flags.starts_with('S') && packages.is_empty() && flags.contains('u') => {
            Upgrade
        }
        Some(flags) if flags.starts_with('S') && packages.is_empty() => Refresh,
        Some(flags) if flags.starts_with('S') => Add,
        Some(_) => return false,
    };
    for package in &packages {
        if is_file(call.name, &package.text) {
            call.path(package, Access::Read, facts);
        }
    }
    for folder in SYSTEM {
        call.within(folder, Access::Write, facts);
    }
    call.fetches(facts);
    // Those of the user's repository are built at home.
    if call.name != "pacman" {
        call.within("~", Access::Write, facts);
    }
    let asks = action != Refresh && !call.has(&["--noconfirm"]);
    call.install(action, &packages, asks, facts);
    true
}

fn uv(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let Some((verb, rest)) = call.verb(&["-p", "--python", "-r", "--requirement", "--directory"])
    else {
        return false;
    };
    let second = rest.first().and_then(|value| value.known());
    let packages = rest.get(1..).unwrap_or_default();
    let is_install = matches!(
        (verb, second),
        ("pip" | "tool" | "python", Some("install" | "uninstall" | "upgrade" | "sync"))
    );
    for folder in LANGUAGE {
        call.within(folder, Access::Write, facts);
    }
    call.fetches(facts);
    for file in call.values_of(&["-r", "--requirement", "-c", "--constraint"]) {
        call.path(&file, Access::Read, facts);
    }
    for folder in call.values_of(&["-e", "--editable", "-t", "--target", "--prefix"]) {
        call.path(&folder, Access::Read, facts);
        call.path(&folder, Access::Write, facts);
    }
    match verb {
        _ if is_install => {
            for package in packages.iter().filter(|it| is_file("uv", &it.text)) {
                call.path(package, Access::Read, facts);
                call.path(package, Access::Write, facts);
            }
            // A file of the folder may say which one.
            if verb == "python" && packages.is_empty() {
                call.here(Access::Read, facts);
            }
            if verb == "pip" && !call.has(&["--system"]) {
                call.here(Access::Write, facts);
            }
            let action = match second {
                Some("uninstall") => Remove,
                Some("upgrade") => Upgrade,
                _ => Add,
            };
            call.install(action, packages, false, facts);
            listed(call, REQUIREMENTS, facts);
        }
        "venv" => match rest.first() {
            Some(folder) => call.path(folder, Access::Write, facts),
            None => call.here(Access::Write, facts),
        },
        "sync" | "add" | "lock" => {
            call.here(Access::Write, facts);
            call.install(Add, &rest, false, facts);
        }
        _ => return false,
    }
    true
}

/// `python -m venv FOLDER`; a program of its own is not known.
fn python(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    let makes_venv = matches!(call.arguments, [option, module, ..]
        if option.known() == Some("-m") && module.known() == Some("venv"));
    if !makes_venv {
        return false;
    }
    let folders = call.operands(&["-m", "--prompt"]);
    call.each(&folders, Access::Make, facts);
    true
}

fn virtualenv(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.fetches(facts);
    call.each(&call.operands(&["-p", "--python", "--prompt"]), Access::Make, facts);
    true
}
