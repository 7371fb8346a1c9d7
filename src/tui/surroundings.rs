//! What the variables of the process say about the terminal.
//!
//! The terminal itself is never asked: one that does not answer would be waited for.

use std::io::IsTerminal as _;

use termprofile::{DetectorSettings, EnvVarSource, TermProfile, TermVars};

use super::clipboard::Multiplexer;
use crate::app::domain::theme::ColourLevel;

/// What is known about the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Surroundings {
    /// How many colours it shows.
    pub(super) colours: ColourLevel,
    /// Whether its background is known to be light.
    pub(super) is_light: bool,
    /// Whether it shows more than ASCII.
    pub is_utf8: bool,
    /// Whether it is at the other end of an SSH connection.
    pub(super) is_remote: bool,
    /// What stands between.
    pub(super) multiplexer: Multiplexer,
}

/// Why there can be no terminal UI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfit {
    /// Input or output is a file or a pipe.
    #[error(
        "the terminal UI needs a terminal, and standard {0} is none; run `prebake` in a terminal, or give a command, such as `prebake status`"
    )]
    NoTerminal(&'static str),
    /// It moves no cursor.
    #[error(
        "the terminal UI needs a terminal that moves its cursor, and `TERM` is `dumb` or not set; set `TERM`, such as `TERM=xterm-256color`, or give a command, such as `prebake status`"
    )]
    Dumb,
}

impl Surroundings {
    /// Those of this process, if it has a terminal that a UI can use.
    pub(super) fn of_this_process() -> Result<Self, Unfit> {
        let are_terminals = [std::io::stdin().is_terminal(), std::io::stdout().is_terminal()];
        let variable = |name: &str| Some(std::env::var_os(name)?.to_string_lossy().into_owned());
        Self::from_variables(are_terminals, variable)
    }

