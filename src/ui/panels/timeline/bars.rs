//! Draws the lanes of a run: grounds, bars by stage and outcome, idle gaps, labels where they fit.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Painter, Rect, pos2, vec2};

use super::index::{Merged, Piece};
use super::layout::{Group, LANE_GAP};
use super::scale::Scale;
use super::search::Found;
use super::shapes::Ink;
use super::tracks::{Spans, Track};
use crate::engine::queries::TimelineSpan;
use crate::model::time::format_duration;
use crate::model::{Key, Outcome};
use crate::ui::theme::{Palette, SMALL_SIZE, over};

/// A span alone is never drawn narrower, points.
const MIN_WIDTH: f32 = 2.0;
/// Narrower bars carry no label, points.
const MIN_LABEL_WIDTH: f32 = 26.0;
/// Narrower bars are only a stripe with a flag, points.
const MIN_SHAPE_WIDTH: f32 = 9.0;
/// Space between a bar's edge and its label, points.
const PADDING: f32 = 5.0;

/// What is drawn on, and how.
pub struct Canvas<'a> {
    /// Paints text and what lies above the bars.
    pub painter: &'a Painter,
    /// The visible part of the lanes.
    pub clip: Rect,
    /// Where the top of the first lane group lies, which may be above the visible part.
    pub top: f32,
    /// Moments to places.
    pub scale: Scale,
    /// The places of the ticks.
    pub grid: &'a [f32],
    /// Colours.
    pub palette: &'static Palette,
}

/// What stands out among the bars.
#[derive(Clone, Copy, Default)]
pub struct Emphasis<'a> {
    /// The selected span.
    pub selected: Option<Key>,
    /// The span or spans under the pointer.
    pub hovered: Option<Piece>,
    /// The lane they lie in.
    pub hovered_lane: u32,
    /// What the search found.
    pub found: Option<&'a Found>,
}

/// A bar as it was drawn, for labels and for those who cannot see it.
#[derive(Clone, Copy, Debug)]
pub struct Drawn {
    /// Its place in the answer's list.
    pub place: u32,
    /// Where it was drawn.
    pub rect: Rect,
    fill: Color32,
}

