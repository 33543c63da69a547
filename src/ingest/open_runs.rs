//! Which run a record of one step belongs to, in files that hold the steps of many runs.
//!
//! A record may name its run (`run_id`, `run`) or only its video. Without a run of its own, and where numbers of
//! runs start again because several sessions wrote into one file, a run ends when one of its steps comes again;
//! unless that step was its last one and failed: then it is tried again.

use std::collections::BTreeMap;

use crate::model::{Key, Run};

/// The most runs that may be open at once; of more, the one not heard of for longest counts as ended.
const MAX_OPEN_RUNS: usize = 1024;
/// The most different steps of a run that are remembered.
const MAX_STEPS: usize = 1024;

/// What makes a record of a step itself, before it is known which run it belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The step's name.
    pub step: String,
    /// Its moment as written, if there is one, not placed in any zone.
    pub written_nanos: Option<i64>,
    /// How long it took.
    pub duration_nanos: i64,
    /// The run's own name, unique in its system.
    pub run_id: Option<String>,
    /// The run's number, which may start again at 1.
    pub run_number: Option<String>,
    /// The video.
    pub video_id: Option<String>,
    /// Whether it failed, so that the same step may come again as another attempt.
    pub has_failed: bool,
}

impl Identity {
    /// The key of the fact of that namespace which begins with this record; `None` without a moment.
    #[must_use]
    pub fn key(&self, namespace: &str) -> Option<Key> {
        let run = self.run_id.as_deref().or(self.run_number.as_deref()).unwrap_or_default();
        let moment = self.written_nanos?.to_string();
        let duration = self.duration_nanos.to_string();
        Some(Key::of(namespace, &[&self.step, &moment, &duration, run, self.video_id.as_deref().unwrap_or_default()]))
    }
}

/// A run that further records may belong to.
#[derive(Clone, Debug)]
pub struct OpenRun {
    /// What is known of it so far.
    pub run: Run,
    first_step: String,
    last_step: String,
    /// The last record of each step.
    steps: BTreeMap<String, Identity>,
    last_used: u64,
}

/// The runs of a file that are still open.
#[derive(Clone, Debug)]
pub struct OpenRuns {
    namespace: &'static str,
    content_key: Key,
    open: BTreeMap<String, OpenRun>,
    last_name: Option<String>,
    num_records: u64,
    num_runs: u64,
}

impl OpenRuns {
    /// No runs yet. `content_key` makes the keys of runs whose records have no moments.
    #[must_use]
    pub fn new(namespace: &'static str, content_key: Key) -> Self {
        Self { namespace, content_key, open: BTreeMap::new(), last_name: None, num_records: 0, num_runs: 0 }
    }

    /// The run of a record, a new one if need be; `None` if the record is there already.
    pub fn run_of(&mut self, identity: &Identity) -> Option<&mut OpenRun> {
        self.num_records += 1;
        let name = [&identity.run_id, &identity.run_number, &identity.video_id]
            .map(|name| name.as_deref().unwrap_or_default())
            .join("\u{0}");
        let is_same_name = self.last_name.as_ref() == Some(&name);
        if let Some(open) = self.open.get(&name) {
            if identity.written_nanos.is_some() && open.steps.get(&identity.step) == Some(identity) {
                return None;
            }
            if has_come_again(open, identity, is_same_name) {
                self.open.remove(&name);
            }
        }
        if self.open.len() >= MAX_OPEN_RUNS
            && !self.open.contains_key(&name)
            && let Some(oldest) = self.open.iter().min_by_key(|(_, open)| open.last_used).map(|(name, _)| name.clone())
        {
            self.open.remove(&oldest);
        }
        self.last_name = Some(name.clone());
        let Self { namespace, content_key, open, num_records, num_runs, .. } = self;
        let open = open.entry(name).or_insert_with(|| {
            *num_runs += 1;
            let key = identity
                .key(namespace)
                .unwrap_or_else(|| Key::of(namespace, &[&content_key.to_hex(), &num_runs.to_string()]));
            let mut run = Run::new(key);
            run.video_id.clone_from(&identity.video_id);
            if let Some(name) = identity.run_id.as_ref().or(identity.run_number.as_ref()) {
                run.labels.insert("run".to_owned(), name.clone());
            }
            let first_step = identity.step.clone();
            OpenRun { run, last_step: first_step.clone(), first_step, steps: BTreeMap::new(), last_used: 0 }
        });
        open.last_step.clone_from(&identity.step);
        open.last_used = *num_records;
        if open.steps.len() < MAX_STEPS {
            open.steps.insert(identity.step.clone(), identity.clone());
        }
        Some(open)
    }
}

