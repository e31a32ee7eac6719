"""What the settings change in a picture: arrays that fit a mark, or an error that says why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text


@dataclass(frozen=True, eq=False)
class Timed:
    """An array whose first axis is the step: ``at`` a step, or all points ``upto`` it."""

    array: Any
    trail: bool


def at(array: Any) -> Timed:
    """Say that the first axis of a result is the step, and only the present step is shown."""
    return Timed(array, trail=False)


def upto(array: Any) -> Timed:
    """Say that the first axis of a line is the step, and the line is shown up to the present."""
    return Timed(array, trail=True)


@dataclass(frozen=True, eq=False)
class Values:
    """A result in its one form.

    Attributes
    ----------
    array : array, shape (lanes, steps, …)
        Both axes have length 1 where nothing depends on them. What follows is (points, 2) for a
        line or polygon, (rows, columns) for a picture, nothing for a number or a text.
    trail : bool
        Show as many points as there have been steps.
    """

    array: np.ndarray
    trail: bool = False

    def frame(self, lane: int, step: int) -> np.ndarray:
        """Return what belongs to one lane and one step."""
        array = self.array[min(lane, len(self.array) - 1)]
        return array[min(step, len(array) - 1)]


def fit(
    name: str, result: Any, artist: Artist | None, lanes: int | None, steps: int | None
) -> Values:
    """Bring a result into its one form.

    Parameters
    ----------
    name : str
        The mark's, for the message.
    result : array_like or Timed
        As the function of the settings returned it.
    artist : Artist or None
        The mark; None for a number or a text that only the words use.
    lanes : int or None
        The settings of the sliders, that is the length of the lanes' axis; None without sliders.
    steps : int or None
        The length of the steps' axis; None without steps.

    Raises
    ------
    ValueError
        The shape does not fit; the message says which shapes would.
    TypeError
        ``at`` or ``upto`` without ``Steps``, or for a mark that has no trail.
    """
    timed = isinstance(result, Timed)
    array = np.asarray(result.array if timed else result)
    trail = timed and result.trail
    line = isinstance(artist, Line2D | Polygon)
    if timed and steps is None:
        raise TypeError(f"{name!r} depends on the step: add a control `Steps(…)`")
    if trail and not line:
        raise TypeError(f"{name!r} is no line and has no trail: write at(…) instead of upto(…)")
    of_step, of_lane = ("steps",) * (timed and not trail), ("lanes",) * (lanes is not None)
    if line:
        wanted = [(*of_step, "points", *of_lane, "2")]
        if isinstance(artist, Line2D):
            wanted.append((*of_step, "points", *of_lane))
    elif isinstance(artist, AxesImage):
        wanted = [(*of_step, *of_lane, "rows", "columns")]
    else:
        wanted = [(*of_step, *of_lane)]
    form = next((form for form in wanted if fits(array.shape, form, lanes, steps)), None)
    if form is None and not line and array.ndim == 0:  # one number or text for all settings
        form, of_step, of_lane = (), (), ()
    if form is None or (trail and len(array) != steps):
        sizes = {"lanes": lanes, "steps": steps, "points": steps if trail else "points"}
        shapes = [tuple(sizes.get(axis, axis) for axis in form) for form in wanted]
        words = " or ".join(f"({', '.join(map(str, shape))})" for shape in shapes)
        raise ValueError(f"{name!r} has shape {array.shape}, but must have {words}")
    if isinstance(artist, Line2D) and form[-1] != "2":
        array = over_own_x(name, array, form, artist)
        form = (*form, "2")
    array = np.moveaxis(array, form.index("lanes"), 0) if "lanes" in form else array[None]
    return Values(array if of_step else array[:, None], trail)


def fits(
    shape: tuple[int, ...], form: tuple[str, ...], lanes: int | None, steps: int | None
) -> bool:
    sizes: dict[str, tuple[int | None, ...]] = {"lanes": (lanes, 1), "steps": (steps,), "2": (2,)}
    return len(shape) == len(form) and all(
        n in sizes.get(axis, (n,)) for n, axis in zip(shape, form, strict=True)
    )


def over_own_x(name: str, heights: np.ndarray, form: tuple[str, ...], artist: Line2D) -> np.ndarray:
    """Join heights with the x that the line was drawn with."""
    x = np.asarray(artist.get_xdata(), dtype=float)
    axis = form.index("points")
    if len(x) != heights.shape[axis]:
        raise ValueError(
            f"{name!r} has {heights.shape[axis]} heights, but was drawn over {len(x)} values of x: "
            "draw it over as many, or return pairs"
        )
    x = x.reshape(-1, *[1] * (heights.ndim - axis - 1))
    return np.stack([np.broadcast_to(x, heights.shape), heights], axis=-1)


def show(artist: Artist, values: Values, lane: int, step: int, text: str = "") -> None:
    """Let the mark itself show one setting."""
    array = values.frame(lane, step)
    if isinstance(artist, Text):
        artist.set_text(text)
    elif isinstance(artist, AxesImage):
        artist.set_data(array)
    elif isinstance(artist, Polygon):
        artist.set_xy(array)
    elif isinstance(artist, Line2D):
        x, y = array.astype(float).T
        if values.trail:  # the line keeps its x, over which heights are drawn
            y[step + 1 :] = np.nan
        artist.set_data(x, y)
