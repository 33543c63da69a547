//! Pictures of tabs for `reelbench render`: the window's own code on an off-screen stage.

use super::offscreen::{Offscreen, OffscreenError, Stage};
use super::picture::Picture;
use super::settings::Settings;
use super::shell::{Parts, Shell};
use crate::engine::Engine;
use crate::model::Key;

/// What to draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The tab, by its name in [`TABS`](super::panels::TABS).
    pub tab: &'static str,
    /// The runs to show; none are the newest.
    pub runs: Vec<Key>,
    /// Whether the whole window is drawn around the tab.
    pub has_shell: bool,
}

/// Draws a tab as the window would, once everything in it has come.
///
/// # Errors
/// Sizes that cannot be drawn, and answers that do not come.
pub fn render(engine: &Engine, subject: &Subject, stage: Stage) -> Result<Picture, OffscreenError> {
    let settings = Settings { theme: stage.theme, ..Settings::default() };
    let mut shell = Shell::new(Some(engine.clone()), settings);
    shell.show_tab(subject.tab);
    if !subject.runs.is_empty() {
        shell.show_runs(subject.runs.clone());
    }
    let parts = if subject.has_shell { Parts::All } else { Parts::Tab(subject.tab) };
    let _ = engine.take_num_waiting();
    let mut offscreen = Offscreen::new(stage)?;
    offscreen.picture(
        |ui| {
            // Nobody is there to ask for anything.
            let _ = shell.ui(ui, parts);
        },
        || engine.take_num_waiting() == 0,
    )
}
