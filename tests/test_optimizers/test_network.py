"""The network against arithmetic by hand and differences."""

import math

import numpy as np
import pytest

from optimizers import TwoLayerNet

NET = TwoLayerNet(inputs=4, hidden=3, outputs=3)


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(8, 4)), rng.integers(0, 3, 8)


def init(seed=0):
    return NET.init(np.random.default_rng(seed))


def stack(*params):
    return {key: np.stack([p[key] for p in params]) for key in params[0]}


def largest_gap(gradient, params, x, y):
    """Largest difference between a gradient and central differences, over all parameters."""
    gap, h = 0.0, 6e-6
    for key, p in params.items():
        for index in np.ndindex(p.shape):
            kept = p[index]
            p[index] = kept + h
            above = NET.loss(params, x, y)
            p[index] = kept - h
            below = NET.loss(params, x, y)
            p[index] = kept
            gap = max(gap, abs((above - below) / (2 * h) - gradient[key][index]))
    return gap


def test_gradient_is_the_derivative_of_the_loss(batch):
    params = init()
    assert largest_gap(NET.gradient(params, *batch), params, *batch) < 1e-9


@pytest.mark.parametrize("key", ["W1", "b1", "W2", "b2"])
def test_a_wrong_gradient_is_noticed(batch, key):
    params = init()
    gradient = NET.gradient(params, *batch)
    gradient[key] *= 1 + 1e-4
    assert largest_gap(gradient, params, *batch) > 1e-7


def test_loss_by_scalar_arithmetic(batch):
    params, (x, y) = init(), batch
    total = 0.0
    for row, label in zip(x.tolist(), y.tolist(), strict=True):
        a = [
            math.tanh(sum(row[i] * params["W1"][i, j] for i in range(4)) + params["b1"][j])
            for j in range(3)
        ]
        z = [sum(a[j] * params["W2"][j, k] for j in range(3)) + params["b2"][k] for k in range(3)]
        total -= math.log(math.exp(z[label]) / sum(map(math.exp, z)))
    assert NET.loss(params, x, y) == pytest.approx(total / 8, rel=1e-13)


def test_huge_scores_do_not_overflow(batch):
    params = init()
    params["W2"] *= 1e5
    assert np.isfinite(NET.loss(params, *batch))
    assert all(np.isfinite(g).all() for g in NET.gradient(params, *batch).values())


def test_accuracy_counts():
    params = {"W1": np.zeros((4, 3)), "b1": np.zeros(3), "W2": np.zeros((3, 3))}
    params["b2"] = np.array([0.0, 1.0, 0.0])
    assert NET.accuracy(params, np.zeros((4, 4)), np.array([1, 1, 0, 1])) == 0.75


def test_lanes_are_single_networks(batch):
    singles = [init(seed) for seed in (0, 1)]
    lanes = stack(*singles)
    gradient = NET.gradient(lanes, *batch)
    for lane, params in enumerate(singles):
        assert NET.loss(lanes, *batch)[lane] == pytest.approx(NET.loss(params, *batch), rel=1e-13)
        assert NET.accuracy(lanes, *batch)[lane] == NET.accuracy(params, *batch)
        for key, g in NET.gradient(params, *batch).items():
            assert np.allclose(gradient[key][lane], g, rtol=1e-12, atol=1e-15)


def test_init_has_the_stated_variance():
    wide = TwoLayerNet(400, 300, 10).init(np.random.default_rng(0))
    assert wide["W1"].var() == pytest.approx(1 / 400, rel=0.02)
    assert wide["W2"].var() == pytest.approx(1 / 300, rel=0.1)
    assert not wide["b1"].any()
    assert not wide["b2"].any()
