//! The window without a window system, driven as a person does: by label, by key, by dropped and pasted files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::{Event, Key as Press, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use reelbench::app::keeping::Keeper;
use reelbench::app::window::{Start, Window};
use reelbench::engine::{Access, Engine, Options};
use reelbench::model::Edit;
use reelbench::ui::offscreen::Stage;
use reelbench::ui::panels::TABS;
use reelbench::ui::render::{Subject, render};
use reelbench::ui::settings::Settings;
use reelbench::ui::theme::Theme;

use super::resources::write_run;

type Desk = Harness<'static, Window>;

/// A folder with a workspace and settings of its own, gone with the test.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Three runs of one pipeline, the last and newest slow; one carries a label.
    fn filled() -> Self {
        let place = Self::empty();
        let engine = Engine::open(&place.workspace(), Options::headless("reelbench test", Access::Edit)).unwrap();
        write_run(&engine, "talk", 1_000, 1.0);
        let walk = write_run(&engine, "walk", 2_000, 1.2);
        write_run(&engine, "swim", 3_000, 3.0);
        engine.edit(Edit::SetLabel { run: walk, name: "branch".to_owned(), value: Some("main".to_owned()) });
        engine.close();
        place
    }

    fn workspace(&self) -> PathBuf {
        self.path("a.reelbench")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self) -> Desk {
        self.open_with(Start { workspace: Some(self.workspace()), files: Vec::new() })
    }

    fn open_with(&self, start: Start) -> Desk {
        let (keeper, settings, complaint) = Keeper::load_from(Some(self.path("settings.json")));
        let mut window = Window::new(Arc::new(|| {}), keeper, settings, true);
        complaint.into_iter().for_each(|text| window.shell.tell(reelbench::model::Severity::Warning, text));
        window.start(start);
        let mut desk = Harness::builder()
            .with_size(vec2(1280.0, 800.0))
            .with_context_setup(reelbench::ui::theme::install_fonts)
            .build_ui_state(
                |ui, window: &mut Window| {
                    let ctx = ui.ctx().clone();
                    window.logic(&ctx);
                    window.ui(ui);
                },
                window,
            );
        wait_for(&mut desk, "the workspace is open", |desk| desk.state().shell.engine().is_some());
        settle(&mut desk);
        desk
    }
}

/// Draws frames until a thing is so.
fn wait_for(desk: &mut Desk, what: &str, is_so: impl Fn(&Desk) -> bool) {
    crate::engine::settle(what, || {
        desk.step();
        is_so(desk).then_some(())
    });
}

/// Draws frames until everything that was asked has been answered, and nothing more is to be drawn.
fn settle(desk: &mut Desk) {
    let mut num_quiet = 0;
    wait_for_quiet(desk, &mut num_quiet);
}

fn wait_for_quiet(desk: &mut Desk, num_quiet: &mut u32) {
    crate::engine::settle("the window", || {
        desk.step();
        let num_waiting = desk.state().shell.engine().map_or(0, Engine::take_num_waiting);
        *num_quiet = if num_waiting == 0 { *num_quiet + 1 } else { 0 };
        (*num_quiet > 3).then_some(())
    });
}

fn press(desk: &mut Desk, modifiers: Modifiers, key: Press) {
    desk.key_press_modifiers(modifiers, key);
    settle(desk);
}

fn type_text(desk: &mut Desk, text: &str) {
    desk.event(Event::Text(text.to_owned()));
    settle(desk);
}

fn click(desk: &mut Desk, label: &str) {
    desk.get_by_label(label).click();
    settle(desk);
}

fn is_there(desk: &Desk, text: &str) -> bool {
    desk.query_all(by().label_contains(text)).next().is_some()
}

/// The titles of the shown runs, in order.
fn shown(desk: &Desk) -> Vec<String> {
    desk.state().shell.view.frames.iter().map(|frame| frame.title.clone()).collect()
}

fn click_row(desk: &mut Desk, start: &str, modifiers: Modifiers) {
    desk.get(by().predicate({
        let start = start.to_owned();
        move |node| node.label().is_some_and(|label| label.starts_with(&start))
    }))
    .click_modifiers(modifiers);
    settle(desk);
}

