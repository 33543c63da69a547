//! The runs side bar: find, filter, sort, choose which runs are shown.

mod filter;
mod menu;
mod row;

use std::sync::Arc;

use egui::{EventFilter, Id, Key as KeyName, Modifiers, RichText, ScrollArea, Sense, TextEdit, Ui, WidgetInfo, vec2};

use super::apart::Apart;
use super::command::Command;
use super::empty::{Empty, empty_ui};
use super::icon::{Icon, down_arrow};
use super::selection::{MAX_SHOWN, Pick, Selection};
use super::theme::{self, Palette};
use crate::engine::queries::{RunFilter, RunSort, RunsAnswer, RunsQuery};
use crate::engine::{Engine, Reply, Slot};
use crate::model::Key;

/// The side bar's own state.
#[derive(Default)]
pub struct RunsBar {
    query: RunsQuery,
    slot: Slot<RunsQuery>,
    is_search_wanted: bool,
    scroll_to: Option<Key>,
    /// What tells the listed runs apart, and the answer it was made from.
    apart: Option<(Arc<RunsAnswer>, Arc<Apart>)>,
}

/// What a row's menu and the shell need of the list.
struct List {
    answer: Arc<RunsAnswer>,
    keys: Vec<Key>,
    apart: Arc<Apart>,
}

impl RunsBar {
    /// Moves to the search field in the next frame.
    pub fn want_search(&mut self) {
        self.is_search_wanted = true;
    }

    /// Scrolls to a run in the next frame.
    pub fn reveal(&mut self, run: Key) {
        self.scroll_to = Some(run);
    }

    /// The listed runs in their order, as far as they are known; `all` are the newest first without a filter.
    fn ask(&mut self, engine: &Engine, all: &Arc<RunsAnswer>) -> Result<Arc<RunsAnswer>, Option<String>> {
        if self.query == RunsQuery::default() {
            return Ok(Arc::clone(all));
        }
        match self.slot.ask(engine, &self.query) {
            Reply::Fresh(answer) | Reply::Stale(answer) => Ok(answer),
            Reply::Loading => Err(None),
            Reply::Failed(failure) => Err(Some(failure.to_string())),
        }
    }

    /// What tells runs of one title apart, of all there are: a filter does not change what a run is called.
    fn apart(&mut self, all: &Arc<RunsAnswer>) -> Arc<Apart> {
        match &self.apart {
            Some((answer, apart)) if Arc::ptr_eq(answer, all) => return Arc::clone(apart),
            _ => {}
        }
        let apart = Arc::new(Apart::of(&all.runs));
        self.apart = Some((Arc::clone(all), Arc::clone(&apart)));
        apart
    }

