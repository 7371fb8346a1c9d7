//! The loop: keys and what is heard become events, the state takes them, effects are done, and
//! the screen is drawn when something changed, at most so often.

use std::io::{Write as _, stdout};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossterm::event::EventStream;
use crossterm::{event as terminal_event, execute, terminal};
use futures_util::StreamExt as _;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::time::{Instant, sleep_until};

use super::keys;
use crate::app::domain::theme::{ColourLevel, Kind, shipped};
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::keymap::Keymap;
use crate::app::moment::Moment;
use crate::app::state::State;
use crate::app::update::{begin, update};
use crate::ops::Folders;
use crate::runtime::{Inbox, Runtime, remembered};
use crate::ui;

/// The shortest time between two frames, when a key was pressed and when something was heard.
const GAPS: (Duration, Duration) = (Duration::from_millis(16), Duration::from_millis(33));

/// How many events are taken at once before keys have their turn.
const BATCH: usize = 64;

type Screen = Terminal<CrosstermBackend<std::io::Stdout>>;

/// Opens the screen and stays until the person leaves. An error is a sentence.
pub fn run(host: Option<String>) -> Result<(), String> {
    let folders = Folders::from_environment().map_err(|error| error.to_string())?;
    let cannot = |error: std::io::Error| {
        format!("cannot open the screen: {error}; the commands of `prebake --help` work without it")
    };
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(cannot)?;
    let result = tokio.block_on(async {
        let (runtime, inbox) = Runtime::start(host, folders.clone());
        let mut state = first_state(&folders);
        let size = terminal::size().map_err(cannot)?;
        state.size = size;
        terminal::enable_raw_mode().map_err(cannot)?;
        execute!(stdout(), terminal::EnterAlternateScreen, terminal_event::EnableBracketedPaste)
            .map_err(cannot)?;
        let screen = Terminal::new(CrosstermBackend::new(stdout())).map_err(cannot)?;
        let stays = Stays { state, runtime, screen, leaving: false };
        let result = stays.stay(inbox).await.map_err(cannot);
        let _ = execute!(
            stdout(),
            terminal_event::DisableBracketedPaste,
            terminal::LeaveAlternateScreen,
            crossterm::cursor::Show
        );
        let _ = terminal::disable_raw_mode();
        result
    });
    // A thread may still be blocked in a read.
    tokio.shutdown_background();
    result
}

fn first_state(folders: &Folders) -> State {
    let themes: Vec<_> = shipped::names().filter_map(shipped::theme).collect();
    let theme = shipped::default_for(Kind::Dark, ColourLevel::True);
    let (keymap, _) = Keymap::new(&[]);
    let mut state = State::new(theme, themes, keymap);
    let remembered = remembered(folders);
    state.layout = remembered.layout;
    state.environments.wanted = remembered.selected;
    state
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_millis()).unwrap_or(0))
}

struct Stays {
    state: State,
    runtime: Runtime,
    screen: Screen,
    leaving: bool,
}

impl Stays {
    async fn stay(mut self, mut inbox: Inbox) -> std::io::Result<()> {
        for effect in begin() {
            self.perform(effect)?;
        }
        let mut keys = EventStream::new();
        let mut next_frame = Instant::now();
        let mut dirty = Some(GAPS.0);
        while !self.leaving {
            tokio::select! {
                biased;
                // First, or a flood of events would keep the screen from being drawn.
                () = sleep_until(next_frame), if dirty.is_some() => {
                    let gap = dirty.take().unwrap_or(GAPS.0);
                    self.draw()?;
                    next_frame = Instant::now() + gap;
                }
                told = keys.next() => {
                    let Some(told) = told else { return Ok(()) };
                    if let Some(event) = keys::event(told?) {
                        self.happened(event)?;
                        dirty = Some(GAPS.0);
                        next_frame = next_frame.min(Instant::now() + GAPS.0);
                    }
                }
                event = inbox.recv() => {
                    let Some(event) = event else { return Ok(()) };
                    self.happened(event)?;
                    for _ in 1..BATCH {
                        let Ok(event) = inbox.try_recv() else { break };
                        self.happened(event)?;
                    }
                    dirty.get_or_insert(GAPS.1);
                }
            }
        }
        Ok(())
    }

    fn happened(&mut self, event: Event) -> std::io::Result<()> {
        let now = now();
        if now != self.state.now {
            update(&mut self.state, Event::Clock(now));
        }
        for effect in update(&mut self.state, event) {
            self.perform(effect)?;
        }
        Ok(())
    }

    fn perform(&mut self, effect: Effect) -> std::io::Result<()> {
        match effect {
            Effect::Quit => self.leaving = true,
            Effect::Redraw => self.screen.clear()?,
            effect => self.runtime.perform(effect),
        }
        Ok(())
    }

    fn draw(&mut self) -> std::io::Result<()> {
        self.screen.draw(|frame| ui::draw(frame, &self.state))?;
        stdout().flush()
    }
}
