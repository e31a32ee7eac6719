"""Rules against exact mathematics: closed forms, characteristic polynomials, known constants."""

import cmath
import math

import numpy as np
import pytest

from optimizers import (
    BOWL,
    SGD,
    Adadelta,
    AdaGrad,
    Adam,
    Momentum,
    Nesterov,
    RMSprop,
    descend,
)

close = pytest.approx


def steps_of(opt, gradients, x=0.0):
    """The steps Δθ of one float, given its gradients."""
    params, steps = {"x": x}, []
    for g in gradients:
        before = params["x"]
        opt.update(params, {"x": float(g)})
        steps.append(params["x"] - before)
    return np.array(steps)


def on_a_slope(opt, curvature, steps, x=1.0):
    """The positions on the quadratic `curvature` · x²/2, the start first."""
    params, path = {"x": x}, [x]
    for _ in range(steps):
        opt.update(params, {"x": curvature * params["x"]})
        path.append(params["x"])
    return np.array(path)


def measured_rate(opt, curvature):
    """The largest eigenvalue's modulus of a rule with two, read off the path that it makes.

    Such a path obeys x[k+1] = a x[k] + b x[k-1]: four points give a and b, and λ² = a λ + b.
    """
    x = on_a_slope(opt, curvature, 12)[-4:]
    a, b = np.linalg.solve([[x[1], x[0]], [x[2], x[1]]], [x[2], x[3]])
    root = cmath.sqrt(a**2 / 4 + b)
    return max(abs(a / 2 + root), abs(a / 2 - root))


# The bowl x²/20 + y²: curvatures 1/10 and 2.


def test_sgd_on_the_bowl_is_two_geometric_sequences():
    points = descend(SGD(0.95), BOWL, steps=29).points
    k = np.arange(30)
    np.testing.assert_allclose(points[:, 0], -7 * 0.905**k, rtol=1e-14)
    np.testing.assert_allclose(points[:, 1], 2 * (-0.9) ** k, rtol=1e-14)
    assert points[1].tolist() == close([-6.335, -1.8], rel=1e-15)
    assert points[29].tolist() == close([-0.3871745809417897, -0.09420257394492468], rel=1e-14)


@pytest.mark.parametrize("lr", [0.01, 0.3, 0.95, 2 / 2.1, 0.999, 1.001, 1.2])
def test_the_factors_of_sgd_and_its_limit(lr):
    end = descend(SGD(lr), BOWL, steps=2000, start=(-7.0, 2.0)).points[-1]
    log = 2000 * np.log(np.abs([1 - lr / 10, 1 - 2 * lr])) + np.log([7, 2])
    seen = log > -700
    assert np.log(np.abs(end[seen])) == close(log[seen], rel=1e-10)
    assert (abs(end[1]) > 2) == (lr > 1)


def test_the_best_constant_rate_of_the_bowl():
    rates = np.linspace(0, 1, 2101)
    factors = np.abs(descend(SGD(rates), BOWL, steps=1, start=(1.0, 1.0)).points[1]).max(axis=-1)
    assert rates[factors.argmin()] == close(2 / 2.1, abs=1e-9)
    assert factors.min() == close(19 / 21, rel=1e-12)


def test_smoother_is_not_faster_on_the_bowl():
    def slower(rule, **settings):
        return max(measured_rate(rule(**settings), curvature) for curvature in (0.1, 2.0))

    assert slower(Momentum, lr=0.1, momentum=0.9) == close(math.sqrt(0.9), rel=1e-10)
    assert slower(Nesterov, lr=0.1, momentum=0.9) == close(math.sqrt(0.9 * 0.99), rel=1e-10)
    assert round(slower(Momentum, lr=0.1, momentum=0.9), 3) == 0.949
    assert round(slower(Nesterov, lr=0.1, momentum=0.9), 3) == 0.944
    root_l, root_m = math.sqrt(2.0), math.sqrt(0.1)
    lr, momentum = (2 / (root_l + root_m)) ** 2, ((root_l - root_m) / (root_l + root_m)) ** 2
    assert (round(lr, 3), round(momentum, 4)) == (1.336, 0.4026)
    assert slower(Momentum, lr=lr, momentum=momentum) == close(0.6345, abs=5e-5)


