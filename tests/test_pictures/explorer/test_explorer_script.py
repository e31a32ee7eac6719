"""The explorers' script: node runs its tests, and it stays small."""

import os
import re
import subprocess
from pathlib import Path

from pictures.explorer.widget import HERE

ROOT = Path(__file__).resolve().parents[3]


def test_the_script_passes_its_own_tests(node):
    done = subprocess.run(
        [node, "--test", "--test-reporter=spec", Path(__file__).with_name("explorer.test.mjs")],
        env=os.environ | {"EXPLORER_JS": str(HERE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"\bpass (\d+)", done.stdout)[1]) > 40


def test_all_javascript_of_the_explorers_is_small():
    files = [*HERE.glob("*.js"), ROOT / "_ext" / "explorers" / "page.js"]
    assert len(files) == 3
    assert sum(len(file.read_bytes()) for file in files) < 20_000
