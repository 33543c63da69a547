//! What stands above the plots and stays there: how the view follows, the time ruler, and the names of the stages.

use egui::{Align, FontId, Rect, Sense, Stroke, Ui, Vec2, pos2};

use super::bands::{Band, MAX_ROWS};
use super::block::{Columns, Scene};
use super::legend;
use crate::model::{Outcome, time};
use crate::ui::cells;
use crate::ui::command::{Action, Command};
use crate::ui::envelope::Scale;
use crate::ui::panels::Context;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::time_plot::{self, RULER_HEIGHT};
use crate::ui::view::View;

/// Height of a row of stage names, points.
const BAND_HEIGHT: f32 = 17.0;

/// Draws the bar: what is shown, and the switches of following, pausing and the clock.
pub fn bar_ui(ui: &mut Ui, num_plots: usize, context: &mut Context<'_>, palette: &Palette) {
    ui.horizontal(|ui| {
        let runs = match context.view.frames.as_slice() {
            [run] => run.title.clone(),
            runs => format!("{} runs, aligned by their start", runs.len()),
        };
        ui.label(egui::RichText::new(runs).strong());
        ui.label(egui::RichText::new(format!("{num_plots} plots")).color(palette.text_weak));
        badges_ui(ui, context, palette);
        ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
            for (action, text, is_on) in [
                (Action::ToggleClock, "Clock", context.view.is_clock_axis),
                (Action::TogglePause, "Pause", context.engine.is_paused()),
                (Action::ToggleFollow, "Follow", context.view.follow_nanos.is_some()),
            ] {
                let response = ui.selectable_label(is_on, text);
                if response.clicked() {
                    context.commands.push(Command::Do(action));
                }
                explain(&response, action);
            }
            if context.view.window.is_some() {
                let response = ui.button("Fit");
                if response.clicked() {
                    context.view.fit();
                }
                explain(&response, Action::Fit);
            }
            if !context.view.hidden_series.is_empty() && ui.button("Show all series").clicked() {
                context.view.hidden_series.clear();
            }
        });
    });
}

fn explain(response: &egui::Response, action: Action) {
    let Some(listed) = action.listed() else { return };
    let keys =
        listed.shortcuts.first().map_or_else(String::new, |keys| format!(" ({})", response.ctx.format_shortcut(keys)));
    response.clone().on_hover_text(format!("{}{keys}", listed.tooltip));
}

/// Says that the view follows live runs, or that it stands still though data goes on arriving.
fn badges_ui(ui: &mut Ui, context: &Context<'_>, palette: &Palette) {
    let view = &*context.view;
    let is_live = view.frames.iter().any(|frame| frame.outcome == Outcome::Running);
    if context.engine.is_paused() {
        badge_ui(ui, "⏸ Paused", palette.interrupted, palette);
    }
    match view.follow_nanos {
        Some(follow_nanos) => badge_ui(
            ui,
            &format!("● Following the last {}", time::format_duration(follow_nanos)),
            palette.running,
            palette,
        ),
        None if is_live => badge_ui(ui, "○ Live, not followed", palette.text_weak, palette),
        None => {}
    }
}

fn badge_ui(ui: &mut Ui, text: &str, colour: egui::Color32, palette: &Palette) {
    egui::Frame::new()
        .stroke(Stroke::new(1.0, colour))
        .corner_radius(9.0)
        .inner_margin(egui::Margin::symmetric(8, 1))
        .fill(palette.canvas)
        .show(ui, |ui| {
            ui.label(egui::RichText::new(text).small().color(colour));
        });
}

