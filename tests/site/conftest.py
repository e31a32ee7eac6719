"""The built book, once for all tests, and a browser to look at it."""

import os
import shutil
import time
from pathlib import Path

import pytest
from browsing import FLAGS, find_browser
from building import ROOT, build
from site_checks import Site
from xdist.scheduler import LoadScopeScheduling

SOURCES = ("_config.yml", "_toc.yml", "intro.md", "references.bib", "requirements.txt")
FOLDERS = ("_ext", "chapters", "optimizers", "tools")
FIRST = ("what_is_drawn", "axe_finds_nothing_serious", "page_renders")
TOGETHER = ("test_site_book.py", "test_site_build.py", "test_site_lab.py")


class OneWorkerForEach(LoadScopeScheduling):
    """Share out single tests, and whole files where all tests want the same, which takes long.

    What `xdist_group` says is lost on the way under pytest 9.2: it names tests in another way.
    """

    def _split_scope(self, nodeid):
        file = nodeid.partition("::")[0]
        return file if file.endswith(TOGETHER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return OneWorkerForEach(config, log)


def pytest_collection_modifyitems(items):
    """The longest first, so that no worker is alone at the end."""
    items.sort(key=lambda item: not any(word in item.name for word in FIRST))


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
