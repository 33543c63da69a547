//! Notices: what the engine tells, shown for a while in a corner and kept in a list.

use egui::{Align2, Area, Frame, Id, Order, RichText, Ui, vec2};

use super::badge;
use super::icon::{Icon, icon_button_ui};
use super::theme::Palette;
use crate::engine::{self, Notice};
use crate::model::{Severity, time};

/// How many notices the list keeps.
const MAX_KEPT: usize = 200;
/// How many are shown in the corner at once.
const MAX_TOASTS: usize = 4;
/// How long one that is only good to know stays in the corner, seconds.
const NOTICE_SECS: f64 = 6.0;
/// How long a warning stays. Errors stay until they are put away.
const WARNING_SECS: f64 = 15.0;

/// What was told, the latest last.
#[derive(Default)]
pub struct Notices {
    kept: Vec<Told>,
    next: u64,
    num_unread: usize,
}

struct Told {
    id: u64,
    notice: Notice,
    at_nanos: i64,
    /// Until when it is in the corner, in the time of the window, seconds; `None` until it was drawn first.
    until_secs: Option<f64>,
    is_put_away: bool,
}

impl Notices {
    /// Takes a notice. The same one told twice in a row is kept once.
    pub fn push(&mut self, notice: Notice) {
        let at_nanos = engine::utc_nanos();
        if self.kept.last().is_some_and(|last| last.notice == notice) {
            self.kept.pop();
        } else {
            self.num_unread += 1;
        }
        self.kept.push(Told { id: self.next, notice, at_nanos, until_secs: None, is_put_away: false });
        self.next += 1;
        if self.kept.len() > MAX_KEPT {
            self.kept.remove(0);
        }
    }

    /// How many came since the list was last looked at.
    #[must_use]
    pub fn num_unread(&self) -> usize {
        self.num_unread
    }

    /// Draws those of the moment into the lower right corner, above `bottom` points.
    pub fn toasts_ui(&mut self, ui: &Ui, bottom: f32) {
        let now_secs = ui.input(|input| input.time);
        let mut offset = bottom + 8.0;
        let mut num_shown = 0;
        for told in self.kept.iter_mut().rev().filter(|told| !told.is_put_away) {
            let stays_secs = match told.notice.severity {
                Severity::Notice => NOTICE_SECS,
                Severity::Warning => WARNING_SECS,
                Severity::Error => f64::INFINITY,
            };
            let until_secs = *told.until_secs.get_or_insert(now_secs + stays_secs);
            if until_secs <= now_secs || num_shown == MAX_TOASTS {
                told.is_put_away = true;
                continue;
            }
            if until_secs.is_finite() {
                ui.ctx().request_repaint_after_secs((until_secs - now_secs) as f32 + 0.02);
            }
            num_shown += 1;
            let area = Area::new(Id::unique(("toast", told.id)))
                .order(Order::Foreground)
                .anchor(Align2::RIGHT_BOTTOM, vec2(-12.0, -offset))
                .show(ui.ctx(), |ui| toast_ui(ui, &told.notice));
            told.is_put_away |= area.inner;
            offset += area.response.rect.height() + 8.0;
        }
    }

    /// Draws the list; the latest first.
    pub fn list_ui(&mut self, ui: &mut Ui) {
        self.num_unread = 0;
        for told in &mut self.kept {
            told.is_put_away = true;
        }
        if self.kept.is_empty() {
            ui.weak("Nothing was told since the window opened");
            return;
        }
        let palette = Palette::of(ui.ctx());
        egui::ScrollArea::vertical().auto_shrink([false, true]).max_height(420.0).show(ui, |ui| {
            for told in self.kept.iter().rev() {
                ui.horizontal_top(|ui| {
                    badge::severity_ui(ui, told.notice.severity);
                    ui.vertical(|ui| {
                        ui.add(egui::Label::new(RichText::new(&told.notice.text).color(palette.text)).wrap());
                        ui.label(RichText::new(time::format_local(told.at_nanos)).small().color(palette.text_weak));
                    });
                });
                ui.separator();
            }
        });
    }
}

/// Draws one; true when it is put away.
fn toast_ui(ui: &mut Ui, notice: &Notice) -> bool {
    let palette = Palette::of(ui.ctx());
    Frame::popup(ui.style())
        .stroke(egui::Stroke::new(1.0, palette.severity(notice.severity)))
        .inner_margin(egui::Margin::symmetric(12, 8))
        .show(ui, |ui| {
            ui.set_width(340.0);
            ui.horizontal_top(|ui| {
                badge::severity_ui(ui, notice.severity);
                let close_width = 24.0;
                let width = (ui.available_width() - close_width).max(80.0);
                ui.allocate_ui(vec2(width, 0.0), |ui| {
                    ui.set_width(width);
                    ui.add(egui::Label::new(&notice.text).wrap());
                });
                icon_button_ui(ui, Icon::Close, "Put the notice away").clicked()
            })
            .inner
        })
        .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(text: &str) -> Notice {
        Notice { severity: Severity::Notice, text: text.to_owned() }
    }

    #[test]
    fn a_repeated_notice_is_kept_once_and_the_list_is_bounded() {
        let mut notices = Notices::default();
        for _ in 0..3 {
            notices.push(notice("the same"));
        }
        assert_eq!((notices.kept.len(), notices.num_unread()), (1, 1));
        for number in 0..500 {
            notices.push(notice(&number.to_string()));
        }
        assert_eq!(notices.kept.len(), MAX_KEPT);
    }
}
