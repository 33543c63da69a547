//! Tests of stages with real commands.

use super::progress::{block_length, wants_progress};
use super::*;
use crate::live::spool::Line;

struct Recording {
    _folder: tempfile::TempDir,
    surroundings: Surroundings,
}

impl Recording {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let events = folder.path().join("events.jsonl");
        std::fs::File::create(&events).unwrap();
        let surroundings = Surroundings { events, run: "r".to_owned(), parent: None, clock: Clock::start() };
        Self { _folder: folder, surroundings }
    }

    fn run(&self, command: &[&str]) -> Result<Staged, StartError> {
        let options = StageOptions {
            name: "a stage".to_owned(),
            number: Some(3),
            kind: SpanKind::ApiCall,
            provider: Some("openai".to_owned()),
            model: None,
            command: command.iter().map(OsString::from).collect(),
        };
        run_in(&options, &self.surroundings, &AtomicBool::new(false))
    }

    fn events(&self) -> Vec<Event> {
        let text = std::fs::read_to_string(&self.surroundings.events).unwrap();
        text.lines().map(|line| serde_json::from_str::<Line>(line).unwrap().event).collect()
    }
}

#[test]
fn a_stage_reports_its_start_and_end() {
    let recording = Recording::new();
    let before_nanos = recording.surroundings.clock.now_nanos();
    let staged = recording.run(&["sh", "-c", "exit 3"]).unwrap();
    assert_eq!((staged.exit.shell_code(), staged.warning), (3, None));
    let events = recording.events();
    let [Event::Start(start), Event::End(end)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((start.name.as_str(), start.number, start.kind.as_str()), ("a stage", Some(3), "api_call"));
    assert_eq!(start.span, end.span);
    assert!(before_nanos <= start.at_nanos && start.at_nanos <= end.at_nanos);
    assert_eq!((end.exit_code, end.is_interrupted), (Some(3), false));
    assert!(end.user_nanos.is_some() || cfg!(not(unix)));
}

#[test]
fn a_command_that_is_not_there_is_an_error_of_the_stage() {
    let recording = Recording::new();
    assert_eq!(recording.run(&["/no/such/program"]).unwrap_err().shell_code(), 127);
    let events = recording.events();
    let [Event::Start(_), Event::End(end)] = events.as_slice() else { panic!("{events:?}") };
    assert!(end.error.as_ref().unwrap().contains("/no/such/program"));
}

#[test]
fn a_stage_knows_the_stage_around_it() {
    let recording = Recording::new();
    recording.run(&["sh", "-c", "test -n \"$REELBENCH_SPAN\""]).unwrap();
    let events = recording.events();
    assert!(matches!(&events[1], Event::End(End { exit_code: Some(0), .. })), "{events:?}");
}

#[test]
fn a_lost_spool_does_not_stop_the_command() {
    let mut recording = Recording::new();
    recording.surroundings.events = PathBuf::from("/no/such/folder/events.jsonl");
    let staged = recording.run(&["sh", "-c", "exit 5"]).unwrap();
    assert_eq!(staged.exit.shell_code(), 5);
    assert!(staged.warning.unwrap().contains("/no/such/folder/events.jsonl"));
}

#[test]
fn ffmpeg_is_asked_for_its_progress() {
    let words = |command: &[&str]| command.iter().map(OsString::from).collect::<Vec<_>>();
    assert!(wants_progress(&words(&["/usr/bin/ffmpeg", "-i", "a.mp4", "b.mp4"])));
    assert!(!wants_progress(&words(&["ffmpeg", "-progress", "-", "-i", "a.mp4", "b.mp4"])));
    assert!(!wants_progress(&words(&["ffmpeg", "-version"])));
    assert!(!wants_progress(&words(&["ffprobe", "-i", "a.mp4"])));
    assert!(!wants_progress(&[]));
}

#[test]
fn blocks_end_with_their_progress_line() {
    assert_eq!(block_length(b"frame=1\nprogress=continue\nframe=2\n"), Some(26));
    assert_eq!(block_length(b"frame=1\nprogress=cont"), None);
    assert_eq!(block_length(b""), None);
}

#[test]
fn blocks_found_at_once_have_moments_of_their_own() {
    let moments = |since, until, num| progress::spread(since, until, num).collect::<Vec<_>>();
    assert_eq!(moments(100, 140, 2), [120, 140]);
    assert_eq!(moments(100, 100, 1), [100]);
    assert!(moments(100, 140, 0).is_empty());
}

/// FFmpeg is part of what the tests need; a machine without it skips this one.
#[test]
fn a_real_encode_reports_its_frames() {
    let recording = Recording::new();
    let clip = ["-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=20"];
    let command = [&["ffmpeg", "-v", "error"][..], &clip, &["-f", "null", "-"]].concat();
    let Ok(staged) = recording.run(&command) else { return };
    assert_eq!(staged.exit.shell_code(), 0);
    let events = recording.events();
    let Some(Event::Ffmpeg(last)) = events.iter().rev().nth(1) else { panic!("{events:?}") };
    assert!(last.text.contains("frame=20\n") && last.text.ends_with("progress=end\n"), "{last:?}");
    let Some(Event::End(end)) = events.last() else { panic!("{events:?}") };
    assert!(last.at_nanos <= end.at_nanos);
}
