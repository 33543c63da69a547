//! The short way for axis-aligned rectangles of one colour: grounds, bars and glyphs.

use egui::epaint::Vertex;
use egui::{Color32, Pos2, Rect};

use super::triangle::first_centre;
use super::{Picture, PixelRect, Texture, blend};

/// A rectangle of one colour, in pixels, with the texture coordinates of its top left and bottom right corner.
pub(super) struct Rectangle {
    rect: Rect,
    uv: Rect,
    colour: Color32,
}

/// The rectangle that two triangles make, if they make one: four corners, one colour, texture in step with it.
pub(super) fn of_triangles(one: &[Vertex; 3], other: &[Vertex; 3]) -> Option<Rectangle> {
    let colour = one[0].color;
    if one.iter().chain(other).any(|vertex| vertex.color != colour) {
        return None;
    }
    let (mut low, mut high) = (one[0], one[0]);
    for vertex in one {
        low.pos = low.pos.min(vertex.pos);
        high.pos = high.pos.max(vertex.pos);
    }
    // Which of the four corners each vertex is, as a bit; three different ones make half of the rectangle.
    let corner_bit = |vertex: &Vertex| -> Option<u8> {
        let right = bit(vertex.pos.x, low.pos.x, high.pos.x)?;
        let bottom = bit(vertex.pos.y, low.pos.y, high.pos.y)?;
        Some(1 << (right + 2 * bottom))
    };
    let mut seen = [0_u8; 2];
    let mut corner_uv: [Option<Pos2>; 4] = [None; 4];
    for (half, triangle) in [one, other].into_iter().enumerate() {
        for vertex in triangle {
            let bit = corner_bit(vertex)?;
            seen[half] |= bit;
            let place = &mut corner_uv[bit.trailing_zeros() as usize];
            if place.is_some_and(|uv| uv != vertex.uv) {
                return None;
            }
            *place = Some(vertex.uv);
        }
    }
    let is_whole = seen[0].count_ones() == 3 && seen[1].count_ones() == 3 && seen[0] | seen[1] == 0b1111;
    // The halves must be opposite: the corner that the one lacks is not next to the corner that the other lacks.
    let lacks = [!seen[0] & 0b1111, !seen[1] & 0b1111];
    let is_opposite = matches!(lacks, [0b0001, 0b1000] | [0b1000, 0b0001] | [0b0010, 0b0100] | [0b0100, 0b0010]);
    let [top_left, top_right, bottom_left, bottom_right] = [corner_uv[0]?, corner_uv[1]?, corner_uv[2]?, corner_uv[3]?];
    let is_straight = top_left.x == bottom_left.x
        && top_right.x == bottom_right.x
        && top_left.y == top_right.y
        && bottom_left.y == bottom_right.y;
    (is_whole && is_opposite && is_straight).then_some(Rectangle {
        rect: Rect { min: low.pos, max: high.pos },
        uv: Rect { min: top_left, max: bottom_right },
        colour,
    })
}

fn bit(value: f32, low: f32, high: f32) -> Option<u8> {
    if low >= high {
        None
    } else if value == low {
        Some(0)
    } else if value == high {
        Some(1)
    } else {
        None
    }
}

/// Draws it.
pub(super) fn draw(picture: &mut Picture, clip: PixelRect, texture: &Texture, rectangle: &Rectangle) {
    let Rectangle { rect, uv, colour } = rectangle;
    let left = first_centre(rect.min.x).clamp(clip.left, clip.right);
    let right = first_centre(rect.max.x).clamp(clip.left, clip.right);
    let top = first_centre(rect.min.y).clamp(clip.top, clip.bottom);
    let bottom = first_centre(rect.max.y).clamp(clip.top, clip.bottom);
    if left >= right || top >= bottom || *colour == Color32::TRANSPARENT {
        return;
    }
    let step = (uv.max - uv.min) / rect.size();
    let filter = texture.filter(step.x, step.y);
    let width = picture.size[0];
    if uv.min == uv.max {
        let source = blend::multiply(*colour, texture.sample(uv.min, filter));
        let solid = blend::quantised(source);
        for row in picture.pixels.chunks_exact_mut(width).take(bottom).skip(top) {
            let row = &mut row[left..right];
            if blend::is_opaque(source) {
                row.fill(solid);
            } else {
                row.iter_mut().for_each(|pixel| blend::over(pixel, source));
            }
        }
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "pixel positions")]
    let coordinate = |pixel: usize, start: f32, from: f32, step: f32| start + (pixel as f32 + 0.5 - from) * step;
    let columns: Vec<_> =
        (left..right).map(|x| texture.tap_u(coordinate(x, uv.min.x, rect.min.x, step.x), filter)).collect();
    for (y, row) in picture.pixels.chunks_exact_mut(width).enumerate().take(bottom).skip(top) {
        let tap_v = texture.tap_v(coordinate(y, uv.min.y, rect.min.y, step.y), filter);
        for (pixel, tap_u) in row[left..right].iter_mut().zip(&columns) {
            let texel = texture.fetch(*tap_u, tap_v);
            if texel != Color32::TRANSPARENT {
                blend::over(pixel, blend::multiply(*colour, texel));
            }
        }
    }
}
