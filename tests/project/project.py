"""The project's own files, and how to run a command in it: shared by the tests beside this file."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13")

on_unix = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("make") is None, reason="needs make"
)


# Without what a `make test` around these tests would tell the make inside them.
ENVIRON = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}


def read(name):
    return (ROOT / name).read_text(encoding="utf8")


def run(*command, cwd=ROOT):
    """Run a command; return its exit code and all that it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=ENVIRON,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        check=False,
    )
    return done.returncode, done.stdout


def make(folder, *arguments):
    """Run make in a folder, with the environment in which the tests run."""
    return run("make", f"BIN={Path(sys.executable).parent}", *arguments, cwd=folder)


def with_commands(folder):
    """Put the Makefile into a folder that has the tools, as if everything were installed."""
    shutil.copy(ROOT / "Makefile", folder)
    for name in ("requirements.txt", "pyproject.toml", ".venv/.installed"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return folder


def targets():
    """The commands that `make` lists."""
    return set(re.findall(r"^([a-z]+):.*## ", read("Makefile"), re.MULTILINE))
