//! Curves: a thinned series drawn as what it really did, at a cost of pixels and not of samples.
//!
//! Every pixel column shows a band from the smallest to the largest sample in it and a line through their means. Where
//! there is no more than one sample to a column the band vanishes and the line goes through the samples themselves. A
//! column whose extreme stands out from those around it is drawn in full colour up to exactly that value, so that one
//! sample of a million is still seen. A silence longer than the series' gap, and non-finite values, break the line.

mod columns;
mod dash;

use egui::epaint::PathStroke;
use egui::epaint::tessellator::Path;
use egui::{Color32, Mesh, Pos2, Rangef, Rect, Shape, Stroke, pos2};

use crate::model::Thinned;
use columns::{Column, Run};

/// Where moments and values lie on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The area of the plot, points.
    pub rect: Rect,
    /// First and last moment shown, nanoseconds.
    pub window: (i64, i64),
    /// Lowest and highest value shown, at the bottom and the top.
    pub values: (f64, f64),
    /// Pixels to a point.
    pub pixels_per_point: f32,
}

impl Scale {
    /// Where a moment lies, points from the left of the screen.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a place on screen")]
    pub fn x(&self, at_nanos: i64) -> f32 {
        let span = (i128::from(self.window.1) - i128::from(self.window.0)).max(1) as f64;
        let from_start = (i128::from(at_nanos) - i128::from(self.window.0)) as f64;
        (f64::from(self.rect.left()) + from_start / span * f64::from(self.rect.width())) as f32
    }

    /// Where a value lies, points from the top of the screen; values far outside lie just outside.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a place on screen")]
    pub fn y(&self, value: f64) -> f32 {
        let (low, high) = self.values;
        let span = if high > low { high - low } else { 1.0 };
        let share = ((value - low) / span).clamp(-1.0, 2.0);
        (f64::from(self.rect.bottom()) - share * f64::from(self.rect.height())) as f32
    }

    /// The moment at a place.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a place on screen is no finer")]
    pub fn nanos_at(&self, x: f32) -> i64 {
        let span = (i128::from(self.window.1) - i128::from(self.window.0)).max(1) as f64;
        let share = f64::from(x - self.rect.left()) / f64::from(self.rect.width().max(1.0));
        self.window.0.saturating_add((share * span) as i64)
    }

    /// The value at a place.
    #[must_use]
    pub fn value_at(&self, y: f32) -> f64 {
        let (low, high) = self.values;
        let share = f64::from(self.rect.bottom() - y) / f64::from(self.rect.height().max(1.0));
        low + share * (high - low)
    }
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Straight from sample to sample.
    #[default]
    Line,
    /// A sample holds until the next.
    Step,
    /// A line, and the ground below it filled down to zero.
    Area,
    /// Steps, filled likewise.
    StepArea,
}

impl Figure {
    fn is_step(self) -> bool {
        matches!(self, Self::Step | Self::StepArea)
    }

    fn is_filled(self) -> bool {
        matches!(self, Self::Area | Self::StepArea)
    }
}

/// Colour and weight of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Its colour, opaque.
    pub colour: Color32,
    /// Width of the line, points.
    pub width: f32,
    /// What is drawn.
    pub figure: Figure,
    /// Whether the line is dashed, to tell curves of one colour apart. Between dashes it goes on faintly.
    pub is_dashed: bool,
}

impl Pen {
    /// A line of that colour in the usual width.
    #[must_use]
    pub fn new(colour: Color32, figure: Figure) -> Self {
        Self { colour, width: 1.25, figure, is_dashed: false }
    }
}

/// Opacity of the band between the extremes, and of the ground below an area.
const BAND_OPACITY: f32 = 0.42;
const AREA_OPACITY: f32 = 0.16;
/// Opacity of a dashed line between its dashes.
const FAINT_OPACITY: f32 = 0.3;
/// A column is drawn in full colour where it stands out from so many columns on either side…
const SPIKE_COLUMNS: usize = 4;
/// … by more than so many pixels …
const SPIKE_PIXELS: f32 = 2.0;
/// … and more than this part of what they span, so that noise stays a band.
const SPIKE_SHARE: f32 = 0.5;

/// Draws curves into one mesh that keeps its memory from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    mesh: std::sync::Arc<Mesh>,
    runs: Vec<Run>,
    points: Vec<Pos2>,
    parts: Vec<Pos2>,
    reaches: Vec<Rangef>,
    path: Path,
}

impl Curves {
    /// Takes away the last frame's curves. Memory is kept if that frame has been drawn.
    pub fn begin(&mut self) {
        let mesh = self.mesh_mut();
        mesh.indices.clear();
        mesh.vertices.clear();
    }

    /// Adds a series.
    pub fn add(&mut self, thinned: &Thinned, scale: &Scale, pen: &Pen) {
        let mut runs = std::mem::take(&mut self.runs);
        columns::fold(thinned, scale, &mut runs);
        for run in runs.iter().filter(|run| !run.columns.is_empty()) {
            self.add_run(run, scale, pen);
        }
        self.runs = runs;
    }

    /// The curves as one shape. The mesh is shared with the painter, not copied.
    pub fn shape(&self) -> Shape {
        Shape::Mesh(std::sync::Arc::clone(&self.mesh))
    }

