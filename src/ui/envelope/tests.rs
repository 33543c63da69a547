//! Tests of the curves: what reaches the pixels is what the samples say.

use egui::epaint::textures::TextureOptions;
use egui::epaint::{ClippedPrimitive, ColorImage, ImageDelta, Primitive};
use egui::{TextureId, TexturesDelta, vec2};

use super::*;
use crate::model::Bucket;
use crate::ui::picture::Picture;
use crate::ui::raster::Raster;

const WIDTH: usize = 200;
const HEIGHT: usize = 101;
const INK: Color32 = Color32::from_rgb(255, 0, 0);

/// One pixel to a value, 0 at the bottom row.
fn scale(window: (i64, i64)) -> Scale {
    let rect = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 101.0));
    Scale { rect, window, values: (-0.5, 100.5), pixels_per_point: 1.0 }
}

fn sample(at_nanos: i64, value: f64) -> Bucket {
    Bucket { at_nanos, count: 1, min: value, max: value, sum: value, last: value }
}

fn bucket(at_nanos: i64, min: f64, max: f64, mean: f64) -> Bucket {
    Bucket { at_nanos, count: 10, min, max, sum: mean * 10.0, last: mean }
}

fn raw(samples: impl IntoIterator<Item = (i64, f64)>, gap_nanos: i64) -> Thinned {
    let buckets = samples.into_iter().map(|(at_nanos, value)| sample(at_nanos, value)).collect();
    Thinned { buckets, bucket_nanos: 0, gap_nanos }
}

fn curves(thinned: &Thinned, scale: &Scale, figure: Figure) -> Curves {
    let mut curves = Curves::default();
    curves.begin();
    curves.add(thinned, scale, &Pen { width: 1.0, ..Pen::new(INK, figure) });
    curves
}

fn draw(thinned: &Thinned, window: (i64, i64), figure: Figure) -> Picture {
    let curves = curves(thinned, &scale(window), figure);
    let mut delta = TexturesDelta::default();
    let white = std::sync::Arc::new(ColorImage::filled([1, 1], Color32::WHITE));
    delta.push(TextureId::default(), ImageDelta::full(white, TextureOptions::LINEAR));
    let mut raster = Raster::new();
    raster.set_textures(&mut delta);
    let clip_rect = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 101.0));
    let primitive = ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(curves.mesh().clone()) };
    raster.draw([WIDTH, HEIGHT], 1.0, Color32::BLACK, &[primitive])
}

fn ink(picture: &Picture, x: usize, value: usize) -> u8 {
    picture.pixel(x, HEIGHT - 1 - value).map_or(0, |pixel| pixel.r())
}

/// Whether anything is drawn in a column.
fn is_inked(picture: &Picture, x: usize) -> bool {
    (0..HEIGHT).any(|value| ink(picture, x, value) > 20)
}

#[test]
fn one_sample_of_a_million_is_drawn_at_its_value() {
    // 1e6 samples of 49 and 50 and one of 100, thinned to a bucket a pixel.
    let mut buckets: Vec<Bucket> = (0..200).map(|at| bucket(at * 5000, 49.0, 50.0, 49.5)).collect();
    buckets[77].max = 100.0;
    let thinned = Thinned { buckets, bucket_nanos: 5000, gap_nanos: 15_000 };
    let picture = draw(&thinned, (0, 1_000_000), Figure::Line);
    assert!(ink(&picture, 77, 99) > 200, "the spike reaches its value in full colour");
    assert!(ink(&picture, 77, 75) > 200);
    assert_eq!(ink(&picture, 76, 75), 0, "and is one column wide");
    assert_eq!(ink(&picture, 78, 75), 0);
    assert!((0..200).all(|x| ink(&picture, x, 49) > 60), "the rest stays where it is");
}

#[test]
fn many_samples_in_a_column_make_a_band_between_the_true_extremes() {
    let noise = (0..20_000).map(|at| {
        (
            at,
            if at % 7 == 0 {
                20.0
            } else if at % 11 == 0 {
                80.0
            } else {
                50.0
            },
        )
    });
    let picture = draw(&raw(noise, 10), (0, 20_000), Figure::Line);
    for x in 1..199 {
        for value in [21, 35, 65, 79] {
            let red = ink(&picture, x, value);
            assert!((80..=140).contains(&red), "the band is faint and whole: {red} at {x}, {value}");
        }
        assert_eq!((ink(&picture, x, 18), ink(&picture, x, 82)), (0, 0), "and ends at the extremes");
    }
}

