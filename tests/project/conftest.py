"""A folder in which the commands can be tried."""

import shutil

import pytest
from project import ROOT, with_commands


@pytest.fixture
def sandbox(tmp_path):
    """A folder with the Makefile and the tools, in which everything is installed already."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    return with_commands(tmp_path)
