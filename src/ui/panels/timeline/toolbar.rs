//! The line above the timeline: search, what is shown, follow and pause.

use egui::{Align, Button, Id, Layout, RichText, TextEdit, Ui};

use super::search::Search;
use crate::model::time::format_duration;
use crate::model::unit::group_thousands;
use crate::model::{Clock, Outcome};
use crate::ui::command::{Action, Command};
use crate::ui::icon::{Icon, icon_button_ui, icon_ui};
use crate::ui::panels::Context;
use crate::ui::theme::Palette;

/// With less room than this left, badges stand in a line of their own, points.
const WIDTH_OF_BADGES: f32 = 260.0;

/// Draws it. `at_match` is how far the selected span is among the matches, from 1; `is_found` asks for the search field.
pub fn toolbar_ui(ui: &mut Ui, search: &Search, at_match: Option<usize>, is_found: bool, context: &mut Context<'_>) {
    ui.horizontal_wrapped(|ui| {
        search_ui(ui, search, at_match, is_found, context);
        ui.separator();
        do_ui(ui, context, Action::Fit, "Fit");
        let has_clock = context.view.frames.first().is_some_and(|frame| frame.clock != Clock::Elapsed);
        let is_clock = context.view.is_clock_axis && has_clock;
        ui.add_enabled_ui(has_clock, |ui| toggle_ui(ui, context, Action::ToggleClock, "Clock time", is_clock));
        let is_idle_shown = context.view.is_idle_shown;
        toggle_ui(ui, context, Action::ToggleIdle, "Idle gaps", is_idle_shown);
        if ui.available_size_before_wrap().x > WIDTH_OF_BADGES {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| badges_ui(ui, context));
        } else {
            badges_ui(ui, context);
        }
    });
}

fn search_ui(ui: &mut Ui, search: &Search, at_match: Option<usize>, is_found: bool, context: &mut Context<'_>) {
    icon_ui(ui, Icon::Search, None);
    let id = Id::unique("timeline search");
    let field = TextEdit::singleline(&mut context.view.search).id(id).desired_width(168.0).hint_text("Find span…");
    let response = ui.add(field);
    if is_found {
        response.request_focus();
        let all = egui::text::CCursorRange::select_all_str(&context.view.search);
        if let Some(mut state) = egui::text_edit::TextEditState::load(ui.ctx(), id) {
            state.cursor.set_char_range(Some(all));
            state.store(ui.ctx(), id);
        }
    }
    if response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        let is_back = ui.input(|input| input.modifiers.shift);
        context.commands.push(Command::Do(if is_back { Action::PreviousSpan } else { Action::NextSpan }));
        response.request_focus();
    }
    if !search.is_active() {
        return;
    }
    let num_matches = search.num_matches();
    let count = match (at_match, num_matches) {
        (_, 0) => "no match".to_owned(),
        (Some(at), _) => format!("{at} of {}", whole(num_matches)),
        (None, 1) => "1 match".to_owned(),
        (None, _) => format!("{} matches", whole(num_matches)),
    };
    let palette = Palette::of(ui.ctx());
    let colour = if num_matches == 0 { palette.interrupted } else { palette.text };
    ui.label(RichText::new(count).color(colour));
    if ui.add_enabled(num_matches > 0, Button::new("Previous").small()).clicked() {
        context.commands.push(Command::Do(Action::PreviousSpan));
    }
    if ui.add_enabled(num_matches > 0, Button::new("Next").small()).clicked() {
        context.commands.push(Command::Do(Action::NextSpan));
    }
    if icon_button_ui(ui, Icon::Close, "Clear the search").clicked() {
        context.view.search.clear();
    }
}

fn whole(number: usize) -> String {
    group_thousands(number as f64)
}

fn do_ui(ui: &mut Ui, context: &mut Context<'_>, action: Action, text: &str) {
    let response = ui.button(text);
    let response = hint(response, action);
    if response.clicked() {
        context.commands.push(Command::Do(action));
    }
}

fn toggle_ui(ui: &mut Ui, context: &mut Context<'_>, action: Action, text: &str, is_on: bool) {
    let response = ui.add(Button::new(text).selected(is_on));
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, true, is_on, text));
    if hint(response, action).clicked() {
        context.commands.push(Command::Do(action));
    }
}

/// What a command does and its key, on hovering.
fn hint(response: egui::Response, action: Action) -> egui::Response {
    let Some(listed) = action.listed() else { return response };
    let keys = listed.shortcuts.first().map(|shortcut| response.ctx.format_shortcut(shortcut)).unwrap_or_default();
    response.on_hover_text(format!("{} ({keys})", listed.tooltip))
}

fn badges_ui(ui: &mut Ui, context: &mut Context<'_>) {
    let palette = Palette::of(ui.ctx());
    if context.engine.is_paused() {
        let ink = palette.text_on(palette.interrupted);
        let badge = Button::new(RichText::new("Paused").color(ink)).fill(palette.interrupted);
        let response =
            ui.add(badge).on_hover_text("What is drawn stays as it is while data goes on arriving; Space goes on");
        if response.clicked() {
            context.commands.push(Command::Do(Action::TogglePause));
        }
    }
    let is_live = context.view.frames.iter().any(|frame| frame.outcome == Outcome::Running);
    match context.view.follow_nanos {
        Some(follow_nanos) => {
            let text = format!("Live: the last {}", format_duration(follow_nanos));
            let badge = Button::new(RichText::new(text).color(palette.accent_text)).fill(palette.accent);
            if ui.add(badge).on_hover_text("The end of the live run stays in sight; L stops that").clicked() {
                context.commands.push(Command::Do(Action::ToggleFollow));
            }
        }
        None if is_live => do_ui(ui, context, Action::ToggleFollow, "Follow the latest"),
        None => {}
    }
}
