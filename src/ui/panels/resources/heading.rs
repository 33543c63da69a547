//! The heading of a plot: folds it away, names it with its unit, and shows or hides its details.

use egui::{Align, CursorIcon, Id, Role, Sense, Shape, Stroke, Ui, UiBuilder, Vec2, WidgetInfo, pos2};

use super::block::{Kept, Scene};
use super::stack::Plot;
use crate::model::Unit;
use crate::ui::cells;
use crate::ui::theme::{self, BODY_SIZE, SMALL_SIZE};
use crate::ui::time_plot;

/// Height of a heading, points.
const HEIGHT: f32 = 24.0;

/// Draws the heading of a plot over the whole width.
pub fn heading_ui(ui: &mut Ui, id: Id, plot: &Plot, scene: &Scene<'_>, kept: &mut Kept) {
    let palette = scene.palette;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), HEIGHT), Sense::hover());
    let is_folded = kept.folded.contains(&plot.title);
    let num_details = plot.num_details();
    let mut row = rect;
    if num_details > 0 && !is_folded {
        let cell = cells::take_right(&mut row, 120.0);
        let is_open = kept.open.contains(&plot.title);
        let noun = if num_details == 1 { "detail" } else { "details" };
        let button = egui::Button::new(
            egui::RichText::new(format!("{} {num_details} {noun}", if is_open { "Hide" } else { "Show" })).small(),
        );
        ui.scope_builder(
            UiBuilder::new()
                .max_rect(cell.shrink2(Vec2::new(10.0, 2.0)))
                .layout(egui::Layout::right_to_left(Align::Center)),
            |ui| {
                let tooltip = format!("Single cores, devices or commands of {}", plot.title);
                let response = ui.add(button).on_hover_text(&tooltip);
                response.widget_info(|| {
                    WidgetInfo::selected(Role::DisclosureTriangle, true, is_open, format!("Details of {}", plot.title))
                });
                if response.clicked() && !kept.open.remove(&plot.title) {
                    kept.open.insert(plot.title.clone());
                }
            },
        );
    }
    let title = theme::strong(&plot.title, BODY_SIZE);
    let galley = egui::WidgetText::from(title).into_galley(
        ui,
        Some(egui::TextWrapMode::Truncate),
        row.width() - 40.0,
        theme::strong_font(BODY_SIZE),
    );
    let width = 24.0 + galley.size().x + 6.0;
    let cell = cells::take_left(&mut row, width);
    let response = ui.interact(cell, id.with("heading"), Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
    response.widget_info(|| WidgetInfo::selected(Role::DisclosureTriangle, true, !is_folded, &plot.title));
    if response.clicked() && !kept.folded.remove(&plot.title) {
        kept.folded.insert(plot.title.clone());
    }
    let painter = ui.painter();
    let colour = if response.hovered() || response.has_focus() { palette.accent } else { palette.text_strong };
    painter.add(triangle(pos2(cell.left() + 12.0, cell.center().y), !is_folded, palette.text_weak));
    painter.galley_with_override_text_color(
        pos2(cell.left() + 24.0, cell.center().y - galley.size().y / 2.0),
        galley,
        colour,
    );
    cells::text(ui, row, unit_words(plot), theme::font(SMALL_SIZE), palette.text_weak, Align::Min);
    let response = response.on_hover_text(plot.names.join("\n"));
    time_plot::focus_ring(ui.painter(), cell, &response, palette);
}

/// What the heading says of the unit; of plain counts the title says it.
fn unit_words(plot: &Plot) -> &str {
    let is_count = plot.unit.code().starts_with('{') && plot.unit.code().ends_with('}');
    if is_count && plot.unit != Unit::TIMES { "" } else { plot.unit.words() }
}

/// The mark of a heading: points down when open, to the right when folded.
fn triangle(centre: egui::Pos2, is_open: bool, colour: egui::Color32) -> Shape {
    let corners =
        if is_open { [(-4.0, -2.5), (4.0, -2.5), (0.0, 3.5)] } else { [(-2.5, -4.0), (3.5, 0.0), (-2.5, 4.0)] };
    Shape::convex_polygon(corners.map(|(x, y)| centre + Vec2::new(x, y)).to_vec(), colour, Stroke::NONE)
}
