//! `lint`: what is doubtful in the scripts of an environment, or in a script in a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Desk, Failure, excerpt, runtime};
use crate::cli::args::LintArgs;
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::domain::environment::{Environment, Stage};
use crate::domain::lint::fix::Edit;
use crate::domain::lint::page::page;
use crate::domain::lint::places::Places;
use crate::domain::lint::rules::{RULES, own};
use crate::domain::lint::{Context, Diagnostic, Fix, FixKind, RuleCode, Severity, fixed};
use crate::domain::manifest::{self, Block, block};
use crate::ops::{Folders, Loaded, given, lint as op};

/// A script that is linted.
struct Sheet {
    stage: Stage,
    text: String,
    context: Context,
    /// The file it is in.
    path: PathBuf,
    /// Where it stands in the file of an environment.
    place: Place,
    findings: Vec<Diagnostic>,
}

/// Where a script stands in its file.
#[derive(Clone, Copy)]
enum Place {
    /// It is all of the file.
    File,
    /// It is a field of an environment's file, line by line if that is known.
    Field(Option<Block>),
}

pub(super) fn lint(desk: &mut Desk<'_>, args: &LintArgs) -> Result<u8, Failure> {
    // 1 is for findings.
    run(desk, args).map_err(|failure| failure.with(status::USAGE))
}

fn run(desk: &mut Desk<'_>, args: &LintArgs) -> Result<u8, Failure> {
    if let Some(code) = &args.explain {
        return explain(desk.output, code);
    }
    let target = args.target.as_deref().unwrap_or_default();
    let mut sheets = match args.stage {
        Some(stage) => vec![file(desk.output, Path::new(target), stage.into(), args.fix)?],
        None => environment(desk, target, args.fix)?,
    };
    runtime()?.block_on(async {
        for sheet in &mut sheets {
            sheet.findings = op::lint(sheet.stage, &sheet.text, &sheet.context).await;
        }
    });
    if args.json {
        let findings: Vec<_> = sheets.iter().flat_map(documents).collect();
        desk.output.json(&BTreeMap::from([("findings", findings)]));
    } else {
        for sheet in &sheets {
            print(desk.output, sheet);
        }
        desk.output.note(summary(&sheets));
    }
    let is_clean = sheets.iter().all(|sheet| sheet.findings.is_empty());
    Ok(if is_clean { status::OK } else { status::FAILED })
}

/// A script in a file, after its safe fixes if they are wanted.
fn file(output: &mut Output, path: &Path, stage: Stage, fix: bool) -> Result<Sheet, Failure> {
    let is_stdin = path == Path::new(given::STDIN);
    if fix && is_stdin {
        return Err(Failure::new("standard input cannot be fixed in place; name a file"));
    }
    let mut text = given::script(path)?;
    let context = Context::default();
    if fix {
        let (after, count) = fixed(stage, &text, &context);
        if count > 0 {
            op::write(path, &text, &after)?;
            text = after;
        }
        tell_fixed(output, count, path);
    }
    let path = if is_stdin { Path::new("standard input") } else { path }.to_owned();
    Ok(Sheet { stage, text, context, path, place: Place::File, findings: Vec::new() })
}

/// Both scripts of an environment, after their safe fixes if they are wanted.
fn environment(desk: &mut Desk<'_>, id: &str, fix: bool) -> Result<Vec<Sheet>, Failure> {
    let mut loaded = desk.load(id)?;
    if fix {
        let (environment, count) = fix_all(&loaded.environment);
        if count > 0 {
            let text = manifest::update(&loaded.text, &environment)
                .map_err(|error| Failure::new(error.to_string()))?;
            loaded = desk.environments().save(&loaded.id, &text, &loaded.revision)?;
        }
        tell_fixed(desk.output, count, &loaded.path);
    }
    Ok([Stage::Cached, Stage::Run].map(|stage| sheet(&desk.folders, &loaded, stage)).into())
}

