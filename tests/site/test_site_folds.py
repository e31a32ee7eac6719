"""Folded sections: closed at first, opened by a link, by the keyboard, and on paper."""

import json

import pytest
from book_folds import MARK, mark
from building import CHAPTERS, ROOT

CHAPTER = "chapters/03-learning-rate"
SHOWN = "e => e.checkVisibility()"


def closed_cells(name):
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf8"))["cells"]
    return [cell for cell in cells if cell["metadata"].get(MARK)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_is_closed_in_jupyterlab_is_closed_on_the_site(site, name):
    folds = site.pages[f"{name}.html"].article.select("details.gd-fold")
    assert len(folds) == len(closed_cells(name))
    for fold in folds:
        assert fold.summary.find(["h2", "h3", "h4", "h5"]).get_text(strip=True)
        assert not fold.has_attr("open")
        assert fold.select_one(".gd-folded").get_text(strip=True)


@pytest.fixture
def page(browser, html):
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    yield page
    page.close()


def address(html, name=CHAPTER, anchor=""):
    return f"{(html / name).as_uri()}.html{anchor}"


def test_the_keyboard_opens_and_closes(page, html):
    page.goto(address(html))
    fold = page.locator("details.gd-fold").first
    content = fold.locator(".gd-folded > p").first
    assert not content.evaluate(SHOWN)
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert content.evaluate(SHOWN)
    page.keyboard.press("Enter")
    assert not content.evaluate(SHOWN)


@pytest.mark.parametrize("script", [True, False])
def test_a_link_opens_what_it_leads_to(browser, html, script):
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(address(html))
    anchors = page.locator("details.gd-fold .gd-folded [id]")
    names = [anchors.nth(i).get_attribute("id") for i in (0, anchors.count() - 1)]
    assert "proof" in names[0]
    for name in names:
        page.goto("about:blank")
        page.goto(address(html, anchor=f"#{name}"))
        fold = page.locator(f"details.gd-fold:has([id='{name}'])")
        assert fold.get_attribute("open") is not None
    context.close()


def test_paper_shows_all(page, html):
    page.goto(address(html))
    page.emulate_media(media="print")
    contents = page.locator("details.gd-fold .gd-folded > :is(p, .cell)")
    assert contents.count() > 5
    assert all(contents.nth(i).evaluate(SHOWN) for i in range(contents.count()))


def test_a_mark_on_a_cell_without_a_heading_is_refused():
    class App:
        class env:  # noqa: N801
            @staticmethod
            def doc2path(docname):
                return f"{docname}.ipynb"

    cell = {"cell_type": "markdown", "metadata": {MARK: True}, "source": ["Only words."]}
    with pytest.raises(ValueError, match=r"^one, cell 0: .* begins with a heading .*Only words"):
        mark(App, "one", [json.dumps({"cells": [cell]})])
