//! The tabs. To add one: its file here and its line in [`TABS`].

pub mod resources;
pub mod sources;
pub mod timeline;

use super::command::Command;
use super::theme::Theme;
use super::view::View;
use crate::engine::Engine;

/// What a tab draws with. It changes nothing itself: it pushes commands.
pub struct Context<'a> {
    /// Answers questions.
    pub engine: &'a Engine,
    /// What is being looked at. A tab may move the view, the cursor and the selection.
    pub view: &'a mut View,
    /// Colours and spacing.
    pub theme: Theme,
    /// What is to be done: carried out after the frame.
    pub commands: &'a mut Vec<Command>,
}

/// A tab's content with its own state and slots.
pub trait Panel {
    /// Draws it into all the space there is.
    fn panel_ui(&mut self, ui: &mut egui::Ui, context: &mut Context<'_>);
}

/// A kind of tab.
pub struct Tab {
    /// Its name in `render --tab` and in saved layouts.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Makes its content.
    pub make: fn() -> Box<dyn Panel>,
}

/// Every tab, in the order they stand.
pub const TABS: &[Tab] = &[
    Tab { name: "timeline", title: "Timeline", make: || Box::<timeline::TimelinePanel>::default() },
    Tab { name: "resources", title: "Resources", make: || Box::<resources::ResourcesPanel>::default() },
    Tab { name: "sources", title: "Sources", make: || Box::<sources::SourcesPanel>::default() },
];
