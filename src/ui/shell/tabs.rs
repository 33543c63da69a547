//! The tabs in their tiles: titles that can be clicked, dragged and closed, and what each tab draws below.

use std::collections::BTreeMap;

use egui::{Align2, Color32, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetText, pos2, vec2};
use egui_tiles::{Behavior, SimplificationOptions, TabState, Tile, TileId, Tiles, UiResponse};

use crate::engine::Engine;
use crate::ui::command::Command;
use crate::ui::icon::Icon;
use crate::ui::layout::Pane;
use crate::ui::panels::{Context, Panel, TABS};
use crate::ui::theme::{self, BODY_SIZE, GRID, Theme};
use crate::ui::view::View;

const TAB_BAR_HEIGHT: f32 = 28.0;
const CLOSE_SIDE: f32 = 16.0;

/// What the tabs are drawn with.
pub(super) struct Tabs<'a> {
    pub engine: &'a Engine,
    pub view: &'a mut View,
    pub panels: &'a mut BTreeMap<&'static str, Box<dyn Panel>>,
    pub commands: &'a mut Vec<Command>,
    pub theme: Theme,
    /// Tabs to be closed after the frame.
    pub closed: Vec<String>,
}

fn title_of(pane: &Pane) -> &str {
    TABS.iter().find(|tab| tab.name == pane.name()).map_or_else(|| pane.name(), |tab| tab.title)
}

/// What stands on a tab: of several tabs beside each other the names of all that are open.
fn title_of_tile(tiles: &Tiles<Pane>, tile: TileId) -> String {
    match tiles.get(tile) {
        Some(Tile::Pane(pane)) => title_of(pane).to_owned(),
        Some(Tile::Container(container)) => {
            let open = container.children().filter(|child| tiles.is_visible_in_layout(**child));
            open.map(|child| title_of_tile(tiles, *child)).collect::<Vec<_>>().join(" + ")
        }
        None => String::new(),
    }
}

impl Tabs<'_> {
    /// A closed tab is hidden, not removed: see [`layout`](crate::ui::layout).
    fn close(&mut self, tiles: &Tiles<Pane>, tile: TileId) {
        match tiles.get(tile) {
            Some(Tile::Pane(pane)) => self.closed.push(pane.name().to_owned()),
            Some(Tile::Container(container)) => {
                container.children().for_each(|child| self.close(tiles, *child));
            }
            None => {}
        }
    }

    fn close_ui(&self, ui: &Ui, rect: Rect, tab: &Response, title: &str, is_active: bool) -> bool {
        let palette = self.theme.palette();
        let response = ui.interact(rect, tab.id.with("close"), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("Close {title}")));
        let is_hot = response.hovered() || response.has_focus();
        if is_hot {
            ui.painter().rect_filled(rect, 4.0, palette.hovered);
        }
        if is_hot || is_active || tab.hovered() {
            let colour = if is_hot { palette.text_strong } else { palette.text_weak };
            Icon::Close.paint(ui.painter(), rect.shrink(2.0), colour);
        }
        response.on_hover_cursor(egui::CursorIcon::Default).on_hover_text(format!("Close {title}")).clicked()
    }
}

impl Behavior<Pane> for Tabs<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _: TileId, pane: &mut Pane) -> UiResponse {
        if let Some(panel) = self.panels.get_mut(pane.name()) {
            let mut context =
                Context { engine: self.engine, view: self.view, theme: self.theme, commands: self.commands };
            ui.push_id(pane.name(), |ui| panel.panel_ui(ui, &mut context));
        }
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        title_of(pane).into()
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<Pane>, tile: TileId) -> WidgetText {
        title_of_tile(tiles, tile).into()
    }

    fn tab_ui(
        &mut self,
        tiles: &mut Tiles<Pane>,
        ui: &mut Ui,
        id: egui::Id,
        tile: TileId,
        state: &TabState,
    ) -> Response {
        let palette = self.theme.palette();
        let title = title_of_tile(tiles, tile);
        let colour = if state.active { palette.text_strong } else { palette.text_weak };
        let galley = ui.painter().layout_no_wrap(title.clone(), theme::font(BODY_SIZE), colour);
        let size = vec2(GRID * 5.0 + galley.size().x + CLOSE_SIDE, ui.available_height());
        let (_, rect) = ui.allocate_space(size);
        let response = ui.interact(rect, id, Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, ui.is_enabled(), state.active, &title));
        if ui.is_rect_visible(rect) && !state.is_being_dragged {
            let painter = ui.painter();
            if state.active {
                painter.rect_filled(rect, 0.0, palette.canvas);
                let line = Rect::from_min_size(rect.min, vec2(rect.width(), 2.0));
                painter.rect_filled(line, 0.0, palette.accent);
            } else if response.hovered() {
                painter.rect_filled(rect, 0.0, palette.hovered);
            }
            if response.has_focus() {
                let outline = Stroke::new(1.0, palette.accent);
                painter.rect_stroke(rect.shrink(1.0), 2.0, outline, egui::StrokeKind::Inside);
            }
            let at = Align2::LEFT_CENTER.anchor_size(pos2(rect.left() + GRID * 3.0, rect.center().y), galley.size());
            painter.galley(at.min, galley, colour);
            let corner = pos2(rect.right() - GRID - CLOSE_SIDE / 2.0, rect.center().y);
            let close = Rect::from_center_size(corner, Vec2::splat(CLOSE_SIDE));
            if self.close_ui(ui, close, &response, &title, state.active) || response.middle_clicked() {
                self.close(tiles, tile);
            }
        }
        response
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn tab_bar_height(&self, _: &egui::Style) -> f32 {
        TAB_BAR_HEIGHT
    }

    fn gap_width(&self, _: &egui::Style) -> f32 {
        GRID
    }

    fn min_size(&self) -> f32 {
        120.0
    }

    fn tab_bar_color(&self, _: &egui::Visuals) -> Color32 {
        self.theme.palette().panel
    }

    fn drag_preview_color(&self, _: &egui::Visuals) -> Color32 {
        self.theme.palette().accent.gamma_multiply(0.25)
    }

    fn drag_preview_stroke(&self, _: &egui::Visuals) -> Stroke {
        Stroke::new(1.0, self.theme.palette().accent)
    }
}
