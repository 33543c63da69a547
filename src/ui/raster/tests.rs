//! Tests of the rasteriser: coverage, blending, textures, and the same pixels by the short and the long way.

use std::sync::Arc;

use egui::epaint::textures::TextureOptions;
use egui::epaint::{ClippedPrimitive, ColorImage, ImageDelta, Primitive};
use egui::{Color32, Mesh, Pos2, Rect, TextureId, TexturesDelta, Vec2, pos2, vec2};

use super::*;

const SIZE: [usize; 2] = [16, 12];

fn raster_with(size: [usize; 2], pixels: Vec<Color32>, options: TextureOptions) -> Raster {
    let mut delta = TexturesDelta::default();
    delta.push(TextureId::default(), ImageDelta::full(Arc::new(ColorImage::new(size, pixels)), options));
    let mut raster = Raster::new();
    raster.set_textures(&mut delta);
    raster
}

fn white() -> Raster {
    raster_with([1, 1], vec![Color32::WHITE], TextureOptions::LINEAR)
}

fn draw(raster: &Raster, meshes: Vec<Mesh>) -> Picture {
    let clip_rect = Rect::from_min_size(Pos2::ZERO, Vec2::new(16.0, 12.0));
    let primitives: Vec<_> =
        meshes.into_iter().map(|mesh| ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }).collect();
    raster.draw(SIZE, 1.0, Color32::BLACK, &primitives)
}

fn polygon(points: &[Pos2], colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    for point in points {
        mesh.colored_vertex(*point, colour);
    }
    for corner in 2..u32::try_from(points.len()).unwrap() {
        mesh.add_triangle(0, corner - 1, corner);
    }
    mesh
}

fn rectangle(rect: Rect, colour: Color32) -> Mesh {
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(rect, colour);
    mesh
}

fn count(picture: &Picture, colour: Color32) -> usize {
    picture.pixels.iter().filter(|pixel| **pixel == colour).count()
}

#[test]
fn a_rectangle_covers_the_pixels_whose_centres_it_holds() {
    let rect = Rect::from_min_max(pos2(2.4, 3.0), pos2(5.5, 5.0));
    let picture = draw(&white(), vec![rectangle(rect, Color32::RED)]);
    for (x, y, colour) in [
        (1, 3, Color32::BLACK),
        (2, 3, Color32::RED),
        (4, 4, Color32::RED),
        (5, 4, Color32::BLACK),
        (2, 2, Color32::BLACK),
        (2, 5, Color32::BLACK),
    ] {
        assert_eq!(picture.pixel(x, y), Some(colour), "at {x}, {y}");
    }
    assert_eq!(count(&picture, Color32::RED), 6);
}

#[test]
fn shared_edges_are_drawn_once_whatever_the_winding() {
    let half = Color32::from_rgba_premultiplied(100, 0, 0, 128);
    // Fans around a centre: every pixel must be covered exactly once.
    let centre = pos2(7.5, 5.5);
    let ring = [pos2(0.0, 0.0), pos2(9.0, 0.0), pos2(16.0, 0.0), pos2(16.0, 12.0), pos2(4.0, 12.0), pos2(0.0, 12.0)];
    for is_reversed in [false, true] {
        let mut mesh = Mesh::default();
        for corner in 0..ring.len() {
            let (from, to) = (ring[corner], ring[(corner + 1) % ring.len()]);
            let (from, to) = if is_reversed && corner % 2 == 0 { (to, from) } else { (from, to) };
            mesh.append(polygon(&[centre, from, to], half));
        }
        let picture = draw(&white(), vec![mesh]);
        assert_eq!(count(&picture, Color32::from_rgba_premultiplied(100, 0, 0, 255)), 16 * 12);
    }
}

#[test]
fn the_short_way_draws_what_the_long_way_draws() {
    let texels: Vec<Color32> =
        (0..64_u8).map(|n| Color32::from_rgba_unmultiplied(n * 4, 255 - n * 3, n, 60 + n * 3)).collect();
    let raster = raster_with([8, 8], texels, TextureOptions::LINEAR);
    for (rect, uv) in [
        (Rect::from_min_size(pos2(1.0, 2.0), vec2(8.0, 8.0)), Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0))),
        (Rect::from_min_size(pos2(1.3, 2.7), vec2(12.2, 6.1)), Rect::from_min_max(pos2(0.25, 0.5), pos2(0.75, 1.0))),
        (Rect::from_min_size(pos2(3.0, 1.0), vec2(5.0, 9.0)), Rect::from_min_max(pos2(0.1, 0.1), pos2(0.1, 0.1))),
    ] {
        let tint = Color32::from_rgba_premultiplied(200, 150, 100, 220);
        let mut mesh = Mesh::default();
        mesh.add_rect_with_uv(rect, uv, tint);
        let short = draw(&raster, vec![mesh.clone()]);
        // Interleaving another triangle breaks the pair, so that each half goes the long way.
        let mut indices = mesh.indices.clone();
        let nothing = u32::try_from(mesh.vertices.len()).unwrap();
        mesh.colored_vertex(pos2(-9.0, -9.0), tint);
        indices.splice(3..3, [nothing; 3]);
        mesh.indices = indices;
        let long = draw(&raster, vec![mesh]);
        for (at, (one, other)) in short.pixels.iter().zip(&long.pixels).enumerate() {
            let difference = one.to_array().iter().zip(other.to_array()).map(|(a, b)| a.abs_diff(b)).max();
            assert!(difference <= Some(1), "pixel {at}: {one:?} and {other:?} for {rect}");
        }
    }
}

