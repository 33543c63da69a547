//! The tidy rules on small made-up sources: each one finds what it must and lets pass what it should.

use super::paths::{Reach, reaches};
use super::{File, RULES, Rule, attributes, ceiling, first_line, floors, names, owners};

fn check(rule: Rule, path: &str, text: &str, expected: &[&str]) {
    let file = File { path: path.to_owned(), text: text.to_owned() };
    let findings = rule(&file);
    assert_eq!(findings.len(), expected.len(), "{path}: {text}\nfound: {findings:#?}");
    for (finding, part) in findings.iter().zip(expected) {
        assert!(finding.contains(part), "`{finding}` does not say `{part}`");
    }
}

fn check_reaches(path: &str, text: &str, expected: &[&str]) {
    let found: Vec<String> = reaches(path, text)
        .into_iter()
        .map(|(line, reach)| match reach {
            Reach::Module(name) => format!("{line} crate::{name}"),
            Reach::Crate(name) => format!("{line} {name}"),
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn a_higher_floor_is_found_however_it_is_named() {
    let says = &["`store` may not import from `engine`"];
    check(floors, "src/store/schema.rs", "use crate::engine::Door;", says);
    check(floors, "src/store/schema.rs", "fn f() { crate::engine::open() }", says);
    check(floors, "src/store/schema.rs", "use crate::{model::Run, engine::{Door, Job}};", &says.repeat(2));
    check(floors, "src/store/schema.rs", "use super::super::engine::Door;", says);
    check(floors, "src/store/mod.rs", "pub use super::engine;", says);
    check(floors, "src/store.rs", "pub(crate) use crate::engine as door;", says);
    check(floors, "src/store/schema.rs", "mod tests { use super::super::super::engine::Door; }", says);
}

#[test]
fn lower_floors_and_the_own_module_are_free() {
    check(floors, "src/live/probe.rs", "use crate::{ingest, model::{Batch, Key}};\nuse super::clock;", &[]);
    check(floors, "src/store/schema.rs", "mod tests { use super::super::engine; }", &[]); // store::engine
    check(floors, "src/store/schema.rs", "// use crate::engine::Door;\nlet s = \"crate::engine::x\";", &[]);
    check(floors, "src/lib.rs", "pub mod engine;\nuse crate::app::Window;", &[]);
    check(floors, "tests/integration/store.rs", "use reelbench::engine;", &[]);
}

#[test]
fn analysis_and_the_two_doors_know_nothing_of_each_other() {
    check(floors, "src/analysis/health.rs", "use crate::store::Reader;", &["`analysis` may not import from `store`"]);
    check(floors, "src/app/window.rs", "use crate::cli::args;", &["`app` may not import from `cli`"]);
    check(floors, "src/cli/import.rs", "use crate::ui::panels;", &["`cli` may not import from `ui`"]);
    check(floors, "src/cli/render.rs", "use crate::ui::panels;", &[]);
}

#[test]
fn a_module_without_a_floor_is_found() {
    check(floors, "src/plumbing/pipe.rs", "", &["`plumbing` has no floor"]);
}

#[test]
fn a_crate_is_named_by_its_owner_only() {
    check(owners, "src/engine/door.rs", "use rusqlite::Connection;", &["`rusqlite` is named only in: store"]);
    check(owners, "src/engine/door.rs", "fn f(row: &rusqlite::Row) {}", &["`rusqlite`"]);
    check(owners, "src/cli/render.rs", "use {egui, png::Encoder};", &["`egui`", "`png`"]);
    check(owners, "src/model/run.rs", "use serde::Serialize;", &["`serde`"]);
    check(owners, "src/lib.rs", "use clap::Parser;", &["`clap` is named only in: cli"]);
    check(owners, "src/store/open.rs", "use rusqlite::Connection;\nuse pco::FULL_BATCH_N;", &[]);
    check(owners, "src/ui/theme.rs", "use egui::Color32;", &[]);
    check(owners, "src/engine/door.rs", "let rusqlite = 1; // rusqlite::Row\nrow.rusqlite::<u8>();", &[]);
    check(owners, "tests/integration/store.rs", "use rusqlite::Connection;", &[]);
}

#[test]
fn paths_are_read_as_rust_reads_them() {
    check_reaches("src/a/b.rs", "use crate::x::{self, y};", &["1 crate::x", "1 crate::x"]);
    check_reaches("src/a/b.rs", "use ::png::Encoder;\n\nuse std::io;", &["1 png", "3 std"]);
    check_reaches("src/a/b.rs", "use super::c;", &["1 crate::a"]);
    check_reaches(
        "src/a/b.rs",
        "mod t {\n fn f() { super::super::c() } }\nfn g() { super::super::d::e() }",
        &["2 crate::a", "3 crate::d"],
    );
    check_reaches(
        "src/a/b.rs",
        "/* crate::x /* nested */ crate::y */ r#\"crate::\"z\"#; b'\\''; '\"'; crate::w::v",
        &["1 crate::w"],
    );
    check_reaches("src/a/b.rs", "fn f<'a>(x: &'a str) -> Vec<u8> { \"a\\\"\nb\"; crate::z::q() }", &["2 crate::z"]);
}

#[test]
fn the_first_line_must_say_something() {
    let says = &["the first line must be"];
    check(first_line, "src/a.rs", "use std::io;", says);
    check(first_line, "src/a.rs", "", says);
    check(first_line, "src/a.rs", "//! Things", says);
    check(first_line, "src/a.rs", "\n//! Reads the schema from disk.", says);
    check(first_line, "src/a.rs", "//! Reads the schema from disk.\n", &[]);
}

#[test]
fn files_have_a_ceiling_and_lists_a_lower_one() {
    let lines = |num: usize| "x\n".repeat(num);
    check(ceiling, "src/store/schema.rs", &lines(600), &[]);
    check(ceiling, "src/store/schema.rs", &lines(601), &["601 lines, and 600 is the most"]);
    for path in ["src/lib.rs", "src/ui/panels/mod.rs", "src/app/apply.rs", "src/app.rs", "src/cli/args.rs"] {
        check(ceiling, path, &lines(300), &[]);
        check(ceiling, path, &lines(301), &["301 lines, and 300 is the most"]);
    }
}

#[test]
fn empty_names_are_found_in_files_and_folders() {
    check(names, "src/engine/job_manager.rs", "", &[]);
    check(names, "src/engine/manager.rs", "", &["`manager` says nothing"]);
    check(names, "src/utils/text.rs", "", &["`utils` says nothing"]);
    check(names, "tests/integration/helpers.rs", "", &["`helpers` says nothing"]);
}

#[test]
fn switched_off_tests_are_found() {
    check(attributes, "src/a.rs", concat!("#[", "ignore]\nfn f() {}"), &["an ignored test"]);
    check(attributes, "src/a.rs", concat!("    #[", "should_panic(expected = \"x\")]"), &["assert the error"]);
    check(attributes, "src/a.rs", "// we ignore it\n#[test]\nfn should_panic_never() {}", &[]);
}

#[test]
fn every_rule_lets_a_plain_file_pass() {
    for rule in RULES {
        check(*rule, "src/model/run.rs", "//! A run of a pipeline.\nuse super::Key;\n", &[]);
    }
}
