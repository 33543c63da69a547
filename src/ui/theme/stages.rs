//! Which colour a stage has: the same in every run, and as few stages as can be on one colour.

use std::collections::BTreeMap;

use egui::Color32;

use super::{NUM_STAGE_COLOURS, Palette};

/// The colours given out so far. A name keeps its colour for as long as this lives; a new name takes the one its hash
/// points at, or the nearest free one, or, when every colour is taken, one of those that the fewest names have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageColours {
    slots: BTreeMap<String, usize>,
}

impl StageColours {
    /// Gives colours to names that have none yet. The order of the names does not matter.
    pub fn assign<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let mut names: Vec<&str> = names.into_iter().filter(|name| !self.slots.contains_key(*name)).collect();
        names.sort_unstable_by_key(|name| (hash(name), *name));
        names.dedup();
        let mut num_names = [0_usize; NUM_STAGE_COLOURS];
        for slot in self.slots.values() {
            num_names[*slot] += 1;
        }
        for name in names {
            let first = slot_of(name);
            let fewest = num_names.iter().copied().min().unwrap_or(0);
            let slot = (0..NUM_STAGE_COLOURS)
                .map(|step| (first + step) % NUM_STAGE_COLOURS)
                .find(|slot| num_names[*slot] == fewest)
                .unwrap_or(first);
            num_names[slot] += 1;
            self.slots.insert(name.to_owned(), slot);
        }
    }

    /// Which of the palette's stage colours a name has; of a name never assigned, the one its hash points at.
    #[must_use]
    pub fn slot(&self, name: &str) -> usize {
        self.slots.get(name).copied().unwrap_or_else(|| slot_of(name))
    }

    /// The colour of a stage.
    #[must_use]
    pub fn colour(&self, palette: &Palette, name: &str) -> Color32 {
        palette.stages[self.slot(name)]
    }
}

fn slot_of(name: &str) -> usize {
    usize::try_from(hash(name) % NUM_STAGE_COLOURS as u64).unwrap_or(0)
}

/// FNV-1a, 64 bit (Fowler, Noll and Vo): the same on every machine and in every release.
fn hash(name: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in name.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The low bits of FNV-1a of short names are uneven; folding the high half in evens them out.
    hash ^ (hash >> 32)
}
