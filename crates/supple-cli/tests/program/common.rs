//! Running the program on files in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use npyz::WriterBuilder;
use serde_json::Value;

/// A folder with the files of one test.
pub(crate) struct Folder(tempfile::TempDir);

/// What the program did.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program in the current folder.
pub(crate) fn supple(arguments: &[&str]) -> Outcome {
    Outcome::of(Command::new(env!("CARGO_BIN_EXE_supple")).args(arguments))
}

/// The `GunPoint` data set's training and test files.
pub(crate) fn gun_point() -> [String; 2] {
    data_set("GunPoint")
}

/// A data set's training and test files.
pub(crate) fn data_set(name: &str) -> [String; 2] {
    ["TRAIN", "TEST"].map(|part| {
        let path = format!("../../tests/data/{name}/{name}_{part}.ts");
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path).to_str().unwrap().to_owned()
    })
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program in this folder.
    pub(crate) fn supple(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(Command::new(env!("CARGO_BIN_EXE_supple")).args(arguments).current_dir(self.0.path()))
    }

    /// The same, of a process whose threads have stacks of so many KiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn supple_with_stacks(&self, kibibytes: u32, arguments: &[&str]) -> Outcome {
        let script = format!("ulimit -s {kibibytes} && exec \"$@\"");
        let command = ["-c", &script, "sh", env!("CARGO_BIN_EXE_supple")];
        Outcome::of(Command::new("sh").args(command).args(arguments).current_dir(self.0.path()))
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// Writes an array of f32.
    pub(crate) fn npy(&self, name: &str, shape: &[u64], values: &[f32]) {
        self.array(name, shape, values);
    }

    /// Writes an array of any type.
    pub(crate) fn array<T: npyz::AutoSerialize + Copy>(&self, name: &str, shape: &[u64], values: &[T]) {
        let file = fs::File::create(self.path(name)).unwrap();
        let mut writer = npyz::WriteOptions::new().default_dtype().shape(shape).writer(file).begin_nd().unwrap();
        writer.extend(values.iter().copied()).unwrap();
        writer.finish().unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Reads an array of f32 and its shape.
    pub(crate) fn read_npy(&self, name: &str) -> (Vec<u64>, Vec<f32>) {
        let array = npyz::NpyFile::new(fs::File::open(self.path(name)).unwrap()).unwrap();
        (array.shape().to_vec(), array.into_vec().unwrap())
    }

    /// The names of all files, hidden ones too.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the program, which must refuse its input with a message that has all of `fragments`, say nothing on
    /// standard output and leave no file behind.
    pub(crate) fn refuses(&self, arguments: &[&str], fragments: &[&str]) {
        let before = self.names();
        let Outcome { code, stdout, stderr } = self.supple(arguments);
        assert_eq!(code, 2, "{arguments:?}: {stderr}");
        for fragment in fragments {
            assert!(stderr.contains(fragment), "{arguments:?}: no {fragment:?} in {stderr}");
        }
        assert_eq!(stdout, "", "{arguments:?}");
        assert_eq!(self.names(), before, "{arguments:?}");
    }
}

impl Outcome {
    fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The summary for a person, of a run that succeeded.
    pub(crate) fn text(self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self.stdout
    }

    /// The summary for a program, of a run that succeeded.
    pub(crate) fn json(self) -> Value {
        serde_json::from_str(&self.text()).unwrap()
    }
}

/// Numbers between -1 and 1 that follow no pattern, the same in every run.
pub(crate) fn wavy(count: usize, phase: f32) -> Vec<f32> {
    (0..count).map(|k| ((k * k) as f32 * 0.37 + phase).sin()).collect()
}

/// Asserts that results are those of the f64 twin. The sums are short (some tens of cells along a path), so f32 keeps
/// six digits; the bound leaves one or two of them to a driver's exp2.
pub(crate) fn assert_close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (k, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error <= 2e-5 * (1.0 + expected.abs()), "element {k}: {found} for {expected}");
    }
}
