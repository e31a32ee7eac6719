"""Training against its promises: what it records, where it starts, and when it goes on."""

import numpy as np
import pytest

from optimizers import SGD, Adam, Dataset, Momentum, TwoLayerNet, train

NET = TwoLayerNet(inputs=4, hidden=3, outputs=3)


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 4)), rng.integers(0, 3, 8)
    return Dataset("tiny", x[:6], y[:6], x[6:], y[6:])


def init(seed=0):
    return NET.init(np.random.default_rng(seed))


def stack(*params):
    return {key: np.stack([p[key] for p in params]) for key in params[0]}


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


def test_a_run_that_diverges_raises_and_names_the_parameter(data):
    with pytest.raises(FloatingPointError, match="gradient of '"):
        fit(data, SGD(lr=1e308), epochs=20)


def test_to_resume_is_to_have_gone_on(data):
    whole, parts = init(), init()
    at_once = fit(data, Adam(lr=0.05), whole, epochs=4)
    opt, rng = Adam(lr=0.05), np.random.default_rng(5)
    first, second = (
        train(NET, parts, opt, data, epochs=2, batch_size=4, rng=rng, resume=resume)
        for resume in (False, True)
    )
    assert all(np.array_equal(parts[key], whole[key]) for key in whole)
    assert np.array_equal(at_once.train_loss, [*first.train_loss, *second.train_loss[1:]])


def test_a_refused_run_can_be_resumed(data):
    params, opt = init(), Momentum()
    fit(data, opt, params)
    with pytest.raises(ValueError, match="resume=True"):
        fit(data, opt, params)
    assert opt.t == 6
    assert fit(data, opt, params, resume=True).optimizer.t == 12


class Unbiased(TwoLayerNet):
    """z = tanh(x W1) W2: a reader's network, with parameters of its own."""

    def init(self, rng):
        params = super().init(rng)
        return {"W1": params["W1"], "W2": params["W2"]}

    def with_biases(self, params):
        lanes = params["W1"].shape[:-2]
        zeros = {"b1": np.zeros((*lanes, self.hidden)), "b2": np.zeros((*lanes, self.outputs))}
        return params | zeros

    def scores(self, params, x):
        return super().scores(self.with_biases(params), x)

    def gradient(self, params, x, y):
        gradient = super().gradient(self.with_biases(params), x, y)
        return {key: gradient[key] for key in params}


def test_a_network_with_other_parameters_trains_alone_and_as_a_sweep(data):
    net, rates = Unbiased(4, 3, 3), np.array([0.1, 0.5])

    def run(opt, lanes=None):
        params = net.init(np.random.default_rng(0))
        params = params if lanes is None else stack(*[params] * lanes)
        rng = np.random.default_rng(5)
        return train(net, params, opt, data, epochs=20, batch_size=3, rng=rng)

    sweep = run(SGD(lr=rates), lanes=2)
    for lane, rate in enumerate(rates.tolist()):
        single = run(SGD(lr=rate))
        assert single.train_loss[-1] < single.train_loss[0]
        assert np.allclose(sweep.train_loss[:, lane], single.train_loss, rtol=1e-12)


def test_one_lane_may_diverge_and_the_others_go_on(data):
    sweep = fit(data, SGD(lr=np.array([0.1, 1e308])), stack(init(), init()), epochs=20)
    single = fit(data, SGD(lr=0.1), epochs=20)
    assert not np.isfinite(sweep.train_loss[-1, 1])
    assert np.allclose(sweep.train_loss[:, 0], single.train_loss, rtol=1e-12)
