//! Arguments of `lint` as typed. Apart because they are many, and no other command has them.

use clap::{Args as ClapArgs, ValueEnum};

use crate::domain::environment::Stage;

/// Arguments of `lint`.
#[derive(Debug, ClapArgs)]
pub struct LintArgs {
    /// The environment's id; with `--stage` a file, `-` is standard input
    #[arg(value_name = "ENV|FILE", required_unless_present = "explain")]
    pub target: Option<String>,
    /// Lint a file, as the script of this stage
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<StageName>,
    /// Change what is safe to change
    #[arg(long)]
    pub fix: bool,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
    /// Print the page of a rule; without a code list the rules
    #[arg(
        long,
        value_name = "CODE",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["target", "stage", "fix", "json"]
    )]
    pub explain: Option<String>,
}

/// The two stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StageName {
    /// Baked into the image.
    Cached,
    /// Runs at every task start.
    Run,
}

impl From<StageName> for Stage {
    fn from(name: StageName) -> Self {
        match name {
            StageName::Cached => Self::Cached,
            StageName::Run => Self::Run,
        }
    }
}
