"""What a function of the settings may return for a mark, and what it is told otherwise.

Three settings of the sliders (lanes), four steps, five points.
"""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from pictures.explorer import at, upto
from pictures.explorer.marks import fit, show

LANES, STEPS, POINTS = 3, 4, 5
X = np.arange(POINTS) ** 2.0


@pytest.fixture(scope="module")
def artists():
    figure, ax = plt.subplots()
    made = {
        "line": ax.plot(X, X)[0],
        "polygon": ax.fill([0, 1, 1], [0, 0, 1])[0],
        "image": ax.imshow(np.eye(2)),
        "text": ax.text(0, 0, "here"),
        "number": None,
    }
    plt.close(figure)
    return made


def counted(*shape):
    return np.arange(float(np.prod(shape))).reshape(shape)


def over_x(heights, axis):
    """Heights joined with the x that the line was drawn with."""
    x = X.reshape(-1, *[1] * (heights.ndim - axis - 1))
    return np.stack([x + 0 * heights, heights], axis=-1)


PAIRS = counted(POINTS, LANES, 2)
HEIGHTS = counted(POINTS, LANES)
TIMED = counted(STEPS, POINTS, LANES, 2)
TRAIL = counted(STEPS, LANES, 2)
ALONE = counted(POINTS, 2)
ANGLES = counted(STEPS, POINTS, LANES)
GREY = counted(LANES, 2, 6)
WORDS = np.array(["a", "b", "c"])

