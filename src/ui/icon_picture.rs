//! The window's icon: the program's picture of `assets/reelbench.svg`, drawn from the same figures.

use std::sync::Arc;

use egui::IconData;

/// Width and height, pixels.
const SIDE: usize = 128;
/// Points looked at along each side of a pixel.
const NUM_STEPS: usize = 3;

const GROUND: [f32; 3] = [0x21 as f32, 0x28 as f32, 0x37 as f32];
const REEL: [f32; 3] = [0xE8 as f32, 0xEC as f32, 0xF3 as f32];
const BAR: [f32; 3] = [0x4C as f32, 0xC2 as f32, 0xB0 as f32];
const LONG_BAR: [f32; 3] = [0xF5 as f32, 0xA7 as f32, 0x42 as f32];

/// Holes of the reel: centre and radius.
const HOLES: [(f32, f32, f32); 5] =
    [(58.0, 33.5, 9.5), (81.3, 50.4, 9.5), (34.7, 50.4, 9.5), (43.6, 77.8, 9.5), (58.0, 58.0, 4.5)];
/// Left, top, right, bottom.
type Edges = (f32, f32, f32, f32);

/// The bars.
const BARS: [(Edges, [f32; 3]); 3] =
    [((66.0, 88.0, 78.0, 108.0), BAR), ((83.0, 76.0, 95.0, 108.0), BAR), ((100.0, 58.0, 112.0, 108.0), LONG_BAR)];
/// How far the reel stays away from the bars.
const ROOM: f32 = 6.0;

/// How far a point is outside a rectangle with rounded corners; negative inside.
fn outside((left, top, right, bottom): Edges, radius: f32, x: f32, y: f32) -> f32 {
    let aside = (left + radius - x).max(x - right + radius).max(0.0);
    let above = (top + radius - y).max(y - bottom + radius).max(0.0);
    aside.hypot(above) - radius
}

/// The colour at a point of the 128 × 128 picture; `None` outside it.
fn colour(x: f32, y: f32) -> Option<[f32; 3]> {
    if outside((4.0, 4.0, 124.0, 124.0), 26.0, x, y) > 0.0 {
        return None;
    }
    for (bar, colour) in BARS {
        if outside(bar, 3.0, x, y) <= 0.0 {
            return Some(colour);
        }
    }
    let is_near_bar =
        BARS.iter().any(|((left, top, right, _), _)| outside((*left, *top, *right, 128.0), 2.0, x, y) < ROOM);
    let is_hole = HOLES.iter().any(|(cx, cy, radius)| (x - cx).hypot(y - cy) < *radius);
    let is_reel = (x - 58.0).hypot(y - 58.0) < 42.0 && !is_hole && !is_near_bar;
    Some(if is_reel { REEL } else { GROUND })
}

/// The icon.
#[must_use]
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
pub fn icon() -> Arc<IconData> {
    let mut rgba = Vec::with_capacity(SIDE * SIDE * 4);
    let num_points = (NUM_STEPS * NUM_STEPS) as f32;
    for row in 0..SIDE {
        for column in 0..SIDE {
            let mut sum = [0.0; 3];
            let mut num_inside = 0.0;
            for step in 0..NUM_STEPS * NUM_STEPS {
                let part = |step: usize| (step as f32 + 0.5) / NUM_STEPS as f32;
                let found = colour(column as f32 + part(step % NUM_STEPS), row as f32 + part(step / NUM_STEPS));
                if let Some(found) = found {
                    num_inside += 1.0;
                    sum.iter_mut().zip(found).for_each(|(sum, part)| *sum += part);
                }
            }
            let mean = sum.map(|part| (part / f32::max(num_inside, 1.0)) as u8);
            rgba.extend(mean);
            rgba.push((num_inside / num_points * 255.0) as u8);
        }
    }
    Arc::new(IconData { rgba, width: SIDE as u32, height: SIDE as u32 })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_icon_has_round_corners_and_three_bars() {
        let icon = super::icon();
        let pixel = |x: usize, y: usize| &icon.rgba[(y * super::SIDE + x) * 4..][..4];
        assert_eq!(pixel(0, 0)[3], 0);
        assert_eq!(pixel(72, 100), [0x4C, 0xC2, 0xB0, 255]);
        assert_eq!(pixel(106, 80), [0xF5, 0xA7, 0x42, 255]);
        assert_eq!(pixel(30, 70), [0xE8, 0xEC, 0xF3, 255]);
    }
}
