"""What an explorer sends for every setting is what a run with that setting alone gives."""

import base64
import io
import re
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pytest
from test_svg import corners
from unpacked import Sent, on_axis, pick

from optimizers import BOWL, SADDLE, SGD, Momentum, Nesterov, descend
from pictures import plots
from pictures.explorer import Choice, Slider, Steps, at, explore, panel, template, upto

LAST = 6
RULES = {"Momentum": Momentum, "Nesterov": Nesterov}
GRID = {"rule": list(RULES), "lr": [0.05, 0.1, 0.4], "momentum": [0, 0.5], "t": [0, 1, LAST]}
COMBINED = [dict(zip(GRID, values, strict=True)) for values in product(*GRID.values())]


def run(rule, lr, momentum):
    path = descend(rule(lr=lr, momentum=momentum), BOWL, LAST)
    fast, slow = "With {momentum}: {now:.9e}.", "At {t}, η = {lr}, {rule} has {now:.4f}, {end:.0%}."
    return {
        "trail": upto(path.points),
        "ball": at(path.points[:, None]),
        "loss": path.losses,
        "now": at(path.losses),
        "end": path.losses[-1],
        "words": np.where(momentum > 0, fast, slow),
    }


@pytest.fixture(scope="module")
def race():
    """Choices × sliders × steps, on linear and on logarithmic axes."""
    plan = panel("The path of a rule on the contours of the bowl.")
    plots.contours(plan, BOWL)
    plan.plot([], [], gid="trail", **plots.look("Momentum", marker=True))
    plan.plot([], [], "o", gid="ball", color=plots.WARN)
    curve = panel("The loss against the step, on a logarithmic axis.")
    curve.semilogy(np.arange(LAST + 1), np.ones(LAST + 1), gid="loss", color=plots.INK)
    curve.set(ylim=(1e-3, 1e2))
    return explore(
        run,
        [plan, curve],
        name="race",
        label="A race",
        t=Steps("step t", LAST, 4),
        lr=Slider("learning rate η", GRID["lr"], 0.1),
        rule=Choice("rule", RULES, "Nesterov"),
        momentum=Slider("momentum μ", GRID["momentum"], 0.5),
    )


def close(found, expected, tolerance):
    assert found.shape == expected.shape
    assert (abs(found - expected) <= tolerance).all()


@pytest.mark.parametrize("settings", COMBINED, ids=lambda s: "-".join(map(str, s.values())))
def test_every_setting_has_the_points_of_a_run_alone(race, settings):
    rule, lr, momentum, t = settings.values()
    path = descend(RULES[rule](lr=lr, momentum=momentum), BOWL, LAST)
    sent = Sent(race, **settings)
    close(sent.points("trail"), path.points[: t + 1], sent.tolerance())
    close(sent.points("ball"), path.points[[t]], sent.tolerance())
    losses = np.stack([np.arange(LAST + 1), np.log10(path.losses)], axis=-1)
    close(sent.points("loss", panel=1), losses, sent.tolerance(panel=1))
    numbers = [sent.number("now"), sent.number("end")]
    assert numbers == np.float32(path.losses[[t, -1]]).tolist()
    assert sent.sentence().startswith("With" if momentum else "At")


@pytest.mark.parametrize("settings", COMBINED[::5], ids=lambda s: "-".join(map(str, s.values())))
def test_python_says_what_the_page_says(race, settings):
    for name, value in settings.items():
        setattr(race, name, value)
    sent = Sent(race)
    texts = {c["name"]: c["texts"][i] for c, i in zip(sent.spec["controls"], sent.at, strict=True)}
    assert texts == {name: str(value) for name, value in settings.items()}
    numbers = {name: sent.number(name) for name in ("now", "end")}
    assert repr(race) == template.fill(sent.sentence(), numbers | texts)


def test_words_by_hand(race):
    race.set_trait("rule", "Momentum")
    race.lr, race.momentum, race.t = 0.1, 0.0, 1
    points = np.array([-7 * 0.99, 2 * 0.8])  # one step down 0.1 x²/2 + 2 y²/2
    now, start = points**2 @ [0.05, 1], 6.45
    end = descend(SGD(lr=0.1), BOWL, LAST).losses[-1]
    assert BOWL.value(-7, 2) == start
    assert repr(race) == f"At 1, η = 0.1, Momentum has {now:.4f}, {100 * end:.0f} %."


