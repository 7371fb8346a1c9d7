//! All there is to know about the screen.

use super::action::Scope;
use super::dialog::DialogView;
use super::effect::Timer;
use super::environments::Environments;
use super::history::History;
use super::images::Images;
use super::jobs::Jobs;
use super::keymap::Keymap;
use super::layout::{Arrangement, Border, Layout, Region, Sizes};
use super::link::Link;
use super::log::view::Logs;
use super::mode::{Dialog, Mode};
use super::moment::Moment;
use super::notice::{Notices, Tone};
use super::preview::Preview;
use super::scripts::Scripts;
use super::tasks::Tasks;
use crate::domain::clean::Removal;
use crate::domain::environment::{EnvironmentId, Stage};
use crate::domain::settings::Settings;
use crate::domain::theme::{ColourLevel, Theme};

/// What the terminal can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether it shows only ASCII.
    pub ascii: bool,
    /// Whether the mouse works here and not in the terminal itself.
    pub mouse: bool,
    /// Whether it is on another machine.
    pub is_remote: bool,
    /// The colours it shows.
    pub colours: ColourLevel,
    /// Seconds that the person's time is east of UTC.
    pub utc_offset: i32,
}

/// The state of the screen. Each feature has its own part.
#[derive(Clone, Debug)]
pub struct State {
    /// The time, as it was last told.
    pub now: Moment,
    /// Columns and rows.
    pub size: (u16, u16),
    /// What the terminal can do.
    pub surroundings: Surroundings,
    /// What the person prefers.
    pub settings: Settings,
    /// How everything looks.
    pub theme: Theme,
    /// The themes to choose from, while there is a choice.
    pub themes: Vec<Theme>,
    /// What keys mean.
    pub keymap: Keymap,
    /// What is seen.
    pub layout: Layout,
    /// What the keys are for.
    pub mode: Mode,
    /// Whether the last key went to another pane: then Tab goes on from there, in scripts too.
    pub stepping: bool,
    /// The border that the mouse is moving.
    pub dragged: Option<Border>,
    /// What was told.
    pub notices: Notices,
    /// The engine.
    pub link: Link,
    /// The environments.
    pub environments: Environments,
    /// What a bake would have to do.
    pub preview: Preview,
    /// The scripts being edited.
    pub scripts: Scripts,
    /// The cached images.
    pub images: Images,
    /// The history.
    pub history: History,
    /// The tasks.
    pub tasks: Tasks,
    /// The logs that were shown.
    pub logs: Logs,
    /// The bakes.
    pub jobs: Jobs,
    /// Timers that were asked for and have not come.
    pub timers: Vec<Timer>,
    /// Whether the person is leaving.
    pub leaving: bool,
}

impl State {
    /// The state before anything happened.
    #[must_use]
    pub fn new(theme: Theme, keymap: Keymap) -> Self {
        Self {
            now: Moment::default(),
            size: (0, 0),
            surroundings: Surroundings::default(),
            settings: Settings::default(),
            theme,
            themes: Vec::new(),
            keymap,
            layout: Layout::default(),
            mode: Mode::default(),
            stepping: false,
            dragged: None,
            notices: Notices::default(),
            link: Link::default(),
            environments: Environments::default(),
            preview: Preview::default(),
            scripts: Scripts::default(),
            images: Images::default(),
            history: History::default(),
            tasks: Tasks::default(),
            logs: Logs::default(),
            jobs: Jobs::default(),
            timers: Vec::new(),
            leaving: false,
        }
    }

    /// Takes what the person prefers, before anything is shown.
    pub fn prefer(&mut self, settings: Settings) {
        (self.logs.wraps, self.logs.has_times) = (settings.log_wrap, settings.log_timestamps);
        self.settings = settings;
    }

    /// Where everything stands.
    #[must_use]
    pub fn arrangement(&self) -> Arrangement {
        Arrangement::of(&Layout { sizes: self.sizes(), ..self.layout }, self.size)
    }

    /// The shares of the screen as they are seen: those of the person, else what the list needs.
    #[must_use]
    pub fn sizes(&self) -> Sizes {
        let longest = self.environments.entries.iter().map(|entry| entry.id.as_str().len()).max();
        self.layout.sizes.with_names(longest.unwrap_or(0), self.size.0)
    }

    /// Where keys go: what a chord means depends on it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self.layout.focus {
            Region::Environments | Region::Details => Scope::Environments,
            Region::Cached | Region::Run => Scope::Editor,
            Region::Log => Scope::Log,
            Region::Tasks => Scope::Tasks,
            Region::Images => Scope::Images,
            Region::History => Scope::History,
        }
    }

    /// The script that has the keys.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self.layout.focus {
            Region::Cached => Some(Stage::Cached),
            Region::Run => Some(Stage::Run),
            _ => None,
        }
    }

    /// Columns and rows of a sheet, its border included.
    #[must_use]
    pub fn sheet_window(&self) -> (u16, u16) {
        (self.size.0.saturating_sub(4).min(120), self.size.1.saturating_sub(4))
    }

    /// Columns and rows of what a sheet shows.
    #[must_use]
    pub fn sheet_room(&self) -> (usize, usize) {
        let (width, height) = self.sheet_window();
        let height = height.min(self.arrangement().body().height);
        (usize::from(width.saturating_sub(4)), usize::from(height.saturating_sub(2)))
    }

    /// The environments that a bake would warm: cold or stale ones for which none was begun here. One
    /// whose last bake failed is left to the person.
    #[must_use]
    pub fn cold(&self) -> Vec<EnvironmentId> {
        let cold = self.environments.entries.iter().filter(|entry| {
            self.environments.warmth(entry).is_to_be_baked() && self.jobs.of(&entry.id).is_none()
        });
        cold.map(|entry| entry.id.clone()).collect()
    }

    /// How a question fits on the screen.
    #[must_use]
    pub fn dialog_view(&self, dialog: &Dialog) -> DialogView {
        let body = self.arrangement().body();
        DialogView::of(dialog, (body.width, body.height))
    }

    /// What a clean of the unneeded images removes, by the settings.
    #[must_use]
    pub fn unneeded(&self) -> Removal {
        self.images.unneeded(self.settings.clean, self.now)
    }

    /// Tells the person a sentence.
    pub fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        self.notices.tell(tone, text, self.now);
    }

    /// Whether a clock on the screen is running.
    #[must_use]
    pub fn has_running_clock(&self) -> bool {
        matches!(self.link.state, super::link::LinkState::Down { .. })
            || !self.jobs.running().is_empty()
            || self.tasks.running() > 0 && self.arrangement().pane(Region::Tasks).is_some()
    }
}
