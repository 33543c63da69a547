//! Where lane groups and lanes lie, one run below the other.

use std::ops::Range;

use crate::ui::theme::{LANE_HEIGHT, TALL_LANE_HEIGHT};

/// Height of the line above a run's lanes, points.
pub const HEADER_HEIGHT: f32 = 26.0;
/// Space below a run, points.
pub const GROUP_GAP: f32 = 8.0;
/// Space between a bar and the next lane, points.
pub const LANE_GAP: f32 = 2.0;

/// Lane groups from top to bottom; heights are points below the top of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// One a run, in the order of the runs.
    pub groups: Vec<Group>,
    /// All of them.
    pub height: f32,
    /// Height of every lane.
    pub lane_height: f32,
}

/// Where one run lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Top of its header.
    pub top: f32,
    /// Top of its first lane.
    pub lanes_top: f32,
    /// Bottom of its last lane.
    pub bottom: f32,
    /// How many lanes it has.
    pub num_lanes: u32,
    /// Height of each.
    pub lane_height: f32,
}

/// What lies at a height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The header of the run at that place in the list.
    Header(usize),
    /// A lane of it.
    Lane(usize, u32),
}

impl Layout {
    /// Stacks runs with so many lanes each, taller where all of them fit into `room`.
    #[must_use]
    pub fn fitting(num_lanes: &[u32], room: f32) -> Self {
        let num_all: u32 = num_lanes.iter().map(|num_lanes| (*num_lanes).max(1)).sum();
        let others = num_lanes.len() as f32 * (HEADER_HEIGHT + GROUP_GAP);
        let lane_height = ((room - others) / num_all.max(1) as f32).floor().clamp(LANE_HEIGHT, TALL_LANE_HEIGHT);
        Self::of(num_lanes.iter().copied(), lane_height)
    }

    /// Stacks runs with so many lanes each. A run without spans keeps room to say so.
    #[must_use]
    pub fn of(num_lanes: impl IntoIterator<Item = u32>, lane_height: f32) -> Self {
        let mut layout = Self { groups: Vec::new(), height: 0.0, lane_height };
        for num_lanes in num_lanes {
            let top = layout.height;
            let lanes_top = top + HEADER_HEIGHT;
            let bottom = lanes_top + num_lanes.max(1) as f32 * lane_height;
            layout.groups.push(Group { top, lanes_top, bottom, num_lanes, lane_height });
            layout.height = bottom + GROUP_GAP;
        }
        layout
    }

    /// What lies at a height.
    #[must_use]
    pub fn spot(&self, y: f32) -> Option<Spot> {
        let group = self.groups.partition_point(|group| group.bottom <= y);
        let found = self.groups.get(group).filter(|found| found.top <= y)?;
        if y < found.lanes_top {
            return Some(Spot::Header(group));
        }
        let lane = ((y - found.lanes_top) / self.lane_height) as u32;
        (lane < found.num_lanes).then_some(Spot::Lane(group, lane))
    }

    /// The runs that a stretch of heights shows something of.
    #[must_use]
    pub fn visible_groups(&self, heights: Range<f32>) -> Range<usize> {
        let first = self.groups.partition_point(|group| group.bottom <= heights.start);
        let end = self.groups.partition_point(|group| group.top < heights.end);
        first..end.max(first)
    }
}

impl Group {
    /// Top of a lane.
    #[must_use]
    pub fn lane_top(&self, lane: u32) -> f32 {
        self.lanes_top + lane as f32 * self.lane_height
    }

    /// The lanes that a stretch of heights shows something of.
    #[must_use]
    pub fn visible_lanes(&self, heights: Range<f32>) -> Range<u32> {
        let first = ((heights.start - self.lanes_top) / self.lane_height).floor().max(0.0) as u32;
        let end = ((heights.end - self.lanes_top) / self.lane_height).ceil().max(0.0) as u32;
        first.min(self.num_lanes)..end.min(self.num_lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_height_leads_to_its_lane() {
        let layout = Layout::of([2, 0, 3], LANE_HEIGHT);
        assert_eq!(layout.spot(5.0), Some(Spot::Header(0)));
        assert_eq!(layout.spot(HEADER_HEIGHT + 1.0), Some(Spot::Lane(0, 0)));
        assert_eq!(layout.spot(HEADER_HEIGHT + LANE_HEIGHT * 2.0 + 1.0), None);
        let last = layout.groups[2];
        assert_eq!(layout.spot(last.lane_top(2) + 1.0), Some(Spot::Lane(2, 2)));
        assert_eq!(layout.spot(last.bottom + 1.0), None);
        assert_eq!(layout.spot(-1.0), None);
    }

    #[test]
    fn lanes_grow_into_the_room_there_is() {
        assert_eq!(Layout::fitting(&[2], 600.0).lane_height, TALL_LANE_HEIGHT);
        assert_eq!(Layout::fitting(&[40, 40], 600.0).lane_height, LANE_HEIGHT);
        let between = Layout::fitting(&[10, 10], 20.0 * 24.5 + 2.0 * (HEADER_HEIGHT + GROUP_GAP));
        assert!(between.lane_height == 24.0 && between.height <= 600.0);
    }

    #[test]
    fn only_what_is_in_sight_is_drawn() {
        let layout = Layout::of([10; 50], LANE_HEIGHT);
        let third = layout.groups[2];
        assert_eq!(layout.visible_groups(third.top + 1.0..third.bottom - 1.0), 2..3);
        assert_eq!(third.visible_lanes(third.lane_top(4) + 1.0..third.lane_top(6) + 1.0), 4..7);
        assert_eq!(layout.visible_groups(layout.height + 10.0..layout.height + 20.0), 50..50);
    }
}
