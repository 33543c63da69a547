//! The edges between panels for the keyboard: seen when they have the focus, moved by the arrow keys.
//!
//! egui lets Tab stop at the edge of a panel, but neither shows it nor moves it by keys. What a screen reader can ask
//! an edge for, it does: the arrow keys ask for the same.

use egui::accesskit::{Action, ActionRequest, TreeId};
use egui::{Context, Event, EventFilter, Key, LayerId, Modifiers, Order, Rect, Stroke};

use super::theme::Palette;

/// Shows the focused edge and moves it. Call it before the panels are drawn. `side_bar_width` tells the side bar's edge
/// from those of panels that stand on the right.
pub fn edge_ui(ctx: &Context, side_bar_width: f32) {
    let Some(edge) = ctx.memory(|memory| memory.focused()) else { return };
    let Some(response) = ctx.read_response(edge).filter(|response| response.sense.senses_drag()) else { return };
    let thickness = 2.0 * ctx.global_style().interaction.resize_grab_radius_side + 1.0;
    let rect = response.rect;
    let is_upright = rect.width() <= thickness;
    if is_upright == (rect.height() <= thickness) {
        return;
    }
    paint(ctx, rect, is_upright);
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ctx.memory_mut(|memory| memory.set_focus_lock_filter(edge, filter));
    let is_on_left = (rect.center().x - side_bar_width).abs() <= thickness;
    let (grow, shrink) = match (is_upright, is_on_left) {
        (true, true) => (Key::ArrowRight, Key::ArrowLeft),
        (true, false) => (Key::ArrowLeft, Key::ArrowRight),
        (false, _) => (Key::ArrowUp, Key::ArrowDown),
    };
    for (key, action) in [(grow, Action::Increment), (shrink, Action::Decrement)] {
        ctx.input_mut(|input| {
            for _ in 0..input.count_and_consume_key(Modifiers::NONE, key) {
                let request =
                    ActionRequest { action, target_tree: TreeId::ROOT, target_node: edge.accesskit_id(), data: None };
                input.events.push(Event::AccessKitActionRequest(request));
            }
        });
    }
}

fn paint(ctx: &Context, rect: Rect, is_upright: bool) {
    let painter = ctx.layer_painter(LayerId::new(Order::Foreground, egui::Id::unique("edge")));
    let stroke = Stroke::new(2.0, Palette::of(ctx).accent);
    if is_upright {
        painter.vline(rect.center().x, rect.y_range(), stroke);
    } else {
        painter.hline(rect.x_range(), rect.center().y, stroke);
    }
}
