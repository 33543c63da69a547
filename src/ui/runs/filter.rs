//! The filter of the side bar: a menu each for pipeline, outcome and label, and a chip for everything chosen.

use std::collections::BTreeSet;

use egui::{RichText, Ui, WidgetInfo};

use crate::engine::queries::{RunFilter, RunsAnswer};
use crate::model::Outcome;
use crate::ui::badge;
use crate::ui::icon::down_arrow;
use crate::ui::theme::Palette;

/// Draws the menus and, below them, what is chosen.
pub(super) fn filter_ui(ui: &mut Ui, filter: &mut RunFilter, all: &RunsAnswer) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let pipelines: Vec<(String, usize)> =
            all.pipelines.iter().map(|history| (history.name.clone(), history.durations.len())).collect();
        choice_ui(ui, "Pipeline", &mut filter.pipelines, &pipelines);
        outcome_ui(ui, filter, all);
        let labels: Vec<(String, usize)> = all.labels.iter().map(|(label, count)| (label.clone(), *count)).collect();
        choice_ui(ui, "Label", &mut filter.labels, &labels);
    });
    chips_ui(ui, filter);
}

fn button_text(title: &str, num_chosen: usize) -> String {
    if num_chosen == 0 { title.to_owned() } else { format!("{title} · {num_chosen}") }
}

fn name(response: &egui::Response, title: &str, num_chosen: usize) {
    response.widget_info(|| {
        WidgetInfo::labeled(
            egui::Role::Button,
            true,
            format!("Filter by {}: {num_chosen} chosen", title.to_lowercase()),
        )
    });
}

fn choice_ui(ui: &mut Ui, title: &str, chosen: &mut BTreeSet<String>, known: &[(String, usize)]) {
    let menu = ui.add_enabled_ui(!known.is_empty() || !chosen.is_empty(), |ui| {
        let config =
            egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        let button =
            egui::containers::menu::MenuButton::new((button_text(title, chosen.len()), down_arrow())).config(config);
        button.ui(ui, |ui| {
            egui::ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                for (value, count) in known {
                    let mut is_chosen = chosen.contains(value);
                    if count_ui(ui, &mut is_chosen, value, *count) {
                        if is_chosen {
                            chosen.insert(value.clone())
                        } else {
                            chosen.remove(value)
                        };
                    }
                }
            });
        })
    });
    name(&menu.inner.0, title, chosen.len());
}

fn count_ui(ui: &mut Ui, is_chosen: &mut bool, text: &str, count: usize) -> bool {
    let palette = Palette::of(ui.ctx());
    ui.horizontal(|ui| {
        let response = ui.checkbox(is_chosen, text);
        ui.label(RichText::new(count.to_string()).small().color(palette.text_weak));
        response.changed()
    })
    .inner
}

fn outcome_ui(ui: &mut Ui, filter: &mut RunFilter, all: &RunsAnswer) {
    let config =
        egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::containers::menu::MenuButton::new((button_text("Outcome", filter.outcomes.len()), down_arrow()))
        .config(config);
    let (response, _) = button.ui(ui, |ui| {
        for outcome in Outcome::ALL {
            let count = all.outcomes.get(&outcome).copied().unwrap_or_default();
            let mut is_chosen = filter.outcomes.contains(&outcome);
            if count == 0 && !is_chosen {
                continue;
            }
            ui.horizontal(|ui| {
                badge::outcome_mark_ui(ui, outcome);
                if count_ui(ui, &mut is_chosen, outcome.name(), count) {
                    if is_chosen {
                        filter.outcomes.insert(outcome)
                    } else {
                        filter.outcomes.remove(&outcome)
                    };
                }
            });
        }
    });
    name(&response, "Outcome", filter.outcomes.len());
}

/// What is chosen, each to be taken away with a click.
fn chips_ui(ui: &mut Ui, filter: &mut RunFilter) {
    let num_chosen = filter.pipelines.len() + filter.outcomes.len() + filter.labels.len();
    if num_chosen == 0 {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(4.0, 4.0);
        for set in [&mut filter.pipelines, &mut filter.labels] {
            set.retain(|value| !chip_ui(ui, value));
        }
        filter.outcomes.retain(|outcome| !chip_ui(ui, outcome.name()));
        if num_chosen > 1 && ui.small_button("Clear").on_hover_text("Clear the filter").clicked() {
            *filter = RunFilter { text: std::mem::take(&mut filter.text), ..RunFilter::default() };
        }
    });
}

/// True when it is to be taken away.
fn chip_ui(ui: &mut Ui, text: &str) -> bool {
    let palette = Palette::of(ui.ctx());
    let text_shown = RichText::new(format!("{text}  ×")).small().color(palette.selected_text);
    let chip = egui::Button::new(text_shown).fill(palette.selected).corner_radius(9);
    let response = ui.add(chip).on_hover_text("Take this filter away");
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, format!("Do not filter by {text}")));
    response.clicked()
}
