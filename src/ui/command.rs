//! The one list of commands: menus, shortcuts, the palette and the shortcut sheet all come from it.

use std::path::PathBuf;

use egui::{Key, KeyboardShortcut, Modifiers};

use super::theme::Theme;
use crate::engine::{AttachmentId, JobId};
use crate::model::{self, Edit};

/// Something to be done, carried out by `app::apply` after the frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// One without content, listed in [`ACTIONS`].
    Do(Action),
    /// Opens a workspace, or imports any other files.
    OpenFiles(Vec<PathBuf>),
    /// Opens a workspace.
    OpenWorkspace(PathBuf),
    /// Shows these runs, and only these.
    ShowRuns(Vec<model::Key>),
    /// Changes something by hand.
    Edit(Edit),
    /// Copies the workspace into this file.
    BackUpTo(PathBuf),
    /// Stops a background job.
    CancelJob(JobId),
    /// Follows a growing file.
    AttachFile(PathBuf),
    /// Follows a process tree by its id, or by words of its command line.
    AttachProcess(String),
    /// Stops following.
    Detach(AttachmentId),
    /// Brings a tab to the front, opening it if it is closed.
    ShowTab(&'static str),
    /// Puts text on the clipboard.
    Copy(String),
    /// Draws everything in this theme.
    SetTheme(Theme),
}

/// Commands without content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Chooses a workspace or files by dialog.
    Open,
    /// Chooses where to put a new workspace.
    NewWorkspace,
    /// Chooses files to import by dialog.
    Import,
    /// Opens the demo.
    OpenDemo,
    /// Chooses a file to follow by dialog.
    Attach,
    /// Moves to the form that attaches to a running process.
    AttachProcess,
    /// Chooses where to put a copy.
    Backup,
    /// Ends.
    Quit,
    /// Takes back the last edit.
    Undo,
    /// Does it again.
    Redo,
    /// Shows the palette.
    Palette,
    /// Shows the shortcut sheet.
    Shortcuts,
    /// Shows what was told so far.
    Notices,
    /// Shows everything on the time axis, or the selected span.
    Fit,
    /// Closer around the middle.
    ZoomIn,
    /// Further out.
    ZoomOut,
    /// Earlier.
    PanLeft,
    /// Later.
    PanRight,
    /// The visible stretch before.
    ViewBack,
    /// Forward again.
    ViewForward,
    /// Selects the next span.
    NextSpan,
    /// Selects the previous span.
    PreviousSpan,
    /// Selects the parent, or the span in the lane above.
    SpanAbove,
    /// Selects the first child, or the span in the lane below.
    SpanBelow,
    /// Selects the stretch of time of the selected span.
    RangeOfSpan,
    /// Moves the end of the selected stretch of time to the right.
    GrowRange,
    /// Moves the end of the selected stretch of time to the left.
    ShrinkRange,
    /// Moves to the search of the timeline.
    Find,
    /// Moves to the search of the side bar.
    FindRun,
    /// Sets a label of the shown runs.
    LabelRuns,
    /// Moves to the field for a note on the selected span, or on the first shown run.
    WriteNote,
    /// Puts the keys of the shown runs on the clipboard.
    CopyRunKeys,
    /// Forgets the selected range and span.
    ClearSelection,
    /// Clock or elapsed time.
    ToggleClock,
    /// Marks idle gaps or not.
    ToggleIdle,
    /// Follows the end of live runs or not.
    ToggleFollow,
    /// Keeps what is drawn while data goes on arriving.
    TogglePause,
    /// Light, dark, high contrast in turn.
    NextTheme,
    /// Everything larger.
    UiLarger,
    /// Everything smaller.
    UiSmaller,
    /// Everything at its normal size.
    UiNormal,
    /// Hides or shows the runs.
    ToggleSideBar,
    /// Tabs as they were at first.
    ResetLayout,
}

/// How a command is listed.
pub struct Listed {
    /// The command.
    pub action: Action,
    /// The menu it stands in.
    pub menu: &'static str,
    /// What it is called; `…` when it asks for more.
    pub text: &'static str,
    /// What it does, in a sentence.
    pub tooltip: &'static str,
    /// Its shortcuts, the first is shown.
    pub shortcuts: &'static [KeyboardShortcut],
}

