//! How pointer, wheel and keys steer the view from a plot: as on the timeline.
//!
//! The wheel zooms around the pointer, sideways or with Shift it moves, with Alt it scrolls the list of plots. A drag
//! moves; with Shift, or on a time axis, it selects a range, which a click on the axis takes away. A double click shows
//! everything. A plot that has the keyboard moves the cursor with Shift and the arrows.

use egui::{EventFilter, Key, Modifiers, PointerButton, Response, Ui, Vec2, vec2};

use crate::ui::command::{Action, Command};
use crate::ui::envelope::Scale;
use crate::ui::panels::Context;
use crate::ui::view::View;

/// Whether a drag moves or selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// A plot: a drag moves.
    Plain,
    /// The time axis itself: a drag selects a range.
    Time,
}

/// What a gesture on one plot leaves for the next frame.
#[derive(Clone, Copy, Debug, Default)]
struct Gesture {
    /// Whether this plot set the cursor, and takes it away when the pointer leaves.
    has_cursor: bool,
    /// Where a range selection began.
    range_from_nanos: Option<i64>,
    /// When the wheel was last turned, seconds.
    wheel_at_secs: f64,
}

/// Points of wheel for a factor e.
const WHEEL_POINTS: f64 = 220.0;
/// Turns of the wheel that follow each other this soon are one step in the history of the view, seconds.
const SAME_TURN_SECS: f64 = 0.8;
/// How many steps of the keys cross the visible stretch.
const CURSOR_STEPS: i64 = 100;
/// The shortest stretch at the end of a live run to follow, nanoseconds.
const MIN_FOLLOW_NANOS: i64 = 1_000_000;

/// Carries out what pointer, wheel and keys do to a plot. `scale` is in elapsed nanoseconds.
pub fn steer(ui: &Ui, response: &Response, scale: &Scale, axis: Axis, context: &mut Context<'_>) {
    let id = response.id.with("gesture");
    let mut gesture: Gesture = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let view = &mut *context.view;
    point(ui, response, scale, view, &mut gesture);
    wheel(ui, response, scale, view, &mut gesture);
    drag(ui, response, scale, axis, view, &mut gesture);
    if axis == Axis::Time && response.clicked() {
        view.select_range(None);
    }
    if response.double_clicked() {
        view.fit();
    } else if response.clicked() {
        response.request_focus();
    }
    if response.has_focus() {
        keys(ui, response, view, context.commands);
    }
    ui.data_mut(|data| data.insert_temp(id, gesture));
}

fn point(ui: &Ui, response: &Response, scale: &Scale, view: &mut View, gesture: &mut Gesture) {
    let is_over = response.contains_pointer() || response.dragged();
    let at = ui.input(|input| input.pointer.latest_pos()).filter(|_| is_over);
    if let Some(at) = at {
        view.cursor_nanos = Some(scale.nanos_at(at.x.clamp(scale.rect.left(), scale.rect.right())));
    } else if gesture.has_cursor {
        view.cursor_nanos = None;
    }
    gesture.has_cursor = at.is_some();
}

fn wheel(ui: &Ui, response: &Response, scale: &Scale, view: &mut View, gesture: &mut Gesture) {
    let Some(at) = response.hover_pos().filter(|_| response.contains_pointer()) else { return };
    let (delta, pinch, modifiers, now_secs) =
        ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.modifiers, input.time));
    if modifiers.alt && !modifiers.command {
        // Left to the list that the plots stand in.
        return;
    }
    let factor = (-f64::from(delta.y) / WHEEL_POINTS).exp() / f64::from(pinch.max(0.01));
    if delta == Vec2::ZERO && (factor - 1.0).abs() < 1e-9 {
        return;
    }
    let (start, end) = view.visible();
    if now_secs - gesture.wheel_at_secs > SAME_TURN_SECS && view.follow_nanos.is_none() {
        view.show((start, end));
    }
    gesture.wheel_at_secs = now_secs;
    if delta.x.abs() > delta.y.abs() {
        view.pan(f64::from(-delta.x / scale.rect.width().max(1.0)));
    } else if let Some(follow_nanos) = &mut view.follow_nanos {
        // What follows the end keeps following it, nearer or further.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a pixel is far coarser")]
        let nanos = ((*follow_nanos).min(end.saturating_sub(start)) as f64 * factor) as i64;
        *follow_nanos = nanos.max(MIN_FOLLOW_NANOS);
    } else {
        view.zoom(scale.nanos_at(at.x), factor);
    }
    // What zooms a plot does not scroll the list that it stands in.
    ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
}

fn drag(ui: &Ui, response: &Response, scale: &Scale, axis: Axis, view: &mut View, gesture: &mut Gesture) {
    if response.drag_started_by(PointerButton::Primary) {
        let is_range = axis == Axis::Time || ui.input(|input| input.modifiers.shift);
        let pressed = ui.input(|input| input.pointer.press_origin()).map(|at| scale.nanos_at(at.x));
        gesture.range_from_nanos = pressed.filter(|_| is_range);
        if gesture.range_from_nanos.is_none() {
            view.show(view.visible());
        }
    }
    if response.dragged_by(PointerButton::Primary) {
        match (gesture.range_from_nanos, response.interact_pointer_pos()) {
            (Some(from_nanos), Some(at)) => {
                let to_nanos = scale.nanos_at(at.x.clamp(scale.rect.left(), scale.rect.right()));
                view.select_range(Some((from_nanos.min(to_nanos), from_nanos.max(to_nanos))));
            }
            _ => view.pan(-f64::from(response.drag_delta().x / scale.rect.width().max(1.0))),
        }
    }
    if response.drag_stopped() {
        gesture.range_from_nanos = None;
    }
}

/// Keys that a focused plot keeps for itself: arrows would move the focus, space would click.
fn keys(ui: &Ui, response: &Response, view: &mut View, commands: &mut Vec<Command>) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    let (start, end) = view.visible();
    let step = (end.saturating_sub(start) / CURSOR_STEPS).max(1);
    let from = view.cursor_nanos.unwrap_or(start.midpoint(end));
    let ends = [
        (Key::ArrowLeft, from.saturating_sub(step)),
        (Key::ArrowRight, from.saturating_add(step)),
        (Key::Home, start),
        (Key::End, end),
    ];
    for (key, to) in ends {
        if pressed(Modifiers::SHIFT, key) {
            view.cursor_nanos = Some(to.clamp(start, end));
        }
    }
    let actions = [
        (Key::ArrowLeft, Action::PanLeft),
        (Key::ArrowRight, Action::PanRight),
        (Key::ArrowUp, Action::ZoomIn),
        (Key::ArrowDown, Action::ZoomOut),
        (Key::Space, Action::TogglePause),
    ];
    for (key, action) in actions {
        // Shift and an arrow up or down set the height: that is not meant here.
        if ui.input(|input| input.modifiers.is_none()) && pressed(Modifiers::NONE, key) {
            commands.push(Command::Do(action));
        }
    }
    let height = ui.clip_rect().height() * 0.8;
    for (key, by) in [(Key::PageDown, -height), (Key::PageUp, height)] {
        if pressed(Modifiers::NONE, key) {
            ui.scroll_with_delta(vec2(0.0, by));
        }
    }
}
