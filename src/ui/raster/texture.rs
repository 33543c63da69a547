//! Textures: whole and partial updates, and sampling as a GPU samples.

use std::collections::HashMap;

use egui::epaint::{ImageData, ImageDelta};
use egui::{Color32, Pos2, TextureFilter, TextureId, TextureOptions, TextureWrapMode};

/// One texture.
#[derive(Clone, Debug)]
pub(super) struct Texture {
    size: [usize; 2],
    pixels: Vec<Color32>,
    options: TextureOptions,
}

/// Carries out an update. One that does not fit its texture is left out, as nothing sensible can be drawn of it.
pub(super) fn apply(textures: &mut HashMap<TextureId, Texture>, id: TextureId, delta: &ImageDelta) {
    let ImageData::Color(image) = &delta.image;
    let Some([left, top]) = delta.pos else {
        if image.pixels.len() == image.size[0] * image.size[1] {
            let texture = Texture { size: image.size, pixels: image.pixels.clone(), options: delta.options };
            textures.insert(id, texture);
        }
        return;
    };
    let Some(texture) = textures.get_mut(&id) else { return };
    texture.options = delta.options;
    let [width, height] = image.size;
    if left + width > texture.size[0] || top + height > texture.size[1] || width == 0 {
        return;
    }
    for (y, row) in image.pixels.chunks_exact(width).take(height).enumerate() {
        let start = (top + y) * texture.size[0] + left;
        texture.pixels[start..start + width].copy_from_slice(row);
    }
}

/// Where along one side of a texture a sample lies: two neighbouring texels and the weight of the second, of 256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tap {
    first: usize,
    second: usize,
    weight: u32,
}

impl Texture {
    /// Which filter applies where a step of one pixel moves by that much in texture coordinates.
    pub(super) fn filter(&self, step_u: f32, step_v: f32) -> TextureFilter {
        #[expect(clippy::cast_precision_loss, reason = "textures are small")]
        let texels = (step_u.abs() * self.size[0] as f32).max(step_v.abs() * self.size[1] as f32);
        if texels > 1.0 { self.options.minification } else { self.options.magnification }
    }

    /// Where a coordinate falls along the width.
    pub(super) fn tap_u(&self, u: f32, filter: TextureFilter) -> Tap {
        tap(u, self.size[0], filter, self.options.wrap_mode)
    }

    /// Where a coordinate falls along the height.
    pub(super) fn tap_v(&self, v: f32, filter: TextureFilter) -> Tap {
        tap(v, self.size[1], filter, self.options.wrap_mode)
    }

    /// The texel at a coordinate.
    pub(super) fn sample(&self, uv: Pos2, filter: TextureFilter) -> Color32 {
        self.fetch(self.tap_u(uv.x, filter), self.tap_v(uv.y, filter))
    }

    /// The texel there, mixed from up to four.
    pub(super) fn fetch(&self, u: Tap, v: Tap) -> Color32 {
        let (upper, lower) = (v.first * self.size[0], v.second * self.size[0]);
        let texel = |index: usize| self.pixels.get(index).copied().unwrap_or(Color32::TRANSPARENT);
        let corner = texel(upper + u.first);
        if u.weight == 0 && v.weight == 0 {
            return corner;
        }
        let corners = [corner, texel(upper + u.second), texel(lower + u.first), texel(lower + u.second)];
        if corners == [corner; 4] {
            return corner;
        }
        let weights = [
            (256 - u.weight) * (256 - v.weight),
            u.weight * (256 - v.weight),
            (256 - u.weight) * v.weight,
            u.weight * v.weight,
        ];
        let mut sums = [32_768_u32; 4];
        for (corner, weight) in corners.iter().zip(weights) {
            for (sum, value) in sums.iter_mut().zip(corner.to_array()) {
                *sum += u32::from(value) * weight;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a weighted mean of bytes is a byte")]
        let [r, g, b, a] = sums.map(|sum| (sum >> 16) as u8);
        Color32::from_rgba_premultiplied(r, g, b, a)
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "textures are small and the position is clamped to them"
)]
fn tap(coordinate: f32, size: usize, filter: TextureFilter, wrap: TextureWrapMode) -> Tap {
    if size == 0 {
        return Tap { first: 0, second: 0, weight: 0 };
    }
    let coordinate = match wrap {
        TextureWrapMode::ClampToEdge => coordinate.clamp(0.0, 1.0),
        TextureWrapMode::Repeat => coordinate - coordinate.floor(),
        TextureWrapMode::MirroredRepeat => {
            let twice = coordinate - (coordinate * 0.5).floor() * 2.0;
            if twice > 1.0 { 2.0 - twice } else { twice }
        }
    };
    let last = size - 1;
    let texels = coordinate * size as f32;
    if filter == TextureFilter::Nearest {
        let first = (texels as usize).min(last);
        return Tap { first, second: first, weight: 0 };
    }
    // Texel centres lie at halves; GPUs keep eight bits of the fraction.
    let fixed = ((texels - 0.5) * 256.0 + 0.5).floor() as i64;
    let (whole, weight) = (fixed.div_euclid(256), fixed.rem_euclid(256) as u32);
    let neighbour = |index: i64| match wrap {
        TextureWrapMode::Repeat => index.rem_euclid(size as i64) as usize,
        TextureWrapMode::ClampToEdge | TextureWrapMode::MirroredRepeat => index.clamp(0, last as i64) as usize,
    };
    Tap { first: neighbour(whole), second: neighbour(whole + 1), weight }
}
