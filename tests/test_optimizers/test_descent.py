"""Recording a path: where it starts, what it runs, and what it refuses."""

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


@pytest.mark.parametrize("steps", [-1, 2.5])
def test_steps_must_be_a_count(steps):
    with pytest.raises(ValueError, match="whole number"):
        descend(SGD(), BOWL, steps=steps)


@pytest.mark.parametrize("start", [(1.0,), (1.0, 2.0, 3.0)])
def test_a_start_has_two_coordinates(start):
    with pytest.raises(ValueError, match="start"):
        descend(SGD(), BOWL, start=start)


def test_rule_by_name():
    assert rule("rmsPROP").__name__ == "RMSprop"
    with pytest.raises(KeyError) as caught:
        rule("Adagard")
    assert all(cls.__name__ in str(caught.value) for cls in RULES)
