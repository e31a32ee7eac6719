"""The grid of all settings, and a function of the settings run over the whole of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import Any, TypeVar

import numpy as np

from .controls import Choice, Control, Slider, Steps, alone
from .marks import Values, fit

Settings = Mapping[str, Any]
Run = Callable[..., Mapping[str, Any]]
Chosen = tuple[str, ...]
Kind = TypeVar("Kind", Choice, Slider, Steps)


class Grid:
    """All settings that an explorer can have: the axes of every array in it.

    The settings of all sliders together are the lanes of a sweep, as ``descend`` has it: one axis,
    along which the last slider moves fastest.

    Parameters
    ----------
    controls : mapping of str to Control
        At least one, and at most one Steps.

    Attributes
    ----------
    controls : dict of str to Control
        All of them, in the order of the axes: choices, sliders, the step.
    choices, sliders : dict of str to Choice, of str to Slider
    step : str or None
        The name of the control of the step.
    lanes, steps : int or None
        The lengths of the two axes, None without sliders and without a step.

    Raises
    ------
    TypeError, ValueError
        What is no control, no control at all, or two of the step.
    """

    def __init__(self, controls: Mapping[str, Control]) -> None:
        for name, control in controls.items():
            if not isinstance(control, Control):
                raise TypeError(f"{name} is {control!r}: write a Slider, a Choice or Steps")
        times = _of_kind(controls, Steps)
        if not controls or len(times) > 1:
            raise ValueError(
                f"the controls are {list(controls)}: write one or more, one Steps at most"
            )
        self.choices, self.sliders = _of_kind(controls, Choice), _of_kind(controls, Slider)
        self.controls: dict[str, Control] = {**self.choices, **self.sliders, **times}
        self.step = next(iter(times), None)
        self.steps = next((len(it.values) for it in times.values()), None)
        self._sizes = [len(it.values) for it in self.sliders.values()]
        self.lanes = int(np.prod(self._sizes)) if self._sizes else None

    @property
    def start(self) -> dict[str, Any]:
        """Every setting as it is at first."""
        return {name: it.start for name, it in self.controls.items()}

    def combinations(self) -> list[dict[str, str]]:
        """Return every combination of choices, by name."""
        values = (it.values for it in self.choices.values())
        return [dict(zip(self.choices, chosen, strict=True)) for chosen in product(*values)]

    def sweep(self) -> dict[str, np.ndarray]:
        """Return the lanes: a new 1-D array for each slider."""
        mesh = np.meshgrid(*(it.values for it in self.sliders.values()), indexing="ij")
        return {name: axis.flatten() for name, axis in zip(self.sliders, mesh, strict=True)}

    def chosen(self, settings: Settings) -> Chosen:
        """Return the combination of choices of some settings."""
        return tuple(settings[name] for name in self.choices)

    def place(self, settings: Settings) -> tuple[int, int]:
        """Return the lane and the step of some settings."""
        index = [it.values.index(settings[name]) for name, it in self.sliders.items()]
        lane = int(np.ravel_multi_index(index, self._sizes)) if index else 0
        return lane, settings[self.step] if self.step else 0

    def texts(self, settings: Settings) -> dict[str, str]:
        """Return some settings as they are printed."""
        of = self.controls.items()
        return {name: it.texts[it.values.index(settings[name])] for name, it in of}

    def codes(self, settings: Settings) -> dict[str, str]:
        """Return some settings as Python writes them."""
        of = self.controls.items()
        return {name: it.codes[it.values.index(settings[name])] for name, it in of}

    def alone(self, settings: Settings) -> Grid:
        """Return the grid of one setting, which may be off this one."""
        return Grid({name: alone(it, settings[name]) for name, it in self.controls.items()})

    def spread(self, arrays: Iterable[np.ndarray], name: str) -> np.ndarray:
        """Join arrays (lanes, steps, …), one for each combination of choices, over all axes."""
        arrays = list(arrays)
        lanes = max(len(a) for a in arrays)
        times = max(a.shape[1] for a in arrays)
        tails = {a.shape[2:] for a in arrays}
        if len(tails) > 1:
            raise ValueError(f"{name!r} has another shape with another choice: {sorted(tails)}")
        whole = np.stack([np.broadcast_to(a, (lanes, times, *a.shape[2:])) for a in arrays])
        choices = [len(it.values) for it in self.choices.values()]
        sliders = self._sizes if lanes > 1 else [1] * len(self._sizes)
        return whole.reshape(*choices, *sliders, *([times] if self.step else []), *tails.pop())


def _of_kind(controls: Mapping[str, Control], kind: type[Kind]) -> dict[str, Kind]:
    return {name: it for name, it in controls.items() if isinstance(it, kind)}


def evaluate(
    run: Run,
    grid: Grid,
    marks_of: Callable[[Mapping[str, str]], Mapping[str, Any]],
    **extra: Any,
) -> dict[Chosen, dict[str, Values]]:
    """Return, for each combination of choices, what ``run`` returns for the grid of sliders.

    Parameters
    ----------
    run : callable
        Called once for each combination of choices, with every slider as a 1-D array of lanes.
    grid : Grid
    marks_of : callable
        From a combination of choices, by name, to the marks of its panels, by name.
    extra
        Passed on to ``run``.

    Raises
    ------
    TypeError, ValueError
        What ``run`` returned is no dict, or does not fit the marks and the grid.
    """
    results: dict[Chosen, dict[str, Values]] = {}
    for labels in grid.combinations():
        options = {name: grid.choices[name].given(label) for name, label in labels.items()}
        result = run(**options, **grid.sweep(), **extra)
        if not isinstance(result, Mapping):
            raise TypeError(
                f"the function of the settings returned a {type(result).__name__}: return a dict "
                "of arrays, one for each mark"
            )
        marks = marks_of(labels)
        if lacking := [name for name in marks if name not in result]:
            raise ValueError(
                f"the panels draw {lacking}, which the function of the settings does not return"
            )
        results[grid.chosen(labels)] = {
            name: fit(name, value, marks.get(name), grid.lanes, grid.steps)
            for name, value in result.items()
        }
    for of in results.values():
        for name, values in of.items():
            others = [other.get(name) for other in results.values()]
            if any(other is None or other.trail != values.trail for other in others):
                raise ValueError(
                    f"{name!r} is not the same kind of result with every choice: return it with "
                    "all of them, always or never with upto(…)"
                )
    return results
