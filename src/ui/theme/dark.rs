//! The dark palette.

use egui::Color32;

use super::Palette;

const fn rgb(code: u32) -> Color32 {
    let [_, r, g, b] = code.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// The hues of stages and curves were searched for the largest smallest difference (Oklab) between any two as seen with
/// normal sight, protanopia and deuteranopia (Machado, Oliveira and Fernandes 2009); reds are left to failure.
pub(super) const PALETTE: Palette = Palette {
    is_dark: true,
    canvas: rgb(0x0F_1115),
    canvas_stripe: rgb(0x13_161B),
    panel: rgb(0x16_191F),
    raised: rgb(0x1D_2129),
    field: rgb(0x0F_1115),
    button: rgb(0x23_2831),
    hovered: rgb(0x2C_323D),
    pressed: rgb(0x37_3E4B),
    line: rgb(0x28_2D36),
    line_strong: rgb(0x3E_4654),
    text: rgb(0xCF_D5DE),
    text_strong: rgb(0xF3_F5F8),
    text_weak: rgb(0x97_A1B0),
    accent: rgb(0x6E_A8FE),
    accent_text: rgb(0x0B_1626),
    selected: rgb(0x1E_3A66),
    selected_text: rgb(0xEA_F1FE),
    grid_minor: rgb(0x19_1D23),
    grid_major: rgb(0x23_2830),
    cursor: rgb(0xF3_F5F8),
    range: Color32::from_rgba_premultiplied(0x14, 0x1F, 0x30, 0x30),
    highlight: rgb(0xFF_E08A),
    idle: Color32::from_rgba_premultiplied(0x30, 0x26, 0x10, 0x30),
    shadow: Color32::from_black_alpha(110),
    running: rgb(0x6E_A8FE),
    succeeded: rgb(0x4F_C9A4),
    failed: rgb(0xFF_7B72),
    interrupted: rgb(0xE8_A33D),
    unknown: rgb(0x97_A1B0),
    stages: [
        rgb(0x46_94D6),
        rgb(0xF6_C768),
        rgb(0x8D_BFAE),
        rgb(0x6A_59AB),
        rgb(0xC3_7638),
        rgb(0x84_E0FB),
        rgb(0xAF_8893),
        rgb(0x45_7272),
        rgb(0xBE_AC44),
        rgb(0x81_B3F8),
        rgb(0x85_6227),
        rgb(0x7B_E8B6),
    ],
    series: [
        rgb(0x70_B6F7),
        rgb(0xE7_A128),
        rgb(0x7B_C1A0),
        rgb(0xC4_E779),
        rgb(0x56_81E3),
        rgb(0x6E_EEF3),
        rgb(0xA9_7F07),
        rgb(0x39_978F),
    ],
};
