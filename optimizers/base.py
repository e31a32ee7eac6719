"""The four steps that every rule shares, the checks before them, and the state between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

from .checks import as_array, check_hyperparameter, check_parameters, check_saved, check_state

Hyperparameter = float | np.ndarray | Callable[[int], Any]

BLOCK_BYTES = 124 * 1024
"""Bytes of one array that a rule is handed at a time: below malloc's 128 KiB threshold."""


class Optimizer:
    """A rule for one step of descent, applied to every parameter alike.

    Step t = 1, 2, … takes (1) the gradient ``g``, (2) the moments that the rule keeps of its
    history, (3) the step Δθ that it makes of them, and (4) adds the step to the parameter. A
    subclass names its ``moments`` and writes its equation, ``rule``; the rest is here.

    Every hyperparameter is a number, a schedule, or a sweep:

    - a *schedule* is a function of the number k = t − 1 of completed updates, and returns either
      of the two others;
    - a *sweep* is a 1-D array of n settings, called lanes. Every parameter then is an array whose
      first axis has length n, and lane i of it moves as if it were alone with setting i. (In a
      float32 sweep the settings are float32 too, so there 1 − 0.999 has four digits, not sixteen.)

    Attributes
    ----------
    t : int
        Completed updates. Step t is the update that makes it t.
    state : dict of dict
        ``state[moment][key]``: an array of the parameter's shape and dtype, or a Python float for a
        parameter that is a Python float. Empty before the first update, when all moments are 0.
    """

    moments: tuple[str, ...] = ()

    def __init__(self, **hyperparameters: Hyperparameter) -> None:
        self.hyperparameters = tuple(hyperparameters)
        self.t = 0
        self.state: dict[str, dict[str, Any]] = {}
        for name, value in hyperparameters.items():
            if isinstance(value, list | tuple):
                value = np.array(value)
            if isinstance(value, np.ndarray):
                value = value.copy()
            if not callable(value):
                check_hyperparameter(name, value)
            setattr(self, name, value)

    @staticmethod
    def rule(g, *moments, t, **hyperparameters):
        """Return the step Δθ and the new moments, from the gradient and the old moments."""
        raise NotImplementedError("a subclass of Optimizer writes its equation as `rule`")

    def update(
        self,
        params: MutableMapping[str, Any],
        grads: Mapping[str, Any],
        *,
        allow_nonfinite: bool = False,
    ) -> None:
        """Make one step: change ``params`` in place, once everything has been checked.

        Parameters
        ----------
        params : dict of str to float array or Python float
            The parameters θ. An array keeps its identity; a float is replaced by a float.
        grads : dict of str to array or number
            The gradient ∂L/∂θ, with the keys and shapes of ``params``.
        allow_nonfinite : bool
            Let NaN and ±∞ through, for a sweep some of whose lanes may diverge.

        Raises
        ------
        KeyError, TypeError, ValueError, FloatingPointError
            Missing or extra keys; what is no float; shapes, shared or read-only arrays and
            hyperparameters out of range; a gradient that is not finite. A refused update leaves
            ``params``, ``state`` and ``t`` as they were. (Only if NumPy has been told to raise on
            overflow may a rule itself raise, half-way, on a gradient whose square overflows.)
        """
        t = self.t + 1
        settings = {name: self._setting(name) for name in self.hyperparameters}
        lanes = {name: value for name, value in settings.items() if isinstance(value, np.ndarray)}
        arrays, gradients = check_parameters(params, grads, lanes, allow_nonfinite)
        if self.t:
            check_state(self.state, self.moments, arrays, type(self).__name__)
        state = {
            name: {
                key: as_array(self.state[name][key]) if self.t else np.zeros_like(p)
                for key, p in arrays.items()
            }
            for name in self.moments
        }
        for key, p in arrays.items():
            columns = [p, gradients[key], *(state[name][key] for name in self.moments)]
            for block, lane in _blocks(columns, lanes):
                theta, g, *old = block
                results = self.rule(g, *old, t=t, **(settings | lane))
                if not isinstance(results, tuple) or len(results) != 1 + len(old):
                    raise TypeError(
                        f"{type(self).__name__}.rule must return a tuple, the step and the new "
                        f"{list(self.moments)}: write `return step,` where there are no moments"
                    )
                # A result that is still one of the inputs would change while they are written.
                delta, *new = (
                    result.copy() if any(np.may_share_memory(result, x) for x in block) else result
                    for result in results
                )
                for moment, value in zip(old, new, strict=True):
                    moment[...] = value
                theta += delta
        for key, p in arrays.items():
            if isinstance(params[key], float):
                params[key] = float(p[0])
                for name in self.moments:
                    state[name][key] = float(state[name][key][0])
        self.state = state
        self.t = t

    def _setting(self, name: str) -> float | np.ndarray:
        """Return the value of a hyperparameter for the coming step."""
        value = getattr(self, name)
        if callable(value):
            value = value(self.t)
            return check_hyperparameter(name, value, f" (from its schedule, at k = {self.t})")
        return check_hyperparameter(name, value)

    @property
    def lanes(self) -> int | None:  # stand-in: the lead's base has its own
        """The number of settings of a sweep; None for a single run."""
        settings = map(self._setting, self.hyperparameters)
        return next((len(x) for x in settings if isinstance(x, np.ndarray)), None)

    def lane(self, i: int) -> Optimizer:
        """Return a new optimizer with the settings of lane i alone, before its first step."""
        if self.lanes is None:
            raise ValueError(f"{self!r} is no sweep: it has no lanes to take one of")
        if not -self.lanes <= i < self.lanes:
            raise IndexError(f"lane {i} of {self.lanes}: write 0 to {self.lanes - 1}")
        return type(self)(
            **{name: _of_lane(getattr(self, name), i) for name in self.hyperparameters}
        )

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what a later ``load_state_dict`` needs to go on bit for bit.

        Hyperparameters are not in it: they are in ``repr``, the call that makes the optimizer.
        """
        return {"rule": type(self).__name__, "t": self.t, "state": _copy(self.state)}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from a ``state_dict`` of the same rule; refuse any other and change nothing."""
        name = type(self).__name__
        try:
            rule, t, state = saved["rule"], saved["t"], saved["state"]
        except (KeyError, TypeError):
            raise ValueError(
                f"{name}.load_state_dict needs the dict that {name}.state_dict() returned, "
                "with the keys 'rule', 't' and 'state'"
            ) from None
        if rule != name:
            raise ValueError(f"this state is of {rule}, not of {name}: load it into a {rule}")
        check_saved(t, state, self.moments, name)
        self.t, self.state = t, _copy(state)

    def __repr__(self) -> str:
        settings = ((name, getattr(self, name)) for name in self.hyperparameters)
        words = (
            f"{name}=np.array({x.tolist()})" if isinstance(x, np.ndarray) else f"{name}={x!r}"
            for name, x in settings
        )
        return f"{type(self).__name__}({', '.join(words)})"


