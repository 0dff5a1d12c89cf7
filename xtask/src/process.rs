//! Running other programs, and saying what failed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A failure, in words for the person at the terminal.
pub(crate) type Result<T> = std::result::Result<T, String>;

/// The root of the workspace that cargo runs this from: a program that came along in a copied `target` was built in another one.
pub(crate) fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    here.parent().unwrap_or(&here).to_owned()
}

/// `cargo` with these arguments, in the root of the workspace.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// A program that cargo has built, in a folder of its target folder.
pub(crate) fn built(folder: &str, name: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    // A relative CARGO_TARGET_DIR counts from where cargo was run, which is the root of the workspace here.
    let program = root().join(target).join(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if program.is_file() { Ok(program) } else { Err(format!("cargo built no {}", program.display())) }
}

/// Shows the command, runs it, and fails where it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("\n$ {}", show(command));
    // Mesa's layer that picks a device for windows complains where there is no desktop session; nothing needs it.
    command.env("NODEVICE_SELECT", "1");
    let status = command.status().map_err(|error| format!("`{}` could not be started: {error}", show(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", show(command))) }
}

/// What a command prints; nothing where it cannot be started.
pub(crate) fn output(command: &mut Command) -> String {
    let result = command.stdin(Stdio::null()).stderr(Stdio::null()).output();
    result.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a command is there and succeeds; prints nothing.
pub(crate) fn succeeds(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn show(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let environment = command.get_envs().filter_map(|(name, value)| {
        value.map(|value| format!("{}='{}'", name.to_string_lossy(), value.to_string_lossy()))
    });
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy().into_owned());
    environment.chain(words).collect::<Vec<_>>().join(" ")
}
