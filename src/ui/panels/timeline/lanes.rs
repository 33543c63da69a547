//! The lanes themselves: drawn, scrolled, and what the pointer does on them.

use egui::scroll_area::ScrollSource;
use egui::{EventFilter, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::bars::{Canvas, Drawn, Emphasis};
use super::boxing;
use super::header;
use super::index::Piece;
use super::layout::{HEADER_HEIGHT, Layout, Spot};
use super::navigate::At;
use super::scale::Scale;
use super::search::Search;
use super::shapes::Ink;
use super::tracks::{Content, Tracks};
use super::{access, hover};
use crate::model::Key;
use crate::ui::panels::Context;
use crate::ui::theme::Palette;
use crate::ui::time_plot;

/// How near to a bar the pointer means it, points.
const REACH: f32 = 3.0;

/// What is drawn of the lanes and kept between frames.
#[derive(Default)]
pub struct Lanes {
    ink: Ink,
    drawn: Vec<(usize, Vec<Drawn>)>,
    menu: Option<Pointed>,
    /// How far to scroll in the next frame, points.
    scroll_by: f32,
    /// Brings this span into sight in the next frame.
    pub reveal: Option<At>,
    /// Where the box that is being drawn began: elapsed nanoseconds and points below the first lane group.
    pub(super) box_from: Option<(i64, f32)>,
}

/// What the pointer is on: a run, a lane of it, and one mark in that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pointed {
    /// The run's place.
    pub track: usize,
    /// The lane.
    pub lane: u32,
    /// The mark.
    pub piece: Piece,
}

/// What happened on the lanes.
pub struct Happened {
    /// The widget: hovered, dragged, focused.
    pub response: Response,
    /// What lies under the pointer.
    pub pointed: Option<Pointed>,
    /// A span was chosen by someone who does not use the pointer.
    pub chosen: Option<At>,
    /// A run's details were asked for.
    pub run: Option<Key>,
    /// A mark was to be zoomed to, from the menu.
    pub zoomed: Option<Pointed>,
    /// The stretch of time of a mark was to be selected, from the menu.
    pub ranged: Option<Pointed>,
}

/// What the lanes are drawn from.
pub struct Scene<'a> {
    /// The runs.
    pub tracks: &'a Tracks,
    /// What is searched for.
    pub search: &'a Search,
    /// Moments to places.
    pub scale: Scale,
    /// The ticks' places.
    pub grid: &'a [f32],
    /// Whether the strip below draws curves.
    pub has_curves: bool,
    /// The run whose details are open.
    pub open_run: Option<Key>,
    /// What the pointer holds is not the lanes: no card is shown.
    pub is_held: bool,
}

impl Lanes {
    /// Scrolls the lanes: positive shows what is further up. They were drawn already when the pointer is answered to, so
    /// it shows in the next frame.
    pub fn scroll(&mut self, ui: &Ui, by: f32) {
        self.scroll_by += by;
        ui.ctx().request_repaint();
    }

    /// Draws the lanes into a rectangle.
    pub fn lanes_ui(&mut self, ui: &mut Ui, rect: Rect, scene: &Scene<'_>, context: &mut Context<'_>) -> Happened {
        let layout = Layout::fitting(&scene.tracks.num_lanes(), rect.height());
        let mut child = ui.new_child(egui::UiBuilder::new().id_salt("lanes").max_rect(rect));
        child.set_clip_rect(rect.intersect(ui.clip_rect()));
        let area = ScrollArea::vertical().id_salt("lanes").auto_shrink(false).scroll_source(ScrollSource::SCROLL_BAR);
        area.show(&mut child, |ui| {
            ui.set_width(rect.width());
            let (whole, _) =
                ui.allocate_exact_size(vec2(rect.width(), layout.height.max(rect.height() - 1.0)), Sense::hover());
            self.content_ui(ui, rect, whole.top(), &layout, scene, context)
        })
        .inner
    }

