//! `clean`: the cached images with what they cost; what of them and of everything else that is
//! left over goes; and its removal. [`told`] is how all that is printed, [`pins`] are the commands
//! that keep an image.

pub(super) mod pins;
mod told;

use super::{Desk, Failure, id, runtime};
use crate::cli::args::CleanArgs;
use crate::cli::output::Output;
use crate::cli::status;
use crate::domain::amount;
use crate::domain::clean::{Choice, Policy, Request};
use crate::ops::clean::{self, Asked, CleanPlan, Thing};
use crate::ops::images::Outcome;
use crate::ops::settings;

pub(super) fn clean(desk: &mut Desk<'_>, args: &CleanArgs) -> Result<u8, Failure> {
    let asked = asked(desk, args)?;
    let runtime = runtime()?;
    let (context, plan) = runtime.block_on(async {
        let context = desk.context().await?;
        let plan = clean::plan(&context, &asked).await?;
        Ok::<_, Failure>((context, plan))
    })?;
    for environment in &args.environments {
        // One that was removed may have images; one that never was has none.
        if !plan.images.iter().any(|image| image.environment == *environment) {
            desk.load(environment)?;
        }
    }
    let is_look = asked.is_look();
    if is_look || args.dry_run {
        if args.json {
            desk.output.json(&told::document(&plan, None));
        } else if is_look {
            told::all(desk.output, &plan);
        } else {
            told::plan(desk.output, &plan);
        }
        return Ok(status::OK);
    }
    if !args.json {
        told::plan(desk.output, &plan);
    }
    if !plan.is_empty() && !args.yes && !confirmed(desk.output, &plan)? {
        desk.output.note("nothing was removed");
        return Ok(status::FAILED);
    }
    let mut outcomes = Vec::new();
    let output = &mut *desk.output;
    let removed = runtime.block_on(clean::carry_out(&context, &plan, |thing, outcome| {
        tell(output, thing, outcome);
        outcomes.push(told::outcome(thing, outcome));
    }))?;
    let failed = outcomes.iter().any(|outcome| outcome["outcome"] == "failed");
    if args.json {
        desk.output.json(&told::document(&plan, Some((&removed, &outcomes))));
    } else if !plan.is_empty() {
        desk.output.note(told::removed(&removed));
    }
    Ok(if failed { status::FAILED } else { status::OK })
}

/// What was typed, with what the settings say where nothing was.
fn asked(desk: &mut Desk<'_>, args: &CleanArgs) -> Result<Asked, Failure> {
    let wrong = |option: &'static str| {
        move |cause| Failure::new(format!("{cause}; write it so behind `{option}`"))
    };
    let age = args.older_than.as_deref().map(amount::parse_age).transpose();
    let budget = args.budget.as_deref().map(amount::parse_bytes).transpose();
    let typed = Policy {
        older_than_s: age.map_err(wrong("--older-than"))?,
        keep: args.keep,
        budget: budget.map_err(wrong("--budget"))?,
    };
    let environments = &args.environments;
    for environment in environments {
        id(environment)?;
    }
    let (settings, faults) = settings::load(&desk.folders);
    for fault in faults {
        desk.output.warning(fault);
    }
    let request = Request {
        choice: if args.all || (!environments.is_empty() && !args.unused) {
            Choice::All
        } else {
            Choice::Unneeded
        },
        environments: environments.clone(),
        with_orphans: args.orphans,
        policy: typed.or(settings.clean),
    };
    // An option that spares images is about those that are unneeded, if nothing else is said.
    let is_of_rest = args.leftovers || args.volumes;
    let images = args.unused
        || args.all
        || typed.keep.is_some()
        || typed.budget.is_some()
        || (!is_of_rest
            && (args.orphans || !environments.is_empty() || typed.older_than_s.is_some()));
    Ok(Asked { request, images, leftovers: args.leftovers, volumes: args.volumes })
}

fn confirmed(output: &mut Output, plan: &CleanPlan) -> Result<bool, Failure> {
    if !Output::can_ask() {
        return Err(Failure::new(format!(
            "{} not removed without being asked about, and there is no terminal to ask at; add `--yes`",
            told::count(plan)
        )));
    }
    let question = format!("remove {}?", told::what(plan));
    Ok(output.ask(&question, false))
}

/// Tells at once what did not go as planned; what did is counted at the end.
fn tell(output: &mut Output, thing: Thing<'_>, outcome: &Outcome) {
    let name = told::name(thing);
    match outcome {
        Outcome::Removed => {}
        Outcome::Unnamed => output.note(format!("`{name}` has another name and stays under that")),
        Outcome::Refused { refusal } => output.note(format!("`{name}` stays: {}", refusal.words())),
        Outcome::Failed { cause } => {
            output.error(format!("cannot remove `{name}`: {cause}; remove what uses it first"));
        }
    }
}
