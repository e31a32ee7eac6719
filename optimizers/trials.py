"""Parameters and gradients of all kinds, to try a rule on."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np

from .base import Optimizer


def parameters(dtype: type = float) -> dict[str, Any]:
    """Return parameters of all kinds: a matrix, a vector, a 0-d array and a Python float."""
    rng = np.random.default_rng(7)
    return {
        "W": rng.normal(size=(4, 3)).astype(dtype),
        "b": rng.normal(size=3).astype(dtype),
        "s": np.array(0.75, dtype=dtype),
        "x": -7.0,
    }


def gradients(params: dict[str, Any], step: int, scale: float = 1.0) -> dict[str, Any]:
    """Return a gradient for every parameter, a function of the step alone."""
    rng = np.random.default_rng(1000 + step)
    return {
        key: scale * float(rng.normal())
        if isinstance(p, float)
        else np.asarray(scale * rng.normal(size=p.shape), dtype=p.dtype)
        for key, p in params.items()
    }


def walk(
    opt: Optimizer, params: dict[str, Any], steps: int, first: int = 0, scale: float = 1.0
) -> dict[str, Any]:
    """Make the steps first, first + 1, … and return the parameters."""
    for step in range(first, first + steps):
        opt.update(params, gradients(params, step, scale))
    return params


def exact(tree: Any) -> Any:
    """Return a nest of dicts as what can be compared to the last bit, types and shapes included."""
    if isinstance(tree, dict):
        return {key: exact(value) for key, value in tree.items()}
    if isinstance(tree, np.ndarray):
        return ("array", tree.dtype.str, tree.shape, tree.tobytes())
    return (type(tree).__name__, tree.hex() if isinstance(tree, float) else tree)


def fresh(opt: Optimizer, **settings: Any) -> Optimizer:
    """Return a copy that has made no step, with some settings replaced."""
    opt = deepcopy(opt)
    for name, value in settings.items():
        setattr(opt, name, value)
    return opt
