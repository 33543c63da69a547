//! A drawn picture, and the PNG file it becomes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use egui::Color32;

/// Pixels drawn off-screen, row by row from the top, premultiplied by alpha as egui blends them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Width and height, pixels.
    pub size: [usize; 2],
    /// `width × height` pixels.
    pub pixels: Vec<Color32>,
}

/// Why a picture was not written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file could not be made or written.
    #[error("The picture {path} could not be written: {source}")]
    Write {
        /// Where it was to go.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The encoder refused: a picture of no size, or one too large for PNG.
    #[error("The picture cannot be stored as PNG: {0}")]
    Encode(#[from] png::EncodingError),
}

impl Picture {
    /// A picture of one colour.
    #[must_use]
    pub fn filled(size: [usize; 2], colour: Color32) -> Self {
        Self { size, pixels: vec![colour; size[0] * size[1]] }
    }

    /// The pixel at a place, counted from the top left; `None` outside.
    #[must_use]
    pub fn pixel(&self, x: usize, y: usize) -> Option<Color32> {
        if x >= self.size[0] {
            return None;
        }
        self.pixels.get(y * self.size[0] + x).copied()
    }

    /// The pixels as R, G, B, A bytes with alpha not multiplied in, as image files keep them.
    #[must_use]
    pub fn to_rgba(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.pixels.len() * 4);
        for pixel in &self.pixels {
            let plain = if pixel.is_opaque() { pixel.to_array() } else { pixel.to_srgba_unmultiplied() };
            bytes.extend_from_slice(&plain);
        }
        bytes
    }

    /// Writes it as PNG.
    ///
    /// # Errors
    /// What the encoder or the sink said.
    pub fn write_png(&self, sink: impl Write) -> Result<(), PictureError> {
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(sink, side(self.size[0]), side(self.size[1]));
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.to_rgba())?;
        writer.finish()?;
        Ok(())
    }

    /// Writes it into a PNG file, in place of one that is there.
    ///
    /// # Errors
    /// A sentence with the path and what the system said.
    pub fn save(&self, path: &Path) -> Result<(), PictureError> {
        let failed = |source| PictureError::Write { path: path.display().to_string(), source };
        let mut file = BufWriter::new(File::create(path).map_err(failed)?);
        self.write_png(&mut file).map_err(|error| match error {
            PictureError::Encode(png::EncodingError::IoError(source)) => failed(source),
            other => other,
        })?;
        file.flush().map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_holds_the_pixels() {
        let mut picture = Picture::filled([3, 2], Color32::from_rgb(10, 20, 30));
        picture.pixels[4] = Color32::from_rgba_unmultiplied(200, 100, 50, 255);
        let mut bytes = Vec::new();
        picture.write_png(&mut bytes).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut decoded = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut decoded).unwrap();
        assert_eq!(decoded, picture.to_rgba());
        assert_eq!(&decoded[16..20], &[200, 100, 50, 255]);
    }

    #[test]
    fn a_file_that_cannot_be_made_is_named() {
        let error = Picture::filled([1, 1], Color32::BLACK).save(Path::new("/nowhere/at/all.png")).unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all.png"), "{error}");
    }

    #[test]
    fn a_picture_of_no_size_is_an_error() {
        assert!(Picture::filled([0, 0], Color32::BLACK).write_png(Vec::new()).is_err());
    }
}
