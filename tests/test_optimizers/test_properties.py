"""Identities that hold for all gradients, and sweeps against single runs.

hypothesis draws the gradients, always the same ones: the examples are derandomized.
"""

import math

import numpy as np
import pytest
from every_rule import RULES, SWEEPS, exact
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from optimizers import (
    ROSENBROCK,
    SGD,
    Adadelta,
    AdaGrad,
    Adam,
    AMSGrad,
    Momentum,
    Nesterov,
    RMSprop,
)

bounded = settings(derandomize=True, max_examples=40, deadline=None, database=None)
every_rule = pytest.mark.parametrize("rule", RULES)

numbers = st.floats(-1e3, 1e3, allow_subnormal=False)
shapes = st.tuples(st.integers(1, 8), st.just(3))
histories = arrays(float, shapes, elements=numbers)
# Where m += (1 − β)(g − m) is an oracle: beside a much larger m it would lose the digits of g.
even_histories = arrays(float, shapes, elements=st.floats(0.01, 100) | st.floats(-100, -0.01))
decays = st.floats(0, 0.999)
rates = st.floats(1e-6, 10)


def path(opt, history, start=(1.0, -2.0, 0.5)):
    """The positions of three parameters after each of their gradients."""
    params, points = {"p": np.array(start)}, []
    for g in history:
        opt.update(params, {"p": g})
        points.append(params["p"].copy())
    return np.array(points)


def agree(one, other, rtol=1e-12):
    np.testing.assert_allclose(one, other, rtol=rtol, atol=rtol * (1 + np.abs(other).max()))


@bounded
@given(histories, rates)
def test_without_momentum_both_momentum_rules_are_sgd(history, lr):
    plain = path(SGD(lr), history).tolist()
    assert path(Momentum(lr, momentum=0.0), history).tolist() == plain
    assert path(Nesterov(lr, momentum=0.0), history).tolist() == plain


@bounded
@given(histories, rates, decays)
def test_the_velocity_is_an_average_of_gradients_at_a_larger_rate(history, lr, mu):
    """m ← μ m + (1 − μ) g and θ ← θ − η/(1 − μ) m is momentum."""
    m, p, points = 0.0, np.array([1.0, -2.0, 0.5]), []
    for g in history:
        m = mu * m + (1 - mu) * g
        p = p - lr / (1 - mu) * m
        points.append(p)
    agree(path(Momentum(lr, mu), history), points)


@bounded
@given(st.floats(-1.5, 1.5), st.floats(-0.5, 2), st.floats(1e-6, 2e-4), st.floats(0, 0.95))
def test_nesterov_is_the_look_ahead_form_after_a_change_of_variables(x, y, lr, mu):
    """v ← μ v − η ∇L(φ + μ v), φ ← φ + v: then θ = φ + μ v, on Rosenbrock's valley."""
    phi, v = np.array([x, y]), np.zeros(2)
    opt, params = Nesterov(lr, mu), {"x": x, "y": y}
    for _ in range(30):
        v = mu * v - lr * np.array(ROSENBROCK.gradient(*(phi + mu * v)))
        phi = phi + v
        gx, gy = ROSENBROCK.gradient(params["x"], params["y"])
        opt.update(params, {"x": gx, "y": gy})
        agree([params["x"], params["y"]], phi + mu * v, rtol=1e-9)
        agree([opt.state["v"]["x"], opt.state["v"]["y"]], v, rtol=1e-9)


@bounded
@given(histories, rates, decays)
def test_nesterovs_line_in_terms_of_the_old_velocity(history, lr, mu):
    """θ ← θ + μ² v − (1 + μ) η g needs the v from before its update; then it is the same."""
    v, p, points = np.zeros(3), np.array([1.0, -2.0, 0.5]), []
    for g in history:
        p = p + mu**2 * v - (1 + mu) * lr * g
        v = mu * v - lr * g
        points.append(p)
    agree(path(Nesterov(lr, mu), history), points)


@bounded
@given(even_histories, rates, decays, decays, st.floats(1e-12, 1.0))
def test_the_folded_form_of_adam_is_a_schedule_of_its_epsilon(history, lr, beta1, beta2, eps_hat):
    """θ ← θ − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε̂), with m += (1 − β₁)(g − m)."""
    m, v, p, points = np.zeros(3), np.zeros(3), np.array([1.0, -2.0, 0.5]), []
    for t, g in enumerate(history, start=1):
        m = m + (1 - beta1) * (g - m)
        v = v + (1 - beta2) * (g**2 - v)
        lr_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
        p = p - lr_t * m / (np.sqrt(v) + eps_hat)
        points.append(p)
    opt = Adam(lr, beta1, beta2, eps=lambda k: eps_hat / math.sqrt(1 - beta2 ** (k + 1)))
    agree(path(opt, history), points, rtol=1e-9)


