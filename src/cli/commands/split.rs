//! `split`: shows a script in two parts with reasons, writes them, proves them.

mod columns;

use std::path::Path;

use serde::{Serialize, Serializer};
use serde_json::json;

use super::build::Silent;
use super::{Desk, Failure, runtime};
use crate::cli::args::SplitArgs;
use crate::cli::{signals, status};
use crate::domain::bash::tree::SyntaxError;
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::image::reference_fault;
use crate::domain::place::Place;
use crate::ops::split::verify::{Scripts, Verdict, verify};
use crate::ops::split::{Boldness, Decision, Origin, Reason, Split, TaskStart, apply};
use crate::ops::{Loaded, StoreError, given};

/// A script, and where it is from.
struct Source {
    /// Where, for messages.
    shown: String,
    text: String,
    /// The environment it is of, or is run in.
    environment: Environment,
    /// Of an environment: its file, and which script it is.
    of: Option<(Loaded, Origin)>,
}

pub(super) fn split(desk: &mut Desk<'_>, args: &SplitArgs) -> Result<u8, Failure> {
    let source = source(desk, args)?;
    let boldness = if args.bold { Boldness::Bold } else { Boldness::Careful };
    let split = Split::of(&source.text, &TaskStart::of(&source.environment), boldness);
    if !split.errors.is_empty() {
        return Ok(refuse(desk, args, &source, &split));
    }
    let target = if args.apply { Some(target(args, &source)?) } else { None };
    let verdict = if args.verify { Some(prove(desk, args, &source, &split)?) } else { None };
    let is_right = verdict.as_ref().is_none_or(|verdict| *verdict == Verdict::Equal);
    let applied = match target {
        Some(target) if is_right => Some(write(desk, args, &source, &split, target)?),
        _ => None,
    };
    if args.json {
        let mut document = document(&source.text, &split);
        document.verdict = verdict.as_ref().map(tell_verdict);
        let written = || json!(applied.as_ref().map(|loaded| loaded.path.to_string_lossy()));
        document.path = args.apply.then(written);
        desk.output.json(&document);
    } else if let Some(verdict) = &verdict {
        for line in verdict_lines(verdict) {
            desk.output.line(line);
        }
    } else if applied.is_none() {
        columns::print(desk.output, &split);
    }
    if let Some(loaded) = &applied
        && !args.json
    {
        desk.output.line(loaded.path.display());
    }
    if args.apply && !is_right {
        desk.output.note("nothing was written, because the parts do not do the same");
    }
    Ok(if is_right { status::OK } else { status::FAILED })
}

