//! Tests of the process probe: the tree's arithmetic with made-up tables, and real short-lived processes.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use super::*;
use crate::model::{Key, Values};

/// A table a test writes by hand.
#[derive(Clone, Default)]
struct Made(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    appeared: Vec<Kin>,
    readings: BTreeMap<u32, Reading>,
    read: Vec<u32>,
}

impl Made {
    fn start(&self, pid: u32, parent: u32, command: &str) {
        let mut state = self.0.lock().unwrap();
        state.appeared.push(Kin { pid, parent });
        let reading = Reading {
            command: command.to_owned(),
            num_threads: Some(1),
            io: Ok(Io::default()),
            ..Reading::unread(pid, parent)
        };
        state.readings.insert(pid, reading);
    }

    fn set(&self, pid: u32, change: impl FnOnce(&mut Reading)) {
        change(self.0.lock().unwrap().readings.get_mut(&pid).unwrap());
    }

    fn end(&self, pid: u32) {
        self.0.lock().unwrap().readings.remove(&pid);
    }
}

impl Table for Made {
    fn appeared(&mut self, out: &mut Vec<Kin>) {
        out.append(&mut self.0.lock().unwrap().appeared);
    }

    fn read(&mut self, pid: u32) -> Option<Reading> {
        let mut state = self.0.lock().unwrap();
        state.read.push(pid);
        state.readings.get(&pid).cloned()
    }

    fn has_variable(&mut self, pid: u32, variable: &str) -> bool {
        variable == "RUN=ours" && pid != 6
    }
}

fn tree(made: &Made) -> Tree {
    let mut tree = Tree::new(1, Box::new(made.clone()));
    made.start(1, 0, "sh");
    tree.refresh();
    tree
}

#[test]
fn an_ended_child_is_counted_once() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(2, 1, "ffmpeg");
    made.set(2, |ffmpeg| ffmpeg.cpu_nanos = 100);
    tree.refresh();
    assert_eq!(tree.cpu_nanos(), 100);
    // It used 30 more, ended, and the shell waited for it.
    made.end(2);
    made.set(1, |sh| {
        sh.children_cpu_nanos = 130;
        sh.cpu_nanos = 5;
    });
    tree.refresh();
    assert_eq!((tree.cpu_nanos(), tree.cpu_delta_nanos()), (135, 35));
    assert_eq!(tree.ended_cpu().collect::<Vec<_>>(), [("ffmpeg", 30)]);
}

#[test]
fn a_child_nobody_saw_is_counted_through_its_parent() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.set(1, |sh| sh.children_cpu_nanos = 70);
    tree.refresh();
    assert_eq!(tree.cpu_delta_nanos(), 70);
    assert_eq!(tree.ended_cpu().collect::<Vec<_>>(), [("(ended)", 70)]);
}

#[test]
fn a_child_waited_for_between_two_reads_is_counted_once() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(2, 1, "ffmpeg");
    made.set(2, |ffmpeg| ffmpeg.cpu_nanos = 100);
    tree.refresh();
    // The shell was read before it waited, the child after.
    made.end(2);
    tree.refresh();
    assert_eq!(tree.cpu_delta_nanos(), 0);
    made.set(1, |sh| sh.children_cpu_nanos = 104);
    tree.refresh();
    assert_eq!(tree.cpu_nanos(), 104);
}

#[test]
fn a_whole_branch_that_ends_is_counted_once() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(2, 1, "make");
    made.start(3, 2, "cc");
    made.set(2, |make| make.cpu_nanos = 10);
    made.set(3, |cc| cc.cpu_nanos = 50);
    tree.refresh();
    made.end(3);
    made.end(2);
    made.set(1, |sh| sh.children_cpu_nanos = 65);
    tree.refresh();
    assert_eq!(tree.cpu_nanos(), 65);
}

