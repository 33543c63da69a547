//! Selecting a stretch of time: drawn with the pointer, moved by its edges or as a whole, grown by keys.

use super::scale::Scale;

/// What a press of the pointer has taken hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The lanes: moves the window.
    Lanes,
    /// A range that is being drawn from this moment on.
    NewRange(i64),
    /// An edge of the range; the other one stays at this moment.
    Edge(i64),
    /// The range as a whole, at this distance from its start.
    Range(i64),
}

/// How near to an edge the pointer takes hold of it, points.
pub const EDGE_REACH: f32 = 5.0;

/// What a press at `x` takes hold of. On the axis a range is drawn, or the one there moved; on the lanes only with shift.
#[must_use]
pub fn hold(x: f32, range: Option<(i64, i64)>, scale: &Scale, is_on_axis: bool, is_shift: bool) -> Hold {
    let at = scale.nanos(x);
    if let Some((start, end)) = range {
        let (to_start, to_end) = ((x - scale.x(start)).abs(), (x - scale.x(end)).abs());
        if to_start.min(to_end) <= EDGE_REACH {
            return Hold::Edge(if to_start < to_end { end } else { start });
        }
        if is_on_axis && !is_shift && at > start && at < end {
            return Hold::Range(at.saturating_sub(start));
        }
    }
    if is_on_axis || is_shift { Hold::NewRange(at) } else { Hold::Lanes }
}

/// The range while the pointer drags what it holds to a moment; `None` when it holds no range.
#[must_use]
pub fn dragged(hold: Hold, at_nanos: i64, range: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (hold, range) {
        (Hold::Lanes, _) => None,
        (Hold::NewRange(fixed) | Hold::Edge(fixed), _) => Some((fixed.min(at_nanos), fixed.max(at_nanos))),
        (Hold::Range(offset), Some((start, end))) => {
            let moved = at_nanos.saturating_sub(offset);
            Some((moved, moved.saturating_add(end.saturating_sub(start))))
        }
        (Hold::Range(_), None) => None,
    }
}

/// The moment itself, or the nearest of the given ones within reach: ranges snap to where spans begin and end.
#[must_use]
pub fn snapped(at_nanos: i64, moments: impl IntoIterator<Item = i64>, reach_nanos: i64) -> i64 {
    let nearest = moments.into_iter().min_by_key(|moment| moment.abs_diff(at_nanos));
    nearest.filter(|moment| moment.abs_diff(at_nanos) <= reach_nanos.unsigned_abs()).unwrap_or(at_nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale() -> Scale {
        Scale::new((0, 1000), egui::Rangef::new(0.0, 1000.0))
    }

    #[test]
    fn the_axis_draws_and_moves_ranges_the_lanes_move_the_window() {
        let range = Some((100, 300));
        assert_eq!(hold(500.0, range, &scale(), true, false), Hold::NewRange(500));
        assert_eq!(hold(200.0, range, &scale(), true, false), Hold::Range(100));
        assert_eq!(hold(200.0, range, &scale(), false, false), Hold::Lanes);
        assert_eq!(hold(200.0, range, &scale(), false, true), Hold::NewRange(200));
        assert_eq!(hold(102.0, range, &scale(), false, false), Hold::Edge(300));
        assert_eq!(hold(298.0, range, &scale(), true, false), Hold::Edge(100));
    }

    #[test]
    fn edges_may_cross() {
        assert_eq!(dragged(Hold::Edge(300), 400, Some((100, 300))), Some((300, 400)));
        assert_eq!(dragged(Hold::NewRange(50), 20, None), Some((20, 50)));
        assert_eq!(dragged(Hold::Range(50), 500, Some((100, 300))), Some((450, 650)));
        assert_eq!(dragged(Hold::Lanes, 500, Some((100, 300))), None);
    }

    #[test]
    fn ranges_snap_only_within_reach() {
        assert_eq!(snapped(104, [100, 200], 5), 100);
        assert_eq!(snapped(150, [100, 200], 5), 150);
        assert_eq!(snapped(150, [], 5), 150);
    }
}
