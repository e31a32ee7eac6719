"""What an update refuses, and what it says instead: checked before anything has changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from numbers import Real
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

_RANGES = {
    "lr": ("at least 0", lambda x: x >= 0),
    "momentum": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "beta1": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "beta2": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "rho": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "eps": ("above 0", lambda x: x > 0),
}


def as_array(value: Any) -> Any:
    """Return a Python float as an array of one element, anything else as it is."""
    return np.array([value], dtype=float) if isinstance(value, float) else value


def check_hyperparameter(name: str, value: Any, where: str = "") -> float | np.ndarray:
    """Return a hyperparameter as a Python float or a 1-D array, or say what it must be."""
    words, inside = _RANGES.get(name, ("a finite number", np.isfinite))
    if isinstance(value, np.ndarray) and value.dtype.kind not in "fiu":
        raise TypeError(f"{name}{where} is an array of {value.dtype}: write numbers")
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.size:
        wrong = ~(np.isfinite(value) & inside(value))
        if wrong.any():
            lane = int(np.argmax(wrong))
            raise ValueError(f"{name}{where} must be {words}, but lane {lane} is {value[lane]}")
        return value.astype(float, copy=False)
    if isinstance(value, np.ndarray) and value.ndim > 0:
        raise ValueError(
            f"{name}{where} has shape {value.shape}: a sweep is a 1-D array of one or more settings"
        )
    if isinstance(value, bool) or not isinstance(value, Real | np.ndarray):
        raise TypeError(
            f"{name}{where} is {value!r}: write a number, a function of the completed updates, "
            "or a 1-D array of numbers"
        )
    value = float(value)
    if not (np.isfinite(value) and inside(value)):
        raise ValueError(f"{name}{where} must be {words}, not {value}")
    return value


def check_parameters(
    params: MutableMapping[str, Any],
    grads: Mapping[str, Any],
    lanes: Mapping[str, np.ndarray],
    allow_nonfinite: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return parameters (as views) and gradients (in the same dtype) as arrays that fit."""
    for name, value, kind in (("params", params, MutableMapping), ("grads", grads, Mapping)):
        if not isinstance(value, kind):
            raise TypeError(f"{name} is a {type(value).__name__}: write a dict, {{'x': -7.0}}")
    if missing := [key for key in params if key not in grads]:
        raise KeyError(f"grads lacks {missing}: give every parameter its gradient")
    if extra := [key for key in grads if key not in params]:
        raise KeyError(f"grads has {extra}, which params lacks: leave it out of grads")
    arrays = {key: _parameter(key, p) for key, p in params.items()}
    gradients = {key: _gradient(key, grads[key], p) for key, p in arrays.items()}
    _separate(arrays, gradients)
    for key, p in arrays.items():
        for name, setting in lanes.items():
            if isinstance(params[key], float) or p.ndim == 0 or len(p) != len(setting):
                raise ValueError(
                    f"{name} sweeps {len(setting)} settings, so params {key!r} must be an array "
                    f"whose first axis has that length: write np.full({len(setting)}, …)"
                )
    if not allow_nonfinite:
        for key, g in gradients.items():
            # The extremes of g are finite only if all of it is, and they need no temporary array.
            if g.size and not (math.isfinite(g.min()) and math.isfinite(g.max())):
                raise FloatingPointError(
                    f"the gradient of {key!r} is not finite: the step was not taken; "
                    "try a smaller lr, or look at the loss"
                )
    return arrays, gradients


def check_state(
    state: Mapping[str, Mapping[str, Any]],
    moments: tuple[str, ...],
    arrays: Mapping[str, np.ndarray],
    rule: str,
) -> None:
    """Refuse parameters that are not those which the state was built up on."""
    for moment in moments:
        of = state[moment]
        if set(of) != set(arrays):
            raise KeyError(
                f"this {rule} has been stepping {list(of)}, not {list(arrays)}: "
                "make a new one for other parameters"
            )
        for key, p in arrays.items():
            kept = as_array(of[key])
            if kept.shape != p.shape or kept.dtype != p.dtype:
                raise ValueError(
                    f"this {rule} keeps its {moment} of {key!r} with shape {kept.shape} and dtype "
                    f"{kept.dtype}, but the parameter now has shape {p.shape} and dtype {p.dtype}: "
                    "make a new one"
                )


