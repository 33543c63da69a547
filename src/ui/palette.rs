//! The command palette: every command, tab, run and recent workspace, found by a few letters of its name.

use code_fuzzy_match::FuzzyMatcher;
use egui::text::{LayoutJob, TextFormat};
use egui::{FontId, Key as KeyName, Modifiers, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::command::{ACTIONS, Action, Command};
use super::panels::TABS;
use super::routing::{self, Circumstances};
use super::settings::Settings;
use super::theme::{self, Palette as Colours};
use crate::engine::queries::RunsAnswer;
use crate::model::time;

/// How many finds are listed.
const MAX_FOUND: usize = 60;
const ROW_HEIGHT: f32 = 28.0;

/// An open palette.
#[derive(Default)]
pub struct Palette {
    text: String,
    cursor: usize,
    is_old: bool,
    /// The list was moved by key: the row at the cursor has to be in sight.
    has_moved: bool,
}

/// Something that can be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What is searched and shown.
    pub text: String,
    /// What it belongs to: `View`, `Tab`, `Run`.
    pub group: &'static str,
    /// Its keys, or what tells it from its like.
    pub note: String,
    /// Why it cannot be done now.
    pub refusal: Option<String>,
    /// What it does.
    pub command: Command,
}

/// Everything that can be found now; what can be done stands before what cannot.
#[must_use]
pub fn entries(
    ctx: &egui::Context,
    circumstances: &Circumstances,
    settings: &Settings,
    runs: Option<&RunsAnswer>,
) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for listed in ACTIONS.iter().filter(|listed| listed.action != Action::Palette) {
        entries.push(Entry {
            text: circumstances.text(listed.action).into_owned(),
            group: listed.menu,
            note: listed.shortcuts.first().map_or_else(String::new, |shortcut| routing::keys(ctx, shortcut)),
            refusal: circumstances.refusal(listed.action).map(str::to_owned),
            command: Command::Do(listed.action),
        });
    }
    for (index, tab) in TABS.iter().enumerate() {
        entries.push(Entry {
            text: format!("Go to {}", tab.title),
            group: "Tab",
            note: routing::tab_shortcut(index).map_or_else(String::new, |shortcut| routing::keys(ctx, &shortcut)),
            refusal: (!circumstances.is_open).then(|| "No workspace is open".to_owned()),
            command: Command::ShowTab(tab.name),
        });
    }
    for theme in theme::Theme::ALL {
        entries.push(Entry {
            text: format!("Theme: {}", theme.title()),
            group: "View",
            note: String::new(),
            refusal: None,
            command: Command::SetTheme(theme),
        });
    }
    for path in &settings.recent {
        entries.push(Entry {
            text: format!("Open {}", path.file_name().unwrap_or(path.as_os_str()).to_string_lossy()),
            group: "Recent",
            note: path.parent().map_or_else(String::new, |folder| folder.display().to_string()),
            refusal: None,
            command: Command::OpenWorkspace(path.clone()),
        });
    }
    for run in runs.into_iter().flat_map(|answer| &answer.runs) {
        let start = run.run.start_nanos.map(time::format_local).unwrap_or_default();
        entries.push(Entry {
            text: format!("Show run {} {start}", run.title()),
            group: "Run",
            note: format!("{} · {}", run.run.outcome.name(), run.run.key.short()),
            refusal: None,
            command: Command::ShowRuns(vec![run.run.key]),
        });
    }
    entries.sort_by_key(|entry| entry.refusal.is_some());
    entries
}

/// Those that match, the best first; without text all but the runs.
#[must_use]
pub fn find<'a>(entries: &'a [Entry], text: &str) -> Vec<&'a Entry> {
    let text = text.trim();
    if text.is_empty() {
        return entries.iter().filter(|entry| entry.group != "Run").take(MAX_FOUND).collect();
    }
    let mut matcher = FuzzyMatcher::new();
    let mut found: Vec<(usize, &Entry)> = entries
        .iter()
        .filter_map(|entry| {
            let by_name = matcher.fuzzy_match(&entry.text, text);
            let by_note = (entry.group == "Run" || entry.group == "Recent")
                .then(|| matcher.fuzzy_match(&entry.note, text))
                .flatten();
            by_name.max(by_note.map(|score| score / 2)).map(|score| (score, entry))
        })
        .collect();
    found.sort_by_key(|(score, entry)| (entry.refusal.is_some(), std::cmp::Reverse(*score)));
    found.into_iter().take(MAX_FOUND).map(|(_, entry)| entry).collect()
}

