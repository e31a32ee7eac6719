"""What `pictures/svg.py` makes of matplotlib's SVG, and what it refuses."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from optimizers import BOWL
from pictures import plots
from pictures.svg import inline_svg, restyle, stylesheet, variables
from pictures.svg_path import compact, shorten

ALT = 'Two "lines" & a <curve>.'


def drawn(draw, **subplots):
    """The SVG text of a figure, as the kernels of the build hand it over."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "descent"}):
        plots.use_style()
        fig, axes = plt.subplots(**subplots)
        draw(axes)
        file = io.StringIO()
        fig.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(fig)
    return file.getvalue()


def lines(ax):
    ax.plot([0, 1, 2], [0, 1, 0.5], color=plots.ACCENT, marker="o", label="a rule")
    ax.fill_between([0, 1, 2], [0, 1, 0.5], color=plots.ACCENT, alpha=0.2)
    ax.set_xlabel("η", fontweight="bold")
    ax.legend()


def panels(axes):
    axes[0].loglog(np.logspace(-8, 0, 30), np.logspace(-3, 3, 30), color=plots.INK)
    plots.log_axis(axes[0].xaxis)
    lines(axes[1])


FIGURES = {
    "lines": (lines, {}),
    "contours": (lambda ax: plots.contours(ax, BOWL), {}),
    "two panels": (panels, {"ncols": 2}),
    "wireframe": (
        lambda ax: plots.wireframe(ax, BOWL),
        {"subplot_kw": {"projection": "3d"}},
    ),
    "quiver": (lambda ax: plots.quiver(ax, BOWL), {}),
}


@pytest.fixture(params=FIGURES)
def source(request):
    draw, subplots = FIGURES[request.param]
    return drawn(draw, **subplots)


def test_every_kind_of_figure_becomes_a_small_self_contained_element(source):
    svg = inline_svg(source, ALT, "f1", plots.PALETTE)
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == ALT
    assert {e.tag for e in root.iter()}.isdisjoint({"metadata", "title", "style", "desc"})
    assert "{" not in svg  # no namespaces, no rules for "*"
    assert "http" not in svg
    assert not re.search("#[0-9a-fA-F]{6}", svg)
    assert "DejaVu" not in svg
    assert len(svg) < min(0.75 * len(source), 40_000)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', svg)
    assert len(ids) == len(set(ids))
    assert set(ids) == {a or b for a, b in used}
    assert all(name.startswith("f1-") for name in ids)


def test_the_size_is_matplotlib_s_in_css_pixels(source):
    root = ElementTree.fromstring(inline_svg(source, ALT, "f1", plots.PALETTE))
    points = re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', source).groups()
    pixels = [float(root.get(name)) for name in ("width", "height")]
    assert pixels == pytest.approx([float(p) * 4 / 3 for p in points], abs=0.5)