/// The environment with both scripts fixed where that is safe, and how often.
fn fix_all(environment: &Environment) -> (Environment, usize) {
    let mut after = environment.clone();
    let mut count = 0;
    for stage in [Stage::Cached, Stage::Run] {
        let context = Context::of(environment, stage);
        let (text, done) = fixed(stage, script(environment, stage), &context);
        let field = match field(environment, stage) {
            "cached_preflight_script" => &mut after.cached_preflight_script,
            "run_preflight_script" => &mut after.run_preflight_script,
            _ => &mut after.preflight_script,
        };
        *field = text;
        count += done;
    }
    (after, count)
}

fn script(environment: &Environment, stage: Stage) -> &str {
    match stage {
        Stage::Cached => environment.script(stage),
        Stage::Run => environment.run_stage(),
    }
}

/// The field that has the script of a stage: in an older environment the run stage has its single
/// preflight.
fn field(environment: &Environment, stage: Stage) -> &'static str {
    match stage {
        Stage::Cached => "cached_preflight_script",
        Stage::Run if environment.run_stage() == environment.run_preflight_script => {
            "run_preflight_script"
        }
        Stage::Run => "preflight_script",
    }
}

fn sheet(folders: &Folders, loaded: &Loaded, stage: Stage) -> Sheet {
    let environment = &loaded.environment;
    let text = script(environment, stage);
    let place = Place::Field(block(&loaded.text, field(environment, stage), text));
    Sheet {
        stage,
        text: text.to_owned(),
        context: op::measured(folders, &loaded.id, stage, text, Context::of(environment, stage)),
        path: loaded.path.clone(),
        place,
        findings: Vec::new(),
    }
}

fn tell_fixed(output: &mut Output, count: usize, path: &Path) {
    match count {
        0 => {}
        1 => output.note(format!("fixed 1 finding in `{}`", path.display())),
        count => output.note(format!("fixed {count} findings in `{}`", path.display())),
    }
}

// ---------------------------------------------------------------- for people

fn print(output: &mut Output, sheet: &Sheet) {
    let lines: Vec<&str> = sheet.text.split('\n').collect();
    for finding in &sheet.findings {
        let (word, paint) = match finding.severity {
            Severity::Error => ("error", Paint::Bad),
            Severity::Warning => ("warning", Paint::Warn),
            Severity::Hint => ("hint", Paint::Faint),
        };
        let head = output.paint(paint, &format!("{word}[{}]", finding.code));
        let place = output.paint(Paint::Strong, &sheet.place_of(finding));
        output.line(format!("{place}: {head}: {}", excerpt::printable(&finding.message)));
        let line = finding.start.line;
        let text = lines.get(line).copied().unwrap_or_default();
        let ends_here = finding.end.line == line;
        let end = if ends_here { finding.end.column } else { text.chars().count() };
        let columns = finding.start.column..end;
        if let Some(shown) = excerpt::marked(text, sheet.shown_line(line), columns) {
            output.line(shown);
        }
        if let Place::Field(_) = sheet.place {
            let (line, stage) = (line + 1, sheet.stage.name());
            output.line(format!("  = in line {line} of the {stage} preflight"));
        }
        if !finding.advice.is_empty() {
            output.line(format!("  = {}", excerpt::printable(&finding.advice)));
        }
        if let Some(fix) = &finding.fix {
            output.line(format!("  = fix{}: {}", how(fix), excerpt::printable(&fix.title)));
        }
        output.line("");
    }
}

/// Who does a fix.
fn how(fix: &Fix) -> &'static str {
    match fix.kind {
        FixKind::Safe => " (`--fix` does it)",
        FixKind::Suggested => "",
        FixKind::Move => " (a key on the screen does it)",
    }
}

impl Sheet {
    /// The line as it is numbered in the file, from 1.
    fn shown_line(&self, line: usize) -> usize {
        match self.place {
            Place::Field(Some(block)) => block.line + line + 1,
            Place::File | Place::Field(None) => line + 1,
        }
    }

