//! Outputs that are written whole or not at all.
//!
//! Each output is written to a temporary file beside its destination. Only when all of them are
//! complete do they take their names, so a run that fails leaves no half-written file, and no
//! gradient without its value. Nothing is there while the program computes, so neither does a run
//! that is stopped then.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{CliError, FileArgument};

/// One output of an [`Outputs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputId(usize);

/// A group of outputs that appear together.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    file: FileArgument,
    /// Where the output goes: the argument's path with symbolic links followed.
    destination: PathBuf,
    /// The complete output, once it is written.
    temporary: Option<NamedTempFile>,
}

impl Outputs {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Makes room for an output. Called before the work begins, it finds a folder that is missing
    /// or cannot be written to at once and not after minutes of computing.
    pub(crate) fn add(&mut self, file: FileArgument) -> Result<OutputId, CliError> {
        let create = |source| CliError::CreateOutput { file: file.clone(), source };
        let destination = destination_of(&file.path).map_err(create)?;
        if let Some(other) = self.pending.iter().find(|p| p.destination == destination) {
            return Err(CliError::SameOutput { first: other.file.clone(), second: file });
        }
        // A device or a pipe would be replaced by a file, not written to.
        if destination.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(CliError::NotAFile { file });
        }
        // Dropped at once: it is to show that there can be one.
        temporary_beside(&destination).map_err(create)?;
        self.pending.push(Pending { file, destination, temporary: None });
        Ok(OutputId(self.pending.len() - 1))
    }

    /// Writes the whole of one output.
    pub(crate) fn write(
        &mut self,
        output: OutputId,
        content: impl FnOnce(&mut BufWriter<&mut NamedTempFile>) -> io::Result<()>,
    ) -> Result<(), CliError> {
        let pending = &mut self.pending[output.0];
        let failed = |source| CliError::WriteOutput { file: pending.file.clone(), source };
        let mut temporary = temporary_beside(&pending.destination).map_err(failed)?;
        let mut writer = BufWriter::new(&mut temporary);
        let written = content(&mut writer).and_then(|()| writer.flush());
        drop(writer);
        written.and_then(|()| temporary.as_file().sync_all()).map_err(failed)?;
        pending.temporary = Some(temporary);
        Ok(())
    }

    /// Gives every output that was written its name. If one cannot have it, those before it are removed again.
    pub(crate) fn commit(self) -> Result<(), CliError> {
        let mut committed: Vec<PathBuf> = Vec::new();
        for pending in self.pending {
            let Some(temporary) = pending.temporary else {
                continue;
            };
            if let Err(failure) = temporary.persist(&pending.destination) {
                for path in committed {
                    // The first error is the one to report.
                    let _ = fs::remove_file(path);
                }
                return Err(CliError::WriteOutput { file: pending.file, source: failure.error });
            }
            committed.push(pending.destination);
        }
        Ok(())
    }
}

/// The file that a path means, by the one name it has whatever links lead to it.
fn destination_of(path: &Path) -> io::Result<PathBuf> {
    if path.exists() {
        return path.canonicalize();
    }
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok(folder.canonicalize()?.join(name))
}

/// A temporary file on the destination's file system, where a rename is atomic, with the
/// permissions of the file that it will replace.
fn temporary_beside(destination: &Path) -> io::Result<NamedTempFile> {
    let folder = destination.parent().unwrap_or(Path::new("/"));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".supple-");
    // Temporary files are private by default; an output is an ordinary file, less the umask.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder)?;
    if let Ok(previous) = destination.metadata() {
        fs::set_permissions(temporary.path(), previous.permissions())?;
    }
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn outputs_appear_together() {
        let folder = tempfile::tempdir().unwrap();
        let mut outputs = Outputs::new();
        let value = outputs.add(FileArgument::new("--out", folder.path().join("d"))).unwrap();
        let grad = outputs.add(FileArgument::new("--grad-x", folder.path().join("g"))).unwrap();
        // A run that is stopped while it computes leaves nothing.
        assert!(names(folder.path()).is_empty());
        outputs.write(value, |w| w.write_all(b"value")).unwrap();
        outputs.write(grad, |w| w.write_all(b"grad")).unwrap();
        assert!(!folder.path().join("d").exists());
        outputs.commit().unwrap();
        assert_eq!(names(folder.path()), ["d", "g"]);
        assert_eq!(fs::read(folder.path().join("d")).unwrap(), b"value");
        assert_eq!(fs::read(folder.path().join("g")).unwrap(), b"grad");
    }

    #[test]
    fn a_failed_write_leaves_nothing_and_keeps_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("d"), b"old").unwrap();
        let mut outputs = Outputs::new();
        let value = outputs.add(FileArgument::new("--out", folder.path().join("d"))).unwrap();
        let error = outputs
            .write(value, |w| {
                w.write_all(b"half")?;
                Err(io::Error::other("disk full"))
            })
            .unwrap_err();
        assert!(error.to_string().contains("--out"));
        assert_eq!(error.exit_code(), 1);
        drop(outputs);
        assert_eq!(names(folder.path()), ["d"]);
        assert_eq!(fs::read(folder.path().join("d")).unwrap(), b"old");
    }

    #[test]
    fn a_failed_commit_takes_back_what_came_before() {
        let folder = tempfile::tempdir().unwrap();
        let mut outputs = Outputs::new();
        for (argument, name) in [("--out", "d"), ("--grad-x", "g")] {
            let output = outputs.add(FileArgument::new(argument, folder.path().join(name))).unwrap();
            outputs.write(output, |w| w.write_all(b"new")).unwrap();
        }
        // Something else takes the second name in the meantime.
        fs::create_dir(folder.path().join("g")).unwrap();
        let error = outputs.commit().unwrap_err();
        assert!(error.to_string().contains("--grad-x"));
        assert_eq!(names(folder.path()), ["g"]);
    }

    #[test]
    fn bad_destinations_are_found_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let mut outputs = Outputs::new();
        let no_folder = FileArgument::new("--out", folder.path().join("no/d"));
        assert!(matches!(outputs.add(no_folder).unwrap_err(), CliError::CreateOutput { .. }));
        assert!(matches!(
            outputs.add(FileArgument::new("--out", folder.path())).unwrap_err(),
            CliError::NotAFile { .. }
        ));
        assert!(matches!(outputs.add(FileArgument::new("--out", "")).unwrap_err(), CliError::CreateOutput { .. }));
        outputs.add(FileArgument::new("--out", folder.path().join("d"))).unwrap();
        let again = FileArgument::new("--grad-x", folder.path().join("./d"));
        assert!(matches!(outputs.add(again).unwrap_err(), CliError::SameOutput { .. }));
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_those_of_an_ordinary_write() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let mode = |name: &str| path(name).metadata().unwrap().permissions().mode() & 0o777;
        fs::write(path("ordinary"), b"").unwrap();
        fs::write(path("private"), b"").unwrap();
        fs::set_permissions(path("private"), fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(path("ordinary"), path("link")).unwrap();

        let mut outputs = Outputs::new();
        for name in ["new", "private", "link"] {
            let output = outputs.add(FileArgument::new("--out", path(name))).unwrap();
            outputs.write(output, |w| w.write_all(b"new")).unwrap();
        }
        outputs.commit().unwrap();
        assert_eq!(mode("new"), mode("ordinary"));
        assert_eq!(mode("private"), 0o600);
        assert!(path("link").is_symlink());
        assert_eq!(fs::read(path("ordinary")).unwrap(), b"new");
    }
}
