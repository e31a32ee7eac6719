"""`make book` and `make serve` on tiny books: a build fails, is cut off, stopped, repeated."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import book
import psutil
import pytest
from building import build, figure, tiny_book, write_chapter
from nbformat.v4 import new_code_cell
from project import ENVIRON, make, on_unix, with_commands

FIGURE = """\
import matplotlib.pyplot as plt
from pictures import plots

plots.use_style()
plt.plot([0, 1], [0, 1], color=plots.INK)
plt.show()"""
ALT = {"alt": "A straight line from the lower left to the upper right."}


@pytest.fixture
def tiny(tmp_path):
    """A book of two pages with the project's own settings, in a folder with its commands."""
    folder = tiny_book(tmp_path / "book")
    with_commands(folder)
    return folder


@on_unix
def test_make_book_fails_with_the_warning_and_again_the_second_time(tiny):
    (tiny / "intro.md").write_text("# Title\n\nSee {ref}`nowhere`.\n")
    code, printed = make(tiny, "book")
    assert code != 0
    assert ending(printed).count("undefined label: 'nowhere'") == 1
    # Sphinx alone would pass the second build: it has written the page.
    done = build(tiny, "--update")
    assert done.returncode != 0
    assert ending(done.stdout).count("undefined label: 'nowhere'") == 1


@on_unix
def test_make_book_fails_with_the_traceback_of_the_cell(tiny):
    write_chapter(tiny, new_code_cell("def slope(x):\n    return 1 / x\n\nslope(0)"))
    code, printed = make(tiny, "book")
    assert code != 0, printed
    said = ending(printed)
    assert "chapters/one.ipynb:" in said
    assert "----> 4 slope(0)" in said
    assert "ZeroDivisionError: division by zero" in said
    assert "site-packages" not in said  # the build's own tracebacks stay above


def ending(printed):
    """What a failed build says at its end."""
    assert "The book was not built." in printed, printed
    return printed.partition("The book was not built.")[2]


