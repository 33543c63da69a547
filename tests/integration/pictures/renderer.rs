//! Draws what egui_kittest tests by the project's own rasteriser: no GPU, the same pixels everywhere.

use egui::{Color32, TexturesDelta};
use reelbench::ui::raster::Raster;
use reelbench::ui::theme::Theme;

/// egui_kittest's door to the rasteriser.
#[derive(Default)]
pub struct ProcessorRenderer {
    raster: Raster,
}

impl egui_kittest::TestRenderer for ProcessorRenderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        self.raster.set_textures(delta);
        self.raster.free_textures(delta);
    }

    fn render(&mut self, ctx: &egui::Context, output: &egui::FullOutput) -> Result<image::RgbaImage, String> {
        let pixels_per_point = ctx.pixels_per_point();
        let points = ctx.content_rect().size() * pixels_per_point;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the size of a picture")]
        let size = [points.x.round() as usize, points.y.round() as usize];
        let primitives = ctx.tessellate(output.shapes.clone(), pixels_per_point);
        let ground: Color32 = Theme::of(ctx).palette().panel;
        let picture = self.raster.draw(size, pixels_per_point, ground, &primitives);
        let side = |pixels: usize| u32::try_from(pixels).map_err(|error| error.to_string());
        image::RgbaImage::from_raw(side(size[0])?, side(size[1])?, picture.to_rgba())
            .ok_or_else(|| "the picture has another size than its pixels".to_owned())
    }
}
