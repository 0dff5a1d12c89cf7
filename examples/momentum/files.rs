//! Where a picture goes.

use std::error::Error;
use std::fs;
use std::path::Path;

/// Writes a file whole or not at all: under another name first.
pub fn write_whole(file: &Path, content: &str) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let written = fs::write(&part, content).and_then(|()| fs::rename(&part, file));
    written.map_err(|error| {
        let _ = fs::remove_file(&part); // the first error is the one to report
        format!("{}: {error}", file.display()).into()
    })
}