fn has_come_again(open: &OpenRun, identity: &Identity, is_same_name: bool) -> bool {
    // A run without times cannot take in a record that has one: the two stand on different clocks.
    if identity.written_nanos.is_some() && open.steps.values().all(|step| step.written_nanos.is_none()) {
        return true;
    }
    let Some(before) = open.steps.get(&identity.step) else { return false };
    let is_retry = before.has_failed && open.last_step == identity.step;
    if identity.run_id.is_some() || is_retry {
        return false;
    }
    // A numbered run may repeat a step in a loop; it begins again when its first step does, or after another run.
    let is_loop = is_same_name && (open.first_step != identity.step || open.steps.len() < 2);
    identity.run_number.is_none() || !is_loop
}

#[cfg(test)]
mod tests {
    use super::{Identity, OpenRuns};
    use crate::model::Key;

    /// The run of each record, numbered in order of appearance; `-` for a duplicate. Steps with `!` failed.
    fn check(records: &[(&str, i64, &str, &str)], expected: &str) {
        let mut open_runs = OpenRuns::new("test", Key::of("test", &[]));
        let mut keys: Vec<Key> = Vec::new();
        let mut runs = String::new();
        for &(step, moment, run_number, video_id) in records {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let identity = Identity {
                step: step.trim_end_matches('!').to_owned(),
                has_failed: step.ends_with('!'),
                written_nanos: (moment > 0).then_some(moment),
                run_number: some(run_number),
                video_id: some(video_id),
                ..Identity::default()
            };
            let Some(open) = open_runs.run_of(&identity) else {
                runs.push('-');
                continue;
            };
            let index = keys.iter().position(|&key| key == open.run.key).unwrap_or_else(|| {
                keys.push(open.run.key);
                keys.len() - 1
            });
            runs.push_str(&index.to_string());
        }
        assert_eq!(runs, expected, "{records:?}");
    }

    #[test]
    fn runs_are_told_apart() {
        check(&[("a", 1, "", ""), ("b", 2, "", ""), ("a", 3, "", ""), ("b", 4, "", "")], "0011");
        check(&[("a", 1, "", "v"), ("a", 2, "", "w"), ("b", 3, "", "v"), ("b", 4, "", "w")], "0101");
        check(&[("a", 1, "1", ""), ("b", 2, "1", ""), ("b", 3, "1", ""), ("a", 4, "2", "")], "0001");
        check(&[("a", 1, "1", ""), ("b", 2, "1", ""), ("a", 3, "1", "")], "001");
        check(&[("a", 1, "1", ""), ("a", 2, "2", ""), ("a", 3, "1", "")], "012");
        check(&[("a", 1, "", ""), ("b", 2, "", ""), ("b", 2, "", "")], "00-");
        check(&[("a", 1, "", ""), ("b!", 2, "", ""), ("b!", 3, "", ""), ("b", 4, "", ""), ("c", 5, "", "")], "00000");
        check(&[("a!", 1, "", "v"), ("b", 2, "", "w"), ("a", 3, "", "v"), ("b", 4, "", "v")], "0100");
        check(&[("a", 1, "", ""), ("b!", 2, "", ""), ("a", 3, "", ""), ("b", 4, "", "")], "0011");
        check(&[("a!", 1, "1", ""), ("a", 2, "1", ""), ("b", 3, "1", "")], "000");
        check(&[("a", 0, "", ""), ("b", 0, "", ""), ("a", 0, "", ""), ("b", 5, "", "")], "0012");
    }
}
