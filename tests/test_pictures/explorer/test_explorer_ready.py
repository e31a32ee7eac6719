"""Ready-made panels, points and words, and the short form that is made of them."""

import doctest
import re

import numpy as np
import pytest
from matplotlib.colors import to_hex
from unpacked import Sent

import optimizers
import pictures.explorer
from optimizers import BOWL, SADDLE, SGD, Adam, Optimizer, descend
from pictures import plots
from pictures.explorer import Slider, explore, ready, template
from pictures.explorer.panels import marks_of

ALT = "What one sees in this picture."


class Sign(Optimizer):
    """A reader's own rule: every step is η long."""

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    @staticmethod
    def rule(g, *, t, lr):
        return (-lr * np.sign(g),)


def test_a_rule_lends_a_mark_its_look_and_name_and_a_style_is_taken_as_it_is():
    ax = ready.contour_panel(ALT, BOWL, {"ours": Adam, "theirs": {"color": plots.WARN}})
    ours, theirs = (marks_of(ax)[name] for name in ("ours", "theirs"))
    look = plots.look(Adam, marker=True)
    assert (ours.get_color(), ours.get_marker()) == (look["color"], look["marker"])
    assert ours.get_label() == "Adam"
    assert (theirs.get_color(), theirs.get_marker()) == (plots.WARN, "None")


def test_contours_are_drawn_as_they_are_asked_for():
    window = ((-4, 4), (-1, 1))
    ax = ready.contour_panel(ALT, BOWL, {}, size=(6.6, 2), equal=True, window=window, levels=5)
    assert (ax.get_xlim(), ax.get_ylim()) == window
    assert ax.get_aspect() == 1
    assert ax.figure.get_size_inches().tolist() == [6.6, 2]
    assert len(ax.collections[0].levels) == 5
    assert ax.figure.get_label() == ALT


@pytest.mark.parametrize(
    ("how", "scales"),
    [
        ({}, ("linear", "log")),
        ({"log": "xy"}, ("log", "log")),
        ({"log": ""}, ("linear", "linear")),
        ({"below": True}, ("linear", "symlog")),
    ],
)
def test_curves_stand_over_their_steps_on_the_axes_that_are_asked_for(how, scales):
    ax = ready.curve_panel(ALT, [1, 2, 5], {"loss": SGD}, ylim=(1e-3, 10), **how)
    assert marks_of(ax)["loss"].get_xdata().tolist() == [1, 2, 5]
    assert (ax.get_xscale(), ax.get_yscale()) == scales
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step t", "loss")
    assert ax.get_ylim() == (1e-3, 10)


def test_dots_are_marks_of_one_point():
    ax = ready.curve_panel(ALT, [0, 1], {})
    ready.dot(ax, "one", "two", color=plots.WARN)
    marks = marks_of(ax)
    assert list(marks) == ["one", "two"]
    assert {to_hex(mark.get_color()) for mark in marks.values()} == {plots.WARN}
    assert {(mark.get_marker(), mark.get_linestyle()) for mark in marks.values()} == {("o", "None")}


def test_a_legend_above_hides_nothing():
    ax = ready.curve_panel(ALT, [0, 1], {"a": SGD, "b": Adam})
    ready.legend_above(ax)
    ax.figure.draw_without_rendering()
    box = ax.get_legend().get_window_extent()
    assert box.y0 >= ax.bbox.y1 - 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam"]


def test_points_come_from_coordinates_of_other_shapes():
    lr = np.array([0.1, 0.2, 0.3])
    assert ready.spot(lr, 5).tolist() == [[[0.1, 5], [0.2, 5], [0.3, 5]]]
    assert ready.pairs(np.arange(4)[:, None], lr).shape == (4, 3, 2)


def test_an_arrow_ends_at_its_tip_and_its_barbs_lean_back():
    tail, tip = np.zeros((1, 2, 2)), np.array([[[4.0, 0], [0, 0.5]]])
    (arrow,) = ready.arrow(tail, tip, 0.3)
    assert arrow[:, 0].tolist() == [[0, 0], [4, 0], [3.7, 0.15], [4, 0], [3.7, -0.15]]
    assert np.hypot(*(arrow[2, 1] - arrow[1, 1])) < 0.2  # shorter than 1: the barbs, too


