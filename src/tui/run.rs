//! The loop: keys and what is heard become events, the state takes them, effects are done, and
//! the screen is drawn when something changed, at most so often.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use ratatui::backend::CrosstermBackend;
use tokio::time::{Instant, sleep_until};

use super::clipboard::{self, Multiplexer};
use super::keys;
use super::picture::Picture;
use super::signals::{Signals, Told};
use super::surroundings::Surroundings;
use super::terminal::Terminal;
use crate::app::effect::{Aside, Effect};
use crate::app::event::Event;
use crate::app::moment::Moment;
use crate::app::state::State;
use crate::app::update::{begin, update};
use crate::runtime::{Inbox, Runtime, Seen};
use crate::ui;

/// The shortest time between two frames that answer a key. One that shows what was heard delays no
/// answer.
const KEY_GAP: Duration = Duration::from_millis(16);

/// The shortest time between two frames that show what was heard: here, and over SSH.
const NEWS_GAPS: (Duration, Duration) = (Duration::from_millis(33), Duration::from_millis(100));

/// How many events are taken at once before keys have their turn.
const BATCH: usize = 64;

/// Empties the screen, in the terminal's own colours.
const CLEAR: &[u8] = b"\x1b[0m\x1b[2J";

type Screen = ratatui::Terminal<CrosstermBackend<Picture>>;

/// Opens the screen, stays until the person leaves, and gives the exit status. An error is a
/// sentence.
pub fn run(host: Option<String>) -> Result<u8, String> {
    let surroundings = Surroundings::of_this_process().map_err(|error| error.to_string())?;
    let tokio = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| cannot(&error))?;
    let result = tokio.block_on(stay(host, surroundings));
    // A thread may still be blocked in a read.
    tokio.shutdown_background();
    result
}

fn cannot(error: &std::io::Error) -> String {
    format!("cannot use the terminal: {error}; the commands of `prebake --help` work without it")
}

async fn stay(host: Option<String>, surroundings: Surroundings) -> Result<u8, String> {
    let seen = Seen {
        colours: surroundings.colours,
        is_light: surroundings.is_light,
        is_utf8: surroundings.is_utf8,
        is_remote: surroundings.is_remote,
    };
    let (runtime, mut state, mut inbox) = Runtime::start(host, seen)?;
    let size = crossterm::terminal::size().map_err(|error| cannot(&error))?;
    update(&mut state, Event::Clock(now()));
    update(&mut state, Event::Resized { width: size.0, height: size.1 });
    let work = async {
        let signals = Signals::listen()?;
        let terminal = Terminal::enter(state.surroundings.mouse)?;
        let picture = Picture::default();
        let screen = Screen::new(CrosstermBackend::new(picture.clone()))?;
        let mut stay = Stay {
            state,
            runtime,
            terminal,
            screen,
            picture,
            keys: Some(EventStream::new()),
            multiplexer: surroundings.multiplexer,
            news_gap: if surroundings.is_remote { NEWS_GAPS.1 } else { NEWS_GAPS.0 },
            asides: Vec::new(),
            code: None,
        };
        // The first picture is whole, and all that could take a core from it waits for it.
        let listed = update(&mut stay.state, stay.runtime.list());
        stay.draw()?;
        for effect in listed.into_iter().chain(begin()) {
            stay.perform(effect)?;
        }
        let stayed = stay.until_left(&mut inbox, signals).await;
        if stayed.is_err() {
            // The terminal is gone: what is unsaved is kept before the process goes, too.
            stay.leave(Event::Terminated, 1);
        }
        let left = stay.terminal.leave();
        stay.runtime.finish(inbox).await;
        left.and(stayed)
    };
    work.await.map_err(|error| cannot(&error))
}

fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(u64::try_from(since.as_millis()).unwrap_or(0))
}

/// A stay on the screen.
struct Stay {
    state: State,
    runtime: Runtime,
    terminal: Terminal,
    screen: Screen,
    picture: Picture,
    /// None while another program has the terminal: two readers would share the keys.
    keys: Option<EventStream>,
    multiplexer: Multiplexer,
    news_gap: Duration,
    /// What wants the terminal for a while.
    asides: Vec<Away>,
    /// The exit status, once the stay is over.
    code: Option<u8>,
}

/// Why the screen is given away for a while.
enum Away {
    /// The shell wants it.
    Suspended,
    /// A program wants it.
    Program(Aside),
}

