//! The Resources tab: what the runs in view used, plotted over time under one time axis, with the stages behind the curves.
//!
//! Every unit and family of metrics has a plot of its own, stacked; all share the visible stretch and the cursor of the
//! [`View`], so that zooming here zooms the timeline. The legend beside a plot is its values table. Runs lie over each
//! other, aligned by their starts: an entry keeps its colour from run to run and changes its lightness and weight.

mod bands;
mod block;
mod curves;
mod header;
mod heading;
mod legend;
mod limits;
mod reading;
mod stack;

use std::sync::Arc;

use egui::{ScrollArea, Ui};

use super::{Context, Panel};
use crate::engine::queries::{SeriesAnswer, SeriesQuery, TimelineAnswer, TimelineQuery};
use crate::engine::{Reply, Slot};
use crate::model::{Absence, Key};
use crate::ui::empty::{Empty, empty_ui};
use crate::ui::icon::Icon;
use crate::ui::theme::{self, BODY_SIZE, Palette};
use crate::ui::time_plot::{self, Shade};
use crate::ui::view::View;
use bands::Band;
use block::{Columns, Kept, Scene};
use stack::Plot;

/// The Resources tab.
#[derive(Default)]
pub struct ResourcesPanel {
    series: Slot<SeriesQuery>,
    stages: Slot<TimelineQuery>,
    stacked: Option<Stacked>,
    kept: Kept,
}

/// The stack made from an answer, kept until the answer or the runs change.
struct Stacked {
    answer: Arc<SeriesAnswer>,
    runs: Vec<Key>,
    plots: Arc<Vec<Plot>>,
}

impl Panel for ResourcesPanel {
    fn panel_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let margin = egui::Margin { left: 8, right: 4, top: 6, bottom: 0 };
        egui::Frame::new().inner_margin(margin).show(ui, |ui| self.content_ui(ui, context));
    }
}

impl ResourcesPanel {
    fn content_ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let palette = context.theme.palette();
        let runs: Vec<Key> = context.view.frames.iter().map(|frame| frame.run).collect();
        if runs.is_empty() {
            message_ui(
                ui,
                "No run is selected",
                "Select one or more runs in the side bar to see what they used over time",
            );
            return;
        }
        let answer = match self.series.ask(context.engine, &SeriesQuery { runs: runs.clone() }) {
            Reply::Stale(answer) | Reply::Fresh(answer) => answer,
            Reply::Loading => return message_ui(ui, "Loading…", ""),
            Reply::Failed(failure) => return message_ui(ui, "The series cannot be read", &failure.to_string()),
        };
        let plots = self.plots(&answer, runs, context.view);
        if plots.is_empty() {
            return without_series_ui(ui, &answer.absences, context.view, palette);
        }
        let first = context.view.frames.first().map(|frame| frame.run);
        let timeline =
            first.and_then(|run| self.stages.ask(context.engine, &TimelineQuery { run }).answer().map(Arc::clone));
        self.stack_ui(ui, &plots, timeline.as_deref(), &answer.absences, context);
    }

    fn plots(&mut self, answer: &Arc<SeriesAnswer>, runs: Vec<Key>, view: &View) -> Arc<Vec<Plot>> {
        if let Some(stacked) =
            self.stacked.as_ref().filter(|stacked| Arc::ptr_eq(&stacked.answer, answer) && stacked.runs == runs)
        {
            return Arc::clone(&stacked.plots);
        }
        let plots = Arc::new(stack::stack(answer, view));
        self.kept.answers.retain(&plots);
        self.stacked = Some(Stacked { answer: Arc::clone(answer), runs, plots: Arc::clone(&plots) });
        plots
    }

    fn stack_ui(
        &mut self,
        ui: &mut Ui,
        plots: &[Plot],
        timeline: Option<&TimelineAnswer>,
        absences: &[Absence],
        context: &mut Context<'_>,
    ) {
        let palette = context.theme.palette();
        header::bar_ui(ui, plots.len(), context, palette);
        let columns = Columns::of(ui.max_rect().left(), ui.available_width(), context.view.frames.len());
        let bands = timeline.map_or_else(Vec::new, |timeline| coloured(timeline, context.view, palette));
        let bands = header::in_sight(bands, context.view);
        let shades: Vec<Shade> = bands
            .iter()
            .map(|(band, colour)| Shade { stretch: (band.start_nanos, band.end_nanos), colour: *colour })
            .collect();
        let moments = time_plot::ticks(ui, context.view, columns.plot.span());
        let run_names = curves::run_names(context.view);
        let short_run_names = curves::short_run_names(context.view);
        let (at, stretch) = header::words(context.view);
        let scene = Scene {
            at: &at,
            stretch: &stretch,
            palette,
            columns,
            moments: &moments,
            shades: &shades,
            run_names: &run_names,
            short_run_names: &short_run_names,
            host: timeline.and_then(|timeline| timeline.run.run.host.as_ref()),
            usual_height: (ui.available_height() / 6.5).clamp(84.0, 190.0),
        };
        header::ruler_ui(ui, &scene, &bands, context);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for plot in plots {
                block::block_ui(ui, plot, &scene, &mut self.kept, context);
            }
            absences_ui(ui, absences, context.view, &run_names, palette);
        });
    }
}

