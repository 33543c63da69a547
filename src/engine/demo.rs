//! The demo workspace: twelve recorded runs of the pipeline in `packaging/demo`, carried inside the program.

use std::path::{Path, PathBuf};

use super::{Failure, workspace};

/// What `packaging/demo/record.sh` recorded.
static DEMO: &[u8] = include_bytes!("../../data/demo/demo.reelbench");

/// The demo in the platform's data folder, written there first if this program's is not there yet.
///
/// # Errors
/// When the folder or file cannot be written.
pub fn path() -> Result<PathBuf, Failure> {
    let hash = blake3::hash(DEMO).to_hex();
    // The name carries the content, so that a new program brings a new demo and notes made in an old one stay.
    let path = workspace::in_data_folder(&format!("demo-{}.{}", &hash[..8], workspace::EXTENSION))?;
    if !path.exists() {
        write(&path)?;
    }
    Ok(path)
}

/// Writes the demo to a file of its own.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::File {
        path: path.to_owned(),
        reason: format!("the demo cannot be written: {error}"),
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    std::io::Write::write_all(&mut file, DEMO).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