@bounded
@given(numbers, rates, decays, decays, st.floats(1e-12, 1.0))
def test_the_first_step_of_adam_is_the_rate_times_the_sign_up_to_epsilon(g, lr, beta1, beta2, eps):
    for rule in (Adam, AMSGrad):
        params = {"x": 0.0}
        rule(lr, beta1, beta2, eps).update(params, {"x": g})
        assert params["x"] == pytest.approx(-lr * g / (abs(g) + eps), rel=1e-9, abs=1e-300)


@bounded
@given(histories, st.integers(-20, 20))
def test_the_units_of_the_loss_cancel_where_epsilon_has_them_too(history, power):
    """L → c L and ε → c ε leave every step as it is; bit for bit, for c a power of two."""
    c = 2.0**power
    for rule in (AdaGrad, RMSprop, Adam, AMSGrad):
        assert exact(path(rule(eps=1e-3), history)) == exact(path(rule(eps=c * 1e-3), c * history))


@bounded
@given(arrays(float, (8, 3), elements=st.floats(1.0, 100.0)), st.integers(0, 8))
def test_adadelta_carries_the_units_of_the_parameter(history, power):
    """Far above ε: θ → s θ has gradients g/s; the steps scale by s, as √ε = s √ε₁ does, and the
    units of the loss cancel. Adam's steps do not: they stay as they are.
    """
    s, history = 2.0**power, 1e12 * history
    zero = (0.0, 0.0, 0.0)
    steps = path(Adadelta(eps=1e-6), history, zero)
    agree(path(Adadelta(eps=1e-6), s * history, zero), steps, rtol=1e-12)
    agree(path(Adadelta(eps=s**2 * 1e-6), history / s, zero), s * steps, rtol=1e-12)
    agree(path(Adam(), history / s, zero), path(Adam(), history, zero), rtol=1e-12)


@bounded
@given(histories, decays, decays)
def test_amsgrad_never_forgets_its_largest_second_moment(history, beta1, beta2):
    opt, adam, params = AMSGrad(0.1, beta1, beta2), Adam(0.1, beta1, beta2), {"p": np.zeros(3)}
    before = largest = np.zeros(3)
    for g in history:
        opt.update(params, {"p": g})
        adam.update({"p": np.zeros(3)}, {"p": g})
        v, v_max = adam.state["v"]["p"], opt.state["v_max"]["p"]
        largest = np.maximum(largest, v)
        assert (v_max >= before).all()
        assert exact(v_max) == exact(largest)
        before = v_max.copy()


@bounded
@given(histories)
def test_amsgrad_is_adam_while_the_second_moment_grows(history):
    growing = np.cumsum(np.abs(history), axis=0)
    assert exact(path(AMSGrad(0.1), growing)) == exact(path(Adam(0.1), growing))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("rule", "name"), [(rule, name) for rule in RULES for name in rule().hyperparameters]
)
def test_the_lanes_of_a_sweep_are_single_runs(rule, name, dtype):
    """lr bit for bit, and so all that no power or 1 − β is taken of; others to rounding."""
    opt = rule(**{name: SWEEPS[name]})
    rng = np.random.default_rng(11)
    start, history = rng.normal(size=(4, 3)), rng.normal(size=(50, 4, 3))
    params = {"W": start.astype(dtype), "b": start[:, 0].astype(dtype)}
    alone = [{"W": start[i].astype(dtype), "b": params["b"][i].copy()[None]} for i in range(4)]
    singles = [rule(**{name: setting}) for setting in SWEEPS[name]]
    for g in history.astype(dtype):
        opt.update(params, {"W": g, "b": g[:, 0]})
        for i in range(4):
            singles[i].update(alone[i], {"W": g[i], "b": g[i, :1]})
    for i in range(4):
        lanes = {"W": params["W"][i], "b": params["b"][i : i + 1]}
        for key, mine in alone[i].items():
            if name in ("lr", "momentum", "eps"):
                assert exact(lanes[key]) == exact(mine)
            else:
                rtol = {np.float64: 1e-14, np.float32: 1e-5}[dtype]
                np.testing.assert_allclose(lanes[key], mine, rtol=rtol, atol=rtol)


@every_rule
def test_a_sweep_of_every_setting_at_once(rule):
    names = rule().hyperparameters
    opt, params = rule(**{name: SWEEPS[name] for name in names}), {"p": np.ones((4, 3))}
    history = np.random.default_rng(12).normal(size=(20, 3))
    for g in history:
        opt.update(params, {"p": np.tile(g, (4, 1))})
    for i in range(4):
        single = rule(**{name: SWEEPS[name][i] for name in names})
        agree(params["p"][i], path(single, history, (1.0, 1.0, 1.0))[-1], rtol=1e-14)
