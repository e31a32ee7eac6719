"""Recording a path: where it starts, what it runs, and what it refuses."""

from dataclasses import replace

import numpy as np
import pytest
from every_rule import exact

from optimizers import (
    BOWL,
    LONG_VALLEY,
    ROSENBROCK,
    RULES,
    SGD,
    Adadelta,
    Adam,
    Momentum,
    Optimizer,
    descend,
    rule,
)


def test_path_holds_the_start_and_one_row_a_step():
    run = descend(SGD(lr=0.95), BOWL, steps=29)
    assert run.points.shape == (30, 2)
    assert run.losses.shape == (30,)
    assert run.points[0].tolist() == [-7.0, 2.0]
    assert run.points[29].tolist() == pytest.approx([-0.3871745809417897, -0.09420257392494468])
    assert run.losses[0] == 7**2 / 20 + 2**2
    assert (run.rule, run.optimizer.t, run.landscape) == ("SGD", 29, BOWL)


def test_the_optimizer_is_copied():
    opt = Momentum(lr=0.1)
    first, second = descend(opt, BOWL), descend(opt, BOWL)
    assert opt.t == 0
    assert opt.state == {}
    assert np.array_equal(first.points, second.points)


@pytest.mark.parametrize("cls", RULES, ids=lambda cls: cls.__name__)
def test_lane_of_a_sweep_is_the_single_run(cls):
    rates = np.array([0.001, 0.02, 0.3])
    sweep = descend(cls(lr=rates), BOWL, steps=50)
    assert sweep.points.shape == (51, 3, 2)
    assert sweep.losses.shape == (51, 3)
    for lane, rate in enumerate(rates):
        single = descend(cls(lr=float(rate)), BOWL, steps=50)
        assert np.array_equal(sweep.points[:, lane], single.points)
        assert np.array_equal(sweep.losses[:, lane], single.losses)


@pytest.mark.parametrize("cls", RULES, ids=lambda cls: cls.__name__)
def test_a_lane_taken_out_is_the_single_run_with_all_it_keeps(cls):
    sweep = descend(cls(lr=np.array([0.001, 0.02, 0.3])), LONG_VALLEY, steps=20)
    single, lane = descend(cls(lr=0.02), LONG_VALLEY, steps=20), sweep.lane(1)
    assert (sweep.lanes, lane.lanes, lane.rule) == (3, None, cls.__name__)
    assert repr(lane.optimizer) == repr(single.optimizer)
    assert exact(lane.optimizer.state_dict()) == exact(single.optimizer.state_dict())
    assert exact(lane.moments) == exact(single.moments)
    assert np.array_equal(lane.points, single.points)
    assert np.array_equal(lane.losses, single.losses)
    assert lane.landscape is LONG_VALLEY


def test_a_lane_of_the_optimizer_takes_its_setting_of_each_sweep():
    def rates(k):
        return np.array([0.5, 0.1]) / (k + 1)

    opt = Adadelta(lr=rates, rho=np.array([0.5, 0.9])).lane(-1)
    assert (opt.lr(0), opt.lr(1), opt.rho, opt.eps, opt.t) == (0.1, 0.05, 0.9, 1e-6, 0)


def test_a_schedule_that_returns_a_sweep_makes_a_sweep():
    rates = np.array([0.5, 0.1])
    sweep = descend(SGD(lr=lambda k: rates / (k + 1)), BOWL, steps=10)
    assert sweep.points.shape == (11, 2, 2)
    single = descend(SGD(lr=lambda k: 0.1 / (k + 1)), BOWL, steps=10)
    assert np.array_equal(sweep.points[:, 1], single.points)


def test_what_has_no_such_lane_says_so():
    run, sweep = descend(SGD(), BOWL, 1), descend(SGD(lr=np.array([0.1, 0.2])), BOWL, 1)
    with pytest.raises(ValueError, match="single run"):
        run.lane(0)
    with pytest.raises(ValueError, match="no sweep"):
        run.optimizer.lane(0)
    for i in (2, -3):
        with pytest.raises(IndexError, match=f"lane {i} of 2: write 0 to 1"):
            sweep.lane(i)


class Normalized(Optimizer):
    """θ ← θ − η g / ‖g‖, for a parameter that is one vector."""

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    @staticmethod
    def rule(g, *, t, lr):
        return (-lr * g / np.linalg.norm(g),)


def test_a_norm_sees_both_coordinates():
    run = descend(Normalized(lr=0.1), BOWL, steps=20)
    lengths = np.linalg.norm(np.diff(run.points, axis=0), axis=1)
    assert lengths == pytest.approx(np.full(20, 0.1), rel=1e-12)
    (gx, gy), first = BOWL.gradient(*BOWL.start), run.points[1] - run.points[0]
    assert first[0] / first[1] == pytest.approx(gx / gy)


def test_one_lane_may_diverge_and_the_others_go_on():
    run = descend(SGD(lr=np.array([0.001, 1.0])), ROSENBROCK, steps=100)
    assert not np.isfinite(run.losses[-1, 1])
    single = descend(SGD(lr=0.001), ROSENBROCK, steps=100)
    assert np.array_equal(run.points[:, 0], single.points)


def test_a_single_run_that_diverges_raises_and_says_where():
    with pytest.raises(FloatingPointError, match=r"step 6 on Rosenbrock: .*not finite.*smaller lr"):
        descend(SGD(lr=1.0), ROSENBROCK, steps=100)