    fn content_ui(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        top: f32,
        layout: &Layout,
        scene: &Scene<'_>,
        context: &mut Context<'_>,
    ) -> Happened {
        let palette = Palette::of(ui.ctx());
        let response = ui.interact(rect, ui.scope_id().with("area"), Sense::click_and_drag());
        let spoken = summary(scene, context);
        response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, &spoken));
        if response.has_focus() {
            let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        }
        if self.scroll_by != 0.0 {
            let by = vec2(0.0, std::mem::take(&mut self.scroll_by));
            ui.scroll_with_delta_animation(by, egui::style::ScrollAnimation::none());
        }
        if let Some((track, place)) = self.reveal.take()
            && let (Some(group), Some(spans)) =
                (layout.groups.get(track), scene.tracks.shown.get(track).and_then(|track| track.spans()))
            && let Some(span) = spans.answer.spans.get(place as usize)
        {
            let lane_top = top + group.lane_top(span.lane);
            // Room for the header above, which stays in sight.
            let lane = Rect::from_x_y_ranges(rect.x_range(), lane_top - HEADER_HEIGHT..=lane_top + layout.lane_height);
            ui.scroll_to_rect(lane, None);
        }
        let pointer = response.hover_pos().filter(|_| response.contains_pointer());
        let pointed = pointer.and_then(|at| pointed_at(scene, layout, at.x, at.y - top));
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let canvas = Canvas { painter: &painter, clip: rect, top, scale: scene.scale, grid: scene.grid, palette };
        self.paint(&canvas, layout, scene, pointed, context);
        self.draw_box(ui, &response, top, layout, scene, context);
        boxing::paint(&painter, rect, top, layout, scene, context.view);
        let mut happened = Happened { response, pointed, chosen: None, run: None, zoomed: None, ranged: None };
        let selected = context.view.span.map(|(_, span)| span);
        happened.chosen = access::list_ui(ui, &happened.response, &scene.tracks.shown, &self.drawn, selected);
        let heights = rect.top() - top..rect.bottom() - top;
        for at in layout.visible_groups(heights) {
            let (group, track) = (&layout.groups[at], &scene.tracks.shown[at]);
            // The header of a run that reaches above the edge stays in sight.
            let own = top + group.top;
            let sticking = own.max(rect.top()).min(top + group.bottom - HEADER_HEIGHT).max(own);
            let line = Rect::from_min_size(pos2(rect.left(), sticking), vec2(rect.width(), HEADER_HEIGHT));
            let key = (scene.tracks.shown.len() > 1 && scene.has_curves).then(|| palette.series(at));
            if header::header_ui(ui, line, track, key, scene.open_run == Some(track.frame.run)) {
                happened.run = Some(track.frame.run);
            }
        }
        time_plot::focus_ring(ui.painter(), rect, &happened.response, palette);
        self.menu_ui(&mut happened, scene, context);
        if let Some(pointed) = happened.pointed
            && !scene.is_held
            && !happened.response.context_menu_opened()
            && let Some(track) = scene.tracks.shown.get(pointed.track)
            && let Some(spans) = track.spans()
        {
            let id = happened.response.id.with("card");
            let card = egui::Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), id, egui::PopupAnchor::Pointer);
            card.gap(14.0)
                .accessible_name("Span under the pointer")
                .show(|ui| hover::card_ui(ui, track, spans, pointed.piece));
        }
        happened
    }

    fn paint(
        &mut self,
        canvas: &Canvas<'_>,
        layout: &Layout,
        scene: &Scene<'_>,
        pointed: Option<Pointed>,
        context: &Context<'_>,
    ) {
        self.ink.begin(1.0 / canvas.painter.pixels_per_point());
        let heights = canvas.clip.top() - canvas.top..canvas.clip.bottom() - canvas.top;
        let groups = layout.visible_groups(heights);
        self.drawn.resize_with(groups.len(), Default::default);
        for ((track_at, bars), at) in self.drawn.iter_mut().zip(groups.clone()) {
            *track_at = at;
            bars.clear();
            let track = &scene.tracks.shown[at];
            let hovered = pointed.filter(|pointed| pointed.track == at);
            let emphasis = Emphasis {
                selected: context.view.span.filter(|(run, _)| *run == track.frame.run).map(|(_, span)| span),
                hovered: hovered.map(|pointed| pointed.piece),
                hovered_lane: hovered.map_or(0, |pointed| pointed.lane),
                found: scene.search.of(track.frame.run),
            };
            canvas.grounds(&mut self.ink, track, &layout.groups[at]);
            if let Content::Spans(spans) = &track.content {
                canvas.run(&mut self.ink, track, spans, &layout.groups[at], &emphasis, bars);
            }
        }
        canvas.painter.add(self.ink.shape());
        for (at, bars) in &self.drawn {
            let track = &scene.tracks.shown[*at];
            if let Some(spans) = track.spans() {
                canvas.labels(spans, bars);
                if spans.answer.spans.is_empty() {
                    canvas.say(&layout.groups[*at], "This run has no spans");
                }
            }
            canvas.idle_labels(track, &layout.groups[*at]);
        }
    }

    fn menu_ui(&mut self, happened: &mut Happened, scene: &Scene<'_>, context: &mut Context<'_>) {
        if happened.response.secondary_clicked() {
            self.menu = happened.pointed;
        }
        let Some(pointed) = self.menu else { return };
        let Some(spans) = scene.tracks.shown.get(pointed.track).and_then(|track| track.spans()) else { return };
        let response = happened.response.clone();
        let mut is_zoomed = false;
        let mut is_ranged = false;
        response.context_menu(|ui| {
            is_zoomed = ui.button("Zoom to it").clicked();
            is_ranged = ui.button("Select its stretch of time").clicked();
            if let Piece::One(place) = pointed.piece
                && let Some(span) = spans.answer.spans.get(place as usize)
            {
                let name = spans.answer.name(span);
                if ui.button("Find others of this name").clicked() {
                    context.view.search = name.to_owned();
                }
                if ui.button("Copy its name").clicked() {
                    context.commands.push(crate::ui::command::Command::Copy(name.to_owned()));
                }
            }
        });
        happened.zoomed = is_zoomed.then_some(pointed);
        happened.ranged = is_ranged.then_some(pointed);
    }
}

