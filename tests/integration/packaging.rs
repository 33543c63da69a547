//! What lies around the program agrees with it: the set-up scripts, the README, the file type, the demo's scripts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reelbench::engine::doctor::{GL_LIBRARIES, Library, WAYLAND_LIBRARIES, X11_LIBRARIES};
use reelbench::ingest::IMPORTERS;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(top().join(name)).expect("a file of the project")
}

fn scripts() -> Vec<PathBuf> {
    let folders = ["packaging", "packaging/demo"].map(|folder| fs::read_dir(top().join(folder)).expect("the folder"));
    let mut scripts: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sh"))
        .collect();
    scripts.push(top().join(".ci/run"));
    scripts
}

/// The doctor names packages after the build, `setup.sh` before it: what they say must be the same.
#[test]
fn the_doctor_and_the_set_up_name_the_same_packages() {
    let setup = read("packaging/setup.sh");
    for Library { file, apt, dnf, pacman } in [X11_LIBRARIES, WAYLAND_LIBRARIES, GL_LIBRARIES].concat() {
        let line = setup.lines().find(|line| line.split_whitespace().next() == Some(file));
        let packages: Vec<&str> = line.unwrap_or_default().split_whitespace().skip(1).collect();
        assert_eq!(packages, [apt, dnf, pacman], "packages of {file} in packaging/setup.sh");
    }
}

#[test]
fn the_readme_names_every_format_and_exit_code() {
    let readme = read("README.md");
    for importer in IMPORTERS {
        assert!(
            readme.contains(&format!("`{}`", importer.name())),
            "README.md does not name the format {}",
            importer.name()
        );
    }
    let codes = |text: &str, mark: &str| -> Vec<String> {
        let rows = text.lines().filter_map(|line| line.strip_prefix(mark)?.strip_prefix("| ")?.split(" |").next());
        rows.filter(|code| code.parse::<u8>().is_ok() || *code == "other").map(str::to_owned).collect()
    };
    let documented = codes(&read("src/cli/mod.rs"), "//! ");
    assert!(documented.len() > 3, "src/cli/mod.rs lists the exit codes");
    assert_eq!(codes(&readme, ""), documented, "exit codes in README.md");
}

/// Desktops know a workspace by SQLite's header and the application id behind it.
#[test]
fn the_file_type_is_told_by_what_a_workspace_begins_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = folder.path().join("new.reelbench");
    let status = Command::new(env!("CARGO_BIN_EXE_reelbench"))
        .arg("import")
        .arg("--workspace")
        .args([workspace.as_path(), &top().join("tests/integration/main.rs")])
        .output()
        .expect("the program starts");
    let bytes =
        fs::read(&workspace).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&status.stderr)));
    assert!(bytes.starts_with(b"SQLite format 3\0"));
    let id = std::str::from_utf8(&bytes[68..72]).expect("four letters");
    let mime = read("packaging/reelbench-mime.xml");
    assert!(mime.contains(&format!("offset=\"68\" value=\"{id}\"")), "application id {id:?}");
    assert!(mime.contains("*.reelbench") && read("packaging/reelbench.desktop").contains("application/vnd.reelbench"));
}

#[cfg(unix)]
#[test]
fn scripts_can_be_started_and_read() {
    use std::os::unix::fs::PermissionsExt as _;
    for script in scripts() {
        let checked = Command::new("bash").arg("-n").arg(&script).output().expect("bash");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let is_sourced = script.ends_with("setup.sh");
        let mode = fs::metadata(&script).expect("a script").permissions().mode();
        assert_eq!(mode & 0o111 == 0, is_sourced, "the mode of {} is {mode:o}", script.display());
    }
}

/// What a script with a missing tool prints must be a command that this machine's package manager takes.
#[cfg(target_os = "linux")]
#[test]
fn set_up_says_what_is_missing_and_stops_with_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    // No privileges, and a package manager that must not be called.
    for (name, body) in [("id", "echo 1000"), ("sudo", "exit 1"), ("apt-get", "echo called >&2; exit 9")] {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).expect("a program");
        let made_executable = Command::new("chmod").arg("+x").arg(&path).status().expect("chmod");
        assert!(made_executable.success());
    }
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    let script = ". packaging/setup.sh; need_it() { lacks libX11.so.6 'a test'; lacks ffmpeg 'a test'; lacks ffprobe 'a test'; }; \
                  meet need_it; echo went on";
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", script])
        .env("PATH", path)
        .current_dir(top())
        .output()
        .expect("bash");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let command = "sudo sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libx11-6 ffmpeg'";
    assert!(said.contains(command) && !said.contains("called"), "{said}");
    assert!(output.stdout.is_empty());
}