def _of_lane(setting: Any, i: int) -> Hyperparameter:
    if callable(setting):
        return lambda k: _of_lane(setting(k), i)
    return float(setting[i]) if isinstance(setting, np.ndarray) and setting.ndim else setting


def _copy(state: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        moment: {key: s.copy() if isinstance(s, np.ndarray) else s for key, s in of.items()}
        for moment, of in state.items()
    }


def _blocks(
    columns: list[np.ndarray], lanes: dict[str, np.ndarray]
) -> Iterator[tuple[list[np.ndarray], dict[str, np.ndarray]]]:
    """Cut arrays of one shape into blocks that stay in cache, and the lanes' settings with them.

    Every block is a view: what a rule writes to it is written to the array. 0-d arrays come as
    one element, because NumPy turns a 0-d array into a scalar as soon as it is multiplied.
    """
    if not lanes and all(c.flags.c_contiguous for c in columns):
        columns = [c.reshape(-1) for c in columns]
    elif not lanes and all(c.flags.f_contiguous for c in columns):
        columns = [c.T.reshape(-1) for c in columns]
    first = columns[0]
    rows = max(1, BLOCK_BYTES * len(first) // max(first.nbytes, BLOCK_BYTES))
    for start in range(0, len(first), rows):
        part = slice(start, start + rows)
        yield (
            [c[part] for c in columns],
            {
                name: value[part].astype(first.dtype).reshape(-1, *[1] * (first.ndim - 1))
                for name, value in lanes.items()
            },
        )
