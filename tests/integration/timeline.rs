//! The timeline tab, driven as a person does: by name, by keys and by the wheel, over a small workspace.

mod workspace;

use egui::{Key, Modifiers, MouseWheelUnit, TouchPhase, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _, by};
use egui_kittest::{Harness, SnapshotOptions};
use reelbench::engine::Engine;
use reelbench::model::Edit;
use reelbench::ui::command::{Action, Command};
use reelbench::ui::panels::timeline::TimelinePanel;
use reelbench::ui::panels::{Context, Panel as _};
use reelbench::ui::routing::{Circumstances, take_shortcuts};
use reelbench::ui::theme::Theme;
use reelbench::ui::view::View;

use workspace::{SECOND, Workspace, run_key};

/// The tab with what the shell does for it: keys become actions, actions on the view are carried out.
pub struct Host {
    panel: TimelinePanel,
    pub view: View,
    engine: Engine,
    theme: Theme,
    edits: Vec<Edit>,
}

impl Host {
    pub fn of(workspace: &Workspace, runs: &[&str], theme: Theme) -> Self {
        let view = View { frames: workspace.frames(runs), ..View::default() };
        Self { panel: TimelinePanel::default(), view, engine: workspace.engine.clone(), theme, edits: Vec::new() }
    }

    pub fn ui(&mut self, ui: &mut egui::Ui) {
        let mut commands = Vec::new();
        let mut context =
            Context { engine: &self.engine, view: &mut self.view, theme: self.theme, commands: &mut commands };
        self.panel.panel_ui(ui, &mut context);
        self.view.asked.clear();
        let circumstances = Circumstances { is_open: true, has_runs: true, ..Circumstances::default() };
        commands.extend(take_shortcuts(ui.ctx(), &circumstances));
        for command in commands {
            match command {
                Command::Do(action) => self.act(action),
                Command::Edit(edit) => {
                    self.edits.push(edit.clone());
                    self.engine.edit(edit);
                }
                _ => {}
            }
        }
    }

    fn act(&mut self, action: Action) {
        let (from, to) = self.view.visible();
        let around = from.midpoint(to);
        match action {
            Action::ZoomIn => self.view.zoom(around, 0.75),
            Action::ZoomOut => self.view.zoom(around, 1.0 / 0.75),
            Action::PanLeft => self.view.pan(-0.2),
            Action::PanRight => self.view.pan(0.2),
            Action::ToggleClock => self.view.is_clock_axis ^= true,
            Action::ToggleIdle => self.view.is_idle_shown ^= true,
            Action::ToggleFollow => {
                self.view.follow_nanos = if self.view.follow_nanos.is_some() { None } else { Some(60 * SECOND) };
            }
            Action::TogglePause => self.engine.set_paused(!self.engine.is_paused()),
            Action::ClearSelection => {
                self.view.range = None;
                self.view.span = None;
            }
            action => self.view.asked.push(action),
        }
    }
}

fn open<'a>(workspace: &Workspace, runs: &[&str]) -> Harness<'a, Host> {
    open_sized(workspace, runs, vec2(1280.0, 760.0))
}

fn open_sized<'a>(workspace: &Workspace, runs: &[&str], size: Vec2) -> Harness<'a, Host> {
    let host = Host::of(workspace, runs, Theme::Dark);
    let mut harness = Harness::builder()
        .with_size(size)
        .with_context_setup(|ctx| {
            reelbench::ui::theme::install_fonts(ctx);
            Theme::Dark.apply(ctx);
        })
        .build_ui_state(|ui, host: &mut Host| host.ui(ui), host);
    settle(&mut harness);
    harness
}

/// Draws frames until everything that was asked has been answered.
fn settle(harness: &mut Harness<'_, Host>) {
    crate::engine::settle("the timeline", || {
        harness.step();
        (harness.state().engine.take_num_waiting() == 0).then_some(())
    });
    harness.run_ok();
}

/// The same until something written has come back.
fn wait_for(harness: &mut Harness<'_, Host>, what: &str, is_so: impl Fn(&Harness<'_, Host>) -> bool) {
    crate::engine::settle(what, || {
        harness.step();
        is_so(harness).then_some(())
    });
}

fn press(harness: &mut Harness<'_, Host>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    settle(harness);
}

