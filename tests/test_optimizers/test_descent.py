"""Recording a path: where it starts, what it runs, and what it refuses."""

import numpy as np
import pytest

from optimizers import BOWL, ROSENBROCK, RULES, SGD, Adam, Momentum, descend, rule


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


def test_one_lane_may_diverge_and_the_others_go_on():
    run = descend(SGD(lr=np.array([0.001, 1.0])), ROSENBROCK, steps=100)
    assert not np.isfinite(run.losses[-1, 1])
    single = descend(SGD(lr=0.001), ROSENBROCK, steps=100)
    assert np.array_equal(run.points[:, 0], single.points)


def test_a_single_run_that_diverges_raises():
    with pytest.raises(FloatingPointError, match="'x'"):
        descend(SGD(lr=1.0), ROSENBROCK, steps=100)


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
