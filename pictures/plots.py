"""The figures of the book: one palette, one look a rule, and the pictures that recur.

What computes a figure is elsewhere (``descend``, ``train``); here it is only drawn. No function
writes a title: that is the caption's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from optimizers import Landscape, Path

PALETTE: dict[str, tuple[str, str]] = {
    "ink": ("#1f2933", "#e4e7eb"),
    "muted": ("#616e7c", "#a3aeb9"),
    "grid": ("#cbd2d9", "#3e4c59"),
    "paper": ("#ffffff", "#14181d"),
    "accent": ("#0b7285", "#5fd3e6"),
    "warn": ("#c2255c", "#ff8fb1"),
    "rule-sgd": ("#5f6368", "#b4bac0"),
    "rule-momentum": ("#0067b0", "#5ab0f5"),
    "rule-nesterov": ("#7b3fb5", "#c49df5"),
    "rule-adagrad": ("#007a55", "#3ecf9a"),
    "rule-rmsprop": ("#a86e00", "#f2bc3d"),
    "rule-adadelta": ("#8b5530", "#d9a679"),
    "rule-adam": ("#d0390b", "#ff8c66"),
    "rule-amsgrad": ("#b02a6f", "#f57fb8"),
}
"""Every colour of the book: its name, and its value on light and on dark paper.

Figures are drawn with the light value; the site swaps it for the CSS variable ``--gd-NAME``.
"""

INK, MUTED, GRID, PAPER, ACCENT, WARN = (
    PALETTE[name][0] for name in ("ink", "muted", "grid", "paper", "accent", "warn")
)

# One colour, dash and marker for each rule, so that no picture speaks by colour alone.
_LOOKS: dict[str, tuple[Any, str]] = {
    "SGD": ("-", "o"),
    "Momentum": ("-", "s"),
    "Nesterov": ((0, (6, 2)), "^"),
    "AdaGrad": ((0, (5, 1.5, 1, 1.5)), "D"),
    "RMSprop": ((0, (3, 1.5)), "v"),
    "Adadelta": ((0, (1, 1.2)), "P"),
    "Adam": ("-", "*"),
    "AMSGrad": ((0, (6, 1.5, 1, 1.5, 1, 1.5)), "X"),
}


def use_style() -> None:
    """Give every figure made from here on the look of the book."""
    plt.rcParams.update(
        {
            "figure.figsize": (7.0, 3.6),
            "figure.facecolor": "none",
            "figure.constrained_layout.use": True,
            "savefig.facecolor": "none",
            "axes.facecolor": "none",
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": False,
            "axes.prop_cycle": plt.cycler(color=[INK, ACCENT, WARN, MUTED]),
            "axes.unicode_minus": True,
            "grid.color": GRID,
            "font.size": 10.5,
            "legend.frameon": False,
            "lines.linewidth": 1.8,
            "lines.markersize": 4,
            "lines.color": INK,
            "patch.edgecolor": INK,
            "svg.fonttype": "none",
            "text.color": INK,
            "xtick.color": MUTED,
            "xtick.labelcolor": INK,
            "ytick.color": MUTED,
            "ytick.labelcolor": INK,
        }
    )


def look(rule: str, marker: bool = False) -> dict[str, Any]:
    """Return the keywords that draw a line in the look of a rule, ``{'color': …, …}``."""
    if rule not in _LOOKS:
        raise KeyError(f"no look for {rule!r}: write one of {list(_LOOKS)}")
    dash, shape = _LOOKS[rule]
    keywords = {"color": PALETTE[f"rule-{rule.lower()}"][0], "linestyle": dash}
    return keywords | ({"marker": shape} if marker else {})


def log_axis(axis) -> None:
    """Give a logarithmic ``ax.xaxis`` or ``ax.yaxis`` plain labels: 10⁻³, not mathtext."""
    superscript = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

    def label(value, _):
        exponent = np.log10(value) if value > 0 else 0.5
        whole = round(exponent)
        return f"10{str(whole).translate(superscript)}" if abs(exponent - whole) < 1e-9 else ""

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_formatter("")


def grid(landscape: Landscape, n: int = 91, window=None) -> tuple[np.ndarray, ...]:
    """Return (x, y, L) on n × n points of the landscape's window, or of another."""
    (x0, x1), (y0, y1) = window or landscape.window
    x, y = np.meshgrid(np.linspace(x0, x1, n), np.linspace(y0, y1, n))
    return x, y, landscape.value(x, y)


def contours(ax: Axes, landscape: Landscape, levels: int = 12, window=None) -> None:
    """Draw contour lines, spaced so that L − min L grows as a cube, and the minima as crosses."""
    x, y, z = grid(landscape, window=window)
    low, high = z.min(), z.max()
    heights = low + (high - low) * np.linspace(0.06, 1, levels, endpoint=False) ** 3
    ax.contour(x, y, z, heights, colors=GRID, linewidths=1, negative_linestyles="solid")
    for minimum in landscape.minima:
        ax.plot(*minimum, marker="+", markersize=11, markeredgewidth=1.6, color=INK, zorder=5)
    ax.set(xlabel="x", ylabel="y", xlim=(x.min(), x.max()), ylim=(y.min(), y.max()))


def path(ax: Axes, points: np.ndarray, **style: Any) -> None:
    """Draw one path, an array of shape (steps + 1, 2): a dot a point, the start as a ring."""
    style = {"color": INK, "marker": "o", "markersize": 3.2, "linewidth": 1.4} | style
    ax.plot(points[:, 0], points[:, 1], zorder=3, **style)
    ax.plot(
        *points[0],
        marker="o",
        markersize=8,
        markerfacecolor="none",
        markeredgecolor=INK,
        zorder=4,
        linestyle="none",
    )


def race(ax: Axes, paths: Sequence[Path], **contour: Any) -> None:
    """Draw several rules' paths on the contours of their common landscape, with a legend."""
    (landscape,) = {p.landscape for p in paths}
    contours(ax, landscape, **contour)
    for p in paths:
        path(ax, p.points, label=p.rule, **look(p.rule, marker=True))
    ax.legend()


def loss_curves(ax: Axes, paths: Iterable[Path], floor: float = 1e-16) -> None:
    """Draw the loss of every path against the step on a logarithmic axis, down to ``floor``."""
    for p in paths:
        ax.semilogy(np.maximum(p.losses, floor), label=p.rule, **look(p.rule))
    log_axis(ax.yaxis)
    ax.set(xlabel="step t", ylabel="loss")
    ax.legend()


def quiver(ax: Axes, landscape: Landscape, n: int = 17, window=None) -> None:
    """Draw −∇L on n × n points: the direction of every arrow true, its length its square root."""
    x, y, _ = grid(landscape, n, window)
    u, v = (-component for component in landscape.gradient(x, y))
    length = np.hypot(u, v)
    scale = np.sqrt(np.divide(1, length, out=np.zeros_like(length), where=length > 0))
    ax.quiver(x, y, u * scale, v * scale, color=MUTED, angles="xy", width=0.0028)
    ax.set(xlabel="x", ylabel="y")


def wireframe(ax: Axes, landscape: Landscape, n: int = 19, window=None) -> None:
    """Draw the loss as a wire surface on 3-D axes (``subplot_kw={"projection": "3d"}``)."""
    x, y, z = grid(landscape, n, window)
    ax.plot_wireframe(x, y, z, color=MUTED, linewidth=0.7, rstride=1, cstride=1)
    ax.set(xlabel="x", ylabel="y", zlabel="loss")
    ax.locator_params(nbins=4)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis._axinfo["grid"]["color"] = GRID
