//! The shortcut sheet: every command with its keys, from the one list.

use egui::{RichText, Ui};

use super::command::ACTIONS;
use super::menus::MENUS;
use super::panels::TABS;
use super::routing;
use super::theme::{self, Palette};

/// What the pointer does, which no command list can say.
const POINTER: &[(&str, &str)] = &[
    ("Wheel", "Zoom around the pointer"),
    ("Shift + wheel", "Move earlier or later"),
    ("Drag", "Move earlier or later"),
    ("Shift + drag", "Select a range of time"),
    ("Click", "Select a span"),
    ("Ctrl + click on a run", "Show it too, or no longer"),
    ("Shift + click on a run", "Show everything up to it"),
];

/// Keys inside the list of runs.
const LIST: &[(&str, &str)] = &[
    ("Up, Down", "Show the run above or below"),
    ("Shift + Up, Down", "Show the runs up to there"),
    ("Ctrl + Up, Down", "Move without showing"),
    ("Space", "Show the run too, or no longer"),
    ("Home, End", "First or last run"),
    ("Ctrl + A", "Show every listed run"),
];

/// Draws the sheet.
pub fn sheet_ui(ui: &mut Ui) {
    let height = (ui.ctx().content_rect().height() - 140.0).max(160.0);
    let area = egui::ScrollArea::vertical().auto_shrink([false, true]).max_height(height);
    area.min_scrolled_height(height.min(680.0)).show(ui, |ui| {
        ui.columns(2, |columns| {
            for (index, menu) in MENUS.iter().enumerate() {
                let is_right = matches!(*menu, "Go" | "View");
                let ui = &mut columns[usize::from(is_right)];
                if index > 0 && *menu != "Go" {
                    ui.add_space(8.0);
                }
                heading_ui(ui, menu);
                for listed in ACTIONS.iter().filter(|listed| listed.menu == *menu && !listed.shortcuts.is_empty()) {
                    let keys: Vec<String> =
                        listed.shortcuts.iter().map(|shortcut| routing::keys(ui.ctx(), shortcut)).collect();
                    row_ui(ui, &keys.join(", "), listed.text);
                }
            }
            let ui = &mut columns[0];
            ui.add_space(8.0);
            heading_ui(ui, "Tabs");
            for (index, tab) in TABS.iter().enumerate() {
                if let Some(shortcut) = routing::tab_shortcut(index) {
                    row_ui(ui, &routing::keys(ui.ctx(), &shortcut), tab.title);
                }
            }
            row_ui(ui, "Ctrl+Tab", "Next tab under the pointer");
            row_ui(ui, "Arrows", "Move the edge of a panel that has the focus");
            ui.add_space(8.0);
            heading_ui(ui, "In the list of runs");
            LIST.iter().for_each(|(keys, text)| row_ui(ui, keys, text));
            let ui = &mut columns[1];
            ui.add_space(8.0);
            heading_ui(ui, "Pointer");
            POINTER.iter().for_each(|(keys, text)| row_ui(ui, keys, text));
        });
    });
}

fn heading_ui(ui: &mut Ui, text: &str) {
    let palette = Palette::of(ui.ctx());
    ui.label(theme::strong(text, theme::BODY_SIZE).color(palette.text_strong));
}

fn row_ui(ui: &mut Ui, keys: &str, text: &str) {
    let palette = Palette::of(ui.ctx());
    ui.horizontal(|ui| {
        let width = (ui.available_width() * 0.54).max(60.0);
        ui.allocate_ui_with_layout(egui::vec2(width, 18.0), egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_width(width);
            ui.add(egui::Label::new(RichText::new(text).color(palette.text)).truncate());
        });
        ui.add(egui::Label::new(RichText::new(keys).color(palette.text_weak)).truncate());
    });
}
