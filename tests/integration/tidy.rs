//! The house rules that a compiler does not know: floors, crate owners, first lines, sizes, names, the top level.
//!
//! A rule is a function from one source file to what it finds. Each finding says where, what, and what to do instead.
//! Every rule is shown to fail on small made-up sources in `tidy/tests.rs`: a check that cannot fail checks nothing.

mod paths;
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use paths::{Reach, reaches};

/// The floors, lowest first: a module, and the modules it may import from.
const FLOORS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("analysis", &["model"]),
    ("store", &["model"]),
    ("ingest", &["model"]),
    ("fleet", &["model"]),
    ("planning", &["model", "analysis"]),
    ("live", &["model", "ingest"]),
    ("engine", &["model", "analysis", "store", "ingest", "fleet", "planning", "live"]),
    ("ui", &["model", "engine"]),
    ("http", &["model", "engine"]),
    ("report", &["model", "engine"]),
    ("app", &["model", "engine", "ui", "http", "report"]),
    ("cli", &["model", "engine", "http", "report"]),
];

/// Single files that may import what their floor may not.
const DOORS: &[(&str, &str)] = &[("src/cli/render.rs", "ui")];

/// Outside crates and the only modules that name them; a crate that is not here may be named anywhere.
const OWNERS: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("pco", &["store"]),
    ("sysinfo", &["live"]),
    ("nvml_wrapper", &["live"]),
    ("notify", &["live"]),
    ("statrs", &["analysis"]),
    ("egui", &["ui", "app"]),
    ("egui_plot", &["ui"]),
    ("egui_tiles", &["ui"]),
    ("png", &["ui"]),
    ("code_fuzzy_match", &["ui"]),
    ("eframe", &["app"]),
    ("rfd", &["app"]),
    ("winit", &["app"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("indicatif", &["cli"]),
    ("serde", &["ingest", "live", "engine", "ui", "http", "report", "app", "cli"]),
];

/// Names that say nothing about the domain.
const EMPTY_NAMES: &[&str] = &[
    "manager", "managers", "handler", "handlers", "helper", "helpers", "util", "utils", "common", "info", "data",
    "misc",
];

/// What may lie in the project's top folder beside dot files.
const TOP_LEVEL: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "src",
    "assets",
    "data",
    "tests",
    "benches",
    "packaging",
    "README.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
];

const MAX_LINES: usize = 600;
/// For the files where every project of this kind rots: the window, its commands, lists and arguments.
const MAX_LINES_OF_LISTS: usize = 300;
const LISTS: &[&str] = &["app.rs", "apply.rs", "lib.rs", "main.rs", "mod.rs", "args.rs"];

/// One source file, by its path from the project's top folder with `/` on every platform.
struct File {
    path: String,
    text: String,
}

impl File {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The top module that a file of the library belongs to: `store` for `src/store/schema.rs` and `src/store.rs`.
    fn floor(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let module = inside.split('/').next()?;
        let module = module.strip_suffix(".rs").unwrap_or(module);
        (module != "lib" && module != "main").then_some(module)
    }

    fn finding(&self, line: usize, says: impl AsRef<str>) -> String {
        format!("{}:{line}: {}", self.path, says.as_ref())
    }
}

type Rule = fn(&File) -> Vec<String>;
const RULES: &[Rule] = &[floors, owners, first_line, ceiling, names, attributes];

/// A module imports only from the floors below it, and `main` only opens the two doors.
fn floors(file: &File) -> Vec<String> {
    let Some(floor) = file.floor() else { return Vec::new() };
    let Some((_, below)) = FLOORS.iter().find(|(module, _)| *module == floor) else {
        return vec![
            file.finding(1, format!("`{floor}` has no floor: give it a line in FLOORS, in tests/integration/tidy.rs")),
        ];
    };
    let is_open =
        |module: &str| module == floor || below.contains(&module) || DOORS.contains(&(file.path.as_str(), module));
    let is_module = |name: &str| FLOORS.iter().any(|(module, _)| *module == name);
    reaches(&file.path, &file.text)
        .into_iter()
        .filter_map(|(line, reach)| match reach {
            Reach::Module(module) if is_module(&module) && !is_open(&module) => {
                Some(file.finding(
                    line,
                    format!("`{floor}` may not import from `{module}`, only from: {}", below.join(", ")),
                ))
            }
            _ => None,
        })
        .collect()
}

