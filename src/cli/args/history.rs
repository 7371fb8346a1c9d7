//! Arguments of the history, as typed.

use clap::Args as ClapArgs;

/// Arguments of `history`.
#[derive(Debug, ClapArgs)]
pub struct HistoryArgs {
    /// The environment's id; without one all of them
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// Print one JSON document
    #[arg(long, conflicts_with = "log")]
    pub json: bool,
    /// How many entries to list
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print the log of a bake; ENTRY is a number, or the id of a bake
    #[arg(long, value_name = "ENTRY", conflicts_with = "environment")]
    pub log: Option<String>,
    /// Compare two entries: what decided them, the times of their statements, their logs
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with_all = ["environment", "log"])]
    pub diff: Option<Vec<String>>,
}
