"""Each check of `site_checks` finds what it looks for, and nothing on a page without faults."""

import pytest
import site_checks as checks

PALETTE = {"ink": ("#111111", "#eeeeee")}
GOOD = """\
<html><head><link rel="stylesheet" href="_static/a.css"><link rel="canonical" href="https://x.org">
</head><body><article><h1 id="top">A</h1>
<p>See <a href="b.html#end">b</a>, <a href="#top">up</a>, <a href="https://arxiv.org">paper</a>,
<a class="reference internal" href="#equation-e">(1.2)</a> <code>{ref}`x` ??</code>.
<a href="b.html#end"><span class="xref std std-ref">linked</span></a></p>
<div class="math" id="equation-e"><span class="eqno">(1.2)<a class="headerlink">#</a></span>x</div>
<img src="p.png" alt="A curve that falls from left to right.">
<svg class="gd-figure" role="img" aria-label="A line that rises and then stays level.">
<defs><clipPath id="abc"/></defs>
<path style="fill:none;stroke:var(--gd-ink);clip-path:url(#abc)"/></svg>
<svg aria-hidden="true"></svg></article></body></html>
"""


@pytest.fixture
def make_site(tmp_path):
    def make(page, css="body{background:url(p.png)}"):
        (tmp_path / "_static").mkdir()
        (tmp_path / "_static" / "a.css").write_text(css)
        (tmp_path / "_static" / "p.png").touch()
        (tmp_path / "p.png").touch()
        (tmp_path / "a.html").write_text(page)
        (tmp_path / "b.html").write_text('<article><p id="end">B</p></article>')
        return checks.Site(tmp_path)

    return make


ALL = [
    checks.broken_links,
    checks.missing_alt,
    checks.other_hosts,
    checks.duplicate_ids,
    checks.equations,
    checks.unresolved,
    checks.heavy_pages,
    lambda site: checks.foreign_colours(site, PALETTE),
]


def test_a_good_page_passes_everything(make_site):
    site = make_site(GOOD)
    assert [list(check(site)) for check in ALL] == [[]] * len(ALL)


@pytest.mark.parametrize(
    ("check", "old", "new", "complaint"),
    [
        (checks.broken_links, "b.html#end", "c.html", "c.html leads nowhere"),
        (checks.broken_links, "b.html#end", "b.html#no", "b.html#no has no such anchor"),
        (checks.broken_links, '"#top"', '"#bottom"', "#bottom has no such anchor"),
        (checks.broken_links, 'src="p.png"', 'src="q.png"', "q.png leads nowhere"),
        (checks.broken_links, "_static/a.css", "_static/b.css", "b.css leads nowhere"),
        (checks.broken_links, 'id="abc"', 'id="abd"', "#abc has no such anchor"),
        (checks.broken_links, "b.html#end", "../../etc/b.html", "leads nowhere"),
        (checks.missing_alt, ' alt="A curve that falls from left to right."', "", "no alt text"),
        (checks.missing_alt, "A curve that falls from left to right.", "", "no alt text"),
        (checks.missing_alt, "A curve that falls from left to right.", "p.png", "no alt text"),
        (checks.missing_alt, "A curve that falls from left to right.", "0f" * 32, "no alt text"),
        (checks.missing_alt, "A curve that falls from left to right.", "Curve", "too little"),
        (checks.missing_alt, ' aria-label="A line that rises and then stays level."', "", "no alt"),
        (checks.missing_alt, ' role="img"', "", "not the role of a picture"),
        (checks.other_hosts, "_static/a.css", "https://cdn.org/a.css", "loads https://cdn.org"),
        (checks.other_hosts, 'src="p.png"', 'src="//cdn.org/p.png"', "loads //cdn.org"),
        (checks.other_hosts, 'src="p.png"', 'srcset="p.png, https://c.org/q 2x"', "https://c.org"),
        (checks.other_hosts, 'rel="canonical"', 'rel="preconnect"', "loads https://x.org"),
        (checks.other_hosts, "<h1", '<script src="http://c.org/a.js"></script><h1', "c.org/a.js"),
        (checks.other_hosts, "<h1", '<script>load("https://c.org/")</script><h1', "names https://"),
        (checks.other_hosts, "<h1", "<style>@import 'https://c.org/a'</style><h1", "loads https"),
        (checks.other_hosts, "<h1", '<i style="background:url(//c.org)"></i><h1', "loads //c.org"),
        (checks.other_hosts, "<h1", '<iframe src="https://c.org"></iframe><h1', "loads https://c"),
        (checks.duplicate_ids, "<p>", '<p id="top">', "'top' stands 2 times"),
        (checks.equations, '"eqno">(1.2)', '"eqno">', "has the number ''"),
        (checks.equations, '<span class="eqno">(1.2)', "<span>(1.2)", "has the number ''"),
        (checks.equations, '#equation-e">(1.2)', '#equation-e">(1.3)', "reads '(1.3)'"),
        (checks.equations, "#equation-e", "#equation-f", "reads '(1.2)'"),
        (
            checks.equations,
            "<img",
            '<div class="math" id="equation-f"><span class="eqno">(1.2)</span></div><img',
            "the number (1.2) of another equation",
        ),
        (checks.unresolved, "See", "See ??", "'??' in the text"),
        (checks.unresolved, "See", "See {ref}`ch-adam`", "in the text"),
        (checks.unresolved, "See", "See {{ binder }}", "in the text"),
        (checks.unresolved, "See", '<span class="xref std std-ref">x</span>', "leads nowhere"),
        (checks.unresolved, "See", '<span class="problematic">x</span>', "'x'"),
        (checks.heavy_pages, "See", "See" + " " * checks.PAGE_BYTES, "bytes of its own"),
        (ALL[-1], "var(--gd-ink)", "#111111", "has #111111"),
        (ALL[-1], "var(--gd-ink)", "rgb(1, 1, 1)", "has rgb("),
        (ALL[-1], "var(--gd-ink)", "var(--gd-pink)", "unknown colour pink"),
    ],
)
def test_a_fault_is_found(make_site, check, old, new, complaint):
    assert old in GOOD
    site = make_site(GOOD.replace(old, new, 1))
    problems = list(check(site))
    assert problems
    assert complaint in problems[0]


def test_a_stylesheet_that_loads_a_font_is_found(make_site):
    site = make_site(GOOD, css="@font-face{src:url('https://fonts.org/f.woff2')}")
    assert list(checks.other_hosts(site)) == ["_static/a.css loads https://fonts.org/f.woff2"]


def test_a_picture_counts_for_its_page_but_not_the_theme_s(make_site):
    site = make_site(GOOD)
    (site.folder / "p.png").write_bytes(bytes(checks.PAGE_BYTES))
    (site.folder / "_static" / "p.png").write_bytes(bytes(checks.PAGE_BYTES))
    (problem,) = checks.heavy_pages(site)
    assert problem.startswith("a.html has 50")
