//! The curves of the plots: a question for each that is in sight, the answers kept, and the pen each is drawn with.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stack::{Curve, Plot};
use crate::engine::queries::{PlotAnswer, PlotQuery};
use crate::engine::{Engine, Slot};
use crate::model::{Key, Unit};
use crate::ui::envelope::{Figure, Pen};
use crate::ui::theme::{NUM_SERIES_COLOURS, Palette};
use crate::ui::view::View;

/// A slot for every curve asked for so far.
#[derive(Default)]
pub struct Answers {
    slots: BTreeMap<Key, Slot<PlotQuery>>,
}

impl Answers {
    /// Asks for a curve over the visible stretch of its run; gives what there is.
    pub fn ask(&mut self, engine: &Engine, view: &View, curve: &Curve, num_pixels: usize) -> Option<Arc<PlotAnswer>> {
        let frame = view.frames.get(curve.run)?;
        let (start, end) = view.visible();
        let query =
            PlotQuery::around(curve.series, (frame.to_clock(start), frame.to_clock(end)), num_pixels, curve.is_rate);
        let slot = self.slots.entry(curve.series).or_default();
        slot.ask(engine, &query).answer().map(Arc::clone)
    }

    /// Forgets curves that no plot has any more.
    pub fn retain(&mut self, plots: &[Plot]) {
        let wanted: std::collections::BTreeSet<Key> =
            plots.iter().flat_map(|plot| &plot.curves).map(|curve| curve.series).collect();
        self.slots.retain(|series, _| wanted.contains(series));
    }
}

/// How a curve is drawn: its entry gives the colour, its run lightness, weight and dashes. Where there is one entry
/// only, the run gives the colour, the same as on the timeline.
#[must_use]
pub fn pen(palette: &Palette, plot: &Plot, curve: &Curve, is_one_entry: bool) -> Pen {
    let colour = palette.series(if is_one_entry { curve.run } else { curve.hue });
    let num_drawn = plot.curves.iter().filter(|curve| !curve.is_detail).count();
    let figure = match (is_counted(&plot.unit), num_drawn == 1) {
        (true, true) => Figure::StepArea,
        (true, false) => Figure::Step,
        (false, true) => Figure::Area,
        (false, false) => Figure::Line,
    };
    let (toward, part, width, is_dashed) = match curve.run {
        run if is_one_entry => (palette.text_strong, 0.0, 1.5, run >= NUM_SERIES_COLOURS),
        0 => (palette.text_strong, 0.0, 1.5, false),
        1 => (palette.text_strong, 0.35, 1.25, true),
        2 => (palette.canvas, 0.4, 2.0, false),
        run if run.is_multiple_of(2) => (palette.canvas, 0.55, 1.0, false),
        _ => (palette.text_strong, 0.55, 2.0, true),
    };
    Pen { colour: colour.lerp_to_gamma(toward, part), width, figure, is_dashed }
}

/// Threads and processes come and go at once: nothing lies between two counts.
fn is_counted(unit: &Unit) -> bool {
    matches!(unit.code(), "{thread}" | "{process}")
}

/// What runs are called in a legend: their titles, and of those called alike the start as well.
#[must_use]
pub fn run_names(view: &View) -> Vec<String> {
    let is_alone = |title: &str| view.frames.iter().filter(|frame| frame.title == title).count() == 1;
    let named = view.frames.iter().enumerate().map(|(place, frame)| {
        if is_alone(&frame.title) {
            frame.title.clone()
        } else if frame.clock == crate::model::Clock::Elapsed {
            format!("{} ({})", frame.title, place + 1)
        } else {
            format!("{} {}", frame.title, crate::model::time::strftime_local(frame.origin_nanos, "%m-%d %H:%M:%S"))
        }
    });
    named.collect()
}

/// The same in as few words as still tell them apart, for legends that have more to say than the run.
#[must_use]
pub fn short_run_names(view: &View) -> Vec<String> {
    let names = run_names(view);
    let is_unique =
        |word: &str| view.frames.iter().zip(&names).filter(|(f, n)| f.apart == word || *n == word).count() == 1;
    let short = view.frames.iter().zip(&names).map(|(frame, name)| {
        let can_be_short = !frame.apart.is_empty() && is_unique(&frame.apart);
        if can_be_short { frame.apart.clone() } else { name.clone() }
    });
    short.collect()
}
