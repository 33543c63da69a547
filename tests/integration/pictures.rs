//! Pictures of what is drawn by hand, compared with those in `pictures/`; `UPDATE_SNAPSHOTS=1` draws them anew.

pub mod renderer;

use egui::{Rect, Sense, Ui, Vec2, vec2};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions};
use reelbench::model::{Bucket, Outcome, Severity, Thinned};
use reelbench::ui::badge::{outcome_ui, severity_ui};
use reelbench::ui::empty::{Empty, empty_ui};
use reelbench::ui::envelope::{Curves, Figure, Pen, Scale};
use reelbench::ui::facts::facts_ui;
use reelbench::ui::icon::{Icon, icon_button_ui};
use reelbench::ui::sparkline::{Spark, sparkline_ui};
use reelbench::ui::theme::{Palette, Theme};

/// A harness that draws on the processor, in a theme, with the fonts of the window and no others.
pub fn harness<'a>(size: Vec2, theme: Theme, ui: impl FnMut(&mut Ui) + 'a) -> Harness<'a> {
    Harness::builder()
        .with_size(size)
        .with_theme(theme.base())
        .with_context_setup(move |ctx| {
            reelbench::ui::theme::install_fonts(ctx);
            theme.apply(ctx);
        })
        .with_options(SnapshotOptions::new().output_path("tests/integration/pictures"))
        .renderer(renderer::ProcessorRenderer::default())
        .build_ui(ui)
}

fn small_widgets_ui(ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.vertical(|ui| Outcome::ALL.into_iter().for_each(|outcome| drop(outcome_ui(ui, outcome))));
        ui.vertical(|ui| {
            [Severity::Notice, Severity::Warning, Severity::Error].into_iter().for_each(|s| drop(severity_ui(ui, s)));
            let spark = |value| Spark { value: Some(value), outcome: Outcome::Succeeded };
            let mut sparks: Vec<Spark> = [4.0, 5.0, 4.5, 9.0, 4.0, 4.2].map(spark).to_vec();
            sparks[3].outcome = Outcome::Failed;
            sparkline_ui(ui, vec2(60.0, 18.0), &sparks, "Duration of the last 6 runs, last 4.2 s");
            icon_button_ui(ui, Icon::Filter, "Filter runs");
        });
    });
    facts_ui(ui, "facts", |facts| {
        facts.text("Peak memory", "1.23 GB");
        facts.missing("GPU", "no NVIDIA driver was found");
    });
}

#[test]
fn small_widgets_look_as_they_should() {
    let mut results = egui_kittest::SnapshotResults::new();
    for theme in Theme::ALL {
        let mut harness = harness(vec2(230.0, 176.0), theme, small_widgets_ui);
        harness.run();
        harness.snapshot(format!("widgets-{}", theme.name()));
        results.extend_harness(&mut harness);
    }
}

#[test]
fn small_widgets_have_names() {
    let mut harness = harness(vec2(230.0, 176.0), Theme::Dark, small_widgets_ui);
    harness.run();
    for name in ["Succeeded", "Failed", "Interrupted", "Running", "Unknown", "Warning", "Filter runs"] {
        harness.get_by_label(name);
    }
    harness.get_by_label("Duration of the last 6 runs, last 4.2 s");
    harness.get_by_label("N/A, because no NVIDIA driver was found");
}

#[test]
fn an_empty_panel_says_what_to_do_and_does_it() {
    let clicked = std::cell::Cell::new(None);
    let empty = Empty {
        icon: Icon::Timeline,
        title: "No run selected",
        sentence: "Select a run on the left to see its stages",
        actions: &["Record…", "Open…"],
    };
    let mut harness = harness(vec2(400.0, 240.0), Theme::Light, |ui| {
        if let Some(action) = empty_ui(ui, &empty) {
            clicked.set(Some(action));
        }
    });
    harness.run();
    harness.get_by_label("No run selected");
    harness.get_by_label("Open…").click();
    harness.run();
    drop(harness);
    assert_eq!(clicked.get(), Some(1));
}

/// Noise on a level, a spike of one sample, a silence.
fn thinned() -> Thinned {
    let bucket = |at: i64| {
        let mean = 40.0 + f64::from(i32::try_from(at * 37 % 11).expect("below 11")) / 2.0;
        let max = if at == 77 { 97.0 } else { mean + 9.0 };
        Bucket { at_nanos: at * 1000, count: 20, min: mean - 9.0, max, sum: mean * 20.0, last: mean }
    };
    let buckets = (0..240).filter(|at| !(150..170).contains(at)).map(bucket).collect();
    Thinned { buckets, bucket_nanos: 1000, gap_nanos: 3000 }
}

#[test]
fn curves_show_bands_spikes_and_silences() {
    let (thinned, mut curves) = (thinned(), Curves::default());
    let mut harness = harness(vec2(176.0, 76.0), Theme::Dark, move |ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(160.0, 60.0), Sense::hover());
        let palette = Palette::of(ui.ctx());
        ui.painter().rect_filled(rect, 0.0, palette.canvas);
        let rect = Rect::from_min_size(rect.min, vec2(160.0, 60.0));
        let scale = Scale { rect, window: (0, 240_000), values: (0.0, 100.0), pixels_per_point: ui.pixels_per_point() };
        curves.begin();
        curves.add(&thinned, &scale, &Pen::new(palette.series(0), Figure::Line));
        ui.painter().with_clip_rect(rect).add(curves.shape());
    });
    harness.run();
    harness.snapshot("curves");
}
