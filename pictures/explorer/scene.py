"""What an explorer shows: the results on the grid of settings, in its panels and in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Polygon
from matplotlib.text import Text

from . import template
from .buffer import Buffer
from .grid import Grid, Run, Settings, evaluate
from .marks import show
from .panels import UNIT, Panels, picture, place, scale

WORDS = "words"


class Scene:
    """A function of the settings, run over the whole grid.

    Parameters
    ----------
    run : callable
        The function of the settings.
    panels : Panels
    grid : Grid
    extra
        Passed on to ``run``.

    Raises
    ------
    TypeError, ValueError
        What ``run`` returned does not fit the grid, the panels or the words.
    """

    def __init__(self, run: Run, panels: Panels, grid: Grid, **extra: Any) -> None:
        self.run, self.panels, self.grid = run, panels, grid
        self.results = evaluate(run, grid, panels.marks, **extra)

    def check_words(self) -> None:
        """Refuse sentences that name what there is not, and numbers that no sentence names."""
        fields = {name for text in self.sentences for name in template.names(text)}
        numbers = {name for name, kind in self.kinds.items() if kind == "number"}
        if WORDS not in self.kinds:
            raise ValueError("the function of the settings returns no 'words': say what one sees")
        if shadowed := sorted(numbers & set(self.grid.controls)):
            raise ValueError(f"the numbers {shadowed} are called like controls: rename them")
        if unknown := sorted(fields - numbers - set(self.grid.controls)):
            raise ValueError(f"the words have {unknown}: write one of {sorted(numbers)}")
        if unused := sorted(numbers - fields):
            raise ValueError(
                f"the function of the settings returns {unused}, which no panel draws (by its gid) "
                "and no sentence names"
            )

    def again(self, grid: Grid, **extra: Any) -> Scene:
        """Return the same scene on another grid, in the same panels."""
        return Scene(self.run, self.panels, grid, **extra)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What each result is: line, polygon, image, text or number."""
        settings = self.grid.start
        marks, kinds = self.panels.marks(settings), {}
        words = {Polygon: "polygon", AxesImage: "image", Text: "text"}
        for name, values in self.results[self.grid.chosen(settings)].items():
            default = "text" if name == WORDS else "line" if name in marks else "number"
            found = (w for k, w in words.items() if isinstance(marks.get(name), k))
            kinds[name] = next(found, default)
            wrong = values.array.dtype.kind not in ("U" if kinds[name] == "text" else "fiub")
            if wrong:
                raise ValueError(f"{name!r} is a {kinds[name]}, but made of {values.array.dtype}")
        return kinds

    @cached_property
    def sentences(self) -> list[str]:
        """Every text that occurs, in a fixed order."""
        texts = [name for name, kind in self.kinds.items() if kind == "text"]
        found = (np.unique(of[name].array) for of in self.results.values() for name in texts)
        return sorted({str(text) for array in found for text in array})

    @property
    def longest(self) -> str:
        """About the longest text that occurs, for the room that it takes."""
        settings = {name: max(it.texts, key=len) for name, it in self.grid.controls.items()}
        numbers = dict.fromkeys(self.kinds, 88.8)
        return max(
            (template.fill(text, {**numbers, **settings}) for text in self.sentences), key=len
        )

    def values(self, settings: Settings, name: str) -> np.ndarray:
        """Return what some settings show of a result: all of it that belongs to lane and step."""
        return self.results[self.grid.chosen(settings)][name].frame(*self.grid.place(settings))

    def say(self, settings: Settings, name: str = WORDS) -> str:
        """Return the sentence for some settings, with its numbers in it."""
        numbers = (other for other, kind in self.kinds.items() if kind == "number")
        values = {other: float(single(self.values(settings, other))) for other in numbers}
        text = str(self.values(settings, name))
        return template.fill(text, {**values, **self.grid.texts(settings)})

    def pose(self, settings: Settings) -> list[Axes]:
        """Let the panels show some settings, and return their axes."""
        results, place = self.results[self.grid.chosen(settings)], self.grid.place(settings)
        for name, artist in self.panels.marks(settings).items():
            text = self.say(settings, name) if isinstance(artist, Text) else ""
            show(artist, results[name], *place, text)
        return self.panels.axes(settings)

    def pictures(self, settings: Settings, prefix: str) -> list[list[str]]:
        """Return the panels as SVG, each variant at the settings but for its own choices."""
        drawn: list[list[str]] = []
        for variant in self.panels.variants:
            own = dict(zip(self.panels.choosers, variant, strict=True))
            posed = enumerate(self.pose({**settings, **own}))
            drawn.append([picture(axes, f"{prefix}-{len(drawn)}{i}") for i, axes in posed])
        return drawn

    def pack(self) -> tuple[dict[str, Any], bytes]:
        """Return where the script finds the values of each result, and the values."""
        buffer, axes = Buffer(), len(self.grid.controls)
        found: dict[str, dict[str, Any]] = {kind: {} for kind in ("marks", "numbers", "texts")}
        for name, kind in self.kinds.items():
            whole = self.spread(name)
            if kind == "number":
                found["numbers"][name] = buffer.add(whole, "f4", axes)
            elif kind == "text":
                found["texts"][name] = buffer.add(whole, "i2", axes)
            elif kind == "image":
                where = [buffer.add(whole, "u1", axes)]
                found["marks"][name] = {
                    "kind": kind,
                    "where": where,
                    "size": list(whole.shape[-2:]),
                }
            else:
                where = [buffer.add(whole[..., i], "i2", axes) for i in range(2)]
                trail = next(iter(self.results.values()))[name].trail
                found["marks"][name] = {"kind": kind, "where": where, "trail": trail}
        order, variants = list(self.grid.controls), list(self.panels.variants)
        shown = [variants.index(self.panels.variant(it)) for it in self.grid.combinations()]
        whole = self.grid.spread(np.array(shown)[:, None, None], "variant")
        return {
            "unit": round(1 / UNIT),
            "controls": [
                {
                    "name": name,
                    "values": list(it.values),
                    "texts": it.texts,
                    "start": it.start,
                    **({"codes": it.codes} if it.codes != it.texts else {}),
                }
                for name, it in self.grid.controls.items()
            ],
            "step": order.index(self.grid.step) if self.grid.step else -1,
            "variant": buffer.add(whole, "i2", axes),
            "scales": [[scale(axes) for axes in of] for of in self.panels.variants.values()],
            "sentences": self.sentences,
        } | found, buffer.pack()

    def spread(self, name: str) -> np.ndarray:
        """Return a result over all axes of the grid, in the numbers that the script gets."""
        arrays = (self.stored(name, labels) for labels in self.grid.combinations())
        return self.grid.spread(arrays, name)

    def stored(self, name: str, labels: Mapping[str, str]) -> np.ndarray:
        """Return a result for a combination of choices in the numbers that the script gets."""
        array, kind = self.results[self.grid.chosen(labels)][name].array, self.kinds[name]
        if kind == "number":
            return single(array)
        if kind == "text":
            return np.searchsorted(self.sentences, array)
        artist = self.panels.marks(labels)[name]
        if isinstance(artist, AxesImage):
            if artist.origin == "upper":  # matplotlib writes images upside down, and turns them
                array = array[..., ::-1, :]
            colours = np.asarray(artist.cmap(artist.norm(array)))
            return np.round(colours[..., 0] * 255).astype(np.uint8)
        return place(cast(Axes, artist.axes), array)


def single(array: np.ndarray) -> np.ndarray:
    """Return numbers in single precision, which the script gets; what is endless, very large."""
    numbers = np.nan_to_num(np.asarray(array, dtype=float), nan=np.inf)
    return np.clip(numbers, -3e38, 3e38).astype(np.float32)
