"""Test functions of two parameters: value, gradient, minima, and a good window and start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Landscape:
    """A loss of two parameters x and y, with all that a picture of it needs.

    Attributes
    ----------
    name : str
        What ``landscape(name)`` finds it by.
    value : callable
        L(x, y), for numbers or for arrays of one shape.
    gradient : callable
        (∂L/∂x, ∂L/∂y) at (x, y), each of the shape of x and y.
    minima : tuple of (x, y)
        All its local minima; none for a saddle.
    window : ((x0, x1), (y0, y1))
        The part worth looking at.
    start : (x, y)
        Where descent begins by default.
    """

    name: str
    value: Callable
    gradient: Callable
    minima: tuple[tuple[float, float], ...]
    window: tuple[tuple[float, float], tuple[float, float]]
    start: tuple[float, float]


def _bowl(x, y):
    return x**2 / 20 + y**2


def _bowl_gradient(x, y):
    return x / 10, 2 * y


def _long_valley(x, y):
    return 0.005 * x**2 + 0.5 * (y - np.sin(x / 2)) ** 2


def _long_valley_gradient(x, y):
    across = y - np.sin(x / 2)
    return 0.01 * x - across * np.cos(x / 2) / 2, across


def _rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _rosenbrock_gradient(x, y):
    return -2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)


def _beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def _beale_gradient(x, y):
    a, b, c = 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3
    along_x = 2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1))
    along_y = 2 * x * (a + 2 * b * y + 3 * c * y**2)
    return along_x, along_y


def _saddle(x, y):
    return (x**2 - y**2) / 2


def _saddle_gradient(x, y):
    return 1 * x, -1 * y


def _himmelblau(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def _himmelblau_gradient(x, y):
    a, b = x**2 + y - 11, x + y**2 - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


BOWL = Landscape(
    "bowl",
    _bowl,
    _bowl_gradient,
    minima=((0.0, 0.0),),
    window=((-8.0, 8.0), (-3.0, 3.0)),
    start=(-7.0, 2.0),
)
"""x²/20 + y²: twenty times as steep in y as in x."""

LONG_VALLEY = Landscape(
    "long valley",
    _long_valley,
    _long_valley_gradient,
    minima=((0.0, 0.0),),
    window=((-11.0, 3.0), (-2.5, 2.5)),
    start=(-10.0, 2.0),
)
"""x²/200 + (y − sin(x/2))²/2: steep walls along a winding floor with almost no slope."""

ROSENBROCK = Landscape(
    "Rosenbrock",
    _rosenbrock,
    _rosenbrock_gradient,
    minima=((1.0, 1.0),),
    window=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
)
"""(1 − x)² + 100 (y − x²)²: a curved valley; Rosenbrock (1960), with his start."""

BEALE = Landscape(
    "Beale",
    _beale,
    _beale_gradient,
    minima=((3.0, 0.5),),
    window=((-1.0, 4.5), (-2.0, 2.0)),
    start=(1.0, 1.5),
)
"""Three squares with a plateau, steep corners and a flat valley; Beale (1958)."""

SADDLE = Landscape(
    "saddle",
    _saddle,
    _saddle_gradient,
    minima=(),
    window=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.8, 1e-3),
)
"""(x² − y²)/2: the gradient is 0 at (0, 0), which is no minimum; the loss has no lower bound."""

HIMMELBLAU = Landscape(
    "Himmelblau",
    _himmelblau,
    _himmelblau_gradient,
    minima=(
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ),
    window=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.5, -4.0),
)
"""(x² + y − 11)² + (x + y² − 7)²: four minima of equal value; Himmelblau (1972)."""

LANDSCAPES = (BOWL, LONG_VALLEY, ROSENBROCK, BEALE, SADDLE, HIMMELBLAU)


def landscape(name: str) -> Landscape:
    """Return the landscape of that name, upper or lower case; KeyError lists the right names."""
    for found in LANDSCAPES:
        if found.name.lower() == str(name).lower():
            return found
    raise KeyError(f"no landscape is called {name!r}: write one of {[s.name for s in LANDSCAPES]}")
