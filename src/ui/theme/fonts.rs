//! The fonts: Inter with figures of one width, a heavier cut for headings, and egui's own for code and symbols.

use std::sync::Arc;

use egui::epaint::text::FontData;
use egui::{Context, FontDefinitions, FontFamily, FontId, RichText};

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
static SEMI_BOLD: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");

/// The name of the heavier family.
const STRONG: &str = "strong";

/// Installs the fonts. Call it once, before the first frame; a window adds the system's fonts behind them.
pub fn install_fonts(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("Inter".to_owned(), Arc::new(FontData::from_static(REGULAR)));
    fonts.font_data.insert("Inter SemiBold".to_owned(), Arc::new(FontData::from_static(SEMI_BOLD)));
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let behind = |first: &str| std::iter::once(first.to_owned()).chain(fallback.iter().cloned()).collect();
    fonts.families.insert(FontFamily::Name(STRONG.into()), behind("Inter SemiBold"));
    fonts.families.insert(FontFamily::Proportional, behind("Inter"));
    ctx.set_fonts(fonts);
}

/// Body text of that size.
#[must_use]
pub fn font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// The heavier cut in that size: headings, the figure that matters.
#[must_use]
pub fn strong_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(STRONG.into()))
}

/// A text in the heavier cut.
#[must_use]
pub fn strong(text: impl Into<String>, size: f32) -> RichText {
    RichText::new(text).font(strong_font(size)).strong()
}
