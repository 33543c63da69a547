//! The bars for those who do not see them: a list in the accessibility tree, told and chosen by name.

use egui::accesskit::{Action, Role};
use egui::{Response, Sense, Ui, UiBuilder};

use super::bars::{Drawn, spoken};
use super::navigate::At;
use super::tracks::Track;
use crate::model::Key;

/// More than these would drown who listens; the search and the keyboard lead to the others.
const MAX_SPOKEN: usize = 400;

/// Lists the drawn bars below the lanes' own node. Costs nothing while nobody listens. A bar that is chosen is returned.
pub fn list_ui(
    ui: &mut Ui,
    lanes: &Response,
    tracks: &[Track],
    drawn: &[(usize, Vec<Drawn>)],
    selected: Option<Key>,
) -> Option<At> {
    ui.ctx().accesskit_node_builder(lanes.id, |_| ())?;
    let ui = ui.new_child(UiBuilder::new().id_salt("spoken").accessibility_parent(lanes.id));
    let mut chosen = None;
    let mut num_left = MAX_SPOKEN;
    for (at, bars) in drawn {
        let Some(spans) = tracks.get(*at).and_then(Track::spans) else { continue };
        for bar in bars {
            let span = &spans.answer.spans[bar.place as usize];
            let is_selected = selected == Some(span.key);
            if num_left == 0 && !is_selected {
                continue;
            }
            num_left = num_left.saturating_sub(1);
            let id = ui.scope_id().with(span.key);
            ui.interact(bar.rect.intersect(lanes.rect), id, Sense::hover());
            let bounds = bar.rect.intersect(lanes.rect);
            ui.ctx().accesskit_node_builder(id, |node| {
                node.set_role(Role::ListBoxOption);
                node.set_label(spoken(spans, span));
                node.set_selected(is_selected);
                node.add_action(Action::Click);
                node.set_bounds(egui::accesskit::Rect {
                    x0: bounds.left().into(),
                    y0: bounds.top().into(),
                    x1: bounds.right().into(),
                    y1: bounds.bottom().into(),
                });
            });
            if is_selected {
                ui.ctx().accesskit_node_builder(lanes.id, |node| node.set_active_descendant(id.accesskit_id()));
            }
            if ui.input(|input| input.has_accesskit_action_request(id, Action::Click)) {
                chosen = Some((*at, bar.place));
            }
        }
    }
    chosen
}
