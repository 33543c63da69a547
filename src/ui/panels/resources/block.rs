//! One plot of the stack: value axis, curves, legend beside or below, and the handle that sets its height.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use egui::{
    CursorIcon, Id, Key, Modifiers, Rangef, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, Vec2, WidgetInfo,
    pos2,
};

use super::curves::{self, Answers};
use super::heading;
use super::legend::{self, Entry};
use super::limits::{self, Limit};
use super::reading::{Reading, over, read};
use super::stack::Plot;
use crate::engine::queries::PlotAnswer;
use crate::model::Host;
use crate::ui::axis::{TimeTick, nice_range, value_ticks};
use crate::ui::command::Command;
use crate::ui::envelope::{Curves, Scale};
use crate::ui::panels::Context;
use crate::ui::theme::{self, Palette, SMALL_SIZE};
use crate::ui::time_plot::{self, Axis, Shade, VALUE_SPACING};
use crate::ui::view::View;

/// Width of the value labels left of the plots, points.
pub const GUTTER: f32 = 68.0;
/// Height of the handle below a plot, points.
const HANDLE_HEIGHT: f32 = 7.0;
/// The lowest and highest a plot can be made, points.
const HEIGHTS: Rangef = Rangef { min: 48.0, max: 800.0 };
/// How much a key press changes the height, points.
const HEIGHT_STEP: f32 = 16.0;
/// A plot whose details are open grows for its legend up to this, points.
const LEGEND_GROWTH: f32 = 200.0;

/// Where the columns of the tab lie on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Columns {
    /// The plots.
    pub plot: Rangef,
    /// The legends beside them; `None` puts each below its plot.
    pub legend: Option<Rangef>,
}

impl Columns {
    /// Divides a width: legends stand beside the plots where there is room for both. The names of several runs take
    /// more of it.
    #[must_use]
    pub fn of(left: f32, width: f32, num_runs: usize) -> Self {
        let right = left + width;
        let (part, least, most) = if num_runs > 1 { (0.42, 380.0, 560.0) } else { (0.37, 366.0, 460.0) };
        let legend_width = (width * part).clamp(least, most);
        if width < GUTTER + legend_width + 280.0 {
            return Self { plot: Rangef::new(left + GUTTER, (right - 8.0).max(left + GUTTER + 1.0)), legend: None };
        }
        let divide = right - legend_width;
        Self { plot: Rangef::new(left + GUTTER, divide - 10.0), legend: Some(Rangef::new(divide, right)) }
    }
}

/// What all plots of a frame share.
pub struct Scene<'a> {
    /// The colours.
    pub palette: &'static Palette,
    /// Where the columns lie.
    pub columns: Columns,
    /// Labelled moments.
    pub moments: &'a [TimeTick],
    /// Stages behind the curves.
    pub shades: &'a [Shade],
    /// What the runs are called, in the order of the view.
    pub run_names: &'a [String],
    /// The same in fewer words.
    pub short_run_names: &'a [String],
    /// The moment that values are read at, in words.
    pub at: &'a str,
    /// The stretch that least, mean and most are of, in words.
    pub stretch: &'a str,
    /// The machine of the first run.
    pub host: Option<&'a Host>,
    /// Height of a plot that nobody has changed, points.
    pub usual_height: f32,
}

/// What a panel keeps of its plots from frame to frame.
#[derive(Default)]
pub struct Kept {
    /// Heights that were changed, by title.
    heights: BTreeMap<String, f32>,
    /// Plots that are folded away.
    pub(super) folded: BTreeSet<String>,
    /// Plots whose details are shown.
    pub(super) open: BTreeSet<String>,
    meshes: BTreeMap<String, Curves>,
    /// The questions for their curves.
    pub answers: Answers,
}

