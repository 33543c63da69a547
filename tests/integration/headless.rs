//! The headless half as a shell sees it: arguments, exit codes, and output that is JSON or safe text.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program on a workspace of its own.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelbench"));
        command.arg("--workspace").arg(self.path().join("w.reelbench")).args(args).current_dir(self.path());
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        let output = self.command(args).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        output
    }

    fn code(&self, args: &[&str]) -> Option<i32> {
        self.run(args).status.code()
    }

    fn json(&self, args: &[&str]) -> Vec<Value> {
        let output = self.run(args);
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("one JSON value a line")).collect()
    }
}

const LINE: &str = "{\"phase\": \"phase1_ingest\", \"timestamp\": 1795213280.5, \"elapsed_seconds\": 12.5}\n";

#[test]
fn exit_codes_are_those_that_the_help_promises() {
    let shell = Shell::new();
    assert_eq!(shell.code(&["runs"]), Some(4), "no workspace yet");
    assert_eq!(shell.code(&["backup", "copy"]), Some(4));
    shell.write("good.jsonl", LINE);
    shell.write("empty.jsonl", "");
    shell.write("prose.txt", "It was a dark and stormy night.");
    for (args, code) in [
        (&["import", "good.jsonl"][..], 0),
        (&["import", "empty.jsonl"], 3),
        (&["import", "prose.txt", "good.jsonl"], 3),
        (&["import", "nowhere.jsonl", "good.jsonl"], 4),
        (&["import", "--format", "nonsense", "good.jsonl"], 2),
        (&["import", "--zone", "Nowhere/Atall", "good.jsonl"], 2),
        (&["import"], 2),
        (&["runs"], 0),
        (&["runs", "--outcome", "splendid"], 2),
        (&["show", "latest"], 0),
        (&["show", "nothing"], 2),
        (&["backup", "copy.reelbench"], 0),
        (&["backup", "prose.txt"], 4),
        (&["attach", "--for", "1s"], 2),
        (&["attach", "--pid", "1", "--process", "x"], 2),
        (&["completions", "bash"], 0),
        (&["no such command or file"], 2),
        (&["--no-such-option"], 2),
    ] {
        assert_eq!(shell.code(args), Some(code), "{args:?}");
    }
}

#[test]
fn attach_takes_its_options_beside_its_target() {
    let shell = Shell::new();
    let pid = std::process::id().to_string();
    let states = shell.json(&["attach", "--pid", &pid, "--interval", "50ms", "--for", "300ms", "--json"]);
    assert_eq!(states.last().map(|state| &state["state"]), Some(&"off".into()), "{states:?}");
    shell.write("encode.progress", "frame=1\nfps=0.0\nout_time_us=40000\nspeed=1x\nprogress=end\n");
    let args = ["attach", "encode.progress", "--format", "ffmpeg_progress", "--pipeline", "p", "--for", "1s"];
    assert_eq!(shell.code(&args), Some(0));
}

#[test]
fn a_folder_is_imported_and_what_is_passed_over_is_told() {
    let shell = Shell::new();
    shell.write("reports/a.jsonl", LINE);
    shell.write("reports/deeper/alerts.jsonl", "");
    shell.write("reports/readme.txt", "hello");
    let output = shell.run(&["import", "reports"]);
    assert_eq!(output.status.code(), Some(0), "empty and foreign files in a folder are no failure");
    assert!(String::from_utf8_lossy(&output.stdout).contains("2 other files"));
    let reports = shell.json(&["import", "--json", "reports"]);
    let passed_over: Vec<_> = reports.iter().map(|report| report["passed_over"].as_bool()).collect();
    assert_eq!(passed_over, [Some(false), Some(true), Some(true)]);
    assert!(reports[1]["error"].as_str().is_some_and(|error| error.contains("empty")));
    fs::create_dir(shell.path().join("nothing")).expect("a folder");
    assert_eq!(shell.code(&["import", "nothing"]), Some(3));
}

#[test]
fn names_from_files_reach_no_terminal_raw() {
    let shell = Shell::new();
    let name = "a\u{1b}]0;title\u{7}\u{202e}b.jsonl";
    shell.write(name, &LINE.replace("phase1", "\\u001b[31mred\\u202e\u{9b}2J"));
    for args in [
        &["import", name][..],
        &["import", "no\u{1b}[2J"],
        &["runs"],
        &["runs", "--json"],
        &["show", "latest"],
        &["show", "latest", "--json"],
        &["show", "\u{1b}x"],
    ] {
        let output = shell.run(args);
        for text in [output.stdout, output.stderr] {
            let text = String::from_utf8(text).expect("UTF-8");
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{args:?}: {text:?}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let shell = Shell::new();
    shell.write("good.jsonl", LINE);
    shell.run(&["import", "good.jsonl"]);
    for args in [&["runs", "--json"][..], &["show", "latest"], &["doctor"], &["completions", "zsh"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let output = shell.command(args).stdout(full).stderr(Stdio::piped()).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("could not be written") && !said.contains("panicked"), "{args:?}: {said}");
        assert_ne!(output.status.code(), Some(0), "{args:?}");
        let mut child = shell.command(args).stdout(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let code = child.wait().expect("it ends").code();
        assert!(matches!(code, Some(0 | 1)), "{args:?}: {code:?}");
    }
}

/// Runs the program where no file can grow beyond so many half kilobytes, as on a disk that fills up.
#[cfg(target_os = "linux")]
fn run_limited(shell: &Shell, num_blocks: u32, args: &[&str]) -> Output {
    let mut command = Command::new("sh");
    // An ignored signal stays ignored in what is executed: writing then fails instead of killing.
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {num_blocks}; exec \"$0\" \"$@\""));
    command.arg(env!("CARGO_BIN_EXE_reelbench")).arg("--workspace").arg(shell.path().join("w.reelbench"));
    command.args(args).current_dir(shell.path()).output().expect("sh")
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_costs_what_came_last() {
    let shell = Shell::new();
    shell.write("good.jsonl", LINE);
    let output = run_limited(&shell, 100, &["import", "good.jsonl"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(!shell.path().join("w.reelbench").exists(), "no beginning of a workspace is left: {said}");
    assert_eq!(shell.code(&["import", "good.jsonl"]), Some(0));

    let many: String = (0..3000).map(|n| LINE.replace(".5,", &format!(".{n:04},"))).collect();
    shell.write("many.jsonl", &many);
    assert_eq!(run_limited(&shell, 400, &["import", "many.jsonl"]).status.code(), Some(4));
    assert_eq!(shell.json(&["runs", "--json"]).len(), 1);
    assert_eq!(shell.code(&["import", "many.jsonl"]), Some(0));

    // A recording never stands in the way of what it records, and passes its code on.
    for (end, code) in [("exit 3", 3), ("exit 0", 4)] {
        let output = run_limited(&shell, 80, &["record", "--", "sh", "-c", &format!("echo done; {end}")]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &output.stdout[..]), (Some(code), &b"done\n"[..]), "{said}");
        assert!(said.contains("not all of the run could be stored"), "{said}");
    }
}