impl Palette {
    /// Draws it; true when it is done.
    pub fn ui(&mut self, ui: &mut Ui, entries: &[Entry], commands: &mut Vec<Command>) -> bool {
        ui.set_width(560.0_f32.min(ui.ctx().content_rect().width() - 48.0));
        let down = ui.input_mut(|input| {
            let down = input.count_and_consume_key(Modifiers::NONE, KeyName::ArrowDown);
            let up = input.count_and_consume_key(Modifiers::NONE, KeyName::ArrowUp);
            down.cast_signed() - up.cast_signed()
        });
        let field = TextEdit::singleline(&mut self.text)
            .hint_text("Type a command, a tab, a run or a workspace")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(10, 8))
            .lock_focus(true)
            .font(FontId::proportional(theme::HEADING_SIZE));
        let response = ui.add(field).accessible_name("Find a command");
        if !self.is_old {
            response.request_focus();
            self.is_old = true;
        }
        let found = find(entries, &self.text);
        if response.changed() {
            self.cursor = 0;
            self.has_moved = true;
        }
        if down != 0 {
            self.cursor = self.cursor.saturating_add_signed(down);
            self.has_moved = true;
        }
        self.cursor = self.cursor.min(found.len().saturating_sub(1));
        let mut chosen = None;
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, KeyName::Enter)) {
            chosen = found.get(self.cursor).copied();
        }
        // Enter takes the keyboard from the field; a command that cannot be done leaves the palette open.
        response.request_focus();
        ui.add_space(4.0);
        if found.is_empty() {
            ui.weak("Nothing is called so");
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let height = (ui.ctx().content_rect().height() * 0.55).max(4.0 * ROW_HEIGHT);
        ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
            for (index, entry) in found.iter().enumerate() {
                let response = row_ui(ui, entry, index == self.cursor, &self.text);
                if index == self.cursor && self.has_moved {
                    response.scroll_to_me_animation(None, egui::style::ScrollAnimation::none());
                }
                if response.clicked() {
                    chosen = Some(entry);
                }
                if response.hovered() && ui.input(|input| input.pointer.is_moving()) {
                    self.cursor = index;
                }
            }
        });
        self.has_moved = false;
        let Some(entry) = chosen.filter(|entry| entry.refusal.is_none()) else { return false };
        commands.push(entry.command.clone());
        true
    }
}

fn row_ui(ui: &mut Ui, entry: &Entry, is_current: bool, text: &str) -> egui::Response {
    let colours = Colours::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW_HEIGHT), Sense::CLICK);
    let is_enabled = entry.refusal.is_none();
    response.widget_info(|| WidgetInfo::selected(egui::Role::ListBoxOption, is_enabled, is_current, &entry.text));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let painter = ui.painter_at(rect);
    if is_current {
        painter.rect_filled(rect, 4.0, colours.selected);
    }
    let main = match (is_enabled, is_current) {
        (false, _) => colours.text_weak,
        (true, true) => colours.selected_text,
        (true, false) => colours.text,
    };
    let weak = if is_current { colours.selected_text } else { colours.text_weak };
    let body = FontId::proportional(theme::BODY_SIZE);
    let small = FontId::proportional(theme::SMALL_SIZE);
    let middle = rect.center().y;
    let group_at = egui::pos2(rect.left() + 10.0, middle);
    painter.text(group_at, egui::Align2::LEFT_CENTER, entry.group, small.clone(), weak);
    let note = entry.refusal.as_deref().unwrap_or(&entry.note);
    let note_at = egui::pos2(rect.right() - 10.0, middle);
    let mut note_job = LayoutJob::simple_singleline(note.to_owned(), small, weak);
    note_job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() * 0.4);
    let note = painter.layout_job(note_job);
    let note_left = note_at.x - note.size().x;
    painter.galley(egui::pos2(note_left, middle - note.size().y / 2.0), note, weak);
    let mut job =
        highlighted(&entry.text, text, &body, main, if is_current { colours.selected_text } else { colours.accent });
    let left = rect.left() + 64.0;
    job.wrap = egui::text::TextWrapping::truncate_at_width((note_left - 12.0 - left).max(40.0));
    let galley = painter.layout_job(job);
    painter.galley(egui::pos2(left, middle - galley.size().y / 2.0), galley, main);
    response
}

/// The text with the letters that were typed standing out.
fn highlighted(text: &str, typed: &str, font: &FontId, colour: egui::Color32, hit: egui::Color32) -> LayoutJob {
    let mut wanted = typed.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).peekable();
    let mut job = LayoutJob::default();
    for letter in text.chars() {
        let is_hit = wanted.peek().is_some_and(|wanted| letter.to_lowercase().next() == Some(*wanted));
        if is_hit {
            wanted.next();
        }
        let mut format = TextFormat::simple(font.clone(), if is_hit { hit } else { colour });
        if is_hit {
            format.underline = egui::Stroke::new(1.0, hit);
        }
        job.append(letter.encode_utf8(&mut [0; 4]), 0.0, format);
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Entry> {
        let circumstances = Circumstances { is_open: true, has_runs: true, ..Circumstances::default() };
        entries(&egui::Context::default(), &circumstances, &Settings::default(), None)
    }

    #[test]
    fn a_few_letters_find_a_command() {
        let entries = all();
        for (typed, expected) in [
            ("fit", "Fit"),
            ("redo", "Redo"),
            ("zmin", "Zoom in"),
            ("go time", "Go to Timeline"),
            ("theme li", "Theme: Light"),
        ] {
            let found = find(&entries, typed);
            assert_eq!(found.first().map(|entry| entry.text.as_str()), Some(expected), "{typed}");
        }
        assert!(find(&entries, "xyzzy").is_empty());
    }

    #[test]
    fn what_cannot_be_done_stands_last() {
        let entries = all();
        let found = find(&entries, "do");
        let first_refused = found.iter().position(|entry| entry.refusal.is_some()).unwrap_or(found.len());
        assert!(found[first_refused..].iter().all(|entry| entry.refusal.is_some()));
        assert!(found.iter().any(|entry| entry.text == "Undo" && entry.refusal.is_some()));
    }
}
