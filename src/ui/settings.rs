//! What the window keeps between two starts: theme, size, side bar, tabs, recent workspaces.
//!
//! A file that people keep: it carries a version, says what it does not know by defaults, and keeps no secrets.
//! `app` loads and saves it; here is only what it means.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::layout::SavedLayout;
use super::theme::Theme;

/// The version written today.
pub const VERSION: u32 = 1;
/// How many recent workspaces are remembered.
const MAX_RECENT: usize = 10;
/// The smallest and largest zoom of everything.
const ZOOM: std::ops::RangeInclusive<f32> = 0.5..=3.0;

/// The settings in use.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The look.
    pub theme: Theme,
    /// How large everything is: 1 is as the platform says.
    pub zoom: f32,
    /// Width of the runs side bar, points.
    pub side_bar_width: f32,
    /// Whether the side bar is shown.
    pub is_side_bar_shown: bool,
    /// Where the tabs are; `None` is the layout of the first start.
    pub layout: Option<SavedLayout>,
    /// Workspaces opened before, the latest first.
    pub recent: Vec<PathBuf>,
    /// The window's size, points.
    pub window_size: Option<(f32, f32)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            zoom: 1.0,
            side_bar_width: 288.0,
            is_side_bar_shown: true,
            layout: None,
            recent: Vec::new(),
            window_size: None,
        }
    }
}

/// The file's own shape: every field may be missing.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct File {
    version: u32,
    theme: String,
    zoom: Option<f32>,
    side_bar_width: Option<f32>,
    is_side_bar_shown: Option<bool>,
    recent: Vec<PathBuf>,
    window_size: Option<(f32, f32)>,
    layout: Option<SavedLayout>,
}

impl Settings {
    /// Reads the text of a settings file.
    ///
    /// # Errors
    /// Why it is no settings file of this version or an older one.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version == 0 {
            return Err("it does not say its version".to_owned());
        }
        if file.version > VERSION {
            return Err(format!("a newer reelbench wrote it (version {}, this one knows {VERSION})", file.version));
        }
        let usual = Self::default();
        let finite = |number: Option<f32>, usual: f32| number.filter(|number| number.is_finite()).unwrap_or(usual);
        let zoom = finite(file.zoom, usual.zoom);
        Ok(Self {
            theme: Theme::from_name(&file.theme).unwrap_or(usual.theme),
            zoom: zoom.clamp(*ZOOM.start(), *ZOOM.end()),
            side_bar_width: finite(file.side_bar_width, usual.side_bar_width).clamp(160.0, 1000.0),
            is_side_bar_shown: file.is_side_bar_shown.unwrap_or(usual.is_side_bar_shown),
            layout: file.layout,
            recent: file.recent,
            window_size: file.window_size.filter(|(width, height)| *width >= 320.0 && *height >= 240.0),
        })
    }

    /// The text of the file.
    #[must_use]
    pub fn write(&self) -> String {
        let file = File {
            version: VERSION,
            theme: self.theme.name().to_owned(),
            zoom: Some(self.zoom),
            side_bar_width: Some(self.side_bar_width.round()),
            is_side_bar_shown: Some(self.is_side_bar_shown),
            recent: self.recent.clone(),
            window_size: self.window_size,
            layout: self.layout.clone(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// Puts a workspace on top of the recent ones.
    pub fn remember(&mut self, workspace: &Path) {
        self.recent.retain(|known| known != workspace);
        self.recent.insert(0, workspace.to_owned());
        self.recent.truncate(MAX_RECENT);
    }

    /// One step larger or smaller, in tenths.
    pub fn zoom_by(&mut self, steps: i8) {
        let tenths = (self.zoom * 10.0).round() + f32::from(steps);
        self.zoom = (tenths / 10.0).clamp(*ZOOM.start(), *ZOOM.end());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_read_back() {
        let mut settings =
            Settings { theme: Theme::Light, zoom: 1.3, window_size: Some((900.0, 700.0)), ..Settings::default() };
        settings.remember(Path::new("/a.reelbench"));
        settings.remember(Path::new("/b.reelbench"));
        settings.remember(Path::new("/a.reelbench"));
        assert_eq!(settings.recent, [PathBuf::from("/a.reelbench"), PathBuf::from("/b.reelbench")]);
        assert_eq!(Settings::read(&settings.write()), Ok(settings));
    }

    #[test]
    fn what_is_missing_or_wild_becomes_usual() {
        let settings = Settings::read(r#"{"version":1,"zoom":99,"theme":"mauve","window_size":[1,1],"unknown":3}"#)
            .expect("reads");
        assert_eq!(settings, Settings { zoom: 3.0, ..Settings::default() });
    }

    #[test]
    fn what_is_no_settings_file_says_why() {
        assert!(Settings::read("{").is_err());
        assert!(Settings::read("{}").is_err());
        assert!(Settings::read(r#"{"version":2}"#).expect_err("newer").contains("newer reelbench"));
    }

    #[test]
    fn zoom_moves_in_tenths_and_stays_in_bounds() {
        let mut settings = Settings::default();
        for _ in 0..50 {
            settings.zoom_by(1);
        }
        assert!((settings.zoom - 3.0).abs() < f32::EPSILON);
        settings.zoom_by(-1);
        assert!((settings.zoom - 2.9).abs() < 1e-6);
    }
}
