"""The figures of the book: the pictures that recur.

What computes a figure is elsewhere (``descend``, ``train``); here it is only drawn. No function
writes a title: that is the caption's work.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optimizers import Landscape, Path

from .palette import PALETTE, Look, look
from .style import ACCENT, GRID, INK, MUTED, PAPER, WARN, log_axis, loss_axis, use_style

__all__ = [
    "ACCENT",
    "GRID",
    "INK",
    "MUTED",
    "PALETTE",
    "PAPER",
    "WARN",
    "Look",
    "contours",
    "grid",
    "log_axis",
    "look",
    "loss_axis",
    "loss_curves",
    "path",
    "quiver",
    "race",
    "use_style",
    "wireframe",
]

Window = tuple[tuple[float, float], tuple[float, float]]


def grid(landscape: Landscape, n: int = 91, window: Window | None = None) -> tuple[np.ndarray, ...]:
    """Return (x, y, L) on n × n points of the landscape's window, or of another."""
    (x0, x1), (y0, y1) = window or landscape.window
    x, y = np.meshgrid(np.linspace(x0, x1, n), np.linspace(y0, y1, n))
    return x, y, landscape.value(x, y)


def contours(
    ax: Axes, landscape: Landscape, levels: int = 12, window: Window | None = None
) -> None:
    """Draw contour lines, spaced so that L − min L grows as a cube, and the minima as crosses."""
    x, y, z = grid(landscape, window=window)
    low, high = z.min(), z.max()
    heights = low + (high - low) * np.linspace(0.06, 1, levels, endpoint=False) ** 3
    ax.contour(x, y, z, heights, colors=GRID, linewidths=1, negative_linestyles="solid")
    for minimum in landscape.minima:
        ax.plot(*minimum, marker="+", markersize=11, markeredgewidth=1.6, color=INK, zorder=5)
    ax.set(xlabel="x", ylabel="y", xlim=(x.min(), x.max()), ylim=(y.min(), y.max()))


def path(ax: Axes, points: Path | np.ndarray, **style: Any) -> None:
    """Draw one path: a dot a point, the start as a ring.

    Parameters
    ----------
    ax : Axes
    points : Path, or array of shape (steps + 1, 2)
        A ``Path`` is drawn in the look of its rule and is called after it in a legend.
    style
        Keywords of matplotlib's lines.

    Raises
    ------
    ValueError
        A sweep has one path for each lane, or the array has another shape.
    """
    if isinstance(points, Path):
        _refuse_sweep(points)
        (look_of_rule,) = _looks(ax, [points], marker=True)
        points, style = points.points, look_of_rule | style
    if np.ndim(points) != 2 or np.shape(points)[1] != 2:
        raise ValueError(
            f"a path of shape {np.shape(points)} cannot be drawn, it must be (steps + 1, 2): of a "
            "sweep write one of its lanes, path.lane(0)"
        )
    plain: dict[str, Any] = {"color": INK, "marker": "o", "markersize": 3.2, "linewidth": 1.4}
    ax.plot(points[:, 0], points[:, 1], zorder=3, **plain | style)
    ax.plot(
        *points[0],
        marker="o",
        markersize=8,
        markerfacecolor="none",
        markeredgecolor=INK,
        zorder=4,
        linestyle="none",
    )


def race(ax: Axes, paths: Iterable[Path], **contour: Any) -> None:
    """Draw several rules' paths on the contours of their common landscape, with a legend.

    Raises
    ------
    TypeError, ValueError
        What is handed in is no list of paths, a path is a sweep, or they are on two landscapes.
    """
    paths = _checked("race", paths)
    landscape, *others = {p.landscape: None for p in paths}
    if others:
        names = " and ".join(repr(other.name) for other in (landscape, *others))
        raise ValueError(f"the paths are on {names}: draw a race for each, on axes of its own")
    looks = _looks(ax, paths, marker=True)
    contours(ax, landscape, **contour)
    for p, style in zip(paths, looks, strict=True):
        path(ax, p.points, **style)
    ax.legend()


def loss_curves(ax: Axes, paths: Iterable[Path], floor: float = 1e-16) -> None:
    """Draw the loss of every path against the step, on a logarithmic axis down to ``floor``.

    Where a loss goes below 0 there is no floor, and the axis is linear between −1 and 1.

    Raises
    ------
    TypeError, ValueError
        What is handed in is no list of paths, or a path is a sweep.
    """
    paths = _checked("loss_curves", paths)
    below = any((p.losses < 0).any() for p in paths)
    for p, style in zip(paths, _looks(ax, paths), strict=True):
        ax.plot(p.losses if below else np.maximum(p.losses, floor), **style)
    loss_axis(ax, below)
    ax.set(xlabel="step t", ylabel="loss")
    ax.legend()


def _looks(ax: Axes, paths: list[Path], marker: bool = False) -> list[dict[str, Any]]:
    """Return the name and look of each path's rule, other than those of the figure's others."""
    lines = [line for axes in cast(Figure, ax.figure).axes for line in axes.get_lines()]
    seen = [(line.get_label(), str(line.get_color())) for line in lines]
    found = []
    for p in paths:
        taken = {colour for name, colour in seen if name != p.rule}
        found.append({"label": p.rule} | look(type(p.optimizer), marker, taken))
        seen.append((p.rule, found[-1]["color"]))
    return found


def _checked(name: str, paths: Iterable[Path]) -> list[Path]:
    """Return the paths as a list; refuse what is none, and sweeps."""
    found = list(paths) if isinstance(paths, Iterable) else [paths]
    if isinstance(paths, str | Path) or not all(isinstance(p, Path) for p in found):
        raise TypeError(
            f"{name} draws a list of paths, not {paths!r:.60}: write "
            f"{name}(ax, [descend(SGD(lr=0.1), BOWL), …])"
        )
    if not found:
        raise ValueError(
            f"{name} has no paths to draw: write {name}(ax, [descend(SGD(lr=0.1), BOWL), …])"
        )
    for p in found:
        _refuse_sweep(p)
    return found


def _refuse_sweep(p: Path) -> None:
    if p.points.ndim != 2:
        raise ValueError(
            f"this path of {p.rule} is a sweep of {p.points.shape[1]} lanes: draw one of them, "
            "path.lane(0)"
        )


def quiver(ax: Axes, landscape: Landscape, n: int = 17, window: Window | None = None) -> None:
    """Draw −∇L on n × n points: the direction of every arrow true, its length its square root."""
    x, y, _ = grid(landscape, n, window)
    u, v = (-component for component in landscape.gradient(x, y))
    length = np.hypot(u, v)
    scale = np.sqrt(np.divide(1, length, out=np.zeros_like(length), where=length > 0))
    ax.quiver(x, y, u * scale, v * scale, color=MUTED, angles="xy", width=0.0028)
    ax.set(xlabel="x", ylabel="y")


def wireframe(ax: Any, landscape: Landscape, n: int = 19, window: Window | None = None) -> None:
    """Draw the loss as a wire surface on 3-D axes (``subplot_kw={"projection": "3d"}``)."""
    x, y, z = grid(landscape, n, window)
    ax.plot_wireframe(x, y, z, color=MUTED, linewidth=0.7, rstride=1, cstride=1)
    ax.set(xlabel="x", ylabel="y", zlabel="loss")
    ax.locator_params(nbins=4)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((0, 0, 0, 0))
        axis._axinfo["grid"]["color"] = GRID
