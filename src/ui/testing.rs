//! What the tests of the regions share: a theme in which every role has colours of its own, a
//! state with some of everything, and pictures as text: what is seen, and below it, cell by cell,
//! in which role.

use std::fmt::Write as _;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;
use unicode_width::UnicodeWidthStr as _;

use crate::app::domain::environment::Stage;
use crate::app::domain::history::Expected;
use crate::app::domain::layer::LayerKind;
use crate::app::domain::lint::{Diagnostic, RuleCode, Severity, Spot};
use crate::app::domain::theme::{Role, Sheet, Theme, ThemeError, resolve};
use crate::app::effect::{Effect, Timer};
use crate::app::environments::{BrokenFile, EnvironmentsEvent};
use crate::app::event::Event;
use crate::app::jobs::{Failure, JobEvent, JobId, Outcome, Phase, Stand};
use crate::app::layout::{Rect, Region};
use crate::app::log::{LogEvent, LogId, LogLine};
use crate::app::moment::Moment;
use crate::app::preview::Forecast;
use crate::app::state::State;
use crate::app::tasks::{Task, TaskEvent, TaskState};
use crate::app::testing::{entry, id, linked, press, status};
use crate::app::update::update;

/// The first numbers of the roles' colours: of the text, and behind it.
const COLOURS: (u8, u8) = (16, 136);

/// Roles that have a background, as in the shipped themes.
const WITH_BACKGROUND: [Role; 9] = [
    Role::Text,
    Role::Header,
    Role::Footer,
    Role::Selection,
    Role::CursorLine,
    Role::Input,
    Role::Dialog,
    Role::SearchHit,
    Role::SearchCurrent,
];

fn theme() -> Theme {
    let mut text = String::from("name = \"Roles\"\nkind = \"dark\"\n");
    for (number, role) in (0..).zip(Role::ALL) {
        let (fg, bg) = (COLOURS.0 + number, COLOURS.1 + number);
        let name = role.name();
        let _ = match (role, WITH_BACKGROUND.contains(role)) {
            (Role::CursorLine, _) => writeln!(text, "{name} = {{ bg = {bg} }}"),
            (_, true) => writeln!(text, "{name} = {{ fg = {fg}, bg = {bg} }}"),
            (_, false) => writeln!(text, "{name} = {{ fg = {fg} }}"),
        };
    }
    let sheet = Sheet::parse("roles", &text).unwrap();
    resolve(sheet, |_| Ok::<_, ThemeError>(None)).unwrap()
}

/// A screen of 130 by 36 cells: an engine, one environment of every kind, a bake, a failed one,
/// and tasks.
pub(super) fn furnished() -> State {
    let ids = ["api", "data", "docs", "ml", "web"];
    let mut state = of_roles(linked(&ids));
    state.now = Moment(1_000_000);
    let entries = ids.iter().map(|id| entry(id)).collect();
    let broken = BrokenFile { name: "odd.yaml".to_owned(), fault: "no map".to_owned() };
    let listed = EnvironmentsEvent::Listed { entries, broken: vec![broken] };
    update(&mut state, Event::Environments(listed));
    for (name, why) in [
        ("api", None),
        ("data", Some("cached preflight changed")),
        ("docs", Some("never baked")),
        ("ml", Some("never baked")),
    ] {
        let event = status(&state, name, why);
        update(&mut state, event);
    }
    press(&mut state, &["down", "down", "b"]);
    let sentence = "cached preflight failed at line 2 (exit 127)".to_owned();
    let failure = Failure { stage: Some(Stage::Cached), line: Some(2), sentence };
    update(&mut state, Event::Job(JobEvent::Ended(JobId(1), Outcome::Failed(failure))));
    press(&mut state, &["up", "b"]);
    let since = state.now;
    let expected = Expected { all_ms: 20_000, done_ms: 0, running_ms: Some(20_000), unmeasured: 0 };
    let stand = Stand {
        phase: Phase::Running,
        layer: Some((LayerKind::Environment, 1, 2)),
        since: Some(since),
        expected: Some(expected),
        reached: since,
        script: "cached preflight".to_owned(),
        line: Some(3),
    };
    update(&mut state, Event::Job(JobEvent::Told(JobId(2), stand)));
    let lines = ["== baking", "\u{1b}[31mred\u{1b}[0m and plain", "a line to find, long as it is"];
    let tail = (0..).zip(lines).map(|(number, text)| LogLine {
        number,
        at: Some(Moment(number * 61_000)),
        text: text.to_owned(),
    });
    let (log, tail) = (LogId::Bake(JobId(2)), tail.collect());
    let grew = LogEvent::Grew { log, revision: 0, total: 3, seen: 3, tail, ended: false };
    update(&mut state, Event::Log(grew));
    let task = |id: &str, state, ended| Task {
        id: id.to_owned(),
        environment: "api".to_owned(),
        command: "make all".to_owned(),
        state,
        ports: Vec::new(),
        desktop: None,
        degraded: None,
        started: Some(Moment(1_000_000)),
        ended,
    };
    let mut tasks = vec![
        task("0000000000aa", TaskState::Running, None),
        task("0000000000bb", TaskState::Ended(0), Some(Moment(1_062_000))),
        task("0000000000cc", TaskState::Ended(2), Some(Moment(1_003_000))),
    ];
    tasks[0].ports.push("127.0.0.1:8080->80".to_owned());
    tasks[2].degraded = Some("the bake failed".to_owned());
    update(&mut state, Event::Task(TaskEvent::Listed(tasks)));
    let later = Moment(state.now.0 + 5000);
    update(&mut state, Event::Clock(later));
    state.notices.dismiss();
    state
}