# The mark, what is returned, and its one form: (lanes, steps, …).
ACCEPTED = {
    "pairs": ("line", PAIRS, PAIRS.swapaxes(0, 1)[:, None]),
    "pairs of whole numbers": ("line", PAIRS.astype(int).tolist(), PAIRS.swapaxes(0, 1)[:, None]),
    "pairs for all lanes": ("line", PAIRS[:, :1], PAIRS[:, :1].swapaxes(0, 1)[:, None]),
    "pairs of a polygon": ("polygon", PAIRS, PAIRS.swapaxes(0, 1)[:, None]),
    "heights": ("line", HEIGHTS, over_x(HEIGHTS, 0).swapaxes(0, 1)[:, None]),
    "pairs at a step": ("line", at(TIMED), np.moveaxis(TIMED, 2, 0)),
    "heights at a step": ("line", at(ANGLES), np.moveaxis(over_x(ANGLES, 1), 2, 0)),
    "pairs up to a step": ("line", upto(TRAIL), TRAIL.swapaxes(0, 1)[:, None]),
    "image": ("image", GREY, GREY[:, None]),
    "image at a step": ("image", at(GREY[None].repeat(STEPS, 0)), GREY[:, None].repeat(STEPS, 1)),
    "text": ("text", WORDS, WORDS[:, None]),
    "one text": ("text", "a", np.array([["a"]])),
    "text at a step": ("text", at([WORDS] * STEPS), np.array([WORDS] * STEPS).T),
    "number": ("number", [1, 2, 3], np.array([[1], [2], [3]])),
    "one number": ("number", 7, np.array([[7]])),
    "number at a step": ("number", at(counted(STEPS, LANES)), counted(STEPS, LANES).T),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_every_shape_comes_into_its_one_form(artists, case):
    kind, result, expected = ACCEPTED[case]
    values = fit("it", result, artists[kind], LANES, STEPS)
    np.testing.assert_array_equal(values.array, expected)
    assert values.trail == (case == "pairs up to a step")


@pytest.mark.parametrize(
    ("kind", "result", "expected"),
    [
        ("line", ALONE, ALONE[None, None]),
        ("line", HEIGHTS[:, 0], over_x(HEIGHTS[:, 0], 0)[None, None]),
        ("line", at(TIMED[:, :, 0]), TIMED[None, :, :, 0]),
        ("line", upto(TRAIL[:, 0]), TRAIL[None, None, :, 0]),
        ("image", GREY[0], GREY[None, :1]),
        ("number", 7, np.array([[7]])),
        ("number", at([1, 2, 3, 4]), np.array([[1, 2, 3, 4]])),
    ],
)
def test_without_sliders_there_is_no_axis_of_lanes(artists, kind, result, expected):
    np.testing.assert_array_equal(fit("it", result, artists[kind], None, STEPS).array, expected)


def test_a_trail_of_heights_goes_over_the_x_of_its_steps(artists):
    """Five steps, since the line was drawn over five points."""
    expected = over_x(HEIGHTS, 0).swapaxes(0, 1)[:, None]
    np.testing.assert_array_equal(
        fit("it", upto(HEIGHTS), artists["line"], LANES, POINTS).array, expected
    )


REFUSED = {
    "steps forgotten": ("line", TIMED, "shape (4, 5, 3, 2)", "(points, 3, 2) or (points, 3)"),
    "pairs of three": ("line", counted(POINTS, LANES, 3), "(5, 3, 3)", "(points, 3, 2)"),
    "other lanes": ("line", counted(POINTS, 2, 2), "(5, 2, 2)", "(points, 3, 2)"),
    "one number for a line": ("line", 1.0, "shape ()", "(points, 3, 2) or (points, 3)"),
    "at without its axis": ("line", at(HEIGHTS), "(5, 3)", "(4, points, 3, 2) or (4, points, 3)"),
    "at with other steps": ("line", at(TIMED[:3]), "(3, 5, 3, 2)", "(4, points, 3, 2)"),
    "trail of other length": ("line", upto(TRAIL[:3]), "(3, 3, 2)", "(4, 3, 2) or (4, 3)"),
    "heights of other length": ("line", HEIGHTS[:4], "4 heights", "5 values of x", "return pairs"),
    "heights of a polygon": ("polygon", HEIGHTS, "(5, 3)", "(points, 3, 2)"),
    "flat image": ("image", GREY[0], "(2, 6)", "(3, rows, columns)"),
    "image of other lanes": ("image", GREY[:2], "(2, 2, 6)", "(3, rows, columns)"),
    "two texts": ("text", ["a", "b"], "(2,)", "must have (3)"),
    "two numbers": ("number", [1, 2], "(2,)", "must have (3)"),
    "steps of a number forgotten": ("number", counted(STEPS, LANES), "(4, 3)", "must have (3)"),
    "numbers at other steps": ("number", at(counted(LANES, STEPS)), "(3, 4)", "must have (4, 3)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_shape_is_told_which_would_do(artists, case):
    kind, result, *words = REFUSED[case]
    with pytest.raises(ValueError, match="'it' has") as caught:
        fit("it", result, artists[kind], LANES, STEPS)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("timed", [at, upto])
def test_the_step_needs_a_control(artists, timed):
    with pytest.raises(TypeError, match=r"'it' depends on the step: add a control `Steps"):
        fit("it", timed(TRAIL), artists["line"], LANES, None)


@pytest.mark.parametrize("kind", ["text", "number", "image"])
def test_only_lines_have_a_trail(artists, kind):
    with pytest.raises(TypeError, match=r"'it' is no line.*at\(…\) instead of upto\(…\)"):
        fit("it", upto(TRAIL), artists[kind], LANES, STEPS)


def test_artists_show_one_setting(artists):
    shown = {
        "line": (upto(TRAIL), lambda it: it.get_xydata()[:3], TRAIL[:3, 1]),
        "polygon": (PAIRS, lambda it: it.get_xy()[:-1], PAIRS[:, 1]),
        "image": (GREY, lambda it: it.get_array(), GREY[1]),
        "text": (WORDS, lambda it: it.get_text(), "filled"),
    }
    for kind, (result, look, expected) in shown.items():
        show(artists[kind], fit("it", result, artists[kind], LANES, STEPS), 1, 2, "filled")
        np.testing.assert_array_equal(look(artists[kind]), expected)
    assert np.isnan(artists["line"].get_ydata()[3:]).all()  # the step to come is not drawn
