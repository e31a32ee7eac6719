"""Hand a rule its pieces, check what it returns, and write it: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .checks import check_finite, check_results, overlaps
from .memory import Memory
from .slots import Piece, Slot, cut


def step(
    rule: Callable[..., tuple[np.ndarray, ...]],
    memory: Memory,
    gradients: list[np.ndarray],
    settings: Mapping[str, Any],
    asks_for_theta: bool,
    careful: bool,
) -> None:
    """Compute all steps and moments, then write them; those of large arrays, block by block.

    Parameters
    ----------
    rule : callable
    memory : Memory
    gradients : list of array
        From ``memory.read``.
    settings : dict
        The keyword arguments of the rule, but for θ.
    asks_for_theta : bool
    careful : bool
        Refuse what is not finite, and write nothing until all is computed.
    """
    large, computed = [], []
    for slot, g in zip(memory.slots, gradients):  # noqa: B905, one gradient for each slot
        if slot.is_large and not careful:
            large.append((slot, g))
            continue
        for piece in slot.pieces:
            results = _apply(rule, memory, slot, piece, g, settings, asks_for_theta)
            if careful:
                check_finite(memory.rule, slot.key, results, memory.moments)
            computed.append((piece.places, results))
    for slot, g in apart(large) if large else ():
        for piece in slot.pieces:
            results = _apply(rule, memory, slot, piece, g, settings, asks_for_theta)
            write(piece.places, results)
    for places, results in computed:
        write(places, results)


def _apply(
    rule: Callable[..., tuple[np.ndarray, ...]],
    memory: Memory,
    slot: Slot,
    piece: Piece,
    g: np.ndarray,
    settings: Mapping[str, Any],
    asks_for_theta: bool,
) -> tuple[np.ndarray, ...]:
    """Return the step and the new moments that the rule makes of a piece."""
    part, places, theta, moments = piece
    if part is not None:
        g = cut(g, part)
    if memory.lanes:
        swept = {name: slot.setting(settings[name], part) for name in memory.lanes}
        settings = {**settings, **swept}
    if asks_for_theta:
        settings = {**settings, "theta": theta}
    try:
        results = rule(g, *moments, **settings)
    except ValueError as error:
        if "read-only" not in str(error):
            raise
        raise ValueError(
            f"{memory.rule}.rule changes what it is handed in place: write m = 0.9 * m, "
            "not m *= 0.9"
        ) from error
    if type(results) is tuple and len(results) == len(places):
        for result, place in zip(results, places):  # noqa: B905, their lengths are equal
            if (
                type(result) is not np.ndarray
                or result.base is not None
                or result.shape != place.shape
                or result.dtype is not place.dtype
            ):
                break
        else:
            return results
    return check_results(memory.rule, slot.key, results, places, memory.moments)


def write(places: Sequence[np.ndarray], results: Sequence[np.ndarray]) -> None:
    """Add the step to the parameter, and put the new moments in the place of the old."""
    theta, *moments = places
    step, *new = results
    theta += step
    for moment, value in zip(moments, new):  # noqa: B905, checked before
        moment[...] = value


def apart(large: list[tuple[Slot, np.ndarray]]) -> list[tuple[Slot, np.ndarray]]:
    """Copy the gradients that writing to large parameters would change before they are read."""
    owners = {id(_owner(slot.p)) for slot, _ in large} | {id(None)}
    if not any(id(_owner(g)) in owners for _, g in large):
        return large
    gradients = [g for _, g in large]
    arrays = [(slot.p, i, True) for i, (slot, _) in enumerate(large)]
    arrays += [(g, i, False) for i, g in enumerate(gradients)]
    for (_, i, is_parameter), (g, j, is_parameter_too) in overlaps(arrays):
        if not is_parameter or is_parameter_too:
            continue
        # A gradient that is its own parameter, in the same order, is read before it is written.
        if i != j or not _same_view(large[i][0].row(large[i][0].p), g):
            gradients[j] = g.copy()
    return [(slot, g) for (slot, _), g in zip(large, gradients, strict=True)]


def _owner(array: np.ndarray) -> np.ndarray | None:
    """Return the array whose memory an array views; None if that is no array's own."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array if array.base is None else None


def _same_view(a: np.ndarray, b: np.ndarray) -> bool:
    return a.ctypes.data == b.ctypes.data and a.strides == b.strides
