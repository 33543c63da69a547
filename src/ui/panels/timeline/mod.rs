//! The timeline tab: runs below each other, their spans in lanes, what the machine did on the same axis.
//!
//! Each run is a group of lanes below a header; a span lies below the one it is part of. Everything is drawn from one
//! answer a run: moving and zooming ask nothing again. Slivers narrower than a pixel are merged into marks that keep
//! their count and time (`index`), how a span ended shows by its outline (`shapes`), and what the eye sees the
//! accessibility tree tells (`access`). The visible stretch, the cursor and the selection are the view's, shared with
//! the other tabs.

mod access;
mod act;
mod bars;
mod boxing;
mod details;
#[cfg(test)]
mod fixture;
mod header;
mod hover;
mod index;
mod labels;
mod lanes;
mod layout;
mod measured;
mod moments;
mod navigate;
mod notes;
mod pointer;
mod range;
mod ruler;
mod scale;
mod search;
mod shapes;
mod strip;
mod table;
mod toolbar;
mod tracks;

use egui::{Frame, Margin, Panel as SidePanel, Rect, Sense, Ui, pos2};

use self::details::{Details, Subject};
use self::lanes::{Lanes, Scene};
use self::layout::Layout;
use self::navigate::At;
use self::range::Hold;
use self::scale::Scale;
use self::search::Search;
use self::strip::Strip;
use self::table::RangeTable;
use self::tracks::Tracks;
use super::{Context, Panel};
use crate::model::Key;
use crate::ui::empty::{Empty, empty_ui};
use crate::ui::icon::Icon;
use crate::ui::theme::Palette;
use crate::ui::time_plot;

/// The timeline tab.
#[derive(Default)]
pub struct TimelinePanel {
    tracks: Tracks,
    search: Search,
    lanes: Lanes,
    strip: Strip,
    details: Details,
    table: RangeTable,
    /// The run whose details are open without a span.
    open_run: Option<Key>,
    /// Where the selected span lies.
    selected: Option<At>,
    /// What the pointer holds while it is pressed.
    hold: Option<Hold>,
    /// When the wheel was last turned, seconds: what follows soon is the same step back.
    wheel_secs: f64,
    /// Whether the cursor is where this tab's pointer put it.
    is_pointing: bool,
}

/// Below this width the details stand below the lanes, not beside them, points.
const MIN_WIDTH_FOR_SIDE: f32 = 900.0;

/// The most a row of the strip grows where the lanes leave room, points.
const MAX_ROW_GROWTH: f32 = 56.0;

impl Panel for TimelinePanel {
    fn panel_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        if context.view.frames.is_empty() {
            let empty = Empty {
                icon: Icon::Timeline,
                title: "No run is shown",
                sentence: "Choose one or several runs in the side bar to see their stages here",
                actions: &[],
            };
            empty_ui(ui, &empty);
            return;
        }
        self.update(context);
        let is_found = self.act(context);
        let at_match = self.at_match();
        let bar = Frame::new().inner_margin(Margin::symmetric(8, 4));
        SidePanel::top("timeline toolbar").frame(bar).show(ui, |ui| {
            toolbar::toolbar_ui(ui, &self.search, at_match, is_found, context);
        });
        self.panels_ui(ui, context);
        let rect = ui.available_rect_before_wrap();
        self.area_ui(ui, rect, context);
    }
}

impl TimelinePanel {
    /// Takes in what has come: answers, and who is selected.
    fn update(&mut self, context: &mut Context<'_>) {
        let view = &mut *context.view;
        self.tracks.update(context.engine, &view.frames, view.is_idle_shown, &mut view.colours, context.theme);
        let runs = self.tracks.shown.iter().filter_map(|track| {
            let spans = track.spans()?;
            Some((track.frame.run, &spans.answer, &*spans.index))
        });
        self.search.update(&view.search, runs);
        self.strip.update(context.engine, view);
        self.selected = view.span.and_then(|(run, span)| self.tracks.find(run, span, self.selected));
        self.open_run = self.open_run.filter(|run| view.frame(*run).is_some());
    }

