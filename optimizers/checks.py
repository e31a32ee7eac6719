"""What an update refuses, and what it says instead: checked before anything has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.lib.array_utils import byte_bounds

from .ranges import Range


def check_hyperparameter(name: str, value: Any, of: Range, where: str = "") -> float | np.ndarray:
    """Return a hyperparameter as a Python float or a 1-D array, or say what it must be."""
    if isinstance(value, np.ndarray) and value.dtype.kind not in "fiu":
        raise TypeError(f"{name}{where} is an array of {value.dtype}: write numbers")
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.size:
        wrong = ~(np.isfinite(value) & of.holds(value))
        if wrong.any():
            lane = int(np.argmax(wrong))
            raise ValueError(f"{name}{where} must be {of.words}, but lane {lane} is {value[lane]}")
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
    if not (np.isfinite(value) and of.holds(value)):
        raise ValueError(f"{name}{where} must be {of.words}, not {value}")
    return value


def check_keys(params: Mapping[str, Any], grads: Mapping[str, Any]) -> None:
    """Refuse what is no dict, and dicts whose keys differ."""
    for name, value, kind in (("params", params, MutableMapping), ("grads", grads, Mapping)):
        if not isinstance(value, kind):
            raise TypeError(f"{name} is a {type(value).__name__}: write a dict, {{'x': -7.0}}")
    if params.keys() != grads.keys():
        if missing := [key for key in params if key not in grads]:
            raise KeyError(f"grads lacks {missing}: give every parameter its gradient")
        extra = [key for key in grads if key not in params]
        raise KeyError(f"grads has {extra}, which params lacks: leave it out of grads")


def check_parameter(key: str, value: Any) -> np.ndarray:
    """Return a parameter as an array that may be written to, a float as one of one element."""
    if isinstance(value, float):
        return np.array([value])
    if not isinstance(value, np.ndarray):
        hint = f"write {float(value)}, not {value}" if type(value) is int else "write a float array"
        raise TypeError(f"params {key!r} is a {type(value).__name__}: {hint}")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"params {key!r} is a masked array: write a float array, {key}.filled(0.0)")
    if value.dtype.kind != "f":
        raise TypeError(
            f"params {key!r} is an array of {value.dtype}, which cannot hold a small step: "
            "write a float array (-7.0, not -7), or convert it with .astype(float)"
        )
    if value.dtype.itemsize < 4:
        raise TypeError(
            f"params {key!r} is an array of {value.dtype}, in which the square of a small gradient "
            "is 0: convert it with .astype(np.float32)"
        )
    if not value.flags.writeable:
        raise ValueError(f"params {key!r} is read-only, and is updated in place: pass a copy")
    return value.view(np.ndarray)


def check_gradient(key: str, value: Any, p: np.ndarray) -> np.ndarray:
    """Return a gradient as an array of the shape and the dtype of its parameter."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"grads {key!r} is a masked array, whose mask would be lost: write what the masked "
            "entries shall be, .filled(0.0)"
        )
    g = np.asarray(value)
    if g.dtype.kind not in "fiu":
        raise TypeError(f"grads {key!r} is made of {g.dtype}: write a float array or a float")
    if g.ndim == 0 and p.size == 1:
        g = g.reshape(p.shape)
    if g.shape != p.shape:
        raise ValueError(
            f"grads {key!r} has shape {g.shape}, but params {key!r} has shape {p.shape}: "
            "they must be the same"
        )
    return g.astype(p.dtype, copy=False)  # what overflows becomes ∞, which is refused by name


def refuse_nonfinite(key: str, g: np.ndarray) -> None:
    """Refuse a gradient with NaN or ±∞ in it."""
    if not np.isfinite(g).all():
        raise FloatingPointError(
            f"the gradient of {key!r} is not finite: the step was not taken; "
            "try a smaller lr, or look at the loss"
        )


def check_lanes(key: str, value: Any, lanes: Mapping[str, int]) -> None:
    """Refuse a parameter that has no row for each lane of a sweep."""
    for name, n in lanes.items():
        if isinstance(value, float) or value.ndim == 0 or len(value) != n:
            raise ValueError(
                f"{name} sweeps {n} settings, so params {key!r} must be an array "
                f"whose first axis has that length: write np.full({n}, …)"
            )


def check_separate(params: Sequence[tuple[np.ndarray, str]]) -> None:
    """Refuse parameters that share memory."""
    for (_, key), (_, other) in overlaps(params):
        raise ValueError(
            f"params {key!r} and {other!r} share one array, which would move twice: "
            "copy one of them"
        )