/// Draws ruler, stage names and the headings of the values; gives back nothing, as all of it stands still.
pub fn ruler_ui(ui: &mut Ui, scene: &Scene<'_>, bands: &[(Band, egui::Color32)], context: &mut Context<'_>) {
    let Columns { plot, legend } = scene.columns;
    let num_rows = bands.iter().map(|(band, _)| band.row + 1).max().unwrap_or(0).min(MAX_ROWS);
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let strip_height = num_rows as f32 * BAND_HEIGHT;
    let (rect, _) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), RULER_HEIGHT + strip_height), Sense::hover());
    let ruler = Rect::from_x_y_ranges(plot, rect.top()..=rect.top() + RULER_HEIGHT);
    let response = ui.interact(ruler, ui.scope_id().with("ruler"), Sense::click_and_drag());
    let view = &mut *context.view;
    let mut scale =
        Scale { rect: ruler, window: view.visible(), values: (0.0, 1.0), pixels_per_point: ui.pixels_per_point() };
    time_plot::steer(ui, &response, &scale, view);
    scale.window = view.visible();
    response.widget_info(|| {
        let (start, end) = scale.window;
        let text = format!("Time axis, from {} to {}", time_plot::moment(view, start), time_plot::moment(view, end));
        egui::WidgetInfo::labeled(egui::Role::Canvas, true, text)
    });
    let painter = ui.painter();
    time_plot::ruler(painter, &scale, scene.moments, scene.palette);
    painter.hline(rect.x_range(), painter.round_to_pixel_center(ruler.bottom()), Stroke::new(1.0, scene.palette.line));
    let strip = Rect::from_min_max(pos2(plot.min, ruler.bottom()), pos2(plot.max, rect.bottom()));
    for (band, colour) in bands {
        band_ui(ui, strip, &scale, band, *colour, scene.palette);
    }
    let gutter = Rect::from_min_max(rect.min, pos2(plot.min - 6.0, ruler.bottom()));
    let kind = if view.is_clock_axis { "clock" } else { "elapsed" };
    cells::text(ui, gutter, kind, FontId::proportional(SMALL_SIZE), scene.palette.text_weak, Align::Max);
    time_plot::flag(ui.painter(), &scale, view, scene.palette);
    if let Some(legend) = legend {
        let at = view
            .cursor_nanos
            .map_or_else(|| "latest".to_owned(), |cursor| format!("at {}", time_plot::moment(view, cursor)));
        let headings = Rect::from_x_y_ranges(legend, rect.y_range());
        legend::headings(ui, headings, &at, scene.palette);
    }
}

fn band_ui(ui: &mut Ui, strip: Rect, scale: &Scale, band: &Band, colour: egui::Color32, palette: &Palette) {
    #[expect(clippy::cast_precision_loss, reason = "at most three")]
    let top = strip.top() + band.row as f32 * BAND_HEIGHT;
    let (left, right) = (scale.x(band.start_nanos).max(strip.left()), scale.x(band.end_nanos).min(strip.right()));
    if right - left < 0.5 {
        return;
    }
    let rect = Rect::from_min_max(pos2(left, top + 1.0), pos2(right, top + BAND_HEIGHT));
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.30));
    painter.rect_filled(Rect::from_min_max(rect.min, pos2(right, rect.top() + 2.0)), 0.0, colour);
    let suffix = match band.outcome {
        Outcome::Failed => " ✖ failed",
        Outcome::Interrupted => " ⏹ interrupted",
        Outcome::Running => " ▶ running",
        Outcome::Succeeded | Outcome::Unknown => "",
    };
    let text = format!("{}{suffix}", band.name);
    if rect.width() > 26.0 {
        let cell =
            Rect::from_min_max(pos2(rect.left() + 4.0, rect.top() + 2.0), pos2(rect.right() - 2.0, rect.bottom()));
        cells::text(ui, cell, &text, FontId::proportional(SMALL_SIZE), palette.text, Align::Min);
    }
    let length = time::format_duration(band.end_nanos.saturating_sub(band.start_nanos));
    let id = ui.scope_id().with(("band", band.start_nanos, &band.name));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, format!("Stage {text}, {length}")));
    response.on_hover_text(format!("{text}\n{length}"));
}

/// The stages of the first run that reach into sight, with their colours.
#[must_use]
pub fn in_sight(bands: Vec<(Band, egui::Color32)>, view: &View) -> Vec<(Band, egui::Color32)> {
    let (start, end) = view.visible();
    bands.into_iter().filter(|(band, _)| band.end_nanos >= start && band.start_nanos <= end).collect()
}
