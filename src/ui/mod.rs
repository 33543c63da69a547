//! Everything that draws: theme, axes, curves and small widgets, and the off-screen rasteriser that makes pictures of them.

pub mod axis;
pub mod envelope;
pub mod offscreen;
pub mod picture;
pub mod raster;
pub mod theme;
