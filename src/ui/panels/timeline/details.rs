//! The details panel: everything about the selected span, and about its run.

use std::collections::BTreeMap;

use egui::{Frame, Label, RichText, ScrollArea, Stroke, Ui};
use rust_decimal::Decimal;

use super::labels;
use super::measured;
use super::moments;
use super::notes;
use crate::engine::queries::{NotesAnswer, RunSummary, SpanAnswer, SpanQuery};
use crate::engine::{Reply, Slot};
use crate::model::time::format_duration;
use crate::model::{Key, Media, Unit, Usage};
use crate::ui::badge::outcome_ui;
use crate::ui::facts::{facts_ui, heading_ui, missing_ui};
use crate::ui::icon::{Icon, icon_button_ui};
use crate::ui::panels::Context;
use crate::ui::theme::{GRID, HEADING_SIZE, Palette, strong};
use crate::ui::view::RunFrame;

/// The details with their questions and what is being typed.
#[derive(Default)]
pub struct Details {
    span: Slot<SpanQuery>,
    drafts: notes::Drafts,
    label: labels::Draft,
}

/// What the details are about.
pub struct Subject<'a> {
    /// The run.
    pub frame: RunFrame,
    /// The same with its facts, once they are there.
    pub run: Option<&'a RunSummary>,
    /// What was written about the run.
    pub notes: Option<std::sync::Arc<NotesAnswer>>,
    /// The span, unless it is about the run alone.
    pub span: Option<Key>,
}

impl Details {
    /// Moves to the field for a new note, on the span or else on the run, as soon as it is drawn.
    pub fn want_note(&mut self, is_on_span: bool) {
        self.drafts.want(is_on_span);
    }

    /// Draws them. True when they are to be closed.
    pub fn details_ui(&mut self, ui: &mut Ui, subject: &Subject<'_>, context: &mut Context<'_>) -> bool {
        let mut is_closed = false;
        ScrollArea::vertical().auto_shrink(false).id_salt("details").show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = GRID;
            if let Some(span) = subject.span {
                let reply = self.span.ask(context.engine, &SpanQuery { span });
                match &reply {
                    Reply::Fresh(answer) | Reply::Stale(answer) => {
                        is_closed = title_ui(ui, &answer.span.name);
                        self.span_ui(ui, answer, subject, context);
                    }
                    Reply::Loading => drop(ui.label(RichText::new("Loading…").weak())),
                    Reply::Failed(failure) => drop(ui.label(failure.to_string())),
                }
                heading_ui(ui, "Run");
            } else {
                is_closed = title_ui(ui, &subject.frame.title);
            }
            self.run_ui(ui, subject, context);
        });
        is_closed
    }

    fn span_ui(&mut self, ui: &mut Ui, answer: &SpanAnswer, subject: &Subject<'_>, context: &mut Context<'_>) {
        let span = &answer.span;
        let palette = Palette::of(ui.ctx());
        if !answer.path.is_empty() {
            ui.add(
                Label::new(RichText::new(format!("in {}", answer.path.join(" › "))).color(palette.text_weak)).wrap(),
            );
        }
        outcome_ui(ui, span.outcome);
        error_ui(ui, span.error.as_deref());
        let frame = &subject.frame;
        facts_ui(ui, "span facts", |facts| {
            match span.end_nanos {
                Some(end) => facts.text("Duration", format_duration(end.saturating_sub(span.start_nanos))),
                None => facts.missing("Duration", "it has no end"),
            }
            facts.text("Start", moments::elapsed(frame.to_elapsed(span.start_nanos)));
            facts.maybe("End", span.end_nanos.map(|end| moments::elapsed(frame.to_elapsed(end))));
            facts.maybe("Clock", moments::clock(frame, span.start_nanos));
            facts.text("Kind", span.kind.name().replace('_', " "));
            facts.maybe("Number", span.number.map(|number| number.to_string()));
            facts.maybe("Provider", span.provider.clone());
            facts.maybe("Model", span.model.clone());
        });
        measured::measurements_ui(ui, &span.measurements);
        usages_ui(ui, &answer.usages);
        measured::series_ui(ui, &answer.series);
        measured::attributes_ui(ui, "Attributes", &span.attributes);
        heading_ui(ui, "Notes");
        let about = (subject.frame.run, Some(span.key));
        notes::notes_ui(ui, &mut self.drafts, about, answer.notes.iter(), context.engine.read_only(), context.commands);
    }

    fn run_ui(&mut self, ui: &mut Ui, subject: &Subject<'_>, context: &mut Context<'_>) {
        let frame = &subject.frame;
        let Some(summary) = subject.run else {
            ui.label(RichText::new("Loading…").weak());
            return;
        };
        let run = &summary.run;
        outcome_ui(ui, run.outcome);
        error_ui(ui, run.error.as_deref());
        facts_ui(ui, "run facts", |facts| {
            facts.maybe("Video", run.video_id.clone());
            facts.maybe("Pipeline", run.pipeline.clone());
            facts.maybe("Duration", summary.duration_nanos().map(format_duration));
            facts.maybe("Started", run.start_nanos.and_then(|start| moments::clock(frame, start)));
            for (name, value) in media(&run.media) {
                facts.text(name, value);
            }
            if let Some(host) = &run.host {
                facts.text("Host", host.hostname.clone());
                facts.text("Processor", format!("{}, {} logical", host.cpu, host.num_cpus));
                facts.text("Memory", Unit::BYTES.format(host.memory_bytes as f64));
                for gpu in &host.gpus {
                    facts.text("GPU", gpu.clone());
                }
            }
            facts.code("Key", run.key.short());
        });
        heading_ui(ui, "Labels");
        let read_only = context.engine.read_only();
        labels::labels_ui(ui, &mut self.label, run.key, &run.labels, read_only, context.commands);
        heading_ui(ui, "Notes on the run");
        notes::notes_ui(
            ui,
            &mut self.drafts,
            (run.key, None),
            subject.notes.iter().flat_map(|notes| notes.of_run()),
            read_only,
            context.commands,
        );
        measured::attributes_ui(ui, "Attributes of the run", &run.attributes);
    }
}

