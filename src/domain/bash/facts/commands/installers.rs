//! Installers that are handed to a shell as they are downloaded, `curl … | bash`: those whose
//! projects say what they do. A script from anywhere else may do anything.
//!
//! Like packages they are from servers of the world, and as new as the bake.

use super::Call;
use super::packagers::SYSTEM;
use crate::domain::bash::facts::values::Value;
use crate::domain::bash::facts::{Access, Aim, Facts, NeedKind};

/// An installer.
#[derive(Debug)]
pub(in crate::domain::bash::facts) struct Installer {
    /// How its address begins, behind the scheme.
    address: &'static str,
    /// Where it puts things.
    places: &'static [&'static str],
    /// Words without which it asks; none: it never does.
    yes: &'static [&'static str],
    /// Options behind which a folder stands, and it puts things there instead.
    folder: &'static [&'static str],
}

const fn at_home(address: &'static str) -> Installer {
    Installer { address, places: &["~"], yes: &[], folder: &[] }
}

const fn of_system(address: &'static str) -> Installer {
    Installer { address, places: SYSTEM, yes: &[], folder: &[] }
}

static INSTALLERS: [Installer; 22] = [
    of_system("deb.nodesource.com/setup_"),
    of_system("rpm.nodesource.com/setup_"),
    of_system("get.docker.com"),
    of_system("aka.ms/InstallAzureCLIDeb"),
    of_system("raw.githubusercontent.com/helm/helm/main/scripts/get-helm-"),
    at_home("astral.sh/uv/"),
    at_home("astral.sh/ruff/"),
    at_home("raw.githubusercontent.com/nvm-sh/nvm/"),
    at_home("get.sdkman.io"),
    at_home("bun.sh/install"),
    at_home("bun.com/install"),
    at_home("deno.land/install.sh"),
    at_home("deno.land/x/install/install.sh"),
    at_home("claude.ai/install.sh"),
    at_home("get.pnpm.io/install.sh"),
    at_home("mise.run"),
    at_home("fnm.vercel.app/install"),
    at_home("get.volta.sh"),
    at_home("raw.githubusercontent.com/cargo-bins/cargo-binstall/"),
    Installer { yes: &["-y", "--yes"], ..at_home("sh.rustup.rs") },
    Installer {
        yes: &["-y", "--yes"],
        folder: &["-b", "--bin-dir"],
        ..of_system("starship.rs/install.sh")
    },
    Installer {
        places: &[],
        folder: &["-b"],
        ..of_system("raw.githubusercontent.com/golangci/golangci-lint/")
    },
];

/// Options behind which installers take a folder, which may be one below that they run in.
const ELSEWHERE: [&str; 9] = [
    "--install-dir",
    "--install-path",
    "--bin-dir",
    "--dir",
    "--prefix",
    "--root",
    "--to",
    "-b",
    "-d",
];

/// The installer that a command hands on, if it does nothing else.
pub(in crate::domain::bash::facts) fn downloaded(words: &[Value]) -> Option<&'static Installer> {
    let (name, arguments) = words.split_first()?;
    let keeps = |word: &Value| {
        word.is_option()
            && (word.text.starts_with("--output")
                || word.text.starts_with("--remote-name")
                || !word.text.starts_with("--") && word.text.contains(['o', 'O']))
    };
    let to_output = match name.known()? {
        // `-o-` is what it does anyway.
        "curl" => arguments.iter().all(|word| !keeps(word) || word.text == "-o-"),
        "wget" => arguments.windows(2).any(|pair| {
            let is_option = |word: &Value| matches!(word.text.as_str(), "-O" | "-qO");
            is_option(&pair[0]) && pair[1].known() == Some("-")
                || matches!(pair[0].text.as_str(), "-O-" | "-qO-")
        }),
        _ => return None,
    };
    let mut addresses = arguments.iter().filter(|word| !word.is_option());
    let word = addresses.find(|word| word.text.contains("://"))?;
    let others = addresses.any(|word| word.text.contains("://"));
    let address = word.text.strip_prefix("https://").filter(|_| to_output && !others)?;
    INSTALLERS.iter().find(|it| {
        let goes_on = it.address.ends_with(['/', '-', '_']);
        let is_same = |rest: &str| rest.is_empty() && word.whole || rest.starts_with(['/', '?']);
        address.strip_prefix(it.address).is_some_and(|rest| goes_on || is_same(rest))
    })
}

/// The words that a shell hands to what it reads, if it is told nothing else: `bash -s -- WORDS`.
pub(in crate::domain::bash::facts) fn handed_on(arguments: &[Value]) -> Option<&[Value]> {
    let mut rest = arguments;
    let mut reads = false;
    while let [first, behind @ ..] = rest {
        match first.known()? {
            "-s" => reads = true,
            "-" | "--" if reads => return Some(behind),
            "-" | "-e" => {}
            _ if reads => break,
            _ => return None,
        }
        rest = behind;
    }
    Some(rest)
}

/// Adds what an installer does with the words of `call`; `false`: it is not known.
pub(in crate::domain::bash::facts) fn install(
    installer: &Installer,
    call: &Call<'_>,
    facts: &mut Facts,
) -> bool {
    if !call.arguments.iter().all(|word| word.whole) {
        return false;
    }
    let folder = call.value_of(installer.folder);
    match &folder {
        Some(folder) => call.aimed(folder, Access::Write, Aim::Whole, facts),
        // Below the folder it runs in.
        None if installer.places.is_empty() => call.here(Access::Write, facts),
        None => {}
    }
    for place in installer.places {
        call.within(place, Access::Write, facts);
    }
    // It runs programs to unpack and to ask what there is.
    for place in ["/usr", "/etc"] {
        call.within(place, Access::Read, facts);
    }
    call.fetches(facts);
    if !installer.yes.is_empty() && !call.has(installer.yes) {
        call.need_of(NeedKind::Person, installer.address, facts);
    }
    let is_elsewhere = |word: &Value| {
        let option = word.text.split('=').next().unwrap_or_default();
        ELSEWHERE.contains(&option) && !installer.folder.contains(&option)
    };
    if call.arguments.iter().any(is_elsewhere) {
        return false;
    }
    // Any other file that it is told of.
    let is_folder = |word: &Value| folder.as_ref().is_some_and(|it| it.text == word.text);
    !call.arguments.iter().any(|word| word.text.contains('/') && !is_folder(word))
}
