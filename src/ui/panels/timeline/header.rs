//! The line above a run's lanes: how it ended, what it is, how long it took, what it cost.

use egui::{Button, Color32, Label, Rect, RichText, Sense, Ui, UiBuilder, vec2};

use super::moments;
use super::tracks::{Content, Track};
use crate::model::time::format_duration;
use crate::model::unit::group_thousands;
use crate::ui::badge::outcome_ui;
use crate::ui::theme::{BODY_SIZE, Palette, SMALL_SIZE, strong};
use crate::ui::time_plot;

/// Draws the header into its line. `key` is the colour of the run's curves in the strip, where several runs share it.
/// True when its details are asked for.
pub fn header_ui(ui: &mut Ui, rect: Rect, track: &Track, key: Option<Color32>, is_open: bool) -> bool {
    let palette = Palette::of(ui.ctx());
    ui.painter().rect_filled(rect, 0.0, palette.panel);
    ui.painter().hline(rect.x_range(), rect.top(), (1.0, palette.line));
    let builder = UiBuilder::new()
        .id_salt(("header", track.frame.run))
        .max_rect(rect.shrink2(vec2(6.0, 1.0)))
        .layout(egui::Layout::left_to_right(egui::Align::Center));
    let mut is_asked = false;
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        ui.spacing_mut().item_spacing.x = 10.0;
        // A drag that begins on a word moves the lanes like any other.
        ui.style_mut().interaction.selectable_labels = false;
        outcome_ui(ui, track.frame.outcome);
        if let Some(key) = key {
            let (line, response) = ui.allocate_exact_size(vec2(14.0, 3.0), Sense::hover());
            ui.painter().rect_filled(line, 1.5, key);
            response.on_hover_text("The colour of this run's curves below");
        }
        let title = Button::new(strong(track.frame.title.as_str(), BODY_SIZE)).frame(false).selected(is_open);
        let response = ui.add(title).on_hover_text("Show the labels, notes and facts of this run");
        time_plot::focus_ring(ui.painter(), response.rect.expand2(vec2(1.0, 0.0)), &response, palette);
        is_asked = response.clicked();
        match &track.content {
            Content::Spans(spans) => {
                let run = &spans.answer.run;
                let (start, end) = spans.answer.bounds;
                let weak = |text: String| RichText::new(text).size(SMALL_SIZE).color(palette.text_weak);
                ui.add(Label::new(strong(format_duration(end.saturating_sub(start)), BODY_SIZE)));
                for (currency, amount) in &spans.answer.reported_costs {
                    ui.label(RichText::new(format!("{} {currency}", amount.normalize())).color(palette.text))
                        .on_hover_text("What its sources reported as cost, in sum");
                }
                let pipeline = run.pipeline();
                if pipeline != track.frame.title {
                    ui.label(weak(pipeline.to_owned()));
                }
                let num_spans = spans.answer.spans.len();
                let count = group_thousands(num_spans as f64);
                ui.label(weak(format!("{count} {}", if num_spans == 1 { "span" } else { "spans" })));
                if run.num_failed_spans > 0 {
                    ui.label(
                        RichText::new(format!("{} failed", run.num_failed_spans))
                            .size(SMALL_SIZE)
                            .color(palette.failed),
                    );
                }
                if let Some(idle) = &track.idle {
                    let whole = end.saturating_sub(start);
                    let text = if idle.idle_nanos == 0 {
                        weak("never idle".to_owned())
                    } else {
                        let (time, share) = (format_duration(idle.idle_nanos), moments::share(idle.idle_nanos, whole));
                        RichText::new(format!("idle {time} ({share})")).size(SMALL_SIZE).color(palette.interrupted)
                    };
                    ui.label(text).on_hover_text(&idle.basis);
                }
            }
            Content::Loading => {
                ui.label(RichText::new("Loading…").size(SMALL_SIZE).color(palette.text_weak));
            }
            Content::Failed(why) => {
                ui.label(RichText::new(why).size(SMALL_SIZE).color(palette.failed));
            }
        }
    });
    is_asked
}