def corners(path):
    """The points of path data that has only M, L, l and z in it, subpath by subpath."""
    subpaths = []
    for command, numbers in re.findall(r"([MLlz])([^MLlz]*)", path):
        values = [float(n) for n in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", numbers)]
        for point in zip(values[::2], values[1::2], strict=True):
            if command == "M":
                subpaths.append([point])
            elif command == "L":
                subpaths[-1].append(point)
            else:
                x, y = subpaths[-1][-1]
                subpaths[-1].append((x + point[0], y + point[1]))
    return subpaths


def once(points, decimals):
    """The coordinates of the points, rounded; where several round to one, that one once."""
    points = [tuple(round(n, decimals) for n in point) for point in points]
    return [n for at, p in enumerate(points) if at == 0 or p != points[at - 1] for n in p]


def test_no_line_moves_by_more_than_a_twentieth_of_a_point(source):
    """Every path is in the result, in order; only points that round to one are drawn once."""
    kept = iter(re.findall(r' d="([^"]*)"', inline_svg(source, ALT, "f1", plots.PALETTE)))
    invisible = re.compile(r'<path d="[^"]*"\s+style="fill: none"/>')
    for original in re.findall(r' d="([^"]*)"', invisible.sub("", source)):
        written = next(kept)
        if re.search("[CQ]", original):
            pair = [map(float, re.findall(r"-?\d*\.?\d+", d)) for d in (original, written)]
            assert list(pair[1]) == pytest.approx(list(pair[0]), abs=0.006)
            continue
        decimals = 1 if len(original) >= 1000 else 2
        for before, after in zip(corners(original), corners(written), strict=True):
            rounded = [once(subpath, decimals) for subpath in (before, after)]
            assert rounded[0] == pytest.approx(rounded[1], abs=1e-9)
    assert next(kept, None) is None


def test_text_stays_text_and_words_survive():
    svg = inline_svg(drawn(lines), ALT, "f1", plots.PALETTE)
    texts = [e.text for e in ElementTree.fromstring(svg).iter("text")]
    assert "η" in texts
    assert "a rule" in texts
    assert "font-weight:bold" in svg.replace(" ", "") or "font-weight:700" in svg


def test_two_figures_share_no_id_and_one_figure_is_always_the_same():
    first, second = (inline_svg(drawn(lines), ALT, p, plots.PALETTE) for p in ("f1", "f2"))
    ids = [set(re.findall(r'id="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert ids[0].isdisjoint(ids[1])
    assert first == inline_svg(drawn(lines), ALT, "f1", plots.PALETTE)


@pytest.mark.parametrize("foreign", ["#ff0000", "0.5", "tab:blue", "k"])
def test_a_colour_outside_the_palette_is_refused_by_its_name(foreign):
    source = drawn(lambda ax: ax.plot([0, 1], [0, 1], color=foreign))
    with pytest.raises(ValueError, match=f"the colour {mpl.colors.to_hex(foreign)} is not in"):
        inline_svg(source, ALT, "f1", plots.PALETTE)


def test_a_background_outside_the_palette_is_refused():
    def paint(ax):
        ax.set_facecolor("ivory")

    source = drawn(paint)
    with pytest.raises(ValueError, match="#fffff0"):
        inline_svg(source, ALT, "f1", plots.PALETTE)


def test_a_bitmap_may_be_in_a_figure():
    source = drawn(lambda ax: ax.imshow(np.eye(3), cmap="gray"))
    assert 'href="data:image/png' in inline_svg(source, ALT, "f1", plots.PALETTE)


def test_two_names_for_one_light_colour_are_refused():
    with pytest.raises(ValueError, match="'a' and 'b' share the light colour #AAAAAA"):
        variables({"a": ("#aaaaaa", "#000000"), "b": ("#AAAAAA", "#111111")})


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("M 1.23456 -0.001 \nC 10.0 2.5 0.25 -0.5 1 1 z", "M1.23 0C10 2.5 .25 -.5 1 1z"),
        ("rotate(-90 15.18 119.799)", "rotate(-90 15.18 119.8)"),
        ("rotate(-0 52.29 142.68)", ""),
        ("1.5e-05 3", "0 3"),
        ("matrix(1 0 0 -1 0.1234 7)", "matrix(1 0 0 -1 .12 7)"),
    ],
)
def test_numbers_are_shortened_and_no_more(long, short):
    assert shorten(long) == short


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 10 20 \nL 11.5 19.25 \nL 11.5 30 z", "M10 20l1.5-.75 0 10.75z"),
        ("M 0 0 L 1 1 L 1.001 1.001 L 2 2", "M0 0l1 1 1 1"),
        ("M 5 5 L 5 5", "M5 5l0 0"),
        ("M 0 0 L 4 0 L 4 4 z M 9 9 L 8 8 z", "M0 0l4 0 0 4zM9 9l-1-1z"),
        ("M 0 0 L 4 0 z L 1 1", "M0 0l4 0zl1 1"),
        ("M 1e-05 0 L -1e-05 2.5e-05", "M0 0l0 0"),
        ("M 0 0 L 0.3 0.3 L 0.6 0.6", "M0 0l.3 .3 .3 .3"),
    ],
)
def test_straight_lines_are_written_relative(path, short):
    assert compact(path) == short


def test_errors_do_not_add_up_along_a_path():
    path = "M 0 0 " + "L ".join(f"{i / 3} {i / 7} " for i in range(1000)).join(("L ", ""))
    (points,) = corners(compact(path))
    assert points[-1] == pytest.approx((333, 999 / 7), abs=0.0501)


def test_old_matplotlib_wrote_the_font_in_one_declaration():
    known = variables(plots.PALETTE)
    style = "font: italic 700 12.345px 'DejaVu Sans', sans-serif; fill: #1f2933"
    expected = "font-size:12.35px;font-weight:700;font-style:italic;fill:var(--gd-ink)"
    assert restyle(style, known) == expected.replace("12.35", f"{12.345:.2f}")


def test_the_stylesheet_has_light_dark_and_paper():
    text = stylesheet({"ink": ("#111111", "#eeeeee")})
    light, dark, paper = re.findall(r"--gd-ink: (#\w+);", text)
    assert (light, dark, paper) == ("#111111", "#eeeeee", "#111111")
    assert text.index(":root") < text.index('data-theme="dark"') < text.index("@media print")