/// Draws a plot and carries out what is done to it.
pub fn block_ui(ui: &mut Ui, plot: &Plot, scene: &Scene<'_>, kept: &mut Kept, context: &mut Context<'_>) {
    let id = ui.scope_id().with(("plot", &plot.title));
    heading::heading_ui(ui, id, plot, scene, kept);
    if kept.folded.contains(&plot.title) {
        return;
    }
    let has_details = kept.open.contains(&plot.title);
    let num_rows = plot.listed(has_details).count();
    #[expect(clippy::cast_precision_loss, reason = "rows on a screen")]
    let legend_height = num_rows as f32 * legend::ROW_HEIGHT;
    let height = kept.heights.get(&plot.title).copied().unwrap_or_else(|| match scene.columns.legend {
        Some(_) => scene.usual_height.max(legend_height.min(LEGEND_GROWTH)),
        None => scene.usual_height,
    });
    let below = if scene.columns.legend.is_none() { legend_height + legend::ROW_HEIGHT + 4.0 } else { 0.0 };
    let (whole, _) =
        ui.allocate_exact_size(Vec2::new(ui.available_width(), height + below + HANDLE_HEIGHT), Sense::hover());
    if !ui.is_rect_visible(whole) {
        return;
    }
    let rect = Rect::from_x_y_ranges(scene.columns.plot, whole.top()..=whole.top() + height);
    let answers = ask(plot, rect, ui.pixels_per_point(), has_details, kept, context);
    let entries = entries(plot, &answers, has_details, scene, context.view);
    plot_ui(ui, id, rect, plot, &entries, &answers, scene, kept, context);
    let legend = match scene.columns.legend {
        Some(range) => Rect::from_x_y_ranges(range, rect.y_range()),
        None => Rect::from_min_max(
            pos2(whole.left() + 8.0, rect.bottom() + HANDLE_HEIGHT),
            pos2(rect.right(), whole.bottom()),
        ),
    };
    ui.scope_builder(UiBuilder::new().max_rect(legend).id_salt((id, "legend")), |ui| {
        if scene.columns.legend.is_none() {
            let (line, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), legend::ROW_HEIGHT), Sense::hover());
            legend::headings(ui, line, scene.at, scene.stretch, scene.palette);
            ui.spacing_mut().item_spacing.y = 0.0;
        }
        ScrollArea::vertical().id_salt((id, "rows")).min_scrolled_height(0.0).auto_shrink(false).show(ui, |ui| {
            legend::rows_ui(ui, plot, &entries, context.view, scene.palette);
        });
    });
    handle_ui(ui, id, rect, plot, scene, kept);
}

/// Asks for the curves that are shown; hidden ones and those out of sight cost nothing.
fn ask(
    plot: &Plot,
    rect: Rect,
    pixels_per_point: f32,
    has_details: bool,
    kept: &mut Kept,
    context: &Context<'_>,
) -> Vec<Option<Arc<PlotAnswer>>> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a screen")]
    let num_pixels = (rect.width() * pixels_per_point).ceil().max(1.0) as usize;
    plot.listed(has_details)
        .map(|curve| match plot.is_hidden(context.view, curve) {
            true => None,
            false => kept.answers.ask(context.engine, context.view, curve, num_pixels),
        })
        .collect()
}

