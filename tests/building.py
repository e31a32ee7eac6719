"""Build a book as `make book` does, and make tiny ones to build. And what the real one holds."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).resolve().parents[1]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf8"))
PAGES = [TOC["root"], *(it["file"] for part in TOC["parts"] for it in part["chapters"])]
CHAPTERS = [name for name in PAGES if (ROOT / f"{name}.ipynb").is_file()]
# What would make the result depend on where the tests run.
FOREIGN = ("BOOK_", "GITHUB_", "CI", "IPYTHONDIR")
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
FENCE = "```"


def build(folder, *arguments, **environment):
    """Build the book in `folder` as `make book` does, whatever the environment of the tests is."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    return subprocess.run(
        [sys.executable, "tools/book.py", *arguments],
        cwd=folder,
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
    for name in ("_ext", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: intro\nchapters:\n  - file: chapters/one\n", encoding="utf8"
    )
    (folder / "intro.md").write_text(
        f"# Tiny\n\n{FENCE}{{only}} repository\nIt is on {{{{ binder }}}}.\n{FENCE}\n",
        encoding="utf8",
    )
    write_chapter(folder, *cells)
    return folder


def write_chapter(folder, *cells):
    notebook = new_notebook(metadata=KERNEL, cells=[new_markdown_cell("# One"), *cells])
    nbformat.write(notebook, folder / "chapters" / "one.ipynb")
