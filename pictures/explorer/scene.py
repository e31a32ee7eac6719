"""What an explorer shows: the results on the grid of settings, in its panels and in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.image import AxesImage
from matplotlib.patches import Polygon
from matplotlib.text import Text

from . import template
from .controls import Choice, Slider, Steps
from .grid import Buffer, Controls, evaluate, join, of_kind, ordered
from .marks import Values, show
from .panels import UNIT, Panels, picture, place, scale

WORDS = "words"
Settings = Mapping[str, Any]


class Scene:
    """A function of the settings, run over the whole grid.

    Parameters
    ----------
    run : callable
        The function of the settings.
    panels : Panels
    controls : mapping of str to Control
    extra
        Passed on to ``run``.

    Raises
    ------
    TypeError, ValueError
        What ``run`` returned does not fit the grid, the panels or the words.
    """

    def __init__(
        self,
        run: Callable[..., Mapping[str, Any]],
        panels: Panels,
        controls: Controls,
        **extra: Any,
    ) -> None:
        self.run, self.panels, self.controls = run, panels, ordered(controls)
        self.results = evaluate(run, self.controls, panels.marks, **extra)

    def check_words(self) -> None:
        """Refuse sentences that name what there is not, and numbers that no sentence names."""
        fields = {name for text in self.sentences for name in template.names(text)}
        numbers = {name for name, kind in self.kinds.items() if kind == "number"}
        if WORDS not in self.kinds:
            raise ValueError("the function of the settings returns no 'words': say what one sees")
        if shadowed := sorted(numbers & set(self.controls)):
            raise ValueError(f"the numbers {shadowed} are called like controls: rename them")
        if unknown := sorted(fields - numbers - set(self.controls)):
            raise ValueError(f"the words have {unknown}: write one of {sorted(numbers)}")
        if unused := sorted(numbers - fields):
            raise ValueError(
                f"the function of the settings returns {unused}, which no panel draws (by its gid) "
                "and no sentence names"
            )

    def again(self, controls: Controls, **extra: Any) -> Scene:
        """Return the same scene on another grid, in the same panels."""
        return Scene(self.run, self.panels, controls, **extra)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What each result is: line, polygon, image, text or number."""
        chosen = next(iter(self.results))
        marks, kinds = self.panels.marks(self.named(chosen)), {}
        words = {Polygon: "polygon", AxesImage: "image", Text: "text"}
        for name, values in self.results[chosen].items():
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
        settings = {name: max(it.texts, key=len) for name, it in self.controls.items()}
        numbers = dict.fromkeys(self.kinds, 88.8)
        return max((template.fill(text, numbers | settings) for text in self.sentences), key=len)

    def named(self, chosen: tuple[str, ...]) -> dict[str, str]:
        """Return a combination of choices by name."""
        return dict(zip(of_kind(self.controls, Choice), chosen, strict=True))

    def at(self, settings: Settings) -> tuple[dict[str, Values], int, int]:
        """Return the results for the choices of some settings, and their lane and step."""
        chosen = tuple(settings[name] for name in of_kind(self.controls, Choice))
        lane = 0
        for name, slider in of_kind(self.controls, Slider).items():
            lane = lane * len(slider.values) + slider.values.index(settings[name])
        step = next((settings[name] for name in of_kind(self.controls, Steps)), 0)
        return self.results[chosen], lane, step

    def say(self, settings: Settings, name: str = WORDS) -> str:
        """Return the sentence for some settings, with its numbers in it."""
        results, lane, step = self.at(settings)
        values: dict[str, float | str] = {
            other: float(single(results[other].at(lane, step)))
            for other, kind in self.kinds.items()
            if kind == "number"
        }
        for other, control in self.controls.items():
            values[other] = control.texts[control.values.index(settings[other])]
        return template.fill(str(results[name].at(lane, step)), values)

    def pose(self, settings: Settings) -> list[Any]:
        """Let the panels show some settings, and return their axes."""
        results, lane, step = self.at(settings)
        for name, artist in self.panels.marks(settings).items():
            text = self.say(settings, name) if isinstance(artist, Text) else ""
            show(artist, results[name], lane, step, text)
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
        buffer, found = Buffer(), {kind: {} for kind in ("marks", "numbers", "texts")}
        for name, kind in self.kinds.items():
            arrays = [self.stored(name, kind, chosen) for chosen in self.results]
            whole = join(arrays, self.controls, name)
            first = next(iter(self.results.values()))[name]
            add = lambda array, stored: buffer.add(array, stored, len(self.controls))  # noqa: E731
            if kind == "number":
                found["numbers"][name] = add(whole, "f4")
            elif kind == "text":
                found["texts"][name] = add(whole, "i2")
            elif kind == "image":
                size = list(whole.shape[-2:])
                found["marks"][name] = {"kind": kind, "where": [add(whole, "u1")], "size": size}
            else:
                where = [add(whole[..., 0], "i2"), add(whole[..., 1], "i2")]
                found["marks"][name] = {"kind": kind, "where": where, "trail": first.trail}
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
                for name, it in self.controls.items()
            ],
            "choosers": [list(self.controls).index(name) for name in self.panels.choosers],
            "scales": [[scale(axes) for axes in of] for of in self.panels.variants.values()],
            "sentences": self.sentences,
        } | found, buffer.pack()

    def stored(self, name: str, kind: str, chosen: tuple[str, ...]) -> np.ndarray:
        """Return a result in the numbers that the script gets."""
        array = self.results[chosen][name].array
        if kind == "number":
            return single(array)
        if kind == "text":
            return np.searchsorted(self.sentences, array)
        artist = self.panels.marks(self.named(chosen))[name]
        if kind == "image":
            if artist.origin == "upper":  # matplotlib writes images upside down, and turns them
                array = array[..., ::-1, :]
            return np.round(artist.cmap(artist.norm(array))[..., 0] * 255).astype(np.uint8)
        return place(artist.axes, array)


def single(array: np.ndarray) -> np.ndarray:
    """Return numbers in single precision, which the script gets; what is endless, very large."""
    numbers = np.nan_to_num(np.asarray(array, dtype=float), nan=np.inf)
    return np.clip(numbers, -3e38, 3e38).astype(np.float32)
