//! Where the tabs are: docked, split and stacked by dragging, closed and opened again, kept between two starts.
//!
//! Every tab of [`TABS`] is always a tile of the tree; closing one only hides it. So opening it again finds its old
//! place, and a tab that a newer program brings appears beside the others in an old layout.

use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use super::panels::TABS;

/// A tab in the tree: the name of its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pane(String);

impl Pane {
    /// The kind's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// A layout as settings keep it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SavedLayout(serde_json::Value);

/// The tree of tabs.
pub struct Layout {
    pub(super) tree: Tree<Pane>,
}

fn tree_id() -> egui::Id {
    egui::Id::unique("tabs")
}

impl Default for Layout {
    fn default() -> Self {
        let panes = TABS.iter().map(|tab| Pane(tab.name.to_owned())).collect();
        Self { tree: Tree::new_tabs(tree_id(), panes) }
    }
}

impl Layout {
    /// The saved layout, mended where it is not of this program; the first layout when it cannot be read.
    #[must_use]
    pub fn load(saved: Option<&SavedLayout>) -> Self {
        let tree: Option<Tree<Pane>> = saved.and_then(|saved| serde_json::from_value(saved.0.clone()).ok());
        let Some(mut tree) = tree.filter(is_sound) else { return Self::default() };
        let is_unknown =
            |tile: &Tile<Pane>| matches!(tile, Tile::Pane(pane) if !TABS.iter().any(|tab| tab.name == pane.name()));
        let unknown: Vec<TileId> = tree.tiles.iter().filter(|(_, tile)| is_unknown(tile)).map(|(id, _)| *id).collect();
        for id in unknown {
            tree.remove_recursively(id);
        }
        let mut layout = Self { tree };
        for tab in TABS {
            if layout.tile(tab.name).is_none() {
                layout.add(Pane(tab.name.to_owned()));
            }
        }
        layout
    }

    /// The layout for settings; `None` when it cannot be written, and then the first one comes back.
    #[must_use]
    pub fn save(&self) -> Option<SavedLayout> {
        serde_json::to_value(&self.tree).ok().map(SavedLayout)
    }

    fn add(&mut self, pane: Pane) {
        let id = self.tree.tiles.insert_pane(pane);
        match self.tree.root.and_then(|root| self.tree.tiles.get_mut(root)) {
            Some(Tile::Container(container)) => container.add_child(id),
            _ => {
                let children = self.tree.root.into_iter().chain([id]).collect();
                self.tree.root = Some(self.tree.tiles.insert_tab_tile(children));
            }
        }
    }

    fn tile(&self, name: &str) -> Option<TileId> {
        let is_it = |tile: &Tile<Pane>| matches!(tile, Tile::Pane(pane) if pane.name() == name);
        self.tree.tiles.iter().find(|(_, tile)| is_it(tile)).map(|(id, _)| *id)
    }

    /// Brings a tab to the front, opening it if it is closed.
    pub fn show(&mut self, name: &str) {
        if let Some(id) = self.tile(name) {
            self.tree.set_visible(id, true);
            self.tree.make_active(|tile, _| tile == id);
        }
    }

    /// Hides a tab until it is opened again.
    pub fn close(&mut self, name: &str) {
        if let Some(id) = self.tile(name) {
            self.tree.set_visible(id, false);
        }
    }

    /// Whether a tab is open, in front or not.
    #[must_use]
    pub fn is_open(&self, name: &str) -> bool {
        self.tile(name).is_some_and(|id| self.tree.is_visible(id))
    }

    /// Whether a tab is drawn.
    #[must_use]
    pub fn is_in_front(&self, name: &str) -> bool {
        self.tile(name).is_some_and(|id| self.tree.active_tiles().contains(&id))
    }

    /// Whether no tab is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !TABS.iter().any(|tab| self.is_open(tab.name))
    }

    /// Puts tabs beside or below each other, as one of the listed arrangements does.
    pub fn arrange(&mut self, arrangement: Arrangement) {
        let mut tiles = Tiles::default();
        let panes: Vec<TileId> = TABS.iter().map(|tab| tiles.insert_pane(Pane(tab.name.to_owned()))).collect();
        let root = match arrangement {
            Arrangement::Tabs => tiles.insert_tab_tile(panes),
            Arrangement::Beside | Arrangement::Below => {
                let direction =
                    if arrangement == Arrangement::Beside { LinearDir::Horizontal } else { LinearDir::Vertical };
                let mut rest = panes.into_iter();
                let mut halves: Vec<TileId> =
                    rest.next().map(|first| tiles.insert_tab_tile(vec![first])).into_iter().collect();
                halves.push(tiles.insert_tab_tile(rest.collect()));
                tiles.insert_container(Container::Linear(Linear::new(direction, halves)))
            }
        };
        self.tree = Tree::new(tree_id(), root, tiles);
    }
}

/// Ways to put the tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// All behind each other.
    Tabs,
    /// The first beside the others.
    Beside,
    /// The first above the others.
    Below,
}

/// Whether a tree from a file can be drawn: a root, and children that are there, each below one parent only.
fn is_sound(tree: &Tree<Pane>) -> bool {
    fn walk(tree: &Tree<Pane>, id: TileId, seen: &mut Vec<TileId>) -> bool {
        if seen.contains(&id) || seen.len() > 1000 {
            return false;
        }
        seen.push(id);
        match tree.tiles.get(id) {
            Some(Tile::Pane(_)) => true,
            Some(Tile::Container(container)) => container.children().all(|child| walk(tree, *child, seen)),
            None => false,
        }
    }
    tree.id() == tree_id() && tree.root.is_some_and(|root| walk(tree, root, &mut Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(layout: &Layout) -> Vec<&'static str> {
        TABS.iter().map(|tab| tab.name).filter(|name| layout.is_open(name)).collect()
    }

    #[test]
    fn a_layout_reads_back() {
        let mut layout = Layout::default();
        layout.arrange(Arrangement::Beside);
        layout.close(TABS[0].name);
        let saved = layout.save().expect("written");
        let read = Layout::load(Some(&saved));
        assert_eq!(names(&read), names(&layout));
        assert!(read.tree == layout.tree);
    }

    #[test]
    fn unknown_tabs_go_and_missing_ones_come() {
        let panes = vec![Pane("of tomorrow".to_owned()), Pane(TABS[0].name.to_owned())];
        let old = Layout { tree: Tree::new_tabs(tree_id(), panes) };
        let read = Layout::load(old.save().as_ref());
        assert_eq!(names(&read).len(), TABS.len());
        assert!(read.tile("of tomorrow").is_none());
    }

    #[test]
    fn a_broken_layout_is_the_first_one() {
        for broken in ["null", "{}", r#"{"id":1,"root":7,"tiles":{"next_tile_id":1,"tiles":{},"invisible":[]}}"#] {
            let saved = SavedLayout(serde_json::from_str(broken).expect("JSON"));
            assert_eq!(names(&Layout::load(Some(&saved))).len(), TABS.len());
        }
    }

    #[test]
    fn closing_hides_and_showing_brings_back() {
        let mut layout = Layout::default();
        for tab in TABS {
            layout.close(tab.name);
        }
        assert!(layout.is_empty());
        layout.show(TABS[1].name);
        assert_eq!(names(&layout), [TABS[1].name]);
    }
}