# Momentum and Nesterov.


def test_momentum_worked_by_hand():
    params, opt, path = {"x": -3.0}, Momentum(lr=1.0, momentum=0.9), []
    for g in (-1.0, -1.0, 0.0, 1.0):
        opt.update(params, {"x": g})
        path.append((opt.state["v"]["x"], params["x"]))
    expected = [(1, -2), (1.9, -0.1), (1.71, 1.61), (0.539, 2.149)]
    np.testing.assert_allclose(path, expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("mu", [0.0, 0.5, 0.9, 0.99])
def test_momentum_speeds_up_to_its_terminal_velocity(mu):
    t = np.arange(1, 3001)
    for rule in (Momentum, Nesterov):
        steps = steps_of(rule(lr=0.01, momentum=mu), np.full(3000, 3.0))
        ahead = t + (rule is Nesterov)
        expected = -0.01 * 3.0 * (1 - mu**ahead) / (1 - mu)
        np.testing.assert_allclose(steps, expected, rtol=1e-9)
        assert steps[-1] / steps_of(SGD(lr=0.01), [3.0])[0] == close(1 / (1 - mu), rel=1e-9)


@pytest.mark.parametrize("mu", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("s", [0.01, 0.3, 1.0, 1.3])
def test_the_rates_are_the_roots_of_the_characteristic_polynomials(mu, s):
    """With s = η·curvature: λ² − (1+μ−s) λ + μ, and λ² − (1+μ)(1−s) λ + μ (1−s)."""
    momentum = np.abs(np.roots([1, -(1 + mu - s), mu])).max()
    nesterov = np.abs(np.roots([1, -(1 + mu) * (1 - s), mu * (1 - s)])).max()
    assert measured_rate(Momentum(s / 5, mu), 5.0) == close(momentum, rel=1e-6)
    if s != 1:  # there Nesterov's polynomial is λ²
        assert measured_rate(Nesterov(s / 5, mu), 5.0) == close(nesterov, rel=1e-6)
    if (1 - math.sqrt(mu)) ** 2 < s < (1 + math.sqrt(mu)) ** 2:
        assert momentum == close(math.sqrt(mu), rel=1e-12)


@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9, 0.99])
def test_stability_ends_where_it_should(mu):
    limits = {Momentum: 2 + 2 * mu, Nesterov: 2 * (1 + mu) / (1 + 2 * mu)}
    for rule, limit in limits.items():
        inside = on_a_slope(rule(lr=0.99 * limit / 3, momentum=mu), 3.0, 2000)
        outside = on_a_slope(rule(lr=1.01 * limit / 3, momentum=mu), 3.0, 600)
        assert abs(inside[-1]) < 1e-3
        assert abs(outside[-1]) > 1e3


class WrongOrder(Nesterov):
    """A widely copied listing: v is updated first, then the line that needs the old v."""

    @staticmethod
    def rule(g, v, *, t, lr, momentum):
        v = momentum * v - lr * g
        return momentum**2 * v - (1 + momentum) * lr * g, v


def test_the_order_bug_takes_too_many_gradients_and_diverges_sooner():
    assert steps_of(Nesterov(1.0, 0.9), [-1.0])[0] == close(1.9, rel=1e-15)
    assert steps_of(WrongOrder(1.0, 0.9), [-1.0])[0] == close(2.71, rel=1e-15)
    mu = 0.9
    wrong_limit = 2 * (1 + mu) / ((1 + mu) * (1 + mu + mu**2) - mu**3)
    assert round(wrong_limit, 2) == 0.86
    assert round(2 * (1 + mu) / (1 + 2 * mu), 3) == 1.357
    assert abs(on_a_slope(WrongOrder(0.99 * wrong_limit, mu), 1.0, 600)[-1]) < 1e-6
    assert abs(on_a_slope(WrongOrder(1.01 * wrong_limit, mu), 1.0, 600)[-1]) > 1e6
    assert abs(on_a_slope(Nesterov(1.01 * wrong_limit, mu), 1.0, 600)[-1]) < 1e-6


