"""Where a point of the data stands in the picture: matplotlib's own drawing is the oracle."""

import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.ticker import NullLocator

from pictures import plots
from pictures.explorer import Choice, panel
from pictures.explorer.panels import REACH, UNIT, Panels, marks_of, picture, place, scale, settle

ALT = "Something that a reader would want to see."
WINDOWS = {"linear": (-2.0, 3.0), "log": (1e-3, 50.0)}
every_x = pytest.mark.parametrize("x", WINDOWS)
every_y = pytest.mark.parametrize("y", WINDOWS)


def axes(x, y, **more):
    ax = panel(ALT, **more)
    ax.set(xscale=x, yscale=y, xlim=WINDOWS[x], ylim=WINDOWS[y])
    for axis in (ax.xaxis, ax.yaxis):  # ticks take most of the time
        axis.set_major_locator(NullLocator())
        axis.set_minor_locator(NullLocator())
    settle(ax)
    return ax


@pytest.fixture(scope="module")
def planes():
    return {(x, y): axes(x, y) for x in WINDOWS for y in WINDOWS}


def svg_of(figure):
    file = io.StringIO()
    with mpl.rc_context({"path.simplify": False}):
        figure.savefig(file, format="svg")
    return ElementTree.fromstring(file.getvalue())


def drawn(root, name):
    """The points of a path that matplotlib wrote for an artist."""
    (group,) = [e for e in root.iter() if e.get("id") == name]
    path = group.find("{http://www.w3.org/2000/svg}path").get("d")
    return np.array(re.findall(r"[ML] (\S+) (\S+)", path), float)


@every_x
@every_y
@pytest.mark.parametrize("size", [(3.3, 2.75), (6.6, 2.6)])
def test_a_point_stands_where_matplotlib_draws_it(x, y, size):
    ax = axes(x, y, size=size)
    rng = np.random.default_rng(1)
    inside = np.stack(
        [
            getattr(np, {"linear": "linspace", "log": "geomspace"}[kind])(*WINDOWS[kind], 60)
            for kind in (x, y)
        ],
        axis=-1,
    )
    inside = np.stack([rng.permutation(column) for column in inside.T], axis=-1)
    around = inside[:9] + np.ptp(inside, axis=0)  # no clipping for a polygon, even off the paper
    ax.plot(*inside.T, gid="line")
    ax.fill(*around.T, gid="polygon")
    root = svg_of(ax.figure)
    for name, points in {"line": inside, "polygon": around}.items():
        expected = drawn(root, name)[: len(points)]
        np.testing.assert_allclose(place(ax, points) * UNIT, expected, atol=UNIT / 2 + 1e-5)


@every_x
@every_y
def test_the_scale_says_where_the_axes_stand(planes, x, y):
    ax = planes[x, y]
    found = scale(ax)
    assert (found["x"], found["y"]) == ([*WINDOWS[x], x], [*WINDOWS[y], y])
    corners = np.array([WINDOWS[x], WINDOWS[y]]).T
    assert place(ax, corners).reshape(-1) * UNIT == pytest.approx(found["box"], abs=0.06)


coordinates = st.floats() | st.sampled_from([0.0, -1e-300, 1e300, -np.inf, np.inf, np.nan])


@every_x
@every_y
@given(points=arrays(float, (5, 2), elements=coordinates))
def test_what_lies_outside_stays_outside_on_its_side(planes, x, y, points):
    ax = planes[x, y]
    placed = place(ax, points)
    left, bottom, right, top = np.round(np.array(scale(ax)["box"]) / UNIT)
    assert placed.dtype == np.int16
    assert (abs(placed.astype(int)) <= REACH).all()
    finite = np.isfinite(points).all(axis=1)
    across, down = placed[finite].T
    for kind, values, at, low, high in [
        (x, points[finite, 0], across, left, right),
        (y, points[finite, 1], -down, -bottom, -top),
    ]:
        assert (at[values <= WINDOWS[kind][0]] <= low + 1).all()
        assert (at[values >= WINDOWS[kind][1]] >= high - 1).all()
        within = (values > WINDOWS[kind][0]) & (values < WINDOWS[kind][1])
        assert ((at[within] >= low - 1) & (at[within] <= high + 1)).all()


def test_far_out_is_far_from_the_paper():
    ax = axes("linear", "log")
    points = np.array([[-1e9, 1.0], [1e9, 1.0], [0, 1e300], [0, 0.0], [0, -1.0]])
    x, y = (place(ax, points) * UNIT).T
    assert x[:2].tolist() == [-REACH * UNIT, REACH * UNIT]
    assert y[2] < -500
    assert (y[3:] == REACH * UNIT).all()


