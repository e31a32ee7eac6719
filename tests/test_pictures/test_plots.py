"""The figures: what is in them, and colours that everybody can tell from the paper."""

import matplotlib as mpl
import numpy as np
import pytest

from optimizers import BOWL, HIMMELBLAU, ROSENBROCK, RULES, SADDLE, SGD, Adam, descend
from pictures import plots

mpl.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")


@pytest.fixture
def ax():
    with mpl.rc_context():
        plots.use_style()
        fig, ax = plt.subplots()
        yield ax
        fig.canvas.draw()  # no warning, no error at drawing time
        plt.close(fig)


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(a, b):
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_of_known_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", sorted(set(plots.PALETTE) - {"paper", "grid"}))
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_every_colour_can_be_read_as_text_on_its_paper(name, mode):
    needed = 3 if name.startswith("rule-") else 4.5  # of rules, lines alone are drawn
    assert contrast(plots.PALETTE[name][mode], plots.PALETTE["paper"][mode]) >= needed


def test_no_two_names_share_a_colour():
    for mode in (0, 1):
        assert len({pair[mode] for pair in plots.PALETTE.values()}) == len(plots.PALETTE)


# Linear RGB as it is seen without the long or the middle cones: Machado et al. (2009), severity 1.
SEEN = {
    "all": np.eye(3),
    "no long": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no middle": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def lab(colour, seen):
    """The colour in CIELAB, as seen."""
    rgb = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(np.array(seen) @ linear, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_the_reserve_is_told_apart_with_two_kinds_of_cones(mode, seen):
    names = [name for name in plots.PALETTE if name.startswith("own-")]
    places = [lab(plots.PALETTE[name][mode], SEEN[seen]) for name in names]
    gaps = [np.linalg.norm(a - b) for i, a in enumerate(places) for b in places[:i]]
    assert min(gaps) > 10, min(gaps)


def test_every_rule_has_a_look_and_none_is_told_by_colour_alone():
    looks = [plots.look(rule, marker=True) for rule in RULES]
    looks += [plots.look(sign, marker=True) for sign in OWN]
    assert len({look["color"] for look in looks}) == len(RULES) + len(OWN)
    assert len({look["marker"] for look in looks}) == len(RULES) + len(OWN)


def test_a_wrong_rule_lists_the_right_ones():
    with pytest.raises(KeyError, match="AdaGrad"):
        plots.look("Adagrad")


def test_a_rule_of_the_book_without_a_look_is_told_where_to_give_it():
    lion = type("Lion", (SGD,), {"__module__": "optimizers.signs"})
    with pytest.raises(KeyError, match=r"'Lion'.*_BOOK in pictures/palette\.py"):
        plots.look(lion)


def named(name, **members):
    """A reader's own rule of that name."""
    return type(name, (SGD,), {"__module__": "__main__"} | members)


# Of these names each has another look of the reserve.
OWN = [named(name) for name in ("Sign", "Mine", "Ball", "Rprop", "Jump")]


def test_a_reader_s_rule_has_the_same_look_by_class_and_by_name():
    looks = [plots.look(own) for own in OWN]
    assert looks == [plots.look(own.__name__) for own in OWN]
    assert {look["color"] for look in looks} <= {light for light, _ in plots.PALETTE.values()}


def test_a_reader_s_adam_is_not_the_book_s():
    assert plots.look(named("Adam"))["color"] != plots.look(Adam)["color"]
    assert plots.look(Adam) == plots.look("Adam")


def test_a_rule_may_say_its_look():
    own = named("Sign", look=plots.Look("accent", ":", "h"))
    accent = plots.PALETTE["accent"][0]
    assert plots.look(own, marker=True) == {"color": accent, "linestyle": ":", "marker": "h"}
    with pytest.raises(ValueError, match=r"no colour 'red': write one of \['ink'"):
        plots.Look("red")
    with pytest.raises(TypeError, match=r"Sign\.look is 'red': write look = Look\("):
        plots.look(named("Sign", look="red"))


def test_rules_of_one_s_own_differ_in_one_figure_and_a_sixth_must_say_its_look(ax):
    same = plots.look("Sign")["color"]
    clash = [n for n in map("Rule{}".format, range(99)) if plots.look(n)["color"] == same][:6]
    plots.race(ax, [descend(named(name)(lr=0.1), BOWL) for name in clash[:3]])
    ax.figure.add_subplot(2, 2, 4)
    paths = [descend(named(name)(lr=0.1), BOWL) for name in clash[2::-1]]
    plots.loss_curves(ax.figure.axes[1], paths)
    raced, drawn = (
        {
            line.get_label(): line.get_color()
            for line in axes.get_lines()
            if line.get_label()[0] == "R"
        }
        for axes in ax.figure.axes
    )
    assert len(set(raced.values())) == 3
    assert raced == drawn
    before = len(ax.get_lines())
    with pytest.raises(ValueError, match=rf"no look is left for {clash[5]}.*look = Look\("):
        plots.race(ax, [descend(named(name)(lr=0.1), BOWL) for name in clash])
    assert len(ax.get_lines()) == before  # refused, and nothing is drawn


def test_race_labels_come_from_what_ran(ax):
    plots.race(ax, [descend(SGD(lr=0.95), BOWL), descend(Adam(lr=0.3), BOWL)])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam"]
    assert (ax.get_xlim(), ax.get_ylim()) == BOWL.window


def test_race_wants_one_landscape(ax):
    with pytest.raises(ValueError, match="'bowl' and 'saddle': draw a race for each"):
        plots.race(ax, [descend(SGD(), BOWL), descend(SGD(), SADDLE)])


@pytest.mark.parametrize("draw", [plots.race, plots.loss_curves])
@pytest.mark.parametrize(
    ("paths", "error", "words"),
    [
        ([], ValueError, "no paths to draw: write"),
        ("SGD", TypeError, "not 'SGD': write"),
        (descend(SGD(), BOWL), TypeError, r"a list of paths, not Path\("),
        ([SGD(), Adam()], TypeError, r"not \[SGD\(lr=0.01\), .*: write"),
        (7, TypeError, "not 7: write"),
    ],
)
def test_what_is_no_list_of_paths_is_told_what_to_write(ax, draw, paths, error, words):
    with pytest.raises(error, match=words) as caught:
        draw(ax, paths)
    assert f"{draw.__name__}(ax, [descend(SGD(lr=0.1), BOWL), …])" in str(caught.value)
    assert not ax.get_lines()


def test_of_a_sweep_one_lane_is_drawn(ax):
    sweep = descend(SGD(lr=np.array([0.1, 0.5, 0.95])), BOWL)
    for draw in (plots.race, plots.loss_curves, lambda ax, paths: plots.path(ax, paths[0])):
        with pytest.raises(ValueError, match=r"SGD is a sweep of 3 lanes.*path\.lane\(0\)"):
            draw(ax, [sweep])
    for points in (sweep.points, sweep.points[0, :, 0]):
        with pytest.raises(ValueError, match=r"steps \+ 1, 2\): of a sweep.*path\.lane\(0\)"):
            plots.path(ax, points)
    assert not ax.get_lines()
    alone = descend(SGD(lr=0.5), BOWL)
    plots.path(ax, sweep.lane(1))
    assert np.array_equal(ax.get_lines()[0].get_xydata(), alone.points)
    assert np.array_equal(sweep.lane(1).losses, alone.losses)
    with pytest.raises(ValueError, match="path of a single run"):
        alone.lane(0)


def test_a_path_goes_through_its_points_and_rings_the_start(ax):
    points = descend(SGD(lr=0.95), BOWL).points
    plots.path(ax, points)
    line, ring = ax.get_lines()
    assert np.array_equal(line.get_xydata(), points)
    assert np.array_equal(ring.get_xydata(), points[:1])


def test_a_path_that_a_rule_made_has_its_look_and_its_name(ax):
    plots.path(ax, descend(Adam(lr=0.3), BOWL), linewidth=3)
    line, _ = ax.get_lines()
    wanted = plots.look(Adam, marker=True)
    assert (line.get_color(), line.get_marker()) == (wanted["color"], wanted["marker"])
    assert (line.get_label(), line.get_linewidth()) == ("Adam", 3)


def test_contours_show_every_minimum(ax):
    plots.contours(ax, HIMMELBLAU, levels=7)
    crosses = [tuple(line.get_xydata()[0]) for line in ax.get_lines()]
    assert crosses == list(HIMMELBLAU.minima)
    (lines,) = ax.collections
    assert len(lines.levels) == 7


def test_loss_curves_are_cut_at_the_floor(ax):
    plots.loss_curves(ax, [descend(SGD(lr=0.95), BOWL, steps=400)], floor=1e-10)
    (line,) = ax.get_lines()
    assert line.get_ydata().min() == 1e-10
    assert line.get_ydata()[0] == pytest.approx(6.45)


def test_a_loss_below_zero_is_drawn_where_it_is(ax):
    """The saddle's, which falls to −18384: it has no place on a logarithmic axis."""
    path = descend(SGD(lr=0.1), SADDLE, steps=120)
    assert path.losses[-1] < -1000
    plots.loss_curves(ax, [path, descend(SGD(lr=0.05), SADDLE)])
    line, _ = ax.get_lines()
    assert np.array_equal(line.get_ydata(), path.losses)
    ax.figure.draw_without_rendering()
    _, low = ax.transData.transform([120, path.losses[-1]])
    assert ax.bbox.y0 < low < ax.transData.transform([0, -100])[1]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert {"−10²", "0", "10⁰"} <= set(labels)


def test_log_labels_are_plain_text(ax):
    ax.semilogy([1e-3, 1, 100])
    plots.log_axis(ax.yaxis)
    labels = [plots_label(ax, value) for value in (1e-3, 1, 100, 50)]
    assert labels == ["10⁻³", "10⁰", "10²", ""]


def plots_label(ax, value):
    return ax.yaxis.get_major_formatter()(value, None)


def test_quiver_points_downhill(ax):
    plots.quiver(ax, ROSENBROCK, n=8)  # so that no arrow stands on the minimum
    (arrows,) = ax.collections
    gx, gy = ROSENBROCK.gradient(*arrows.get_offsets().T)
    away_x, away_y = arrows.U * gx, arrows.V * gy
    assert (away_x + away_y < 0).all()
    assert np.allclose(arrows.U * gy, arrows.V * gx)  # parallel to the gradient


def test_wireframe_is_drawn_in_three_dimensions():
    with mpl.rc_context():
        plots.use_style()
        fig, ax = plt.subplots(subplot_kw={"projection": "3d"})
        plots.wireframe(ax, BOWL)
        fig.canvas.draw()
        assert ax.get_zlim()[1] > 8
        plt.close(fig)


def test_style_has_no_background_and_no_mathtext_minus():
    with mpl.rc_context():
        plots.use_style()
        assert mpl.rcParams["figure.facecolor"] == "none"
        assert mpl.rcParams["svg.fonttype"] == "none"
