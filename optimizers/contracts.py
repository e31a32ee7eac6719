"""What every rule promises, tried out on a few arrays: for ``examine`` and for the tests."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .base import Optimizer
from .descent import descend
from .landscapes import BOWL
from .trials import exact, fresh, gradients, parameters, walk

Contract = Callable[[Optimizer], "Finding | None"]

STEPS = 20
START = 2**0.5
"""Where runs on x²/2 begin: no whole number of steps leads from here to 0."""

FAR = 1e3
"""By what the loss is multiplied, to see whether the steps follow."""


@dataclass(frozen=True)
class Finding:
    """What came out when one contract was tried.

    Attributes
    ----------
    contract : str
        The name of the contract.
    holds : bool or None
        Whether the rule keeps it; None where it is no promise but a property, good either way.
    words : str
        What was seen, in a sentence with its numbers.
    """

    contract: str
    holds: bool | None
    words: str

    def __str__(self) -> str:
        mark = {True: "yes", False: " NO", None: "  ·"}[self.holds]
        return textwrap.fill(f"{mark}  {self.words}", 78, subsequent_indent="     ")


def returns(opt: Optimizer) -> Finding:
    """It returns a step and its moments, in the right shapes, for arrays of every kind."""
    for dtype in (np.float64, np.float32):
        walk(fresh(opt), parameters(dtype), 3)
        walk(fresh(opt), {"long": np.linspace(-1, 1, 20_000, dtype=dtype)}, 2)
    kept = ", ".join(opt.moments) or "nothing"
    return Finding("returns", True, f"It returns a step of the right shape, and keeps {kept}.")


def leaves_alone(opt: Optimizer) -> Finding:
    """It changes nothing that it is handed: neither gradient nor moments nor parameter."""
    theta, g = parameters()["W"], gradients(parameters(), 0)["W"]
    moments = [np.array(m) for m in opt.start(theta, g)]
    handed = dict(zip(("theta", "g", *opt.moments), (theta, g, *moments), strict=True))
    copies = {name: array.copy() for name, array in handed.items()}
    settings, _ = opt.settings()
    if type(opt).asks_for_theta:
        settings["theta"] = copies["theta"]
    opt.rule(copies["g"], *(copies[name] for name in opt.moments), t=1, **settings)
    changed = [name for name, array in handed.items() if exact(array) != exact(copies[name])]
    if changed:
        a = changed[0]
        words = f"It changes the {a} that it is handed: write {a} = 0.9 * {a}, not {a} *= 0.9."
        return Finding("leaves alone", False, words)
    return Finding("leaves alone", True, "It changes nothing that it is handed.")


def repeats(opt: Optimizer) -> Finding:
    """Two runs from one start are the same."""
    one, other = (exact(walk(fresh(opt), parameters(), STEPS)) for _ in range(2))
    if one != other:
        return Finding("repeats", False, "Two runs from one start differ.")
    return Finding("repeats", True, "Two runs from one start are the same to the last bit.")


def resumes(opt: Optimizer) -> Finding:
    """A run that is saved and goes on is the same as one that was never interrupted."""
    whole = walk(fresh(opt), parameters(), STEPS)
    first, second, params = fresh(opt), fresh(opt), parameters()
    walk(first, params, STEPS // 2)
    second.load_state_dict(first.state_dict())
    walk(second, params, STEPS - STEPS // 2, first=STEPS // 2)
    if exact(params) != exact(whole):
        words = (
            "Saved and loaded half-way, it ends elsewhere: it keeps something besides its moments."
        )
        return Finding("resumes", False, words)
    return Finding("resumes", True, "Saved and loaded half-way, it ends at the same last bit.")


def rests(opt: Optimizer) -> Finding:
    """A gradient of 0 is no division by 0."""
    params, one = {key: parameters()[key] for key in "Ws"}, fresh(opt)
    try:
        fresh(opt).update(params, gradients(params, 0, scale=0.0))
        for scale in (1.0, 0.0, 0.0):
            one.update(params, gradients(params, 0, scale))
        finite = all(np.isfinite(p).all() for p in params.values())
    except FloatingPointError:
        finite = False
    if not finite:
        return Finding("rests", False, "Where the gradient is 0 its step is not finite.")
    return Finding("rests", True, "Where the gradient is 0 its step is finite.")


def descends(opt: Optimizer) -> Finding:
    """On a convex bowl the loss falls, if the learning rate is small."""
    rates = [10.0**-k for k in range(1, 7)] if "lr" in opt.hyperparameters else [None]
    for lr in rates:
        try:
            losses = descend(fresh(opt, **({} if lr is None else {"lr": lr})), BOWL, 100).losses
        except FloatingPointError:
            continue
        if losses[-1] < losses[0]:
            end = f"{losses[-1]:.3g}" if losses[-1] > 1e-6 else "less than a millionth"
            fall = f"from {losses[0]:.3g} to {end} in 100 steps"
            words = f"On the bowl the loss falls {fall}" + (
                "." if lr is None else f" at lr = {lr:g}."
            )
            return Finding("descends", True, words)
    return Finding(
        "descends", False, "On the bowl the loss does not fall, at no lr from 0.1 to 1e-6."
    )


def sweeps(opt: Optimizer) -> Finding | None:
    """In a sweep over the learning rate, every lane moves as it does alone."""
    if "lr" not in opt.hyperparameters:
        return None
    rates = [0.1, 0.01, 0.001]
    lanes = {"W": np.stack([parameters()["W"]] * 3)}
    alone = [parameters()["W"] for _ in rates]
    swept, single = fresh(opt, lr=np.array(rates)), [fresh(opt, lr=lr) for lr in rates]
    for step in range(STEPS):
        g = np.stack([scale * gradients(parameters(), step)["W"] for scale in (1, -2, 3)])
        swept.update(lanes, {"W": g})
        for i, one in enumerate(single):
            one.update({"W": alone[i]}, {"W": g[i].copy()})
    gap = float(abs(lanes["W"] - np.stack(alone)).max())
    if gap > 1e-12:
        return Finding(
            "sweeps", False, f"In a sweep, a lane ends {gap:.1e} from where it ends alone."
        )
    return Finding("sweeps", True, "In a sweep, every lane moves as it does alone.")


def by_element(opt: Optimizer) -> Finding:
    """Whether every number moves as if there were no other; if the rule says so, it must be so."""
    whole = {"p": parameters()["W"]}
    alone = {f"{i}": np.array([p]) for i, p in enumerate(whole["p"].flat)}
    one, other = fresh(opt), fresh(opt)
    for step in range(STEPS):
        g = gradients(whole, step)["p"]
        one.update(whole, {"p": g})
        other.update(alone, {f"{i}": np.array([each]) for i, each in enumerate(g.flat)})
    gap = float(abs(whole["p"].ravel() - np.concatenate(list(alone.values()))).max())
    says_so, is_so = type(opt).is_elementwise, gap <= 1e-12
    if says_so and not is_so:
        words = (
            f"It says @elementwise, but a number ends {gap:.1e} from where it ends without the "
            "others: write @staticmethod."
        )
        return Finding("by element", False, words)
    if says_so:
        return Finding("by element", True, "It treats every number by itself, as it says.")
    words = (
        "It treats every number by itself: @elementwise in place of @staticmethod makes it quicker."
    )
    if not is_so:
        words = "It sees an array as a whole: a number moves in another way without the others."
    return Finding("by element", None, words)


def scale(opt: Optimizer) -> Finding:
    """What becomes of the steps when the loss is multiplied by a thousand."""
    start = parameters()["W"]
    one, other = (walk(fresh(opt), {"W": start.copy()}, STEPS, scale=by)["W"] for by in (1, FAR))
    one, other = one - start, other - start
    size, gap = abs(one).max(), abs(other - one).max()
    if abs(other - FAR * one).max() <= 1e-6 * FAR * size:
        words = "With a loss 1000 times as large its steps are 1000 times as long."
    elif gap <= 0.01 * size:
        to = f", to {gap / size:.1%}" if gap > 1e-3 * size else ""
        words = f"With a loss 1000 times as large its steps stay as they are{to}."
    else:
        times = abs(other).max() / size
        words = f"With a loss 1000 times as large it comes {times:.3g} times as far."
    return Finding("scale", None, words)


def stable(opt: Optimizer) -> Finding | None:
    """From which learning rate on its swings about the minimum of x²/2 grow."""
    if "lr" not in opt.hyperparameters:
        return None

    def stays(lr: float) -> bool:
        params, one, far = {"x": np.array([START])}, fresh(opt, lr=lr), []
        try:
            for _ in range(1000):
                one.update(params, {"x": params["x"].copy()})
                far.append(abs(params["x"].item()))
        except FloatingPointError:
            return False
        return max(far[-100:]) <= 1.01 * max(START, *far[:100])

    low, high = 2.0**-10, 2.0**-9
    if not stays(low):
        return Finding("stable", None, f"On x²/2 its swings grow even at lr = {low:g}.")
    while stays(high):
        low, high = high, 2 * high
        if high > 1e4:
            return Finding(
                "stable", None, "On x²/2 its swings do not grow, whatever lr up to 10,000."
            )
    while high / low > 1.0005:
        middle = (low + high) / 2
        low, high = (middle, high) if stays(middle) else (low, middle)
    return Finding("stable", None, f"On x²/2 its swings grow above lr = {low:.3g}.")


CONTRACTS: tuple[Contract, ...] = (
    returns,
    leaves_alone,
    repeats,
    resumes,
    rests,
    descends,
    sweeps,
    by_element,
    scale,
    stable,
)