fn selected(harness: &Harness<'_, Host>) -> String {
    let (run, span) = harness.state().view.span.expect("a span is selected");
    let answer = harness.state().engine.ask(&reelbench::engine::queries::SpanQuery { span }).unwrap();
    assert_eq!(answer.span.run, run);
    answer.span.name
}

fn is_shown(harness: &Harness<'_, Host>, text: &str) -> bool {
    harness.query_all(by().label_contains(text)).next().is_some()
}

fn drag(harness: &mut Harness<'_, Host>, from: egui::Pos2, to: egui::Pos2) {
    harness.drag_at(from);
    harness.step();
    harness.hover_at(from.lerp(to, 0.5));
    harness.step();
    harness.hover_at(to);
    harness.step();
    harness.drop_at(to);
    settle(harness);
    harness.remove_cursor();
    settle(harness);
}

fn wheel(harness: &mut Harness<'_, Host>, delta: Vec2, modifiers: Modifiers) {
    let at = harness.get_by_label_contains("Timeline, runs").rect().center();
    harness.hover_at(at);
    harness.event(egui::Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta,
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers,
    });
    settle(harness);
}

#[test]
fn spans_are_found_and_chosen_by_name() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good", "bad"]);
    assert!(is_shown(&harness, "stage asr, succeeded, 30 s"));
    assert!(harness.try_run().is_ok(), "without input nothing asks to be drawn again");
    harness.get_by_label("stage encode, failed, 20 s").click();
    settle(&mut harness);
    assert_eq!(selected(&harness), "encode");
    assert!(is_shown(&harness, "Conversion failed!"), "the details say why it failed");
    assert!(is_shown(&harness, "Memory peak: "));
    harness.get_all_by_label("api call translate, succeeded, 10 s").next().expect("the call").click_accesskit();
    settle(&mut harness);
    assert_eq!(selected(&harness), "translate");
    assert!(is_shown(&harness, "0.0125"), "its cost is shown");
}

#[test]
fn the_keyboard_alone_is_enough() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good", "bad"]);
    press(&mut harness, Modifiers::NONE, Key::Period);
    assert_eq!(selected(&harness), "asr");
    press(&mut harness, Modifiers::NONE, Key::Period);
    assert_eq!(selected(&harness), "plan");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(selected(&harness), "translate");
    press(&mut harness, Modifiers::SHIFT, Key::ArrowUp);
    assert_eq!(selected(&harness), "plan");
    press(&mut harness, Modifiers::NONE, Key::Comma);
    assert_eq!(selected(&harness), "asr");
    press(&mut harness, Modifiers::NONE, Key::F);
    assert_eq!(harness.state().view.visible(), (-1_500_000_000, 31_500_000_000), "the span with some air");
    press(&mut harness, Modifiers::NONE, Key::F);
    assert_eq!(harness.state().view.visible(), (0, 90 * SECOND), "then everything");
    press(&mut harness, Modifiers::NONE, Key::R);
    assert_eq!(harness.state().view.range, Some((0, 30 * SECOND)));
    press(&mut harness, Modifiers::SHIFT, Key::ArrowRight);
    assert_eq!(harness.state().view.range, Some((0, 31_800_000_000)));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(harness.state().view.span, None);
    let lanes = harness.get_by_label_contains("Timeline, runs");
    lanes.focus();
    settle(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::ArrowUp);
    let (from, to) = harness.state().view.visible();
    assert_eq!(to - from, 67_500_000_000, "arrows zoom while the lanes have the keyboard");
    assert!(harness.get_by_label_contains("Timeline, runs").is_focused(), "and do not move it away");
}

#[test]
fn the_wheel_zooms_around_the_pointer_and_moves_sideways() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    wheel(&mut harness, vec2(0.0, 120.0), Modifiers::NONE);
    let (from, to) = harness.state().view.visible();
    assert!(to - from < 80 * SECOND, "{from} {to}");
    assert!((from.midpoint(to) - 45 * SECOND).abs() < SECOND, "the middle stays where it is: {from} {to}");
    wheel(&mut harness, vec2(-200.0, 0.0), Modifiers::NONE);
    let moved = harness.state().view.visible();
    assert!(moved.0 > from && (moved.1 - moved.0 - (to - from)).abs() < 1_000, "{moved:?}");
}

