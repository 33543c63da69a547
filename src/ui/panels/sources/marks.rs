//! The small shapes of the Sources tab: kinds and states are told apart by shape as well as by word and colour.

use egui::{Color32, Painter, Pos2, Shape, Stroke, Vec2};

use super::words::Standing;
use crate::engine::StateKind;
use crate::model::SourceKind;
use crate::ui::theme::Palette;

/// Half the size of a mark, points.
const RADIUS: f32 = 4.5;

/// How a source or attachment stands: a ring while it connects, a disc when live, half a disc when stalled, a cross when
/// lost, a dash when off; a tick when complete, a broken ring when not.
pub fn standing(painter: &Painter, at: Pos2, standing: Standing, palette: &Palette) {
    let colour = standing_colour(standing, palette);
    let stroke = Stroke::new(1.6, colour);
    let line = |points: &[(f32, f32)]| Shape::line(points.iter().map(|point| offset(at, *point)).collect(), stroke);
    match standing {
        Standing::Followed(StateKind::Connecting) => {
            painter.circle_stroke(at, RADIUS - 0.5, stroke);
        }
        Standing::Followed(StateKind::Live) => {
            painter.circle_filled(at, RADIUS, colour);
        }
        Standing::Followed(StateKind::Stalled) => {
            painter.circle_stroke(at, RADIUS - 0.5, stroke);
            let half = (0..=8).map(|step| {
                #[expect(clippy::cast_precision_loss, reason = "eight steps")]
                let angle = std::f32::consts::PI * (step as f32 / 8.0);
                at + Vec2::angled(angle) * (RADIUS - 0.5)
            });
            painter.add(Shape::convex_polygon(half.collect(), colour, Stroke::NONE));
        }
        Standing::Followed(StateKind::Lost) => {
            painter.add(line(&[(-0.8, -0.8), (0.8, 0.8)]));
            painter.add(line(&[(-0.8, 0.8), (0.8, -0.8)]));
        }
        Standing::Followed(StateKind::Off) => {
            painter.add(line(&[(-0.9, 0.0), (0.9, 0.0)]));
        }
        Standing::Complete => {
            painter.add(line(&[(-0.9, 0.0), (-0.2, 0.7), (1.0, -0.7)]));
        }
        Standing::Incomplete => {
            painter.add(line(&[(-0.9, -0.4), (-0.9, -0.9), (0.9, -0.9), (0.9, -0.4)]));
            painter.add(line(&[(-0.9, 0.4), (-0.9, 0.9), (0.9, 0.9), (0.9, 0.4)]));
        }
    }
}

/// The colour of a standing; it never stands alone.
#[must_use]
pub fn standing_colour(standing: Standing, palette: &Palette) -> Color32 {
    match standing {
        Standing::Followed(StateKind::Connecting) => palette.text_weak,
        Standing::Followed(StateKind::Live) => palette.running,
        Standing::Followed(StateKind::Stalled) | Standing::Incomplete => palette.interrupted,
        Standing::Followed(StateKind::Lost) => palette.failed,
        Standing::Followed(StateKind::Off) => palette.unknown,
        Standing::Complete => palette.succeeded,
    }
}

/// How a source came in: a sheet for a file, a link for what is followed, a dot in a ring for a recording.
pub fn kind(painter: &Painter, at: Pos2, kind: SourceKind, colour: Color32) {
    let stroke = Stroke::new(1.2, colour);
    let line = |points: &[(f32, f32)]| Shape::line(points.iter().map(|point| offset(at, *point)).collect(), stroke);
    match kind {
        SourceKind::Import => {
            painter.add(line(&[
                (0.3, -1.1),
                (-0.8, -1.1),
                (-0.8, 1.1),
                (0.8, 1.1),
                (0.8, -0.6),
                (0.3, -1.1),
                (0.3, -0.6),
                (0.8, -0.6),
            ]));
        }
        SourceKind::Attachment => {
            painter.add(line(&[(-1.0, 0.7), (-0.4, -0.3), (0.2, 0.3), (1.0, -0.8)]));
            painter.circle_filled(offset(at, (1.0, -0.8)), 1.8, colour);
        }
        SourceKind::Recording => {
            painter.circle_stroke(at, RADIUS, stroke);
            painter.circle_filled(at, RADIUS - 2.5, colour);
        }
    }
}

fn offset(at: Pos2, (x, y): (f32, f32)) -> Pos2 {
    at + Vec2::new(x, y) * RADIUS
}
