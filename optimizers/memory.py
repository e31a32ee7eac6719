"""What an optimizer knows of the memory of its parameters and their moments.

What was verified once and cannot have changed is not verified again: an array is told apart by
identity, address, shape, strides, type and whether it may be written to. A gradient is another
array at every step, and is verified every time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

import numpy as np

from .checks import (
    check_gradient,
    check_lanes,
    check_separate,
    check_start,
    check_state,
    check_state_keys,
    refuse_nonfinite,
)
from .slots import Slot, cut, read_only

PRODUCT = 8192
"""Numbers in one inner product."""

State = Mapping[str, MutableMapping[str, Any]]


class Memory:
    """The parameters of an optimizer, verified, and their moments.

    Parameters
    ----------
    rule : str
        The name of the rule, for messages.
    moments : tuple of str
    params : dict of str to float array or Python float
    elementwise : bool
        Whether the rule may be handed blocks, and all lanes at once.
    lanes : dict of str to int
        The hyperparameters that sweep, and over how many settings.

    Raises
    ------
    TypeError, ValueError
        As ``Optimizer.update`` says.
    """

    def __init__(
        self,
        rule: str,
        moments: tuple[str, ...],
        params: Mapping[str, Any],
        elementwise: bool,
        lanes: Mapping[str, int],
    ) -> None:
        self.rule, self.moments, self.lanes = rule, moments, lanes
        n = next(iter(lanes.values()), None)
        self.slots = [Slot(key, value, elementwise, n) for key, value in params.items()]
        for slot in self.slots:
            check_lanes(slot.key, slot.given, lanes)
        check_separate([(slot.p, slot.key) for slot in self.slots])
        self.floats = [slot for slot in self.slots if slot.is_float]

    def holds(self, params: Mapping[str, Any], state: State, lanes: Mapping[str, int]) -> bool:
        """Whether these parameters and moments are those which were verified, and take floats."""
        if len(self.slots) != len(params) or lanes != self.lanes:
            return False
        kept = list(state.values())
        for slot in self.slots:
            p = params.get(slot.key)
            if slot.is_float:
                if not isinstance(p, float):
                    return False
                slot.p[0] = p
                for moment, of in zip(slot.moments, kept, strict=True):
                    moment[0] = of[slot.key]
            elif p is not slot.given or not slot.is_where_it_was(p):
                return False
            elif kept:
                for moment, of in zip(slot.moments, kept, strict=True):
                    if of[slot.key] is not moment:
                        return False
        return True

    def read(
        self, grads: Mapping[str, Any], allow_nonfinite: bool
    ) -> tuple[list[np.ndarray], bool]:
        """Return the gradients as the rule is handed them, and whether their squares are finite."""
        gradients, tame = [], True
        for slot in self.slots:
            g = grads[slot.key]
            if type(g) is not np.ndarray or g.dtype is not slot.dtype or g.shape != slot.shape:
                g = check_gradient(slot.key, g, slot.p)
            g = g.reshape(-1) if slot.order == "C" else slot.row(g)
            g.setflags(write=False)
            gradients.append(g)
            if allow_nonfinite:
                continue
            if not squares_are_finite(g):
                refuse_nonfinite(slot.key, g)
                tame = tame and bool(np.isfinite(g * g).all())
        return gradients, tame

    def fill(
        self, start: Callable[..., Any], kept: State | None, gradients: list[np.ndarray]
    ) -> dict[str, dict[str, Any]]:
        """Give every parameter its moments, those kept or those to start with; return them."""
        if kept is not None:
            check_state_keys(self.rule, kept, [slot.key for slot in self.slots])
        for slot, g in zip(self.slots, gradients, strict=True):
            theta, g = read_only(slot.p), slot.own_shape(g)
            first = [start(cut(theta, part), cut(g, part)) for part in slot.parts]
            shape = slot.shape if slot.elementwise else None
            for moments in first:
                check_start(self.rule, slot.key, moments, self.moments, shape)
            each = [np.stack(m) if slot.by_lanes else m[0] for m in zip(*first, strict=True)]
            if kept is not None:
                shapes = [np.shape(moment) for moment in each]
                each = [kept[name][slot.key] for name in self.moments]
                check_state(self.rule, slot.key, slot.given, self.moments, each, shapes)
            slot.keep(each)
        return {
            name: {slot.key: slot.moments[i] for slot in self.slots}
            for i, name in enumerate(self.moments)
        }

    def hand_back(self, params: MutableMapping[str, Any], state: State) -> None:
        """Put Python floats where Python floats were."""
        for slot in self.floats:
            params[slot.key] = slot.p.item()
            for moment, of in zip(slot.moments, state.values(), strict=True):
                of[slot.key] = moment.item()


def squares_are_finite(g: np.ndarray) -> bool:
    """Whether the sum of the squares is finite: then every number is, and so is its square.

    One product reads all of an array once. It is taken in pieces so short that no BLAS sends them
    to several threads, whose waiting for each other costs more than the product.
    """
    row = g if g.ndim == 1 else g.reshape(-1)
    if len(row) <= PRODUCT:
        return math.isfinite(row.dot(row))
    for start in range(0, len(row), PRODUCT):
        part = row[start : start + PRODUCT]
        if not math.isfinite(part.dot(part)):
            return False
    return True
