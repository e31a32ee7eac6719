"""The built book, once for all tests, and a browser to look at it."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

from building import build  # noqa: E402  (it needs nothing from _ext, but reads better here)
from site_checks import Site  # noqa: E402

SOURCES = ("_config.yml", "_toc.yml", "intro.md", "references.bib", "requirements.txt")
FOLDERS = ("_ext", "chapters", "optimizers")
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def html(tmp_path_factory, request):
    """The folder of the built book: `BOOK_HTML` if it is set, else a build of our own.

    Workers of pytest-xdist share one build: the first to make the folder builds, the rest wait.
    """
    if ready := os.environ.get("BOOK_HTML"):
        folder = Path(ready).resolve()
        if not (folder / "intro.html").is_file():
            pytest.fail(f"BOOK_HTML is {ready}, where there is no intro.html: build the book first")
        return folder
    base = tmp_path_factory.getbasetemp()
    book = (base.parent if hasattr(request.config, "workerinput") else base) / "book"
    log, html = book / "build.log", book / "_build" / "html"
    try:
        book.mkdir()
    except FileExistsError:
        while not log.exists():
            time.sleep(0.5)
    else:
        for name in SOURCES:
            if (ROOT / name).exists():
                shutil.copy(ROOT / name, book)
        for name in FOLDERS:
            ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
            shutil.copytree(ROOT / name, book / name, ignore=ignore)
        done = build(book)
        text = f"exit code {done.returncode}\n{done.stdout}"
        (book / "unfinished.log").write_text(text, encoding="utf8")
        (book / "unfinished.log").rename(log)
    text = log.read_text(encoding="utf8")
    if not text.startswith("exit code 0\n"):
        pytest.fail(f"the book does not build without a warning:\n{text}", pytrace=False)
    return html


@pytest.fixture(scope="session")
def site(html):
    return Site(html)


def find_browser():
    for name in filter(None, (os.environ.get("BOOK_BROWSER"), *BROWSERS)):
        if found := shutil.which(name):
            return found
    return None


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    executable = find_browser()
    if executable is None:
        message = "no Chromium or Chrome found: install one, or name it in BOOK_BROWSER"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()