fn pointed_at(scene: &Scene<'_>, layout: &Layout, x: f32, y: f32) -> Option<Pointed> {
    let Spot::Lane(track, lane) = layout.spot(y)? else { return None };
    let shown = scene.tracks.shown.get(track)?;
    let spans = shown.spans()?;
    let at = shown.frame.to_clock(scene.scale.nanos(x));
    let (reach, column) = (scene.scale.duration_nanos(REACH), scene.scale.duration_nanos(1.0));
    let piece = spans.index.lanes.get(lane as usize)?.nearest(&spans.answer.spans, at, reach, column)?;
    Some(Pointed { track, lane, piece })
}

/// What a screen reader says of the lanes as a whole.
fn summary(scene: &Scene<'_>, context: &Context<'_>) -> String {
    let runs = scene.tracks.shown.len();
    let spans: usize =
        scene.tracks.shown.iter().filter_map(|track| track.spans()).map(|spans| spans.answer.spans.len()).sum();
    let failed: u64 = scene
        .tracks
        .shown
        .iter()
        .filter_map(|track| track.spans())
        .map(|spans| spans.answer.run.num_failed_spans)
        .sum();
    let (from, to) = context.view.visible();
    let moment = crate::model::time::format_duration;
    format!("Timeline, runs: {runs}, spans: {spans}, failed: {failed}, shown from {} to {}", moment(from), moment(to))
}
