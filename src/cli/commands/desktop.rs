//! `desktop`: the desktop of a task, seen from here, and the scripts that install it.

use std::path::Path;

use super::{Desk, Failure, runtime};
use crate::cli::args::{DesktopCommand, DesktopOpenArgs, DesktopScriptArg, DesktopShotArgs};
use crate::cli::output::{Output, Paint};
use crate::cli::status;
use crate::domain::digest::Digest;
use crate::domain::script::has_windows_line_ends;
use crate::ops::desktop::{self, Desktop, DesktopScript, browser};
use crate::ops::editor::{Editor, Source};
use crate::ops::{Context, given};

pub(super) fn desktop(desk: &mut Desk<'_>, command: &DesktopCommand) -> Result<u8, Failure> {
    match command {
        DesktopCommand::Open(args) => open(desk, args),
        DesktopCommand::Shot(args) => shot(desk, args),
        DesktopCommand::Show { script: None } => list(desk),
        DesktopCommand::Show { script: Some(script) } => show(desk, (*script).into()),
        DesktopCommand::Edit { script } => edit(desk, (*script).into()),
        DesktopCommand::Reset { script } => {
            let one = script.map(|script| [script.into()]);
            reset(desk, one.as_ref().map_or(&DesktopScript::ALL, |one| one))
        }
    }
}

impl From<DesktopScriptArg> for DesktopScript {
    fn from(script: DesktopScriptArg) -> Self {
        match script {
            DesktopScriptArg::Install => Self::Install,
            DesktopScriptArg::Setup => Self::Setup,
        }
    }
}

fn open(desk: &mut Desk<'_>, args: &DesktopOpenArgs) -> Result<u8, Failure> {
    runtime()?.block_on(async {
        let context = desk.context().await?;
        let task = desktop::find(&context, &args.target).await?;
        let found = desktop::of_task(&context, &task).await?;
        if args.json {
            desk.output.json(&found);
            return Ok(status::OK);
        }
        if let Some(command) = &found.tunnel {
            desk.output.note(format!("first, on your own machine: {command}"));
        }
        desk.output.line(&found.url);
        if args.print || !Output::is_shown() { Ok(status::OK) } else { browse(&context, &found) }
    })
}

/// Where the browser would be elsewhere, the URL is all that can be done.
fn browse(context: &Context, found: &Desktop) -> Result<u8, Failure> {
    if found.tunnel.is_none()
        && let Some(opener) = browser::find()
    {
        browser::open(context, found, &opener)?;
    }
    Ok(status::OK)
}

fn shot(desk: &mut Desk<'_>, args: &DesktopShotArgs) -> Result<u8, Failure> {
    let picture = runtime()?.block_on(async {
        let context = desk.context().await?;
        let task = desktop::find(&context, &args.target).await?;
        Ok::<_, Failure>(desktop::shot(&context, &task).await?)
    })?;
    if args.file == Path::new(given::STDIN) {
        desk.output.text(picture);
    } else {
        given::write(&args.file, &picture)?;
        desk.output.line(args.file.display());
    }
    Ok(status::OK)
}

fn list(desk: &mut Desk<'_>) -> Result<u8, Failure> {
    for script in DesktopScript::ALL {
        let found = script.load(&desk.folders)?;
        let (paint, whose) = match &found.own {
            Some(path) => (Paint::Strong, format!("your own, `{}`", path.display())),
            None => (Paint::Faint, format!("of prebake {}", env!("CARGO_PKG_VERSION"))),
        };
        let whose = desk.output.paint(paint, &whose);
        let digest = Digest::of(&found.text);
        desk.output.line(format!("{:18}  {}  {whose}", script.file_name(), digest.short()));
    }
    Ok(status::OK)
}

fn show(desk: &mut Desk<'_>, script: DesktopScript) -> Result<u8, Failure> {
    let found = script.load(&desk.folders)?;
    desk.output.text(found.text);
    Ok(status::OK)
}

/// The editor works on a copy: a script that is half written must not be baked.
fn edit(desk: &mut Desk<'_>, script: DesktopScript) -> Result<u8, Failure> {
    let path = script.path(&desk.folders);
    let editor = Editor::find()
        .filter(|editor| editor.source() != Source::Found || Output::can_ask())
        .ok_or_else(|| {
            Failure::new(format!(
                "no editor is named; set VISUAL or EDITOR, or write `{}` yourself",
                path.display()
            ))
        })?;
    let before = script.load(&desk.folders)?;
    let (draft, is_resumed) = script.begin_draft(&desk.folders, &before.text)?;
    if is_resumed {
        desk.output.note(format!(
            "an earlier edit was not finished, and goes on: its draft is `{}`",
            draft.display()
        ));
    }
    let ended = runtime()?.block_on(editor.open(&draft));
    let fault = match ended {
        Ok(status) if status.success() => None,
        Ok(status) => Some(status.to_string()),
        Err(error) => Some(error.to_string()),
    };
    if let Some(fault) = fault {
        return Err(Failure::new(format!(
            "the editor `{}` failed: {fault}; what it left is `{}`, and the script is as it was",
            editor.shown(),
            draft.display()
        )));
    }
    let text = script.draft(&desk.folders)?;
    if text == before.text {
        script.end_draft(&desk.folders)?;
        desk.output.note("nothing was changed");
        return Ok(status::OK);
    }
    if text.trim().is_empty() {
        return Err(Failure::new(format!(
            "{} would be empty; write it, or `prebake desktop reset` for the shipped one",
            script.file_name()
        )));
    }
    if has_windows_line_ends(&text) {
        desk.output.warning(format!(
            "{} has Windows line ends, on which bash trips; save it with LF line ends",
            script.file_name()
        ));
    }
    if script.load(&desk.folders)? != before {
        return Err(Failure::new(format!(
            "{} was changed by somebody else meanwhile, and is left as it is; your edit is `{}`, `prebake desktop edit` goes on with it",
            script.file_name(),
            draft.display()
        )));
    }
    let path = script.save(&desk.folders, &text)?;
    script.end_draft(&desk.folders)?;
    desk.output.note("desktops are baked anew with it, and so is what lies on them");
    desk.output.line(path.display());
    Ok(status::OK)
}

fn reset(desk: &mut Desk<'_>, scripts: &[DesktopScript]) -> Result<u8, Failure> {
    let mut is_any = false;
    for script in scripts {
        if let Some(kept_at) = script.reset(&desk.folders)? {
            is_any = true;
            desk.output.note(format!(
                "{} is the shipped one again; your own is kept as `{}`",
                script.file_name(),
                kept_at.display()
            ));
        }
    }
    if !is_any {
        desk.output.note("the shipped scripts are in force already");
    }
    Ok(status::OK)
}
