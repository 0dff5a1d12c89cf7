//! A Vulkan driver: found, or installed where there is none.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, Result};

/// Debian's and Ubuntu's packages of the software driver and the loader.
const PACKAGES: [&str; 2] = ["mesa-vulkan-drivers", "libvulkan1"];

/// How the program `supple` is built.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Profile {
    /// As tests are, which share what has been compiled.
    Dev,
    /// For use.
    Release,
}

/// Builds the program `supple` and returns where it is.
pub(crate) fn build_program(profile: Profile) -> Result<PathBuf> {
    let (folder, options): (_, &[_]) = match profile {
        // Of the whole workspace, so that dependencies have the features that they have for its tests.
        Profile::Dev => ("debug", &["--workspace", "--bin", "supple"]),
        Profile::Release => ("release", &["--release", "--package", "supple-cli"]),
    };
    process::run(&mut process::cargo(&[&["build", "--locked"], options].concat()))?;
    process::built(folder, "supple")
}

/// Makes sure that `supple` finds an adapter, and installs the software driver where it does not.
pub(crate) fn ensure(program: &Path) -> Result<()> {
    if has_adapter(program) {
        return Ok(());
    }
    eprintln!("\nNo usable GPU adapter here: installing the software Vulkan driver.");
    install()?;
    if has_adapter(program) {
        return Ok(());
    }
    Err("there is still no usable adapter after installing the software driver; \
         `vulkaninfo --summary` (package vulkan-tools) may tell why"
        .to_owned())
}

/// Whether `supple adapters` lists one that can be used.
fn has_adapter(program: &Path) -> bool {
    let listing = process::output(Command::new(program).args(["adapters", "--json"]));
    listing.split_whitespace().collect::<String>().contains("\"usable\":true")
}

fn install() -> Result<()> {
    if !process::succeeds("apt-get", &["--version"]) {
        return Err(format!("this machine has no apt. {}", by_hand()));
    }
    let prefix: &[&str] = if process::succeeds("sh", &["-c", "test $(id -u) = 0"]) {
        &[]
    } else if process::succeeds("sudo", &["-n", "true"])
        || process::succeeds("sh", &["-c", "test -t 0 && command -v sudo"])
    {
        &["sudo"]
    } else {
        return Err(format!(
            "installing needs root or sudo. As root: apt-get update && apt-get install -y {}",
            PACKAGES.join(" ")
        ));
    };
    process::run(&mut apt(prefix, &["update"]))?;
    process::run(&mut apt(prefix, &[&["install", "-y", "--no-install-recommends"], &PACKAGES[..]].concat()))
}

fn apt(prefix: &[&str], arguments: &[&str]) -> Command {
    let words = [prefix, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], arguments].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}

/// What to type where apt is not the way.
fn by_hand() -> &'static str {
    match std::env::consts::OS {
        "macos" => "macOS has Metal built in; if no adapter was found, this machine's GPU does not support it.",
        "windows" => "Windows has Direct3D 12 built in, with a software adapter (WARP); update the graphics driver.",
        _ => {
            "Install Mesa's software Vulkan driver: `sudo dnf install mesa-vulkan-drivers vulkan-loader` (Fedora), \
             `sudo pacman -S vulkan-swrast vulkan-icd-loader` (Arch), `sudo apk add mesa-vulkan-swrast vulkan-loader` \
             (Alpine), `sudo zypper install Mesa-libVulkan-devel libvulkan_lvp` (openSUSE)."
        }
    }
}
