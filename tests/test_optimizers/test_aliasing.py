"""Memory that is shared: gradients with parameters, and what a rule returns with its moments."""

import math

import numpy as np
import pytest
from every_rule import RULES, exact

from optimizers import Optimizer

every_rule = pytest.mark.parametrize("rule", RULES)


def square(p):
    side = math.isqrt(p.size)
    return p[: side**2].reshape(side, side)


ALIASES = {
    "g is p": lambda p, q: ({"a": p}, {"a": p}),
    "g is a view of p, backwards": lambda p, q: ({"a": p}, {"a": p[::-1]}),
    "each is the other's gradient": lambda p, q: ({"a": p, "b": q}, {"a": q, "b": p}),
    "one gradient for both": lambda p, q: ({"a": p, "b": q}, {"a": q, "b": q}),
    "g is p, shifted left": lambda p, q: ({"a": p[:-1]}, {"a": p[1:]}),
    "g is p, shifted right": lambda p, q: ({"a": p[1:]}, {"a": p[:-1]}),
    "neighbours": lambda p, q: ({"a": p[:4], "b": p[4:8]}, {"a": p[2:6], "b": p[3:7]}),
    "interleaved": lambda p, q: ({"a": p[::2], "b": p[1::2]}, {"a": p[1::2], "b": p[::2]}),
    "g is p, transposed": lambda p, q: ({"a": square(p)}, {"a": square(p).T}),
}


@every_rule
@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize("size", [10, 40_000])
def test_gradients_that_share_memory_with_parameters_count_as_they_were(rule, alias, size):
    def memory():
        return np.linspace(-1, 2, size), np.cos(np.arange(float(size)))

    params, grads = ALIASES[alias](*memory())
    apart, _ = ALIASES[alias](*memory())
    apart = {key: p.copy() for key, p in apart.items()}
    one, other = rule(), rule()
    for _ in range(3):
        as_they_were = {key: g.copy() for key, g in grads.items()}
        one.update(params, grads)
        other.update(apart, as_they_were)
    assert exact(params) == exact(apart)


@pytest.mark.parametrize("start_at", [3.0, np.array([3.0, -1.0])])
def test_a_rule_may_hand_back_old_moments_as_they_came(start_at):
    """A reader's own rule: step by the mean of the last three gradients, kept as moments."""

    class LastThree(Optimizer):
        moments = ("g1", "g2")

        @staticmethod
        def rule(g, g1, g2, *, t, lr):
            return -lr * (g + g1 + g2) / 3, g, g1

    class ByTheOldVelocity(Optimizer):
        moments = ("v",)

        @staticmethod
        def rule(g, v, *, t, lr):
            return v, -lr * g

    given = [1.0, 10.0, 100.0, 1000.0]
    for rule, moved in [(LastThree, -(1 + 11 + 111 + 1110) / 3), (ByTheOldVelocity, -111.0)]:
        params = {"x": start_at.copy() if isinstance(start_at, np.ndarray) else start_at}
        opt = rule(lr=1.0)
        for g in given:
            opt.update(params, {"x": np.full(np.shape(start_at), g)})
        np.testing.assert_allclose(params["x"], start_at + moved, rtol=1e-14)
