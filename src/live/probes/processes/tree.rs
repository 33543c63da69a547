//! The tree: which processes belong to it, and what it used in all, those that already ended included.
//!
//! # How a total survives the processes it is made of
//! A process that ends takes its counters with it, but once its parent has waited for it the kernel adds them to the
//! parent's *children* counters (`cutime`, `cstime`; likewise its I/O). So what a tree used since the last tick is the
//! growth of every member's own and children counters, less what was already counted of the members that ended
//! meanwhile and are now inside an ancestor's children counters. Each tick's growth is added up: the total never falls,
//! and a child that lived and died between two ticks is in it through its parent.
//!
//! A member that loses its parent is still a member: it was seen in the tree. One that is born and loses its
//! parent within a tick is found when the tree's owner is the reaper of orphans (see [`Tree::adopt_orphans`]).

use std::collections::BTreeMap;

use super::{Io, Kin, Reading, Table};

/// A process and its descendants.
pub struct Tree {
    root: u32,
    orphans: Option<Orphans>,
    table: Box<dyn Table>,
    members: BTreeMap<u32, Member>,
    /// The members' ids, parents before their children. In this order they are read: a child that ends meanwhile is
    /// then missing from its parent's counters and found there at the next tick, never counted in both places.
    order: Vec<u32>,
    appeared: Vec<Kin>,
    is_first: bool,
    cpu_nanos: u64,
    cpu_delta_nanos: u64,
    io: Option<Io>,
    ended_cpu: Vec<(String, u64)>,
}

/// One process of the tree.
#[derive(Clone, Debug)]
pub struct Member {
    /// What it used when last read.
    pub reading: Reading,
    /// CPU time of its own since the tick before, nanoseconds.
    pub own_delta_nanos: u64,
    /// CPU time of children that ended since, as far as it was not counted as theirs, nanoseconds.
    pub late_delta_nanos: u64,
    /// Bytes it moved since the tick before.
    pub io_delta: Io,
    /// Who its parent was in the tree, also after it was re-parented.
    pub ancestor: u32,
    /// What ended children still owe: counted already, not yet seen in this member's children counters.
    owed: Owed,
}

#[derive(Clone, Copy, Debug, Default)]
struct Owed {
    cpu_nanos: u64,
    io: Io,
    num_ticks: u32,
}

/// Where orphans of the tree go, and what marks them.
struct Orphans {
    reaper: u32,
    variable: String,
}

impl Tree {
    /// The tree under `root`.
    #[must_use]
    pub fn new(root: u32, table: Box<dyn Table>) -> Self {
        Self {
            root,
            orphans: None,
            table,
            members: BTreeMap::new(),
            order: Vec::new(),
            appeared: Vec::new(),
            is_first: true,
            cpu_nanos: 0,
            cpu_delta_nanos: 0,
            io: None,
            ended_cpu: Vec::new(),
        }
    }

    /// Takes children of `reaper`, the subreaper that orphans of the tree go to, for members if they carry the tree's
    /// mark: a variable in their environment, `NAME=value`. Other children of the reaper are none of the tree's.
    pub fn adopt_orphans(&mut self, reaper: u32, variable: String) {
        self.orphans = Some(Orphans { reaper, variable });
    }

    /// The members as last read, by process id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// The root, while it is there.
    #[must_use]
    pub fn root(&self) -> Option<&Member> {
        self.members.get(&self.root)
    }

    /// The members at and below `pid`.
    pub fn below(&self, pid: u32) -> impl Iterator<Item = &Member> {
        self.members.values().filter(move |member| self.is_below(member, pid))
    }

    /// CPU time the tree used so far: since its start if followed from there, else with what its members had used when they were found.
    #[must_use]
    pub fn cpu_nanos(&self) -> u64 {
        self.cpu_nanos
    }

    /// CPU time it used between the last two ticks.
    #[must_use]
    pub fn cpu_delta_nanos(&self) -> u64 {
        self.cpu_delta_nanos
    }

    /// Bytes it moved to and from disks so far; `None` while no member's could be read.
    #[must_use]
    pub fn io(&self) -> Option<Io> {
        self.io
    }

    /// CPU time that ended children used after they were last read, by their command name.
    pub fn ended_cpu(&self) -> impl Iterator<Item = (&str, u64)> {
        self.ended_cpu.iter().map(|(command, cpu_nanos)| (command.as_str(), *cpu_nanos))
    }

    /// Reads every member again, takes in those that appeared and settles what the ended ones used.
    pub fn refresh(&mut self) {
        self.admit();
        self.ended_cpu.clear();
        let mut ended = Vec::new();
        let mut readings = Vec::with_capacity(self.members.len());
        for &pid in &self.order {
            match self.table.read(pid) {
                Some(reading) => readings.push(reading),
                None => ended.push(pid),
            }
        }
        let ended_names = self.bury(&ended);
        self.cpu_delta_nanos = 0;
        for reading in readings {
            self.update(reading, &ended_names);
        }
        self.is_first = false;
    }

    /// Takes in the processes that appeared below a member, as orphans, or as the root.
    fn admit(&mut self) {
        self.appeared.clear();
        self.table.appeared(&mut self.appeared);
        let mut is_growing = true;
        while is_growing {
            is_growing = false;
            for kin in std::mem::take(&mut self.appeared) {
                let is_ours = kin.pid == self.root || self.members.contains_key(&kin.parent) || self.is_orphan(kin);
                if is_ours {
                    is_growing = true;
                    let reading = Reading::unread(kin.pid, kin.parent);
                    let member = Member {
                        reading,
                        own_delta_nanos: 0,
                        late_delta_nanos: 0,
                        io_delta: Io::default(),
                        ancestor: kin.parent,
                        owed: Owed::default(),
                    };
                    if self.members.insert(kin.pid, member).is_none() {
                        self.order.push(kin.pid);
                    }
                } else {
                    self.appeared.push(kin);
                }
            }
        }
    }

