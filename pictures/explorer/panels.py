"""The pictures of an explorer: ordinary matplotlib figures, one axes each."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, cast
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon
from matplotlib.text import Text

from ..palette import PALETTE
from ..style import SVG_SETTINGS
from ..svg import inline_svg
from .controls import Choice

UNIT = 1 / 10
"""The step, in points, to which what moves is rounded: an eighth of a pixel of the page."""

REACH = 32_000
"""How far from the corner, in that unit, a point may lie; what is farther out is moved there."""

KINDS = (Line2D, Polygon, Text, AxesImage)


SIZE = (3.3, 2.75)
"""Of a panel, in inches: two stand side by side on a page, one on a phone."""


def panel(alt: str, size: tuple[float, float] = SIZE) -> Axes:
    """Return the axes of a new picture for an explorer.

    Draw on it as on any axes. What the settings change gets a name, ``gid="path"``, under which
    the function of the settings returns it.

    Parameters
    ----------
    alt : str
        What the picture shows, in words, whatever the settings: its accessible name.
    size : (width, height)
        In inches. Two of the default width stand side by side on a page, one on a phone.
    """
    if len(alt) < 20 or " " not in alt:
        raise ValueError(f"{alt!r} says too little of what a panel shows: write a sentence")
    figure, axes = plt.subplots(figsize=size)
    figure.set_label(alt)
    plt.close(figure)
    return axes


class Panels:
    """The panels of an explorer, one list for each combination of the choices that redraw them.

    Parameters
    ----------
    panels : sequence of Axes, or callable
        The panels, or a function of some of the choices that draws them.
    choices : mapping of str to Choice

    Attributes
    ----------
    choosers : list of str
        The choices on which the panels depend.
    variants : dict of tuple of str to list of Axes

    Raises
    ------
    ValueError
        The function asks for what is no choice.
    """

    def __init__(
        self,
        panels: Sequence[Axes] | Callable[..., Sequence[Axes]],
        choices: Mapping[str, Choice],
    ) -> None:
        self.choosers = list(inspect.signature(panels).parameters) if callable(panels) else []
        if unknown := [name for name in self.choosers if name not in choices]:
            raise ValueError(
                f"the panels are a function of {unknown}, but the choices are {list(choices)}"
            )
        self.variants: dict[tuple[str, ...], list[Axes]] = {}
        for labels in product(*(choices[name].values for name in self.choosers)):
            named = zip(self.choosers, labels, strict=True)
            options = {name: choices[name].given(label) for name, label in named}
            drawn = list(panels(**options) if callable(panels) else panels)
            if strange := [axes for axes in drawn if not axes.figure.get_label()]:
                raise ValueError(f"{strange} have no words: draw on what panel(…) returns")
            for axes in drawn:
                settle(axes)
            self.variants[labels] = drawn

    def variant(self, settings: Mapping[str, object]) -> tuple[str, ...]:
        """Return which variant belongs to some settings."""
        return tuple(str(settings[name]) for name in self.choosers)

    def axes(self, settings: Mapping[str, object]) -> list[Axes]:
        return self.variants[self.variant(settings)]

    def marks(self, settings: Mapping[str, object]) -> dict[str, Artist]:
        """Return the marks of all panels for some settings; ValueError for a name used twice."""
        found: dict[str, Artist] = {}
        for axes in self.axes(settings):
            marks = marks_of(axes)
            if twice := sorted(found.keys() & marks.keys()):
                raise ValueError(f"two panels have marks called {twice}: name each differently")
            found |= marks
        return found


def marks_of(axes: Axes) -> dict[str, Artist]:
    """Return the named artists of a panel; ValueError for one that cannot be moved."""
    found: dict[str, Artist] = {}
    for artist in axes.get_children():
        name = artist.get_gid()
        if not name:
            continue
        if name in found:
            raise ValueError(f"two marks of one panel are called {name!r}: name each differently")
        if isinstance(artist, AxesImage) and artist.get_interpolation() == "none":
            raise ValueError(f"the image {name!r} has interpolation='none': write 'nearest'")
        if not isinstance(artist, KINDS):
            raise ValueError(
                f"the mark {name!r} is a {type(artist).__name__}: only lines, polygons, texts and "
                "images can be moved"
            )
        found[name] = artist
    return found


def figure_of(axes: Axes) -> Figure:
    """Return the figure of a panel: it is never a part of another one."""
    return cast(Figure, axes.figure)


def settle(axes: Axes) -> None:
    """Fix where the axes stand, so that a point of the data has one place in the picture."""
    axes.autoscale(False)
    figure_of(axes).draw_without_rendering()
    figure_of(axes).set_layout_engine("none")


def place(axes: Axes, points: np.ndarray) -> np.ndarray:
    """Return points (…, points, 2) of the data as places in the picture, int16 in ``UNIT``.

    What lies far outside is moved to where it is still outside, and a point that is not finite
    stays where the one before it was.
    """
    figure = figure_of(axes)
    height = figure.get_figheight() * 72
    with np.errstate(all="ignore"):
        shown = axes.transData.transform(points.reshape(-1, 2)) * 72 / figure.dpi
    shown[:, 1] = height - shown[:, 1]
    shown[~np.isfinite(points.reshape(-1, 2)).all(axis=1)] = np.nan
    shown = hold(np.clip(shown / UNIT, -REACH, REACH).reshape(points.shape))
    return np.round(shown).astype(np.int16)


def hold(points: np.ndarray) -> np.ndarray:
    """Put the last finite point in the place of those after it that are not; the first, before."""
    finite = np.isfinite(points).all(axis=-1)
    if finite.all():
        return points
    last = np.maximum.accumulate(np.where(finite, np.arange(finite.shape[-1]), -1), axis=-1)
    last = np.where(last < 0, finite.argmax(axis=-1)[..., None], last)
    return np.nan_to_num(np.take_along_axis(points, last[..., None], axis=-2))


def scale(axes: Axes) -> dict[str, list]:
    """Return where the axes stand, and from where to where each goes: for pointers and tests."""
    figure = figure_of(axes)
    width, height = figure.get_size_inches() * 72
    box = axes.get_position()
    edges = [box.x0 * width, (1 - box.y0) * height, box.x1 * width, (1 - box.y1) * height]
    return {
        "box": [round(edge, 2) for edge in edges],
        "x": [*map(float, axes.get_xlim()), axes.get_xscale()],
        "y": [*map(float, axes.get_ylim()), axes.get_yscale()],
    }


def picture(axes: Axes, prefix: str) -> str:
    """Return the panel, as its artists are now, as an SVG element with its marks in it."""
    file, figure = io.StringIO(), figure_of(axes)
    settings: dict[Any, Any] = {**SVG_SETTINGS, "image.composite_image": False}
    with plt.rc_context(settings):
        figure.savefig(file, format="svg", metadata={"Date": None})
    marks = marks_of(axes)
    svg = inline_svg(file.getvalue(), str(figure.get_label()), prefix, PALETTE, marks)
    found = {element.get("data-mark"): element for element in ElementTree.fromstring(svg).iter()}
    for name, artist in marks.items():
        marker = isinstance(artist, Line2D) and artist.get_marker() not in ("None", None, " ", "")
        if name not in found or (marker and "marker-start" not in found[name].attrib):
            raise ValueError(
                f"of the mark {name!r} nothing is on the paper at the start: choose another start"
            )
    wide = figure.get_figwidth() > 4.5
    return svg.replace('class="gd-figure"', 'class="gd-figure gd-wide"', 1) if wide else svg