def test_a_single_run_may_be_allowed_to_diverge():
    run = descend(SGD(lr=1.0), ROSENBROCK, steps=100, allow_nonfinite=True)
    sweep = descend(SGD(lr=np.array([1.0])), ROSENBROCK, steps=100)
    assert not np.isfinite(run.losses[-1])
    assert np.array_equal(run.points, sweep.points[:, 0], equal_nan=True)


def test_another_start_and_no_step():
    run = descend(Adam(), BOWL, steps=0, start=(1, -1))
    assert run.points.tolist() == [[1.0, -1.0]]


def test_a_start_at_the_origin_is_a_start():
    assert descend(SGD(), BOWL, steps=1, start=(0, 0)).points.tolist() == [[0, 0], [0, 0]]


def test_a_used_optimizer_is_refused():
    opt = SGD()
    opt.update({"x": 1.0}, {"x": 1.0})
    with pytest.raises(ValueError, match="has made 1 steps"):
        descend(opt, BOWL)


def test_rule_by_name():
    assert rule("rmsPROP").__name__ == "RMSprop"
    with pytest.raises(KeyError) as caught:
        rule("Adagard")
    assert all(cls.__name__ in str(caught.value) for cls in RULES)


FUNCTIONS = ("value", "gradient")


def meddling(**functions):
    """The bowl with functions of a reader's own."""
    return replace(BOWL, name="mine", **functions)


def shrink(function):
    """The function, which also changes its arguments in place."""

    def meddle(x, y):
        result = function(x.copy(), y.copy())
        x *= 0.5
        y[...] = 0
        return result

    return meddle


@pytest.mark.parametrize("lr", [0.1, np.array([0.1, 0.9])], ids=["alone", "sweep"])
def test_a_landscape_that_changes_its_arguments_changes_no_path(lr):
    hers = descend(Momentum(lr=lr), meddling(**{f: shrink(getattr(BOWL, f)) for f in FUNCTIONS}))
    ours = descend(Momentum(lr=lr), BOWL)
    assert np.array_equal(hers.points, ours.points)
    assert np.array_equal(hers.losses, ours.losses)
    assert np.array_equal(hers.moments["v"], ours.moments["v"])


@pytest.mark.parametrize("lr", [0.1, np.array([0.1, 0.9])], ids=["alone", "sweep"])
def test_a_landscape_that_hands_out_its_arguments_changes_no_path(lr):
    run = descend(SGD(lr=lr), meddling(value=lambda x, y: x, gradient=lambda x, y: (x, y)), 3)
    shrinks = (1 - np.asarray(lr)) ** np.arange(4).reshape(-1, *[1] * np.ndim(lr))
    assert run.points[..., 0] == pytest.approx(-7 * shrinks)
    assert run.points[..., 1] == pytest.approx(2 * shrinks)
    assert np.array_equal(run.losses, run.points[..., 0])


# What a landscape's gradient returns, and what is said of it.
GRADIENTS = {
    "nothing": (lambda x, y: None, TypeError, "is None", "return gx, gy"),
    "one number": (lambda x, y: 2 * x, TypeError, "return gx, gy"),
    "one component": (lambda x, y: (x,), ValueError, "has 1 components", "return gx, gy"),
    "three components": (lambda x, y: (x, y, x), ValueError, "has 3 components", "return gx, gy"),
    "complex": (lambda x, y: (x, y * 1j), TypeError, "in y is 2j", "return floats"),
    "truth": (lambda x, y: (x > 0, y), TypeError, "in x is False", "return floats"),
    "text": (lambda x, y: "xy", TypeError, "in x", "'x'", "return floats"),
    "None in it": (lambda x, y: (x, None), TypeError, "in y", "None", "return floats"),
    "masked": (lambda x, y: (np.ma.masked_less(x, 0), y), TypeError, "in x", "return floats"),
    "one more axis": (lambda x, y: (x, y[None]), ValueError, "in y", "shape (1,)", "shape ()"),
}


@pytest.mark.parametrize("case", GRADIENTS.values(), ids=GRADIENTS)
def test_a_gradient_that_does_not_fit_is_refused(case):
    gradient, error, *words = case
    opt = Momentum()
    with pytest.raises(error) as caught:
        descend(opt, meddling(gradient=gradient))
    message = caught.value.args[0]
    assert all(word in message for word in ("the gradient of mine", *words)), message
    assert opt.t == 0


def test_a_constant_does_not_pass_for_the_gradient_of_every_lane():
    flat = meddling(gradient=lambda x, y: (1.0, 2 * y))
    assert descend(SGD(lr=0.5), flat, 1).points[1].tolist() == [-7.5, 0.0]
    with pytest.raises(ValueError, match=r"in x has shape \(\) where x has shape \(2,\).*0 \* x"):
        descend(SGD(lr=np.array([0.5, 0.1])), flat, 1)


VALUES = {
    "nothing": (lambda x, y: None, TypeError, "is None", "return floats"),
    "one for all": (lambda x, y: 1.0, ValueError, "shape ()", "shape (31,)", "0 * x"),
    "a mean": (lambda x, y: np.mean(x**2 + y**2), ValueError, "shape ()", "shape (31,)"),
    "complex": (lambda x, y: x * 1j, TypeError, "complex128", "return floats"),
}


@pytest.mark.parametrize("case", VALUES.values(), ids=VALUES)
def test_a_value_that_does_not_fit_is_refused(case):
    value, error, *words = case
    with pytest.raises(error) as caught:
        descend(SGD(), meddling(value=value))
    message = caught.value.args[0]
    assert all(word in message for word in ("the value of mine", *words)), message
