"""What a run is given: refused before it begins, with what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .base import Optimizer


def described(value: Any) -> str:
    """Return what a reader calls a value: 'Adam', None, -1; the class Adam; a Landscape."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, str | bool | int | float | complex):
        return repr(value)
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    if type(value) is np.ndarray:
        return f"an array of {value.dtype} of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'AEIOUaeiou' else 'a'} {name}"


def whole_number(name: str, value: Any, low: int, high: int | None = None) -> int:
    """Return a count as an int: 30, 1e4 and NumPy's integers are counts, True is none."""
    words = (
        f"a whole number, {low} or more" if high is None else f"a whole number from {low} to {high}"
    )
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{name} is {described(value)}: write {words}")
    # ∞ and NaN leave NaN as their remainder, which is not 0 either.
    if value % 1 != 0 or value < low or (high is not None and value > high):
        raise ValueError(f"{name} is {described(value)}: write {words}")
    return int(value)


def check_optimizer(optimizer: Any, call: str) -> None:
    """Refuse what is no optimizer; ``call`` is how the arguments stand."""
    if isinstance(optimizer, Optimizer):
        return
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        name = optimizer.__name__
        raise TypeError(
            f"optimizer is the class {name}: write {name}(), or with settings, {name}(lr=0.1)"
        )
    raise TypeError(
        f"optimizer is {described(optimizer)}: write a rule with its settings, as in {call}"
    )


def check_methods(name: str, value: Any, methods: Sequence[str], instead: str) -> None:
    """Refuse a value that lacks one of the methods it will be asked for, or is still a class."""
    lacks = [method for method in methods if not callable(getattr(value, method, None))]
    if lacks or isinstance(value, type):
        raise TypeError(f"{name} is {described(value)}: write {instead}")