#[test]
fn the_newest_run_is_shown_and_every_tab_opens_and_settles() {
    let place = Place::filled();
    let mut desk = place.open();
    assert_eq!(shown(&desk), ["swim"]);
    let digits = [Press::Num1, Press::Num2, Press::Num3, Press::Num4, Press::Num5, Press::Num6];
    for (tab, digit) in TABS.iter().zip(digits) {
        press(&mut desk, Modifiers::COMMAND, digit);
        let title = desk.get(by().label(tab.title).role(egui::accesskit::Role::Tab));
        assert!(title.rect().width() > 20.0);
        assert!(!is_there(&desk, "Loading"), "{} has settled", tab.title);
    }
}

#[test]
fn idle_draws_nothing() {
    let place = Place::filled();
    let mut desk = place.open();
    for digit in [Press::Num1, Press::Num2, Press::Num3] {
        press(&mut desk, Modifiers::COMMAND, digit);
        for _ in 0..10 {
            desk.step();
        }
        let output = &desk.output().viewport_output[&egui::ViewportId::ROOT];
        assert_eq!(output.repaint_delay, Duration::MAX, "the window asks for no further frame");
    }
    // A text field with the keyboard does not blink.
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Press::F);
    for _ in 0..10 {
        desk.step();
    }
    assert_eq!(desk.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay, Duration::MAX);
}

#[test]
fn the_palette_finds_commands_tabs_and_runs() {
    let place = Place::filled();
    let mut desk = place.open();
    for (typed, is_done) in [
        (
            "theme li",
            Box::new(|desk: &Desk| desk.state().shell.settings().theme == Theme::Light) as Box<dyn Fn(&Desk) -> bool>,
        ),
        ("run talk", Box::new(|desk: &Desk| shown(desk) == ["talk"])),
        ("clock", Box::new(|desk: &Desk| desk.state().shell.view.is_clock_axis)),
        ("runs side", Box::new(|desk: &Desk| !desk.state().shell.settings().is_side_bar_shown)),
    ] {
        press(&mut desk, Modifiers::COMMAND, Press::P);
        type_text(&mut desk, typed);
        assert!(!is_done(&desk));
        press(&mut desk, Modifiers::NONE, Press::Enter);
        assert!(is_done(&desk), "{typed}");
        assert!(desk.query_by_label("Find a command").is_none(), "the palette closes");
    }
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Press::P);
    assert!(desk.query_by_label("Find a command").is_some());
    press(&mut desk, Modifiers::NONE, Press::Escape);
    assert!(desk.query_by_label("Find a command").is_none());
}

#[test]
fn runs_are_chosen_by_pointer_and_filtered() {
    let place = Place::filled();
    let mut desk = place.open();
    click_row(&mut desk, "walk, succeeded", Modifiers::NONE);
    assert_eq!(shown(&desk), ["walk"]);
    click_row(&mut desk, "swim, succeeded", Modifiers::COMMAND);
    assert_eq!(shown(&desk), ["swim", "walk"], "in the order of the list");
    click_row(&mut desk, "talk, succeeded", Modifiers::SHIFT);
    assert_eq!(shown(&desk), ["swim", "walk", "talk"]);

    click(&mut desk, "Filter by label: 0 chosen");
    click(&mut desk, "branch=main");
    press(&mut desk, Modifiers::NONE, Press::Escape);
    assert!(is_there(&desk, "1 of 3"));
    assert!(!is_there(&desk, "talk, succeeded"));
    click(&mut desk, "Do not filter by branch=main");
    assert!(is_there(&desk, "talk, succeeded"));

    desk.get_by_label("Search runs").focus();
    type_text(&mut desk, "dubbing swim");
    assert!(is_there(&desk, "1 of 3") && is_there(&desk, "swim, succeeded"));
    type_text(&mut desk, "xyz");
    assert!(is_there(&desk, "No run matches"));
    click(&mut desk, "Clear filter");
    assert!(is_there(&desk, "walk, succeeded"));
}

#[test]
fn runs_are_chosen_by_keyboard_alone() {
    let place = Place::filled();
    let mut desk = place.open();
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Press::F);
    press(&mut desk, Modifiers::NONE, Press::ArrowDown);
    press(&mut desk, Modifiers::NONE, Press::ArrowDown);
    assert_eq!(shown(&desk), ["walk"]);
    press(&mut desk, Modifiers::SHIFT, Press::ArrowDown);
    assert_eq!(shown(&desk), ["walk", "talk"]);
    press(&mut desk, Modifiers::NONE, Press::Home);
    assert_eq!(shown(&desk), ["swim"]);
    press(&mut desk, Modifiers::COMMAND, Press::ArrowDown);
    assert_eq!(shown(&desk), ["swim"], "Ctrl moves without showing");
    press(&mut desk, Modifiers::NONE, Press::Space);
    assert_eq!(shown(&desk), ["swim", "walk"]);
    assert!(!desk.state().shell.engine().unwrap().is_paused(), "Space was the list's");
    press(&mut desk, Modifiers::COMMAND, Press::A);
    assert_eq!(shown(&desk).len(), 3);
}

