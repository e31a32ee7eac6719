"""Every page in a real browser: from a server's root, from a sub-path, and as a file."""

from contextlib import contextmanager

import pytest
from browsing import WIDTHS, home, served, visit
from building import CHAPTERS, PAGES

GOOD = """<!doctype html><html><head><title>x</title><link rel="icon" href="data:,"></head>
<body><article><p>Words.</p>{}</article></body></html>"""


@contextmanager
def from_a_file(folder):
    yield folder.as_uri() + "/"


ORIGINS = {
    "root": served,
    "sub-path": lambda folder: served(folder, below="/someone/descent/"),
    "file": from_a_file,
}


@pytest.fixture(scope="module", params=ORIGINS)
def origin(request, html, browser):
    """The address of the book's pages, and a window in which to open them."""
    context = browser.new_context()
    with ORIGINS[request.param](html.resolve()) as base:
        yield request.param, base, context
    context.close()


@pytest.mark.parametrize("name", [*PAGES, "all others"])
def test_a_page_renders_without_a_complaint(site, origin, name):
    """From each origin, and at two widths from one: the layout does not depend on the origin."""
    origin, base, context = origin
    pages = [f"{name}.html"]
    if name == "all others":
        pages = sorted(site.names - {f"{n}.html" for n in PAGES} - {"index.html"})
        assert pages
    for page in pages:
        problems, formulas = visit(context, base, page, WIDTHS if origin == "root" else ())
        assert not problems, "\n" + "\n".join(problems)
        assert formulas >= 5 or name not in CHAPTERS


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ('<img src="no.png">', "status 404"),
        ('<img src="http://other.invalid/a.png">', "asks another host: http://other.invalid"),
        ("<script>console.error('oh no')</script>", "console error: oh no"),
        ("<script>undefinedName()</script>", "uncaught error: undefinedName is not defined"),
        ('<span class="math">\\(x\\)</span>', "not rendered: '\\\\(x\\\\)'"),
        (
            '<span class="math"><mjx-container>y<mjx-merror data-mjx-error="Missing brace">'
            "</mjx-merror></mjx-container></span>",
            "error in mathematics: 'Missing brace'",
        ),
        ('<span class="math"><mjx-container></mjx-container></span>', "1 formulas take no room"),
        ('<div style="width:500px">wide</div>', "sticks out at 360 px: "),
        ('<div style="width:1400px">wide</div>', "sticks out at 1280 px: "),
    ],
)
def test_a_fault_is_found(browser, tmp_path, markup, complaint):
    (tmp_path / "page.html").write_text(GOOD.format(markup), encoding="utf8")
    with served(tmp_path) as base:
        problems, _ = visit(browser, base, "page.html", WIDTHS)
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_page_without_faults_has_none(browser, tmp_path, origin):
    inside = '<div style="overflow-x:auto"><div style="width:2000px">scrolls</div></div>'
    (tmp_path / "page.html").write_text(GOOD.format(inside), encoding="utf8")
    with ORIGINS[origin](tmp_path) as base:
        assert visit(browser, base, "page.html", WIDTHS) == ([], 0)


def test_a_link_that_forgets_the_sub_path_is_found(browser, tmp_path):
    (tmp_path / "a.png").touch()
    (tmp_path / "page.html").write_text(GOOD.format('<img src="/a.png">'), encoding="utf8")
    with ORIGINS["sub-path"](tmp_path) as base:
        problems, _ = visit(browser, base, "page.html")
    assert "status 404" in "".join(problems)


def test_the_bare_address_leads_to_the_landing_page(site, browser):
    page = browser.new_page()
    with served(site.folder.resolve(), below="/descent/") as base:
        page.goto(base)
        page.wait_for_url(f"{base}intro.html")
    page.close()


def test_what_counts_as_home():
    base = "http://127.0.0.1:8000/"
    assert home("http://127.0.0.1:8000/a.css", base)
    assert home("data:image/png;base64,AA", base)
    assert not home("http://127.0.0.1:8001/a.css", base)
    assert not home("https://127.0.0.1:8000/a.css", base)
    assert not home("https://cdn.jsdelivr.net/a.js", "file:///book/")


def test_figures_follow_the_mode(site, browser):
    """The colour of a figure's text is the palette's: light, dark, and light again on paper."""
    from pictures.plots import PALETTE

    def ink(page):
        script = "() => getComputedStyle(document.querySelector('.gd-figure text')).fill"
        return page.evaluate(script)

    def rgb(hex_):
        return "rgb({}, {}, {})".format(*bytes.fromhex(hex_[1:]))

    name = f"{CHAPTERS[0]}.html"
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder.resolve() / name).as_uri())
    light, dark = map(rgb, PALETTE["ink"])
    assert ink(page) == light
    page.evaluate("() => document.documentElement.dataset.theme = 'dark'")
    assert ink(page) == dark
    page.emulate_media(media="print")
    assert ink(page) == light
    context.close()
