//! Tests of the themes: readable text, colours that can be told apart, stable stage colours.

use super::*;

#[test]
fn every_text_is_readable_on_what_it_stands_on() {
    for theme in Theme::ALL {
        let palette = theme.palette();
        let least = if theme == Theme::HighContrast { 7.0 } else { 4.5 };
        let grounds = [
            ("canvas", palette.canvas),
            ("canvas stripe", palette.canvas_stripe),
            ("panel", palette.panel),
            ("raised", palette.raised),
            ("field", palette.field),
            ("button", palette.button),
            ("range", over(palette.range, palette.canvas)),
        ];
        let inks = [
            ("text", palette.text),
            ("strong text", palette.text_strong),
            ("weak text", palette.text_weak),
            ("accent", palette.accent),
            ("running", palette.running),
            ("succeeded", palette.succeeded),
            ("failed", palette.failed),
            ("interrupted", palette.interrupted),
            ("unknown", palette.unknown),
        ];
        for (ground_name, ground) in grounds {
            for (ink_name, ink) in inks {
                let ratio = contrast(ink, ground);
                assert!(ratio >= least, "{}: {ink_name} on {ground_name} is {ratio:.2}", theme.name());
            }
        }
        for (name, ink, ground) in [
            ("text on hovered", palette.text_strong, palette.hovered),
            ("text on pressed", palette.text_strong, palette.pressed),
            ("text on selected", palette.selected_text, palette.selected),
            ("text on accent", palette.accent_text, palette.accent),
        ] {
            let ratio = contrast(ink, ground);
            assert!(ratio >= least, "{}: {name} is {ratio:.2}", theme.name());
        }
        for (index, fill) in palette.stages.into_iter().enumerate() {
            let ratio = contrast(palette.text_on(fill), fill);
            assert!(ratio >= 4.5, "{}: text on stage colour {index} is {ratio:.2}", theme.name());
        }
        for (index, ink) in palette.series.into_iter().enumerate() {
            let ratio = contrast(ink, palette.canvas);
            assert!(ratio >= 3.0, "{}: curve {index} on the canvas is {ratio:.2}", theme.name());
        }
    }
}

/// Linear RGB as people with red or green blindness see it (Machado, Oliveira and Fernandes 2009, severity 1).
const SIGHTS: [[[f32; 3]; 3]; 3] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
];

fn oklab(colour: Color32, sight: [[f32; 3]; 3]) -> [f32; 3] {
    let linear = egui::Rgba::from(colour);
    let seen = sight.map(|row| (row[0] * linear.r() + row[1] * linear.g() + row[2] * linear.b()).clamp(0.0, 1.0));
    let cone = |weights: [f32; 3]| (weights[0] * seen[0] + weights[1] * seen[1] + weights[2] * seen[2]).cbrt();
    let l = cone([0.412_221_46, 0.536_332_55, 0.051_445_995]);
    let m = cone([0.211_903_5, 0.680_699_5, 0.107_396_96]);
    let s = cone([0.088_302_46, 0.281_718_85, 0.629_978_7]);
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

#[test]
fn stages_and_curves_differ_for_every_sight() {
    for theme in Theme::ALL {
        let palette = theme.palette();
        for (what, colours, least) in [("stage", &palette.stages[..], 0.08), ("curve", &palette.series[..], 0.11)] {
            for sight in SIGHTS {
                for (index, one) in colours.iter().enumerate() {
                    for other in &colours[index + 1..] {
                        let (one_seen, other_seen) = (oklab(*one, sight), oklab(*other, sight));
                        let distance: f32 =
                            one_seen.iter().zip(other_seen).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt();
                        assert!(distance >= least, "{}: {what}s {one:?} and {other:?}: {distance:.3}", theme.name());
                    }
                }
            }
        }
    }
}

#[test]
fn stages_keep_their_colours_and_do_not_share_while_there_are_enough() {
    let names = ["_1_ytdlp", "_2_asr", "_3_1_split_nlp", "_3_2_split_meaning", "_4_1_summarize", "_4_2_translate"];
    let mut colours = StageColours::default();
    colours.assign(names);
    let mut slots: Vec<usize> = names.iter().map(|name| colours.slot(name)).collect();
    let mut reversed = StageColours::default();
    reversed.assign(names.iter().rev().copied());
    assert_eq!(colours, reversed);
    let before = slots.clone();
    colours.assign(["_5_split_sub", "_6_gen_sub", "_7_sub_into_vid"]);
    assert_eq!(before, names.iter().map(|name| colours.slot(name)).collect::<Vec<_>>());
    slots.sort_unstable();
    slots.dedup();
    assert_eq!(slots.len(), names.len());
    let many: Vec<String> = (0..60).map(|number| format!("stage {number}")).collect();
    let mut crowded = StageColours::default();
    crowded.assign(many.iter().map(String::as_str));
    let most = (0..NUM_STAGE_COLOURS).map(|slot| many.iter().filter(|name| crowded.slot(name) == slot).count()).max();
    assert_eq!(most, Some(60 / NUM_STAGE_COLOURS));
}

#[test]
fn names_lead_back_to_themes() {
    for theme in Theme::ALL {
        assert_eq!(Theme::from_name(theme.name()), Some(theme));
    }
    assert_eq!(Theme::from_name("sepia"), None);
}
