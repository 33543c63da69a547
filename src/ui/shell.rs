//! Everything around the tabs: menu bar, runs, status, notices, overlays; and which runs the tabs look at.
//!
//! The shell knows no window system: the same code draws in `app`'s window, off-screen for pictures, and in tests.
//! It changes nothing itself either: what a person asks for comes out of [`Shell::ui`] as commands.

mod draw;
mod frames;
mod overlay;
mod tabs;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::command::Action;
use super::layout::Layout;
use super::notices::Notices;
use super::panels::{Panel, TABS};
use super::routing::Circumstances;
use super::runs::RunsBar;
use super::selection::{MAX_SHOWN, Selection};
use super::settings::Settings;
use super::status::Status;
use super::view::View;
use super::welcome::Welcome;
use crate::engine::queries::{RunsAnswer, RunsQuery, WorkspaceAnswer, WorkspaceQuery};
use crate::engine::{Engine, Notice, Slot};
use crate::model::{Key, Severity};
pub use frames::FOLLOW_NANOS;
pub use overlay::Overlay;

/// What of the machine the shell has to know to say the right thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings {
    /// Whether files can be dropped on the window. Under Wayland they cannot.
    pub can_drop: bool,
    /// A workspace that is being opened.
    pub opening: Option<PathBuf>,
    /// Whether the workspace cannot be opened, and why.
    pub failure: Option<String>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { can_drop: true, opening: None, failure: None }
    }
}

/// Which parts are drawn around the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// All of them.
    All,
    /// Only this tab.
    Tab(&'static str),
}

/// The shell and all that it draws.
pub struct Shell {
    engine: Option<Engine>,
    settings: Settings,
    /// What the tabs look at.
    pub view: View,
    layout: Layout,
    panels: BTreeMap<&'static str, Box<dyn Panel>>,
    runs: RunsBar,
    all_runs: Slot<RunsQuery>,
    workspace: Slot<WorkspaceQuery>,
    known_runs: Option<Arc<RunsAnswer>>,
    known_workspace: Option<Arc<WorkspaceAnswer>>,
    why_no_runs: Option<String>,
    selection: Selection,
    /// Whether a person chose what is shown; until then it is the newest run.
    is_chosen: bool,
    /// Whether a tab was asked for: then an empty workspace shows its tabs, not the page of ways in.
    wants_tabs: bool,
    notices: Notices,
    overlay: Option<Overlay>,
    status: Status,
    welcome: Welcome,
    /// What is known of the machine and of what `app` is doing.
    pub surroundings: Surroundings,
}

impl Shell {
    /// A shell on a workspace, or on none yet.
    #[must_use]
    pub fn new(engine: Option<Engine>, settings: Settings) -> Self {
        Self {
            engine,
            layout: Layout::load(settings.layout.as_ref()),
            settings,
            view: View::default(),
            panels: make_panels(),
            runs: RunsBar::default(),
            all_runs: Slot::default(),
            workspace: Slot::default(),
            known_runs: None,
            known_workspace: None,
            why_no_runs: None,
            selection: Selection::default(),
            is_chosen: false,
            wants_tabs: false,
            notices: Notices::default(),
            overlay: None,
            status: Status::default(),
            welcome: Welcome::default(),
            surroundings: Surroundings::default(),
        }
    }

