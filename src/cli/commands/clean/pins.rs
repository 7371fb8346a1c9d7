//! `pin` and `unpin`: images that no clean takes.

use super::super::{Desk, Failure, runtime};
use crate::cli::args::PinArgs;
use crate::cli::status;
use crate::ops::clean::pins;

pub(in crate::cli::commands) fn pin(desk: &mut Desk<'_>, args: &PinArgs) -> Result<u8, Failure> {
    change(desk, &args.what, true)
}

pub(in crate::cli::commands) fn unpin(desk: &mut Desk<'_>, args: &PinArgs) -> Result<u8, Failure> {
    change(desk, &args.what, false)
}

/// Pins or unpins, and prints the images.
fn change(desk: &mut Desk<'_>, what: &str, is_pin: bool) -> Result<u8, Failure> {
    let (done, failed) = runtime()?.block_on(async {
        let context = desk.context().await?;
        let find = async || {
            if is_pin {
                pins::find(&context, what).await
            } else {
                pins::find_pinned(&context, what).await
            }
        };
        let (mut done, mut failed) = (Vec::new(), None);
        // One that cannot be changed keeps none of the others from it.
        for image in find().await? {
            let changed = if is_pin {
                pins::set(&context, &image).await
            } else {
                pins::unset(&context, &image).await
            };
            match changed {
                Ok(()) => done.push(image),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        Ok::<_, Failure>((done, failed))
    })?;
    for image in &done {
        desk.output.line(image.shown());
    }
    failed.map_or(Ok(status::OK), |error| Err(error.into()))
}