/// An outside crate is named only by the modules that own it.
fn owners(file: &File) -> Vec<String> {
    if !file.path.starts_with("src/") {
        return Vec::new();
    }
    reaches(&file.path, &file.text)
        .into_iter()
        .filter_map(|(line, reach)| {
            let Reach::Crate(name) = reach else { return None };
            let (_, owners) = OWNERS.iter().find(|(owned, _)| *owned == name)?;
            let is_owner = file.floor().is_some_and(|floor| owners.contains(&floor));
            (!is_owner).then(|| file.finding(line, format!("`{name}` is named only in: {}", owners.join(", "))))
        })
        .collect()
}

/// The first line says in one sentence what the file is for.
fn first_line(file: &File) -> Vec<String> {
    let first = file.text.lines().next().unwrap_or_default();
    match first.strip_prefix("//! ") {
        Some(sentence) if sentence.split_whitespace().count() >= 3 => Vec::new(),
        _ => vec![file.finding(1, "the first line must be `//!` and one sentence that says what this file is for")],
    }
}

/// No file grows past what one can hold in mind.
fn ceiling(file: &File) -> Vec<String> {
    let num_lines = file.text.lines().count();
    let max = if LISTS.contains(&file.name()) { MAX_LINES_OF_LISTS } else { MAX_LINES };
    if num_lines <= max {
        return Vec::new();
    }
    vec![
        file.finding(
            num_lines,
            format!("{num_lines} lines, and {max} is the most: what two things is this file really?"),
        ),
    ]
}

/// Modules are nouns of the domain.
fn names(file: &File) -> Vec<String> {
    let stems = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    stems
        .filter(|stem| EMPTY_NAMES.contains(stem))
        .map(|stem| file.finding(1, format!("`{stem}` says nothing: name the module after what it holds")))
        .collect()
}

/// No test is switched off, and none passes because something else panicked.
fn attributes(file: &File) -> Vec<String> {
    let banned = [("ignore", "an ignored test is a test nobody runs"), ("should_panic", "assert the error instead")];
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        for (word, why) in banned {
            if line.trim_start().starts_with("#[") && line.contains(word) {
                findings.push(file.finding(number + 1, format!("no `#[{word}]`: {why}")));
            }
        }
    }
    findings
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source_files() -> Vec<File> {
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = ["src", "tests", "benches"].iter().map(|name| top().join(name)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a readable folder").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let relative =
                    path.strip_prefix(top()).expect("a path below the top").to_string_lossy().replace('\\', "/");
                files.push(File { path: relative, text: fs::read_to_string(&path).expect("a readable source file") });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[test]
fn the_house_is_tidy() {
    let files = source_files();
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "no sources found below {}", top().display());
    let findings: Vec<String> = files.iter().flat_map(|file| RULES.iter().flat_map(|rule| rule(file))).collect();
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn the_top_level_holds_only_what_belongs_there() {
    let listing = Command::new("git").args(["ls-files"]).current_dir(top()).output();
    let Some(listing) = listing.ok().filter(|output| output.status.success()) else {
        println!("not a git checkout: the top level is not checked");
        return;
    };
    let listing = String::from_utf8(listing.stdout).expect("git prints names in UTF-8");
    let names: BTreeSet<&str> = listing.lines().filter_map(|path| path.split('/').next()).collect();
    let strangers: Vec<&str> =
        names.into_iter().filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name)).collect();
    assert!(strangers.is_empty(), "these do not belong in the top folder: {}", strangers.join(", "));
}