#[test]
fn a_label_is_set_undone_and_redone() {
    let place = Place::filled();
    let mut desk = place.open();
    press(&mut desk, Modifiers::COMMAND, Press::L);
    type_text(&mut desk, "encoder");
    desk.get_by_label("Label value").focus();
    type_text(&mut desk, "x265");
    click(&mut desk, "Set");
    wait_for(&mut desk, "the label is there", |desk| is_there(desk, "Remove label encoder"));
    click(&mut desk, "Done");
    click(&mut desk, "Edit");
    click(&mut desk, "Undo set label “encoder”");
    wait_for(&mut desk, "the label is gone", |desk| desk.state().shell.circumstances().redo.is_some());
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Press::Z);
    wait_for(&mut desk, "the label is there again", |desk| {
        desk.state().shell.circumstances().undo.as_deref() == Some("set label “encoder”")
    });
}

#[test]
fn escape_closes_what_is_open_before_it_clears_the_selection() {
    let place = Place::filled();
    let mut desk = place.open();
    desk.state_mut().shell.view.range = Some((0, 5));
    press(&mut desk, Modifiers::NONE, Press::F1);
    assert!(is_there(&desk, "Keyboard shortcuts"));
    press(&mut desk, Modifiers::NONE, Press::C);
    assert!(!desk.state().shell.view.is_clock_axis, "what is behind the sheet has no keys");
    press(&mut desk, Modifiers::NONE, Press::Escape);
    assert!(!is_there(&desk, "In the list of runs"));
    assert_eq!(desk.state().shell.view.range, Some((0, 5)));
    press(&mut desk, Modifiers::NONE, Press::Escape);
    assert_eq!(desk.state().shell.view.range, None);
}

#[test]
fn an_empty_workspace_says_welcome_and_takes_a_path() {
    let place = Place::empty();
    let file = place.path("metrics.jsonl");
    let line = r#"{"timestamp": 1700000000.5, "video_id": "v1", "phase": "plan", "duration": 2.5}"#;
    std::fs::write(&file, format!("{line}\n")).unwrap();
    let mut desk = place.open();
    assert!(is_there(&desk, "No runs here yet") && is_there(&desk, "Try the demo"));
    assert!(is_there(&desk, "reelbench record --workspace"));
    desk.get_by_label("Path to open or import").focus();
    type_text(&mut desk, &file.to_string_lossy());
    press(&mut desk, Modifiers::NONE, Press::Enter);
    wait_for(&mut desk, "the file is imported, whatever is in it", |desk| !is_there(desk, "No runs here yet"));
}

#[test]
fn an_empty_workspace_can_follow_at_once() {
    let place = Place::empty();
    let mut desk = place.open();
    desk.get_by_role_and_label(egui::accesskit::Role::Button, "Attach to a process…").click();
    settle(&mut desk);
    assert!(!is_there(&desk, "No runs here yet") && is_there(&desk, "Nothing has come in yet"));
    let field = desk.get_by(|node| node.is_focused());
    assert_eq!(field.accesskit_node().role(), egui::accesskit::Role::TextInput, "the form has the keyboard");
    drop(place);
    let place = Place::empty();
    let mut desk = place.open();
    press(&mut desk, Modifiers::COMMAND, Press::Num3);
    assert!(is_there(&desk, "Nothing has come in yet"), "a tab that is asked for comes");
}

#[test]
fn a_note_is_written_by_keyboard() {
    let place = Place::filled();
    let mut desk = place.open();
    press(&mut desk, Modifiers::NONE, Press::N);
    type_text(&mut desk, "slower than the last one");
    press(&mut desk, Modifiers::COMMAND, Press::Enter);
    wait_for(&mut desk, "the note", |desk| is_there(desk, "slower than the last one"));
    wait_for(&mut desk, "it can be removed", |desk| is_there(desk, "Remove this note"));
}