/// The stages of the first run in the colours they have everywhere.
fn coloured(timeline: &TimelineAnswer, view: &mut View, palette: &Palette) -> Vec<(Band, egui::Color32)> {
    let origin_nanos = view.frame(timeline.run.run.key).map_or(timeline.bounds.0, |frame| frame.origin_nanos);
    let bands = bands::bands(timeline, origin_nanos);
    view.colours.assign(timeline.names.iter().map(String::as_str));
    bands
        .into_iter()
        .map(|band| {
            let colour = view.colours.colour(palette, &band.name);
            (band, colour)
        })
        .collect()
}

/// What could not be measured, and why: a row a reason, never a zero.
fn absences_ui(ui: &mut Ui, absences: &[Absence], view: &View, run_names: &[String], palette: &Palette) {
    if absences.is_empty() {
        return;
    }
    ui.add_space(8.0);
    for (metric, reason, runs) in grouped(absences) {
        ui.horizontal_wrapped(|ui| {
            ui.add_space(24.0);
            ui.label(theme::strong(metric, BODY_SIZE));
            ui.label(egui::RichText::new(format!("N/A, because {reason}")).color(palette.text_weak));
            if view.frames.len() > 1 && runs.len() < view.frames.len() {
                let names: Vec<&str> = view
                    .frames
                    .iter()
                    .zip(run_names)
                    .filter(|(frame, _)| runs.contains(&frame.run))
                    .map(|(_, name)| name.as_str())
                    .collect();
                ui.label(egui::RichText::new(names.join(", ")).color(palette.text_weak));
            }
        });
    }
    ui.add_space(8.0);
}

/// Absences of the same metric for the same reason, with the runs that have it.
fn grouped(absences: &[Absence]) -> Vec<(&str, &str, Vec<Key>)> {
    let mut groups: Vec<(&str, &str, Vec<Key>)> = Vec::new();
    for absence in absences {
        match groups.iter_mut().find(|(metric, reason, _)| *metric == absence.metric && *reason == absence.reason) {
            Some((_, _, runs)) => runs.push(absence.run),
            None => groups.push((&absence.metric, &absence.reason, vec![absence.run])),
        }
    }
    groups
}

fn without_series_ui(ui: &mut Ui, absences: &[Absence], view: &View, palette: &Palette) {
    let title = match view.frames.as_slice() {
        [run] => format!("{} has no series", run.title),
        _ => "These runs have no series".to_owned(),
    };
    let text = "CPU, memory, disk, network and GPU are sampled when a run is recorded:\nreelbench record -- COMMAND";
    message_ui(ui, &title, text);
    absences_ui(ui, absences, view, &curves::run_names(view), palette);
}

fn message_ui(ui: &mut Ui, title: &str, sentence: &str) {
    empty_ui(ui, &Empty { icon: Icon::Curve, title, sentence, actions: &[] });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_reason_is_said_once() {
        let absence = |run: &str, metric: &str| Absence {
            run: Key::of("run", &[run]),
            metric: metric.to_owned(),
            reason: "no driver".to_owned(),
        };
        let absences = [absence("a", "GPU"), absence("b", "GPU"), absence("a", "NVML")];
        let groups: Vec<(&str, usize)> =
            grouped(&absences).into_iter().map(|(metric, _, runs)| (metric, runs.len())).collect();
        assert_eq!(groups, [("GPU", 2), ("NVML", 1)]);
    }
}
