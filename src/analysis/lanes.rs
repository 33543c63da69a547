//! Packing nested bars into lanes: a child below its parent, siblings that overlap in lanes of their own.
//!
//! Each root takes a block of lanes as high as its subtree needs; blocks of roots that do not overlap in time share
//! lanes (first fit). Within a block the same is done for the children, one lane further down. So a bar never
//! covers another one, a child always lies below its parent, and a pipeline of stages that follow each other needs
//! one lane plus what is nested in them.

/// A bar to be placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// First moment.
    pub start: i64,
    /// Last moment.
    pub end: i64,
    /// Its parent's place in the list.
    pub parent: Option<u32>,
}

/// Where a bar lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The lane, 0 on top.
    pub lane: u32,
    /// How deep it is nested, 0 for a root.
    pub depth: u32,
}

/// All bars placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// In the order of the bars.
    pub places: Vec<Place>,
    /// How many lanes they take.
    pub num_lanes: u32,
}

/// Places bars that are sorted by start. A parent that makes a circle, or that is missing, counts as none.
#[must_use]
pub fn pack(bars: &[Bar]) -> Packed {
    let mut children: Vec<Vec<u32>> = vec![Vec::new(); bars.len()];
    let mut roots = Vec::new();
    for (place, bar) in (0_u32..).zip(bars) {
        match bar.parent.filter(|&parent| is_ancestor_free(bars, place, parent)) {
            Some(parent) => children[parent as usize].push(place),
            None => roots.push(place),
        }
    }
    // Depth-first order without recursion: nesting may be as deep as a file says.
    let mut order = Vec::with_capacity(bars.len());
    let mut places = vec![Place::default(); bars.len()];
    let mut stack = roots.clone();
    while let Some(at) = stack.pop() {
        order.push(at);
        for &child in &children[at as usize] {
            places[child as usize].depth = places[at as usize].depth + 1;
            stack.push(child);
        }
    }
    // From the leaves up: the height of each subtree, and where each child's block begins inside its parent's.
    let mut heights = vec![1_u32; bars.len()];
    let mut extents: Vec<(i64, i64)> = bars.iter().map(|bar| (bar.start, bar.end)).collect();
    let mut offsets = vec![0_u32; bars.len()];
    for &at in order.iter().rev() {
        let own = &children[at as usize];
        let height = fit(own, &extents, &heights, &mut offsets);
        heights[at as usize] = height + 1;
        for &child in own {
            let (start, end) = extents[child as usize];
            let extent = &mut extents[at as usize];
            *extent = (extent.0.min(start), extent.1.max(end));
        }
    }
    let num_lanes = fit(&roots, &extents, &heights, &mut offsets);
    for &at in &order {
        let above = bars[at as usize].parent.filter(|_| places[at as usize].depth > 0);
        let base = above.map_or(0, |parent| places[parent as usize].lane + 1);
        places[at as usize].lane = base + offsets[at as usize];
    }
    Packed { places, num_lanes }
}

/// Whether hanging `place` under `parent` makes no circle.
fn is_ancestor_free(bars: &[Bar], place: u32, parent: u32) -> bool {
    let mut above = Some(parent);
    for _ in 0..=bars.len() {
        match above {
            None => return true,
            Some(at) if at == place || at as usize >= bars.len() => return false,
            Some(at) => above = bars[at as usize].parent,
        }
    }
    false
}

/// First fit of blocks into lanes; returns the lanes taken. A block may lie on lanes whose last block has ended.
fn fit(blocks: &[u32], extents: &[(i64, i64)], heights: &[u32], offsets: &mut [u32]) -> u32 {
    let mut by_start: Vec<u32> = blocks.to_vec();
    by_start.sort_by_key(|&block| extents[block as usize].0);
    let mut lane_ends: Vec<i64> = Vec::new();
    for block in by_start {
        let (start, end) = extents[block as usize];
        let height = heights[block as usize] as usize;
        let mut lane = 0;
        while let Some(taken) = lane_ends[lane..].iter().take(height).rposition(|&ended| ended > start) {
            lane += taken + 1;
        }
        if lane_ends.len() < lane + height {
            lane_ends.resize(lane + height, i64::MIN);
        }
        lane_ends[lane..lane + height].fill(end.max(start.saturating_add(1)));
        #[expect(clippy::cast_possible_truncation, reason = "no more lanes than bars")]
        {
            offsets[block as usize] = lane as u32;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "no more lanes than bars")]
    {
        lane_ends.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bars: &[(i64, i64, Option<u32>)], lanes: &[u32]) {
        let bars: Vec<Bar> = bars.iter().map(|&(start, end, parent)| Bar { start, end, parent }).collect();
        let packed = pack(&bars);
        assert_eq!(packed.places.iter().map(|place| place.lane).collect::<Vec<_>>(), lanes);
        assert!(packed.places.iter().all(|place| place.lane < packed.num_lanes.max(1)));
    }

    #[test]
    fn stages_in_a_row_share_a_lane() {
        check(&[(0, 10, None), (10, 20, None), (20, 30, None)], &[0, 0, 0]);
    }

    #[test]
    fn overlapping_siblings_lie_side_by_side() {
        check(&[(0, 10, None), (5, 15, None), (10, 20, None)], &[0, 1, 0]);
    }

    #[test]
    fn children_lie_below_and_push_their_uncle_down() {
        check(&[(0, 10, None), (1, 5, Some(0)), (2, 6, Some(0)), (4, 8, None)], &[0, 1, 2, 3]);
    }

    #[test]
    fn circles_and_strangers_are_roots() {
        check(&[(0, 10, Some(1)), (20, 30, Some(0)), (40, 50, Some(99))], &[0, 0, 0]);
    }

    #[test]
    fn nothing_needs_no_lane() {
        assert_eq!(pack(&[]).num_lanes, 0);
    }
}
