//! Outcomes and severities: always a shape and a word as well as a colour.

use egui::epaint::{PathShape, PathStroke};
use egui::{Color32, FontId, Painter, Pos2, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::icon::diamond;
use super::theme::{GRID, Palette};
use crate::model::{Outcome, Severity};

/// The word people read for an outcome.
#[must_use]
pub fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Unknown => "Unknown",
        Outcome::Running => "Running",
        Outcome::Succeeded => "Succeeded",
        Outcome::Failed => "Failed",
        Outcome::Interrupted => "Interrupted",
    }
}

/// The word people read for a severity.
#[must_use]
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Notice => "Notice",
        Severity::Warning => "Warning",
        Severity::Error => "Error",
    }
}

/// Paints the shape of an outcome: a disc with a tick, a diamond with a cross, a square with a bar, a triangle that
/// points on, a ring. Told apart by outline alone.
pub fn paint_outcome(painter: &Painter, palette: &Palette, centre: Pos2, side: f32, outcome: Outcome) {
    let colour = palette.outcome(outcome);
    let ink = palette.text_on(colour);
    let radius = side / 2.0;
    let stroke = Stroke::new((side * 0.13).max(1.2), ink);
    match outcome {
        Outcome::Succeeded => {
            painter.circle_filled(centre, radius, colour);
            let tick = [(-0.42, 0.05), (-0.1, 0.36), (0.44, -0.3)].map(|(x, y)| centre + vec2(x, y) * radius);
            painter.add(PathShape::line(tick.to_vec(), PathStroke::from(stroke)));
        }
        Outcome::Failed => {
            painter.add(PathShape::convex_polygon(diamond(centre, radius * 1.15), colour, PathStroke::NONE));
            let arm = vec2(0.33, 0.33) * radius;
            let other = vec2(arm.x, -arm.y);
            painter.line_segment([centre - arm, centre + arm], stroke);
            painter.line_segment([centre - other, centre + other], stroke);
        }
        Outcome::Interrupted => {
            painter.rect_filled(Rect::from_center_size(centre, Vec2::splat(side * 0.86)), side * 0.14, colour);
            let arm = vec2(radius * 0.45, 0.0);
            painter.line_segment([centre - arm, centre + arm], Stroke::new(stroke.width * 1.3, ink));
        }
        Outcome::Running => {
            let points = [(-0.6, -0.85), (0.9, 0.0), (-0.6, 0.85)].map(|(x, y)| centre + vec2(x, y) * radius);
            painter.add(PathShape::convex_polygon(points.to_vec(), colour, PathStroke::NONE));
        }
        Outcome::Unknown => {
            painter.circle_stroke(centre, radius - stroke.width / 2.0, Stroke::new(stroke.width, colour));
        }
    }
}

/// Paints the shape of a severity: a ring with an i, a triangle with an exclamation mark, a diamond with one.
pub fn paint_severity(painter: &Painter, palette: &Palette, centre: Pos2, side: f32, severity: Severity) {
    let colour = palette.severity(severity);
    let ink = palette.text_on(colour);
    let radius = side / 2.0;
    let width = (side * 0.13).max(1.2);
    let mark = |ink: Color32, middle: f32, is_dot_above: bool| {
        let (dot, stem) = if is_dot_above { (-0.45, (-0.1, 0.5)) } else { (0.42, (-0.5, 0.12)) };
        let at = |y: f32| centre + vec2(0.0, (y + middle) * radius);
        painter.line_segment([at(stem.0), at(stem.1)], Stroke::new(width, ink));
        painter.circle_filled(at(dot), width * 0.62, ink);
    };
    match severity {
        Severity::Notice => {
            painter.circle_stroke(centre, radius - width / 2.0, Stroke::new(width, colour));
            mark(colour, 0.0, true);
        }
        Severity::Warning => {
            let points = [(0.0, -1.0), (1.08, 0.9), (-1.08, 0.9)].map(|(x, y)| centre + vec2(x, y) * radius);
            painter.add(PathShape::convex_polygon(points.to_vec(), colour, PathStroke::NONE));
            mark(ink, 0.22, false);
        }
        Severity::Error => {
            painter.add(PathShape::convex_polygon(diamond(centre, radius * 1.15), colour, PathStroke::NONE));
            mark(ink, 0.0, false);
        }
    }
}

/// An outcome as shape and word.
pub fn outcome_ui(ui: &mut Ui, outcome: Outcome) -> Response {
    let palette = Palette::of(ui.ctx());
    badge_ui(
        ui,
        Some(outcome_word(outcome)),
        outcome_word(outcome),
        palette.outcome(outcome),
        |painter, centre, side| {
            paint_outcome(painter, palette, centre, side, outcome);
        },
    )
}

/// An outcome as its shape alone, for narrow lists; the word is its accessible name and its hover text.
pub fn outcome_mark_ui(ui: &mut Ui, outcome: Outcome) -> Response {
    let palette = Palette::of(ui.ctx());
    badge_ui(ui, None, outcome_word(outcome), palette.outcome(outcome), |painter, centre, side| {
        paint_outcome(painter, palette, centre, side, outcome);
    })
    .on_hover_text(outcome_word(outcome))
}

/// A severity as shape and word.
pub fn severity_ui(ui: &mut Ui, severity: Severity) -> Response {
    let palette = Palette::of(ui.ctx());
    let word = severity_word(severity);
    badge_ui(ui, Some(word), word, palette.severity(severity), |painter, centre, side| {
        paint_severity(painter, palette, centre, side, severity);
    })
}

/// A coloured square and a name: the key of a stage or curve.
pub fn key_ui(ui: &mut Ui, colour: Color32, name: &str) -> Response {
    let text = Palette::of(ui.ctx()).text;
    badge_ui(ui, Some(name), name, text, |painter, centre, side| {
        painter.rect_filled(Rect::from_center_size(centre, Vec2::splat(side * 0.8)), 2.0, colour);
    })
}

fn badge_ui(
    ui: &mut Ui,
    word: Option<&str>,
    name: &str,
    colour: Color32,
    paint: impl FnOnce(&Painter, Pos2, f32),
) -> Response {
    let font: FontId = egui::TextStyle::Body.resolve(ui.style());
    let side = (font.size * 0.92).round();
    let galley = word.map(|word| ui.painter().layout_no_wrap(word.to_owned(), font, colour));
    let text_width = galley.as_ref().map_or(0.0, |galley| GRID * 1.5 + galley.size().x);
    let height = galley.as_ref().map_or(side, |galley| galley.size().y).max(side);
    let (rect, response) = ui.allocate_exact_size(vec2(side + text_width, height), Sense::hover());
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Label, is_enabled, name));
    if ui.is_rect_visible(rect) {
        paint(ui.painter(), pos2(rect.left() + side / 2.0, rect.center().y), side);
        if let Some(galley) = galley {
            let at = pos2(rect.left() + side + GRID * 1.5, rect.center().y - galley.size().y / 2.0);
            ui.painter().galley(at, galley, colour);
        }
    }
    response
}