    /// The open workspace.
    #[must_use]
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref()
    }

    /// Takes another workspace and gives the one that was open; everything looked at is forgotten.
    pub fn replace_engine(&mut self, engine: Option<Engine>) -> Option<Engine> {
        let before = std::mem::replace(&mut self.engine, engine);
        self.view = View::default();
        self.panels = make_panels();
        self.runs = RunsBar::default();
        self.all_runs = Slot::default();
        self.workspace = Slot::default();
        self.known_runs = None;
        self.known_workspace = None;
        self.why_no_runs = None;
        self.selection = Selection::default();
        self.is_chosen = false;
        self.wants_tabs = false;
        self.overlay = None;
        before
    }

    /// The settings as they are now, the layout included.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings { layout: self.layout.save(), ..self.settings.clone() }
    }

    /// The settings, to be changed. The layout is the shell's own.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Tells a person something.
    pub fn tell(&mut self, severity: Severity, text: impl Into<String>) {
        self.notices.push(Notice { severity, text: text.into() });
    }

    /// Shows these runs, and only these.
    pub fn show_runs(&mut self, mut runs: Vec<Key>) {
        if runs.len() > MAX_SHOWN {
            let text = format!("{MAX_SHOWN} of {} runs are shown, which is as many as can be told apart", runs.len());
            self.tell(Severity::Notice, text);
            runs.truncate(MAX_SHOWN);
        }
        if let [run] = runs[..] {
            self.runs.reveal(run);
        }
        self.is_chosen = true;
        self.selection.show(runs);
        self.keep_frames();
    }

    /// The shown runs.
    #[must_use]
    pub fn shown_runs(&self) -> &[Key] {
        &self.selection.shown
    }

    /// Brings a tab to the front.
    pub fn show_tab(&mut self, name: &str) {
        self.layout.show(name);
        self.wants_tabs = true;
    }

    /// Puts the tabs where they were at first.
    pub fn reset_layout(&mut self) {
        self.layout = Layout::default();
        self.settings.side_bar_width = Settings::default().side_bar_width;
        self.settings.is_side_bar_shown = true;
    }

    /// Opens an overlay in place of the one that is open; the same one again closes it.
    pub fn open(&mut self, overlay: Overlay) {
        let is_same = self.overlay.as_ref().is_some_and(|open| open.is_like(&overlay));
        self.overlay = (!is_same).then_some(overlay);
    }

    /// Moves the keyboard to the search of the side bar.
    pub fn find_run(&mut self) {
        self.settings.is_side_bar_shown = true;
        self.runs.want_search();
    }

    /// Asks the tabs for what only they can do; the one that can comes to the front.
    pub fn ask_tabs(&mut self, action: Action) {
        let tab = match action {
            Action::Fit | Action::ClearSelection => None,
            Action::AttachProcess => Some("sources"),
            _ => Some("timeline"),
        };
        if let Some(tab) = tab.filter(|tab| !self.layout.is_in_front(tab)) {
            self.layout.show(tab);
        }
        self.wants_tabs |= tab.is_some();
        self.view.asked.push(action);
    }

    /// What decides which commands can be carried out now.
    #[must_use]
    pub fn circumstances(&self) -> Circumstances {
        let words = |edit: &crate::model::Edit| edit.words();
        let workspace = self.known_workspace.as_deref();
        let mut on = Vec::new();
        for (action, is_on) in [
            (Action::ToggleClock, self.view.is_clock_axis),
            (Action::ToggleIdle, self.view.is_idle_shown),
            (Action::ToggleFollow, self.view.follow_nanos.is_some()),
            (Action::TogglePause, self.engine.as_ref().is_some_and(Engine::is_paused)),
            (Action::ToggleSideBar, self.settings.is_side_bar_shown),
        ] {
            if is_on {
                on.push(action);
            }
        }
        Circumstances {
            is_open: self.engine.is_some(),
            read_only: self.engine.as_ref().and_then(Engine::read_only).map(|why| format!("Read only: {why}")),
            has_runs: !self.view.frames.is_empty(),
            undo: workspace.and_then(|workspace| workspace.undo.as_ref()).map(words),
            redo: workspace.and_then(|workspace| workspace.redo.as_ref()).map(words),
            on,
        }
    }

    /// Whether the workspace is known to hold nothing.
    fn is_empty(&self) -> bool {
        let holds_nothing =
            |workspace: &WorkspaceAnswer| workspace.totals.num_runs == 0 && workspace.totals.num_sources == 0;
        self.engine.is_none() || self.known_workspace.as_deref().is_some_and(holds_nothing)
    }

    /// Asks what the shell itself has to know.
    fn ask(&mut self) {
        let Some(engine) = &self.engine else { return };
        match self.all_runs.ask(engine, &RunsQuery::default()) {
            crate::engine::Reply::Failed(failure) => self.why_no_runs = Some(failure.to_string()),
            reply => {
                if let Some(answer) = reply.answer() {
                    self.known_runs = Some(Arc::clone(answer));
                    self.why_no_runs = None;
                }
            }
        }
        if let Some(answer) = self.workspace.ask(engine, &WorkspaceQuery).answer() {
            self.known_workspace = Some(Arc::clone(answer));
        }
        self.keep_frames();
    }

    /// Frames are up to date with the chosen and the known runs.
    fn keep_frames(&mut self) {
        let Some(answer) = &self.known_runs else { return };
        let newest = || answer.runs.first().map(|run| run.run.key);
        let is_known = |key: &Key| answer.runs.iter().any(|run| run.run.key == *key);
        if self.selection.shown.iter().any(|key| !is_known(key)) {
            let runs = self.selection.shown.iter().copied().filter(is_known).collect();
            self.selection.show(runs);
        }
        let is_automatic = !self.is_chosen || self.selection.shown.is_empty();
        if is_automatic && newest() != self.selection.shown.first().copied() {
            self.selection.show(newest().into_iter().collect());
        }
        frames::keep(&mut self.view, answer, &self.selection.shown);
    }
}

fn make_panels() -> BTreeMap<&'static str, Box<dyn Panel>> {
    TABS.iter().map(|tab| (tab.name, (tab.make)())).collect()
}
