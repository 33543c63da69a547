//! Acceptance over real recorded files: what the program imports must equal what independent parsers counted.
//!
//! The files are not part of the project. `REELBENCH_SAMPLES` names their folder, which holds an `expected.json`:
//! for each file what a reference parser in another language found. Without the variable these tests say so and pass.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Map, Value};

/// The samples' folder and what was counted in it, or `None` with a word about it.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn samples() -> Option<(PathBuf, Map<String, Value>)> {
    let Some(folder) = std::env::var_os("REELBENCH_SAMPLES").map(PathBuf::from) else {
        println!("skipped: REELBENCH_SAMPLES does not name a folder of recorded files");
        return None;
    };
    let text = fs::read_to_string(folder.join("expected.json")).expect("the samples' expected.json");
    let expected: Value = serde_json::from_str(&text).expect("JSON");
    Some((folder, expected.as_object().expect("one entry a file").clone()))
}

/// The program on a workspace of its own.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the workspace") }
    }

    fn run<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Output {
        let workspace = self.folder.path().join("acceptance.reelbench");
        let mut command = Command::new(env!("CARGO_BIN_EXE_reelbench"));
        command.arg("--workspace").arg(workspace).args(args).output().expect("the program starts")
    }

    /// One JSON object a line, and an exit code that is not a crash.
    fn json<S: AsRef<std::ffi::OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Vec<Value> {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 3)) && !said.contains("panicked"), "exit code {code:?}, said: {said}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line")).collect()
    }

    fn import(&self, file: &Path) -> Value {
        let mut reports = self.json([Path::new("import"), Path::new("--json"), file]);
        assert_eq!(reports.len(), 1, "one report for {}", file.display());
        reports.remove(0)
    }

    /// Every run in full.
    fn runs(&self) -> Vec<Value> {
        let runs = self.json(["runs", "--json", "--sort", "oldest"]);
        runs.iter().flat_map(|run| self.json(["show", "--json", run["key"].as_str().expect("a key")])).collect()
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// What FFmpeg's own numbers in the last block come to: `178.7kbits/s` in bits, `25x` as a factor.
fn last(expected: &Value, name: &str) -> Option<f64> {
    let text = expected["last"][name].as_str()?.trim();
    let (digits, factor) = match text.strip_suffix("kbits/s") {
        Some(digits) => (digits, 1000.0),
        None => (text.trim_end_matches('x'), 1.0),
    };
    digits.trim().parse::<f64>().ok().map(|value| value * factor)
}

fn is_near(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() <= 1e-9 * expected.abs().max(1.0))
}

#[test]
fn progress_files_have_the_blocks_that_were_counted() {
    let Some((folder, expected)) = samples() else { return };
    let files: Vec<_> = expected.iter().filter(|(_, counts)| counts.get("blocks").is_some()).collect();
    assert!(files.len() >= 5, "the samples hold progress files");
    for (name, counts) in files {
        let bench = Bench::new();
        let report = bench.import(&folder.join(name));
        assert_eq!(report["format"], "ffmpeg_progress", "{name}");
        assert_eq!(
            (&report["runs"], &report["spans"], &report["skipped"]),
            (&1.into(), &1.into(), &0.into()),
            "{name}"
        );

        let run = bench.runs().remove(0);
        let num_blocks = counts["blocks"].as_u64();
        let series: BTreeMap<&str, &Value> = run["series"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|series| Some((series["name"].as_str()?, series)))
            .collect();
        assert_eq!(series["ffmpeg.out_time"]["samples"].as_u64(), num_blocks, "{name}: {series:#?}");
        let has_frames = !counts["last"]["frame"].is_null();
        assert_eq!(
            series.get("ffmpeg.frames").and_then(|series| series["samples"].as_u64()),
            num_blocks.filter(|_| has_frames),
            "{name}"
        );
        for (series_name, key, factor) in [
            ("ffmpeg.frames", "frame", 1.0),
            ("ffmpeg.total_size", "total_size", 1.0),
            ("ffmpeg.out_time", "out_time_us", 1e-6),
        ] {
            // These only grow, so the last block's value is the largest.
            if let Some(wanted) = last(counts, key) {
                let found = series.get(series_name).and_then(|series| number(&series["max"]));
                assert!(
                    is_near(found, wanted * factor),
                    "{name}: {series_name} ends at {found:?}, not at {wanted} x {factor}"
                );
            }
        }
        let measured: Vec<f64> = run["stages"][0]["measurements"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|measurement| number(&measurement["value"]))
            .collect();
        for key in ["frame", "bitrate", "total_size", "speed", "fps"] {
            // An average of 0 says that FFmpeg had not measured yet.
            if let Some(wanted) = last(counts, key).filter(|wanted| *wanted > 0.0) {
                assert!(
                    measured.iter().any(|found| is_near(Some(*found), wanted)),
                    "{name}: no measurement is {key}={wanted}: {measured:?}"
                );
            }
        }
        let outcome = if counts["ended"] == true { "succeeded" } else { "interrupted" };
        assert_eq!(run["outcome"], outcome, "{name}");
    }
}

