//! Runs an interface without a window until it has settled, and draws it into a picture.

use std::time::{Duration, Instant};

use egui::{Context, Pos2, RawInput, Rect, Ui, Vec2, ViewportId};

use super::picture::Picture;
use super::raster::Raster;
use super::theme::Theme;

/// Frames drawn after everything is there: egui measures in one frame what it places in the next.
const NUM_LAST_FRAMES: u32 = 4;
/// The time that passes from frame to frame, so that whatever is on its way arrives at once.
const STEP_SECS: f32 = 0.25;
/// How long to leave the workers alone between two looks.
const PAUSE: Duration = Duration::from_millis(4);

/// What to draw on.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Width and height of the picture, pixels.
    pub size: [usize; 2],
    /// Pixels to a point: 2 is a high-resolution screen.
    pub pixels_per_point: f32,
    /// The look.
    pub theme: Theme,
    /// Whether to take characters that the bundled fonts lack from the system's fonts. Off where pictures are compared.
    pub has_system_fonts: bool,
    /// How long to wait for answers.
    pub longest_wait: Duration,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            size: [1440, 900],
            pixels_per_point: 1.0,
            theme: Theme::Dark,
            has_system_fonts: true,
            longest_wait: Duration::from_secs(60),
        }
    }
}

/// Why there is no picture.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum OffscreenError {
    /// Not a size a picture can have.
    #[error("A picture of {0} × {1} pixels cannot be drawn; choose 1 to 16384 on each side")]
    Size(usize, usize),
    /// Not a scale.
    #[error("{0} pixels to a point is not a scale; choose 0.25 to 8")]
    Scale(f32),
    /// The answers did not come.
    #[error("The picture was not ready after {0} s; something is still loading")]
    Unsettled(u64),
}

/// An interface that is drawn without a window. It can be fed input and drawn again.
pub struct Offscreen {
    ctx: Context,
    raster: Raster,
    stage: Stage,
    num_frames: u32,
}

impl Offscreen {
    /// An empty one, theme and fonts in place.
    ///
    /// # Errors
    /// Sizes and scales that cannot be drawn.
    pub fn new(stage: Stage) -> Result<Self, OffscreenError> {
        let [width, height] = stage.size;
        if !(1..=16_384).contains(&width) || !(1..=16_384).contains(&height) {
            return Err(OffscreenError::Size(width, height));
        }
        if !(0.25..=8.0).contains(&stage.pixels_per_point) {
            return Err(OffscreenError::Scale(stage.pixels_per_point));
        }
        let ctx = Context::default();
        super::theme::install_fonts(&ctx);
        if stage.has_system_fonts {
            ctx.add_font_provider(std::sync::Arc::new(egui_system_font_provider::SystemFontProvider::new()));
        }
        stage.theme.apply(&ctx);
        // A picture is of a moment: nothing is on its way from one look to another.
        ctx.all_styles_mut(|style| style.animation_time = 0.0);
        Ok(Self { ctx, raster: Raster::new(), stage, num_frames: 0 })
    }

    /// The context, to feed or to look into.
    #[must_use]
    pub fn ctx(&self) -> &Context {
        &self.ctx
    }

    /// One frame; the picture only if asked for.
    fn frame(&mut self, ui: &mut dyn FnMut(&mut Ui), is_wanted: bool) -> Option<Picture> {
        #[expect(clippy::cast_precision_loss, reason = "at most 16384")]
        let size_points = Vec2::new(self.stage.size[0] as f32, self.stage.size[1] as f32) / self.stage.pixels_per_point;
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, size_points)),
            time: Some(f64::from(self.num_frames) * f64::from(STEP_SECS)),
            predicted_dt: STEP_SECS,
            focused: true,
            max_texture_side: Some(8192),
            ..RawInput::default()
        };
        input.viewports.entry(ViewportId::ROOT).or_default().native_pixels_per_point =
            Some(self.stage.pixels_per_point);
        self.num_frames += 1;
        let mut output = self.ctx.run_ui(input, |root| ui(root));
        self.raster.set_textures(&mut output.textures_delta);
        let picture = is_wanted.then(|| {
            let primitives = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
            let ground = self.stage.theme.palette().panel;
            self.raster.draw(self.stage.size, output.pixels_per_point, ground, &primitives)
        });
        self.raster.free_textures(&mut output.textures_delta);
        picture
    }

    /// Draws frames until `is_settled` says that everything asked for has come, then a few more, and gives the last.
    /// This is the one place that waits by the clock.
    ///
    /// # Errors
    /// When it does not settle in the time allowed.
    #[expect(clippy::disallowed_methods, reason = "the one settle function: the workers answer on their own threads")]
    pub fn picture(
        &mut self,
        mut ui: impl FnMut(&mut Ui),
        mut is_settled: impl FnMut() -> bool,
    ) -> Result<Picture, OffscreenError> {
        let start = Instant::now();
        let mut num_left = NUM_LAST_FRAMES;
        loop {
            let picture = self.frame(&mut ui, num_left == 1);
            if !is_settled() {
                num_left = NUM_LAST_FRAMES;
                if start.elapsed() > self.stage.longest_wait {
                    return Err(OffscreenError::Unsettled(self.stage.longest_wait.as_secs()));
                }
                std::thread::sleep(PAUSE);
                continue;
            }
            if let Some(picture) = picture {
                return Ok(picture);
            }
            num_left = num_left.saturating_sub(1).max(1);
        }
    }
}

/// Draws an interface once, from nothing: what `reelbench render` does.
///
/// # Errors
/// Sizes that cannot be drawn, and answers that do not come.
pub fn draw(
    stage: Stage,
    ui: impl FnMut(&mut Ui),
    is_settled: impl FnMut() -> bool,
) -> Result<Picture, OffscreenError> {
    Offscreen::new(stage)?.picture(ui, is_settled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Stage {
        Stage { size: [200, 60], has_system_fonts: false, ..Stage::default() }
    }

    #[test]
    fn it_waits_until_it_has_settled() {
        let mut num_looks = 0;
        let is_settled = || {
            num_looks += 1;
            num_looks > 5
        };
        let picture = draw(small(), |ui| drop(ui.label("Ready")), is_settled).unwrap();
        let ground = Theme::Dark.palette().panel;
        assert_eq!(picture.size, [200, 60]);
        assert_eq!(picture.pixel(199, 59), Some(ground));
        let num_inked = picture.pixels.iter().filter(|pixel| **pixel != ground).count();
        assert!(num_inked > 40, "text is drawn: {num_inked}");
    }

    #[test]
    fn twice_is_the_same_picture() {
        let once = || draw(small(), |ui| drop(ui.button("Same")), || true).unwrap();
        assert_eq!(once(), once());
    }

    #[test]
    fn what_cannot_be_drawn_is_said() {
        let error = draw(Stage { size: [0, 10], ..small() }, |_| {}, || true).unwrap_err();
        assert!(error.to_string().contains("0 × 10"), "{error}");
        let error = draw(Stage { pixels_per_point: f32::NAN, ..small() }, |_| {}, || true).unwrap_err();
        assert!(matches!(error, OffscreenError::Scale(_)));
        let error = draw(Stage { longest_wait: Duration::ZERO, ..small() }, |_| {}, || false).unwrap_err();
        assert_eq!(error, OffscreenError::Unsettled(0));
    }
}
