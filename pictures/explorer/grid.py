"""Run a function of the settings over the whole grid, and pack what it returns into one buffer."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from .controls import Choice, Control, Slider, Steps
from .marks import Values, fit

Controls = Mapping[str, Control]
TYPES = ("f4", "i2", "u1")
"""Numbers, places and indices, grey values: in this order in the buffer, each part aligned."""


def of_kind(controls: Controls, kind: type) -> dict[str, Any]:
    return {name: control for name, control in controls.items() if isinstance(control, kind)}


def ordered(controls: Controls) -> dict[str, Control]:
    """Return the controls as the axes of every array have them: choices, sliders, steps."""
    kinds = (Choice, Slider, Steps)
    return {n: c for kind in kinds for n, c in of_kind(controls, kind).items()}


def evaluate(
    run: Callable[..., Mapping[str, Any]],
    controls: Controls,
    marks_of: Callable[[Mapping[str, str]], Mapping[str, Any]],
    **extra: Any,
) -> dict[tuple[str, ...], dict[str, Values]]:
    """Return, for each combination of choices, what ``run`` returns for the grid of sliders.

    Parameters
    ----------
    run : callable
        Called once for each combination of choices, with every slider as a 1-D array of lanes.
    controls : mapping of str to Control
    marks_of : callable
        From a combination of choices, by name, to the marks of its panels, by name.
    extra
        Passed on to ``run``.

    Raises
    ------
    TypeError, ValueError
        What ``run`` returned is no dict, or does not fit the marks and the grid.
    """
    choices, sliders = of_kind(controls, Choice), of_kind(controls, Slider)
    steps = next((len(c.values) for c in of_kind(controls, Steps).values()), None)
    mesh = np.meshgrid(*(c.values for c in sliders.values()), indexing="ij")
    lanes = {name: axis.reshape(-1) for name, axis in zip(sliders, mesh, strict=True)}
    count = len(next(iter(lanes.values()))) if lanes else None
    results = {}
    for chosen in product(*(c.values for c in choices.values())):
        labels = dict(zip(choices, chosen, strict=True))
        settings = {name: choices[name].options[label] for name, label in labels.items()}
        copies = {name: lane.copy() for name, lane in lanes.items()}
        result = run(**settings, **copies, **extra)
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
        results[chosen] = {
            name: fit(name, value, marks.get(name), count, steps) for name, value in result.items()
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


def join(arrays: Sequence[np.ndarray], controls: Controls, name: str) -> np.ndarray:
    """Join arrays (lanes, steps, …), one for each combination of choices, over all axes."""
    choices = [len(c.values) for c in of_kind(controls, Choice).values()]
    sliders = [len(c.values) for c in of_kind(controls, Slider).values()]
    steps = bool(of_kind(controls, Steps))
    lanes = max(len(a) for a in arrays)
    times = max(a.shape[1] for a in arrays)
    tails = {a.shape[2:] for a in arrays}
    if len(tails) > 1:
        raise ValueError(f"{name!r} has another shape with another choice: {sorted(tails)}")
    joined = np.stack([np.broadcast_to(a, (lanes, times, *a.shape[2:])) for a in arrays])
    sizes = sliders if lanes > 1 else [1] * len(sliders)
    return joined.reshape(*choices, *sizes, *([times] if steps else []), *tails.pop())


class Buffer:
    """Arrays in one piece of memory, each named by where its values for a setting are found."""

    def __init__(self) -> None:
        self._parts: dict[str, list[np.ndarray]] = {kind: [] for kind in TYPES}
        self._sizes = dict.fromkeys(TYPES, 0)
        self._known: dict[bytes, list] = {}

    def add(self, array: np.ndarray, kind: str, axes: int) -> list:
        """Store an array whose first axes are the controls; axes along which it stays are dropped.

        Returns
        -------
        [type, offset, count, strides]
            The values for one setting: ``count`` of them, from ``offset`` plus the sum of
            index times stride over the controls.
        """
        array = array.astype(kind, copy=False)
        for axis in range(axes):
            first = array.take([0], axis)
            if array.shape[axis] > 1 and (array == first).all():
                array = first
        array = np.ascontiguousarray(array)
        key = f"{kind}{array.shape}".encode() + array.tobytes()
        if key not in self._known:
            count = int(np.prod(array.shape[axes:], dtype=int))
            strides = [
                0 if array.shape[axis] == 1 else int(np.prod(array.shape[axis + 1 :], dtype=int))
                for axis in range(axes)
            ]
            self._known[key] = [TYPES.index(kind), self._sizes[kind], count, strides]
            self._parts[kind].append(array.reshape(-1))
            self._sizes[kind] += array.size
        return self._known[key]

    def pack(self) -> bytes:
        """Return the bytes, compressed: first the sizes of the parts, then the parts.

        Of places and indices the differences are stored, which are small along a path: a fifth to
        a third less to load. They wrap around at 16 bits, and so do their sums.
        """
        parts = {
            kind: np.concatenate([np.empty(0, kind), *self._parts[kind]]).astype(f"<{kind}")
            for kind in TYPES
        }
        parts["i2"] = np.diff(parts["i2"], prepend=np.zeros(1, "<i2")).astype("<i2")
        sizes = np.array([part.size for part in parts.values()], "<u4")
        return zlib.compress(b"".join(part.tobytes() for part in (sizes, *parts.values())), 6)
