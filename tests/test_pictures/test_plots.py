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
    needed = 3 if name.startswith("rule-") else 4.5
    assert contrast(plots.PALETTE[name][mode], plots.PALETTE["paper"][mode]) >= needed


def test_no_two_names_share_a_colour():
    for mode in (0, 1):
        assert len({pair[mode] for pair in plots.PALETTE.values()}) == len(plots.PALETTE)


def test_every_rule_has_a_look_and_none_is_told_by_colour_alone():
    looks = [plots.look(rule.__name__, marker=True) for rule in RULES]
    assert len({look["color"] for look in looks}) == len(RULES)
    assert len({look["marker"] for look in looks}) == len(RULES)


def test_a_wrong_rule_lists_the_right_ones():
    with pytest.raises(KeyError, match="AdaGrad"):
        plots.look("Adagrad")


def test_race_labels_come_from_what_ran(ax):
    plots.race(ax, [descend(SGD(lr=0.95), BOWL), descend(Adam(lr=0.3), BOWL)])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam"]
    assert (ax.get_xlim(), ax.get_ylim()) == BOWL.window


def test_race_wants_one_landscape(ax):
    with pytest.raises(ValueError, match="unpack"):
        plots.race(ax, [descend(SGD(), BOWL), descend(SGD(), SADDLE)])


def test_a_path_goes_through_its_points_and_rings_the_start(ax):
    points = descend(SGD(lr=0.95), BOWL).points
    plots.path(ax, points)
    line, ring = ax.get_lines()
    assert np.array_equal(line.get_xydata(), points)
    assert np.array_equal(ring.get_xydata(), points[:1])


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