def overlaps(arrays: Sequence[tuple[Any, ...]]) -> Iterator[tuple[tuple, tuple]]:
    """Yield the pairs of (array, …) that share memory, in the order in which they came.

    Sorted by where they begin in memory, only arrays whose spans overlap need a closer look.
    """
    spans = sorted((*byte_bounds(entry[0]), i) for i, entry in enumerate(arrays))
    for at, (_, end, i) in enumerate(spans):
        for start, _, j in spans[at + 1 :]:
            if start >= end:
                break
            first, second = arrays[min(i, j)], arrays[max(i, j)]
            if np.shares_memory(first[0], second[0]):
                yield first, second


def check_results(
    rule: str, key: str, results: Any, places: Sequence[np.ndarray], moments: Sequence[str]
) -> tuple[np.ndarray, ...]:
    """Return a rule's step and its new moments as float arrays of the right shapes, its own."""
    if not isinstance(results, tuple) or len(results) != len(places):
        raise TypeError(
            f"{rule}.rule must return a tuple, the step and the new {list(moments)}: "
            "write `return step,` where there are no moments"
        )
    arrays = []
    for name, result, place in zip(("step", *moments), results, places, strict=True):
        a = np.asarray(result)
        if a.dtype.kind not in "fiu":
            raise TypeError(
                f"{rule}.rule returned a {name} of {key!r} that is made of {a.dtype}: "
                "return a float array"
            )
        if a.shape != place.shape:
            raise ValueError(
                f"{rule}.rule returned a {name} of {key!r} of shape {a.shape}, not {place.shape}: "
                "nothing was changed"
            )
        arrays.append(a if a.base is None else a.copy())  # a view may be of what is written next
    return tuple(arrays)


def check_finite(
    rule: str, key: str, results: Sequence[np.ndarray], moments: Sequence[str]
) -> None:
    """Refuse a step or a moment with NaN or ±∞ in it."""
    for name, result in zip(("step", *moments), results, strict=True):
        if not np.isfinite(result).all():
            raise FloatingPointError(
                f"the {name} that {rule} makes of the gradient of {key!r} is not finite: the step "
                "was not taken; look at the size of the gradient, and for a division by 0"
            )


def check_start(
    rule: str, key: str, first: Any, names: Sequence[str], shape: tuple[int, ...] | None
) -> None:
    """Refuse moments to start with that are not as many as the rule has, or not finite.

    ``shape`` is the one that they must have, if the rule is element-wise.
    """
    if not isinstance(first, tuple) or len(first) != len(names):
        raise TypeError(f"{rule}.start must return a tuple of the moments {list(names)}")
    for name, moment in zip(names, first, strict=True):
        a = np.asarray(moment)
        if a.dtype.kind not in "fiu" or not np.isfinite(a).all():
            raise TypeError(
                f"{rule}.start returned a {name} of {key!r} that is no array of finite numbers"
            )
        if shape is not None and a.shape != shape:
            raise ValueError(
                f"{rule}.start returned a {name} of {key!r} of shape {a.shape}, not {shape}: "
                "a rule with moments of other shapes is not element-wise, write @staticmethod"
            )


def check_state_keys(rule: str, state: Mapping[str, Mapping], keys: list[str]) -> None:
    """Refuse other parameters than those on which the moments were built up."""
    for of in state.values():
        if set(of) != set(keys):
            raise KeyError(
                f"this {rule} has been stepping {list(of)}, not {keys}: "
                "make a new one for other parameters"
            )


def check_state(
    rule: str, key: str, value: Any, names: Sequence[str], moments: Sequence[Any], shapes: Iterable
) -> None:
    """Refuse a parameter that is not the one on which its moments were built up."""
    one, wanted = ((), (1,)) if isinstance(value, float) else (), np.asarray(value).dtype
    for name, moment, shape in zip(names, moments, shapes, strict=True):
        found, dtype = np.shape(moment), np.asarray(moment).dtype
        if found not in (shape, *one) or dtype.newbyteorder("=") != wanted.newbyteorder("="):
            raise ValueError(
                f"this {rule} keeps its {name} of {key!r} with shape {found} and dtype {dtype}, "
                f"but the parameter now has shape {np.shape(value)} and dtype {wanted}: "
                "make a new one"
            )


def check_saved(rule: str, t: Any, state: Any, moments: tuple[str, ...], alike: bool) -> None:
    """Refuse a saved state that no optimizer of this rule can have had.

    ``alike`` says that all moments of a parameter have one shape.
    """
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
            if a.dtype != first.dtype or (alike and a.shape != first.shape):
                raise ValueError(
                    f"in this state of {rule}, {moment} of {key!r} has shape {a.shape} and dtype "
                    f"{a.dtype}, but {expected[0]} has shape {first.shape} and dtype {first.dtype}"
                )
