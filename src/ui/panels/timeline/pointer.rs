//! What the pointer and the keys of the focused timeline do: zoom, pan, select, draw ranges.

use egui::{CursorIcon, Key, Modifiers, PointerButton, Response, Ui, Vec2};

use super::TimelinePanel;
use super::act::with_air;
use super::index::Piece;
use super::lanes::{Happened, Pointed};
use super::range::{self, EDGE_REACH, Hold};
use super::scale::Scale;
use crate::ui::command::{Action, Command};
use crate::ui::panels::Context;

/// Turns of the wheel that follow each other this soon are one step in the history of the view, seconds.
const SAME_TURN_SECS: f64 = 0.6;
/// Points of wheel for a factor e.
const WHEEL_POINTS: f64 = 250.0;

impl TimelinePanel {
    /// Answers to everything that happened in this frame.
    pub(super) fn respond(
        &mut self,
        ui: &Ui,
        scale: &Scale,
        axis: &Response,
        strip: &Response,
        happened: &Happened,
        context: &mut Context<'_>,
    ) {
        let lanes = &happened.response;
        self.keys(ui, lanes, context);
        self.cursor(ui, scale, &[axis, lanes, strip], context);
        for response in [axis, lanes, strip] {
            self.wheel(ui, scale, response, context);
        }
        self.drag(ui, scale, axis, true, None, context);
        if !self.lanes.is_boxing() {
            self.drag(ui, scale, lanes, false, happened.pointed, context);
        }
        self.drag(ui, scale, strip, false, None, context);
        if axis.clicked() {
            context.view.select_range(None);
        }
        if lanes.clicked_by(PointerButton::Primary) {
            lanes.request_focus();
            match happened.pointed.map(|pointed| (pointed, pointed.piece)) {
                Some((pointed, Piece::One(place))) => self.select((pointed.track, place), context),
                Some((pointed, Piece::Many(merged))) => self.select((pointed.track, merged.longest), context),
                None => {
                    context.view.span = None;
                    self.open_run = None;
                }
            }
        }
        if let Some(pointed) = happened.pointed.filter(|_| lanes.double_clicked()).or(happened.zoomed)
            && let Some(window) = self.window_of_piece(&pointed)
        {
            context.view.show(with_air(window));
        } else if [axis, lanes, strip].iter().any(|response| response.double_clicked()) {
            context.view.fit();
        }
        if let Some(window) = happened.ranged.and_then(|pointed| self.window_of_piece(&pointed)) {
            context.view.select_range(Some(window));
        }
        if let Some(at) = happened.chosen {
            self.select(at, context);
        }
        if let Some(run) = happened.run {
            let is_shown = self.open_run == Some(run) && context.view.span.is_none();
            self.open_run = (!is_shown).then_some(run);
            context.view.span = None;
        }
    }

