"""The widget in Python: its traits, what it shows, how it stands on a page, what it refuses."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import traitlets
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from unpacked import Sent

from optimizers import BOWL, SADDLE, Momentum, descend
from pictures import plots
from pictures.explorer import Choice, Slider, Steps, at, explore, panel, template, upto, widget

LAST = 8
GRID = [0, 0.5, 0.9]
LANDSCAPES = {"bowl": BOWL, "saddle": SADDLE}


def draw(landscape):
    plan = panel("The path of momentum in the window of a landscape.")
    plan.plot([], [], gid="path", **plots.look("Momentum", marker=True))
    plan.set(xlim=landscape.window[0], ylim=landscape.window[1])
    curve = panel("The loss against the step: <low> & high.")
    curve.plot(np.arange(LAST + 1), np.ones(LAST + 1), gid="loss", color=plots.INK)
    curve.set(ylim=(-10, 10))
    for ax in (plan, curve):
        ax.set(xticks=[], yticks=[])  # a third of the time
    return [plan, curve]


def run(landscape, lr, momentum, start=None):
    path = descend(Momentum(lr=lr, momentum=momentum), landscape, LAST, start)
    words = "At {t} with η = {lr} & μ = {momentum} it is {loss_now:.3f}."
    return {
        "path": upto(path.points),
        "loss": path.losses,
        "loss_now": at(path.losses),
        "words": words,
    }


def make(start=LAST):
    return explore(
        run,
        draw,
        name="ball",
        label="Momentum <here>",
        drag="path",
        landscape=Choice("landscape & more", LANDSCAPES),
        lr=Slider("learning rate η", [0.05, 0.1], 0.1),
        momentum=Slider("momentum μ", GRID, 0.5),
        t=Steps("step t", LAST, start),
    )


@pytest.fixture
def ball():
    return make()


def state(ball):
    return json.dumps([ball.settings, ball.start, ball.spec]), ball.data, repr(ball)


def values(ball, name):
    (control,) = [c for c in ball.spec["controls"] if c["name"] == name]
    return control["values"]


def assert_runs(ball, lr, momentum, start=None, landscape="bowl"):
    """The widget shows the run with these settings, in its picture and in its words."""
    path = descend(Momentum(lr=lr, momentum=momentum), LANDSCAPES[landscape], LAST, start)
    sent = Sent(ball)
    variant = list(LANDSCAPES).index(landscape)
    found = sent.points("path", variant)
    assert found.shape == path.points[: ball.t + 1].shape
    assert (abs(found - path.points[: ball.t + 1]) <= sent.tolerance(variant)).all()
    assert sent.number("loss_now") == np.float32(path.losses[ball.t])
    assert repr(ball).startswith(f"At {ball.t} with η = ")


# --- settings ---


@pytest.mark.parametrize("momentum", [0.7, 0.123456789012, 0.95, 0.1 + 0.2, 1 / 3, np.float64(0.7)])
def test_a_value_off_the_grid_is_computed_exactly_and_joins_the_grid(ball, momentum):
    ball.momentum = momentum
    assert values(ball, "momentum") == pytest.approx(sorted([*GRID, momentum]), abs=1e-12)
    assert ball.settings["momentum"] in values(ball, "momentum")
    assert_runs(ball, 0.1, momentum)


def test_only_the_last_value_off_the_grid_stays_on_it(ball):
    ball.momentum, ball.lr = 0.7, 0.08
    assert (values(ball, "momentum"), values(ball, "lr")) == ([0, 0.5, 0.7, 0.9], [0.05, 0.08, 0.1])
    ball.momentum = 0.6
    assert values(ball, "momentum") == [0, 0.5, 0.6, 0.9]
    assert_runs(ball, 0.08, 0.6)
    ball.momentum = 0.9
    assert_runs(ball, 0.08, 0.9)


def test_a_value_on_the_grid_runs_nothing(ball):
    spec, data = ball.spec, ball.data
    ball.momentum, ball.lr, ball.t, ball.landscape = 0, 0.05, 2, "saddle"
    assert ball.spec is spec
    assert ball.data is data
    assert_runs(ball, 0.05, 0.0, landscape="saddle")


def test_moving_the_start_moves_every_run(ball):
    ball.start = (1.0, -2.0)
    for lr in (0.05, 0.1):
        for momentum in GRID:
            ball.lr, ball.momentum = lr, momentum
            assert_runs(ball, lr, momentum, (1.0, -2.0))
    ball.momentum = 0.7
    assert_runs(ball, 0.1, 0.7, (1.0, -2.0))
    ball.start = None
    assert_runs(ball, 0.1, 0.7)


def test_another_landscape_has_its_own_start(ball):
    ball.set_state({"start": [1.0, -2.0]})  # as the script sends it
    assert_runs(ball, 0.1, 0.5, (1.0, -2.0))
    ball.landscape = "saddle"
    assert ball.start is None
    assert_runs(ball, 0.1, 0.5, landscape="saddle")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("momentum", 1.5, ["momentum must be in [0, 1)", "1.5"]),
        ("momentum", np.nan, ["momentum μ", "finite"]),
        ("momentum", "0.5", ["momentum", "float"]),
        ("lr", -0.1, ["lr must be", "-0.1"]),
        ("t", 99, ["step t", "99", "write a step from 0 to 8"]),
        ("t", -1, ["step t", "-1", "write a step from 0 to 8"]),
        ("t", 1.5, ["'t'", "int", "1.5"]),
        ("landscape", "hill", ["landscape", "'bowl'", "'saddle'", "hill"]),
        ("start", (1, 2, 3), ["start is (1, 2, 3)", "write a pair"]),
        ("start", 5, []),
    ],
)
@pytest.mark.parametrize("moved", [{}, {"momentum": 0.7, "start": (1.0, 1.0), "t": 3}])
def test_a_refused_value_changes_nothing(ball, name, value, words, moved):
    for known, good in moved.items():
        setattr(ball, known, good)
    before = state(ball)
    with pytest.raises((ValueError, TypeError, traitlets.TraitError)) as caught:
        setattr(ball, name, value)
    assert state(ball) == before
    assert all(word in str(caught.value) for word in words), caught.value
    ball.momentum = 0.8
    assert_runs(ball, 0.1, 0.8, moved.get("start"))


@pytest.mark.parametrize("start", [0, 3, LAST])
def test_a_trail_of_heights_is_whole_whatever_was_drawn_last(start):
    """The pictures on the page are the artists', which show a part of the line at first."""
    curve = panel("The loss against the step, up to the present.")
    curve.plot(np.arange(LAST + 1), np.ones(LAST + 1), "o", gid="loss", color=plots.INK)
    curve.set(ylim=(0, 10))

    def losses(lr):
        path = descend(Momentum(lr=lr), BOWL, LAST)
        return {"loss": upto(path.losses), "words": "Down."}

    controls = {"lr": Slider("η", [0.1, 0.2], 0.2), "t": Steps("step t", LAST, start)}
    down = explore(losses, [curve], name="down", label="Down", **controls)
    down.lr = 0.15
    expected = descend(Momentum(lr=0.15), BOWL, LAST).losses[: start + 1]
    sent = Sent(down)
    tolerance = sent.tolerance()[1]
    np.testing.assert_allclose(sent.points("loss")[:, 1], expected, atol=tolerance)


