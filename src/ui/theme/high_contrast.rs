//! The high-contrast palette: white on black, outlines instead of shades.

use egui::Color32;

use super::Palette;

const fn rgb(code: u32) -> Color32 {
    let [_, r, g, b] = code.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// Fills are the dark palette's, whose hues were searched on a ground nearly as dark.
pub(super) const PALETTE: Palette = Palette {
    is_dark: true,
    canvas: rgb(0x00_0000),
    canvas_stripe: rgb(0x0A_0A0A),
    panel: rgb(0x00_0000),
    raised: rgb(0x00_0000),
    field: rgb(0x00_0000),
    button: rgb(0x14_1414),
    hovered: rgb(0x2B_2B2B),
    pressed: rgb(0x40_4040),
    line: rgb(0x8A_8A8A),
    line_strong: rgb(0xFF_FFFF),
    text: rgb(0xFF_FFFF),
    text_strong: rgb(0xFF_FFFF),
    text_weak: rgb(0xDC_DCDC),
    accent: rgb(0x6F_D0FF),
    accent_text: rgb(0x00_0000),
    selected: rgb(0x0A_4DBF),
    selected_text: rgb(0xFF_FFFF),
    grid_minor: rgb(0x22_2222),
    grid_major: rgb(0x44_4444),
    cursor: rgb(0xFF_FFFF),
    range: Color32::from_rgba_premultiplied(0x2A, 0x26, 0x0D, 0x2A),
    highlight: rgb(0xFF_E14D),
    idle: Color32::from_rgba_premultiplied(0x40, 0x30, 0x00, 0x40),
    shadow: Color32::TRANSPARENT,
    running: rgb(0x6F_D0FF),
    succeeded: rgb(0x5C_F0B0),
    failed: rgb(0xFF_9A94),
    interrupted: rgb(0xFF_C14D),
    unknown: rgb(0xDC_DCDC),
    stages: super::dark::PALETTE.stages,
    series: super::dark::PALETTE.series,
};
