//! One frame of the shell: what is drawn where.

use egui::{CentralPanel, Frame, Margin, Panel as Edge, Ui};

use super::tabs::Tabs;
use super::{Parts, Shell};
use crate::engine::Engine;
use crate::ui::command::{Action, Command};
use crate::ui::empty::{Empty, empty_ui};
use crate::ui::icon::Icon;
use crate::ui::panels::{Context, TABS};
use crate::ui::theme::{Palette, Theme};
use crate::ui::welcome::Hints;
use crate::ui::{edges, menus, routing};

const STATUS_HEIGHT: f32 = 26.0;

impl Shell {
    /// Draws a frame and gives what was asked for in it.
    pub fn ui(&mut self, ui: &mut Ui, parts: Parts) -> Vec<Command> {
        let mut commands = Vec::new();
        let ctx = ui.ctx().clone();
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        if Theme::applied(&ctx) != Some(self.settings.theme) {
            self.settings.theme.apply(&ctx);
        }
        edges::edge_ui(&ctx, self.settings.side_bar_width);
        self.ask();
        match parts {
            Parts::Tab(name) => {
                CentralPanel::no_frame().show(ui, |ui| self.tab_ui(ui, name, &mut commands));
            }
            Parts::All => self.all_ui(ui, &mut commands),
        }
        self.settle_asked();
        commands
    }

    fn all_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let ctx = ui.ctx().clone();
        let palette = Palette::of(&ctx);
        let circumstances = self.circumstances();
        let bar = Frame::new().fill(palette.panel).inner_margin(Margin::symmetric(8, 2));
        Edge::top("menu").frame(bar).show(ui, |ui| {
            let before = self.layout.tree.clone();
            menus::menu_bar_ui(ui, &circumstances, &self.settings, &mut self.layout, commands);
            if self.layout.tree != before {
                ctx.request_repaint();
            }
        });
        Edge::bottom("status").frame(bar).exact_size(STATUS_HEIGHT).show(ui, |ui| {
            let workspace = self.known_workspace.as_deref();
            self.status.ui(ui, self.engine.as_ref(), workspace, &self.notices, commands);
        });
        if self.engine.is_some() && !self.is_empty() {
            self.side_bar_ui(ui, commands);
        }
        let ground = Frame::new().fill(palette.panel);
        CentralPanel::no_frame().frame(ground).show(ui, |ui| self.centre_ui(ui, commands));
        self.notices.toasts_ui(ui, STATUS_HEIGHT);
        let had_overlay = self.overlay.is_some();
        Self::drop_ui(&ctx, commands);
        self.overlay_ui(&ctx, commands);
        let asked = routing::take_shortcuts(&ctx, &circumstances);
        let is_let_through = |command: &Command| match &self.overlay {
            Some(overlay) => overlay.lets_through(command),
            None => !had_overlay,
        };
        let is_menu_open = ctx.any_popup_open();
        commands.extend(asked.into_iter().filter(|command| is_let_through(command) && !is_menu_open));
    }

    fn side_bar_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        let Some(engine) = self.engine.clone() else { return };
        let palette = Palette::of(ui.ctx());
        let frame = Frame::new().fill(palette.panel).inner_margin(Margin { left: 8, right: 4, top: 6, bottom: 0 });
        let panel = Edge::left("runs").frame(frame).resizable(true).default_size(self.settings.side_bar_width);
        let mut is_shown = self.settings.is_side_bar_shown;
        let shown = panel.size_range(180.0..=640.0).show_collapsible(ui, &mut is_shown, |ui| {
            match (&self.known_runs, &self.why_no_runs) {
                (Some(answer), _) => {
                    let answer = std::sync::Arc::clone(answer);
                    self.runs.ui(ui, &engine, &answer, &mut self.selection, commands);
                }
                (None, Some(why)) => drop(ui.colored_label(palette.failed, why)),
                (None, None) => drop(ui.weak("Loading runs…")),
            }
            ui.expand_to_include_x(ui.max_rect().right());
        });
        if let Some(shown) = shown.filter(|_| is_shown && self.settings.is_side_bar_shown) {
            self.settings.side_bar_width = shown.response.rect.width();
        }
        self.settings.is_side_bar_shown = is_shown;
    }

    fn centre_ui(&mut self, ui: &mut Ui, commands: &mut Vec<Command>) {
        if let Some(path) = &self.surroundings.opening {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let sentence = format!("{name} is read; a large one takes a moment");
            empty_ui(
                ui,
                &Empty { icon: Icon::Folder, title: "Opening the workspace", sentence: &sentence, actions: &[] },
            );
            return;
        }
        if self.is_empty() && !(self.wants_tabs && self.engine.is_some() && !self.layout.is_empty()) {
            if let Some(why) = self.surroundings.failure.clone() {
                failure_ui(ui, &why);
            }
            let engine = self.engine.clone();
            let hints = Hints {
                workspace: engine.as_ref().map(Engine::path),
                is_read_only: engine.as_ref().is_some_and(|engine| engine.read_only().is_some()),
                can_drop: self.surroundings.can_drop,
            };
            self.welcome.ui(ui, &self.settings, &hints, commands);
            return;
        }
        let Some(engine) = self.engine.clone() else { return };
        if self.layout.is_empty() {
            let titles: Vec<&str> = TABS.iter().map(|tab| tab.title).collect();
            let empty = Empty {
                icon: Icon::Menu,
                title: "Every tab is closed",
                sentence: "Open one of them",
                actions: &titles,
            };
            if let Some(tab) = empty_ui(ui, &empty).and_then(|index| TABS.get(index)) {
                commands.push(Command::ShowTab(tab.name));
            }
            return;
        }
        let mut tabs = Tabs {
            engine: &engine,
            view: &mut self.view,
            panels: &mut self.panels,
            commands,
            theme: self.settings.theme,
            closed: Vec::new(),
        };
        self.layout.tree.ui(&mut tabs, ui);
        for name in tabs.closed {
            self.layout.close(&name);
            ui.ctx().request_repaint();
        }
    }

    /// One tab alone.
    fn tab_ui(&mut self, ui: &mut Ui, name: &str, commands: &mut Vec<Command>) {
        let (Some(engine), Some(panel)) = (&self.engine, self.panels.get_mut(name)) else { return };
        let mut context = Context { engine, view: &mut self.view, theme: self.settings.theme, commands };
        panel.panel_ui(ui, &mut context);
    }

    /// What no tab took: everything can always be shown, and a selection forgotten.
    fn settle_asked(&mut self) {
        if self.view.take(Action::Fit) {
            self.view.fit();
        }
        if self.view.take(Action::ClearSelection) {
            self.view.select_range(None);
            self.view.span = None;
        }
        self.view.asked.clear();
    }
}

fn failure_ui(ui: &mut Ui, why: &str) {
    let palette = Palette::of(ui.ctx());
    Frame::new()
        .fill(palette.raised)
        .stroke(egui::Stroke::new(1.0, palette.failed))
        .inner_margin(12)
        .outer_margin(12)
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                crate::ui::badge::severity_ui(ui, crate::model::Severity::Error);
                ui.add(egui::Label::new(why).wrap());
            });
        });
}