def test_controls_are_sent_as_choices_sliders_steps_with_their_texts(race):
    controls = race.spec["controls"]
    assert [c["name"] for c in controls] == ["rule", "lr", "momentum", "t"]
    assert controls[1]["values"] == [0.05, 0.1, 0.4]
    assert controls[1]["texts"] == ["0.05", "0.1", "0.4"]
    assert [c["start"] for c in controls] == ["Nesterov", 0.1, 0.5, 4]
    assert race.spec["sentences"] == sorted(race.spec["sentences"])


def test_what_the_choices_do_not_change_is_sent_once(race):
    """The loss of each rule does not depend on the step, the momentum of 0 … on everything."""
    strides = {name: mark["where"][0][-1] for name, mark in race.spec["marks"].items()}
    assert strides["loss"] == [0, 0, 0, 0]  # x is the step, whatever the setting
    assert race.spec["marks"]["loss"]["where"][1][-1][-1] == 0
    assert race.spec["texts"]["words"][-1] == [0, 0, 1, 0]


def test_the_picture_in_the_page_is_the_one_that_the_script_would_draw():
    def slide(momentum):
        path = descend(Momentum(lr=0.4, momentum=momentum), BOWL, 8)
        return {"path": path.points, "words": "Down."}

    plan = panel("The path of a rule on the contours of the bowl.")
    plots.contours(plan, BOWL)
    plan.plot([], [], gid="path", **plots.look("Momentum", marker=True))
    mu = Slider("μ", [0, 0.5, 0.9], 0.5)
    ball = explore(slide, [plan], name="ball", label="A ball", momentum=mu)
    (element,) = re.findall("<path[^>]*data-mark[^>]*>", ball.markup)
    (points,) = corners(re.search(r' d="([^"]*)"', element)[1])
    np.testing.assert_allclose(points, Sent(ball).places("path"), atol=0.056)


GREYS = {"flat": np.full((2, 3), 0.25), "steep": np.array([[0, 0.2, 1], [0.4, 0.6, 0.8]])}


def still(**how):
    """An explorer without sliders: an image, a polygon and a text that depend on a choice."""
    ax = panel("A picture, a triangle and a word.")
    ax.imshow(GREYS["flat"], gid="grey", cmap="gray", vmin=0, vmax=1, **how)
    ax.fill([0, 1, 1], [0, 0, 1], gid="area", color=plots.ACCENT)
    ax.text(1, 1, "here", gid="label")

    def run(what):
        return {
            "grey": what,
            "area": np.array([[0, 0], [1, 0], [1, what[0, 0]]]),
            "label": "up to {top:.1f}",
            "top": what.max(),
            "words": "It is {top:.2f}.",
        }

    return explore(run, [ax], name="still", label="Still", what=Choice("what", GREYS))