/// The title and what closes the panel; true when it is clicked.
fn title_ui(ui: &mut Ui, title: &str) -> bool {
    ui.add_space(GRID);
    ui.horizontal(|ui| {
        let room = ui.available_width() - 32.0;
        ui.allocate_ui(egui::vec2(room, 22.0), |ui| {
            ui.set_width(room);
            ui.add(Label::new(strong(title, HEADING_SIZE)).truncate());
        });
        icon_button_ui(ui, Icon::Close, "Close the details").clicked()
    })
    .inner
}

fn error_ui(ui: &mut Ui, error: Option<&str>) {
    let Some(error) = error else { return };
    let palette = Palette::of(ui.ctx());
    let frame = Frame::new()
        .fill(palette.canvas_stripe)
        .stroke(Stroke::new(1.0, palette.failed))
        .inner_margin(8)
        .corner_radius(4);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.add(Label::new(RichText::new(error).monospace().color(palette.text)).wrap().selectable(true));
    });
}

fn usages_ui(ui: &mut Ui, usages: &[Usage]) {
    if usages.is_empty() {
        return;
    }
    heading_ui(ui, "Usage");
    facts_ui(ui, "usage", |facts| {
        for usage in usages {
            let who: Vec<&str> = usage.provider.iter().chain(&usage.model).map(String::as_str).collect();
            if !who.is_empty() {
                facts.text("Billed by", who.join(" "));
            }
            for quantity in &usage.quantities {
                facts.text(&capitalised(quantity.unit.words()), quantity.amount.normalize().to_string());
            }
        }
    });
    heading_ui(ui, "Reported cost");
    let costs = costs(usages);
    if costs.is_empty() {
        missing_ui(ui, "its source reported no cost");
    }
    facts_ui(ui, "cost", |facts| {
        for (currency, amount) in costs {
            facts.text(&currency, amount.normalize().to_string());
        }
    });
}

fn costs(usages: &[Usage]) -> BTreeMap<String, Decimal> {
    let mut costs = BTreeMap::<String, Decimal>::new();
    for cost in usages.iter().filter_map(|usage| usage.reported_cost.as_ref()) {
        *costs.entry(cost.currency.clone()).or_default() += cost.amount;
    }
    costs
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn media(media: &Media) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(secs) = media.duration_secs {
        facts.push(("Video length", crate::model::time::format_duration_secs(secs)));
    }
    if let (Some(width), Some(height)) = (media.width, media.height) {
        facts.push(("Picture", format!("{width} × {height}")));
    }
    if let Some(fps) = media.fps {
        facts.push(("Frame rate", Unit::FRAMES_PER_SECOND.format(fps)));
    }
    if let Some(size_bytes) = media.size_bytes {
        facts.push(("Video size", Unit::BYTES.format(size_bytes as f64)));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Cost;

    #[test]
    fn costs_are_summed_exactly_by_currency() {
        let usage = |amount: &str, currency: &str| Usage {
            key: Key::of("usage", &[amount]),
            run: Key::of("run", &["a"]),
            span: None,
            provider: None,
            model: None,
            quantities: Vec::new(),
            reported_cost: Some(Cost { amount: amount.parse().unwrap(), currency: currency.to_owned() }),
        };
        let costs = costs(&[usage("0.1", "USD"), usage("0.2", "USD"), usage("1", "CNY")]);
        assert_eq!(costs["USD"].to_string(), "0.3");
        assert_eq!(costs["CNY"].to_string(), "1");
    }

    #[test]
    fn names_read_naturally() {
        assert_eq!(capitalised("input tokens"), "Input tokens");
    }
}
