//! What stands above the plots and stays there: how the view follows, the time ruler, and the names of the stages.

use egui::{Align, Rect, Sense, Stroke, Ui, Vec2, pos2};

use super::bands::{Band, MAX_ROWS};
use super::block::{Columns, Scene};
use super::legend;
use crate::model::{Outcome, time};
use crate::ui::badge;
use crate::ui::cells;
use crate::ui::command::{Action, Command};
use crate::ui::envelope::Scale;
use crate::ui::icon::{Icon, icon_ui};
use crate::ui::panels::Context;
use crate::ui::theme::{self, BODY_SIZE, Palette, SMALL_SIZE};
use crate::ui::time_plot::{self, Axis, RULER_HEIGHT};
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
        ui.label(theme::strong(runs, BODY_SIZE));
        ui.label(egui::RichText::new(format!("{num_plots} plots")).color(palette.text_weak));
        badges_ui(ui, context, palette);
        ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
            for (action, text, is_on) in [
                (Action::ToggleClock, "Clock", context.view.is_clock_axis),
                (Action::TogglePause, "Pause", context.engine.is_paused()),
                (Action::ToggleFollow, "Follow", context.view.follow_nanos.is_some()),
            ] {
                let response = ui.add(egui::Button::selectable(is_on, text));
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
        badge_ui(ui, Icon::Pause, "Paused", palette.interrupted, palette);
    }
    match view.follow_nanos {
        Some(follow_nanos) => {
            badge_ui(
                ui,
                Icon::Live,
                &format!("Following the last {}", time::format_duration(follow_nanos)),
                palette.running,
                palette,
            );
        }
        None if is_live => badge_ui(ui, Icon::Live, "Live, not followed", palette.text_weak, palette),
        None => {}
    }
}

fn badge_ui(ui: &mut Ui, icon: Icon, text: &str, colour: egui::Color32, palette: &Palette) {
    let frame = egui::Frame::new().stroke(Stroke::new(1.0, colour)).corner_radius(9.0).fill(palette.canvas);
    frame.inner_margin(egui::Margin::symmetric(8, 1)).show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        icon_ui(ui, icon, Some(colour));
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
    let view = &*context.view;
    let mut scale =
        Scale { rect: ruler, window: view.visible(), values: (0.0, 1.0), pixels_per_point: ui.pixels_per_point() };
    time_plot::steer(ui, &response, &scale, Axis::Time, context);
    let view = &*context.view;
    scale.window = view.visible();
    response.widget_info(|| {
        let (start, end) = scale.window;
        let text = format!("Time axis, from {} to {}", time_plot::moment(view, start), time_plot::moment(view, end));
        egui::WidgetInfo::labeled(egui::Role::Canvas, true, text)
    });
    let painter = ui.painter();
    time_plot::ruler(painter, &scale, scene.moments, view, scene.palette);
    painter.hline(rect.x_range(), painter.round_to_pixel_center(ruler.bottom()), Stroke::new(1.0, scene.palette.line));
    let strip = Rect::from_min_max(pos2(plot.min, ruler.bottom()), pos2(plot.max, rect.bottom()));
    for (band, colour) in bands {
        band_ui(ui, strip, &scale, band, *colour, scene.palette);
    }
    let gutter = Rect::from_min_max(rect.min, pos2(plot.min - 6.0, ruler.bottom()));
    let kind = if view.is_clock_axis { "clock" } else { "elapsed" };
    cells::text(ui, gutter, kind, theme::font(SMALL_SIZE), scene.palette.text_weak, Align::Max);
    if let Some(legend) = legend {
        let headings = Rect::from_x_y_ranges(legend, rect.y_range());
        legend::headings(ui, headings, scene.at, scene.stretch, scene.palette);
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
    // Those that did not end well say so by a shape too.
    let has_mark = matches!(band.outcome, Outcome::Failed | Outcome::Interrupted | Outcome::Running);
    let mut cell =
        Rect::from_min_max(pos2(rect.left() + 4.0, rect.top() + 2.0), pos2(rect.right() - 2.0, rect.bottom()));
    if has_mark && rect.width() > 14.0 {
        let mark = cells::take_left(&mut cell, 13.0);
        badge::paint_outcome(&painter, palette, pos2(mark.left() + 4.5, mark.center().y), 9.0, band.outcome);
    }
    if cell.width() > 20.0 {
        cells::text(ui, cell, &band.name, theme::font(SMALL_SIZE), palette.text, Align::Min);
    }
    let length = time::format_duration(band.end_nanos.saturating_sub(band.start_nanos));
    let outcome = if has_mark { format!(", {}", band.outcome.name()) } else { String::new() };
    let spoken = format!("Stage {}, {length}{outcome}", band.name);
    let id = ui.scope_id().with(("band", band.start_nanos, &band.name));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, spoken.as_str()));
    response.on_hover_text(spoken);
}

/// Which moment and which stretch the values are of, in words.
#[must_use]
pub fn words(view: &View) -> (String, String) {
    let at = view
        .cursor_nanos
        .map_or_else(|| "latest".to_owned(), |cursor| format!("at {}", time_plot::moment(view, cursor)));
    let stretch = match view.range {
        Some((start, end)) => format!("over the selected {}", time::format_duration(end.saturating_sub(start))),
        None => "over what is in sight".to_owned(),
    };
    (at, stretch)
}

/// The stages of the first run that reach into sight, with their colours.
#[must_use]
pub fn in_sight(bands: Vec<(Band, egui::Color32)>, view: &View) -> Vec<(Band, egui::Color32)> {
    let (start, end) = view.visible();
    bands.into_iter().filter(|(band, _)| band.end_nanos >= start && band.start_nanos <= end).collect()
}