@pytest.mark.parametrize("origin", ["upper", "lower"])
@pytest.mark.parametrize("what", GREYS)
def test_an_image_is_sent_as_matplotlib_paints_it(what, origin):
    widget = still(origin=origin, interpolation="nearest")
    widget.what = what
    sent = Sent(widget)
    mark = sent.spec["marks"]["grey"]
    assert mark["size"] == [2, 3]
    greys = pick(sent.parts, mark["where"][0], sent.at).reshape(2, 3)
    (axes,) = widget._scene.pose({"what": what})
    (address,) = re.findall(r'"data:image/png;base64,([^"]*)"', saved(axes.figure))
    painted = plt.imread(io.BytesIO(base64.b64decode(address)))
    height, width = painted.shape[:2]
    middles = np.ix_(height * (2 * np.arange(2) + 1) // 4, width * (2 * np.arange(3) + 1) // 6)
    np.testing.assert_allclose(greys / 255, painted[..., 0][middles], atol=0.003)


def test_an_image_that_is_written_otherwise_is_refused():
    with pytest.raises(ValueError, match="interpolation='none': write 'nearest'"):
        still(interpolation="none")


def saved(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg")
    return re.sub(r"\n", "", file.getvalue())


@pytest.mark.parametrize("aspect", ["equal", "auto"])
def test_an_image_of_few_pixels_fills_the_place_of_matplotlib_s(aspect):
    """A browser keeps a bitmap's proportions, unless it is told not to."""
    (element,) = re.findall("<image[^>]*>", still(aspect=aspect).markup)
    width, height = (float(re.search(rf' {n}="(.*?)"', element)[1]) for n in ("width", "height"))
    stretched = 'preserveAspectRatio="none"' in element
    assert stretched or width / height == pytest.approx(3 / 2, rel=0.01)


@pytest.mark.parametrize("what", GREYS)
def test_polygons_texts_and_numbers_follow_a_choice(what):
    sent = Sent(still(), what=what)
    corner = [[0, 0], [1, 0], [1, GREYS[what][0, 0]]]
    close(sent.points("area"), np.array(corner), sent.tolerance())
    assert sent.spec["marks"]["area"]["kind"] == "polygon"
    assert sent.sentence("label") == "up to {top:.1f}"
    assert sent.number("top") == np.float32(GREYS[what].max())


def by_landscape():
    """Panels that are drawn anew for one choice, and not for the other."""
    choices = {
        "rule": Choice("rule", RULES),
        "landscape": Choice("landscape", {"bowl": BOWL, "saddle": SADDLE}, "saddle"),
    }

    def draw(landscape):
        ax = panel("The path of a rule on the contours of a landscape.")
        plots.contours(ax, landscape)
        ax.plot([], [], gid="path", color=plots.INK)
        return [ax]

    def run(rule, landscape, lr, start=None):
        path = descend(rule(lr=lr), landscape, 3, start)
        return {"path": path.points, "words": "Down."}

    lr = Slider("η", [0.1, 0.2], 0.2)
    more = {"name": "both", "label": "Both", "drag": "path", "lr": lr}
    return explore(run, draw, **choices, **more)


@pytest.mark.parametrize(("name", "landscape"), [("bowl", BOWL), ("saddle", SADDLE)])
def test_a_variant_has_its_own_scale_and_is_drawn_with_its_own_choice(name, landscape):
    widget = by_landscape()
    variant = ["bowl", "saddle"].index(name)
    sent = Sent(widget, landscape=name)
    assert pick(sent.parts, sent.spec["variant"], sent.at).tolist() == [variant]
    assert sent.spec["scales"][variant][0]["x"] == [*landscape.window[0], "linear"]
    expected = descend(Momentum(lr=0.2), landscape, 3).points
    close(sent.points("path", variant), expected, sent.tolerance(variant))
    variants = widget.markup.split('<div class="gd-panels"')[1:]
    assert variants[variant].startswith(
        f' aria-hidden="{"false" if name == "saddle" else "true"}">'
    )
    element = re.search("<path[^>]*data-mark[^>]*>", variants[variant])[0]
    (points,) = corners(re.search(r' d="([^"]*)"', element)[1])
    np.testing.assert_allclose(points, sent.places("path"), atol=0.056)


def test_a_lane_that_diverges_is_sent_as_endless():
    def run(lr):
        far = np.array([1e30, np.inf, np.nan, 1e60, -1e60])
        return {"far": far, "words": "It is {far:.0e}."}

    lr = Slider("η", [1, 2, 3, 4, 5], 1)
    far = explore(run, [], name="far", label="Far", lr=lr)
    said = []
    for value in lr.values:
        far.lr = value
        sent = Sent(far)
        assert np.isfinite(sent.number("far"))
        assert template.fill(sent.sentence(), {"far": sent.number("far")}) == repr(far)
        said.append(repr(far))
    assert said == ["It is 1 · 10³⁰.", *["It is ∞."] * 3, "It is −∞."]


def test_axes_are_logarithmic_where_the_panel_is(race):
    assert race.spec["scales"][0][1]["y"] == [1e-3, 1e2, "log"]
    assert on_axis([1e-3, 1e2], "log").tolist() == [-3, 2]
