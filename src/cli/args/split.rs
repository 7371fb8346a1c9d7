//! Arguments of `split`.

use clap::Args as ClapArgs;

/// Arguments of `split`.
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub struct SplitArgs {
    /// The environment's id, or a file with a script; `-` is standard input
    #[arg(value_name = "ENV|FILE")]
    pub script: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// Bake also what is not known, if it seems to need nothing of a task
    #[arg(long)]
    pub bold: bool,
    /// Write the two scripts into the environment; the old one is kept in `preflight_script`
    #[arg(long)]
    pub apply: bool,
    /// For a file: the new environment that `--apply` writes
    #[arg(long, value_name = "ENV", requires = "apply")]
    pub to: Option<String>,
    /// For a file: the base image of `--apply` and `--verify`
    #[arg(long, value_name = "IMAGE")]
    pub base: Option<String>,
    /// Run the script and its two parts in containers and tell what differs
    #[arg(long)]
    pub verify: bool,
}
