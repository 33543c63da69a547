//! The spool: the file of JSON lines by which stages and scripts report to the recording they run under.
//!
//! Every process appends whole lines, each with one write to a file opened for appending, so lines of stages that
//! run at the same time never mix. Ours carry `"reelbench": 1`; any other line is a record a script wrote itself.
//!
//! ```json
//! {"reelbench":1,"event":"start","span":"0c…","parent":null,"name":"encode","kind":"stage","at_nanos":1,"pid":7,"command":["ffmpeg","…"]}
//! {"reelbench":1,"event":"ffmpeg","span":"0c…","at_nanos":2,"text":"frame=12\nfps=24.0\nprogress=continue\n"}
//! {"reelbench":1,"event":"end","span":"0c…","at_nanos":3,"exit_code":0,"user_nanos":5,"system_nanos":1,"is_interrupted":false}
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::alive;

/// The environment variable that names the spool of the recording a process runs under.
pub const EVENTS_VARIABLE: &str = "REELBENCH_EVENTS";
/// The environment variable that holds the key of the enclosing stage.
pub const SPAN_VARIABLE: &str = "REELBENCH_SPAN";
/// The environment variable that holds the key of the run.
pub const RUN_VARIABLE: &str = "REELBENCH_RUN";

/// The spool's file name in its folder.
pub const EVENTS_FILE: &str = "events.jsonl";

/// The version of our own lines.
pub const VERSION: u32 = 1;

/// One of our lines: written by `reelbench stage`, read by the recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The version of the line's format.
    pub reelbench: u32,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened in a stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A stage began.
    Start(Start),
    /// FFmpeg reported its progress.
    Ffmpeg(Progress),
    /// A stage ended.
    End(End),
}

/// A stage began.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The stage's key, 32 hex digits.
    pub span: String,
    /// The enclosing stage's key.
    pub parent: Option<String>,
    /// Its name.
    pub name: String,
    /// `stage`, `operation` or `api_call`.
    pub kind: String,
    /// Its number in the pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Who serves the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The model used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// When it began, nanoseconds UTC on the run's clock.
    pub at_nanos: i64,
    /// The process of its command; `None` if it could not be started.
    pub pid: Option<u32>,
    /// Its command.
    pub command: Vec<String>,
}

/// FFmpeg reported its progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The stage's key.
    pub span: String,
    /// When the block arrived.
    pub at_nanos: i64,
    /// The block as written, whole lines.
    pub text: String,
}

/// A stage ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The stage's key.
    pub span: String,
    /// When it ended.
    pub at_nanos: i64,
    /// The command's exit code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<i32>,
    /// Why it could not be started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether somebody asked it to stop.
    #[serde(default)]
    pub is_interrupted: bool,
    /// CPU time in user mode, nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_nanos: Option<i64>,
    /// CPU time in the kernel, nanoseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub system_nanos: Option<i64>,
    /// The most memory one of its processes held, bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_rss_bytes: Option<i64>,
    /// Bytes read from disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_bytes: Option<i64>,
    /// Bytes written to disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_bytes: Option<i64>,
}

/// How folders of spools begin; the recorder's process id follows.
const FOLDER_PREFIX: &str = "reelbench-";
/// After how long without a change the folder of a killed recorder is taken away.
const STALE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

/// Makes a folder for a spool and for what stages put beside it. Folders that killed recorders left behind are removed,
/// a day later: until then something they started may still be reporting.
///
/// # Errors
/// What the system says.
pub fn make_folder() -> io::Result<tempfile::TempDir> {
    remove_stale(&tempfile::env::temp_dir(), STALE);
    tempfile::Builder::new().prefix(&format!("{FOLDER_PREFIX}{}-", std::process::id())).tempdir()
}

fn remove_stale(parent: &Path, stale: std::time::Duration) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX)?.split_once('-')?.0.parse().ok());
        let age = entry.metadata().and_then(|metadata| metadata.modified()).ok().and_then(|time| time.elapsed().ok());
        if let (Some(pid), Some(age)) = (pid, age)
            && age >= stale
            && alive::started_secs(pid).is_none()
            && entry.path().join(EVENTS_FILE).is_file()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The spool, opened for appending.
#[derive(Debug)]
pub struct Spool {
    file: File,
}

impl Spool {
    /// Opens the spool at `path`; the recording has made it.
    ///
    /// # Errors
    /// What the system says: the recording is gone, or the folder is not visible from here.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: OpenOptions::new().append(true).open(path)? })
    }

    /// Appends one line, whole.
    ///
    /// # Errors
    /// What the system says.
    pub fn append(&mut self, event: Event) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Line { reelbench: VERSION, event })?;
        line.push(b'\n');
        self.file.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        assert!(Spool::open(&path).is_err());
        File::create(&path).unwrap();
        let events = [
            Event::Ffmpeg(Progress { span: "a".to_owned(), at_nanos: 2, text: "frame=12\nprogress=end\n".to_owned() }),
            Event::End(End { span: "a".to_owned(), at_nanos: 3, exit_code: Some(0), ..End::default() }),
        ];
        for event in &events {
            Spool::open(&path).unwrap().append(event.clone()).unwrap();
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let read: Vec<Event> = text.lines().map(|line| serde_json::from_str::<Line>(line).unwrap().event).collect();
        assert_eq!(read, events);
    }

    #[test]
    fn folders_of_killed_recorders_are_removed_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, file: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            File::create(path.join(file)).unwrap();
            path
        };
        let dead = make(&format!("reelbench-{}-x", u32::MAX - 7), EVENTS_FILE);
        let own = make(&format!("reelbench-{}-x", std::process::id()), EVENTS_FILE);
        let other = make(&format!("reelbench-{}-y", u32::MAX - 7), "something");
        let unrelated = make("reelbench-notes", EVENTS_FILE);
        remove_stale(folder.path(), STALE);
        assert!(dead.exists());
        remove_stale(folder.path(), std::time::Duration::ZERO);
        assert!(!dead.exists() && own.exists() && other.exists() && unrelated.exists());
    }

    #[test]
    fn lines_of_many_writers_stay_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("events.jsonl");
        File::create(&path).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let path = &path;
                scope.spawn(move || {
                    let mut spool = Spool::open(path).unwrap();
                    for at_nanos in 0..200 {
                        let span = format!("{writer}{}", "x".repeat(3000));
                        spool.append(Event::End(End { span, at_nanos, ..End::default() })).unwrap();
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().filter(|line| serde_json::from_str::<Line>(line).is_ok()).count(), 800);
    }
}
