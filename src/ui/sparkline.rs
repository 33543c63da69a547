//! A row of small bars: how a figure went over the last runs, read at a glance.

use egui::{Color32, Rect, Response, Role, Sense, Ui, Vec2, WidgetInfo, pos2};

use super::theme::Palette;
use crate::model::Outcome;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spark {
    /// Its height; absent is a gap.
    pub value: Option<f64>,
    /// What it is coloured by: only what did not end well stands out.
    pub outcome: Outcome,
}

/// Draws bars from zero, oldest left; the last is drawn stronger. `name` says in words what they show: it is all that a
/// screen reader has (“Duration of the last 12 runs, 14.2 s to 61 s, last 15.1 s”), and the hover text.
pub fn sparkline_ui(ui: &mut Ui, size: Vec2, sparks: &[Spark], name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    if ui.is_rect_visible(rect) {
        let palette = Palette::of(ui.ctx());
        for (index, bar) in bars(rect, sparks).into_iter().enumerate() {
            let (Some(bar), Some(spark)) = (bar, sparks.get(index)) else { continue };
            let is_last = index + 1 == sparks.len();
            ui.painter().rect_filled(bar, 0.0, colour(palette, spark.outcome, is_last));
        }
    }
    response.on_hover_text(name)
}

fn colour(palette: &Palette, outcome: Outcome, is_last: bool) -> Color32 {
    match outcome {
        Outcome::Failed | Outcome::Interrupted => palette.outcome(outcome),
        Outcome::Running => palette.running,
        Outcome::Succeeded | Outcome::Unknown if is_last => palette.text,
        Outcome::Succeeded | Outcome::Unknown => palette.text_weak.gamma_multiply(0.5),
    }
}

/// The bars, one point apart, at least one high. Only the last that fit are drawn.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a few points")]
fn bars(rect: Rect, sparks: &[Spark]) -> Vec<Option<Rect>> {
    let num_sparks = sparks.len().max(1) as f32;
    let width = ((rect.width() + 1.0) / num_sparks - 1.0).floor().clamp(2.0, 6.0);
    let is_shown = |index: usize| (sparks.len() - index) as f32 * (width + 1.0) - 1.0 <= rect.width();
    let values = sparks.iter().filter_map(|spark| spark.value.filter(|value| value.is_finite()));
    let highest = values.fold(0.0, f64::max);
    let bar = |(index, spark): (usize, &Spark)| {
        let value = spark.value.filter(|value| value.is_finite() && *value >= 0.0)?;
        let right = rect.right() - (sparks.len() - 1 - index) as f32 * (width + 1.0);
        let share = if highest > 0.0 { value / highest } else { 0.0 };
        let height = (share as f32 * rect.height()).max(1.0).round();
        let bar = Rect::from_min_max(pos2(right - width, rect.bottom() - height), pos2(right, rect.bottom()));
        is_shown(index).then_some(bar)
    };
    sparks.iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sparks(values: &[Option<f64>]) -> Vec<Spark> {
        values.iter().map(|value| Spark { value: *value, outcome: Outcome::Succeeded }).collect()
    }

    #[test]
    fn bars_are_in_proportion_and_end_at_the_right() {
        let rect = Rect::from_min_size(pos2(10.0, 0.0), Vec2::new(60.0, 20.0));
        let bars = bars(rect, &sparks(&[Some(10.0), None, Some(5.0), Some(f64::NAN), Some(0.0)]));
        let heights: Vec<f32> = bars.iter().map(|bar| bar.map_or(-1.0, |bar| bar.height())).collect();
        assert_eq!(heights, [20.0, -1.0, 10.0, -1.0, 1.0]);
        assert_eq!(bars[4].unwrap().right(), rect.right());
    }

    #[test]
    fn of_more_than_fit_the_last_are_shown() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), Vec2::new(29.0, 20.0));
        let shown = bars(rect, &sparks(&[Some(1.0); 100]));
        assert_eq!(shown.iter().flatten().count(), 10);
        assert!(shown.iter().flatten().all(|bar| rect.contains_rect(*bar)));
        assert!(shown[99].is_some());
        assert!(bars(rect, &[]).is_empty());
    }
}