    /// From whether input and output are terminals, and the variables.
    fn from_variables(
        [input, output]: [bool; 2],
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Unfit> {
        if !input {
            return Err(Unfit::NoTerminal("input"));
        }
        if !output {
            return Err(Unfit::NoTerminal("output"));
        }
        let filled = |name: &str| variable(name).filter(|value| !value.is_empty());
        if filled("TERM").is_none_or(|term| term == "dumb") {
            return Err(Unfit::Dumb);
        }
        let is_set = |names: &[&str]| names.iter().any(|name| filled(name).is_some());
        Ok(Self {
            colours: colours(&variable),
            is_light: filled("COLORFGBG").is_some_and(|value| is_light(&value)),
            // The first that is set decides, as in the C library.
            is_utf8: ["LC_ALL", "LC_CTYPE", "LANG"]
                .iter()
                .find_map(|name| filled(name))
                .is_some_and(|locale| is_utf8(&locale)),
            is_remote: is_set(&["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"]),
            multiplexer: if is_set(&["TMUX"]) {
                Multiplexer::Tmux
            } else if is_set(&["STY"]) {
                Multiplexer::Screen
            } else {
                Multiplexer::None
            },
        })
    }
}

/// Variables about colours. Those of build servers are hidden, since the colours of their logs are
/// not those of a terminal with a person in front of it.
struct AboutColours<F>(F);

impl<F: Fn(&str) -> Option<String>> EnvVarSource for AboutColours<F> {
    fn var(&self, name: &str) -> Option<String> {
        let known = [
            "TERM",
            "COLORTERM",
            "TERM_PROGRAM",
            "TERM_PROGRAM_VERSION",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "FORCE_COLOR",
        ];
        known.contains(&name).then(|| (self.0)(name)).flatten()
    }
}

/// It was looked at before.
struct ATerminal;

impl termprofile::IsTerminal for ATerminal {
    fn is_terminal(&self) -> bool {
        true
    }
}

fn colours(variable: &impl Fn(&str) -> Option<String>) -> ColourLevel {
    // Set to nothing is set, too.
    if variable("NO_COLOR").is_some() {
        return ColourLevel::None;
    }
    // tmux is not started to be asked.
    let settings = DetectorSettings::new().enable_tmux_info(false);
    let vars = TermVars::from_source(&AboutColours(variable), &ATerminal, settings);
    match TermProfile::detect_with_vars(vars) {
        TermProfile::NoTty | TermProfile::NoColor => ColourLevel::None,
        TermProfile::Ansi16 => ColourLevel::Sixteen,
        TermProfile::Ansi256 => ColourLevel::TwoHundred,
        TermProfile::TrueColor => ColourLevel::True,
    }
}

/// `15;0` and `15;default;0`: the last is the number of the background among the sixteen colours.
fn is_light(value: &str) -> bool {
    matches!(value.rsplit(';').next().and_then(|last| last.parse::<u8>().ok()), Some(7 | 9..=15))
}

/// `de_DE.UTF-8@euro`, `C.utf8`.
fn is_utf8(locale: &str) -> bool {
    let charset = locale.split('@').next().and_then(|locale| locale.split_once('.'));
    charset.is_some_and(|(_, charset)| {
        charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &[(&str, &str)]) -> Result<Surroundings, Unfit> {
        Surroundings::from_variables([true, true], |name| {
            let found = variables.iter().rev().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    /// What `look` sees with these variables besides `TERM=xterm`.
    fn see<T>(variables: &[(&str, &str)], look: impl Fn(Surroundings) -> T) -> T {
        look(of(&[&[("TERM", "xterm")], variables].concat()).unwrap())
    }

    #[test]
    fn without_a_fit_terminal_there_is_a_sentence() {
        let xterm = |name: &str| (name == "TERM").then(|| "xterm".to_owned());
        for (are_terminals, says) in
            [([false, true], "standard input is none"), ([true, false], "standard output is none")]
        {
            let error = Surroundings::from_variables(are_terminals, xterm).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
        for variables in [&[][..], &[("TERM", "")], &[("TERM", "dumb")]] {
            assert_eq!(of(variables), Err(Unfit::Dumb), "{variables:?}");
        }
    }

    #[test]
    fn colours_are_as_the_variables_promise() {
        for (variables, want) in [
            (&[][..], ColourLevel::Sixteen),
            (&[("TERM", "linux")], ColourLevel::Sixteen),
            (&[("TERM", "xterm-256color")], ColourLevel::TwoHundred),
            (&[("TERM", "tmux-256color")], ColourLevel::TwoHundred),
            (&[("TERM", "xterm-kitty")], ColourLevel::True),
            (&[("COLORTERM", "truecolor")], ColourLevel::True),
            (&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")], ColourLevel::None),
            (&[("NO_COLOR", "")], ColourLevel::None),
            (&[("NO_COLOR", ""), ("CLICOLOR_FORCE", "1")], ColourLevel::None),
            (&[("CLICOLOR_FORCE", "1"), ("TERM", "vt100")], ColourLevel::Sixteen),
            (&[("CI", "true"), ("GITHUB_ACTIONS", "true")], ColourLevel::Sixteen),
        ] {
            assert_eq!(see(variables, |seen| seen.colours), want, "{variables:?}");
        }
    }

    #[test]
    fn the_background_is_light_only_where_it_is_said() {
        for (value, want) in [
            ("", false),
            ("15;0", false),
            ("0;15", true),
            ("0;default;7", true),
            ("0;8", false),
            ("0;default", false),
            ("nonsense", false),
        ] {
            assert_eq!(see(&[("COLORFGBG", value)], |seen| seen.is_light), want, "{value}");
        }
    }

    #[test]
    fn the_first_variable_of_the_locale_that_is_set_decides() {
        for (variables, want) in [
            (&[][..], false),
            (&[("LANG", "C.UTF-8")], true),
            (&[("LANG", "de_DE.utf8@euro")], true),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "")], true),
            (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], true),
            (&[("LANG", "de_DE.ISO-8859-1")], false),
        ] {
            assert_eq!(see(variables, |seen| seen.is_utf8), want, "{variables:?}");
        }
    }

    #[test]
    fn ssh_and_multiplexers_leave_their_variables() {
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"] {
            assert!(see(&[(name, "x")], |seen| seen.is_remote), "{name}");
        }
        assert!(!see(&[("SSH_TTY", "")], |seen| seen.is_remote));
        for (variables, want) in [
            (&[][..], Multiplexer::None),
            (&[("TMUX", "/tmp/x")], Multiplexer::Tmux),
            (&[("STY", "1.x")], Multiplexer::Screen),
            (&[("STY", "1.x"), ("TMUX", "/tmp/x")], Multiplexer::Tmux),
        ] {
            assert_eq!(see(variables, |seen| seen.multiplexer), want);
        }
    }
}
