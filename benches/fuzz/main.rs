//! Looks for scripts that are not understood as any text must be: `fuzz SECONDS [SEED]`.
//!
//! [`mutate`] makes scripts of those that the machine and this repository have, [`check`] says what
//! must hold, and what does not is made small, kept below `target/fuzz` and told, with 1 as the exit
//! code. It needs no instrumented build and no tool beside cargo: so it knows nothing of the paths a
//! text takes, and finds by number what others find by looking. A case that ends the process itself
//! is in `target/fuzz/current.sh`.

#![expect(clippy::print_stdout, reason = "what it found is its result")]

mod chance;
mod check;
mod mutate;

use std::error::Error;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use self::chance::Chance;

/// Where real scripts are.
const FOLDERS: [&str; 6] = [
    "tests/split/scripts",
    "/etc/init.d",
    "/var/lib/dpkg/info",
    "/usr/lib/git-core",
    "/usr/bin",
    "/usr/share/bash-completion/completions",
];

/// How long a text of at most 16,000 bytes may take in any build.
const SLOW: Duration = Duration::from_secs(5);

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (seconds, seed) = match &arguments[..] {
        [seconds] => (seconds.parse()?, 1),
        [seconds, seed] => (seconds.parse()?, seed.parse()?),
        _ => return Err("say for how many seconds, and from which number on".into()),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    fs::create_dir_all(&folder)?;
    let real = real();
    println!("{} real scripts", real.len());
    // What is caught is told as a finding.
    set_hook(Box::new(|_| {}));
    let began = Instant::now();
    let mut case = 0;
    while began.elapsed() < Duration::from_secs(seconds) {
        let text = mutate::script(&mut Chance::of(seed, case), &real);
        fs::write(folder.join("current.sh"), &text)?;
        if let Some(why) = wrong(&text) {
            let small = smaller(text);
            let path = folder.join(format!("{seed}-{case}.sh"));
            fs::write(&path, &small)?;
            let why = wrong(&small).unwrap_or(why);
            println!("case {case} of seed {seed}, in `{}`: {why}\n{small:?}", path.display());
            return Ok(ExitCode::FAILURE);
        }
        case += 1;
    }
    println!("{case} scripts, nothing found");
    Ok(ExitCode::SUCCESS)
}

/// The shell scripts of the machine, those of a size that people read.
fn real() -> Vec<String> {
    let mut found = Vec::new();
    for folder in FOLDERS {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let mut paths: Vec<_> = entries.filter_map(|it| it.ok().map(|it| it.path())).collect();
        paths.sort();
        for path in paths {
            let is_small = fs::metadata(&path).is_ok_and(|it| it.is_file() && it.len() < 16_000);
            let text = if is_small { fs::read_to_string(&path).ok() } else { None };
            let is_shell = |text: &String| {
                let first = text.lines().next().unwrap_or_default();
                first.starts_with("#!") && first.contains("sh") || folder.ends_with("completions")
            };
            found.extend(text.filter(is_shell));
        }
    }
    found
}

/// Why a text is not understood as it must be.
fn wrong(text: &str) -> Option<String> {
    let began = Instant::now();
    let told = catch_unwind(AssertUnwindSafe(|| check::check(text)));
    let took = began.elapsed();
    match told {
        Ok(Ok(())) if took > SLOW => Some(format!("it took {} ms", took.as_millis())),
        Ok(told) => told.err(),
        Err(cause) => {
            let words = cause.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| cause.downcast_ref::<&str>().copied());
            Some(format!("a panic: {}", words.unwrap_or("without words")))
        }
    }
}

/// The text with as much left out as still is wrong.
fn smaller(mut text: String) -> String {
    let mut size = text.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < text.len() {
            let (from, to) = (text.floor_char_boundary(at), text.ceil_char_boundary(at + size));
            let less = format!("{}{}", &text[..from], &text[to.min(text.len())..]);
            if less.len() < text.len() && wrong(&less).is_some() {
                text = less;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    text
}
