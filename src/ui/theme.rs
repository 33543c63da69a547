//! The one place of colours, spacing and type: light, dark and high contrast.
//!
//! Everything drawn asks [`Palette::of`] for its colours, so that a theme is a table and not a search through panels.
//! The tests keep the promise that every text is readable on what it stands on: 4.5:1, in high contrast 7:1.

mod dark;
mod fonts;
mod high_contrast;
mod light;
mod stages;
mod style;

use egui::{Color32, Context, Id};

use crate::model::{Outcome, Severity};

pub use fonts::{font, install_fonts, strong, strong_font};
pub use stages::StageColours;

/// The grid that every distance is a multiple of, points.
pub const GRID: f32 = 4.0;
/// Height of a row of a list or table, points.
pub const ROW_HEIGHT: f32 = 22.0;
/// Height of a lane of the timeline where many have to fit, points.
pub const LANE_HEIGHT: f32 = 20.0;
/// The most a lane grows where there is room, points.
pub const TALL_LANE_HEIGHT: f32 = 28.0;
/// Size of body text, points.
pub const BODY_SIZE: f32 = 12.5;
/// Size of small text: axes, captions, badges, points.
pub const SMALL_SIZE: f32 = 11.0;
/// Size of headings, points.
pub const HEADING_SIZE: f32 = 14.0;
/// Size of the one title of a page, points.
pub const TITLE_SIZE: f32 = 20.0;

/// How many colours stages are told apart by.
pub const NUM_STAGE_COLOURS: usize = 12;
/// How many colours curves are told apart by.
pub const NUM_SERIES_COLOURS: usize = 8;

/// A look of the whole window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Light text on near black.
    #[default]
    Dark,
    /// Dark text on near white.
    Light,
    /// White and saturated colours on black, with outlines.
    HighContrast,
}

impl Theme {
    /// Every theme, in the order menus show them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::HighContrast];

    /// The name in settings and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
        }
    }

    /// The words in menus.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::HighContrast => "High contrast",
        }
    }

    /// The theme of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Its colours.
    #[must_use]
    pub fn palette(self) -> &'static Palette {
        match self {
            Self::Dark => &dark::PALETTE,
            Self::Light => &light::PALETTE,
            Self::HighContrast => &high_contrast::PALETTE,
        }
    }

    /// Which of egui's two it is a kind of.
    #[must_use]
    pub fn base(self) -> egui::Theme {
        if self.palette().is_dark { egui::Theme::Dark } else { egui::Theme::Light }
    }

    /// Puts it on the whole window: style, text sizes and egui's own light or dark. Cheap; call it when the theme changes.
    pub fn apply(self, ctx: &Context) {
        ctx.set_theme(self.base());
        ctx.set_style_of(self.base(), style::style(self));
        ctx.data_mut(|data| data.insert_temp(Id::unique(CURRENT), self));
    }

    /// The theme last applied.
    #[must_use]
    pub fn of(ctx: &Context) -> Self {
        Self::applied(ctx).unwrap_or_default()
    }

    /// The same; `None` before any was.
    #[must_use]
    pub fn applied(ctx: &Context) -> Option<Self> {
        ctx.data(|data| data.get_temp(Id::unique(CURRENT)))
    }
}

const CURRENT: &str = "reelbench theme";

/// The colours of a theme, by what they are for.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette {
    /// Whether text is lighter than its background.
    pub is_dark: bool,
    /// Ground of drawings: lanes, plots, tables.
    pub canvas: Color32,
    /// Every second lane or row on the canvas.
    pub canvas_stripe: Color32,
    /// Ground of panels and bars around the drawings.
    pub panel: Color32,
    /// Ground of what floats: menus, cards, hover cards, dialogs.
    pub raised: Color32,
    /// Ground of text fields.
    pub field: Color32,
    /// Ground of buttons at rest.
    pub button: Color32,
    /// Ground of what the pointer is over.
    pub hovered: Color32,
    /// Ground of what is held down.
    pub pressed: Color32,
    /// Separators.
    pub line: Color32,
    /// Outlines that have to be seen: fields, cards, focus at rest.
    pub line_strong: Color32,
    /// Text.
    pub text: Color32,
    /// Headings and figures.
    pub text_strong: Color32,
    /// Units, captions, what explains.
    pub text_weak: Color32,
    /// Links, focus, the live badge, the one main button.
    pub accent: Color32,
    /// Text on the accent.
    pub accent_text: Color32,
    /// Ground of what is selected.
    pub selected: Color32,
    /// Text of what is selected.
    pub selected_text: Color32,
    /// Grid lines of plots at unlabelled ticks.
    pub grid_minor: Color32,
    /// Grid lines at labelled ticks.
    pub grid_major: Color32,
    /// The time cursor.
    pub cursor: Color32,
    /// A time range, laid over what is under it.
    pub range: Color32,
    /// Hits of a search and the outline of the selected span.
    pub highlight: Color32,
    /// Time in which nothing worked, laid over lanes.
    pub idle: Color32,
    /// Shadow under what floats.
    pub shadow: Color32,
    /// Not ended yet.
    pub running: Color32,
    /// Ended well.
    pub succeeded: Color32,
    /// Ended with an error; also errors.
    pub failed: Color32,
    /// Stopped from outside; also warnings.
    pub interrupted: Color32,
    /// Nobody said; also notices without weight.
    pub unknown: Color32,
    /// Fills of stages, told apart by people who see red and green alike.
    pub stages: [Color32; NUM_STAGE_COLOURS],
    /// Curves, likewise.
    pub series: [Color32; NUM_SERIES_COLOURS],
}

impl Palette {
    /// The colours of the theme in use.
    #[must_use]
    pub fn of(ctx: &Context) -> &'static Self {
        Theme::of(ctx).palette()
    }

    /// The colour of an outcome. It never stands alone: see [`super::badge`] for its shape and word.
    #[must_use]
    pub fn outcome(&self, outcome: Outcome) -> Color32 {
        match outcome {
            Outcome::Unknown => self.unknown,
            Outcome::Running => self.running,
            Outcome::Succeeded => self.succeeded,
            Outcome::Failed => self.failed,
            Outcome::Interrupted => self.interrupted,
        }
    }

    /// The colour of a severity, likewise.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> Color32 {
        match severity {
            Severity::Notice => self.running,
            Severity::Warning => self.interrupted,
            Severity::Error => self.failed,
        }
    }

    /// The colour of the curve at that position in a legend.
    #[must_use]
    pub fn series(&self, index: usize) -> Color32 {
        self.series[index % NUM_SERIES_COLOURS]
    }

    /// Near black or white, whichever reads better on a fill.
    #[must_use]
    pub fn text_on(&self, fill: Color32) -> Color32 {
        const INK: Color32 = Color32::from_rgb(0x0B, 0x0E, 0x14);
        if contrast(INK, fill) >= contrast(Color32::WHITE, fill) { INK } else { Color32::WHITE }
    }
}

/// The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio").
#[must_use]
pub fn contrast(one: Color32, other: Color32) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Relative luminance of an opaque colour, 0 to 1 (WCAG 2.2, "relative luminance").
fn luminance(colour: Color32) -> f32 {
    let linear = egui::Rgba::from(colour);
    0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
}

/// `top` laid over an opaque `bottom`, as the painter blends them.
#[must_use]
pub fn over(top: Color32, bottom: Color32) -> Color32 {
    bottom.blend(top)
}

#[cfg(test)]
mod tests;
