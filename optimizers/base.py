"""The four steps that every rule shares, and the state between them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, ClassVar

import numpy as np

from .checks import check_hyperparameter, check_keys, check_saved
from .memory import Memory
from .ranges import ABOVE_0, AT_LEAST_0, BELOW_1, FINITE, Range
from .steps import step

Hyperparameter = float | np.ndarray | Callable[[int], Any]


class elementwise(staticmethod):  # noqa: N801, it is written as @elementwise
    """Mark a rule that treats every number by itself, as if there were no other.

    Written in place of ``@staticmethod``. Such a rule is handed large arrays in blocks that stay in
    the processor's cache, and all lanes of a sweep at once. Any other is handed each parameter
    whole, in its own shape, and each lane by itself. A rule with a norm, a mean or a matrix product
    in it is not element-wise; ``examine`` finds out.
    """


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
    moments : tuple of str
        The names of what the rule keeps of its history, in the order in which it takes and returns
        them. Of the class.
    ranges : dict of str to Range
        What each hyperparameter may be. A class adds those of its own; the names of the field
        are here. Of the class.
    t : int
        Completed updates. Step t is the update that makes it t.
    state : dict of dict
        ``state[moment][key]``: an array, or a Python float for a parameter that is a Python float.
        Empty before the first update. The arrays are the live ones, which the next update
        overwrites: to log them, log ``state_dict()["state"]``, a copy.
    """

    moments: tuple[str, ...] = ()
    ranges: ClassVar[dict[str, Range]] = {
        "lr": AT_LEAST_0,
        "momentum": BELOW_1,
        "beta1": BELOW_1,
        "beta2": BELOW_1,
        "rho": BELOW_1,
        "eps": ABOVE_0,
        "weight_decay": AT_LEAST_0,
    }
    is_elementwise: ClassVar[bool] = False
    asks_for_theta: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        inherited = (parent.ranges for parent in cls.__bases__ if issubclass(parent, Optimizer))
        cls.ranges = {**next(inherited), **cls.__dict__.get("ranges", {})}
        cls.is_elementwise = isinstance(inspect.getattr_static(cls, "rule"), elementwise)
        cls.asks_for_theta = "theta" in inspect.signature(cls.rule).parameters

    def __init__(self, **hyperparameters: Hyperparameter) -> None:
        self.hyperparameters = tuple(hyperparameters)
        self.t = 0
        self.state: dict[str, dict[str, Any]] = {}
        self._memory: Memory | None = None
        self._verified: dict[str, float] = {}
        for name, value in hyperparameters.items():
            if isinstance(value, list | tuple):
                value = np.array(value)
            if isinstance(value, np.ndarray):
                value = value.copy()
            if not callable(value):
                self._check(name, value)
            setattr(self, name, value)

    @staticmethod
    def rule(g, *moments, t, **hyperparameters):
        """Return a tuple of the step Δθ and the new moments, from the gradient and the old moments.

        A rule that has ``theta`` among its keyword arguments gets the parameter, too. What it is
        handed is there to be read: it cannot be changed in place.
        """
        raise NotImplementedError("a subclass of Optimizer writes its equation as `rule`")

    def start(self, theta: np.ndarray, g: np.ndarray) -> tuple[Any, ...]:
        """Return the moments before the first step: zeros of θ's shape, if a rule says no other."""
        return tuple(np.zeros_like(theta) for _ in self.moments)

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
            hyperparameters out of range; a gradient that is not finite, or so large that a moment
            is not; what a rule must not return. Whatever is raised, also by the rule itself,
            ``params``, ``state`` and ``t`` are as they were. (But for an element-wise rule that
            raises on a later block of a large array: it promises not to.)
        """
        if not (type(params) is type(grads) is dict and params.keys() == grads.keys()):
            check_keys(params, grads)
        settings, lanes = self.settings()
        # What overflows is refused by name, not by a warning half-way.
        with np.errstate(all="ignore"):
            memory, state = self._memory, self.state
            if memory is None or not memory.holds(params, state, lanes):
                name = type(self).__name__
                memory = Memory(name, self.moments, params, self.is_elementwise, lanes)
            gradients, tame = memory.read(grads, allow_nonfinite)
            if memory is not self._memory:
                state = memory.fill(self.start, state if self.t else None, gradients)
            careful = not allow_nonfinite and not (tame and self.is_elementwise)
            settings["t"] = self.t + 1
            step(self.rule, memory, gradients, settings, self.asks_for_theta, careful)
        memory.hand_back(params, state)
        self._memory, self.state = memory, state
        self.t += 1

    def settings(self) -> tuple[dict[str, Any], dict[str, int]]:
        """Return the hyperparameters for the coming step, and the lanes of those that sweep."""
        settings, lanes = {}, {}
        for name in self.hyperparameters:
            value = getattr(self, name)
            if callable(value):
                value = self._check(name, value(self.t), f" (from its schedule, at k = {self.t})")
            elif value is not self._verified.get(name):
                value = self._check(name, value)
                if type(value) is float:  # it cannot change: once is enough
                    self._verified[name] = value
            if isinstance(value, np.ndarray):
                lanes[name] = len(value)
            settings[name] = value
        return settings, lanes

    def _check(self, name: str, value: Any, where: str = "") -> float | np.ndarray:
        return check_hyperparameter(name, value, self.ranges.get(name, FINITE), where)

    @property
    def lanes(self) -> int | None:
        """The number of settings of a sweep; None for a single run."""
        return next(iter(self.settings()[1].values()), None)

    def lane(self, i: int) -> Optimizer:
        """Return a new optimizer with the settings of lane i alone, before its first step."""
        lanes = self.lanes
        if lanes is None:
            raise ValueError(f"{self!r} is no sweep: it has no lanes to take one of")
        if not -lanes <= i < lanes:
            raise IndexError(f"lane {i} of {lanes}: write 0 to {lanes - 1}")
        return type(self)(
            **{name: _of_lane(getattr(self, name), i) for name in self.hyperparameters}
        )

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what a later ``load_state_dict`` needs to go on bit for bit.

        Hyperparameters are not in it: they are in ``repr``, the call that makes the optimizer.
        """
        return {"rule": type(self).__name__, "t": self.t, "state": _copy(self.state)}

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from a ``state_dict`` of the same rule; refuse any other and change nothing.

        Numbers and texts may have become 0-d arrays on the way, as they do in an npz file, and
        arrays may have another byte order.
        """
        name = type(self).__name__
        try:
            rule, t, state = (_plain(saved[key]) for key in ("rule", "t", "state"))
        except (KeyError, TypeError, IndexError):
            raise ValueError(
                f"{name}.load_state_dict needs the dict that {name}.state_dict() returned, "
                "with the keys 'rule', 't' and 'state'"
            ) from None
        if rule != name:
            raise ValueError(f"this state is of {rule}, not of {name}: load it into a {rule}")
        check_saved(name, t, state, self.moments, type(self).start is Optimizer.start)
        self.t, self.state, self._memory = t, _copy(state), None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out of copies and pickles what belongs to the memory of these parameters."""
        return self.__dict__ | {"_memory": None, "state": _copy(self.state)}

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


def _plain(value: Any) -> Any:
    """Return what a 0-d array, or a NumPy number, holds."""
    return value.item() if isinstance(value, np.ndarray | np.generic) and value.ndim == 0 else value
