//! The general way: any triangle, colours and texture coordinates interpolated between its corners.

use egui::epaint::Vertex;
use egui::{Color32, Pos2};

use super::{Picture, PixelRect, Texture, blend};

/// Corners are snapped to this part of a pixel, as GPUs do.
const SUBPIXELS: i64 = 256;
/// Corners further out than this are moved in, so that products of distances fit 64 bits.
const FARTHEST: f32 = 1_000_000.0;

#[expect(clippy::cast_possible_truncation, reason = "clamped to a million")]
fn snap(pixels: f32) -> i64 {
    (pixels.clamp(-FARTHEST, FARTHEST) * 256.0).round() as i64
}

/// The first pixel whose centre is at or after a position.
pub(super) fn first_centre(pixels: f32) -> usize {
    let first = (snap(pixels) - SUBPIXELS / 2 + SUBPIXELS - 1).div_euclid(SUBPIXELS);
    usize::try_from(first).unwrap_or(0)
}

/// One side of a triangle as `a·x + b·y + c`, at least 0 inside, in sub-pixels.
struct Edge {
    a: i64,
    b: i64,
    c: i64,
}

impl Edge {
    /// The side from one corner to the next of a triangle that turns clockwise on screen. A pixel centre that lies
    /// exactly on it belongs to the triangle if the side is a top or a left one (top-left rule).
    fn new(from: [i64; 2], to: [i64; 2]) -> Self {
        let (a, b) = (from[1] - to[1], to[0] - from[0]);
        let is_top_left = a > 0 || (a == 0 && b > 0);
        Self { a, b, c: -(a * from[0] + b * from[1]) - i64::from(!is_top_left) }
    }

    /// Narrows a run of pixels in the row whose centre is `y` to those inside.
    fn narrow(&self, y: i64, run: &mut (i64, i64)) {
        let at_zero = self.a * (SUBPIXELS / 2) + self.b * y + self.c;
        let step = self.a * SUBPIXELS;
        match step {
            0 if at_zero < 0 => run.1 = run.0,
            0 => {}
            1.. => run.0 = run.0.max(-at_zero.div_euclid(step)),
            _ => run.1 = run.1.min(at_zero.div_euclid(-step) + 1),
        }
    }
}

/// A value that changes evenly over the triangle.
#[derive(Clone, Copy)]
struct Plane {
    origin: f32,
    per_x: f32,
    per_y: f32,
}

impl Plane {
    fn at(&self, x: f32, y: f32) -> f32 {
        self.origin + self.per_x * x + self.per_y * y
    }
}

/// Draws a triangle given in pixels.
pub(super) fn draw(picture: &mut Picture, clip: PixelRect, texture: &Texture, corners: &[Vertex; 3]) {
    let points = corners.map(|vertex| [snap(vertex.pos.x), snap(vertex.pos.y)]);
    let area = (points[1][0] - points[0][0]) * (points[2][1] - points[0][1])
        - (points[2][0] - points[0][0]) * (points[1][1] - points[0][1]);
    if area == 0 || corners.iter().all(|vertex| vertex.color == Color32::TRANSPARENT) {
        return;
    }
    let [p, q, r] = if area > 0 { points } else { [points[0], points[2], points[1]] };
    let edges = [Edge::new(p, q), Edge::new(q, r), Edge::new(r, p)];
    let (top, bottom) = (p[1].min(q[1]).min(r[1]), p[1].max(q[1]).max(r[1]));
    let row_of = |y: i64| usize::try_from((y - SUBPIXELS / 2 + SUBPIXELS - 1).div_euclid(SUBPIXELS)).unwrap_or(0);
    let rows = row_of(top).max(clip.top)..(row_of(bottom) + 1).min(clip.bottom);
    let shade = Shade::new(corners, points, area, texture);
    let (left, right) = (as_i64(clip.left), as_i64(clip.right));
    for y in rows {
        let mut run = (left, right);
        let centre = as_i64(y) * SUBPIXELS + SUBPIXELS / 2;
        for edge in &edges {
            edge.narrow(centre, &mut run);
        }
        if run.0 < run.1
            && let (Ok(start), Ok(end)) = (usize::try_from(run.0), usize::try_from(run.1))
        {
            let row = y * picture.size[0];
            shade.row(&mut picture.pixels[row + start..row + end], start, y);
        }
    }
}