# --- show, repr ---


@pytest.fixture
def displayed(monkeypatch):
    figures = []
    monkeypatch.setattr(widget, "display", figures.append)
    return figures


def seen(line):
    """The points of a line that are drawn; those of later steps are not numbers."""
    return line.get_xydata()[np.isfinite(line.get_xydata()).all(axis=1)]


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({}, (0.1, 0.5, LAST, None)),
        ({"momentum": 0.7}, (0.1, 0.7, LAST, None)),
        ({"lr": 0.03, "momentum": 0, "t": 2}, (0.03, 0.0, 2, None)),
        ({"landscape": "saddle", "start": (0.5, 0.1)}, (0.1, 0.5, LAST, (0.5, 0.1))),
        ({"t": 0, "start": [0.5, 0.1]}, (0.1, 0.5, 0, (0.5, 0.1))),
    ],
)
def test_show_displays_figures_that_hold_exactly_the_run(ball, displayed, settings, shown):
    before = state(ball)
    lr, momentum, t, start = shown
    ball.show(**settings)
    landscape = LANDSCAPES[settings.get("landscape", "bowl")]
    path = descend(Momentum(lr=lr, momentum=momentum), landscape, LAST, start)
    found = {line.get_gid(): line for figure in displayed for line in figure.axes[0].get_lines()}
    assert [len(figure.axes) for figure in displayed] == [1, 1]
    assert seen(found["path"]).tolist() == path.points[: t + 1].tolist()
    assert seen(found["loss"])[:, 1].tolist() == path.losses.tolist()
    assert state(ball) == before