const fn plain(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::NONE, key)
}

const fn command(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND, key)
}

const fn command_shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), key)
}

const fn shift(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::SHIFT, key)
}

const fn alt(key: Key) -> KeyboardShortcut {
    KeyboardShortcut::new(Modifiers::ALT, key)
}

/// Every command, by menu, in the order the menus show them.
#[rustfmt::skip]
pub const ACTIONS: &[Listed] = &[
    Listed { action: Action::Open, menu: "File", text: "Open…", tooltip: "Open a workspace, or import any other file", shortcuts: &[command(Key::O)] },
    Listed { action: Action::NewWorkspace, menu: "File", text: "New workspace…", tooltip: "Start an empty workspace in a file of its own", shortcuts: &[command(Key::N)] },
    Listed { action: Action::Import, menu: "File", text: "Import files…", tooltip: "Read metric files into this workspace", shortcuts: &[command(Key::I)] },
    Listed { action: Action::Attach, menu: "File", text: "Follow a file…", tooltip: "Follow a file while a program writes it", shortcuts: &[] },
    Listed { action: Action::AttachProcess, menu: "File", text: "Attach to a process…", tooltip: "Sample a running program and everything it starts, together with this host", shortcuts: &[] },
    Listed { action: Action::OpenDemo, menu: "File", text: "Open the demo", tooltip: "Twelve recorded runs of a small pipeline", shortcuts: &[] },
    Listed { action: Action::Backup, menu: "File", text: "Back up…", tooltip: "Copy the workspace while it stays in use", shortcuts: &[] },
    Listed { action: Action::Quit, menu: "File", text: "Quit", tooltip: "Close the window", shortcuts: &[command(Key::Q)] },
    Listed { action: Action::Undo, menu: "Edit", text: "Undo", tooltip: "Take back the last edit", shortcuts: &[command(Key::Z)] },
    Listed { action: Action::Redo, menu: "Edit", text: "Redo", tooltip: "Do the edit again that was taken back last", shortcuts: &[command_shift(Key::Z), command(Key::Y)] },
    Listed { action: Action::Find, menu: "Edit", text: "Find span", tooltip: "Search the timeline by name", shortcuts: &[command(Key::F), plain(Key::Slash)] },
    Listed { action: Action::FindRun, menu: "Edit", text: "Find run", tooltip: "Search the runs in the side bar", shortcuts: &[command_shift(Key::F)] },
    Listed { action: Action::LabelRuns, menu: "Edit", text: "Label shown runs…", tooltip: "Set or remove a label of the runs that are shown", shortcuts: &[command(Key::L)] },
    Listed { action: Action::WriteNote, menu: "Edit", text: "Write a note", tooltip: "Note something about the selected span, or about the first shown run", shortcuts: &[plain(Key::N)] },
    Listed { action: Action::CopyRunKeys, menu: "Edit", text: "Copy run keys", tooltip: "Copy the keys of the shown runs, as `reelbench show` takes them", shortcuts: &[command_shift(Key::C)] },
    Listed { action: Action::ClearSelection, menu: "Edit", text: "Clear selection", tooltip: "Forget the selected range and span", shortcuts: &[plain(Key::Escape)] },
    Listed { action: Action::Fit, menu: "Go", text: "Fit", tooltip: "Show the selected span, then everything", shortcuts: &[plain(Key::F)] },
    Listed { action: Action::ZoomIn, menu: "Go", text: "Zoom in", tooltip: "Come closer around the cursor", shortcuts: &[plain(Key::W), plain(Key::ArrowUp)] },
    Listed { action: Action::ZoomOut, menu: "Go", text: "Zoom out", tooltip: "Show more around the cursor", shortcuts: &[plain(Key::S), plain(Key::ArrowDown)] },
    Listed { action: Action::PanLeft, menu: "Go", text: "Earlier", tooltip: "Move the visible stretch to the left", shortcuts: &[plain(Key::A), plain(Key::ArrowLeft)] },
    Listed { action: Action::PanRight, menu: "Go", text: "Later", tooltip: "Move the visible stretch to the right", shortcuts: &[plain(Key::D), plain(Key::ArrowRight)] },
    Listed { action: Action::ViewBack, menu: "Go", text: "Go back", tooltip: "Show the stretch shown before", shortcuts: &[plain(Key::Backspace), alt(Key::ArrowLeft)] },
    Listed { action: Action::ViewForward, menu: "Go", text: "Go forward", tooltip: "Show the stretch gone back from", shortcuts: &[shift(Key::Backspace), alt(Key::ArrowRight)] },
    Listed { action: Action::NextSpan, menu: "Go", text: "Next span", tooltip: "Select the next span in the lane, or the next match", shortcuts: &[plain(Key::Period)] },
    Listed { action: Action::PreviousSpan, menu: "Go", text: "Previous span", tooltip: "Select the previous span in the lane, or the previous match", shortcuts: &[plain(Key::Comma)] },
    Listed { action: Action::SpanAbove, menu: "Go", text: "Span above", tooltip: "Select the parent, or the span in the lane above", shortcuts: &[shift(Key::ArrowUp)] },
    Listed { action: Action::SpanBelow, menu: "Go", text: "Span below", tooltip: "Select the first child, or the span in the lane below", shortcuts: &[shift(Key::ArrowDown)] },
    Listed { action: Action::RangeOfSpan, menu: "Go", text: "Range of the span", tooltip: "Select the stretch of time of the selected span, or of what is in sight", shortcuts: &[plain(Key::R)] },
    Listed { action: Action::GrowRange, menu: "Go", text: "Range longer", tooltip: "Move the end of the selected stretch of time to the right", shortcuts: &[shift(Key::ArrowRight)] },
    Listed { action: Action::ShrinkRange, menu: "Go", text: "Range shorter", tooltip: "Move the end of the selected stretch of time to the left", shortcuts: &[shift(Key::ArrowLeft)] },
    Listed { action: Action::ToggleClock, menu: "View", text: "Clock time", tooltip: "Show the clock on the time axis instead of elapsed time", shortcuts: &[plain(Key::C)] },
    Listed { action: Action::ToggleIdle, menu: "View", text: "Idle gaps", tooltip: "Mark time in which nothing used CPU, GPU or network", shortcuts: &[plain(Key::I)] },
    Listed { action: Action::ToggleFollow, menu: "View", text: "Follow the latest", tooltip: "Keep the end of a live run in sight", shortcuts: &[plain(Key::L)] },
    Listed { action: Action::TogglePause, menu: "View", text: "Pause", tooltip: "Keep what is drawn while data goes on arriving", shortcuts: &[plain(Key::Space)] },
    Listed { action: Action::NextTheme, menu: "View", text: "Next theme", tooltip: "Light, dark and high contrast in turn", shortcuts: &[command_shift(Key::L)] },
    Listed { action: Action::UiLarger, menu: "View", text: "Larger", tooltip: "Draw everything larger", shortcuts: &[command(Key::Plus), command(Key::Equals)] },
    Listed { action: Action::UiSmaller, menu: "View", text: "Smaller", tooltip: "Draw everything smaller", shortcuts: &[command(Key::Minus)] },
    Listed { action: Action::UiNormal, menu: "View", text: "Normal size", tooltip: "Draw everything at its normal size", shortcuts: &[command(Key::Num0)] },
    Listed { action: Action::ToggleSideBar, menu: "View", text: "Runs side bar", tooltip: "Hide or show the runs", shortcuts: &[command(Key::B)] },
    Listed { action: Action::ResetLayout, menu: "View", text: "Reset layout", tooltip: "Put the tabs where they were at first", shortcuts: &[] },
    Listed { action: Action::Palette, menu: "Help", text: "Command palette…", tooltip: "Find a command by name", shortcuts: &[command(Key::P), command_shift(Key::P)] },
    Listed { action: Action::Notices, menu: "Help", text: "Notices", tooltip: "Everything that was told since the window opened", shortcuts: &[] },
    Listed { action: Action::Shortcuts, menu: "Help", text: "Keyboard shortcuts", tooltip: "Every command with its keys", shortcuts: &[plain(Key::Questionmark), plain(Key::F1)] },
];

impl Action {
    /// How it is listed.
    #[must_use]
    pub fn listed(self) -> Option<&'static Listed> {
        ACTIONS.iter().find(|listed| listed.action == self)
    }
}