    /// Keys that the focused timeline keeps for itself: arrows would move the focus, space would click.
    fn keys(&mut self, ui: &Ui, lanes: &Response, context: &mut Context<'_>) {
        // With Shift and others the same keys are commands of their own.
        if !lanes.has_focus() || ui.input(|input| input.modifiers.any()) {
            return;
        }
        let keys = [
            (Key::ArrowLeft, Action::PanLeft),
            (Key::ArrowRight, Action::PanRight),
            (Key::ArrowUp, Action::ZoomIn),
            (Key::ArrowDown, Action::ZoomOut),
            (Key::Space, Action::TogglePause),
        ];
        for (key, action) in keys {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                context.commands.push(Command::Do(action));
            }
        }
        let height = lanes.rect.height() * 0.8;
        for (key, by) in [(Key::PageDown, -height), (Key::PageUp, height), (Key::End, -1e6), (Key::Home, 1e6)] {
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                self.lanes.scroll(ui, by);
            }
        }
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
            let action = if context.view.span.is_some() { Action::Fit } else { Action::NextSpan };
            context.commands.push(Command::Do(action));
        }
    }

    /// The cursor follows the pointer, and goes when it goes.
    fn cursor(&mut self, ui: &Ui, scale: &Scale, responses: &[&Response], context: &mut Context<'_>) {
        let is_over = responses.iter().any(|response| response.contains_pointer() || response.dragged());
        let at = ui.input(|input| input.pointer.latest_pos()).filter(|_| is_over);
        if let Some(at) = at {
            context.view.cursor_nanos = Some(scale.nanos(at.x));
        } else if self.is_pointing {
            context.view.cursor_nanos = None;
        }
        self.is_pointing = at.is_some();
    }

    /// The wheel zooms around the pointer, sideways or with Shift it moves, with Alt it scrolls the lanes.
    fn wheel(&mut self, ui: &Ui, scale: &Scale, response: &Response, context: &mut Context<'_>) {
        let Some(at) = response.hover_pos().filter(|_| response.contains_pointer()) else { return };
        let (delta, pinch, modifiers, now) =
            ui.input(|input| (input.smooth_scroll_delta(), input.zoom_delta(), input.modifiers, input.time));
        if modifiers.alt && !modifiers.command {
            ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
            self.lanes.scroll(ui, delta.x + delta.y);
            return;
        }
        let factor = (-f64::from(delta.y) / WHEEL_POINTS).exp() / f64::from(pinch);
        if delta == Vec2::ZERO && (factor - 1.0).abs() < 1e-9 {
            return;
        }
        if now - self.wheel_secs > SAME_TURN_SECS && context.view.follow_nanos.is_none() {
            let visible = context.view.visible();
            context.view.show(visible);
        }
        self.wheel_secs = now;
        ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        if delta.x.abs() > delta.y.abs() {
            context.view.pan(f64::from(-delta.x / scale.width));
        } else if let Some(follow_nanos) = &mut context.view.follow_nanos {
            // What follows the end keeps following it, nearer or further.
            *follow_nanos = ((*follow_nanos as f64 * factor) as i64).max(1_000_000);
        } else {
            context.view.zoom(scale.nanos(at.x), factor);
        }
    }

    fn drag(
        &mut self,
        ui: &Ui,
        scale: &Scale,
        response: &Response,
        is_on_axis: bool,
        pointed: Option<Pointed>,
        context: &mut Context<'_>,
    ) {
        let is_shift = ui.input(|input| input.modifiers.shift);
        if response.contains_pointer()
            && let Some(at) = response.hover_pos()
            && self.hold.is_none()
        {
            let icon = match range::hold(at.x, context.view.range, scale, is_on_axis, is_shift) {
                Hold::Edge(_) => Some(CursorIcon::ResizeHorizontal),
                Hold::Range(_) => Some(CursorIcon::Grab),
                Hold::NewRange(_) => Some(CursorIcon::Crosshair),
                Hold::Lanes => None,
            };
            if let Some(icon) = icon {
                ui.ctx().set_cursor_icon(icon);
            }
        }
        if response.drag_started() {
            let from = ui.input(|input| input.pointer.press_origin()).unwrap_or_default();
            let hold = range::hold(from.x, context.view.range, scale, is_on_axis, is_shift);
            if hold == Hold::Lanes {
                let visible = context.view.visible();
                context.view.show(visible);
            }
            self.hold = Some(hold);
        }
        let Some(hold) = self.hold.filter(|_| response.dragged() || response.drag_stopped()) else { return };
        if response.drag_stopped() {
            self.hold = None;
        }
        let Some(at) = response.interact_pointer_pos() else { return };
        if hold == Hold::Lanes {
            ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
            let moved = response.drag_delta();
            context.view.pan(f64::from(-moved.x / scale.width));
            if moved.y != 0.0 {
                self.lanes.scroll(ui, moved.y);
            }
            return;
        }
        let reach = scale.duration_nanos(EDGE_REACH);
        let moments = pointed.and_then(|pointed| self.window_of_piece(&pointed)).map(|(start, end)| [start, end]);
        let selected = self.selected.and_then(|at| self.window_of(at)).map(|(start, end)| [start, end]);
        let to = range::snapped(scale.nanos(at.x), moments.into_iter().chain(selected).flatten(), reach);
        if let Some(dragged) = range::dragged(hold, to, context.view.range) {
            if let Hold::NewRange(_) = hold {
                context.view.boxed.clear();
            }
            context.view.range = Some(dragged);
        }
    }

    /// The stretch of a mark, elapsed nanoseconds.
    fn window_of_piece(&self, pointed: &Pointed) -> Option<(i64, i64)> {
        let track = self.tracks.shown.get(pointed.track)?;
        match pointed.piece {
            Piece::One(place) => self.window_of((pointed.track, place)),
            Piece::Many(merged) => {
                Some((track.frame.to_elapsed(merged.start_nanos), track.frame.to_elapsed(merged.end_nanos)))
            }
        }
    }
}