/// An environment of that id, else a file.
fn source(desk: &mut Desk<'_>, args: &SplitArgs) -> Result<Source, Failure> {
    let usage = |sentence: String| Failure::new(sentence).with(status::USAGE);
    if let Ok(id) = EnvironmentId::parse(&args.script) {
        match desk.environments().load(&id) {
            Ok(loaded) => {
                if args.to.is_some() || args.base.is_some() {
                    return Err(usage(format!(
                        "`{id}` is an environment, and `--to` and `--base` are for files; leave them out, or write `./{id}`"
                    )));
                }
                let environment = loaded.environment.clone();
                let origin = Origin::of(&environment);
                return Ok(Source {
                    shown: format!("{} of `{id}`", origin.name()),
                    text: origin.script(&environment).to_owned(),
                    environment,
                    of: Some((loaded, origin)),
                });
            }
            Err(StoreError::Missing { .. })
                if Path::new(&args.script).exists() || args.script == given::STDIN => {}
            Err(StoreError::Missing { .. }) => {
                return Err(Failure::new(format!(
                    "`{id}` is neither an environment nor a file; `prebake list` shows the environments"
                )));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let text = given::script(Path::new(&args.script))?;
    let mut environment = Environment::default();
    if let Some(base) = &args.base {
        if let Some(fault) = reference_fault(base) {
            return Err(usage(format!(
                "`{}` is no image reference: {fault}; write it as in `debian:12`",
                base.escape_debug()
            )));
        }
        environment.base_image.clone_from(base);
    }
    Ok(Source { shown: args.script.clone(), text, environment, of: None })
}

/// A script that bash would not read: each place and cause.
fn refuse(desk: &mut Desk<'_>, args: &SplitArgs, source: &Source, split: &Split) -> u8 {
    if args.json {
        desk.output.json(&document(&source.text, split));
    }
    for error in &split.errors {
        let Place { line, column } = Place::of(&source.text, error.span.start);
        desk.output.error(format!(
            "cannot split `{}:{line}:{column}`: {}; mend it and split again",
            source.shown.replace('`', ""),
            error.message
        ));
    }
    status::USAGE
}

/// What `--apply` writes to: a new environment, or the one that the script is of.
fn target(args: &SplitArgs, source: &Source) -> Result<Option<EnvironmentId>, Failure> {
    match (&args.to, &source.of) {
        (Some(id), _) => super::id(id).map(Some),
        (None, Some(_)) => Ok(None),
        (None, None) => Err(Failure::new(format!(
            "`{}` is a file, so `--apply` needs an environment to write; name a new one with `--to ENV`",
            args.script
        ))
        .with(status::USAGE)),
    }
}

fn write(
    desk: &mut Desk<'_>,
    args: &SplitArgs,
    source: &Source,
    split: &Split,
    target: Option<EnvironmentId>,
) -> Result<Loaded, Failure> {
    let environments = desk.environments();
    let written = match (target, &source.of) {
        (None, Some((loaded, origin))) => apply::apply(&environments, loaded, *origin, split),
        (Some(id), _) => apply::create(&environments, &id, &source.text, split, args.base.clone()),
        (None, None) => Err(apply::ApplyError::Broken),
    };
    written.map_err(|error| Failure::new(error.to_string()))
}

/// Compares the script with its parts; of an environment that was split before and keeps its
/// single script, that script with the two it has now.
fn prove(
    desk: &mut Desk<'_>,
    args: &SplitArgs,
    source: &Source,
    split: &Split,
) -> Result<Verdict, Failure> {
    let environment = &source.environment;
    let kept = Scripts::kept(environment).filter(|_| source.of.is_some() && !args.apply);
    let scripts = kept.unwrap_or_else(|| {
        [Scripts::before(environment, &source.text), Scripts::after(environment, split)]
    });
    let runtime = runtime()?;
    runtime.block_on(async {
        let context = desk.context().await?;
        let mut listening = signals::listen().map_err(Failure::new)?;
        let intents = &mut listening.intents;
        let mut silent = Silent;
        let proof = verify(&context, environment, &scripts, intents, &mut silent);
        Ok(listening.forced.unless(Box::pin(proof)).await?)
    })
}

/// The parts and the reasons, for programs. Written as it is read: a script of many lines has as
/// many decisions, and a tree of values made of them costs more than finding them.
#[derive(Serialize)]
struct Document<'s> {
    cached: &'s str,
    run: &'s str,
    statements: Vec<Told<'s>>,
    errors: Vec<serde_json::Value>,
    /// What running showed, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<serde_json::Value>,
    /// The file that was written, if one was to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<serde_json::Value>,
}

/// Where a statement goes, and why.
#[derive(Serialize)]
struct Told<'s> {
    start_line: usize,
    end_line: usize,
    stage: &'s str,
    rule: &'s str,
    reason: Words<'s>,
    confidence: &'s str,
}

/// A reason as its sentence.
struct Words<'s>(&'s Reason);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

fn document<'s>(text: &str, split: &'s Split) -> Document<'s> {
    let told = |decision: &'s Decision| Told {
        start_line: decision.start_line,
        end_line: decision.end_line,
        stage: decision.part.name(),
        rule: decision.reason.rule.name(),
        reason: Words(&decision.reason),
        confidence: decision.confidence.name(),
    };
    let fault = |error: &SyntaxError| {
        let Place { line, column } = Place::of(text, error.span.start);
        json!({ "line": line, "column": column, "error": error.message })
    };
    Document {
        cached: &split.cached,
        run: &split.run,
        statements: split.statements.iter().map(told).collect(),
        errors: split.errors.iter().map(fault).collect(),
        verdict: None,
        path: None,
    }
}

fn tell_verdict(verdict: &Verdict) -> serde_json::Value {
    match verdict {
        Verdict::Equal => json!({ "equal": true, "differences": [], "error": null }),
        Verdict::Differs(found) => {
            let found: Vec<_> =
                found.iter().map(|found| json!({ "what": found.what, "how": found.how })).collect();
            json!({ "equal": false, "differences": found, "error": null })
        }
        Verdict::BakeFailed(cause) => {
            json!({ "equal": false, "differences": [], "error": cause })
        }
    }
}

fn verdict_lines(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Equal => vec!["equal".to_owned()],
        Verdict::Differs(found) => {
            let tell = |found: &crate::domain::split::picture::Difference| {
                let what = super::environments::printable(&found.what);
                format!("differs: {what} ({})", found.how)
            };
            found.iter().map(tell).collect()
        }
        Verdict::BakeFailed(cause) => vec![format!("differs: the cached part fails ({cause})")],
    }
}
