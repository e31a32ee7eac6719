"""`make` and what it says."""

import os
import re
import time
from contextlib import nullcontext

import book
import chapter
import pytest
from project import make, on_unix, targets


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


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("06", "06-momentum"),
        ("6", "06-momentum"),
        ("momentum", "06-momentum"),
        ("chapters/06-momentum.ipynb", "06-momentum"),
        ("06-momentum", "06-momentum"),
    ],
)
def test_a_chapter_is_found_by_its_number_or_its_name(wanted, name):
    assert chapter.find(wanted) == name


@pytest.mark.parametrize(("wanted", "why"), [("99", "no chapter is"), ("", "chapters are")])
def test_an_unknown_chapter_is_refused_with_those_there_are(wanted, why):
    with pytest.raises(ValueError, match=why) as refusal:
        chapter.find(wanted)
    assert str(refusal.value).count("\n") == len(list(chapter.CHAPTERS.glob("*.ipynb")))


@on_unix
def test_make_test_of_one_chapter_stays_with_it(sandbox):
    (sandbox / "chapters").mkdir()
    (sandbox / "chapters" / "01-one.ipynb").touch()
    code, printed = make(sandbox, "test", "CHAPTER=99")
    assert code != 0
    assert "no chapter is called '99': write one of\n  01-one\n" in printed
    assert "Traceback" not in printed
    code, planned = make(sandbox, "-n", "test", "CHAPTER=01")
    assert code == 0
    for part in ("--nbval", "tests/test_notebooks.py", "book.py --update", "tests/site"):
        assert part in planned
    assert "ruff" not in planned


@pytest.mark.parametrize(
    ("code", "page", "built"), [(0, True, True), (0, False, False), (1, True, False)]
)
def test_a_built_book_says_where_to_open_it(tmp_path, monkeypatch, capsys, code, page, built):
    html = tmp_path / "_build" / "html"
    html.mkdir(parents=True)
    if page:
        (html / "index.html").touch()
    monkeypatch.setattr(book, "ROOT", tmp_path)
    monkeypatch.setattr(book, "build", lambda keep: (code, ""))
    with nullcontext() if built else pytest.raises(SystemExit, match="1"):
        book.main([])
    assert ((html / "index.html").as_uri() in capsys.readouterr().out) is built
