//! Box selection: Ctrl and a drag over the lanes select a stretch of time of the lanes in the box alone.

use egui::{CornerRadius, CursorIcon, Painter, Rect, Response, StrokeKind, Ui, pos2};

use super::lanes::{Lanes, Scene};
use super::layout::Layout;
use crate::model::Key;
use crate::ui::panels::Context;
use crate::ui::theme::Palette;
use crate::ui::view::View;

impl Lanes {
    /// Whether a box is being drawn: then the drag moves nothing else.
    #[must_use]
    pub fn is_boxing(&self) -> bool {
        self.box_from.is_some()
    }

    /// Follows the pointer from the corner where Ctrl was held down to where it is.
    pub(super) fn draw_box(
        &mut self,
        ui: &Ui,
        response: &Response,
        top: f32,
        layout: &Layout,
        scene: &Scene<'_>,
        context: &mut Context<'_>,
    ) {
        let (is_ctrl, origin) = ui.input(|input| (input.modifiers.command, input.pointer.press_origin()));
        if response.drag_started() && is_ctrl {
            self.box_from = origin.map(|at| (scene.scale.nanos(at.x), at.y - top));
        }
        let Some((from_nanos, from_y)) = self.box_from else { return };
        if let Some(at) = response.interact_pointer_pos() {
            ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
            let (to_nanos, to_y) = (scene.scale.nanos(at.x), at.y - top);
            context.view.range = Some((from_nanos.min(to_nanos), from_nanos.max(to_nanos)));
            let runs: Vec<Key> = scene.tracks.shown.iter().map(|track| track.frame.run).collect();
            context.view.boxed = lanes_between(layout, &runs, from_y.min(to_y), from_y.max(to_y));
        }
        if !response.dragged() {
            self.box_from = None;
        }
    }
}

/// The lanes of each run between two heights.
fn lanes_between(layout: &Layout, runs: &[Key], from_y: f32, to_y: f32) -> Vec<(Key, (u32, u32))> {
    let groups = layout.visible_groups(from_y..to_y);
    groups
        .filter_map(|at| {
            let lanes = layout.groups.get(at)?.visible_lanes(from_y..to_y);
            (!lanes.is_empty()).then_some((*runs.get(at)?, (lanes.start, lanes.end)))
        })
        .collect()
}

/// Outlines the lanes that the selected stretch is limited to.
pub(super) fn paint(painter: &Painter, rect: Rect, top: f32, layout: &Layout, scene: &Scene<'_>, view: &View) {
    let Some(range) = view.range else { return };
    let palette = Palette::of(painter.ctx());
    for (group, track) in layout.groups.iter().zip(&scene.tracks.shown) {
        let Some((_, (first, end))) = view.boxed.iter().find(|(run, _)| *run == track.frame.run) else { continue };
        let (left, right) = (scene.scale.x(range.0).max(rect.left()), scene.scale.x(range.1).min(rect.right()));
        let lanes = Rect::from_min_max(
            pos2(left, top + group.lane_top(*first) - 1.0),
            pos2(right, top + group.lane_top(*end) - 1.0),
        );
        if lanes.is_positive() {
            painter.rect_stroke(lanes, CornerRadius::same(2), (2.0, palette.accent), StrokeKind::Outside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::LANE_HEIGHT;

    #[test]
    fn a_box_takes_the_lanes_it_touches() {
        let layout = Layout::of([3, 2], LANE_HEIGHT);
        let runs = [Key::of("run", &["a"]), Key::of("run", &["b"])];
        let (first, second) = (layout.groups[0], layout.groups[1]);
        let between = |from: f32, to: f32| lanes_between(&layout, &runs, from, to);
        assert_eq!(between(first.lane_top(1) + 2.0, first.lane_top(1) + 5.0), [(runs[0], (1, 2))]);
        assert_eq!(between(first.lane_top(1) + 2.0, second.lane_top(0) + 2.0), [(runs[0], (1, 3)), (runs[1], (0, 1))]);
        assert_eq!(between(second.top + 1.0, second.top + 3.0), [], "a header has no lanes");
    }
}