#[test]
fn phase_metrics_have_the_lines_and_phases_that_were_counted() {
    let Some((folder, expected)) = samples() else { return };
    let files: Vec<_> = expected.iter().filter(|(_, counts)| counts.get("phases").is_some()).collect();
    assert!(!files.is_empty(), "the samples hold phase metrics");
    for (name, counts) in files {
        let bench = Bench::new();
        let report = bench.import(&folder.join(name));
        assert_eq!(report["format"], "metrics_jsonl", "{name}");
        assert_eq!((&report["spans"], &report["skipped"]), (&counts["lines"], &0.into()), "{name}");

        let mut found: Vec<(String, String)> = Vec::new();
        for run in bench.runs() {
            for stage in run["stages"].as_array().into_iter().flatten() {
                let seconds = number(&stage["duration_seconds"]).expect("a finished phase has a duration");
                found.push((stage["name"].as_str().unwrap_or_default().to_owned(), format!("{seconds:.3}")));
            }
        }
        let mut wanted: Vec<(String, String)> = Vec::new();
        for phase in counts["phases"].as_array().into_iter().flatten() {
            let seconds = number(&phase[2]).expect("seconds");
            wanted.push((phase[1].as_str().unwrap_or_default().to_owned(), format!("{seconds:.3}")));
        }
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{name}");
    }
}

#[test]
fn importing_everything_twice_changes_nothing() {
    let Some((folder, _)) = samples() else { return };
    let bench = Bench::new();
    let folder = folder.as_os_str();
    let first = bench.json(["import".as_ref(), "--json".as_ref(), folder]);
    let before = bench.runs();
    assert!(!before.is_empty(), "something was imported");
    let second = bench.json(["import".as_ref(), "--json".as_ref(), folder]);
    assert_eq!(first.len(), second.len(), "every file is reported both times");
    for report in &second {
        for (what, count) in report["new"].as_object().into_iter().flatten() {
            assert_eq!(count, 0, "new {what} from {} at the second import", report["file"]);
        }
    }
    assert_eq!(bench.runs(), before, "the runs are as they were");
}

#[test]
fn truncated_empty_and_binary_files_give_a_report() {
    let Some((folder, expected)) = samples() else { return };
    let bench = Bench::new();
    let broken = tempfile::tempdir().expect("a folder for the files");
    let mut num_files = 0;
    for name in expected.keys() {
        let bytes = fs::read(folder.join(name)).expect("a sample");
        let flat = name.replace('/', "_");
        // Cut in the middle, and one byte before the end, where a number may lose its last digit.
        for (cut, length) in [("half", bytes.len() / 2), ("tail", bytes.len().saturating_sub(2))] {
            fs::write(broken.path().join(format!("{cut}-{flat}")), &bytes[..length]).expect("a file");
            num_files += 1;
        }
    }
    let noise: Vec<u8> = (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, bytes) in
        [("empty.jsonl", &[][..]), ("noise.jsonl", &noise), ("noise.progress", &noise), ("zeros.csv", &[0; 5000])]
    {
        fs::write(broken.path().join(name), bytes).expect("a file");
        num_files += 1;
    }
    let reports = bench.json(["import".as_ref(), "--json".as_ref(), broken.path().as_os_str()]);
    assert_eq!(reports.len(), num_files, "one report a file");
    for report in &reports {
        let is_told = report["format"].is_string() || report["error"].as_str().is_some_and(|error| !error.is_empty());
        assert!(is_told, "neither a format nor a reason: {report}");
    }
}
