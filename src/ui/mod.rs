//! Everything that draws: theme, axes, curves and small widgets, and the off-screen rasteriser that makes pictures of them.

pub mod axis;
pub mod badge;
pub mod cells;
pub mod command;
pub mod empty;
pub mod envelope;
pub mod facts;
pub mod icon;
pub mod offscreen;
pub mod panels;
pub mod picture;
pub mod raster;
pub mod sparkline;
pub mod theme;
pub mod time_plot;
pub mod view;
