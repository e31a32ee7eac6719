"""A folder in which the commands can be tried."""

import shutil

import pytest
from project import ROOT


@pytest.fixture
def sandbox(tmp_path):
    """A folder with the Makefile and the tools, in which everything is installed already."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    for name in ("requirements.txt", "pyproject.toml", ".venv/.installed"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path