#[test]
fn a_debt_goes_on_to_whoever_waited_for_the_debtor() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(2, 1, "time");
    made.start(3, 2, "ffmpeg");
    made.set(3, |ffmpeg| ffmpeg.cpu_nanos = 100);
    tree.refresh();
    // `time` was read before it waited for ffmpeg, ffmpeg after.
    made.end(3);
    tree.refresh();
    // Then `time` ended too, before its children's counters were read again.
    made.end(2);
    made.set(1, |sh| sh.children_cpu_nanos = 103);
    tree.refresh();
    assert_eq!((tree.cpu_nanos(), tree.cpu_delta_nanos()), (103, 3));
}

#[test]
fn parents_are_read_before_their_children_whatever_their_ids() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(9, 1, "time");
    // Ids are given out in a circle: the child's may be the lower one.
    made.start(3, 9, "ffmpeg");
    made.set(3, |ffmpeg| ffmpeg.cpu_nanos = 100);
    tree.refresh();
    made.0.lock().unwrap().read.clear();
    tree.refresh();
    assert_eq!(made.0.lock().unwrap().read, [1, 9, 3]);
    made.end(3);
    tree.refresh();
    made.end(9);
    tree.refresh();
    made.0.lock().unwrap().read.clear();
    tree.refresh();
    assert_eq!(made.0.lock().unwrap().read, [1]);
}

#[test]
fn an_orphan_stays_in_the_tree() {
    let made = Made::default();
    let mut tree = tree(&made);
    tree.adopt_orphans(77, "RUN=ours".to_owned());
    made.start(2, 1, "sh");
    made.start(3, 2, "encoder");
    tree.refresh();
    made.end(2);
    made.set(3, |encoder| {
        encoder.parent = 77;
        encoder.cpu_nanos = 40;
    });
    // Another one was orphaned before anybody saw it; the others belong to somebody else.
    made.start(4, 77, "tool");
    made.start(5, 99, "stranger");
    made.start(6, 77, "the reaper's own");
    tree.refresh();
    let pids: Vec<u32> = tree.members().map(|member| member.reading.pid).collect();
    assert_eq!(pids, [1, 3, 4]);
    assert_eq!(tree.below(2).map(|member| member.reading.pid).collect::<Vec<_>>(), [3]);
    assert_eq!(tree.cpu_nanos(), 40);
}

#[test]
fn io_of_ended_children_is_counted_once() {
    let made = Made::default();
    let mut tree = tree(&made);
    made.start(2, 1, "ffmpeg");
    made.set(2, |ffmpeg| ffmpeg.io = Ok(Io { read_bytes: 10, written_bytes: 1000 }));
    tree.refresh();
    made.end(2);
    made.set(1, |sh| sh.io = Ok(Io { read_bytes: 10, written_bytes: 1200 }));
    tree.refresh();
    assert_eq!(tree.io(), Some(Io { read_bytes: 10, written_bytes: 1200 }));
}

fn probe(made: &Made) -> ProcessesProbe {
    let scope = Scope { run: Key::of("run", &["processes test"]), interval_nanos: 200_000_000 };
    made.start(1, 0, "sh");
    ProcessesProbe::with_table(&scope, 1, SharedPids::default(), Box::new(made.clone()))
}

fn series_values(batch: &Batch, name: &str, command: Option<&str>) -> Vec<f64> {
    let is_it = |series: &&crate::model::Series| {
        series.name == name
            && series.labels.get("process.command").map(String::as_str) == command
            && !series.labels.contains_key("direction")
    };
    let keys: Vec<Key> = batch.series.iter().filter(is_it).map(|series| series.key).collect();
    let values =
        batch.samples.iter().filter(|samples| keys.contains(&samples.series)).map(|samples| match &samples.values {
            Values::Real(values) => values[0],
            Values::Integer(values) => real(values[0].unsigned_abs()),
        });
    values.collect()
}

