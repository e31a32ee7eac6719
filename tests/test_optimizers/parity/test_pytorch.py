"""Every rule walks PyTorch's path: recorded runs, 200 steps in float64, equal to 1e-12.

The recorded runs are the oracle (record.py made them, README.md says how); PyTorch itself is not
needed. The second half proves that the comparison can fail: each wrong equation that is in
circulation for a rule must be seen, most of all an ε in the wrong place.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import optimizers
from optimizers import SGD, Adadelta, AdaGrad, Adam, AMSGrad, Momentum, Nesterov, RMSprop

HERE = Path(__file__).parent
INDEX = json.loads((HERE / "recorded.json").read_text(encoding="utf-8"))
with np.load(HERE / "recorded.npz") as stored:
    ARRAYS = dict(stored)
STEPS = INDEX["steps"]
TOLERANCE = 1e-12


def group(prefix):
    """The stored arrays `prefix/key`, as a dict by key."""
    return {name[len(prefix) :]: a for name, a in ARRAYS.items() if name.startswith(prefix)}


def constructor_arguments(settings):
    """The recorded settings; ["decay", a, c] is the schedule a / (1 + c k)."""
    if isinstance(settings.get("lr"), list):
        _, a, c = settings["lr"]
        settings = settings | {"lr": lambda k: a / (1 + c * k)}
    return settings


def given_gradients(params, k):
    return {key: g[k] for key, g in group("grads/").items()}


def rosenbrock_gradient(params, k):
    x, y = params["x"], params["y"]
    return {"x": -2 * (1 - x) - 400 * x * (y - x**2), "y": 200 * (y - x**2)}


KINDS = {"cases": ("start/", given_gradients), "rosenbrock": ("valley/", rosenbrock_gradient)}
CASES = [(kind, number, case) for kind in KINDS for number, case in enumerate(INDEX[kind])]
NAMES = [f"{kind}-{number}-{case['rule']}" for kind, number, case in CASES]


def largest_error(opt, kind, number):
    """The largest difference from the recorded run, relative where the position is above 1."""
    start, gradients = KINDS[kind]
    params = {key: a.copy() for key, a in group(start).items()}
    recorded = group(f"{kind}/{number}/")
    assert set(recorded) == set(params)
    worst = 0.0
    for k in range(STEPS):
        opt.update(params, gradients(params, k))
        for key, path in recorded.items():
            error = np.abs(params[key] - path[k]) / np.maximum(1, np.abs(path[k]))
            worst = max(worst, float(error.max()))
    return worst


@pytest.mark.parametrize(("kind", "number", "case"), CASES, ids=NAMES)
def test_the_recorded_path_is_walked(kind, number, case):
    rule = getattr(optimizers, case["rule"])
    opt = rule(**constructor_arguments(case["settings"]))
    assert largest_error(opt, kind, number) <= TOLERANCE


def test_the_recording_holds_what_it_should():
    names = [case["rule"] for case in INDEX["cases"]]
    assert set(names) == {case["rule"] for case in INDEX["rosenbrock"]}
    assert set(names) == {rule.__name__ for rule, _, _ in WRONG}
    assert len(set(names)) == 8
    assert min(names.count(name) for name in names) >= 2
    assert STEPS == 200
    sizes = np.abs(np.concatenate([g.ravel() for g in group("grads/").values()]))
    assert sizes.max() > 80
    assert {round(np.log10(size)) for size in sizes[sizes > 0]} >= set(range(-9, 3))
    assert all(a.dtype == float and np.isfinite(a).all() for a in ARRAYS.values())


# Wrong equations, by the rule that they are taken for. Each returns what a rule returns.


def uphill(g, *, t, lr):
    return (lr * g,)


def rate_a_billionth_off(g, *, t, lr):
    return (-lr * g * (1 + 1e-9),)


def damped(g, v, *, t, lr, momentum):
    v = momentum * v - (1 - momentum) * lr * g
    return v, v


def old_velocity(g, v, *, t, lr, momentum):
    return v.copy(), momentum * v - lr * g


def no_look_ahead(g, v, *, t, lr, momentum):
    v = momentum * v - lr * g
    return v, v


def velocity_first_then_the_line_for_the_old_one(g, v, *, t, lr, momentum):
    v = momentum * v - lr * g
    return momentum**2 * v - (1 + momentum) * lr * g, v


def adagrad_eps_in_the_root(g, v, *, t, lr, eps):
    v = v + g**2
    return -lr * g / np.sqrt(v + eps), v


def adagrad_other_exponent(g, v, *, t, lr, eps):
    v = v + g**2
    return -lr * g / (v ** (0.5 + 1e-9) + eps), v


def adagrad_without_brackets(g, v, *, t, lr, eps):
    v = v + g**2
    return -lr * g / np.sqrt(np.where(v > 0, v, 1)) + eps, v


def rmsprop_eps_in_the_root(g, v, *, t, lr, rho, eps):
    v = rho * v + (1 - rho) * g**2
    return -lr * g / np.sqrt(v + eps), v


def rmsprop_corrected(g, v, *, t, lr, rho, eps):
    v = rho * v + (1 - rho) * g**2
    return -lr * g / (np.sqrt(v / (1 - rho**t)) + eps), v


def rmsprop_old_average(g, v, *, t, lr, rho, eps):
    return -lr * g / (np.sqrt(v) + eps), rho * v + (1 - rho) * g**2


def adadelta_eps_outside(g, v, u, *, t, lr, rho, eps):
    v = rho * v + (1 - rho) * g**2
    delta = -(np.sqrt(u) + eps) / (np.sqrt(v) + eps) * g
    return lr * delta, v, rho * u + (1 - rho) * delta**2


def adadelta_rate_in_the_average(g, v, u, *, t, lr, rho, eps):
    v = rho * v + (1 - rho) * g**2
    delta = -lr * np.sqrt(u + eps) / np.sqrt(v + eps) * g
    return delta, v, rho * u + (1 - rho) * delta**2


def adadelta_without_units(g, v, u, *, t, lr, rho, eps):
    v = rho * v + (1 - rho) * g**2
    return -lr * np.sqrt(eps) / np.sqrt(v + eps) * g, v, u


def adam_with(correct_m=True, correct_v=True, folded=False, inside=False, power=0.5, late=0):
    """Adam with one thing changed; `late` starts its step count elsewhere."""

    def rule(g, m, v, *, t, lr, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        bias1, bias2 = 1 - beta1 ** (t + late), 1 - beta2 ** (t + late)
        m_hat = m / bias1 if correct_m else m
        v_hat = v / bias2 if correct_v else v
        eps = eps / np.sqrt(bias2) if folded else eps
        root = np.sqrt(v_hat + eps) if inside else v_hat**power + eps
        return -lr * m_hat / root, m, v

    return rule


def no_maximum(g, m, v, v_max, *, t, lr, beta1, beta2, eps):
    delta, m, v = Adam.rule(g, m, v, t=t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    return delta, m, v, v_max


def maximum_of_the_corrected(g, m, v, v_max, *, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v / (1 - beta2**t))
    return -lr * m / (1 - beta1**t) / (np.sqrt(v_max) + eps), m, v, v_max


def amsgrad_eps_in_the_root(g, m, v, v_max, *, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = np.maximum(v_max, v)
    root = np.sqrt(v_max / (1 - beta2**t) + eps)
    return -lr * m / (1 - beta1**t) / root, m, v, v_max


WRONG = [
    (SGD, "uphill", uphill),
    (SGD, "a billionth off", rate_a_billionth_off),
    (Momentum, "damped", damped),
    (Momentum, "old velocity", old_velocity),
    (Nesterov, "no look-ahead", no_look_ahead),
    (Nesterov, "order", velocity_first_then_the_line_for_the_old_one),
    (AdaGrad, "√(v + ε)", adagrad_eps_in_the_root),
    (AdaGrad, "exponent", adagrad_other_exponent),
    (AdaGrad, "brackets", adagrad_without_brackets),
    (RMSprop, "√(v + ε)", rmsprop_eps_in_the_root),
    (RMSprop, "corrected", rmsprop_corrected),
    (RMSprop, "old average", rmsprop_old_average),
    (Adadelta, "ε outside", adadelta_eps_outside),
    (Adadelta, "lr in u", adadelta_rate_in_the_average),
    (Adadelta, "no u", adadelta_without_units),
    (Adam, "neither corrected", adam_with(correct_m=False, correct_v=False)),
    (Adam, "only m corrected", adam_with(correct_v=False)),
    (Adam, "only v corrected", adam_with(correct_m=False)),
    (Adam, "ε̂ for ε", adam_with(folded=True)),
    (Adam, "√(v̂ + ε)", adam_with(inside=True)),
    (Adam, "no root", adam_with(power=1)),
    (Adam, "exponent", adam_with(power=0.5 + 1e-9)),
    (Adam, "t from 2", adam_with(late=1)),
    (AMSGrad, "no maximum", no_maximum),
    (AMSGrad, "maximum of v̂", maximum_of_the_corrected),
    (AMSGrad, "√(v̂ + ε)", amsgrad_eps_in_the_root),
]


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
@pytest.mark.parametrize(
    ("rule", "equation"),
    [pytest.param(rule, wrong, id=f"{rule.__name__}: {name}") for rule, name, wrong in WRONG],
)
def test_a_wrong_equation_is_seen(rule, equation):
    wrong = type("Wrong", (rule,), {"rule": staticmethod(equation)})
    errors = [
        largest_error(wrong(**constructor_arguments(case["settings"])), "cases", number)
        for number, case in enumerate(INDEX["cases"])
        if case["rule"] == rule.__name__
    ]
    assert max(errors) > 100 * TOLERANCE
