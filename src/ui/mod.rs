//! Everything that draws: theme, axes, curves and small widgets, and the off-screen rasteriser that makes pictures of them.

pub mod axis;
pub mod command;
pub mod badge;
pub mod empty;
pub mod envelope;
pub mod facts;
pub mod icon;
pub mod offscreen;
pub mod picture;
pub mod raster;
pub mod sparkline;
pub mod theme;
pub mod view;
