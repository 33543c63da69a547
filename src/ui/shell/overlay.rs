//! What lies over everything while it is open: palette, shortcut sheet, notices, labels, a path to type, files to drop.

use egui::{Align2, Area, Context, Frame, Id, Modal, Order, Ui, vec2};

use super::Shell;
use crate::ui::command::{Action, Command};
use crate::ui::label::LabelForm;
use crate::ui::palette::{self, Palette};
use crate::ui::prompt::{self, Prompt};
use crate::ui::shortcuts;
use crate::ui::theme::{self, Palette as Colours};

/// What is open over everything.
pub enum Overlay {
    /// The command palette.
    Palette(Palette),
    /// The shortcut sheet.
    Shortcuts,
    /// Everything that was told.
    Notices,
    /// Labels of the shown runs.
    Labels(LabelForm),
    /// A path to type or paste.
    Prompt(Prompt),
}

impl Overlay {
    /// Whether both are of a kind.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    /// How wide one with a title is, points.
    fn width(&self) -> f32 {
        if matches!(self, Self::Shortcuts) { 800.0 } else { 560.0 }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Palette(_) => "palette",
            Self::Shortcuts => "shortcuts",
            Self::Notices => "notices",
            Self::Labels(_) => "labels",
            Self::Prompt(_) => "prompt",
        }
    }

    fn title(&self) -> Option<&'static str> {
        match self {
            Self::Shortcuts => Some("Keyboard shortcuts"),
            Self::Notices => Some("Notices"),
            Self::Palette(_) | Self::Labels(_) | Self::Prompt(_) => None,
        }
    }

    /// Commands that are carried out while it is open: the one that closes it.
    pub(super) fn lets_through(&self, command: &Command) -> bool {
        let own = match self {
            Self::Palette(_) => Action::Palette,
            Self::Shortcuts => Action::Shortcuts,
            Self::Notices => Action::Notices,
            Self::Labels(_) => Action::LabelRuns,
            Self::Prompt(_) => Action::Open,
        };
        *command == Command::Do(own) || *command == Command::Do(Action::Palette)
    }
}

impl Shell {
    /// Draws what is open.
    pub(super) fn overlay_ui(&mut self, ctx: &Context, commands: &mut Vec<Command>) {
        let Some(mut overlay) = self.overlay.take() else { return };
        // A name each: egui remembers sizes by name.
        let id = Id::unique(("overlay", overlay.name()));
        let modal = match overlay {
            Overlay::Palette(_) => {
                Modal::new(id).area(Modal::default_area(id).anchor(Align2::CENTER_TOP, vec2(0.0, 64.0)))
            }
            _ => Modal::new(id),
        };
        let colours = Colours::of(ctx);
        let frame =
            Frame::popup(&ctx.global_style()).inner_margin(if matches!(overlay, Overlay::Palette(_)) { 8 } else { 16 });
        let response = modal.frame(frame).backdrop_color(colours.shadow.gamma_multiply(0.8)).show(ctx, |ui| {
            let mut is_done = false;
            if let Some(title) = overlay.title() {
                ui.set_width(overlay.width().min(ctx.content_rect().width() - 64.0));
                is_done = title_ui(ui, title);
            }
            is_done
                | match &mut overlay {
                    Overlay::Palette(palette) => {
                        let entries =
                            palette::entries(ctx, &self.circumstances(), &self.settings, self.known_runs.as_deref());
                        palette.ui(ui, &entries, commands)
                    }
                    Overlay::Shortcuts => {
                        shortcuts::sheet_ui(ui);
                        false
                    }
                    Overlay::Notices => {
                        self.notices.list_ui(ui);
                        false
                    }
                    Overlay::Labels(form) => match &self.known_runs {
                        Some(answer) => form.ui(ui, answer, &self.selection.shown, commands),
                        None => true,
                    },
                    Overlay::Prompt(prompt) => prompt.ui(ui, commands),
                }
        });
        let is_done = response.inner | response.should_close();
        if is_done {
            ctx.request_repaint();
        } else {
            self.overlay = Some(overlay);
        }
    }

    /// Files over the window say what letting go does; dropped ones and pasted paths open.
    pub(super) fn drop_ui(ctx: &Context, commands: &mut Vec<Command>) {
        let (num_hovered, dropped) = ctx.input(|input| {
            let paths: Vec<_> = input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect();
            (input.raw.hovered_files.len(), paths)
        });
        if !dropped.is_empty() {
            commands.push(Command::OpenFiles(dropped));
        }
        if !ctx.text_edit_focused() {
            let pasted = ctx.input(|input| {
                input.events.iter().find_map(|event| match event {
                    egui::Event::Paste(text) if prompt::looks_like_paths(text) => Some(prompt::paths_in(text)),
                    _ => None,
                })
            });
            commands.extend(pasted.map(Command::OpenFiles));
        }
        if num_hovered > 0 {
            drop_hint_ui(ctx, num_hovered);
        }
    }
}

fn title_ui(ui: &mut Ui, title: &str) -> bool {
    let colours = Colours::of(ui.ctx());
    ui.horizontal(|ui| {
        ui.label(theme::strong(title, theme::HEADING_SIZE).color(colours.text_strong));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            crate::ui::icon::icon_button_ui(ui, crate::ui::icon::Icon::Close, "Close").clicked()
        })
        .inner
    })
    .inner
}

fn drop_hint_ui(ctx: &Context, num_files: usize) {
    let colours = Colours::of(ctx);
    let rect = ctx.content_rect();
    Area::new(Id::unique("drop")).order(Order::Tooltip).interactable(false).fixed_pos(rect.min).show(ctx, |ui| {
        let painter = ui.painter();
        painter.rect_filled(rect, 0.0, colours.panel.gamma_multiply(0.85));
        let outline = egui::Stroke::new(2.0, colours.accent);
        painter.rect_stroke(rect.shrink(16.0), 12.0, outline, egui::StrokeKind::Inside);
        let what = if num_files == 1 { "the file".to_owned() } else { format!("{num_files} files") };
        let font = egui::FontId::proportional(theme::TITLE_SIZE);
        let text = format!("Let go to open or import {what}");
        painter.text(rect.center(), Align2::CENTER_CENTER, text, font, colours.text_strong);
    });
}