@on_unix
def test_a_build_that_was_cut_off_does_not_harm_the_next(tiny):
    """Killed; or whatever was being written is there by half: figures, runs, pages, memory."""
    write_chapter(tiny, figure(FIGURE, image=ALT))
    with started(tiny, sys.executable, "tools/book.py") as process:
        until(process, "executed in")
    done = build(tiny)  # `started` has killed the one before
    assert done.returncode == 0, done.stdout

    page = tiny / "_build" / "html" / "chapters" / "one.html"
    before = page.read_bytes()
    files = [file for file in (tiny / "_build").rglob("*") if file.is_file()]
    for part in ("jupyter_execute/*.svg", ".runs/*/*.ipynb", "*.doctree", "*/one.html"):
        assert any(file.match(part) for file in files), part
    for file in files:
        os.truncate(file, file.stat().st_size // 2)
    done = build(tiny, "--update")
    assert done.returncode == 0, done.stdout
    assert page.read_bytes() == before

    # Jupyter Book by itself, which removes nothing, takes no such figure either.
    (svg,) = (tiny / "_build" / "jupyter_execute").rglob("*.svg")
    os.truncate(svg, 1000)
    for stale in ("html", ".doctrees"):
        shutil.rmtree(tiny / "_build" / stale)
    plain = [sys.executable, "-c", book.START, "build", "-W", "-n", "--keep-going", "."]
    done = subprocess.run(plain, cwd=tiny, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_log_ends_with_the_page_and_the_error_of_an_extension(tiny):
    write_chapter(tiny, figure(FIGURE, image=ALT))
    extension = tiny / "_ext" / "book_figures.py"
    text = extension.read_text(encoding="utf8")
    assert "    def run(self, **kwargs):\n" in text
    text = text.replace(
        "    def run(self, **kwargs):\n", "    def run(self, **kw):\n        {}['bug']\n"
    )
    extension.write_text(text, encoding="utf8")
    done = build(tiny)
    assert done.returncode != 0
    said = ending(done.stdout)
    assert "While building the page chapters/one:" in said
    assert "KeyError: 'bug'" in said
    assert "book_figures.py" in said


# Stopped


@contextmanager
def started(folder, *command):
    """A command in a session of its own; ends with all that it has started."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=ENVIRON | {"BOOK_REPOSITORY_URL": "", "BOOK_EXECUTE": "cache"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell lets what it starts in the background ignore Ctrl+C, and that is inherited.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def until(process, pattern):
    """Read what a command prints, line by line, until it says this."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(pattern, line):
            return found
    pytest.fail(f"{pattern!r} was never said:\n" + "".join(lines))


@on_unix
@pytest.mark.parametrize("to_all", [True, False], ids=["Ctrl+C", "a signal to it alone"])
def test_a_build_is_stopped_without_a_traceback_and_leaves_nothing_running(tiny, to_all):
    marker = tiny / "running"
    sleep = f"from pathlib import Path\nimport time\nPath({str(marker)!r}).touch()\ntime.sleep(300)"
    write_chapter(tiny, new_code_cell(sleep))
    make_book = ["make", f"BIN={Path(sys.executable).parent}", "book"]
    command = make_book if to_all else [sys.executable, "tools/book.py"]
    with started(tiny, *command) as process:
        until(process, "running notebooks: 1 of 1")
        while not marker.exists():
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
        assert any("ipykernel" in " ".join(child.cmdline()) for child in family)
        if to_all:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
        assert process.returncode != 0
        assert "Stopped: the book is not complete" in printed
        assert "Traceback" not in printed
        _, alive = psutil.wait_procs(family, timeout=20)
        assert not alive


# Repeated


def read(printed):
    """The pages that Sphinx has read."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", printed)
    return set(re.findall(r"^reading sources\.\.\. \[ *\d+%\] (\S+)$", plain, re.MULTILINE))


def test_an_update_builds_what_has_changed(tiny):
    write_chapter(tiny, new_code_cell("print(6 * 7)"))
    assert read(build(tiny, "--update").stdout) == {"intro", "chapters/one"}  # there was nothing
    (tiny / "intro.md").write_text("# New words\n")
    done = build(tiny, "--update")
    assert read(done.stdout) == {"intro"}
    assert "executed in" not in done.stdout
    assert "New words" in (tiny / "_build" / "html" / "intro.html").read_text(encoding="utf8")

    write_chapter(tiny, new_code_cell("print(6 * 8)"))
    done = build(tiny, "--update")
    assert read(done.stdout) == {"chapters/one"}
    assert "chapters/one.ipynb: executed in" in done.stdout
    assert "48" in (tiny / "_build" / "html" / "chapters" / "one.html").read_text(encoding="utf8")

    (tiny / "_build" / ".runs" / "chapters" / "one.ipynb").unlink()  # as when a module has changed
    done = build(tiny, "--update")
    assert read(done.stdout) == {"chapters/one"}
    assert "chapters/one.ipynb: executed in" in done.stdout


@on_unix
def test_make_serve_builds_the_book_and_again_on_each_change(tiny):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = f"http://127.0.0.1:{port}/intro.html"

    def shown():
        with urllib.request.urlopen(page) as answer:
            return answer.read().decode()

    command = ("make", f"BIN={Path(sys.executable).parent}", "serve", f"PORT={port}")
    with started(tiny, *command) as process:
        until(process, "There is no book yet")
        until(process, f"http://127.0.0.1:{port}/")
        assert "New words" not in shown()
        (tiny / "intro.md").write_text("# New words\n")
        until(process, r"Changed: intro\.md")
        until(process, ": built again, in")
        assert "New words" in shown()
        (tiny / "intro.md").write_text("# Newer words\n\nSee {ref}`nowhere`.\n")
        until(process, "The book was not built")
        until(process, "NOT built again")
        assert "Newer words" in shown()
        os.killpg(process.pid, signal.SIGINT)
        printed, _ = process.communicate(timeout=30)
        assert "Stopped." in printed
        assert "Traceback" not in printed


@on_unix
def test_make_serve_without_a_book_and_without_its_sources_says_so(sandbox):
    code, printed = make(sandbox, "serve")
    assert code != 0
    assert "There is no book yet" in printed
    assert "The book was not built" in printed