/// A state with the theme of the roles.
pub(super) fn of_roles(mut state: State) -> State {
    state.theme = theme();
    state
}

/// Findings in the cached preflight of an environment, and a line that failed.
pub(super) fn with_findings(state: &mut State, name: &str) {
    let finding = |severity, code: &str, line, columns: (usize, usize)| Diagnostic {
        code: RuleCode(code.into()),
        severity,
        message: format!("what {code} says"),
        advice: String::new(),
        start: Spot { line, column: columns.0 },
        end: Spot { line, column: columns.1 },
        fix: None,
    };
    let found = vec![
        finding(Severity::Error, "SC1000", 0, (2, 11)),
        finding(Severity::Warning, "SC2086", 2, (5, 10)),
    ];
    let editor = state.scripts.pair_mut(&id(name)).unwrap().editor_mut(Stage::Cached);
    editor.marks.answer(found, 0, 0);
    editor.marks.set_failed(Some(1));
}

/// What a bake of what is typed would have to do is asked for and told.
pub(super) fn with_forecast(state: &mut State) {
    state.now = Moment(state.now.0 + 1000);
    let effects = update(state, Event::Woke(Timer::Preview));
    let asked = effects.into_iter().find_map(|effect| match effect {
        Effect::Preview { asked, .. } => Some(asked),
        _ => None,
    });
    let forecast = Forecast {
        has_base: true,
        has_layers: true,
        bakes: vec![(LayerKind::Environment, "cached preflight changed".to_owned())],
        cost: Some("about 1:40, 410 MB".to_owned()),
    };
    let told = EnvironmentsEvent::Previewed(asked.unwrap(), Some(forecast));
    update(state, Event::Environments(told));
}

/// What is seen in a pane.
pub(super) fn pane(state: &State, region: Region) -> String {
    picture(state, state.arrangement().pane(region).unwrap())
}

/// What is seen of the whole screen.
pub(super) fn whole(state: &State) -> String {
    let (width, height) = state.size;
    picture(state, Rect { x: 0, y: 0, width, height })
}

/// What lies over the panes: all that has the background of dialogs.
pub(super) fn overlay(state: &State) -> String {
    let dialog = Color::Indexed(COLOURS.1 + Role::Dialog as u8);
    let cells = drawn(state);
    let inside = |x: u16, y: u16| cells[(x, y)].bg == dialog;
    let (width, height) = state.size;
    let xs = (0..width).filter(|&x| (0..height).any(|y| inside(x, y)));
    let ys = (0..height).filter(|&y| (0..width).any(|x| inside(x, y)));
    let (xs, ys): (Vec<_>, Vec<_>) = (xs.collect(), ys.collect());
    let (x, y) = (xs[0], ys[0]);
    let (right, bottom) = (xs[xs.len() - 1] + 1, ys[ys.len() - 1] + 1);
    picture(state, Rect { x, y, width: right - x, height: bottom - y })
}

fn drawn(state: &State) -> Buffer {
    let (width, height) = state.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| super::draw(frame, state)).unwrap();
    terminal.backend().buffer().clone()
}

/// What is seen in a part of the screen, and below it a letter for the look of each cell and what
/// the letters mean. A dot is text on the screen's own background.
pub(super) fn picture(state: &State, rect: Rect) -> String {
    let cells = drawn(state);
    let mut looks: Vec<String> = vec!["text".to_owned()];
    let (mut texts, mut letters) = (String::new(), String::new());
    for y in rect.y..rect.bottom() {
        let (mut row, mut below) = (String::new(), String::new());
        let mut x = rect.x;
        while x < rect.right() {
            let cell = &cells[(x, y)];
            row.push_str(cell.symbol());
            let look = look(cell);
            let at = looks.iter().position(|known| *known == look);
            let at = at.unwrap_or_else(|| {
                looks.push(look);
                looks.len() - 1
            });
            let letter = match at {
                0 if cell.symbol() == " " => ' ',
                0 => '.',
                _ => ('a'..='z').chain('A'..='Z').nth(at - 1).unwrap(),
            };
            // A wide character covers the cell behind it.
            let covered = cell.symbol().width().max(1);
            below.extend(std::iter::repeat_n(letter, covered));
            x += u16::try_from(covered).unwrap();
        }
        let _ = writeln!(texts, "{}", row.trim_end());
        let _ = writeln!(letters, "{}", below.trim_end());
    }
    for (letter, look) in ('a'..='z').chain('A'..='Z').zip(&looks[1..]) {
        let _ = writeln!(letters, "{letter}: {look}");
    }
    format!("{texts}\n{letters}")
}

/// The look of a cell in roles: that of the text, that of what is behind it, and modifiers.
fn look(cell: &Cell) -> String {
    let role = |colour, first: u8| match colour {
        Color::Indexed(number) if number >= first => {
            Role::ALL.get(usize::from(number - first)).map(|role| role.name().to_owned())
        }
        Color::Reset => None,
        other => Some(format!("{other:?}")),
    };
    let mut look = role(cell.fg, COLOURS.0).unwrap_or_else(|| "text".to_owned());
    let below = role(cell.bg, COLOURS.1).filter(|name| name != "text");
    if let Some(below) = below {
        let _ = write!(look, " on {below}");
    }
    for (name, _) in cell.modifier.iter_names() {
        let _ = write!(look, " {}", name.to_lowercase());
    }
    look
}
