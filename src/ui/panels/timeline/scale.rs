//! Where a moment lies on the screen, and the moment under a point of it.

/// The visible stretch of time laid over a stretch of the screen. Times are elapsed nanoseconds, as in the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// First and last visible moment.
    pub window: (i64, i64),
    /// The left end on the screen, points.
    pub left: f32,
    /// The width on the screen, points.
    pub width: f32,
}

/// Space left and right of the window, points.
const AIR: f32 = 6.0;
/// Nothing is drawn further outside than this, points: a rasteriser keeps its precision.
const MAX_OUTSIDE: f64 = 4096.0;

impl Scale {
    /// The same with a little air on both sides, so that what begins or ends at the very edge is seen.
    #[must_use]
    pub fn airy(window: (i64, i64), x_range: egui::Rangef) -> Self {
        Self::new(window, egui::Rangef::new(x_range.min + AIR, x_range.max - AIR))
    }

    /// The stretch of the screen that the window is laid over.
    #[must_use]
    pub fn x_range(&self) -> egui::Rangef {
        egui::Rangef::new(self.left, self.left + self.width)
    }

    /// Lays a window over a horizontal stretch of the screen.
    #[must_use]
    pub fn new(window: (i64, i64), x_range: egui::Rangef) -> Self {
        Self { window, left: x_range.min, width: x_range.span().max(1.0) }
    }

    /// How long a point lasts, nanoseconds.
    #[must_use]
    pub fn nanos_per_point(&self) -> f64 {
        (self.window.1.saturating_sub(self.window.0)).max(1) as f64 / f64::from(self.width)
    }

    /// Where a moment lies. Far outside, just outside is told.
    #[must_use]
    pub fn x(&self, elapsed_nanos: i64) -> f32 {
        let offset = elapsed_nanos.saturating_sub(self.window.0) as f64 / self.nanos_per_point();
        self.left + offset.clamp(-MAX_OUTSIDE, f64::from(self.width) + MAX_OUTSIDE) as f32
    }

    /// The moment at a place.
    #[must_use]
    pub fn nanos(&self, x: f32) -> i64 {
        self.window.0.saturating_add((f64::from(x - self.left) * self.nanos_per_point()) as i64)
    }

    /// How long so many points last, nanoseconds.
    #[must_use]
    pub fn duration_nanos(&self, points: f32) -> i64 {
        (f64::from(points) * self.nanos_per_point()) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_and_its_moment_agree() {
        let scale = Scale::new((1_000, 2_001_000), egui::Rangef::new(100.0, 1100.0));
        assert_eq!(scale.x(1_000), 100.0);
        assert_eq!(scale.x(2_001_000), 1100.0);
        assert_eq!(scale.nanos(600.0), 1_001_000);
        assert_eq!(scale.duration_nanos(2.0), 4_000);
    }

    #[test]
    fn far_away_is_just_outside() {
        let scale = Scale::new((0, 1_000), egui::Rangef::new(0.0, 1000.0));
        assert_eq!(scale.x(i64::MAX), 1000.0 + MAX_OUTSIDE as f32);
        assert_eq!(scale.x(i64::MIN), -MAX_OUTSIDE as f32);
    }
}
