"""Run a rule on a landscape and record its path: one run, or many settings at once."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np

from .arguments import check_optimizer, described, whole_number
from .base import Optimizer
from .landscapes import Landscape

CALL = "descend(Adam(lr=0.1), BOWL)"


@dataclass(frozen=True, eq=False)
class Path:
    """What one call of ``descend`` recorded; row 0 is the start.

    Attributes
    ----------
    optimizer : Optimizer
        The optimizer that made the path, in its state after the last step. What it stepped is one
        parameter, "theta": the vector (x, y), or one such row for each lane of a sweep.
    landscape : Landscape
    points : array, shape (steps + 1, 2), or (steps + 1, lanes, 2) for a sweep
        (x, y) before the first step and after each.
    losses : array, shape (steps + 1,) or (steps + 1, lanes)
        The loss at each of the points.
    moments : dict of str to array
        Each moment of the rule after each step; row 0 is 0. Of the shape of ``points``, unless
        the rule keeps a moment of another shape than that of θ.
    """

    optimizer: Optimizer
    landscape: Landscape
    points: np.ndarray
    losses: np.ndarray
    moments: dict[str, np.ndarray]

    @property
    def rule(self) -> str:
        """The name of the rule: that of the class which ran."""
        return type(self.optimizer).__name__

    @property
    def lanes(self) -> int | None:
        """The number of paths of a sweep; None for the path of a single run."""
        return self.points.shape[1] if self.points.ndim == 3 else None

    def lane(self, i: int) -> Path:
        """Return the path of lane i of a sweep, as if it had run alone.

        Raises
        ------
        ValueError, IndexError
            The path is of a single run; there is no such lane.
        """
        if self.lanes is None:
            raise ValueError("this is the path of a single run: it has no lanes to take one of")
        optimizer = self.optimizer.lane(i)
        saved = self.optimizer.state_dict()
        of_lane = {name: {"theta": of["theta"][i]} for name, of in saved["state"].items()}
        optimizer.load_state_dict(saved | {"state": of_lane})
        moments = {name: values[:, i] for name, values in self.moments.items()}
        return Path(optimizer, self.landscape, self.points[:, i], self.losses[:, i], moments)


def descend(
    optimizer: Optimizer,
    landscape: Landscape,
    steps: int = 30,
    start: tuple[float, float] | None = None,
    *,
    allow_nonfinite: bool = False,
) -> Path:
    """Let a copy of a fresh optimizer make so many steps, and record where it went.

    Parameters
    ----------
    optimizer : Optimizer
        The rule with its settings. It is copied, so the same one serves many paths. If one of its
        hyperparameters is a 1-D array, all lanes run at once, and a lane that diverges ends in
        ±∞ or NaN; a single run that diverges raises.
    landscape : Landscape
        Its functions are handed copies, and what they return is checked.
    steps : int
        Updates to make, 0 or more.
    start : (x, y), optional
        The start, if not the landscape's own.
    allow_nonfinite : bool
        Let a single run, too, end in ±∞ or NaN.

    Raises
    ------
    TypeError, ValueError
        What is no optimizer, no landscape, no count or no pair of finite numbers; an optimizer that
        has made steps before; a value or gradient of the landscape that does not fit its argument.
    FloatingPointError
        A gradient of a single run is not finite.
    """
    check_optimizer(optimizer, CALL)
    if not isinstance(landscape, Landscape):
        raise TypeError(f"landscape is {described(landscape)}: {_instead(landscape)}")
    if optimizer.t:
        raise ValueError(f"{optimizer!r} has made {optimizer.t} steps: start with a new one")
    steps = whole_number("steps", steps, 0)
    start = _pair("start", landscape.start if start is None else start)
    optimizer = deepcopy(optimizer)
    lanes = optimizer.lanes
    theta = np.array(start) if lanes is None else np.tile(start, (lanes, 1))
    points = np.tile(theta, (steps + 1, *[1] * theta.ndim))
    moments = {name: np.zeros_like(points) for name in optimizer.moments}
    allow_nonfinite = allow_nonfinite or lanes is not None
    # Where a lane overflows, the others are still worth having; a single run raises instead.
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, steps + 1):
            grads = {"theta": _gradient(landscape, theta)}
            try:
                optimizer.update({"theta": theta}, grads, allow_nonfinite=allow_nonfinite)
            except FloatingPointError as error:
                raise FloatingPointError(f"step {t} on {landscape.name}: {error}") from None
            points[t] = theta
            for name in moments:
                moment = optimizer.state[name]["theta"]
                if t == 1 and moment.shape != theta.shape:
                    moments[name] = np.zeros((steps + 1, *moment.shape))
                moments[name][t] = moment
        losses = landscape.value(points[..., 0].copy(), points[..., 1].copy())
    losses = _checked(f"the value of {landscape.name}", losses, points.shape[:-1])
    return Path(optimizer, landscape, points, losses, moments)


def _gradient(landscape: Landscape, theta: np.ndarray) -> np.ndarray:
    """Return the gradient at θ as an array like θ, from a function that cannot change θ."""
    name = f"the gradient of {landscape.name}"
    found = landscape.gradient(theta[..., 0].copy(), theta[..., 1].copy())
    try:
        components = tuple(found)
    except TypeError:
        raise TypeError(
            f"{name} is {described(found)}: return its two components, `return gx, gy`"
        ) from None
    if len(components) != 2:
        raise ValueError(
            f"{name} has {len(components)} components, not 2: return ∂L/∂x and ∂L/∂y, "
            "`return gx, gy`"
        )
    gradient = np.empty_like(theta)
    for i, component in enumerate(components):
        gradient[..., i] = _checked(f"{name} in {'xy'[i]}", component, theta.shape[:-1])
    return gradient


def _checked(name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return what a landscape has computed as an array of that shape, or say what it must be."""
    array = np.asarray(value)
    if array.dtype.kind not in "fiu" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} is {described(value)}: return floats")
    if array.shape != shape:
        raise ValueError(
            f"{name} has shape {array.shape} where x has shape {shape}: return the same shape "
            "(a constant 1 is 1 + 0 * x)"
        )
    return array


def _instead(landscape: Any) -> str:
    if isinstance(landscape, str):
        return f"write BOWL, or landscape({landscape!r})"
    return f"write BOWL or another Landscape, as in {CALL}"


def _pair(name: str, value: Any) -> tuple[float, float]:
    """Return two finite numbers as floats."""
    words = "write a pair of numbers (x, y)"
    if isinstance(value, str) or not np.iterable(value):
        raise TypeError(f"{name} is {described(value)}: {words}")
    pair = tuple(value)
    if len(pair) != 2:
        raise ValueError(f"{name} is {value!r}: {words}")
    for number in pair:
        if not isinstance(number, Real):
            raise TypeError(f"{name} has {described(number)} in it: {words}")
        if not isfinite(number):
            raise ValueError(f"{name} is {value!r}, which is not finite: {words}")
    return float(pair[0]), float(pair[1])
