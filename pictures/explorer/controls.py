"""What a reader moves: sliders, choices, and the step of a run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np


def tidy(value: float) -> float:
    """Return the number without the noise of arithmetic: 0.30000000000000004 is 0.3."""
    rounded = float(f"{value:.12g}")
    noise = math.isfinite(rounded) and abs(rounded - value) <= 8 * math.ulp(value)
    return rounded if noise else float(value)


@dataclass(frozen=True, eq=False)
class Slider:
    """A number that is moved along a grid.

    Parameters
    ----------
    label : str
        Its name on the page, with the letter of the book: ``"learning rate η"``.
    values : array_like
        The grid: finite numbers, each above the one before.
    start : float
        Where it stands at first: one of the values.

    Raises
    ------
    ValueError
        The grid is empty, not finite or not rising, or ``start`` is not on it.
    """

    label: str
    values: Sequence[float]
    start: float

    def __post_init__(self) -> None:
        array = np.asarray(self.values, dtype=float)
        if array.ndim != 1 or not array.size:
            raise ValueError(
                f"{self.label!r} has a grid of shape {array.shape}: write a list of values"
            )
        values = tuple(tidy(value) for value in array)
        if not np.isfinite(values).all() or not (np.diff(values) > 0).all():
            raise ValueError(
                f"the values of {self.label!r} must be finite and rise: write np.unique(values)"
            )
        start = tidy(self.start)
        if start not in values:
            near = min(values, key=lambda value: abs(value - start))
            raise ValueError(
                f"{self.label!r} starts at {start}, which is not on its grid: write {near}"
            )
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "start", start)

    @property
    def texts(self) -> list[str]:
        """The values as they are printed, exactly."""
        return [
            (f"{v:.12g}" if float(f"{v:.12g}") == v else repr(v)).replace("-", "−")
            for v in self.values
        ]

    @property
    def codes(self) -> list[str]:
        """The values as Python writes them."""
        return [text.replace("−", "-") for text in self.texts]


@dataclass(frozen=True, eq=False)
class Choice:
    """One of a few named things.

    Parameters
    ----------
    label : str
        Its name on the page.
    options : dict of str to object, or sequence of str
        What the reader may choose, and what the function of the settings is given for it.
    start : str, optional
        What is chosen at first, if not the first.

    Raises
    ------
    ValueError
        No options, or a ``start`` that is none of them.
    """

    label: str
    options: Mapping[str, Any] | Sequence[str]
    start: str = ""

    def __post_init__(self) -> None:
        options = self.options
        options = dict(options) if isinstance(options, Mapping) else {o: o for o in options}
        if not options:
            raise ValueError(f"{self.label!r} has no options: write {{name: value, …}}")
        if not all(isinstance(option, str) for option in options):
            raise ValueError(f"{self.label!r} has the options {list(options)}: write texts")
        start = self.start or next(iter(options))
        if start not in options:
            raise ValueError(f"{self.label!r} starts at {start!r}: write one of {list(options)}")
        object.__setattr__(self, "options", options)
        object.__setattr__(self, "start", start)

    def given(self, option: str) -> Any:
        """Return what the function of the settings is given for an option."""
        return cast(Mapping[str, Any], self.options)[option]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.options)

    @property
    def texts(self) -> list[str]:
        return list(self.options)

    @property
    def codes(self) -> list[str]:
        """The options as Python writes them."""
        return [repr(option) for option in self.options]


@dataclass(frozen=True, eq=False)
class Steps:
    """The step of a run, from 0 to ``last``, which also plays by itself.

    Parameters
    ----------
    label : str
        Its name on the page: ``"step t"``.
    last : int
        The last step, 1 or more.
    start : int, optional
        Where it stands at first, if not at the last.

    Raises
    ------
    ValueError
        ``last`` is no such number, or ``start`` is not between 0 and it.
    """

    label: str
    last: int
    start: int | None = None
    values: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.last != int(self.last) or self.last < 1:
            raise ValueError(
                f"{self.label!r} has last={self.last!r}: write a whole number, 1 or more"
            )
        start = self.last if self.start is None else self.start
        if start != int(start) or not 0 <= start <= self.last:
            raise ValueError(
                f"{self.label!r} starts at {start!r}: write a step from 0 to {self.last}"
            )
        object.__setattr__(self, "start", int(start))
        object.__setattr__(self, "values", tuple(range(int(self.last) + 1)))

    @property
    def texts(self) -> list[str]:
        return [str(value) for value in self.values]

    codes = texts


Control = Slider | Choice | Steps


def alone(control: Control, value: Any) -> Control:
    """Return the control with one value, on its grid or not; of steps, all up to the last."""
    if isinstance(control, Slider):
        return Slider(control.label, [value], value)
    if isinstance(control, Steps):
        return Steps(control.label, control.last, value)
    if value not in control.options:
        raise ValueError(f"{control.label!r} is {value!r}: write one of {list(control.options)}")
    return Choice(control.label, {value: control.given(value)})


def joined(control: Control, value: Any) -> Control:
    """Return the control with one more value on its grid."""
    if not isinstance(control, Slider):
        return alone(control, value)  # which refuses what is no step and no option
    return Slider(control.label, sorted({*control.values, tidy(value)}), control.start)
