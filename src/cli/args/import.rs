//! Arguments of `import` and `adopt`, which go about what they write in the same way.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// Arguments of `import`.
#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// A file of Agents Runner, a devcontainer.json, a .gitpod.yml, a shell script, an environment
    /// of prebake, or a folder with some of them
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// How to go about it.
    #[command(flatten)]
    pub writing: Writing,
}

/// Arguments of `adopt`.
#[derive(Debug, ClapArgs)]
pub struct AdoptArgs {
    /// The container's name or id
    #[arg(value_name = "CONTAINER")]
    pub container: String,
    /// The id of the new environment; without it the container's name gives one
    #[arg(long, value_name = "ENV")]
    pub id: Option<String>,
    /// How to go about it.
    #[command(flatten)]
    pub writing: Writing,
}

/// How to go about what is to be written.
#[derive(Clone, Copy, Debug, ClapArgs)]
pub struct Writing {
    /// Show what would become what, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Replace what differs without asking; the files go to prebake's trash
    #[arg(long, conflicts_with = "dry_run")]
    pub overwrite: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}
