//! Draws egui's tessellated meshes on the processor: no graphics library, the same pixels on every machine.
//!
//! It follows egui's own painter (`egui_glow`): colours are premultiplied by alpha and blended as they stand, in gamma
//! space; a pixel belongs to a triangle when its centre does; corners are snapped to 1/256 of a pixel and coverage is
//! decided in whole numbers by the top-left rule, so that two triangles that share an edge never both draw a pixel on it.
//! Most of an interface is axis-aligned rectangles of one colour and glyphs; those take shorter ways to the same pixels.
//! Paint callbacks and mipmaps are not drawn: nothing here uses them.

mod blend;
mod rectangle;
mod texture;
mod triangle;

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, Primitive, Vertex};
use egui::{Color32, Mesh, Pos2, Rect, TextureId, TexturesDelta};

use super::picture::Picture;
use texture::Texture;

/// A rectangle of whole pixels; right and bottom are outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PixelRect {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
}

/// Holds the textures of one egui context and draws its frames.
#[derive(Clone, Debug, Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
}

impl Raster {
    /// One without textures.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a frame's new and changed textures, and empties that part of the delta. Call it before drawing.
    pub fn set_textures(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            for image in images {
                texture::apply(&mut self.textures, id, &image);
            }
        }
    }

    /// Lets go of the textures a frame no longer needs, and empties that part of the delta. Call it after drawing.
    pub fn free_textures(&mut self, delta: &mut TexturesDelta) {
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    /// Draws a frame of `size` pixels on a ground.
    #[must_use]
    pub fn draw(
        &self,
        size: [usize; 2],
        pixels_per_point: f32,
        ground: Color32,
        primitives: &[ClippedPrimitive],
    ) -> Picture {
        let mut picture = Picture::filled(size, ground);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(clip) = scissor(*clip_rect, pixels_per_point, size) else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            draw_mesh(&mut picture, clip, pixels_per_point, texture, mesh);
        }
        picture
    }
}

/// The clip rectangle in whole pixels, rounded as the GPU painter does; `None` when nothing is left.
fn scissor(clip: Rect, pixels_per_point: f32, size: [usize; 2]) -> Option<PixelRect> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate, negatives become 0")]
    let side = |points: f32, most: usize| ((points * pixels_per_point).round() as usize).min(most);
    let rect = PixelRect {
        left: side(clip.min.x, size[0]),
        top: side(clip.min.y, size[1]),
        right: side(clip.max.x, size[0]),
        bottom: side(clip.max.y, size[1]),
    };
    (rect.left < rect.right && rect.top < rect.bottom).then_some(rect)
}

fn draw_mesh(picture: &mut Picture, clip: PixelRect, pixels_per_point: f32, texture: &Texture, mesh: &Mesh) {
    let mut scaled = Vec::with_capacity(mesh.vertices.len());
    for vertex in &mesh.vertices {
        let pos = Pos2::new(vertex.pos.x * pixels_per_point, vertex.pos.y * pixels_per_point);
        scaled.push(Vertex { pos, ..*vertex });
    }
    let corners = |indices: &[u32]| -> Option<[Vertex; 3]> {
        let corner = |index: u32| scaled.get(usize::try_from(index).ok()?).copied();
        let corners = [corner(indices[0])?, corner(indices[1])?, corner(indices[2])?];
        corners.iter().all(|vertex| vertex.pos.is_finite() && vertex.uv.is_finite()).then_some(corners)
    };
    let mut rest = mesh.indices.as_slice();
    while let [a, b, c, after @ ..] = rest {
        let Some(first) = corners(&[*a, *b, *c]) else {
            rest = after;
            continue;
        };
        // Two triangles in a row are often a rectangle.
        if let [d, e, f, after_both @ ..] = after
            && let Some(second) = corners(&[*d, *e, *f])
            && let Some(rectangle) = rectangle::of_triangles(&first, &second)
        {
            rectangle::draw(picture, clip, texture, &rectangle);
            rest = after_both;
            continue;
        }
        triangle::draw(picture, clip, texture, &first);
        rest = after;
    }
}

#[cfg(test)]
mod tests;