fn as_i64(pixels: usize) -> i64 {
    i64::try_from(pixels).unwrap_or(i64::MAX)
}

/// How the inside of a triangle is coloured.
enum Shade<'a> {
    /// One colour all over.
    Solid(blend::Product),
    /// The colour changes, the texel does not: feathered edges, gradients.
    Gradient { texel: Color32, colour: [Plane; 4] },
    /// Both change.
    Textured { texture: &'a Texture, filter: egui::TextureFilter, colour: [Plane; 4], u: Plane, v: Plane },
}

impl<'a> Shade<'a> {
    #[expect(clippy::cast_precision_loss, reason = "sub-pixels of a picture")]
    fn new(corners: &[Vertex; 3], points: [[i64; 2]; 3], area: i64, texture: &'a Texture) -> Self {
        // Differences from the first corner, in pixels; products in f64 so that slivers keep their slope.
        let side = |index: usize| {
            let (dx, dy) = (points[index][0] - points[0][0], points[index][1] - points[0][1]);
            (dx as f64 / 256.0, dy as f64 / 256.0)
        };
        let ((x1, y1), (x2, y2)) = (side(1), side(2));
        let scale = 65_536.0 / area as f64;
        let (x0, y0) = (points[0][0] as f64 / 256.0, points[0][1] as f64 / 256.0);
        #[expect(clippy::cast_possible_truncation, reason = "pixels hold a byte each")]
        let plane = |values: [f32; 3]| {
            let (d1, d2) = (f64::from(values[1] - values[0]), f64::from(values[2] - values[0]));
            let per_x = (d1 * y2 - d2 * y1) * scale;
            let per_y = (d2 * x1 - d1 * x2) * scale;
            let origin = f64::from(values[0]) - per_x * x0 - per_y * y0;
            Plane { origin: origin as f32, per_x: per_x as f32, per_y: per_y as f32 }
        };
        let colours = corners.map(|vertex| vertex.color.to_array());
        let colour = || std::array::from_fn(|channel| plane(colours.map(|colour| f32::from(colour[channel]))));
        let (u, v) = (plane(corners.map(|vertex| vertex.uv.x)), plane(corners.map(|vertex| vertex.uv.y)));
        let filter = texture.filter(u.per_x.abs().max(u.per_y.abs()), v.per_x.abs().max(v.per_y.abs()));
        let has_one_texel = corners.iter().all(|vertex| vertex.uv == corners[0].uv);
        let has_one_colour = colours.iter().all(|colour| *colour == colours[0]);
        match (has_one_texel, has_one_colour) {
            (true, true) => Self::Solid(blend::multiply(corners[0].color, texture.sample(corners[0].uv, filter))),
            (true, false) => Self::Gradient { texel: texture.sample(corners[0].uv, filter), colour: colour() },
            (false, _) => Self::Textured { texture, filter, colour: colour(), u, v },
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "pixel positions")]
    fn row(&self, pixels: &mut [Color32], start: usize, y: usize) {
        let y = y as f32 + 0.5;
        match self {
            Self::Solid(source) if blend::is_opaque(*source) => pixels.fill(blend::quantised(*source)),
            Self::Solid(source) => pixels.iter_mut().for_each(|pixel| blend::over(pixel, *source)),
            Self::Gradient { texel, colour } => {
                for (index, pixel) in pixels.iter_mut().enumerate() {
                    let x = (start + index) as f32 + 0.5;
                    blend::over(pixel, blend::multiply_exact(colour_at(colour, x, y), *texel));
                }
            }
            Self::Textured { texture, filter, colour, u, v } => {
                for (index, pixel) in pixels.iter_mut().enumerate() {
                    let x = (start + index) as f32 + 0.5;
                    let texel = texture.sample(Pos2::new(u.at(x, y), v.at(x, y)), *filter);
                    blend::over(pixel, blend::multiply_exact(colour_at(colour, x, y), texel));
                }
            }
        }
    }
}

/// The interpolated colour, each channel 0 to 255 with 8 more bits: 0 to 65 280.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte's range")]
fn colour_at(colour: &[Plane; 4], x: f32, y: f32) -> [u32; 4] {
    colour.map(|plane| (plane.at(x, y).clamp(0.0, 255.0) * 256.0 + 0.5) as u32)
}
