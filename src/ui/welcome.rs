//! The page of an empty workspace: the ways in, each with one key or one click.

use std::path::Path;

use egui::{Button, Frame, Key as KeyName, RichText, Sense, Stroke, TextEdit, Ui, WidgetInfo, vec2};

use super::command::{Action, Command};
use super::prompt;
use super::routing;
use super::settings::Settings;
use super::theme::{self, Palette};

/// The page's own state.
#[derive(Default)]
pub struct Welcome {
    path: String,
}

/// What the page is told.
pub struct Hints<'a> {
    /// The open workspace.
    pub workspace: Option<&'a Path>,
    /// Whether nothing can be written.
    pub is_read_only: bool,
    /// Whether this desktop may pass dropped files on: under Wayland it does not.
    pub can_drop: bool,
}

impl Welcome {
    /// Draws it into all the space there is.
    pub fn ui(&mut self, ui: &mut Ui, settings: &Settings, hints: &Hints<'_>, commands: &mut Vec<Command>) {
        let palette = Palette::of(ui.ctx());
        let width = 640.0_f32.min(ui.available_width() - 48.0);
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            ui.add_space((ui.available_height() * 0.1).clamp(16.0, 96.0));
            let margin = ((ui.available_width() - width) / 2.0).max(0.0);
            ui.horizontal(|ui| {
                ui.add_space(margin);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    let title = if hints.workspace.is_some() { "No runs here yet" } else { "No workspace is open" };
                    ui.label(theme::strong(title, theme::TITLE_SIZE).color(palette.text_strong));
                    let explanation =
                        "A run is one execution of a pipeline on one video. Bring one in, or watch one as it happens.";
                    ui.label(RichText::new(explanation).color(palette.text_weak));
                    ui.add_space(16.0);
                    ways_ui(ui, hints, commands);
                    ui.add_space(16.0);
                    record_ui(ui, hints, commands);
                    ui.add_space(16.0);
                    self.drop_ui(ui, hints, commands);
                    recent_ui(ui, settings, hints, commands);
                });
            });
        });
    }

    fn drop_ui(&mut self, ui: &mut Ui, hints: &Hints<'_>, commands: &mut Vec<Command>) {
        let palette = Palette::of(ui.ctx());
        Frame::new().stroke(Stroke::new(1.0, palette.line_strong)).corner_radius(8).inner_margin(16).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let (text, hint) = if hints.can_drop {
                ("Drop files here", "Workspaces open, everything else is imported")
            } else {
                ("Paste a path here", "Wayland does not pass dropped files on; a pasted path works everywhere")
            };
            ui.label(theme::strong(text, theme::HEADING_SIZE).color(palette.text_strong));
            ui.label(RichText::new(hint).color(palette.text_weak));
            ui.add_space(4.0);
            let field = TextEdit::singleline(&mut self.path)
                .hint_text("Type or paste a path, then Enter")
                .margin(egui::Margin::symmetric(8, 5))
                .desired_width(f32::INFINITY);
            let response = ui.add(field).accessible_name("Path to open or import");
            if response.lost_focus() && ui.input(|input| input.key_pressed(KeyName::Enter)) {
                let paths = prompt::paths_in(&std::mem::take(&mut self.path));
                if !paths.is_empty() {
                    commands.push(Command::OpenFiles(paths));
                }
            }
        });
    }
}

fn ways_ui(ui: &mut Ui, hints: &Hints<'_>, commands: &mut Vec<Command>) {
    let open = (Action::Open, "Open…", "A workspace, a log of metrics, or a folder of them");
    let demo = (Action::OpenDemo, "Try the demo", "Twelve recorded runs of a small pipeline");
    let ways = if hints.workspace.is_some() {
        let follow = (Action::Attach, "Follow a file…", "Metrics or FFmpeg progress, as it is written");
        let attach = (Action::AttachProcess, "Attach to a process…", "A program that runs now, and all it starts");
        [open, demo, follow, attach]
    } else {
        let new = (Action::NewWorkspace, "New workspace…", "An empty file that runs are kept in");
        let follow = (Action::Attach, "Follow a file…", "Open or make a workspace to keep it in first");
        [open, demo, new, follow]
    };
    let can_write = hints.workspace.is_some() && !hints.is_read_only;
    for row in ways.chunks(2) {
        ui.columns(2, |columns| {
            for (ui, (action, title, text)) in columns.iter_mut().zip(row) {
                let is_enabled = can_write || !matches!(action, Action::Attach | Action::AttachProcess);
                if card_ui(ui, *action, title, text, is_enabled) {
                    commands.push(Command::Do(*action));
                }
            }
        });
        ui.add_space(4.0);
    }
}