#[test]
fn the_search_counts_and_leads_from_match_to_match() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good", "bad"]);
    harness.state_mut().view.search = "encode".to_owned();
    settle(&mut harness);
    assert!(is_shown(&harness, "2 matches"));
    press(&mut harness, Modifiers::NONE, Key::Period);
    assert!(is_shown(&harness, "1 of 2"));
    press(&mut harness, Modifiers::NONE, Key::Period);
    assert!(is_shown(&harness, "2 of 2"));
    assert_eq!(harness.state().view.span.map(|(run, _)| run), Some(run_key("bad")));
    harness.get_by_label("Previous").click();
    settle(&mut harness);
    assert!(is_shown(&harness, "1 of 2"));
    harness.state_mut().view.search = "nothing like it".to_owned();
    settle(&mut harness);
    assert!(is_shown(&harness, "no match"));
}

#[test]
fn a_range_is_summed_up_by_stage() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    harness.state_mut().view.range = Some((20 * SECOND, 60 * SECOND));
    settle(&mut harness);
    for text in ["Range of 40 s", "Count", "Sum", "Mean", "Min", "Max", "p50", "p95"] {
        assert!(is_shown(&harness, text), "{text}");
    }
    let asr = harness.get_all_by_label("asr").count();
    assert!(asr >= 1, "the stage stands in the table");
    // asr lasts from 0 to 30 s: 10 s of it lie in the range.
    assert!(harness.get_all(by().value("10 s")).next().is_some());
}

#[test]
fn following_is_not_ended_by_hovering_and_comes_back_by_one_key() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["live"]);
    press(&mut harness, Modifiers::NONE, Key::L);
    assert!(is_shown(&harness, "Live: the last 1 m 00 s"));
    let at = harness.get_by_label_contains("Timeline, runs").rect().center();
    harness.hover_at(at);
    settle(&mut harness);
    assert!(harness.state().view.follow_nanos.is_some());
    assert!(harness.state().view.cursor_nanos.is_some());
    harness.state_mut().view.pan(-0.5);
    settle(&mut harness);
    assert!(is_shown(&harness, "Follow the latest"));
    press(&mut harness, Modifiers::NONE, Key::L);
    assert!(harness.state().view.follow_nanos.is_some());
    press(&mut harness, Modifiers::NONE, Key::Space);
    assert!(is_shown(&harness, "Paused"));
}

#[test]
fn idle_gaps_are_marked_and_summed_up() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    assert!(!is_shown(&harness, "idle"));
    press(&mut harness, Modifiers::NONE, Key::I);
    assert!(is_shown(&harness, "idle 10 s (11.1 %)"));
}

#[test]
fn notes_and_labels_are_edits() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    harness.get_by_label("stage asr, succeeded, 30 s").click();
    settle(&mut harness);
    let field = harness.get_all_by_label("New note").next().expect("a field for a note");
    field.focus();
    settle(&mut harness);
    harness.get_all_by_label("New note").next().expect("the field").type_text("too slow since the update");
    settle(&mut harness);
    harness.get_all_by_label("Add note").next().expect("its button").click();
    settle(&mut harness);
    wait_for(&mut harness, "the note is there", |harness| is_shown(harness, "too slow since the update"));
    let Some(Edit::SetNote { note: Some(note), .. }) = harness.state().edits.first().cloned() else {
        panic!("{:?}", harness.state().edits)
    };
    assert_eq!((note.text.as_str(), note.run), ("too slow since the update", run_key("good")));
}

#[test]
fn a_run_shows_its_facts_without_a_span() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    harness.get_by_label("good").click();
    settle(&mut harness);
    assert!(is_shown(&harness, "Notes on the run"));
    assert!(is_shown(&harness, "preset = slow"));
    harness.get_by_label("Remove label preset").click();
    wait_for(&mut harness, "the label is gone", |harness| !is_shown(harness, "preset = slow"));
}

#[test]
fn slivers_are_merged_and_still_counted() {
    let workspace = Workspace::with_slivers();
    let mut harness = open(&workspace, &["dense"]);
    let at = harness.get_by_label_contains("Timeline, runs").rect().left_top() + vec2(300.0, 36.0);
    harness.hover_at(at);
    settle(&mut harness);
    assert!(is_shown(&harness, "spans, "), "the card counts what is merged");
    let label = harness.get_by_label_contains("Timeline, runs").accesskit_node().label().unwrap_or_default();
    assert!(label.contains("spans: 50000"), "{label}");
}