def test_show_keeps_a_moved_start(ball, displayed):
    ball.start = (1.0, 1.0)
    ball.show()
    path = descend(Momentum(lr=0.1, momentum=0.5), BOWL, LAST, (1.0, 1.0))
    (line,) = [li for li in displayed[0].axes[0].get_lines() if li.get_gid() == "path"]
    assert seen(line).tolist() == path.points.tolist()


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"mu": 0.1}, TypeError, r"no setting \['mu'\]: write some of \['landscape', 'lr', 'mom"),
        ({"momentum": 1.5}, ValueError, r"momentum must be in \[0, 1\).*1\.5"),
        ({"t": 99}, ValueError, "99: write a step from 0 to 8"),
        ({"t": -1}, ValueError, "-1: write a step from 0 to 8"),
        ({"landscape": "hill"}, ValueError, r"'hill': write one of \['bowl', 'saddle'\]"),
        ({"start": (1, 2, 3)}, ValueError, "write a pair"),
    ],
)
def test_show_refuses_what_it_cannot_run(ball, displayed, settings, error, words):
    before = state(ball)
    with pytest.raises(error, match=words):
        ball.show(**settings)
    assert displayed == []
    assert state(ball) == before


def test_the_repr_is_the_words_and_so_is_the_plain_text_of_the_view(ball):
    loss = descend(Momentum(lr=0.1, momentum=0.5), BOWL, LAST).losses[-1]
    words = f"At 8 with η = 0.1 & μ = 0.5 it is {loss:.3f}."
    assert repr(ball) == words
    data, _ = ball._repr_mimebundle_()
    assert data["text/plain"] == words
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == ball.model_id


# --- markup ---


