"""The contracts: kept by every rule of the package, and each broken by a rule that breaks it."""

import numpy as np
import pytest
from every_rule import RULES

from optimizers import SGD, Adam, Momentum, Optimizer, RMSprop, elementwise, examine
from optimizers.contracts import CONTRACTS

NAMES = [contract.__name__.replace("_", " ") for contract in CONTRACTS]


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_package_keeps_every_contract(rule):
    found = examine(rule)
    assert [finding.contract for finding in found.findings] == NAMES
    assert found.passed, found
    assert found["by element"].holds is True


def test_the_stable_range_is_that_of_the_proofs():
    """2 and 2 + 2μ, and 2(1 + μ)/(1 + 2μ): chapters 3, 6 and 7."""
    for opt, limit in ((SGD(), "2"), (Momentum(momentum=0.5), "3"), (Momentum(), "3.8")):
        assert examine(opt)["stable"].words.endswith(f" above lr = {limit}.")
    assert "whatever lr" in examine(Adam)["stable"].words


def test_the_scale_of_the_loss_is_seen_where_it_matters():
    assert "1000 times as long" in examine(Momentum)["scale"].words
    assert "stay as they are." in examine(RMSprop)["scale"].words
    assert "times as far" in examine(RMSprop(eps=1.0))["scale"].words


def rule_of(equation, kind=staticmethod, names=()):
    class Mine(Optimizer):
        moments = names
        rule = kind(equation)

        def __init__(self, lr=0.1):
            super().__init__(lr=lr)

    return Mine


def in_place(g, *, t, lr):
    g *= -lr
    return (g.copy(),)


MEMORY = []


def remembers(g, *, t, lr):
    MEMORY.append(0)
    return (-lr * g * len(MEMORY),)


BREAKERS = {
    "returns": rule_of(lambda g, *, t, lr: (-lr * g.sum(),)),
    "leaves alone": rule_of(in_place),
    "repeats": rule_of(lambda g, *, t, lr: (-lr * g * np.random.random(),)),  # noqa: NPY002
    "resumes": rule_of(remembers),
    "rests": rule_of(lambda g, *, t, lr: (-lr * g / abs(g).max(),)),
    "descends": rule_of(lambda g, *, t, lr: (lr * g,)),
    "sweeps": rule_of(lambda g, *, t, lr: (-lr * g / (1 + abs(g).max()),), elementwise),
    "by element": rule_of(lambda g, *, t, lr: (-lr * (g - g.mean()),), elementwise),
}


@pytest.mark.parametrize("contract", BREAKERS)
def test_a_rule_that_breaks_a_contract_is_caught(contract):
    found = examine(BREAKERS[contract])
    if contract == "leaves alone":  # an update would not let it
        assert not found.passed
        assert "in place" in found["returns"].words
        return
    assert found[contract].holds is False, found
    assert not found.passed


def test_a_rule_that_is_handed_what_it_may_write_to_is_caught_too():
    from optimizers.contracts import leaves_alone

    finding = leaves_alone(BREAKERS["leaves alone"]())
    assert finding.holds is False
    assert "write g = 0.9 * g" in finding.words


def test_a_rule_is_told_whether_it_could_say_elementwise():
    sign = rule_of(lambda g, *, t, lr: (-lr * np.sign(g),))
    norm = rule_of(lambda g, *, t, lr: (-lr * g / (1 + np.linalg.norm(g)),))
    assert "@elementwise" in examine(sign)["by element"].words
    assert "as a whole" in examine(norm)["by element"].words
    assert examine(norm).passed


def test_what_cannot_be_examined_is_refused_in_words():
    with pytest.raises(TypeError, match=r"'adam' is no rule: write a subclass of Optimizer"):
        examine("adam")
    with pytest.raises(TypeError, match=r"is no rule"):
        examine(dict)
    used = SGD()
    used.update({"x": 1.0}, {"x": 1.0})
    with pytest.raises(ValueError, match=r"has made 1 steps: start with a new one"):
        examine(used)

    class Wants(SGD):
        def __init__(self, lr):
            super().__init__(lr)

    with pytest.raises(TypeError, match=r"Wants has no defaults .* examine\(Wants\(lr=0.1\)\)"):
        examine(Wants)
    assert examine(Wants(0.1)).passed


def test_a_rule_without_a_learning_rate_is_examined_as_far_as_it_can_be():
    class Fixed(Optimizer):
        @elementwise
        def rule(g, *, t):
            return (-0.1 * g,)

    found = examine(Fixed)
    assert found.passed
    assert {"stable", "sweeps"}.isdisjoint(f.contract for f in found.findings)
