"""What most explorers are made of: panels that recur, points, and words for each setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from optimizers import Landscape, Optimizer

from .. import plots
from .panels import SIZE, panel

Style = Mapping[str, Any] | type[Optimizer]
"""How a mark is drawn: matplotlib's keywords, or a rule, whose look and name it has."""


def contour_panel(
    alt: str,
    landscape: Landscape,
    paths: Mapping[str, Style],
    *,
    size: tuple[float, float] = SIZE,
    equal: bool = False,
    **contour: Any,
) -> Axes:
    """Return a panel of paths on the contours of a landscape.

    Parameters
    ----------
    alt : str
        What it shows, in words.
    landscape : Landscape
    paths : mapping of str to Style
        The marks by name. What is drawn of them later is ``path.points``.
    size : (width, height)
    equal : bool
        Draw x and y to one scale.
    contour
        Keywords of ``plots.contours``: ``levels``, ``window``.
    """
    ax = panel(alt, size)
    plots.contours(ax, landscape, **contour)
    if equal:
        ax.set_aspect("equal")
    for name, style in paths.items():
        ax.plot([], [], gid=name, **keywords(style, marker=True))
    return ax


def curve_panel(
    alt: str,
    x: Sequence[float] | np.ndarray,
    curves: Mapping[str, Style],
    *,
    log: str = "y",
    below: bool = False,
    size: tuple[float, float] = SIZE,
    **axes: Any,
) -> Axes:
    """Return a panel of curves over fixed x: a loss against the step, if nothing else is said.

    Parameters
    ----------
    alt : str
        What it shows, in words.
    x : array of shape (points,)
        The steps, most often.
    curves : mapping of str to Style
        The marks by name. What is returned for them are heights, ``path.losses``.
    log : str
        The axes that are logarithmic: "y", "xy" or "".
    below : bool
        The heights also go below 0: the y-axis is logarithmic beyond −1 and 1 only.
    size : (width, height)
    axes
        Keywords of ``ax.set``: labels, limits, ticks.
    """
    ax = panel(alt, size)
    for name, style in curves.items():
        ax.plot(x, np.ones(len(x)), gid=name, **keywords(style))
    if "x" in log:
        ax.set_xscale("log")
        plots.log_axis(ax.xaxis)
    if "y" in log:
        plots.loss_axis(ax, below)
    ax.set(**{"xlabel": "step t", "ylabel": "loss"} | axes)
    return ax


def keywords(style: Style, marker: bool = False) -> dict[str, Any]:
    """Return matplotlib's keywords for a style."""
    if isinstance(style, type):
        return plots.look(style, marker) | {"label": style.__name__}
    return dict(style)


def dot(ax: Axes, *names: str, **style: Any) -> None:
    """Draw marks that are one point each: a filled circle, unless the style says otherwise."""
    dots: dict[str, Any] = {"marker": "o", "linestyle": "none", "color": plots.ACCENT}
    for name in names:
        ax.plot([], [], gid=name, **dots | {"markersize": 7} | style)


def legend_above(ax: Axes, x: float = 0.5, **more: Any) -> None:
    """Set the legend above the picture, in one row, where it hides nothing."""
    row = {"loc": "lower center", "bbox_to_anchor": (x, 1), "ncols": len(ax.get_lines())}
    ax.legend(**row | more)


def pairs(x: Any, y: Any) -> np.ndarray:
    """Return points (…, 2) from their coordinates, which are broadcast to one shape."""
    return np.stack(np.broadcast_arrays(x, y), axis=-1)


def spot(x: Any, y: Any) -> np.ndarray:
    """Return a line of one point for each lane, (1, lanes, 2): what a ``dot`` is drawn at."""
    return pairs(x, y)[None]


def arrow(tail: np.ndarray, tip: np.ndarray, barb: float) -> np.ndarray:
    """Return arrows (steps, 5, lanes, 2), a shaft and two barbs, from (steps, lanes, 2) points.

    The barbs are as long as ``barb``, or shorter where the arrow is shorter than 1.
    """
    length = np.linalg.norm(tip - tail, axis=-1, keepdims=True)
    back = (tip - tail) * barb / np.maximum(length, 1)
    side = back[..., ::-1] * (-0.5, 0.5)
    return np.stack([tail, tip, tip - back + side, tip, tip - back - side], axis=1)


def cases(conditions: Sequence[Any], *texts: Any) -> np.ndarray:
    """Return, for each setting, the text of the first condition that holds, or else the last.

    Raises
    ------
    ValueError
        There is not one text more than there are conditions.
    """
    if len(texts) != len(conditions) + 1:
        raise ValueError(
            f"{len(conditions)} conditions have {len(texts)} texts: write one for each, and one "
            "for all other settings"
        )
    return np.select(list(conditions), list(texts[:-1]), texts[-1])


def sentences(*texts: Any) -> np.ndarray:
    """Join texts, each one for all settings or an array with one for each."""
    first, *rest = texts
    for text in rest:
        first = np.char.add(first, text)
    return np.asarray(first)
