//! The settings file: loaded at the start, saved when it has changed; a broken one is put aside, never lost.

use std::path::{Path, PathBuf};

use crate::engine::workspace;
use crate::ui::settings::Settings;

/// Where settings are kept, and what is written there.
pub struct Keeper {
    path: Option<PathBuf>,
    written: String,
}

impl Keeper {
    /// The settings of this user, and a sentence when the file could not be used.
    #[must_use]
    pub fn load() -> (Self, Settings, Option<String>) {
        match workspace::folders() {
            Ok(folders) => Self::load_from(Some(folders.config_dir().join("settings.json"))),
            Err(failure) => {
                let (keeper, settings, _) = Self::load_from(None);
                (keeper, settings, Some(format!("Settings are not kept: {failure}")))
            }
        }
    }

    /// The same from a file of one's own; `None` keeps nothing.
    #[must_use]
    pub fn load_from(path: Option<PathBuf>) -> (Self, Settings, Option<String>) {
        let text = path.as_deref().map(std::fs::read_to_string);
        let (settings, complaint) = match (text, &path) {
            (Some(Ok(text)), Some(path)) => match Settings::read(&text) {
                Ok(settings) => (settings, None),
                Err(why) => (Settings::default(), Some(put_aside(path, &why))),
            },
            (Some(Err(error)), Some(path)) if error.kind() != std::io::ErrorKind::NotFound => {
                (Settings::default(), Some(put_aside(path, &error.to_string())))
            }
            _ => (Settings::default(), None),
        };
        let written = settings.write();
        (Self { path, written }, settings, complaint)
    }

    /// Writes the settings if they differ from what is written: beside the old file first, then in its place.
    ///
    /// # Errors
    /// A sentence, once for every change.
    pub fn save(&mut self, settings: &Settings) -> Result<(), String> {
        let text = settings.write();
        if text == self.written {
            return Ok(());
        }
        self.written = text;
        let Some(path) = &self.path else { return Ok(()) };
        write(path, &self.written).map_err(|error| format!("Settings cannot be kept in {}: {error}", path.display()))
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Renames a file that cannot be used, so that a person can still look into it.
fn put_aside(path: &Path, why: &str) -> String {
    let stamp = crate::model::time::strftime_local(crate::engine::utc_nanos(), "%Y%m%d-%H%M%S");
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".bad-{stamp}"));
    let aside = PathBuf::from(name);
    match std::fs::rename(path, &aside) {
        Ok(()) => format!(
            "The settings could not be read ({why}), so they are the usual ones; the old file is {}",
            aside.display()
        ),
        Err(error) => format!("The settings in {} could not be read ({why}) nor put aside ({error})", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::Theme;

    #[test]
    fn settings_survive_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/settings.json");
        let (mut keeper, mut settings, complaint) = Keeper::load_from(Some(path.clone()));
        assert_eq!((settings.clone(), complaint), (Settings::default(), None));
        keeper.save(&settings).expect("nothing to do");
        assert!(!path.exists(), "usual settings need no file");
        settings.theme = Theme::Light;
        keeper.save(&settings).expect("saved");
        assert_eq!(Keeper::load_from(Some(path)).1, settings);
    }

    #[test]
    fn a_broken_file_is_put_aside() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        std::fs::write(&path, "{ not json").expect("written");
        let (_, settings, complaint) = Keeper::load_from(Some(path.clone()));
        assert_eq!(settings, Settings::default());
        assert!(complaint.expect("told").contains(".bad-"));
        assert!(!path.exists());
        let kept = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(kept, 1, "the old file is still there under another name");
    }
}