/// A large button with a title, a sentence and its keys; true when it was clicked.
fn card_ui(ui: &mut Ui, action: Action, title: &str, text: &str, is_enabled: bool) -> bool {
    let palette = Palette::of(ui.ctx());
    let is_main = action == Action::Open;
    let sense = if is_enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 68.0), sense);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, is_enabled, title));
    let is_hot = is_enabled && (response.hovered() || response.has_focus());
    let ground = match (is_main, is_hot) {
        (_, true) => palette.hovered,
        (true, false) => palette.selected,
        (false, false) => palette.raised,
    };
    let outline = if is_hot || is_main { palette.accent } else { palette.line_strong };
    ui.painter().rect(rect, 8.0, ground, Stroke::new(1.0, outline), egui::StrokeKind::Inside);
    let inner = rect.shrink(12.0);
    let builder = egui::UiBuilder::new().max_rect(inner).layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.style_mut().interaction.selectable_labels = false;
        let strong = match (is_enabled, is_main && !is_hot) {
            (false, _) => palette.text_weak,
            (true, true) => palette.selected_text,
            (true, false) => palette.text_strong,
        };
        let weak = if is_main && !is_hot { palette.selected_text } else { palette.text_weak };
        ui.horizontal(|ui| {
            ui.label(theme::strong(title, theme::HEADING_SIZE).color(strong));
            if let Some(shortcut) = action.listed().and_then(|listed| listed.shortcuts.first()) {
                let keys = routing::keys(ui.ctx(), shortcut);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.label(RichText::new(keys).small().color(weak));
                });
            }
        });
        ui.add(egui::Label::new(RichText::new(text).color(weak)).wrap());
    });
    response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked()
}

/// The command line that records, to be copied.
fn record_ui(ui: &mut Ui, hints: &Hints<'_>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui.ctx());
    let workspace =
        hints.workspace.map_or_else(String::new, |path| format!(" --workspace {}", quoted(&path.to_string_lossy())));
    let line = format!("reelbench record{workspace} -- ./pipeline.sh");
    ui.label(theme::strong("Record a run", theme::HEADING_SIZE).color(palette.text_strong));
    let explanation = "Put this before the command that runs your pipeline; its processes, the machine and its GPUs are sampled, and the run appears here as it goes";
    ui.add(egui::Label::new(RichText::new(explanation).color(palette.text_weak)).wrap());
    ui.add_space(4.0);
    Frame::new().fill(palette.field).stroke(Stroke::new(1.0, palette.line)).corner_radius(4).inner_margin(8).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let response = ui.add(Button::new("Copy")).on_hover_text("Copy the command line");
                response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Copy the command line"));
                if response.clicked() {
                    commands.push(Command::Copy(line.clone()));
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let text = RichText::new(&line).monospace().color(palette.text);
                    ui.add(egui::Label::new(text).wrap().selectable(true));
                });
            });
        },
    );
}

/// A path as a shell reads it.
fn quoted(path: &str) -> String {
    let is_plain = path.chars().all(|letter| letter.is_alphanumeric() || "/._-".contains(letter));
    if is_plain { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn recent_ui(ui: &mut Ui, settings: &Settings, hints: &Hints<'_>, commands: &mut Vec<Command>) {
    let palette = Palette::of(ui.ctx());
    let mut recent = settings.recent.iter().filter(|path| hints.workspace != Some(path.as_path())).take(5).peekable();
    if recent.peek().is_none() {
        return;
    }
    ui.add_space(16.0);
    ui.label(theme::strong("Opened before", theme::HEADING_SIZE).color(palette.text_strong));
    for path in recent {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        ui.horizontal(|ui| {
            if ui.link(name.as_ref()).clicked() {
                commands.push(Command::OpenWorkspace(path.clone()));
            }
            let folder = path.parent().map_or_else(String::new, |folder| folder.display().to_string());
            ui.add(egui::Label::new(RichText::new(folder).small().color(palette.text_weak)).truncate());
        });
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_survive_a_shell() {
        assert_eq!(super::quoted("/a/b-c.reelbench"), "/a/b-c.reelbench");
        assert_eq!(super::quoted("/my files/it's"), r"'/my files/it'\''s'");
    }
}
