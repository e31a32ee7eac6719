"""`make` and what it says."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import nullcontext
from pathlib import Path

import book
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes
from project import ENVIRON, ROOT, make, on_unix, targets


@on_unix
def test_make_alone_lists_every_command(sandbox):
    code, printed = make(sandbox)
    assert code == 0
    assert set(re.findall(r"^make ([a-z]+)", printed, re.MULTILINE)) == targets()


@on_unix
@pytest.mark.parametrize(
    ("version", "found"), [("echo Python 3.9.6", "is Python 3.9.6"), ("exit 127", "not on this")]
)
def test_make_says_which_python_it_needs(sandbox, version, found):
    old = sandbox / "python-old"
    old.write_text(f'#!/bin/sh\n[ "$1" = --version ] || exit 1\n{version}\n')
    old.chmod(0o755)
    (sandbox / ".venv" / ".installed").unlink()
    code, printed = make(sandbox, "book", f"PYTHON={old}")
    assert code != 0
    assert "needs Python 3.11 or newer" in printed
    assert found in printed
    assert re.search(r"make book PYTHON=python3\.1[123]$", printed, re.MULTILINE)
    assert "Traceback" not in printed
    assert not (sandbox / ".venv" / ".installed").exists()


@on_unix
@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml"])
def test_make_installs_again_only_when_the_lock_or_the_project_file_changed(sandbox, changed):
    assert "pip install" not in make(sandbox, "-n", "book")[1]
    later = time.time() + 60
    os.utime(sandbox / changed, (later, later))
    assert "pip install" in make(sandbox, "-n", "book")[1]


@on_unix
def test_make_serve(sandbox):
    code, printed = make(sandbox, "serve")
    assert code != 0
    assert "run make book" in printed

    page = sandbox / "_build" / "html" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("the page")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = ["make", f"BIN={Path(sys.executable).parent}", "serve", f"PORT={port}"]
    with subprocess.Popen(
        command,
        cwd=sandbox,
        env=ENVIRON,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            address = re.search(r"http://\S+", server.stdout.readline())[0]
            for _ in range(100):
                try:
                    with urllib.request.urlopen(address) as answer:
                        assert answer.read() == b"the page"
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                pytest.fail(f"nothing answers at {address}")
        finally:
            os.killpg(server.pid, 15)


@pytest.fixture
def tiny_book(sandbox):
    """A book of two pages with the project's own settings: an introduction and a notebook."""
    for name in ("_config.yml", "references.bib"):
        shutil.copy(ROOT / name, sandbox)
    shutil.copytree(ROOT / "_ext", sandbox / "_ext")
    (sandbox / "_toc.yml").write_text("format: jb-book\nroot: intro\nchapters:\n- file: chapter\n")
    return sandbox


@on_unix
def test_make_book_fails_with_the_warning_and_again_the_second_time(tiny_book):
    (tiny_book / "intro.md").write_text("# Title\n\nSee {ref}`nowhere`.\n")
    (tiny_book / "chapter.md").write_text("# Chapter\n")
    for _ in range(2):  # Sphinx alone would pass the second build: it has written the page
        code, printed = make(tiny_book, "book")
        assert code != 0, printed
        ending = printed.partition("The book was not built.")[2]
        assert ending.count("undefined label: 'nowhere'") == 1


@on_unix
def test_make_book_fails_with_the_traceback_of_the_cell(tiny_book):
    (tiny_book / "intro.md").write_text("# Title\n")
    cells = [
        new_markdown_cell("# Chapter"),
        new_code_cell("def slope(x):\n    return 1 / x\n\nslope(0)"),
    ]
    (tiny_book / "chapter.ipynb").write_text(writes(new_notebook(cells=cells)))
    code, printed = make(tiny_book, "book")
    assert code != 0, printed
    ending = printed.partition("The book was not built.")[2]
    assert "----> 4 slope(0)" in ending
    assert "ZeroDivisionError: division by zero" in ending
    assert "site-packages" not in ending  # the build's own tracebacks stay above


@pytest.mark.parametrize(
    ("code", "page", "built"), [(0, True, True), (0, False, False), (1, True, False)]
)
def test_a_built_book_says_where_to_open_it(tmp_path, monkeypatch, capsys, code, page, built):
    html = tmp_path / "_build" / "html"
    html.mkdir(parents=True)
    if page:
        (html / "index.html").touch()
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "build", lambda: (code, ""))
    with nullcontext() if built else pytest.raises(SystemExit, match="1"):
        book.main()
    assert ((html / "index.html").as_uri() in capsys.readouterr().out) is built
