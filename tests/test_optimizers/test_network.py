"""The network against arithmetic by hand and differences; training against its promises."""

import math

import numpy as np
import pytest

from optimizers import SGD, Adam, Dataset, Momentum, TwoLayerNet, train

NET = TwoLayerNet(inputs=4, hidden=3, outputs=3)


@pytest.fixture
def batch():
    rng = np.random.default_rng(1)
    return rng.normal(size=(8, 4)), rng.integers(0, 3, 8)


@pytest.fixture
def data(batch):
    x, y = batch
    return Dataset("tiny", x[:6], y[:6], x[6:], y[6:])


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


def fit(data, optimizer, params=None, epochs=3, seed=5, **more):
    params = init() if params is None else params
    rng = np.random.default_rng(seed)
    return train(NET, params, optimizer, data, epochs=epochs, batch_size=4, rng=rng, **more)


def test_history_has_a_row_before_the_first_epoch_and_one_after_each(data):
    params = init()
    before = NET.loss(params, data.x_train, data.y_train)
    history = fit(data, Adam(lr=0.05), params)
    assert history.train_loss.shape == history.test_accuracy.shape == (4,)
    assert history.train_loss[0] == before
    assert history.train_loss[-1] == NET.loss(params, data.x_train, data.y_train) < before
    assert history.test_loss[-1] == NET.loss(params, data.x_test, data.y_test)
    assert history.params is params
    assert (history.rule, history.optimizer.t) == ("Adam", 3 * 2)


def test_same_seed_same_run_and_another_seed_another(data):
    runs = [fit(data, Momentum(), seed=seed).train_loss for seed in (5, 5, 6)]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_full_batch_training_is_plain_descent(data):
    params = init()
    train(NET, params, SGD(lr=0.5), data, epochs=2, batch_size=6, rng=np.random.default_rng(0))
    by_hand = init()
    for _ in range(2):
        gradient = NET.gradient(by_hand, data.x_train, data.y_train)
        by_hand = {key: p - 0.5 * gradient[key] for key, p in by_hand.items()}
    assert all(np.allclose(params[key], by_hand[key], rtol=1e-13) for key in params)


def test_a_sweep_trains_every_lane_on_its_own(data):
    rates = np.array([0.01, 0.5])
    sweep = fit(data, SGD(lr=rates), stack(init(), init()))
    for lane, rate in enumerate(rates.tolist()):
        single = fit(data, SGD(lr=rate))
        assert np.allclose(sweep.train_loss[:, lane], single.train_loss, rtol=1e-12)


def test_progress_is_told_after_each_epoch(data):
    told = []
    fit(data, SGD(), progress=told.append)
    assert told == [1, 2, 3]


def test_no_epoch_is_no_step(data):
    history = fit(data, SGD(), epochs=0)
    assert history.optimizer.t == 0
    assert len(history.train_loss) == 1


@pytest.mark.parametrize("epochs", [-1, 1.5])
def test_epochs_must_be_a_count(data, epochs):
    with pytest.raises(ValueError, match="epochs"):
        fit(data, SGD(), epochs=epochs)


def test_a_run_that_diverges_raises_and_names_the_parameter(data):
    with pytest.raises(FloatingPointError, match="gradient of '"):
        fit(data, SGD(lr=1e308), epochs=20)