def test_the_first_condition_that_holds_says_the_words():
    lr = np.array([0.1, 0.5, 0.9])
    words = ready.cases([lr < 0.3, lr < 0.7], "low", np.array(["a", "b", "c"]), "high")
    assert words.tolist() == ["low", "b", "high"]
    told = ready.sentences("It is ", words, np.array([["."], ["!"]]))
    assert told.tolist() == [[f"It is {w}{end}" for w in ("low", "b", "high")] for end in ".!"]
    with pytest.raises(ValueError, match="2 conditions have 2 texts: write one for each, and one"):
        ready.cases([lr < 0.3, lr < 0.7], "low", "high")


@pytest.mark.parametrize("landscape", [BOWL, SADDLE])
def test_a_reader_s_own_rule_is_explored_by_one_call(landscape):
    lr = Slider("η", [0.05, 0.1, 0.3], 0.1)
    mine = explore(Sign, landscape, name="mine", label="Mine", lr=lr)
    path = descend(Sign(lr=0.3), landscape, 30)
    sent = Sent(mine, lr=0.3)
    assert (abs(sent.points("Sign path") - path.points) <= sent.tolerance()).all()
    assert sent.number("end_0") == np.float32(path.losses[-1])
    assert plots.look(Sign)["color"] not in [plots.look(rule)["color"] for rule in (SGD, Adam)]
    assert f"var(--gd-{own_colour()})" in mine.markup
    assert mine.spec["scales"][0][1]["y"][2] == ("log" if landscape is BOWL else "symlog")
    mine.lr = 0.2  # off the grid
    end = descend(Sign(lr=0.2), landscape, 30).losses[-1]
    assert Sent(mine).number("end_0") == np.float32(end)


def test_rules_are_explored_side_by_side_each_in_its_look():
    others = [type(name, (Sign,), {}) for name in ("Walk", "Drift")]  # one look of the reserve
    rules = [SGD, Sign, *others]
    assert len({plots.look(rule)["color"] for rule in rules}) == 2
    lr = Slider("η", [0.05, 0.1], 0.05)
    duel = explore(rules, BOWL, name="duel", label="A duel", lr=lr)
    sent = Sent(duel, lr=0.1)
    ends = []
    for i, rule in enumerate(rules):
        path = descend(rule(lr=0.1), BOWL, 30)
        assert (abs(sent.points(f"{rule.__name__} path") - path.points) <= sent.tolerance()).all()
        ends.append(path.losses[-1])
        assert sent.number(f"end_{i}") == np.float32(ends[-1])
    drawn = duel._scene.panels.marks({})
    colours = [drawn[f"{rule.__name__} path"].get_color() for rule in rules]
    assert len(set(colours)) == 4
    assert [drawn[f"{rule.__name__} loss"].get_color() for rule in rules] == colours
    duel.lr = 0.1
    said = re.fullmatch(
        r"After 30 steps the loss is (.*) with SGD, (.*) with Sign, (.*) with Walk and (.*) with "
        r"Drift\.",
        repr(duel),
    )
    assert said.groups() == tuple(template.number(end, 1, "e") for end in ends)


@pytest.mark.parametrize(
    ("rules", "error", "message"),
    [
        ([], TypeError, "no rule and"),
        ([SGD, 3], TypeError, r"SGD, 3 and .* rules and a landscape, \(\[SGD, Adam\], BOWL\)"),
        ([SGD, type("SGD", (SGD,), {})], ValueError, "have one name: call each class differently"),
    ],
)
def test_what_are_no_rules_is_told_what_to_write(rules, error, message):
    with pytest.raises(error, match=message):
        explore(rules, BOWL, name="it", label="It", lr=Slider("η", [0.1], 0.1))


@pytest.mark.parametrize("documented", [pictures.explorer, pictures.explorer.explore])
def test_the_examples_in_the_documentation_are_true(documented):
    names = vars(optimizers) | vars(pictures.explorer) | {"plots": plots}
    (test,) = doctest.DocTestFinder(recurse=False).find(documented, "it", globs=dict(names))
    runner = doctest.DocTestRunner(verbose=False)
    assert test.examples
    assert runner.run(test).failed == 0


def own_colour():
    """The palette's name for the colour of the reader's rule."""
    colour = plots.look(Sign)["color"]
    return next(name for name, (light, _) in plots.PALETTE.items() if light == colour)