    /// The vertices drawn so far.
    #[must_use]
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    fn mesh_mut(&mut self) -> &mut Mesh {
        if std::sync::Arc::get_mut(&mut self.mesh).is_none() {
            // The painter still holds the last frame's: leave that one to it.
            self.mesh = std::sync::Arc::default();
        }
        std::sync::Arc::make_mut(&mut self.mesh)
    }

    fn add_run(&mut self, run: &Run, scale: &Scale, pen: &Pen) {
        let mut points = std::mem::take(&mut self.points);
        let mut path = std::mem::take(&mut self.path);
        let mut parts = std::mem::take(&mut self.parts);
        let mut reaches = std::mem::take(&mut self.reaches);
        line_points(&run.columns, scale, pen.figure, &mut points);
        let pixel = 1.0 / scale.pixels_per_point;
        let mesh = self.mesh_mut();
        if pen.figure.is_filled() {
            add_area(mesh, &points, scale, pen.colour.gamma_multiply(AREA_OPACITY));
        }
        add_band(mesh, &run.columns, &mut reaches, scale, pen.colour);
        if let [only] = points.as_slice() {
            // A sample with silence on both sides: a dot, as a line of no length is not seen.
            let side = (pen.width * 2.5).max(3.0 * pixel);
            mesh.add_colored_rect(Rect::from_center_size(*only, egui::Vec2::splat(side)), pen.colour);
        } else {
            let mut stroke = |points: &[Pos2], colour: Color32| {
                path.clear();
                path.add_open_points(points);
                path.stroke_open(pixel, &PathStroke::from(Stroke::new(pen.width, colour)), mesh);
            };
            if pen.is_dashed {
                let faint = pen.colour.gamma_multiply(FAINT_OPACITY);
                dash::cut(&points, scale, &mut parts, |part, is_dash| {
                    if part.len() > 1 {
                        stroke(part, if is_dash { pen.colour } else { faint });
                    }
                });
            } else {
                stroke(&points, pen.colour);
            }
        }
        self.parts = parts;
        self.points = points;
        self.path = path;
        self.reaches = reaches;
    }
}

/// The points of the mean line.
fn line_points(columns: &[Column], scale: &Scale, figure: Figure, points: &mut Vec<Pos2>) {
    points.clear();
    for column in columns {
        let point = pos2(column.x, scale.y(column.mean));
        if figure.is_step()
            && let Some(last) = points.last()
            && last.y != point.y
        {
            points.push(pos2(point.x, last.y));
        }
        points.push(point);
    }
}

/// The ground between a line and zero (or the nearest shown value to it).
fn add_area(mesh: &mut Mesh, points: &[Pos2], scale: &Scale, colour: Color32) {
    let base = scale.y(0.0_f64.clamp(scale.values.0.min(scale.values.1), scale.values.1.max(scale.values.0)));
    for pair in points.windows(2) {
        if pair[0].x < pair[1].x {
            add_quad(mesh, [pair[0], pair[1], pos2(pair[1].x, base), pos2(pair[0].x, base)], colour);
        }
    }
}

/// The band between the extremes of every column, and in full colour what stands out of it.
fn add_band(mesh: &mut Mesh, columns: &[Column], reaches: &mut Vec<Rangef>, scale: &Scale, colour: Color32) {
    let pixel = 1.0 / scale.pixels_per_point;
    let faint = colour.gamma_multiply(BAND_OPACITY);
    reaches.clear();
    reaches.extend(columns.iter().map(|column| Rangef::new(scale.y(column.max), scale.y(column.min))));
    for (index, (column, reach)) in columns.iter().zip(&*reaches).enumerate() {
        if column.min >= column.max {
            continue;
        }
        let (left, right) = column.sides(scale);
        // At least one pixel high, so that a band that narrows does not tear.
        let thin = ((pixel - reach.span()) / 2.0).max(0.0);
        let rect = Rect::from_min_max(pos2(left, reach.min - thin), pos2(right, reach.max + thin));
        mesh.add_colored_rect(rect, faint);
        let around = reaches[index.saturating_sub(SPIKE_COLUMNS)..index].iter();
        let around = around.chain(reaches.iter().skip(index + 1).take(SPIKE_COLUMNS));
        let Some(around) =
            around.copied().reduce(|one, other| Rangef::new(one.min.min(other.min), one.max.max(other.max)))
        else {
            continue;
        };
        let least = (SPIKE_PIXELS * pixel).max(around.span() * SPIKE_SHARE);
        let (left, right) = column.pixel_sides(scale);
        if reach.min < around.min - least {
            mesh.add_colored_rect(Rect::from_x_y_ranges(left..=right, reach.min..=around.min.min(reach.max)), colour);
        }
        if reach.max > around.max + least {
            mesh.add_colored_rect(Rect::from_x_y_ranges(left..=right, around.max.max(reach.min)..=reach.max), colour);
        }
    }
}

fn add_quad(mesh: &mut Mesh, corners: [Pos2; 4], colour: Color32) {
    let Ok(first) = u32::try_from(mesh.vertices.len()) else { return };
    for corner in corners {
        mesh.colored_vertex(corner, colour);
    }
    mesh.add_triangle(first, first + 1, first + 2);
    mesh.add_triangle(first, first + 2, first + 3);
}

#[cfg(test)]
mod tests;