def check_saved(t: Any, state: Any, moments: tuple[str, ...], rule: str) -> None:
    """Refuse a saved state that no optimizer of this rule can have had."""
    expected = moments if t else ()
    if type(t) is not int or t < 0 or not isinstance(state, Mapping) or set(state) != set(expected):
        found = sorted(state) if isinstance(state, Mapping) else state
        raise ValueError(
            f"a state of {rule} has t = 0, 1, 2, … and, after the first step, the moments "
            f"{sorted(moments)}; this one has t = {t!r} and {found!r}"
        )
    for moment, of in state.items():
        if not isinstance(of, Mapping) or set(of) != set(state[expected[0]]):
            raise ValueError(
                f"in this state of {rule}, {moment} does not have the keys of the other moments"
            )
        for key, s in of.items():
            a, first = np.asarray(s), np.asarray(state[expected[0]][key])
            if not isinstance(s, float | np.ndarray) or a.dtype.kind != "f":
                raise ValueError(
                    f"in this state of {rule}, {moment} of {key!r} is a {type(s).__name__}: "
                    "write a float or a float array"
                )
            if (a.shape, a.dtype) != (first.shape, first.dtype):
                raise ValueError(
                    f"in this state of {rule}, {moment} of {key!r} has shape {a.shape} and dtype "
                    f"{a.dtype}, but {expected[0]} has shape {first.shape} and dtype {first.dtype}"
                )


def _parameter(key: str, value: Any) -> np.ndarray:
    value = as_array(value)
    if not isinstance(value, np.ndarray):
        hint = f"write {float(value)}, not {value}" if type(value) is int else "write a float array"
        raise TypeError(f"params {key!r} is a {type(value).__name__}: {hint}")
    if value.dtype.kind != "f":
        raise TypeError(
            f"params {key!r} is an array of {value.dtype}, which cannot hold a small step: "
            "write a float array (-7.0, not -7), or convert it with .astype(float)"
        )
    if not value.flags.writeable:
        raise ValueError(f"params {key!r} is read-only, and is updated in place: pass a copy")
    return value.view(np.ndarray)


def _gradient(key: str, value: Any, p: np.ndarray) -> np.ndarray:
    g = np.asarray(value)
    if g.dtype.kind not in "fiu":
        raise TypeError(f"grads {key!r} is made of {g.dtype}: write a float array or a float")
    if g.size == 1 and p.size == 1 and g.ndim == 0:
        g = g.reshape(p.shape)
    if g.shape != p.shape:
        raise ValueError(
            f"grads {key!r} has shape {g.shape}, but params {key!r} has shape {p.shape}: "
            "they must be the same"
        )
    with np.errstate(over="ignore"):  # what overflows becomes ∞, which is refused by name
        return g.astype(p.dtype, copy=False)


def _separate(arrays: dict[str, np.ndarray], gradients: dict[str, np.ndarray]) -> None:
    """Refuse parameters that share memory, and copy gradients that a step would overwrite.

    Sorted by where they begin in memory, only arrays whose spans overlap need a closer look.
    """
    spans = [
        (*byte_bounds(a), is_gradient, key, a)
        for is_gradient, of in enumerate((arrays, gradients))
        for key, a in of.items()
    ]
    spans.sort(key=lambda span: span[0])
    for i, (_, end, *first) in enumerate(spans):
        for start, _, *second in spans[i + 1 :]:
            if start >= end:
                break
            (p_is_gradient, key, p), (g_is_gradient, other, g) = sorted(
                (first, second), key=lambda span: span[0]
            )
            if p_is_gradient or not np.shares_memory(p, g):
                continue
            if not g_is_gradient:
                raise ValueError(
                    f"params {key!r} and {other!r} share one array, which would move twice: "
                    "copy one of them"
                )
            if key != other or not _same_view(p, g):
                gradients[other] = g.copy()


def _same_view(a: np.ndarray, b: np.ndarray) -> bool:
    return a.ctypes.data == b.ctypes.data and a.strides == b.strides
