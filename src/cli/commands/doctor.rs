//! `doctor`: soon.
use super::{Desk, Failure};
use crate::cli::args::Json;
pub(super) fn doctor(_: &mut Desk<'_>, _: Json) -> Result<u8, Failure> {
    Err(Failure::new("not yet"))
}
