#!/usr/bin/env python3
"""Compares supple with other packages: makes their environment, builds our worker, then runs `compare.py` there."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target")).resolve() / "peers"
PYTHONS = [(3, 11), (3, 12)]  # those that every pinned version has a wheel for


def main():
    if sys.version_info[:2] not in PYTHONS:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"error: the pinned packages need Python 3.11 or 3.12, this is {found}; start run.py with one of them")
    python = environment()
    # Options such as `-j1` go through cargo's own variables.
    build = ["cargo", "build", "--release", "--locked", "--target-dir", TARGET / "worker"]
    step("build our worker", [*build, "--manifest-path", HERE / "worker" / "Cargo.toml"], "install Rust from rustup.rs")
    compare = [python, HERE / "compare.py", TARGET, *sys.argv[1:]]
    # Else Python leaves its caches between the sources.
    sys.exit(subprocess.run(compare, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}).returncode)


def environment():
    """The Python of a virtual environment with the pinned packages; made anew when the pins change."""
    venv = TARGET / "venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = b"".join((HERE / name).read_bytes() for name in ("requirements.txt", "constraints.txt", "built.txt"))
    stamp = venv / "pins"
    wanted = hashlib.sha256(sys.version.encode() + pins).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"making {venv}: about 3 GB to download and 6 GB on disk, most of it PyTorch", file=sys.stderr)
        step("make a virtual environment", [sys.executable, "-m", "venv", "--clear", venv], "install python3-venv")
        install = [python, "-m", "pip", "install", "--quiet"]
        peers = [*install, "--requirement", HERE / "requirements.txt"]
        step("install the pinned peers", peers, "check that pip reaches a package index and that the disk has room")
        # Without isolation, so that they find the packages that were just installed, not others of any version.
        build = [*install, "--no-build-isolation", "--requirement", HERE / "built.txt"]
        step("build the peers that have no wheels", build, "install a C++ compiler")
        stamp.write_text(wanted)
    return python


def step(what, command, remedy):
    try:
        subprocess.run(command, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"error: could not {what}: {error}; {remedy}")


if __name__ == "__main__":
    main()