#[test]
fn blending_is_premultiplied_and_in_gamma_space() {
    let rect = Rect::from_min_size(Pos2::ZERO, vec2(16.0, 12.0));
    let grey = rectangle(rect, Color32::from_gray(200));
    let veil = rectangle(rect, Color32::from_rgba_premultiplied(50, 0, 128, 128));
    let glow = rectangle(rect, Color32::from_rgba_premultiplied(90, 0, 0, 0));
    let picture = draw(&white(), vec![grey, veil, glow]);
    // 50 + 200·127/255 = 149.6, then 90 more, which an additive colour adds.
    assert_eq!(picture.pixel(3, 3), Some(Color32::from_rgb(240, 100, 228)));
}

#[test]
fn colours_run_evenly_between_corners() {
    let mut mesh = Mesh::default();
    for (point, colour) in [
        (pos2(0.0, 0.0), Color32::BLACK),
        (pos2(16.0, 0.0), Color32::WHITE),
        (pos2(16.0, 12.0), Color32::WHITE),
        (pos2(0.0, 12.0), Color32::BLACK),
    ] {
        mesh.colored_vertex(point, colour);
    }
    mesh.add_triangle(0, 1, 2);
    mesh.add_triangle(0, 2, 3);
    let picture = draw(&white(), vec![mesh]);
    for y in 0..12 {
        for (x, value) in [(0, 8), (7, 120), (15, 247)] {
            assert_eq!(picture.pixel(x, y), Some(Color32::from_gray(value)), "at {x}, {y}");
        }
    }
}

#[test]
fn clip_rectangles_cut_and_pixels_per_point_scales() {
    let clip_rect = Rect::from_min_max(pos2(1.0, 1.0), pos2(3.0, 2.0));
    let mesh = rectangle(Rect::from_min_size(Pos2::ZERO, vec2(100.0, 100.0)), Color32::GREEN);
    let primitive = ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) };
    let picture = white().draw(SIZE, 2.0, Color32::BLACK, &[primitive]);
    assert_eq!(count(&picture, Color32::GREEN), 4 * 2);
    assert_eq!(picture.pixel(2, 2), Some(Color32::GREEN));
}

#[test]
fn filters_and_partial_updates_are_kept_to() {
    let texels = vec![Color32::BLACK, Color32::WHITE];
    let mut mesh = Mesh::default();
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    mesh.add_rect_with_uv(Rect::from_min_size(Pos2::ZERO, vec2(16.0, 12.0)), whole, Color32::WHITE);
    let nearest = draw(&raster_with([2, 1], texels.clone(), TextureOptions::NEAREST), vec![mesh.clone()]);
    assert_eq!(count(&nearest, Color32::WHITE), 8 * 12);
    assert_eq!(count(&nearest, Color32::BLACK), 8 * 12);
    let mut raster = raster_with([2, 1], texels, TextureOptions::LINEAR);
    let linear = draw(&raster, vec![mesh.clone()]);
    // Half a texel at either side is flat, between the centres it rises evenly.
    assert_eq!(linear.pixel(2, 0), Some(Color32::BLACK));
    assert_eq!(linear.pixel(7, 0), Some(Color32::from_gray(112)));
    assert_eq!(linear.pixel(13, 0), Some(Color32::WHITE));
    let mut delta = TexturesDelta::default();
    let patch = Arc::new(ColorImage::new([1, 1], vec![Color32::RED]));
    delta.push(TextureId::default(), ImageDelta::partial([1, 0], patch, TextureOptions::NEAREST));
    raster.set_textures(&mut delta);
    assert_eq!(count(&draw(&raster, vec![mesh.clone()]), Color32::RED), 8 * 12);
    delta.free(TextureId::default());
    raster.free_textures(&mut delta);
    assert_eq!(count(&draw(&raster, vec![mesh]), Color32::BLACK), 16 * 12);
}

#[test]
fn meshes_that_make_no_sense_draw_nothing_and_do_no_harm() {
    let mut broken = polygon(&[pos2(0.0, 0.0), pos2(f32::NAN, 3.0), pos2(4.0, f32::INFINITY)], Color32::RED);
    broken.indices.extend([0, 7, 900]);
    let flat = polygon(&[pos2(1.0, 1.0), pos2(5.0, 5.0), pos2(9.0, 9.0)], Color32::RED);
    assert_eq!(count(&draw(&white(), vec![broken, flat]), Color32::BLACK), 16 * 12);
    let huge = polygon(&[pos2(-1e30, -1e30), pos2(1e30, -1e30), pos2(0.0, 1e30)], Color32::RED);
    assert_eq!(count(&draw(&white(), vec![huge]), Color32::RED), 16 * 12);
}