    /// Where a finding is, as an editor opens it.
    fn place_of(&self, finding: &Diagnostic) -> String {
        let line = self.shown_line(finding.start.line);
        let column = finding.start.column + 1;
        let path = excerpt::printable(&self.path.display().to_string());
        match self.place {
            Place::File => format!("{path}:{line}:{column}"),
            Place::Field(Some(block)) => format!("{path}:{line}:{}", column + block.indent),
            Place::Field(None) => format!("{path}: {}:{line}:{column}", self.stage.name()),
        }
    }
}

fn summary(sheets: &[Sheet]) -> String {
    let findings = || sheets.iter().flat_map(|sheet| &sheet.findings);
    let safe = findings().filter(|it| it.fix.as_ref().is_some_and(|it| it.kind == FixKind::Safe));
    let count = match findings().count() {
        0 => return "nothing was found".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    match safe.count() {
        0 => count,
        safe => format!("{count}, of which `--fix` mends {safe}"),
    }
}

// ---------------------------------------------------------------- for programs

/// A finding as programs read it, written without a tree of values between: there may be thousands.
#[derive(Serialize)]
struct Told<'s> {
    stage: Stage,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    path: &'s Path,
    file_line: Option<usize>,
    file_column: Option<usize>,
    code: &'s RuleCode,
    severity: Severity,
    message: &'s str,
    advice: &'s str,
    fix: Option<ToldFix<'s>>,
}

#[derive(Serialize)]
struct ToldFix<'s> {
    title: &'s str,
    kind: &'static str,
    edits: Vec<ToldEdit<'s>>,
}

#[derive(Serialize)]
struct ToldEdit<'s> {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'s str,
}

fn documents(sheet: &Sheet) -> Vec<Told<'_>> {
    let places = Places::new(&sheet.text);
    sheet.findings.iter().map(|finding| document(sheet, &places, finding)).collect()
}

fn document<'s>(sheet: &'s Sheet, places: &Places<'_>, finding: &'s Diagnostic) -> Told<'s> {
    let file = match sheet.place {
        Place::File => Some((finding.start.line + 1, finding.start.column + 1)),
        Place::Field(block) => block.map(|block| {
            let line = block.line + finding.start.line + 1;
            (line, block.indent + finding.start.column + 1)
        }),
    };
    let edit = |edit: &'s Edit| {
        let (start, end) = (places.spot(edit.bytes.start), places.spot(edit.bytes.end));
        ToldEdit {
            line: start.line + 1,
            column: start.column + 1,
            end_line: end.line + 1,
            end_column: end.column + 1,
            text: &edit.text,
        }
    };
    let fix = finding.fix.as_ref().map(|fix| ToldFix {
        title: &fix.title,
        kind: match fix.kind {
            FixKind::Safe => "safe",
            FixKind::Suggested => "suggested",
            FixKind::Move => "move",
        },
        edits: fix.edits.iter().map(edit).collect(),
    });
    Told {
        stage: sheet.stage,
        line: finding.start.line + 1,
        column: finding.start.column + 1,
        end_line: finding.end.line + 1,
        end_column: finding.end.column + 1,
        path: &sheet.path,
        file_line: file.map(|file| file.0),
        file_column: file.map(|file| file.1),
        code: &finding.code,
        severity: finding.severity,
        message: &finding.message,
        advice: &finding.advice,
        fix,
    }
}

// ---------------------------------------------------------------- pages

fn explain(output: &mut Output, code: &str) -> Result<u8, Failure> {
    if code.is_empty() {
        for rule in RULES {
            output.line(format!("{}  {:7}  {}", rule.code, rule.severity.name(), rule.title));
        }
        return Ok(status::OK);
    }
    let code = code.to_ascii_uppercase();
    if let Some(rule) = own(&code) {
        output.line(format!("{code}: {}", page(rule).trim_end()));
        return Ok(status::OK);
    }
    if code.strip_prefix("SC").is_some_and(|number| number.parse::<u32>().is_ok()) {
        output.line(format!(
            "{code} is a rule of ShellCheck, explained at https://www.shellcheck.net/wiki/{code}"
        ));
        return Ok(status::OK);
    }
    let shown = code.escape_debug();
    Err(Failure::new(format!("there is no rule `{shown}`; `prebake lint --explain` lists them")))
}
