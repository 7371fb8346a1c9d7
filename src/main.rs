//! The binary: hands over to the command line, or without a command to the screen.

use std::process::ExitCode;

use prebake::cli::Next;

#[expect(clippy::print_stderr, reason = "the screen is gone, and nobody else tells why")]
fn main() -> ExitCode {
    // Only for bugs: what can happen to a user is a sentence.
    if color_eyre::install().is_err() {
        return ExitCode::FAILURE;
    }
    match prebake::cli::main() {
        Next::Done(code) => code,
        Next::Screen { host } => match prebake::tui::run(host) {
            Ok(code) => ExitCode::from(code),
            Err(sentence) => {
                eprintln!("prebake: {sentence}");
                ExitCode::FAILURE
            }
        },
    }
}