impl Stay {
    async fn until_left(&mut self, inbox: &mut Inbox, mut signals: Signals) -> std::io::Result<u8> {
        let mut last_frame = Instant::now();
        // The last frame after a key, and whether the next one is one.
        let (mut last_answer, mut is_asked) = (last_frame, false);
        // When the next frame is due; none: nothing changed.
        let mut due = None;
        loop {
            if let Some(code) = self.code {
                return Ok(code);
            }
            for away in std::mem::take(&mut self.asides) {
                self.go(away).await?;
                due = Some(last_frame);
            }
            let keys = self.keys.get_or_insert_with(EventStream::new);
            tokio::select! {
                biased;
                // First, or a flood of news would keep the screen from being drawn.
                () = sleep_until(due.unwrap_or(last_frame)), if due.is_some() => {
                    due = None;
                    // A panic elsewhere has given the terminal back.
                    if !self.terminal.is_held() {
                        return Ok(1);
                    }
                    self.draw()?;
                    last_frame = Instant::now();
                    if std::mem::take(&mut is_asked) {
                        last_answer = last_frame;
                    }
                }
                told = keys.next() => {
                    let Some(told) = told else { return Ok(self.leave(Event::Terminated, 1)) };
                    if let Some(event) = keys::event(told?) {
                        self.happened(event)?;
                        is_asked = true;
                        due = Some(last_answer + KEY_GAP);
                    }
                }
                told = signals.next() => match told {
                    Told::End(signal) => return Ok(self.leave(Event::Terminated, 128 + signal)),
                    Told::Continued => {
                        self.terminal.again()?;
                        self.afresh()?;
                        due = Some(last_frame);
                    }
                },
                event = inbox.recv() => {
                    let Some(event) = event else { return Ok(1) };
                    self.happened(event)?;
                    for _ in 1..BATCH {
                        let Ok(event) = inbox.try_recv() else { break };
                        self.happened(event)?;
                    }
                    due.get_or_insert(last_frame + self.news_gap);
                }
            }
        }
    }

    /// Brings the terminal up to date.
    fn draw(&mut self) -> std::io::Result<()> {
        self.screen.draw(|frame| ui::draw(frame, &self.state))?;
        self.terminal.send(&self.picture.take())
    }

    /// Takes note of what happened and does what comes of it.
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
            Effect::Quit => self.code = Some(0),
            Effect::Redraw => self.clear()?,
            Effect::Suspend => self.asides.push(Away::Suspended),
            Effect::Aside(aside) => self.asides.push(Away::Program(aside)),
            Effect::Mouse(on) => self.terminal.set_mouse(on)?,
            Effect::Copy(text) => match clipboard::copy(&text, self.multiplexer) {
                Ok(bytes) => self.terminal.send(&bytes)?,
                Err(error) => self.happened(Event::Failed(error.to_string()))?,
            },
            effect => self.runtime.perform(effect),
        }
        Ok(())
    }

    /// The last that is done before the process ends for a reason of its own.
    fn leave(&mut self, event: Event, code: u8) -> u8 {
        // What there is left to do is best done even if the terminal is gone.
        let _ = self.happened(event);
        code
    }

    /// Gives the terminal away and takes it back.
    async fn go(&mut self, away: Away) -> std::io::Result<()> {
        self.keys = None;
        match away {
            Away::Suspended => {
                self.runtime.let_go().await;
                self.terminal.suspend()?;
            }
            Away::Program(aside) => {
                let aside = self.runtime.aside(aside);
                let (returned, back) = self.terminal.aside(aside).await?;
                self.happened(Event::Returned(returned))?;
                back?;
            }
        }
        self.afresh()
    }

    /// Everything may have changed on the terminal meanwhile.
    fn afresh(&mut self) -> std::io::Result<()> {
        let (width, height) = crossterm::terminal::size()?;
        self.happened(Event::Resized { width, height })?;
        self.clear()
    }

    /// Makes the next frame a whole one, on an empty screen. The library's own way asks the terminal
    /// where the cursor is, and a slow connection answers too late.
    fn clear(&mut self) -> std::io::Result<()> {
        self.terminal.send(CLEAR)?;
        self.screen = Screen::new(CrosstermBackend::new(self.picture.clone()))?;
        Ok(())
    }
}