impl Canvas<'_> {
    /// Draws the ground of a run's lanes: striped for as long as it lasted, with a line at every tick.
    pub fn grounds(&self, ink: &mut Ink, track: &Track, group: &Group) {
        let heights = self.clip.top() - self.top..self.clip.bottom() - self.top;
        let last = track.frame.to_elapsed(track.frame.end_nanos);
        let (left, right) = (self.scale.x(0).max(self.clip.left()), self.scale.x(last).min(self.clip.right()));
        let lanes = group.visible_lanes(heights);
        for lane in lanes.clone() {
            let top = ink.snap(self.top + group.lane_top(lane));
            let ground = if lane % 2 == 1 { self.palette.canvas_stripe } else { self.palette.canvas };
            ink.rect(Rect::from_min_max(pos2(left, top), pos2(right, ink.snap(top + group.lane_height))), ground);
        }
        let (top, bottom) = (self.top + group.lane_top(lanes.start), self.top + group.lane_top(lanes.end));
        let pixel = ink.pixel;
        for x in self.grid {
            let x = ink.snap(*x);
            ink.rect(Rect::from_min_max(pos2(x, top), pos2(x + pixel, bottom)), self.palette.grid_major);
        }
    }

    /// Says something in place of bars.
    pub fn say(&self, group: &Group, text: &str) {
        let at = pos2(self.clip.left() + 10.0, self.top + (group.lanes_top + group.bottom) / 2.0);
        let font = FontId::proportional(SMALL_SIZE);
        self.painter.text(at, Align2::LEFT_CENTER, text, font, self.palette.text_weak);
    }

    /// Draws the lanes of one run that are in sight; `drawn` gets the bars with room for a label.
    pub fn run(
        &self,
        ink: &mut Ink,
        track: &Track,
        spans: &Spans,
        group: &Group,
        emphasis: &Emphasis<'_>,
        drawn: &mut Vec<Drawn>,
    ) {
        let heights = self.clip.top() - self.top..self.clip.bottom() - self.top;
        let origin = track.frame.origin_nanos;
        let window = (track.frame.to_clock(self.scale.window.0), track.frame.to_clock(self.scale.window.1));
        let column_nanos = self.scale.duration_nanos(1.0).max(1);
        let mut outlines = Vec::new();
        for lane in group.visible_lanes(heights) {
            let top = ink.snap(self.top + group.lane_top(lane));
            let ground = if lane % 2 == 1 { self.palette.canvas_stripe } else { self.palette.canvas };
            let Some(in_lane) = spans.index.lanes.get(lane as usize) else { continue };
            let bar_top = ink.snap(top + LANE_GAP / 2.0);
            let bar_bottom = ink.snap(top + group.lane_height - LANE_GAP / 2.0);
            in_lane.visit(&spans.answer.spans, window, column_nanos, |piece| {
                let (start, end, place) = match piece {
                    Piece::One(place) => {
                        let span = &spans.answer.spans[place as usize];
                        (span.start_nanos, span.end_nanos, place)
                    }
                    Piece::Many(merged) => (merged.start_nanos, merged.end_nanos, merged.longest),
                };
                let left = self.scale.x(start.saturating_sub(origin)).max(self.clip.left() - 16.0);
                let right = self.scale.x(end.saturating_sub(origin)).min(self.clip.right() + 16.0);
                // What begins at the very edge is still seen.
                let left = ink.snap(left).min(self.clip.right() - 2.0);
                let least = if matches!(piece, Piece::One(_)) { MIN_WIDTH } else { 1.0 };
                let right = ink.snap(right).max(left + least);
                let rect = Rect::from_min_max(pos2(left, bar_top), pos2(right, bar_bottom));
                let span = &spans.answer.spans[place as usize];
                let is_hovered = emphasis.hovered == Some(piece) && emphasis.hovered_lane == lane;
                let is_match = emphasis.found.is_none_or(|found| match piece {
                    Piece::One(_) => found.is_match(span),
                    Piece::Many(merged) => found.num_in(lane, &merged) > 0,
                });
                let mut fill = spans.fills[span.name as usize];
                if !is_match {
                    fill = over(fill.gamma_multiply(0.22), ground);
                }
                if is_hovered {
                    fill = over(self.palette.text_strong.gamma_multiply(0.18), fill);
                }
                match piece {
                    Piece::One(_) => self.span(ink, rect, span, fill, is_match),
                    Piece::Many(merged) => self.merged(ink, rect, &merged, fill, is_match),
                }
                if emphasis.selected == Some(span.key) && matches!(piece, Piece::One(_)) {
                    outlines.push((rect, self.palette.highlight, 2.0));
                } else if emphasis.found.is_some() && is_match {
                    // A frame around slivers would leave nothing of them: they get a mark above.
                    let mark = if rect.width() >= 5.0 { rect } else { rect.with_max_y(rect.top() + 2.0) };
                    outlines.push((mark, self.palette.highlight.gamma_multiply(0.75), 1.0));
                }
                if matches!(piece, Piece::One(_)) && track.notes.as_ref().is_some_and(|notes| notes.has_span(span.key))
                {
                    ink.corner(rect, self.palette.canvas, self.palette.highlight);
                }
                if matches!(piece, Piece::One(_)) && rect.width() >= 3.0 {
                    drawn.push(Drawn { place, rect, fill });
                }
            });
        }
        for (rect, colour, width) in outlines {
            if width > 1.0 {
                ink.frame(rect.expand(3.0), 1.5, self.palette.canvas);
                ink.frame(rect.expand(2.0), width, colour);
                ink.frame(rect, 1.0, self.palette.canvas);
            } else {
                ink.frame(rect, width, colour);
            }
        }
        self.idle(ink, track, group);
    }

    fn span(&self, ink: &mut Ink, rect: Rect, span: &TimelineSpan, fill: Color32, is_match: bool) {
        let fade =
            |colour: Color32| if is_match { colour } else { over(colour.gamma_multiply(0.3), self.palette.canvas) };
        // A gap of a pixel tells neighbours apart.
        let rect = if rect.width() > 4.0 { rect.with_max_x(rect.right() - ink.pixel) } else { rect };
        let is_wide = rect.width() >= MIN_SHAPE_WIDTH;
        let (failed, interrupted, running) =
            (fade(self.palette.failed), fade(self.palette.interrupted), fade(self.palette.running));
        match span.outcome {
            Outcome::Failed if is_wide => {
                ink.bar(rect, fill);
                ink.hatch(rect.shrink(1.5), over(failed.gamma_multiply(0.42), fill));
                ink.frame(rect, 1.5, failed);
                if rect.width() >= 22.0 {
                    let cap = rect.with_max_x(rect.left().max(self.clip.left()) + 14.0).intersect(rect);
                    ink.rect(cap, failed);
                    ink.cross(cap.right_center() - vec2(7.0, 0.0), 3.25, self.palette.text_on(failed));
                }
            }
            Outcome::Interrupted if is_wide => ink.torn_bar(rect, fill, interrupted),
            Outcome::Running if is_wide => ink.open_bar(rect, fill, running),
            Outcome::Failed => self.flagged(ink, rect, fill, failed),
            Outcome::Interrupted => self.flagged(ink, rect, fill, interrupted),
            Outcome::Running => self.flagged(ink, rect, fill, running),
            Outcome::Succeeded | Outcome::Unknown if span.is_open && is_wide => ink.open_bar(rect, fill, running),
            Outcome::Succeeded | Outcome::Unknown => ink.bar(rect, fill),
        }
    }

    fn merged(&self, ink: &mut Ink, rect: Rect, merged: &Merged, fill: Color32, is_match: bool) {
        // Merged slivers stand a little lower than a span, so that a heap is not taken for one.
        let body = rect.with_min_y(rect.top() + 3.0);
        if !is_match {
            ink.rect(body, fill);
        } else if merged.num_failed > 0 {
            self.flagged(ink, body, fill, self.palette.failed);
        } else if merged.num_interrupted > 0 {
            self.flagged(ink, body, fill, self.palette.interrupted);
        } else {
            ink.rect(body, fill);
        }
    }

    fn flagged(&self, ink: &mut Ink, rect: Rect, fill: Color32, flag: Color32) {
        ink.rect(rect, fill);
        let x = rect.center().x.clamp(self.clip.left() + 4.0, self.clip.right() - 4.0);
        ink.flag(pos2(x, rect.top()), flag);
    }

    fn idle(&self, ink: &mut Ink, track: &Track, group: &Group) {
        let Some(idle) = &track.idle else { return };
        let (top, bottom) = (self.top + group.lanes_top, self.top + group.bottom);
        for gap in &idle.gaps {
            let left = self.scale.x(track.frame.to_elapsed(gap.start_nanos)).max(self.clip.left());
            let right = self.scale.x(track.frame.to_elapsed(gap.end_nanos)).min(self.clip.right());
            if right <= left {
                continue;
            }
            let rect = Rect::from_min_max(pos2(ink.snap(left), top), pos2(ink.snap(right).max(left + 1.0), bottom));
            ink.rect(rect, self.palette.idle);
            ink.hatch(rect, self.palette.idle);
            let rail = rect.with_min_y(top - 2.0).with_max_y(top);
            ink.rect(rail, self.palette.interrupted);
        }
    }

    /// Writes how long idle gaps are, above the lanes, where there is room.
    pub fn idle_labels(&self, track: &Track, group: &Group) {
        let Some(idle) = &track.idle else { return };
        for gap in &idle.gaps {
            let left = self.scale.x(track.frame.to_elapsed(gap.start_nanos)).max(self.clip.left());
            let right = self.scale.x(track.frame.to_elapsed(gap.end_nanos)).min(self.clip.right());
            if right - left < 40.0 {
                continue;
            }
            let text = format!("idle {}", format_duration(gap.end_nanos.saturating_sub(gap.start_nanos)));
            let galley =
                self.painter.layout_no_wrap(text, FontId::proportional(SMALL_SIZE - 1.0), self.palette.interrupted);
            if galley.size().x + 6.0 <= right - left {
                let at = Align2::CENTER_BOTTOM
                    .anchor_size(pos2((left + right) / 2.0, self.top + group.bottom), galley.size());
                let ground = over(self.palette.canvas.gamma_multiply(0.85), self.palette.canvas_stripe);
                self.painter.rect_filled(at.expand2(vec2(3.0, 0.0)), 3.0, ground);
                self.painter.galley(at.min, galley, self.palette.interrupted);
            }
        }
    }

    /// Writes names and durations into bars wide enough for them.
    pub fn labels(&self, spans: &Spans, drawn: &[Drawn]) {
        for bar in drawn {
            // Tall bars carry larger words.
            let font = FontId::proportional(if bar.rect.height() >= 23.0 { SMALL_SIZE + 1.0 } else { SMALL_SIZE });
            let span = &spans.answer.spans[bar.place as usize];
            let has_cap = span.outcome == Outcome::Failed && bar.rect.width() >= 22.0;
            let left = bar.rect.left().max(self.clip.left()) + PADDING + if has_cap { 14.0 } else { 0.0 };
            // The end of a bar that goes on is an arrow.
            let goes_on = span.outcome == Outcome::Running || span.is_open;
            let right = bar.rect.right().min(self.clip.right()) - if goes_on { 18.0 } else { PADDING };
            if right - left < MIN_LABEL_WIDTH - PADDING {
                continue;
            }
            let ink = self.palette.text_on(bar.fill);
            let middle = bar.rect.center().y;
            let name = spans.answer.name(span);
            let galley = self.painter.layout_no_wrap(name.to_owned(), font.clone(), ink);
            if galley.size().x > right - left {
                // Widths in steps, so that zooming does not lay out every label anew in every frame.
                let width = ((right - left) / 8.0).floor() * 8.0;
                let mut job = LayoutJob::simple_singleline(name.to_owned(), font.clone(), ink);
                job.wrap = TextWrapping::truncate_at_width(width);
                let galley = self.painter.layout_job(job);
                self.painter.galley(pos2(left, middle - galley.size().y / 2.0), galley, ink);
                continue;
            }
            let after = left + galley.size().x + 8.0;
            self.painter.galley(pos2(left, middle - galley.size().y / 2.0), galley, ink);
            let duration = format_duration(span.end_nanos.saturating_sub(span.start_nanos));
            let galley = self.painter.layout_no_wrap(duration, font.clone(), ink.gamma_multiply(0.72));
            if after + galley.size().x <= right {
                self.painter.galley(pos2(after, middle - galley.size().y / 2.0), galley, ink);
            }
        }
    }
}

/// What a screen reader says of a bar, and what tests look it up by: `stage encode, failed, 12.3 s`.
#[must_use]
pub fn spoken(spans: &Spans, span: &TimelineSpan) -> String {
    let kind = span.kind.name().replace('_', " ");
    let duration = format_duration(span.end_nanos.saturating_sub(span.start_nanos));
    format!("{kind} {}, {}, {duration}", spans.answer.name(span), span.outcome.name())
}