fn entries<'a>(
    plot: &'a Plot,
    answers: &[Option<Arc<PlotAnswer>>],
    has_details: bool,
    scene: &Scene<'_>,
    view: &View,
) -> Vec<Entry<'a>> {
    let is_one_entry = plot.is_by_run && plot.listed(has_details).all(|curve| !curve.is_detail);
    plot.listed(has_details)
        .zip(answers)
        .map(|(curve, answer)| {
            let (mut reading, mut seen) = (Reading::default(), None);
            if let (Some(answer), Some(frame)) = (answer, view.frames.get(curve.run)) {
                let on_clock = |(start, end): (i64, i64)| (frame.to_clock(start), frame.to_clock(end));
                let visible = on_clock(view.visible());
                reading = read(&answer.thinned, visible, view.cursor_nanos.map(|cursor| frame.to_clock(cursor)));
                seen = reading.window;
                if let Some(range) = view.range {
                    reading.window = over(&answer.thinned, on_clock(range));
                }
            }
            let name = match (scene.run_names.get(curve.run), scene.short_run_names.get(curve.run)) {
                // Where every curve is the same of another run, the run says it all.
                (Some(run), _) if scene.run_names.len() > 1 && is_one_entry => run.clone(),
                (_, Some(run)) if scene.run_names.len() > 1 => format!("{} · {run}", curve.legend),
                _ => curve.legend.clone(),
            };
            let is_hidden = plot.is_hidden(view, curve);
            Entry { curve, name, pen: curves::pen(scene.palette, plot, curve, is_one_entry), reading, seen, is_hidden }
        })
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "one plot of a frame: where, what, and what it changes")]
fn plot_ui(
    ui: &Ui,
    id: Id,
    rect: Rect,
    plot: &Plot,
    entries: &[Entry<'_>],
    answers: &[Option<Arc<PlotAnswer>>],
    scene: &Scene<'_>,
    kept: &mut Kept,
    context: &mut Context<'_>,
) {
    let response = ui.interact(rect, id, Sense::click_and_drag()).on_hover_cursor(CursorIcon::Crosshair);
    let limit = scene.host.and_then(|host| limits::limit(plot, host));
    let values = value_range(plot, entries, limit.as_ref());
    let pixels_per_point = ui.pixels_per_point();
    let mut scale = Scale { rect, window: context.view.visible(), values, pixels_per_point };
    time_plot::steer(ui, &response, &scale, Axis::Plain, context);
    scale.window = context.view.visible();
    if response.has_focus() {
        height_keys(ui, plot, rect.height(), kept);
        if ui.input(|input| input.events.contains(&egui::Event::Copy)) {
            context.commands.push(Command::Copy(format!("{}{}", legend::LINE_HEADINGS, legend::lines(plot, entries))));
        }
    }
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Canvas, ui.is_enabled(), summary(plot, entries, values, context.view))
    });
    response.context_menu(|ui| menu_ui(ui, plot, entries, kept, context));

    let painter = ui.painter();
    let palette = scene.palette;
    let ticks = value_ticks(&plot.unit, values, rect.height(), VALUE_SPACING);
    time_plot::ground(painter, &scale, scene.shades, scene.moments, &ticks, palette);
    time_plot::value_labels(painter, &scale, &ticks, palette);
    let mesh = kept.meshes.entry(plot.title.clone()).or_default();
    mesh.begin();
    // The first run is drawn last, on top of those it is compared with.
    for (entry, answer) in entries.iter().zip(answers).rev() {
        let (Some(answer), Some(frame)) = (answer, context.view.frames.get(entry.curve.run)) else { continue };
        let window = (frame.to_clock(scale.window.0), frame.to_clock(scale.window.1));
        mesh.add(&answer.thinned, &Scale { window, ..scale }, &entry.pen);
    }
    let inside = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    inside.add(mesh.shape());
    if let Some(limit) = &limit {
        time_plot::limit(&inside, &scale, limit.value, &limit.label, palette);
    }
    time_plot::marks(painter, &scale, context.view, palette);
    if entries.iter().all(|entry| entry.is_hidden || entry.seen.is_none()) {
        let text = nothing(entries, answers);
        painter.text(rect.center(), egui::Align2::CENTER_CENTER, text, theme::font(SMALL_SIZE), palette.text_weak);
    }
    painter.hline(rect.x_range(), painter.round_to_pixel_center(rect.bottom()), Stroke::new(1.0, palette.line));
    time_plot::focus_ring(painter, rect, &response, palette);
}

