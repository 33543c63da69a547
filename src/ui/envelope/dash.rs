//! Dashed lines that hide nothing: between two dashes a line goes on faintly, so that a lone sample is seen wherever it falls.

use egui::{Pos2, pos2};

use super::Scale;

/// Length of a dash and of the faint stretch after it, points.
const LENGTHS: [f32; 2] = [7.0, 5.0];

/// Cuts a line, its points in order from left to right, where dashes begin and end. `draw` is given each part and
/// whether it is a dash. Dashes are tied to time: they move with the curve.
pub(super) fn cut(points: &[Pos2], scale: &Scale, parts: &mut Vec<Pos2>, mut draw: impl FnMut(&[Pos2], bool)) {
    let Some(first) = points.first() else { return };
    let (mut end, mut is_dash) = start(scale, first.x);
    parts.clear();
    parts.push(*first);
    for pair in points.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        while to.x > end && to.x > from.x {
            let share = ((end - from.x) / (to.x - from.x)).clamp(0.0, 1.0);
            let at = pos2(end, from.y + (to.y - from.y) * share);
            parts.push(at);
            draw(parts, is_dash);
            parts.clear();
            parts.push(at);
            is_dash = !is_dash;
            end += LENGTHS[usize::from(!is_dash)];
        }
        parts.push(to);
    }
    draw(parts, is_dash);
}

/// Where the part that a place lies in ends, and whether it is a dash.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a place on screen")]
fn start(scale: &Scale, x: f32) -> (f32, bool) {
    let period = f64::from(LENGTHS[0] + LENGTHS[1]);
    let nanos = (i128::from(scale.window.1) - i128::from(scale.window.0)).max(1) as f64;
    let points_before = scale.window.0 as f64 * (f64::from(scale.rect.width()) / nanos);
    let within = (points_before + f64::from(x - scale.rect.left())).rem_euclid(period) as f32;
    if within < LENGTHS[0] { (x + LENGTHS[0] - within, true) } else { (x + LENGTHS[0] + LENGTHS[1] - within, false) }
}

#[cfg(test)]
mod tests {
    use egui::Rect;

    use super::*;

    fn parts(points: &[Pos2]) -> Vec<(Vec<Pos2>, bool)> {
        let rect = Rect::from_min_max(pos2(0.0, 0.0), pos2(120.0, 10.0));
        let scale = Scale { rect, window: (0, 120), values: (0.0, 1.0), pixels_per_point: 1.0 };
        let mut found = Vec::new();
        cut(points, &scale, &mut Vec::new(), |part, is_dash| found.push((part.to_vec(), is_dash)));
        found
    }

    #[test]
    fn parts_follow_each_other_without_a_hole() {
        let found = parts(&[pos2(0.0, 0.0), pos2(24.0, 24.0)]);
        let ends: Vec<(f32, bool)> = found.iter().map(|(part, is_dash)| (part[part.len() - 1].x, *is_dash)).collect();
        assert_eq!(ends, [(7.0, true), (12.0, false), (19.0, true), (24.0, false)]);
        for pair in found.windows(2) {
            assert_eq!(pair[0].0.last(), pair[1].0.first());
        }
        assert!(found.iter().flat_map(|(part, _)| part).all(|point| (point.x - point.y).abs() < 1e-4));
    }

    #[test]
    fn a_spike_between_dashes_keeps_its_top() {
        let found = parts(&[pos2(8.0, 9.0), pos2(9.0, 0.0), pos2(9.0, 9.0), pos2(10.0, 9.0)]);
        assert_eq!(found.len(), 1);
        assert!(found[0].0.contains(&pos2(9.0, 0.0)) && !found[0].1);
        assert!(parts(&[]).is_empty());
    }
}
