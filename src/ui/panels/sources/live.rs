//! What is followed now: a row each with its state, the reason, and the button that stops it.

use egui::{Align, Layout, Sense, Ui, Vec2, pos2};

use super::marks;
use super::words::Standing;
use crate::engine::{AttachmentId, AttachmentStatus, StateKind};
use crate::model::time;
use crate::ui::cells;
use crate::ui::command::Command;
use crate::ui::panels::Context;
use crate::ui::theme::{self, BODY_SIZE, Palette, ROW_HEIGHT};

/// Draws the attachments; those that are over can be put away.
pub fn live_ui(
    ui: &mut Ui,
    attachments: &[AttachmentStatus],
    put_away: &mut Vec<AttachmentId>,
    context: &mut Context<'_>,
    palette: &Palette,
) {
    if attachments.is_empty() {
        return;
    }
    ui.label(theme::strong("Followed now", BODY_SIZE));
    egui::ScrollArea::vertical().id_salt("followed").max_height(ROW_HEIGHT * 6.0).auto_shrink([false, true]).show(
        ui,
        |ui| {
            for status in attachments {
                ui.push_id(status.id, |ui| row_ui(ui, status, put_away, context, palette));
            }
        },
    );
    ui.separator();
}

fn row_ui(
    ui: &mut Ui,
    status: &AttachmentStatus,
    put_away: &mut Vec<AttachmentId>,
    context: &mut Context<'_>,
    palette: &Palette,
) {
    ui.horizontal(|ui| {
        let standing = Standing::Followed(status.state);
        let (mut cell, state) = ui.allocate_exact_size(Vec2::new(94.0, ROW_HEIGHT), Sense::hover());
        state.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, status.state.name()));
        let mark = cells::take_left(&mut cell, 18.0);
        marks::standing(ui.painter(), pos2(mark.left() + 6.0, mark.center().y), standing, palette);
        cells::text(
            ui,
            cell,
            status.state.name(),
            theme::font(BODY_SIZE),
            marks::standing_colour(standing, palette),
            Align::Min,
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if status.state == StateKind::Off {
                if named(ui.button("Put away"), "Put away", status).clicked() {
                    put_away.push(status.id);
                }
            } else if named(ui.button("Stop following"), "Stop following", status).clicked() {
                context.commands.push(Command::Detach(status.id));
            }
            if let Some(run) = status.run
                && named(ui.button("Show run"), "Show run of", status).clicked()
            {
                context.commands.push(Command::ShowRuns(vec![run]));
            }
            let since = format!("since {}", time::strftime_local(status.since_nanos, "%H:%M:%S"));
            ui.label(egui::RichText::new(since).color(palette.text_weak));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(theme::strong(&status.name, BODY_SIZE)).truncate());
                ui.add(egui::Label::new(egui::RichText::new(&status.reason).color(palette.text_weak)).truncate());
            });
        });
    });
}

/// Tells buttons of different rows apart for those who only hear them.
fn named(response: egui::Response, verb: &str, status: &AttachmentStatus) -> egui::Response {
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} {}", status.name)));
    response
}