# Rules with a second moment, on a constant gradient and on the worst one.

T = np.arange(1, 401)


@pytest.mark.parametrize("g", [-1e-3, 1.0, 40.0])
def test_steps_under_a_constant_gradient(g):
    gradients, sign = np.full(400, g), np.sign(g)

    def same(opt, expected):
        np.testing.assert_allclose(steps_of(opt, gradients), -sign * expected, rtol=1e-9)

    same(AdaGrad(lr=0.5, eps=1e-14), 0.5 / np.sqrt(T))
    same(RMSprop(lr=0.5, rho=0.99, eps=1e-14), 0.5 / np.sqrt(1 - 0.99**T))
    same(Adam(lr=0.5, eps=1e-14), np.full(400, 0.5))
    assert -sign * steps_of(AdaGrad(lr=1.0, eps=1e-14), gradients)[99] == close(0.1)


def test_the_first_step_of_adadelta_is_epsilons():
    (step,) = steps_of(Adadelta(rho=0.9, eps=1e-6), [100.0])
    assert step == close(-math.sqrt(1e-6 / (0.1 * 100**2 + 1e-6)) * 100, rel=1e-14)
    assert step == close(-math.sqrt(1e-6 / 0.1), rel=1e-9)


def test_uncorrected_adam_steps_too_far_and_most_at_the_twelfth_step():
    opt, params, ratios = Adam(lr=1.0, eps=1e-14), {"x": 0.0}, []
    for _ in range(1000):
        before = params["x"]
        opt.update(params, {"x": 5.0})
        uncorrected = opt.state["m"]["x"] / math.sqrt(opt.state["v"]["x"])
        ratios.append(uncorrected / (before - params["x"]))
    assert round(ratios[0], 2) == 3.16
    assert (1 + int(np.argmax(ratios)), round(max(ratios), 2)) == (12, 6.57)


@pytest.mark.parametrize(("beta2", "t"), [(0.999, 30), (0.999, 300), (0.99, 3000)])
def test_the_longest_step_of_adam_is_that_of_cauchy_and_schwarz(beta2, t):
    """m̂² = (Σ w₁ g)² ≤ (Σ w₁²/w₂) (Σ w₂ g²), with equality where g is w₁/w₂."""
    age = np.arange(t)[::-1]
    w1 = 0.1 * 0.9**age / (1 - 0.9**t)
    w2 = (1 - beta2) * beta2**age / (1 - beta2**t)
    bound = math.sqrt((w1**2 / w2).sum())
    longest = -steps_of(Adam(1.0, 0.9, beta2, eps=1e-200), w1 / w2)[-1]
    assert longest == close(bound, rel=1e-9)
    if t == 3000:  # as good as for ever
        assert bound == close(0.1 / math.sqrt((1 - beta2) * (1 - 0.81 / beta2)), rel=1e-9)
        spike = -steps_of(Adam(1.0, 0.9, beta2, eps=1e-200), [0.0] * (t - 1) + [7.0])[-1]
        assert spike == close(0.1 / math.sqrt(1 - beta2), rel=1e-9)
        assert longest > 2.3 * spike, "the bound in the paper is the step of a lone spike"


def test_where_epsilon_stands_shows_at_small_gradients():
    eps = 1e-8
    algorithm_1 = Adam(lr=1.0, eps=eps)
    folded = Adam(lr=1.0, eps=lambda k: eps / math.sqrt(1 - 0.999 ** (k + 1)))
    assert round(-steps_of(algorithm_1, [1e-7])[0], 2) == 0.91
    assert round(-steps_of(folded, [1e-7])[0], 2) == 0.24