/// Why nothing is drawn.
fn nothing(entries: &[Entry<'_>], answers: &[Option<Arc<PlotAnswer>>]) -> &'static str {
    if entries.iter().all(|entry| entry.is_hidden) {
        "All its series are hidden"
    } else if entries.iter().zip(answers).any(|(entry, answer)| !entry.is_hidden && answer.is_none()) {
        "Loading…"
    } else {
        "No samples in sight"
    }
}

/// From the lowest to the highest value in sight, rounded outwards, and up to the limit where it is near.
fn value_range(plot: &Plot, entries: &[Entry<'_>], limit: Option<&Limit>) -> (f64, f64) {
    let figures = || entries.iter().filter_map(|entry| entry.seen);
    let min = figures().map(|figures| figures.min).fold(f64::INFINITY, f64::min);
    let max = figures().map(|figures| figures.max).fold(f64::NEG_INFINITY, f64::max);
    let max = limit.filter(|limit| limits::is_near(limit, max)).map_or(max, |limit| max.max(limit.value));
    nice_range(&plot.unit, min, max)
}

/// What a screen reader says of a plot.
fn summary(plot: &Plot, entries: &[Entry<'_>], values: (f64, f64), view: &View) -> String {
    let num_shown = entries.iter().filter(|entry| !entry.is_hidden).count();
    let series = if num_shown == 1 { "1 series".to_owned() } else { format!("{num_shown} series") };
    let (start, end) = view.visible();
    format!(
        "Plot {}, {series}, {} to {}, from {} to {}",
        plot.title,
        plot.unit.format(values.0),
        plot.unit.format(values.1),
        time_plot::moment(view, start),
        time_plot::moment(view, end),
    )
}

fn handle_ui(ui: &Ui, id: Id, rect: Rect, plot: &Plot, scene: &Scene<'_>, kept: &mut Kept) {
    let handle = Rect::from_x_y_ranges(rect.x_range(), rect.bottom()..=rect.bottom() + HANDLE_HEIGHT);
    // It is not in the way of Tab: a focused plot takes Shift with the up and down arrows.
    let response = ui
        .interact(handle, id.with("height"), Sense::DRAG | Sense::HOVER)
        .on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
    if response.dragged() {
        set_height(plot, rect.height() + response.drag_delta().y, kept);
    }
    if response.hovered() || response.dragged() {
        ui.painter().hline(handle.x_range(), handle.center().y, Stroke::new(2.0, scene.palette.accent));
    }
}

fn height_keys(ui: &Ui, plot: &Plot, height: f32, kept: &mut Kept) {
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::SHIFT, key));
    if pressed(Key::ArrowUp) {
        set_height(plot, height - HEIGHT_STEP, kept);
    } else if pressed(Key::ArrowDown) {
        set_height(plot, height + HEIGHT_STEP, kept);
    }
}

fn set_height(plot: &Plot, height: f32, kept: &mut Kept) {
    kept.heights.insert(plot.title.clone(), HEIGHTS.clamp(height));
}

fn menu_ui(ui: &mut Ui, plot: &Plot, entries: &[Entry<'_>], kept: &mut Kept, context: &mut Context<'_>) {
    if ui.button("Copy values").clicked() {
        context.commands.push(Command::Copy(format!("{}{}", legend::LINE_HEADINGS, legend::lines(plot, entries))));
    }
    if ui.button("Show all series").clicked() {
        plot.show_all(context.view);
    }
    if ui.button("Usual height").clicked() {
        kept.heights.remove(&plot.title);
    }
    if ui.button("Fold away").clicked() {
        kept.folded.insert(plot.title.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_stand_beside_where_there_is_room() {
        assert!(Columns::of(0.0, 1000.0, 1).legend.is_some() && Columns::of(0.0, 1000.0, 4).legend.is_some());
        let narrow = Columns::of(0.0, 500.0, 1);
        assert!(narrow.legend.is_none() && narrow.plot.span() > 400.0);
        assert!(Columns::of(0.0, 10.0, 2).plot.span() > 0.0);
    }
}