    /// The details and the table of the range, where there is something to say.
    fn panels_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let palette = Palette::of(ui.ctx());
        let frame = Frame::new().fill(palette.panel).inner_margin(Margin::symmetric(10, 4));
        let is_wide = ui.available_width() >= MIN_WIDTH_FOR_SIDE;
        let height = ui.available_height();
        if let Some(range) = context.view.range {
            let panel = SidePanel::bottom("timeline range").resizable(true).default_size(170.0);
            panel.size_range(80.0..=height * 0.6).frame(frame).show(ui, |ui| {
                ui.take_available_space();
                self.table.table_ui(ui, range, context);
            });
        }
        let subject = match context.view.span {
            Some((run, span)) => context.view.frame(run).cloned().map(|frame| (frame, Some(span))),
            None => self.open_run.and_then(|run| context.view.frame(run)).cloned().map(|frame| (frame, None)),
        };
        let Some((run_frame, span)) = subject else { return };
        let track = self.tracks.shown.iter().find(|track| track.frame.run == run_frame.run);
        let notes = track.and_then(|track| track.notes.clone());
        let answer = track.and_then(|track| track.spans()).map(|spans| std::sync::Arc::clone(&spans.answer));
        let subject = Subject { frame: run_frame, run: answer.as_ref().map(|answer| &answer.run), notes, span };
        let panel = if is_wide {
            let panel = SidePanel::right("timeline details").resizable(true).default_size(330.0);
            panel.size_range(240.0..=ui.available_width() * 0.6)
        } else {
            let panel = SidePanel::bottom("timeline details below").resizable(true).default_size(height * 0.36);
            panel.size_range(100.0..=height * 0.7)
        };
        let is_closed = panel.frame(frame).show(ui, |ui| {
            ui.take_available_space();
            self.details.details_ui(ui, &subject, context)
        });
        let is_closed = is_closed.inner;
        if is_closed {
            context.view.span = None;
            self.open_run = None;
        }
    }

    /// The axis, the lanes and the strip.
    fn area_ui(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let palette = Palette::of(ui.ctx());
        let scale = Scale::airy(context.view.visible(), rect.x_range());
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let ticks = time_plot::ticks(ui, context.view, scale.width);
        let has_day = ticks.iter().any(|tick| tick.day.is_some());
        let ruler_height = if has_day { ruler::HEIGHT_WITH_DAY } else { ruler::HEIGHT };
        let ruler = rect.with_max_y(rect.top() + ruler_height);
        let room = (rect.height() - ruler_height).max(0.0);
        let least = self.strip.height(0.0).min(room * 0.5);
        // What the lanes leave, the curves take a part of.
        let spare = room - least - Layout::fitting(&self.tracks.num_lanes(), room - least).height;
        let row_growth = (spare * 0.6 / self.strip.num_plots().max(1) as f32).floor().clamp(0.0, MAX_ROW_GROWTH);
        let strip_height = if row_growth > 0.0 { self.strip.height(row_growth) } else { least };
        let strip = Rect::from_min_max(pos2(rect.left(), rect.bottom() - strip_height), rect.max);
        let lanes = Rect::from_min_max(pos2(rect.left(), ruler.bottom()), pos2(rect.right(), strip.top()));
        let axis = ui.interact(ruler, ui.scope_id().with("time axis"), Sense::CLICK | Sense::DRAG);
        axis.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Group, true, "Time axis"));
        let grid: Vec<f32> = ticks.iter().map(|tick| scale.x(tick.at_nanos)).collect();
        let scene = Scene {
            tracks: &self.tracks,
            search: &self.search,
            scale,
            grid: &grid,
            has_curves: self.strip.has_curves(),
            open_run: self.open_run,
            is_held: self.hold.is_some(),
        };
        let happened = self.lanes.lanes_ui(ui, lanes, &scene, context);
        let below = ui.interact(strip, ui.scope_id().with("strip"), Sense::CLICK | Sense::DRAG);
        let spoken = self.strip.spoken();
        below.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &spoken));
        let strip_painter = painter.with_clip_rect(strip.intersect(painter.clip_rect()));
        strip_painter.rect_filled(strip, 0.0, palette.canvas);
        self.strip.paint(&strip_painter, strip, row_growth, &scale, context.engine, context.view, palette);
        self.respond(ui, &scale, &axis, &below, &happened, context);
        ruler::paint(&painter, ruler, &scale, &ticks, context.view);
        ruler::paint_over(&painter, Rect::from_min_max(lanes.min, strip.max), &scale, context.view);
    }
}