#[test]
fn commands_have_their_share() {
    let made = Made::default();
    let mut probe = probe(&made);
    let mut batch = Batch::default();
    probe.sample(0, &mut batch);
    made.start(2, 1, "ffmpeg");
    made.set(2, |ffmpeg| {
        ffmpeg.cpu_nanos = 1_500_000_000;
        ffmpeg.rss_bytes = 1_000;
    });
    made.set(1, |sh| sh.rss_bytes = 10);
    probe.sample(1_000_000_000, &mut batch);
    // The first reading of a rate is dropped.
    assert_eq!(series_values(&batch, "process.cpu.utilization", None), [150.0]);
    assert_eq!(series_values(&batch, "process.cpu.utilization", Some("ffmpeg")), [150.0]);
    assert_eq!(series_values(&batch, "process.memory.usage", None), [0.0, 1_010.0]);
    assert_eq!(series_values(&batch, "process.memory.usage", Some("ffmpeg")), [1_000.0]);
    assert_eq!(probe.pids.get(), [1, 2]);
}

#[test]
fn refused_io_is_absent_and_says_why() {
    let made = Made::default();
    let mut probe = probe(&made);
    made.set(1, |sh| sh.io = Err(IoRefused::Permission));
    let mut batch = Batch::default();
    probe.sample(0, &mut batch);
    assert!(batch.series.iter().all(|series| series.name != "process.disk.io"));
    assert!(batch.absences[0].reason.contains("belongs to somebody else"), "{:?}", batch.absences);
}

#[test]
fn too_many_names_are_summed() {
    let made = Made::default();
    let mut probe = probe(&made);
    for pid in 2..200 {
        made.start(pid, 1, &format!("tool{pid}"));
        made.set(pid, |tool| tool.rss_bytes = 1);
    }
    let mut batch = Batch::default();
    probe.sample(0, &mut batch);
    assert!(batch.series.len() <= 2 * MAX_COMMANDS + 16);
    assert_eq!(series_values(&batch, "process.memory.usage", None), [198.0]);
    assert_eq!(series_values(&batch, "process.memory.usage", Some("(other)")).len(), 1);
}

/// A shell that works, starts children that work, then waits for its standard input to close.
fn busy_shell() -> std::process::Child {
    let script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done'; echo ready; cat >/dev/null";
    Command::new("sh").args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn check_real(table: Box<dyn Table>, sees_ended_children: bool) {
    use std::io::Read as _;
    let mut child = busy_shell();
    let mut tree = Tree::new(child.id(), table);
    tree.refresh();
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    tree.refresh();
    // The shell and the cat that waits.
    assert!(tree.members().count() >= 1);
    assert!(tree.root().unwrap().reading.rss_bytes > 100_000);
    if sees_ended_children {
        assert!(tree.cpu_nanos() >= 50_000_000, "{} ns", tree.cpu_nanos());
    }
    drop(child.stdin.take().map(|mut stdin| stdin.flush()));
    child.wait().unwrap();
    tree.refresh();
    assert_eq!(tree.members().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn the_kernel_shows_a_real_tree() {
    check_real(Box::new(kernel::KernelTable::open().unwrap()), true);
}

#[test]
fn sysinfo_shows_a_real_tree() {
    check_real(Box::new(portable::PortableTable::new()), false);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_may_contain_anything() {
    use kernel::Stat;
    let text = b"12 (a) b (c) R 7 1 1 0 -1 0 0 0 0 0 3 4 50 60 20 0 9 0 1234 1000 55 0\n";
    let stat = Stat::parse(text).unwrap();
    assert_eq!((stat.command.as_str(), stat.state, stat.parent), ("a) b (c", b'R', 7));
    assert_eq!((stat.cpu_ticks, stat.children_cpu_ticks, stat.num_threads), ([3, 4], [50, 60], 9));
    assert_eq!((stat.started_ticks, stat.rss_pages), (1234, 55));
    for broken in [&b""[..], b"12", b"12 (", b"12 (a)", b"12 (a) R", b")("] {
        assert_eq!(Stat::parse(broken), None);
    }
    assert_eq!(
        kernel::parse_io(b"rchar: 1\nread_bytes: 5\nwrite_bytes: 6\n"),
        Some(Io { read_bytes: 5, written_bytes: 6 })
    );
}
