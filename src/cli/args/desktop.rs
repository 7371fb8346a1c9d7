//! Arguments of `desktop`, as typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// What to do about desktops.
#[derive(Debug, Subcommand)]
pub enum DesktopCommand {
    /// Print the URL of a desktop, and open it where there is a browser
    Open(DesktopOpenArgs),
    /// Write a picture of a desktop to a file
    Shot(DesktopShotArgs),
    /// Tell which scripts install the desktop, or print one of them
    Show {
        /// The script to print
        script: Option<DesktopScriptArg>,
    },
    /// Edit a script of the desktop in $VISUAL or $EDITOR; it is then your own
    Edit {
        /// The script
        script: DesktopScriptArg,
    },
    /// Go back to the scripts that come with prebake; your own go to its trash
    Reset {
        /// The script; without one both of them
        script: Option<DesktopScriptArg>,
    },
}

/// Arguments of `desktop open`.
#[derive(Debug, ClapArgs)]
pub struct DesktopOpenArgs {
    /// A task's id or the beginning of it, or an environment, whose newest task is meant
    #[arg(value_name = "ENV|ID")]
    pub target: String,
    /// Only print the URL
    #[arg(long)]
    pub print: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `desktop shot`.
#[derive(Debug, ClapArgs)]
pub struct DesktopShotArgs {
    /// A task's id or the beginning of it, or an environment, whose newest task is meant
    #[arg(value_name = "ENV|ID")]
    pub target: String,
    /// The file, a PNG; `-` is standard output
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// A script of the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DesktopScriptArg {
    /// Installs packages
    Install,
    /// Configures them and puts the programs of the desktop into place
    Setup,
}