#[test]
fn pasted_and_missing_paths_are_answered() {
    let place = Place::filled();
    let mut desk = place.open();
    desk.event(Event::Paste("/nowhere/at all.jsonl".to_owned()));
    wait_for(&mut desk, "a notice", |desk| is_there(desk, "There is no file /nowhere/at all.jsonl"));
    click(&mut desk, "Put the notice away");
    assert!(!is_there(&desk, "There is no file"));
    let other = place.path("other.reelbench");
    Engine::open(&other, Options::headless("reelbench test", Access::Edit)).unwrap().close();
    desk.event(Event::Paste(format!("\"{}\"", other.display())));
    wait_for(&mut desk, "the other workspace", |desk| {
        desk.state().shell.engine().is_some_and(|engine| engine.path() == other)
    });
    settle(&mut desk);
    assert!(is_there(&desk, "No runs here yet"));
    assert_eq!(desk.state().shell.settings().recent, [other, place.workspace()]);
}

/// A file let go of over the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn dropped_files_are_imported() {
    let place = Place::empty();
    let file = place.path("metrics.jsonl");
    std::fs::copy("tests/fixtures/metrics_jsonl/four-phases.jsonl", &file).unwrap();
    let mut desk = place.open();
    desk.input_mut().hovered_files.push(egui::HoveredFile { path: Some(file.clone()), mime: String::new() });
    desk.step();
    desk.input_mut().hovered_files.clear();
    desk.input_mut().dropped_files.push(Arc::new(Dropped(file)));
    wait_for(&mut desk, "the runs of the file", |desk| !desk.state().shell.view.frames.is_empty());
    settle(&mut desk);
    assert!(is_there(&desk, "metrics.jsonl:"), "the report is told");
}

#[test]
fn settings_and_layout_survive_a_restart() {
    let place = Place::filled();
    let mut desk = place.open();
    press(&mut desk, Modifiers::COMMAND | Modifiers::SHIFT, Press::L);
    press(&mut desk, Modifiers::COMMAND, Press::Num2);
    press(&mut desk, Modifiers::COMMAND, Press::Plus);
    let before = desk.state().shell.settings();
    assert_ne!(before.theme, Settings::default().theme);
    assert!(before.zoom > 1.05);
    desk.state_mut().close();
    drop(desk);
    let desk = place.open();
    let after = desk.state().shell.settings();
    assert_eq!((after.theme, after.zoom, &after.layout), (before.theme, before.zoom, &before.layout));
}

#[test]
fn broken_settings_are_put_aside_and_told() {
    let place = Place::filled();
    std::fs::write(place.path("settings.json"), "not json").unwrap();
    let desk = place.open();
    assert!(is_there(&desk, "The settings could not be read"));
    assert_eq!(desk.state().shell.settings().theme, Theme::default());
}

#[test]
fn a_file_that_is_no_workspace_says_so_and_the_window_stays() {
    let place = Place::filled();
    let mut desk = place.open();
    let broken = place.path("broken.reelbench");
    std::fs::write(&broken, "this is no database, but long enough to be looked at as one").unwrap();
    desk.event(Event::Paste(broken.display().to_string()));
    wait_for(&mut desk, "the error", |desk| is_there(desk, "Error"));
    settle(&mut desk);
    assert_eq!(desk.state().shell.engine().map(|engine| engine.path().to_owned()), Some(place.workspace()));
    assert_eq!(shown(&desk), ["swim"]);
}

#[test]
fn closed_tabs_are_hidden_and_come_back() {
    let place = Place::filled();
    let mut desk = place.open();
    for tab in TABS {
        click(&mut desk, &format!("Close {}", tab.title));
    }
    assert!(is_there(&desk, "Every tab is closed"));
    press(&mut desk, Modifiers::COMMAND, Press::Num3);
    assert!(!is_there(&desk, "Every tab is closed"));
}

#[test]
fn a_tab_is_rendered_with_and_without_the_window_around_it() {
    let place = Place::filled();
    let engine = Engine::open(&place.workspace(), Options::headless("reelbench test", Access::View)).unwrap();
    for has_shell in [false, true] {
        for theme in [Theme::Dark, Theme::Light] {
            let subject = Subject { tab: TABS[0].name, runs: Vec::new(), has_shell };
            let stage = Stage { size: [640, 400], theme, has_system_fonts: false, ..Stage::default() };
            let picture = render(&engine, &subject, stage).unwrap();
            assert_eq!(picture.size, [640, 400]);
            let ground = picture.pixel(639, 399);
            let num_drawn = (0..640 * 400).filter(|index| picture.pixel(index % 640, index / 640) != ground).count();
            assert!(num_drawn > 5_000, "{} with shell {has_shell}: {num_drawn} pixels", theme.name());
        }
    }
}
