//! The binary: hands over to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Only for bugs: what can happen to a user is a sentence.
    if color_eyre::install().is_err() {
        return ExitCode::FAILURE;
    }
    prebake::cli::main()
}