def test_what_is_not_finite_stays_where_the_last_point_was():
    ax = axes("linear", "linear")
    a, b, gone = [0.5, 1.0], [1.0, 2.0], [np.nan, 1.0]
    path = [gone, a, gone, [np.inf, 0], b, [0, -np.inf]]
    expected = [a, a, a, a, b, b]
    np.testing.assert_array_equal(place(ax, np.array(path)), place(ax, np.array(expected)))
    assert place(ax, np.full((3, 2), np.nan)).tolist() == [[0, 0]] * 3
    lanes = np.array([[path, expected], [expected, path]])
    np.testing.assert_array_equal(place(ax, lanes)[:, 0], place(ax, lanes)[:, 1])


def test_a_panel_is_a_closed_figure_with_a_name_and_a_size():
    before = plt.get_fignums()
    figure = panel(ALT, size=(2.5, 4)).figure
    assert plt.get_fignums() == before
    assert figure.get_label() == ALT
    assert figure.get_size_inches().tolist() == [2.5, 4]


@pytest.mark.parametrize("alt", ["", "The loss."])
def test_a_panel_without_a_sentence_is_refused(alt):
    with pytest.raises(ValueError, match=f"'{alt}' says too little.*write a sentence"):
        panel(alt)


@pytest.mark.parametrize(
    ("draw", "kind"),
    [
        (lambda ax: ax.scatter([1], [1], gid="it"), "PathCollection"),
        (lambda ax: ax.bar([1], [1])[0].set_gid("it"), "Rectangle"),
        (lambda ax: ax.fill_between([0, 1], [0, 1], gid="it"), "FillBetweenPolyCollection"),
        (lambda ax: ax.spines["left"].set_gid("it"), "Spine"),
    ],
)
def test_a_mark_that_cannot_be_moved_is_refused(draw, kind):
    ax = panel(ALT)
    draw(ax)
    with pytest.raises(ValueError, match=rf"'it' is a {kind}: only lines, polygons, texts and im"):
        marks_of(ax)


def lines(names):
    """Panels with lines of such names, a list of names for each."""
    drawn = [panel(ALT) for _ in names]
    for ax, gids in zip(drawn, names, strict=True):
        for gid in gids:
            ax.plot([0, 1], [0, 1], gid=gid, color=plots.INK)
    return drawn


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([["a", "b", "a"]], r"two marks of one panel are called 'a'"),
        ([["a", "b"], ["c", "a"]], r"two panels have marks called \['a'\]"),
    ],
)
def test_a_name_is_used_once(names, words):
    with pytest.raises(ValueError, match=words + ".*name each differently"):
        Panels(lines(names), {}).marks({})


def test_panels_are_drawn_anew_for_the_choices_that_they_ask_for():
    choices = {
        "rule": Choice("rule", ["SGD", "Adam"]),
        "of": Choice("of", {"one": 1, "two": 2, "three": 3}),
    }
    panels = Panels(lambda of: lines([[f"line {of}"]]), choices)
    assert panels.choosers == ["of"]
    assert list(panels.variants) == [("one",), ("two",), ("three",)]
    settings = {"rule": "Adam", "of": "two", "lr": 0.1}
    assert panels.variant(settings) == ("two",)
    assert list(panels.marks(settings)) == ["line 2"]
    assert panels.axes(settings) == panels.variants["two",]


def test_panels_may_depend_on_choices_only():
    with pytest.raises(ValueError, match=r"a function of \['lr'\], but the choices are \['rule'\]"):
        Panels(lambda lr, rule: [], {"rule": Choice("rule", ["SGD"])})


def test_axes_do_not_follow_the_data():
    (ax,) = lines([["path"]])
    settle(ax)
    before = scale(ax)
    (line,) = ax.plot([-50, 50], [-50, 50], color=plots.INK)
    line.set_data([1e6], [1e6])
    ax.set_ylabel("a label that would take some room")
    ax.figure.draw_without_rendering()
    assert scale(ax) == before


@pytest.mark.parametrize(("width", "wide"), [(3.3, False), (6.6, True)])
def test_a_wide_picture_is_told_from_one_of_two(width, wide):
    """On a phone it shrinks to half, and the style sheet writes its text larger."""
    assert ("gd-wide" in picture(panel(ALT, (width, 2)), "p")) == wide


def test_a_mark_that_draws_nothing_is_refused():
    (ax,) = lines([["path"]])
    ax.get_lines()[0].set_data([], [])
    with pytest.raises(ValueError, match=r"'path'.*nothing at the start: choose another start"):
        picture(ax, "p")
