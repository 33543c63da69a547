//! The card beside the pointer: what the span, or the slivers merged into one mark, are.

use egui::{Color32, RichText, Ui};

use super::index::{Merged, Piece};
use super::moments;
use super::tracks::{Spans, Track};
use crate::engine::queries::TimelineSpan;
use crate::model::time::format_duration;
use crate::ui::badge::{key_ui, outcome_ui};
use crate::ui::theme::{BODY_SIZE, Palette, SMALL_SIZE, strong};

/// Draws the card.
pub fn card_ui(ui: &mut Ui, track: &Track, spans: &Spans, piece: Piece) {
    ui.spacing_mut().item_spacing.y = 3.0;
    match piece {
        Piece::One(place) => span_ui(ui, track, spans, &spans.answer.spans[place as usize]),
        Piece::Many(merged) => merged_ui(ui, track, spans, &merged),
    }
}

fn span_ui(ui: &mut Ui, track: &Track, spans: &Spans, span: &TimelineSpan) {
    let weak = Palette::of(ui.ctx()).text_weak;
    ui.label(strong(spans.answer.name(span), BODY_SIZE));
    let nanos = span.end_nanos.saturating_sub(span.start_nanos);
    ui.horizontal(|ui| {
        outcome_ui(ui, span.outcome);
        ui.label(strong(format_duration(nanos), BODY_SIZE));
        let (start, end) = spans.answer.bounds;
        ui.label(RichText::new(format!("{} of the run", moments::share(nanos, end.saturating_sub(start)))).color(weak));
    });
    let (from, to) = (track.frame.to_elapsed(span.start_nanos), track.frame.to_elapsed(span.end_nanos));
    let to = if span.is_open { "open".to_owned() } else { moments::elapsed(to) };
    let kind = span.kind.name().replace('_', " ");
    small_ui(ui, format!("{kind}, {} – {to}", moments::elapsed(from)), weak);
    if let Some(parent) = span.parent.and_then(|parent| spans.answer.spans.get(parent as usize)) {
        small_ui(ui, format!("in {}", spans.answer.name(parent)), weak);
    }
}

fn merged_ui(ui: &mut Ui, track: &Track, spans: &Spans, merged: &Merged) {
    let palette = Palette::of(ui.ctx());
    let longest = &spans.answer.spans[merged.longest as usize];
    ui.label(strong(format!("{} spans, {} in sum", merged.count, format_duration(merged.busy_nanos)), BODY_SIZE));
    let from = track.frame.to_elapsed(merged.start_nanos);
    small_ui(
        ui,
        format!("{} – {}", moments::elapsed(from), moments::elapsed(track.frame.to_elapsed(merged.end_nanos))),
        palette.text_weak,
    );
    ui.horizontal(|ui| {
        small_ui(ui, "longest".to_owned(), palette.text_weak);
        key_ui(ui, spans.fills[longest.name as usize], spans.answer.name(longest));
        small_ui(ui, format_duration(longest.end_nanos.saturating_sub(longest.start_nanos)), palette.text_weak);
    });
    if merged.num_failed > 0 {
        small_ui(ui, format!("{} failed", merged.num_failed), palette.failed);
    }
    if merged.num_interrupted > 0 {
        small_ui(ui, format!("{} interrupted", merged.num_interrupted), palette.interrupted);
    }
    small_ui(ui, "Double-click to come closer".to_owned(), palette.text_weak);
}

fn small_ui(ui: &mut Ui, text: String, colour: Color32) {
    ui.label(RichText::new(text).size(SMALL_SIZE).color(colour));
}