    fn is_orphan(&mut self, kin: Kin) -> bool {
        let orphans = self.orphans.as_ref().filter(|orphans| orphans.reaper == kin.parent);
        orphans.is_some_and(|orphans| self.table.has_variable(kin.pid, &orphans.variable))
    }

    /// Removes the ended; what was counted of each is owed by its nearest ancestor that is still there.
    /// Returns the names of the ended by that ancestor.
    fn bury(&mut self, ended: &[u32]) -> BTreeMap<u32, Vec<String>> {
        let mut names: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        if ended.is_empty() {
            return names;
        }
        let buried: BTreeMap<u32, Member> =
            ended.iter().filter_map(|pid| Some((*pid, self.members.remove(pid)?))).collect();
        self.order.retain(|pid| !buried.contains_key(pid));
        for member in buried.values() {
            // Whoever is its parent now waits for it, not whoever was.
            let mut heir = member.reading.parent;
            while let Some(next) = buried.get(&heir) {
                heir = next.reading.parent;
            }
            let Some(heir_member) = self.members.get_mut(&heir) else { continue };
            let owed = &mut heir_member.owed;
            // With it goes what its own children left it and its counters did not show yet.
            owed.cpu_nanos += member.reading.cpu_nanos + member.reading.children_cpu_nanos + member.owed.cpu_nanos;
            let io = member.reading.io.unwrap_or_default();
            owed.io.read_bytes += io.read_bytes + member.owed.io.read_bytes;
            owed.io.written_bytes += io.written_bytes + member.owed.io.written_bytes;
            owed.num_ticks = 0;
            names.entry(heir).or_default().push(member.reading.command.clone());
        }
        names
    }

    fn update(&mut self, mut reading: Reading, ended_names: &BTreeMap<u32, Vec<String>>) {
        let Some(member) = self.members.get_mut(&reading.pid) else { return };
        let before = &member.reading;
        // A zombie's counters of input and output are closed; its last ones stand.
        if reading.io.is_err() && reading.is_zombie {
            reading.io = before.io;
        }
        let own_nanos = reading.cpu_nanos.saturating_sub(before.cpu_nanos);
        let inherited_nanos = reading.children_cpu_nanos.saturating_sub(before.children_cpu_nanos);
        let paid_nanos = inherited_nanos.min(member.owed.cpu_nanos);
        let late_nanos = inherited_nanos - paid_nanos;
        if late_nanos > 0 {
            let names = ended_names.get(&reading.pid).map_or(&[][..], Vec::as_slice);
            let is_one_name = names.first().is_some_and(|first| names.iter().all(|name| name == first));
            let name = if is_one_name { names[0].clone() } else { "(ended)".to_owned() };
            self.ended_cpu.push((name, late_nanos));
        }
        let io_delta = match (reading.io, before.io) {
            (Ok(now), Ok(before)) => io_growth(now, before, &mut member.owed.io),
            // What it moved before it was found counts from the start of the tree on, as its CPU time does.
            (Ok(now), Err(_)) => now,
            (Err(_), _) => Io::default(),
        };
        if reading.io.is_ok() {
            let io = self.io.get_or_insert_default();
            io.read_bytes += io_delta.read_bytes;
            io.written_bytes += io_delta.written_bytes;
        }
        self.cpu_nanos += own_nanos + late_nanos;
        self.cpu_delta_nanos += own_nanos + late_nanos;
        member.own_delta_nanos = own_nanos;
        member.late_delta_nanos = late_nanos;
        member.io_delta = io_delta;
        member.owed.cpu_nanos -= paid_nanos;
        // The kernel moves the counters as the child is waited for, at the latest between two reads of one tick.
        // A parent that ignores its children never gets them: such a debt is forgotten.
        member.owed.num_ticks += 1;
        if member.owed.num_ticks > 2 {
            member.owed = Owed::default();
        }
        if self.is_first {
            // What was used before anybody looked belongs to no interval.
            self.cpu_delta_nanos -= own_nanos + late_nanos;
            (member.own_delta_nanos, member.late_delta_nanos) = (0, 0);
            member.io_delta = Io::default();
            self.ended_cpu.clear();
        }
        member.reading = reading;
    }

    fn is_below(&self, member: &Member, pid: u32) -> bool {
        let mut member = member;
        // As deep as there are members: a chain of ids that were used again cannot turn in a circle.
        for _ in 0..=self.members.len() {
            if member.reading.pid == pid || member.ancestor == pid {
                return true;
            }
            let Some(next) = self.members.get(&member.ancestor) else { return false };
            member = next;
        }
        false
    }
}

fn io_growth(now: Io, before: Io, owed: &mut Io) -> Io {
    let growth = |now: u64, before: u64, owed: &mut u64| {
        let growth = now.saturating_sub(before);
        let paid = growth.min(*owed);
        *owed -= paid;
        growth - paid
    };
    Io {
        read_bytes: growth(now.read_bytes, before.read_bytes, &mut owed.read_bytes),
        written_bytes: growth(now.written_bytes, before.written_bytes, &mut owed.written_bytes),
    }
}
