//! A palette put into egui's style.

use egui::style::{ScrollStyle, Selection, TextCursorStyle, WidgetVisuals};
use egui::{Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Vec2, Visuals};

use super::{BODY_SIZE, HEADING_SIZE, SMALL_SIZE, TITLE_SIZE, Theme, strong_font};

/// The name of the text style of the one title of a page.
pub(super) const TITLE: &str = "title";

/// egui's style for a theme.
pub(super) fn style(theme: Theme) -> Style {
    let mut style = Style { visuals: visuals(theme), animation_time: 0.1, ..Style::default() };
    let proportional = |size| FontId::new(size, FontFamily::Proportional);
    style.text_styles = [
        (TextStyle::Small, proportional(SMALL_SIZE)),
        (TextStyle::Body, proportional(BODY_SIZE)),
        (TextStyle::Button, proportional(BODY_SIZE)),
        (TextStyle::Heading, strong_font(HEADING_SIZE)),
        (TextStyle::Name(TITLE.into()), strong_font(TITLE_SIZE)),
        (TextStyle::Monospace, FontId::new(BODY_SIZE - 0.5, FontFamily::Monospace)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(8.0, 4.0);
    spacing.button_padding = Vec2::new(8.0, 3.0);
    spacing.interact_size = Vec2::new(28.0, 22.0);
    spacing.window_margin = Margin::same(12);
    spacing.menu_margin = Margin::same(4);
    spacing.indent = 16.0;
    spacing.icon_width = 14.0;
    spacing.icon_width_inner = 8.0;
    spacing.icon_spacing = 6.0;
    spacing.tooltip_width = 420.0;
    spacing.combo_width = 80.0;
    spacing.scroll = ScrollStyle { bar_width: 8.0, floating_width: 4.0, ..ScrollStyle::floating() };
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = true;
    style
}

fn visuals(theme: Theme) -> Visuals {
    let palette = theme.palette();
    let mut visuals = if palette.is_dark { Visuals::dark() } else { Visuals::light() };
    let has_outlines = theme == Theme::HighContrast;
    let outline = Stroke::new(1.0, palette.line_strong);
    let radius = CornerRadius::same(4);
    let look = |ground: Color32, outline: Stroke, ink: Color32| WidgetVisuals {
        bg_fill: ground,
        weak_bg_fill: ground,
        bg_stroke: outline,
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = look(palette.panel, Stroke::new(1.0, palette.line), palette.text);
    widgets.inactive = look(palette.button, outline, palette.text);
    widgets.hovered = look(palette.hovered, Stroke::new(1.0, palette.line_strong), palette.text_strong);
    widgets.active = look(palette.pressed, Stroke::new(1.0, palette.accent), palette.text_strong);
    widgets.open = look(palette.pressed, outline, palette.text_strong);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.text_weak);
    visuals.selection = Selection { bg_fill: palette.selected, stroke: Stroke::new(1.0, palette.selected_text) };
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.canvas_stripe;
    visuals.extreme_bg_color = palette.field;
    visuals.text_edit_bg_color = Some(palette.field);
    visuals.code_bg_color = palette.canvas_stripe;
    visuals.warn_fg_color = palette.interrupted;
    visuals.error_fg_color = palette.failed;
    visuals.panel_fill = palette.panel;
    visuals.window_fill = palette.raised;
    visuals.window_stroke = Stroke::new(1.0, palette.line_strong);
    visuals.window_corner_radius = CornerRadius::same(8);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.window_shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: palette.shadow };
    visuals.popup_shadow = Shadow { offset: [0, 4], blur: 12, spread: 0, color: palette.shadow };
    visuals.window_highlight_topmost = false;
    visuals.text_cursor =
        TextCursorStyle { stroke: Stroke::new(1.5, palette.accent), blink: false, ..visuals.text_cursor };
    visuals.striped = false;
    visuals.slider_trailing_fill = true;
    visuals.indent_has_left_vline = false;
    visuals.disabled_alpha = if has_outlines { 0.75 } else { 0.5 };
    visuals
}
