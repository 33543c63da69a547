//! The light palette.

use egui::Color32;

use super::Palette;

const fn rgb(code: u32) -> Color32 {
    let [_, r, g, b] = code.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Searched like the dark one.
pub(super) const PALETTE: Palette = Palette {
    is_dark: false,
    canvas: rgb(0xFF_FFFF),
    canvas_stripe: rgb(0xFA_FBFC),
    panel: rgb(0xF5_F6F8),
    raised: rgb(0xFF_FFFF),
    field: rgb(0xFF_FFFF),
    button: rgb(0xE9_ECF0),
    hovered: rgb(0xDF_E3E9),
    pressed: rgb(0xD1_D7DF),
    line: rgb(0xDF_E3E8),
    line_strong: rgb(0xBC_C4CF),
    text: rgb(0x26_2C36),
    text_strong: rgb(0x0B_0E14),
    text_weak: rgb(0x58_6171),
    accent: rgb(0x1D_5FD1),
    accent_text: rgb(0xFF_FFFF),
    selected: rgb(0xD2_E3FC),
    selected_text: rgb(0x0B_2A5E),
    grid_minor: rgb(0xF2_F4F6),
    grid_major: rgb(0xE6_E9ED),
    cursor: rgb(0x0B_0E14),
    range: Color32::from_rgba_premultiplied(0x06, 0x13, 0x2A, 0x2E),
    highlight: rgb(0xB3_5C00),
    idle: Color32::from_rgba_premultiplied(0x2E, 0x22, 0x06, 0x30),
    shadow: Color32::from_black_alpha(36),
    running: rgb(0x1D_5FD1),
    succeeded: rgb(0x00_7358),
    failed: rgb(0xC0_2B2B),
    interrupted: rgb(0x90_5400),
    unknown: rgb(0x58_6171),
    stages: [
        rgb(0x68_BAFA),
        rgb(0xB7_7034),
        rgb(0x67_9082),
        rgb(0x4F_5AAA),
        rgb(0xD8_BA48),
        rgb(0x5B_3D76),
        rgb(0x61_D2D6),
        rgb(0xCB_A695),
        rgb(0x47_7263),
        rgb(0xAB_92BF),
        rgb(0x7F_5D0C),
        rgb(0x86_223A),
    ],
    series: [
        rgb(0x31_4FC0),
        rgb(0x9F_8413),
        rgb(0x00_6B7C),
        rgb(0x72_0A30),
        rgb(0x71_74EE),
        rgb(0x47_968A),
        rgb(0x76_5412),
        rgb(0x5A_0280),
    ],
};
