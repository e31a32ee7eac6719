"""Run a rule on a landscape and record its path: one run, or many settings at once."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from .base import Optimizer
from .landscapes import Landscape


@dataclass(frozen=True, eq=False)
class Path:
    """What one call of ``descend`` recorded; row 0 is the start.

    Attributes
    ----------
    optimizer : Optimizer
        The optimizer that made the path, in its state after the last step.
    landscape : Landscape
    points : array, shape (steps + 1, 2), or (steps + 1, lanes, 2) for a sweep
        (x, y) before the first step and after each.
    losses : array, shape (steps + 1,) or (steps + 1, lanes)
        The loss at each of the points.
    moments : dict of str to array, of the shape of ``points``
        Each moment of the rule, of x and of y, after each step; row 0 is 0.
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

    def lane(self, i: int) -> Path:
        """Return the path of one lane of a sweep; its optimizer is still that of all lanes."""
        if self.points.ndim != 3:
            raise ValueError("this is the path of a single run: it has no lanes to take one of")
        moments = {name: values[:, i] for name, values in self.moments.items()}
        return replace(self, points=self.points[:, i], losses=self.losses[:, i], moments=moments)


def descend(
    optimizer: Optimizer,
    landscape: Landscape,
    steps: int = 30,
    start: tuple[float, float] | None = None,
) -> Path:
    """Let a copy of a fresh optimizer make so many steps, and record where it went.

    Parameters
    ----------
    optimizer : Optimizer
        The rule with its settings. It is copied, so the same one serves many paths. If one of its
        hyperparameters is a 1-D array, all lanes run at once, and a lane that diverges ends in
        ±∞ or NaN; a single run that diverges raises.
    landscape : Landscape
    steps : int
        Updates to make, 0 or more.
    start : (x, y), optional
        The start, if not the landscape's own.

    Raises
    ------
    ValueError
        The optimizer has made steps before, ``steps`` is no count, or ``start`` no pair.
    FloatingPointError
        A gradient of a single run is not finite.
    """
    if optimizer.t:
        raise ValueError(f"{optimizer!r} has made {optimizer.t} steps: start with a new one")
    if steps != int(steps) or steps < 0:
        raise ValueError(f"steps is {steps!r}: write a whole number, 0 or more")
    start = landscape.start if start is None else tuple(start)
    if len(start) != 2:
        raise ValueError(f"start is {start!r}: write a pair (x, y)")
    optimizer = deepcopy(optimizer)
    settings = [getattr(optimizer, name) for name in optimizer.hyperparameters]
    lanes = {s.shape for s in settings if isinstance(s, np.ndarray) and s.ndim}
    sweep = lanes.pop() if lanes else ()
    params = {key: np.full(sweep, float(value)) for key, value in zip("xy", start, strict=True)}
    points = np.empty((int(steps) + 1, *sweep, 2))
    moments = {name: np.zeros_like(points) for name in optimizer.moments}
    # Where a lane overflows, the others are still worth having; a single run raises instead.
    with np.errstate(over="ignore", invalid="ignore"):
        for t, point in enumerate(points):
            if t > 0:
                grads = dict(zip("xy", landscape.gradient(**params), strict=True))
                optimizer.update(params, grads, allow_nonfinite=bool(sweep))
                for name, values in moments.items():
                    for i, key in enumerate("xy"):
                        values[t, ..., i] = optimizer.state[name][key]
            point[..., 0], point[..., 1] = params["x"], params["y"]
        losses = landscape.value(points[..., 0], points[..., 1])
    return Path(optimizer, landscape, points, losses, moments)