class Balanced(HTMLParser):
    """Fails on what is closed twice, not closed, or said twice."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(attrs) == len(dict(attrs))
        if tag != "input":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert "svg" in self.open  # HTML has no <p/>
        assert len(attrs) == len(dict(attrs))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_markup_is_well_formed_and_has_no_number_that_json_lacks(ball):
    Balanced(ball.markup)
    assert not re.search(r"&(?!#?\w+;)", ball.markup)
    json.dumps(ball.spec, allow_nan=False)
    for text in (ball.markup, json.dumps(ball.spec)):
        assert not re.search(r"\b(nan|inf|infinity)\b", text, re.IGNORECASE)


def test_every_control_has_an_input_a_label_and_its_value_in_words(ball):
    soup = BeautifulSoup(ball.markup, "html.parser")
    found = {e["data-control"]: e for e in soup.find_all(attrs={"data-control": True})}
    assert list(found) == ["landscape", "lr", "momentum", "t"]
    labels = ["learning rate η", "momentum μ", "step t"]
    wanted = [("0.1", "1", "1"), ("0.5", "1", "2"), ("8", "8", "8")]
    for name, label, (text, index, last) in zip(list(found)[1:], labels, wanted, strict=True):
        (slider,) = found[name].find_all("input")
        assert found[name].name == "label"
        assert found[name].span.text == label
        assert found[name].b.text == slider["aria-valuetext"] == text
        assert (slider["type"], slider["min"], slider["max"]) == ("range", "0", last)
        assert slider["value"] == index
    choice = found["landscape"]
    assert choice.legend.text == "landscape & more"
    assert [label.text for label in choice.find_all("label")] == list(LANDSCAPES)
    radios = choice.find_all("input", type="radio")
    assert {radio["name"] for radio in radios} == {"landscape"}
    assert [radio.has_attr("checked") for radio in radios] == [True, False]
    second = attempt(run=only_with("two"), what=Choice("what", ["one", "two"], "two"))
    radios = BeautifulSoup(second.markup, "html.parser").find_all("input", type="radio")
    assert [radio.has_attr("checked") for radio in radios] == [False, True]
    buttons = [(button["type"], button.text) for button in soup.find_all("button")]
    assert buttons == [("button", "Play"), ("button", "Reset")]
    assert soup.find(class_="gd-controls").has_attr("hidden")  # until a script can move them


def test_every_picture_has_a_role_a_name_and_ids_of_its_own(ball):
    soup = BeautifulSoup(ball.markup, "html.parser")
    pictures = soup.find_all("svg")
    assert [svg["role"] for svg in pictures] == ["img"] * 4
    assert [svg["aria-label"] for svg in pictures] == 2 * [
        "The path of momentum in the window of a landscape.",
        "The loss against the step: <low> & high.",
    ]
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids)) > 0
    assert all(name.startswith("gd-ball-") for name in ids)
    assert soup.form["aria-label"] == soup.find(class_="gd-label").text == "Momentum <here>"


def test_words_and_code_stand_in_the_markup(ball):
    soup = BeautifulSoup(ball.markup, "html.parser")
    assert soup.find(class_="gd-words").text == repr(ball)
    assert soup.find(class_="gd-words")["aria-live"] == "polite"
    assert soup.code.text == "ball.show(landscape='bowl', lr=0.1, momentum=0.5, t=8)"
    template = "ball.show(landscape={landscape}, lr={lr}, momentum={momentum}, t={t}{start})"
    assert ball.spec["code"] == template


def test_the_longest_words_and_code_have_their_room():
    """Text may be longer by a digit or two: it is the lines that count."""

    def run(lr, t_end):
        short, long = "It ends.", "It has not ended, and is at {now:.3f} with η = {lr}: go on."
        return {
            "ball": np.zeros((1, 9, 2)),
            "now": 10.0 * lr,
            "words": np.where(lr < 1, short, long),
        }

    axes = panel("A ball that does not move.")
    axes.plot([], [], gid="ball")
    lr, end = Slider("η", [0.5, 1, 12.125], 0.5), Slider("end", [1, 2.5, 10], 1)
    it = explore(run, [axes], name="it", label="A ball", lr=lr, t_end=end)
    rooms = BeautifulSoup(it.markup, "html.parser").find_all(class_="gd-room")
    words, code = [room["data-longest"] for room in rooms]
    for it.lr in lr.values:
        assert len(repr(it)) <= len(words) + 2
    assert code == "it.show(lr=12.125, t_end=2.5)"


@pytest.mark.parametrize("option", ["a − b", "it's"])
def test_the_line_of_python_is_python_and_has_the_numbers_as_the_sliders_do(option):
    """A number has its sign on the keyboard there; a name stays as it is."""
    one, less = Slider("η", [1, 2], 1), Slider("z", [-0.5, -0.25], -0.5)
    which = Choice("of", {"a − b": 1, "it's": 2}, option)
    it = explore(lambda **_: {"words": "Yes."}, [], name="it", label="It", of=which, lr=one, z=less)
    code = BeautifulSoup(it.markup, "html.parser").code.text
    assert code == f"it.show(of={option!r}, lr=1, z=-0.5)"
    assert [c.get("codes") for c in it.spec["controls"]] == [
        ["'a − b'", '"it\'s"'],
        None,  # as it is printed
        ["-0.5", "-0.25"],
    ]


# --- what explore takes and refuses ---


def test_a_rule_by_its_name_on_a_landscape(displayed):
    mu = Slider("μ", [0.5, 0.9], 0.5)
    made = [
        explore(rule, BOWL, name="ball", label="A ball", momentum=mu)
        for rule in ("momentum", Momentum)
    ]
    path = descend(Momentum(momentum=0.5), BOWL)
    loss = template.number(path.losses[-1], 1, "e")
    assert {repr(one) for one in made} == {f"After 30 steps the loss is {loss}."}
    assert made[0].spec["drag"] == "Momentum path"
    sent = Sent(made[0])
    assert (abs(sent.points("Momentum path") - path.points) <= sent.tolerance()).all()
    assert (sent.points("Momentum loss", panel=1)[:, 0] - np.arange(31)).max() < 0.1
    assert sent.number("end_0") == np.float32(path.losses[-1])
    made[0].show(start=(1, 1))
    assert len(displayed) == 2


def test_a_panel_whose_axes_are_settings_is_sent_with_their_places():
    _, b = panels = [panel("A panel that only stands here."), panel("A panel that is pointed at.")]
    sliders = {"lr": Slider("η", [1, 2], 1), "mu": Slider("μ", [1, 2], 1)}
    more = {"t": Steps("t", 3), "rule": Choice("rule", ["one", "two"])}
    made = explore(
        lambda **settings: {"words": "Yes."},
        panels,
        name="w",
        label="W",
        pick={b: ("mu", "lr"), panels[0]: (None, "lr")},
        **more,
        **sliders,
    )
    assert made.spec["pick"] == [[0, 1, 2, 1], [0, 0, -1, 1]]


LINE = np.ones((2, 1, 2))  # of two points, the same for all settings


def attempt(result=None, run=None, draw=None, pick=None, **more):
    """An explorer of one line over two settings, with something wrong in it."""
    ax = panel("A line on two axes, and nothing else.")
    ax.plot([0, 1], [0, 1], gid="line", color=plots.INK)
    good = {"line": LINE, "words": "It is {lr}."} | (result or {})
    keywords = {"name": "it", "label": "It", "lr": Slider("η", [0.1, 0.2], 0.1)} | more
    keywords = {key: value for key, value in keywords.items() if value is not None}
    pick = {ax: pick} if isinstance(pick, tuple) else pick
    return explore(run or (lambda **_: good), draw or [ax], pick=pick, **keywords)


def without(name):
    return lambda **_: {k: v for k, v in {"line": LINE, "words": "Yes."}.items() if k != name}


def only_with(choice, **more):
    """Returns something more with one of the choices."""
    good = {"line": LINE, "words": "Yes."}
    return lambda what, **_: good | (more if what == choice else {})


def plain():
    """Axes that are not from `panel`."""
    return [Figure().add_subplot()]


TWO = Choice("what", ["one", "two"])
REFUSED = {
    "no such rule": ({"run": "Momentun", "draw": BOWL}, KeyError, "Momentum", "Nesterov"),
    "no rule": ({"run": dict, "draw": BOWL}, TypeError, "dict", "write a rule and a landscape"),
    "a rule on panels": ({"run": "SGD"}, TypeError, "SGD", "write a rule and a landscape"),
    "a function on a landscape": ({"draw": BOWL}, TypeError, "landscape", "panel"),
    "no controls": ({"lr": None}, ValueError, "controls are []", "one or more"),
    "no control": ({"lr": 0.1}, TypeError, "lr is 0.1", "write a Slider, a Choice or Steps"),
    "steps twice": ({"t": Steps("t", 2), "s": Steps("s", 2)}, ValueError, "one Steps at most"),
    "no name": ({"name": "my ball"}, ValueError, "name is 'my ball'", "the variable"),
    "no dict": ({"run": lambda lr: None}, TypeError, "returned a NoneType", "return a dict"),
    "no mark": ({"run": without("line")}, ValueError, "['line']", "does not return"),
    "no words": ({"run": without("words")}, ValueError, "no 'words'", "say what one sees"),
    "an unused number": ({"result": {"end": 1.0}}, ValueError, "returns ['end']", "no sentence"),
    "a number called like a control": ({"result": {"lr": 1.0}}, ValueError, "['lr']", "rename"),
    "an unknown field": ({"result": {"words": "{x:.1f}"}}, ValueError, "the words have ['x']"),
    "a stray brace": ({"result": {"words": "{lr"}}, ValueError, "stray '{'", "{name:.3f}"),
    "words of objects": (
        {"result": {"words": np.array(["a", "b"], object)}},
        ValueError,
        "'words' is a text, but made of object",
    ),
    "words of numbers": (
        {"result": {"words": 3}},
        ValueError,
        "'words' is a text, but made of int",
    ),
    "a number of objects": (
        {"result": {"end": np.array([1, None]), "words": "{end}"}},
        ValueError,
        "'end' is a number, but made of object",
    ),
    "a line of texts": (
        {"result": {"line": np.full((2, 1, 2), "a")}},
        ValueError,
        "'line' is a line, but made of <U1",
    ),
    "a wrong shape": ({"result": {"line": np.ones((2, 3))}}, ValueError, "'line'", "(2, 3)"),
    "a widget's attribute": ({"layout": Slider("l", [1, 2], 1)}, ValueError, "called 'layout'"),
    "an own attribute": ({"data": Slider("l", [1, 2], 1)}, ValueError, "called 'data'", "another"),
    "a name of the package's": ({"start": Slider("l", [1, 2], 1)}, ValueError, "called 'start'"),
    "drag of nothing": ({"drag": "path"}, ValueError, "drag is 'path'", "no line"),
    "drag of a number": (
        {"drag": "end", "result": {"end": 1.0, "words": "{end}"}},
        ValueError,
        "drag is 'end'",
        "no line",
    ),
    "panels of no choice": ({"draw": lambda lr: []}, ValueError, "['lr']", "the choices are []"),
    "a panel without words": ({"draw": plain, "run": without("line")}, ValueError, "panel"),
    "pick of no slider": ({"pick": ("mu", None)}, ValueError, "pick", "mu", "lr"),
    "pick of a choice": ({"pick": ("what", None), "what": TWO}, ValueError, "pick", "what", "lr"),
    "pick of one axis": ({"pick": ("lr",)}, ValueError, "pick", "lr"),
    "pick of another panel": (
        {"pick": {Figure().add_subplot(): ("lr", None)}},
        ValueError,
        "pick",
    ),
    "a number with one choice only": (
        {"run": only_with("one", end=1.0, words="{end}"), "what": TWO},
        ValueError,
        "'end'",
    ),
    "a number with the other only": (
        {"run": only_with("two", end=1.0, words="{end}"), "what": TWO},
        ValueError,
        "'end'",
    ),
    "a trail with one choice only": (
        {"run": only_with("one", line=upto(LINE)), "what": TWO, "t": Steps("t", 1)},
        ValueError,
        "'line'",
    ),
    "other points with another choice": (
        {"run": only_with("two", line=np.ones((3, 1, 2))), "what": TWO},
        ValueError,
        "'line' has another shape",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_explore_refuses_and_says_what_to_write(case):
    given, error, *words = REFUSED[case]
    with pytest.raises(error) as caught:
        attempt(**given)
    assert all(word in str(caught.value) for word in words), caught.value


def test_a_panel_whose_axes_the_script_cannot_read_is_not_pointed_at():
    ax = panel("A line on a symmetric logarithmic axis.")
    ax.plot([0, 1], [0, 1], gid="line", color=plots.INK)
    ax.set_xscale("symlog")
    assert attempt(draw=[ax])
    with pytest.raises(ValueError, match="linear or log axes"):
        attempt(draw=[ax], pick={ax: ("lr", None)})


def test_what_is_refused_is_otherwise_accepted():
    assert repr(attempt()) == "It is 0.1."
    assert repr(attempt({"end": [1, 2], "words": "{end:.0f}"})) == "1"
    assert attempt(pick=("lr", None)).spec["pick"] == [[0, 0, 0, -1]]
    more = attempt(run=only_with("one"), what=TWO, t=Steps("t", 1), drag=None)
    assert list(more.settings) == ["what", "lr", "t"]


@pytest.mark.parametrize("way", ["show", "set"])
def test_a_start_is_refused_where_nothing_starts(displayed, way):
    still = attempt()
    with pytest.raises((TypeError, ValueError, traitlets.TraitError), match="start"):
        still.show(start=(1, 1)) if way == "show" else setattr(still, "start", (1, 1))
    assert still.start is None
