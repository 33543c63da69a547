//! How a colour is laid over a pixel: premultiplied alpha in gamma space, rounded to the nearest of 256 steps.

use egui::Color32;

/// The product of two colours, each channel 0 to 65 025 (255 × 255): what the shader computes before it blends.
pub(super) type Product = [u32; 4];

/// A vertex colour times a texel.
pub(super) fn multiply(colour: Color32, texel: Color32) -> Product {
    let (colour, texel) = (colour.to_array(), texel.to_array());
    std::array::from_fn(|channel| u32::from(colour[channel]) * u32::from(texel[channel]))
}

/// The same with a colour that has eight more bits to a channel.
pub(super) fn multiply_exact(colour: [u32; 4], texel: Color32) -> Product {
    let texel = texel.to_array();
    std::array::from_fn(|channel| (colour[channel] * u32::from(texel[channel]) + 128) >> 8)
}

/// Lays it over a pixel.
pub(super) fn over(pixel: &mut Color32, source: Product) {
    if source == [0; 4] {
        return;
    }
    if source[3] == FULL {
        *pixel = quantised(source);
        return;
    }
    let below = pixel.to_array();
    let left = FULL - source[3];
    let channel = |index: usize| narrow((source[index] * 255 + u32::from(below[index]) * left + FULL / 2) / FULL);
    *pixel = Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3));
}

/// The colour itself, where nothing shows through.
pub(super) fn quantised(source: Product) -> Color32 {
    let channel = |index: usize| narrow((source[index] + 127) / 255);
    Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3))
}

/// Whether nothing shows through.
pub(super) fn is_opaque(source: Product) -> bool {
    source[3] == FULL
}

const FULL: u32 = 255 * 255;

/// Additive colours (alpha 0) may exceed white, as on a GPU they stop there.
#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn narrow(value: u32) -> u8 {
    value.min(255) as u8
}
