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
    let images = runtime()?.block_on(async {
        let context = desk.context().await?;
        let find = async || {
            if is_pin {
                pins::find(&context, what).await
            } else {
                pins::find_pinned(&context, what).await
            }
        };
        let images = find().await?;
        for image in &images {
            if is_pin {
                pins::set(&context, image).await?;
            } else {
                pins::unset(&context, image).await?;
            }
        }
        Ok::<_, Failure>(images)
    })?;
    for image in &images {
        desk.output.line(image.shown());
    }
    Ok(status::OK)
}