#[test]
fn a_silence_longer_than_the_gap_breaks_the_line() {
    let with_gap = raw([(0, 50.0), (50, 50.0), (150, 50.0), (200, 50.0)], 60);
    let picture = draw(&with_gap, (0, 200), Figure::Line);
    assert!(is_inked(&picture, 25) && is_inked(&picture, 175));
    assert!(!is_inked(&picture, 100), "nobody measured here");
    let whole = Thinned { gap_nanos: 100, ..with_gap };
    assert!(is_inked(&draw(&whole, (0, 200), Figure::Line), 100));
}

#[test]
fn values_that_are_no_numbers_break_the_line() {
    let mut thinned = raw([(0, 50.0), (60, 50.0), (100, 50.0), (140, 50.0), (200, 50.0)], 1000);
    thinned.buckets[2] = Bucket { at_nanos: 100, count: 0, min: f64::NAN, max: f64::NAN, sum: 0.0, last: f64::NAN };
    let picture = draw(&thinned, (0, 200), Figure::Line);
    assert!(is_inked(&picture, 30) && is_inked(&picture, 170));
    assert!(!is_inked(&picture, 100));
    thinned.buckets[2] = sample(100, f64::INFINITY);
    assert_eq!(draw(&thinned, (0, 200), Figure::Line), picture);
}

#[test]
fn a_sample_alone_is_a_dot() {
    let picture = draw(&raw([(100, 50.0)], 10), (0, 200), Figure::Line);
    assert_eq!(ink(&picture, 100, 50), 255);
    assert!(!is_inked(&picture, 90) && !is_inked(&picture, 110));
}

#[test]
fn steps_hold_until_the_next_sample() {
    let thinned = raw([(0, 20.0), (100, 80.0), (200, 80.0)], 1000);
    let steps = draw(&thinned, (0, 200), Figure::Step);
    assert!(ink(&steps, 90, 20) > 100 && ink(&steps, 110, 80) > 100);
    assert_eq!(ink(&steps, 50, 50), 0);
    let line = draw(&thinned, (0, 200), Figure::Line);
    assert!(ink(&line, 50, 50) > 40);
}

#[test]
fn areas_reach_down_to_zero() {
    let thinned = raw([(0, 60.0), (200, 60.0)], 1000);
    let picture = draw(&thinned, (0, 200), Figure::Area);
    assert!((20..80).contains(&ink(&picture, 100, 30)));
    assert_eq!(ink(&picture, 100, 70), 0);
    assert_eq!(ink(&draw(&thinned, (0, 200), Figure::Line), 100, 30), 0);
}

#[test]
fn the_cost_is_of_pixels_and_not_of_samples() {
    let thinned = raw((0..100_000).map(|at| (at, f64::from(u8::try_from(at % 97).unwrap()))), 10);
    let curves = curves(&thinned, &scale((0, 100_000)), Figure::Line);
    assert!(curves.mesh().vertices.len() < WIDTH * 20, "{}", curves.mesh().vertices.len());
    assert!(curves.mesh().is_valid());
}

#[test]
fn memory_is_kept_from_frame_to_frame() {
    let thinned = raw((0..1000).map(|at| (at, 50.0)), 10);
    let mut curves = curves(&thinned, &scale((0, 1000)), Figure::Line);
    let before = curves.mesh().vertices.as_ptr();
    curves.begin();
    curves.add(&thinned, &scale((0, 1000)), &Pen::new(INK, Figure::Line));
    assert_eq!(curves.mesh().vertices.as_ptr(), before);
    let held = curves.shape();
    curves.begin();
    assert!(curves.mesh().vertices.is_empty(), "a frame that is still held is left alone");
    let Shape::Mesh(held) = held else { unreachable!() };
    assert!(!held.vertices.is_empty());
}

#[test]
fn windows_and_values_at_the_ends_do_no_harm() {
    let thinned = raw([(i64::MIN, 1e308), (0, -1e308), (i64::MAX, f64::MIN_POSITIVE)], 0);
    for window in [(i64::MIN, i64::MAX), (0, 1), (5, 5)] {
        for figure in [Figure::Line, Figure::Step, Figure::Area, Figure::StepArea] {
            let curves = curves(&thinned, &scale(window), figure);
            assert!(curves.mesh().vertices.iter().all(|vertex| vertex.pos.is_finite()));
        }
    }
}

#[test]
fn moments_and_values_come_back_from_the_screen() {
    let scale = Scale { rect: Rect::from_min_size(pos2(40.0, 10.0), vec2(1000.0, 100.0)), ..scale((1_000, 2_001_000)) };
    assert_eq!(scale.nanos_at(scale.x(501_000)), 501_000);
    assert!((scale.value_at(scale.y(25.0)) - 25.0).abs() < 1e-3);
}
