//! The time axis above the lanes: ticks, the cursor's moment, the selected range with its handles.

use egui::{Align2, FontId, Painter, Rect, pos2, vec2};

use super::scale::Scale;
use crate::model::time::format_duration;
use crate::ui::axis::TimeTick;
use crate::ui::theme::{Palette, SMALL_SIZE};
use crate::ui::time_plot;
use crate::ui::view::View;

/// Height of the axis, points.
pub const HEIGHT: f32 = 24.0;
/// The same where it also says the day.
pub const HEIGHT_WITH_DAY: f32 = 36.0;

/// Draws the axis.
pub fn paint(painter: &Painter, rect: Rect, scale: &Scale, ticks: &[TimeTick], view: &View) {
    let palette = Palette::of(painter.ctx());
    painter.rect_filled(rect, 0.0, palette.panel);
    painter.hline(rect.x_range(), rect.bottom(), (1.0, palette.line_strong));
    let font = FontId::proportional(SMALL_SIZE);
    for tick in ticks {
        let x = scale.x(tick.at_nanos);
        painter.vline(x, rect.bottom() - 5.0..=rect.bottom(), (1.0, palette.line_strong));
        let galley = painter.layout_no_wrap(tick.label.clone(), font.clone(), palette.text);
        let at = inside(Align2::CENTER_BOTTOM.anchor_size(pos2(x, rect.bottom() - 6.0), galley.size()), rect);
        painter.galley(at.min, galley, palette.text);
        if let Some(day) = &tick.day {
            let galley = painter.layout_no_wrap(day.clone(), font.clone(), palette.text_weak);
            let at = inside(Align2::CENTER_TOP.anchor_size(pos2(x, rect.top() + 1.0), galley.size()), rect);
            painter.galley(at.min, galley, palette.text_weak);
        }
    }
    if let Some(range) = view.range {
        paint_range(painter, rect, scale, range);
    }
    if let Some(cursor) = view.cursor_nanos.filter(|cursor| *cursor >= scale.window.0 && *cursor <= scale.window.1) {
        chip(painter, rect, scale.x(cursor), time_plot::moment(view, cursor));
    }
}

/// Kept within a rectangle, moved sideways if need be.
fn inside(label: Rect, rect: Rect) -> Rect {
    let past_left = (rect.left() + 3.0 - label.left()).max(0.0);
    let past_right = (label.right() + 3.0 - rect.right()).max(0.0);
    label.translate(vec2(past_left - past_right, 0.0))
}

fn chip(painter: &Painter, rect: Rect, x: f32, text: String) {
    let palette = Palette::of(painter.ctx());
    let galley = painter.layout_no_wrap(text, FontId::proportional(SMALL_SIZE), palette.canvas);
    let label = inside(
        Align2::CENTER_CENTER.anchor_size(pos2(x, rect.center().y), galley.size()).expand2(vec2(4.0, 2.0)),
        rect,
    );
    painter.rect_filled(label, 3.0, palette.cursor);
    painter.galley(label.min + vec2(4.0, 2.0), galley, palette.canvas);
}

fn paint_range(painter: &Painter, rect: Rect, scale: &Scale, range: (i64, i64)) {
    let palette = Palette::of(painter.ctx());
    let (left, right) = (scale.x(range.0).max(rect.left()), scale.x(range.1).min(rect.right()));
    if right < left {
        return;
    }
    let band = Rect::from_x_y_ranges(left..=right, rect.y_range());
    painter.rect_filled(band, 0.0, palette.selected);
    let text = format_duration(range.1.saturating_sub(range.0));
    let galley = painter.layout_no_wrap(text, FontId::proportional(SMALL_SIZE), palette.selected_text);
    if galley.size().x + 12.0 < band.width() {
        let at = Align2::CENTER_CENTER.anchor_size(band.center(), galley.size());
        painter.galley(at.min, galley, palette.selected_text);
    }
    for edge in [range.0, range.1].map(|at| scale.x(at)) {
        if edge >= rect.left() - 1.0 && edge <= rect.right() + 1.0 {
            let handle = Rect::from_center_size(pos2(edge, rect.bottom() - 7.0), vec2(7.0, 12.0));
            painter.rect_filled(handle, 2.0, palette.accent);
            painter.vline(edge, handle.shrink(3.0).y_range(), (1.0, palette.accent_text));
        }
    }
}

/// Lays the range and the cursor over the lanes and the strip.
pub fn paint_over(painter: &Painter, rect: Rect, scale: &Scale, view: &View) {
    let palette = Palette::of(painter.ctx());
    if let Some((start, end)) = view.range {
        let (left, right) = (scale.x(start), scale.x(end));
        let (from, to) = (left.clamp(rect.left(), rect.right()), right.clamp(rect.left(), rect.right()));
        if to > from {
            painter.rect_filled(
                Rect::from_x_y_ranges(from..=to, rect.y_range()),
                0.0,
                palette.range.gamma_multiply(0.7),
            );
        }
        for edge in [left, right] {
            if rect.x_range().contains(edge) {
                painter.vline(edge, rect.y_range(), (1.0, palette.accent));
            }
        }
    }
    if let Some(cursor) = view.cursor_nanos {
        let x = scale.x(cursor);
        if rect.x_range().contains(x) {
            painter.vline(x, rect.y_range(), (1.0, palette.cursor.gamma_multiply(0.55)));
        }
    }
}
