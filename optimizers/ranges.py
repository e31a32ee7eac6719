"""What a hyperparameter may be: a condition, the words for it, and values to try it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Range:
    """The values that a hyperparameter may take.

    Attributes
    ----------
    words : str
        What it must be, to go after 'must be': ``"at least 0"``.
    holds : callable
        Whether a number, or each number of an array, is such a value.
    samples : tuple of float
        Four of them: what a rule is tested with.
    outside : tuple of float
        Some finite numbers that it may not be.
    """

    words: str
    holds: Callable[[Any], Any]
    samples: tuple[float, float, float, float]
    outside: tuple[float, ...]


AT_LEAST_0 = Range("at least 0", lambda x: x >= 0, (0.5, 0.03, 1e-4, 0.0), (-0.1,))
ABOVE_0 = Range("above 0", lambda x: x > 0, (1e-12, 1e-8, 1e-3, 1.0), (0.0, -1e-8))
BELOW_1 = Range("in [0, 1)", lambda x: (x >= 0) & (x < 1), (0.0, 0.5, 0.9, 0.99), (-0.1, 1.0, 1.5))
FINITE = Range("a finite number", np.isfinite, (0.5, 0.1, 2.0, 1.0), ())
