//! Arguments of cleaning up and of pins, as typed.

use clap::Args as ClapArgs;

/// Arguments of `clean`.
#[derive(Debug, ClapArgs)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags as typed")]
pub struct CleanArgs {
    /// Images of these environments only, those in need of them included
    #[arg(value_name = "ENV")]
    pub environments: Vec<String>,
    /// Images that no environment needs as it is now
    #[arg(long, conflicts_with = "all")]
    pub unused: bool,
    /// Images that are needed, too
    #[arg(long)]
    pub all: bool,
    /// Images of environments that are not here, too: removed ones, or those of other machines
    #[arg(long, conflicts_with = "environments")]
    pub orphans: bool,
    /// Spare images that were used since, as in 36h, 14d or 2w
    #[arg(long, value_name = "TIME")]
    pub older_than: Option<String>,
    /// Spare the newest so many of each environment and layer
    #[arg(long, value_name = "N")]
    pub keep: Option<usize>,
    /// Remove no more than it takes until all together fit in so much, as in 20GB
    #[arg(long, value_name = "SIZE")]
    pub budget: Option<String>,
    /// Bakes whose image was made, ended tasks, and logs that are too old
    #[arg(long)]
    pub leftovers: bool,
    /// Volumes with the caches of package managers
    #[arg(long)]
    pub volumes: bool,
    /// Only tell what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `pin` and `unpin`.
#[derive(Debug, ClapArgs)]
pub struct PinArgs {
    /// The name, key or ID of an image, or an environment: the images it has now
    #[arg(value_name = "IMAGE|ENV")]
    pub what: String,
}
