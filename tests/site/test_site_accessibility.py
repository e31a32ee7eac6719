"""axe finds nothing serious on any page; and what it is spared would not have told it more."""

import accessibility
import pytest
from accessibility import serious, serious_in_full
from building import CHAPTERS, PAGES

CODE = 40 * '<span class="k">for</span> <span class="n">rule</span> <span class="o">in</span>\n'
FORMULAS = 30 * "<mjx-container><mjx-math><mjx-mi>x</mjx-mi></mjx-math></mjx-container> and "
PAGE = """<!doctype html><html lang="en"><head><title>x</title><style>
  body {{ background: #fff; color: #222 }} .k {{ color: #060 }} .n {{ color: #224 }}
  .faint {{ color: #bbb }} .grey {{ background: #888 }} .over {{ position: absolute; color: #060 }}
  [data-theme=dark] body {{ background: #111; color: #eee }}
  [data-theme=dark] :is(.k, .n, .o, .over) {{ color: #9d9 }}
  [data-theme=dark] .later {{ color: #333 }} .later {{ color: #224 }}
</style></head><body><main><h1>Words</h1><p>{formulas}</p>
<div class="highlight"><pre>{code}</pre></div></main></body></html>"""


@pytest.fixture
def open_page(browser):
    """Open an address in a window of its own."""
    contexts = []

    def visit(address):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(html, open_page, name):
    found = serious(open_page((html / f"{name}.html").as_uri()))
    assert not found, "\n".join(found)


def test_on_a_whole_page_all_of_axe_finds_nothing_more(html, open_page):
    """A chapter with code, figures and mathematics; the shortest one, since this takes its time."""
    chapters = (html / f"{name}.html" for name in CHAPTERS)
    shortest = min(chapters, key=lambda page: page.stat().st_size)
    assert serious_in_full(open_page(shortest.as_uri())) == []


FAULTS = {  # markup in the text, markup in the code
    "nothing": ("", ""),
    "a faint word of code": ("", '<span class="k faint">for</span>'),
    "faint letters of a formula": (
        '<mjx-container><mjx-mi class="faint">max</mjx-mi></mjx-container>',
        "",
    ),
    "a word on another ground": ("", '<b class="grey"><span class="n">rule</span></b>'),
    "faint by its ancestor": ('<span style="opacity:0.4">and</span>', ""),
    "faint in the dark alone": ("", '<span class="later">rule</span>'),
    "laid over another ground": (
        '<span style="position:relative"><i class="grey">and and and</i>'
        '<i class="over" style="left:0">and</i></span>',
        "",
    ),
    "a hidden formula that takes the focus": (
        '<mjx-container aria-hidden="true"><a href="#">x</a></mjx-container>',
        "",
    ),
    "a button without words": ("<button></button>", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_among_many_of_a_kind_is_found_as_by_all_of_axe(
    open_page, tmp_path, monkeypatch, fault
):
    monkeypatch.setattr(accessibility, "SETTLE", 0)  # nothing passes over on this page
    text, code = FAULTS[fault]
    page = tmp_path / "page.html"
    page.write_text(
        PAGE.format(formulas=FORMULAS + text + FORMULAS, code=CODE + code + CODE), encoding="utf8"
    )
    found, full = (look(open_page(page.as_uri())) for look in (serious, serious_in_full))
    assert bool(found) is (fault != "nothing")
    assert {line[:40] for line in found} == {line[:40] for line in full}
