//! The shapes of bars in one mesh that keeps its memory: how a span ended is told by its outline, not only by colour.
//!
//! A span that failed is hatched, framed and begins with a cross; one that was interrupted ends in a torn edge; one
//! that is open fades out into an arrow. Slivers carry a small flag instead.

use std::sync::Arc;

use egui::{Color32, Mesh, Pos2, Rect, Shape, pos2, vec2};

/// A mesh drawn anew every frame in the memory of the last one.
#[derive(Default)]
pub struct Ink {
    mesh: Arc<Mesh>,
    /// A pixel, points.
    pub pixel: f32,
}

/// Depth of the teeth of a torn edge, points.
const TEAR: f32 = 5.0;
/// Distance between the stripes of a hatch, points.
const HATCH: f32 = 7.0;
/// How long an open end fades, points.
const FADE: f32 = 28.0;

impl Ink {
    /// Takes away the last frame's shapes. Their memory is kept if that frame has been painted.
    pub fn begin(&mut self, pixel: f32) {
        self.pixel = pixel;
        if Arc::get_mut(&mut self.mesh).is_none() {
            self.mesh = Arc::default();
        }
        self.mesh_mut().clear();
    }

    /// Everything drawn so far as one shape.
    pub fn shape(&self) -> Shape {
        Shape::Mesh(Arc::clone(&self.mesh))
    }

    /// How many corners were drawn: what a frame costs.
    #[cfg(test)]
    pub fn num_vertices(&self) -> usize {
        self.mesh.vertices.len()
    }

    fn mesh_mut(&mut self) -> &mut Mesh {
        Arc::make_mut(&mut self.mesh)
    }

    /// The nearest edge of a pixel.
    #[must_use]
    pub fn snap(&self, at: f32) -> f32 {
        (at / self.pixel).round() * self.pixel
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: Rect, colour: Color32) {
        if rect.is_positive() {
            self.mesh_mut().add_colored_rect(rect, colour);
        }
    }

    /// A filled polygon whose corners go around a convex shape.
    pub fn convex(&mut self, corners: &[Pos2], colour: Color32) {
        let mesh = self.mesh_mut();
        let first = mesh.vertices.len() as u32;
        for &corner in corners {
            mesh.colored_vertex(corner, colour);
        }
        for corner in 1..corners.len().saturating_sub(1) as u32 {
            mesh.add_triangle(first, first + corner, first + corner + 1);
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: Pos2, to: Pos2, width: f32, colour: Color32) {
        let along = to - from;
        let length = along.length();
        if length > 0.0 {
            let aside = vec2(-along.y, along.x) * (width / 2.0 / length);
            self.convex(&[from + aside, to + aside, to - aside, from - aside], colour);
        }
    }

    /// The frame of a rectangle, inside it.
    pub fn frame(&mut self, rect: Rect, width: f32, colour: Color32) {
        let inner = rect.shrink(width);
        self.rect(Rect::from_min_max(rect.min, pos2(rect.right(), inner.top())), colour);
        self.rect(Rect::from_min_max(pos2(rect.left(), inner.bottom()), rect.max), colour);
        self.rect(Rect::from_min_max(pos2(rect.left(), inner.top()), pos2(inner.left(), inner.bottom())), colour);
        self.rect(Rect::from_min_max(pos2(inner.right(), inner.top()), pos2(rect.right(), inner.bottom())), colour);
    }

    /// A bar, its corners a little cut where there is room.
    pub fn bar(&mut self, rect: Rect, colour: Color32) {
        let cut = if rect.width() > 6.0 { 1.5 } else { 0.0 };
        if cut == 0.0 {
            self.rect(rect, colour);
        } else {
            let (min, max) = (rect.min, rect.max);
            self.convex(
                &[
                    pos2(min.x + cut, min.y),
                    pos2(max.x - cut, min.y),
                    pos2(max.x, min.y + cut),
                    pos2(max.x, max.y - cut),
                    pos2(max.x - cut, max.y),
                    pos2(min.x + cut, max.y),
                    pos2(min.x, max.y - cut),
                    pos2(min.x, min.y + cut),
                ],
                colour,
            );
        }
    }

    /// Slanted stripes within a rectangle. They stand still on the screen in whatever part of it is visible.
    pub fn hatch(&mut self, rect: Rect, colour: Color32) {
        let height = rect.height();
        let mut foot = (rect.left() / HATCH).floor() * HATCH - height;
        while foot < rect.right() {
            let stripe = [
                pos2(foot, rect.bottom()),
                pos2(foot + height, rect.top()),
                pos2(foot + height + HATCH * 0.4, rect.top()),
                pos2(foot + HATCH * 0.4, rect.bottom()),
            ];
            let (corners, num_corners) = clipped(&stripe, rect.left(), rect.right());
            self.convex(&corners[..num_corners], colour);
            foot += HATCH;
        }
    }

    /// A bar whose right edge is torn, the edge drawn along in a colour of its own.
    pub fn torn_bar(&mut self, rect: Rect, colour: Color32, edge: Color32) {
        let tear = TEAR.min(rect.width() / 2.0);
        let inner = rect.right() - tear;
        self.rect(Rect::from_min_max(rect.min, pos2(inner, rect.bottom())), colour);
        const NUM_TEETH: u8 = 3;
        let step = rect.height() / f32::from(NUM_TEETH);
        for tooth in 0..NUM_TEETH {
            let top = rect.top() + f32::from(tooth) * step;
            let [above, tip, below] = [pos2(inner, top), pos2(rect.right(), top + step / 2.0), pos2(inner, top + step)];
            self.convex(&[above, tip, below], colour);
            self.line(above, tip, 1.5, edge);
            self.line(tip, below, 1.5, edge);
        }
    }

    /// A bar that fades out to the right and ends in an arrow.
    pub fn open_bar(&mut self, rect: Rect, colour: Color32, arrow: Color32) {
        let fade = FADE.min(rect.width() / 2.0);
        let solid = rect.right() - fade;
        self.rect(Rect::from_min_max(rect.min, pos2(solid, rect.bottom())), colour);
        let faint = colour.gamma_multiply(0.15);
        let mesh = self.mesh_mut();
        let first = mesh.vertices.len() as u32;
        mesh.colored_vertex(pos2(solid, rect.top()), colour);
        mesh.colored_vertex(rect.right_top(), faint);
        mesh.colored_vertex(rect.right_bottom(), faint);
        mesh.colored_vertex(pos2(solid, rect.bottom()), colour);
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first, first + 2, first + 3);
        if rect.width() > 12.0 {
            for back in [2.0, 7.0] {
                let tip = pos2(rect.right() - back, rect.center().y);
                self.line(tip + vec2(-4.0, -4.0), tip, 1.5, arrow);
                self.line(tip + vec2(-4.0, 4.0), tip, 1.5, arrow);
            }
        }
    }