    /// Draws it. Which runs are shown changes in `selection` only through commands.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        engine: &Engine,
        all: &Arc<RunsAnswer>,
        selection: &mut Selection,
        commands: &mut Vec<Command>,
    ) {
        // The panel is as wide as what is in it: whatever is in it, that is all there is.
        ui.set_width(ui.available_width());
        let listed = self.ask(engine, all);
        self.head_ui(ui, all, listed.as_ref().ok(), commands);
        match listed {
            Ok(answer) if answer.runs.is_empty() && all.num_runs == 0 => {
                let sentence = "Import a file, follow one, or record a command";
                empty_ui(ui, &Empty { icon: Icon::Runs, title: "No runs yet", sentence, actions: &[] });
            }
            Ok(answer) if answer.runs.is_empty() => {
                let sentence = "Search for fewer words, or clear the filter";
                let actions = &["Clear filter"];
                if empty_ui(ui, &Empty { icon: Icon::Filter, title: "No run matches", sentence, actions }).is_some() {
                    self.query.filter = RunFilter::default();
                }
            }
            Ok(answer) => {
                let keys = answer.runs.iter().map(|run| run.run.key).collect();
                let apart = self.apart(all);
                self.list_ui(ui, engine, &List { answer, keys, apart }, selection, commands);
            }
            Err(None) => drop(ui.weak("Loading…")),
            Err(Some(why)) => drop(ui.colored_label(Palette::of(ui.ctx()).failed, why)),
        }
    }

    fn head_ui(
        &mut self,
        ui: &mut Ui,
        all: &RunsAnswer,
        listed: Option<&Arc<RunsAnswer>>,
        commands: &mut Vec<Command>,
    ) {
        let palette = Palette::of(ui.ctx());
        ui.horizontal(|ui| {
            ui.label(theme::strong("Runs", theme::BODY_SIZE).color(palette.text_strong));
            let count = match listed {
                Some(listed) if listed.runs.len() != all.num_runs => {
                    format!("{} of {}", listed.runs.len(), all.num_runs)
                }
                _ => all.num_runs.to_string(),
            };
            ui.label(RichText::new(count).color(palette.text_weak));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.sort_ui(ui);
            });
        });
        self.search_ui(ui, commands);
        filter::filter_ui(ui, &mut self.query.filter, all);
        ui.add_space(2.0);
    }

    fn sort_ui(&mut self, ui: &mut Ui) {
        let current = self.query.sort;
        let menu = ui.menu_button((current.words(), down_arrow()), |ui| {
            for sort in RunSort::ALL {
                if ui.radio(sort == current, sort.words()).clicked() {
                    self.query.sort = sort;
                    ui.close();
                }
            }
        });
        menu.response
            .on_hover_text("Order of the list")
            .widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Sort runs: {}", current.words())));
    }

    fn search_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let has_text = !self.query.filter.text.is_empty();
        let field = TextEdit::singleline(&mut self.query.filter.text)
            .id(search_id())
            .hint_text("Search runs")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 4));
        let response = ui.add(field).accessible_name("Search runs");
        if has_text {
            let size = vec2(20.0, response.rect.height());
            let rect = egui::Rect::from_min_size(response.rect.right_top() - vec2(size.x, 0.0), size);
            let clear = ui.put(rect, egui::Button::new("×").frame(false)).on_hover_text("Clear the search");
            clear.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, "Clear the search"));
            if clear.clicked() {
                self.query.filter.text.clear();
            }
        }
        if std::mem::take(&mut self.is_search_wanted) {
            response.request_focus();
        }
        // Down goes on from the search into the list, as in every file chooser.
        if response.has_focus() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, KeyName::ArrowDown)) {
            ui.memory_mut(|memory| memory.request_focus(list_id()));
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(KeyName::Enter)) {
            ui.memory_mut(|memory| memory.request_focus(list_id()));
            if let Some(run) = self.slot.last().and_then(|answer| answer.runs.first().map(|run| run.run.key)) {
                commands.push(Command::ShowRuns(vec![run]));
            }
        }
    }

    fn list_ui(
        &mut self,
        ui: &mut Ui,
        engine: &Engine,
        list: &List,
        selection: &mut Selection,
        commands: &mut Vec<Command>,
    ) {
        let mut shown = selection.clone();
        let mut has_changed = self.keys(ui, list, &mut shown);
        let is_focused = ui.memory(|memory| memory.has_focus(list_id()));
        let row_height = row::HEIGHT;
        ui.spacing_mut().item_spacing.y = 0.0;
        let wanted = self.scroll_to.take().and_then(|run| list.keys.iter().position(|key| *key == run));
        let area = ScrollArea::vertical().id_salt("runs").auto_shrink([false, false]);
        let output = area.show_rows(ui, row_height, list.keys.len(), |ui, rows| {
            if let Some(wanted) = wanted {
                reveal(ui, rows.start, wanted, row_height);
            }
            for run in &list.answer.runs[rows] {
                let key = run.run.key;
                let apart = list.apart.words(run);
                let look = row::Look {
                    apart: &apart,
                    is_shown: shown.shown.contains(&key),
                    has_pipeline: list.answer.pipelines.len() > 1,
                    has_cursor: is_focused && shown.cursor == Some(key),
                };
                let history = list.answer.pipelines.iter().find(|history| history.name == run.pipeline());
                let response = row::row_ui(ui, run, history, look);
                if response.clicked() {
                    let pick = Pick::of(ui.input(|input| input.modifiers));
                    has_changed |= shown.pick(&list.keys, key, pick);
                    ui.memory_mut(|memory| memory.request_focus(list_id()));
                }
                response.context_menu(|ui| menu::menu_ui(ui, engine, run, &shown, commands));
            }
        });
        let id_response = ui.interact(output.inner_rect, list_id(), Sense::FOCUSABLE);
        id_response.widget_info(|| WidgetInfo::labeled(egui::Role::ListBox, true, "List of runs"));
        if is_focused {
            let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(list_id(), filter));
        }
        if has_changed {
            let mut runs = shown.shown.clone();
            let is_listed = |key: &Key| list.keys.contains(key);
            if runs.len() > MAX_SHOWN {
                runs.retain(is_listed);
            }
            commands.push(Command::ShowRuns(runs));
        }
        selection.follow(&shown);
    }

    /// What the keyboard does while the list has it; true when other runs are shown then.
    fn keys(&mut self, ui: &Ui, list: &List, selection: &mut Selection) -> bool {
        if !ui.memory(|memory| memory.has_focus(list_id())) {
            return false;
        }
        let take = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
        let mut has_changed = false;
        if take(Modifiers::COMMAND, KeyName::A) {
            has_changed = selection.shown != list.keys;
            selection.shown.clone_from(&list.keys);
        }
        if take(Modifiers::NONE, KeyName::Space)
            && let Some(cursor) = selection.cursor
        {
            has_changed |= selection.pick(&list.keys, cursor, Pick::Toggle);
        }
        if take(Modifiers::NONE, KeyName::Enter)
            && let Some(cursor) = selection.cursor
        {
            has_changed |= selection.pick(&list.keys, cursor, Pick::Only);
        }
        let far = isize::try_from(list.keys.len()).unwrap_or(isize::MAX);
        for (key, rows) in [
            (KeyName::ArrowDown, 1),
            (KeyName::ArrowUp, -1),
            (KeyName::PageDown, 10),
            (KeyName::PageUp, -10),
            (KeyName::Home, -far),
            (KeyName::End, far),
        ] {
            for (modifiers, pick) in
                [(Modifiers::SHIFT, Pick::Through), (Modifiers::COMMAND, Pick::Move), (Modifiers::NONE, Pick::Only)]
            {
                if take(modifiers, key)
                    && let Some(next) = selection.next(&list.keys, rows)
                {
                    has_changed |= selection.pick(&list.keys, next, pick);
                    self.scroll_to = Some(next);
                    ui.ctx().request_repaint();
                }
            }
        }
        has_changed
    }
}

/// The name of the search field for egui.
fn search_id() -> Id {
    Id::unique("runs search")
}

/// The name of the list for egui.
fn list_id() -> Id {
    Id::unique("runs list")
}

/// Scrolls to a row, which need not be among the drawn ones: rows are of one height.
fn reveal(ui: &Ui, first: usize, wanted: usize, row_height: f32) {
    #[expect(clippy::cast_precision_loss, reason = "rows of a list")]
    let top = ui.cursor().top() + (wanted as f32 - first as f32) * row_height;
    let rect = egui::Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=top + row_height);
    ui.scroll_to_rect_animation(rect, None, egui::style::ScrollAnimation::none());
}
