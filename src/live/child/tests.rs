//! Tests of children with real commands.

use super::*;

fn launch(words: &[&str]) -> Launch {
    Launch { command: words.iter().map(OsString::from).collect(), ..Launch::default() }
}

fn run(script: &str) -> Exit {
    let mut child = Child::start(&launch(&["sh", "-c", script]), Clock::start()).unwrap();
    while !child.wait_until(i64::MAX) {}
    child.reap()
}

#[test]
fn codes_and_signals_are_passed_on() {
    assert_eq!(run("exit 7").shell_code(), 7);
    assert_eq!(run("exit 7").error().unwrap(), "exit code 7");
    assert_eq!(run("exit 0").error(), None);
    let killed = run("kill -9 $$");
    assert_eq!((killed.code, killed.signal, killed.shell_code()), (None, Some(9), 137));
    assert!(killed.is_stopped_from_outside());
    assert!(run("exit 130").is_stopped_from_outside());
    assert!(!run("kill -SEGV $$").is_stopped_from_outside());
}

#[test]
fn what_cannot_be_started_says_so() {
    let error = Child::start(&launch(&["/no/such/program"]), Clock::start()).unwrap_err();
    assert_eq!(error.shell_code(), 127);
    assert!(error.to_string().contains("/no/such/program"));
    assert_eq!(Child::start(&launch(&[]), Clock::start()).unwrap_err().shell_code(), 2);
    assert_eq!(Child::start(&launch(&["/"]), Clock::start()).unwrap_err().shell_code(), 126);
}

#[test]
fn a_moment_ends_the_wait() {
    let mut command = Command::new("cat");
    command.stdin(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let watch = system::Watch::open(&child);
    assert!(!watch.has_ended(&mut child, 3_000_000));
    drop(child.stdin.take());
    assert!(watch.has_ended(&mut child, i64::MAX));
    child.wait().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn use_is_that_of_the_child() {
    let exit = run("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done");
    let usage = exit.usage.unwrap();
    assert!(usage.user_nanos + usage.system_nanos > 10_000_000, "{usage:?}");
}