#[test]
fn the_axis_selects_a_range_with_the_pointer() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    let axis = harness.get_by_label("Time axis").rect();
    drag(&mut harness, axis.lerp_inside(vec2(0.25, 0.5)), axis.lerp_inside(vec2(0.5, 0.5)));
    let (from, to) = harness.state().view.range.expect("a range");
    assert!((from - 22_500_000_000).abs() < SECOND / 2 && (to - 45 * SECOND).abs() < SECOND / 2, "{from} {to}");
}

#[test]
fn how_a_span_ended_shows_in_its_outline() {
    let workspace = Workspace::new();
    let mut results = egui_kittest::SnapshotResults::new();
    for theme in Theme::ALL {
        let mut host = Host::of(&workspace, &["bad", "cut", "live"], theme);
        host.view.is_idle_shown = true;
        let mut harness = Harness::builder()
            .with_size(vec2(480.0, 430.0))
            .with_theme(theme.base())
            .with_context_setup(move |ctx| {
                reelbench::ui::theme::install_fonts(ctx);
                theme.apply(ctx);
            })
            .with_options(SnapshotOptions::new().output_path("tests/integration/pictures"))
            .renderer(crate::pictures::renderer::ProcessorRenderer::default())
            .build_ui_state(|ui, host: &mut Host| host.ui(ui), host);
        settle(&mut harness);
        harness.snapshot(format!("timeline-{}", theme.name()));
        results.extend_harness(&mut harness);
    }
}

#[test]
fn lanes_that_do_not_fit_are_scrolled() {
    let workspace = Workspace::new();
    let mut harness = open_sized(&workspace, &["good", "bad", "cut", "live"], vec2(1000.0, 320.0));
    assert!(harness.query_by_label("cut").is_none(), "it lies below what is in sight");
    harness.get_by_label_contains("Timeline, runs").focus();
    settle(&mut harness);
    press(&mut harness, Modifiers::NONE, Key::PageDown);
    assert!(harness.query_by_label("cut").is_some());
    press(&mut harness, Modifiers::NONE, Key::Home);
    assert!(harness.query_by_label("cut").is_none());
    // Choosing a span by keyboard brings its lane into sight.
    press(&mut harness, Modifiers::NONE, Key::Period);
    for _ in 0..4 {
        press(&mut harness, Modifiers::SHIFT, Key::ArrowDown);
    }
    assert!(harness.query_all_by_label("cut").next().is_some(), "{:?}", harness.state().view.span);
}

#[test]
fn dragging_moves_the_window_and_the_edges_of_a_range() {
    let workspace = Workspace::new();
    let mut harness = open(&workspace, &["good"]);
    harness.state_mut().view.show((20 * SECOND, 60 * SECOND));
    settle(&mut harness);
    let lanes = harness.get_by_label_contains("Timeline, runs").rect();
    drag(&mut harness, lanes.lerp_inside(vec2(0.5, 0.7)), lanes.lerp_inside(vec2(0.75, 0.7)));
    let (from, to) = harness.state().view.visible();
    assert!((from - 10 * SECOND).abs() < SECOND / 2 && (to - 50 * SECOND).abs() < SECOND / 2, "{from} {to}");
    harness.state_mut().view.range = Some((20 * SECOND, 30 * SECOND));
    settle(&mut harness);
    let axis = harness.get_by_label("Time axis").rect();
    drag(&mut harness, axis.lerp_inside(vec2(0.5, 0.5)), axis.lerp_inside(vec2(0.625, 0.5)));
    let (from, to) = harness.state().view.range.expect("a range");
    assert!(from == 20 * SECOND && (to - 35 * SECOND).abs() < SECOND / 2, "{from} {to}");
    drag(&mut harness, axis.lerp_inside(vec2(0.4, 0.5)), axis.lerp_inside(vec2(0.15, 0.5)));
    let moved = harness.state().view.range.expect("a range");
    assert!((moved.0 - 10 * SECOND).abs() < SECOND / 2 && moved.1 - moved.0 == to - from, "{moved:?}");
}

#[test]
fn without_runs_it_says_what_to_do() {
    let workspace = Workspace::new();
    let harness = open(&workspace, &[]);
    assert!(is_shown(&harness, "No run is shown"));
}