    /// A cross.
    pub fn cross(&mut self, centre: Pos2, radius: f32, colour: Color32) {
        self.line(centre + vec2(-radius, -radius), centre + vec2(radius, radius), 1.75, colour);
        self.line(centre + vec2(-radius, radius), centre + vec2(radius, -radius), 1.75, colour);
    }

    /// The folded corner of a bar about which somebody wrote a note.
    pub fn corner(&mut self, rect: Rect, ground: Color32, colour: Color32) {
        let side = 7.0_f32.min(rect.width());
        let at = rect.right_top();
        self.convex(&[at, at + vec2(0.0, side + 1.5), at - vec2(side + 1.5, 0.0)], ground);
        self.convex(&[at, at + vec2(0.0, side), at - vec2(side, 0.0)], colour);
    }

    /// A small flag that hangs from the top of a sliver too narrow for anything else.
    pub fn flag(&mut self, top: Pos2, colour: Color32) {
        self.convex(&[top + vec2(-3.5, 0.0), top + vec2(3.5, 0.0), top + vec2(0.0, 6.0)], colour);
    }
}

/// A convex polygon of four corners cut at two vertical lines (Sutherland and Hodgman 1974).
fn clipped(corners: &[Pos2; 4], left: f32, right: f32) -> ([Pos2; 8], usize) {
    let mut from = [Pos2::ZERO; 8];
    from[..4].copy_from_slice(corners);
    let mut num_from = 4;
    for (limit, sign) in [(left, 1.0), (right, -1.0)] {
        let mut to = [Pos2::ZERO; 8];
        let mut num_to = 0;
        for at in 0..num_from {
            let (here, next) = (from[at], from[(at + 1) % num_from]);
            let (here_in, next_in) = ((here.x - limit) * sign >= 0.0, (next.x - limit) * sign >= 0.0);
            if here_in && num_to < to.len() {
                to[num_to] = here;
                num_to += 1;
            }
            if here_in != next_in && num_to < to.len() {
                to[num_to] = here.lerp(next, (limit - here.x) / (next.x - here.x));
                num_to += 1;
            }
        }
        (from, num_from) = (to, num_to);
        if num_from == 0 {
            break;
        }
    }
    (from, num_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_stay_inside() {
        let mut ink = Ink::default();
        ink.begin(1.0);
        let rect = Rect::from_min_max(pos2(13.0, 5.0), pos2(50.0, 23.0));
        ink.hatch(rect, Color32::RED);
        assert!(ink.num_vertices() > 0);
        for vertex in &ink.mesh.vertices {
            assert!(rect.expand(0.01).contains(vertex.pos), "{:?}", vertex.pos);
        }
        assert!(ink.mesh.is_valid());
    }

    #[test]
    fn every_shape_is_a_valid_mesh() {
        let mut ink = Ink::default();
        ink.begin(0.5);
        for width in [0.5, 2.0, 8.0, 300.0] {
            let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(width, 18.0));
            ink.bar(rect, Color32::BLUE);
            ink.torn_bar(rect, Color32::BLUE, Color32::RED);
            ink.open_bar(rect, Color32::BLUE, Color32::RED);
            ink.frame(rect, 1.0, Color32::RED);
        }
        ink.cross(pos2(5.0, 5.0), 3.0, Color32::RED);
        ink.flag(pos2(5.0, 5.0), Color32::RED);
        assert!(ink.mesh.is_valid());
        let _shape = ink.shape();
        ink.begin(0.5);
        assert_eq!(ink.num_vertices(), 0);
    }
}
