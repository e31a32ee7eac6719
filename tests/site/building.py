"""Build a book with Jupyter Book, and make tiny ones to build."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
# What would make the result depend on where the tests run.
FOREIGN = ("BOOK_", "GITHUB_", "CI", "IPYTHONDIR")
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
FENCE = "```"


def build(folder, **environment):
    """Build the book in `folder` as `make book` does; the output has the warnings in it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    for stale in ("html", ".doctrees"):
        shutil.rmtree(folder / "_build" / stale, ignore_errors=True)
    return subprocess.run(
        [
            *(sys.executable, "-c", "from jupyter_book.cli.main import main; main()"),
            *("build", str(folder), "-W", "-n", "--keep-going"),
        ],
        env=clean | {"BOOK_REPOSITORY_URL": "", "NO_COLOR": "1"} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf8",
        check=False,
    )


def figure(source, **mystnb):
    cell = new_code_cell(source)
    cell.metadata["mystnb"] = mystnb
    return cell


def tiny_book(folder, *cells):
    """Write a book of two pages with the real book's configuration: a notebook of these cells."""
    (folder / "chapters").mkdir(parents=True)
    for name in ("_config.yml", "references.bib"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "_ext", folder / "_ext", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nchapters:\n  - file: chapters/one\n", encoding="utf8"
    )
    (folder / "intro.md").write_text(
        f"# Tiny\n\n{FENCE}{{only}} repository\nIt is on {{{{ binder }}}}.\n{FENCE}\n",
        encoding="utf8",
    )
    notebook = new_notebook(metadata=KERNEL, cells=[new_markdown_cell("# One"), *cells])
    nbformat.write(notebook, folder / "chapters" / "one.ipynb")
    return folder
