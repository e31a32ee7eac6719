"""What an optimizer keeps between updates: its state, its step count, its settings, its repr."""

import copy
from itertools import permutations

import numpy as np
import pytest
from every_rule import RULES, SWEEPS, exact, gradients, start, walk
from test_refusals import refused

import optimizers
from optimizers import SGD, Adam, AMSGrad, Momentum, Nesterov

every_rule = pytest.mark.parametrize("rule", RULES)
with_moments = pytest.mark.parametrize("rule", [rule for rule in RULES if rule.moments])


@every_rule
def test_the_state_is_the_moments_of_every_parameter(rule):
    opt, params = rule(), start(np.float32)
    assert (opt.t, opt.state) == (0, {})
    walk(opt, params, 3)
    assert opt.t == 3
    assert tuple(opt.state) == rule.moments
    for of in opt.state.values():
        assert list(of) == list(params)
        for key, p in params.items():
            assert type(of[key]) is type(p)
            assert np.shape(of[key]) == np.shape(p)


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("saved_after", [0, 1, 7])
def test_a_run_resumes_bit_for_bit(rule, dtype, saved_after):
    whole, params = start(dtype), start(dtype)
    for p in (whole, params):
        p["F"] = np.asfortranarray(np.arange(6, dtype=dtype).reshape(2, 3))
    uninterrupted, first, second = rule(), rule(), rule()
    walk(uninterrupted, whole, 12)
    walk(first, params, saved_after)
    second.load_state_dict(first.state_dict())
    walk(second, params, 12 - saved_after, first=saved_after)
    assert exact(params) == exact(whole)
    assert exact(second.state_dict()) == exact(uninterrupted.state_dict())


@every_rule
def test_state_is_copied_on_the_way_out_and_on_the_way_in(rule):
    opt, other, params = rule(), rule(), start()
    walk(opt, params, 2)
    saved = opt.state_dict()
    before = exact(saved)
    other.load_state_dict(saved)
    walk(opt, params, 2)
    assert exact(saved) == before, "the saved state moves with the optimizer that it came from"
    walk(other, start(), 2)
    assert exact(saved) == before, "the saved state moves with the optimizer that it went to"
    another = rule()
    another.load_state_dict(saved)
    for of in saved["state"].values():
        of["W"][...] = np.nan
        of["x"] = np.nan
    assert exact(another.state_dict()) == before, "the optimizer moves with the saved state"


@every_rule
def test_a_loaded_state_replaces_the_present_one(rule):
    saved = rule().state_dict()
    opt, params = rule(), start()
    walk(opt, params, 3)
    opt.load_state_dict(saved)
    assert (opt.t, opt.state) == (0, {})
    assert exact(walk(opt, start(), 3)) == exact(params)


@pytest.mark.parametrize(("rule", "other"), list(permutations(RULES, 2)))
def test_the_state_of_another_rule_is_refused(rule, other):
    theirs, opt = other(), rule()
    walk(theirs, start(), 2)
    walk(opt, start(), 1)
    refuses_to_load(opt, theirs.state_dict(), rule.__name__, other.__name__)


def refuses_to_load(opt, saved, *words):
    before = exact(opt.state_dict())
    with pytest.raises(ValueError, match=r"\w") as caught:
        opt.load_state_dict(saved)
    assert type(caught.value) is ValueError
    for word in words:
        assert word in str(caught.value)
    assert exact(opt.state_dict()) == before


def changed(**changes):
    """A state of Adam after two steps, with some of it replaced."""
    opt = Adam()
    opt.update({"x": 1.0, "y": np.ones(2)}, {"x": 1.0, "y": np.ones(2)})
    return copy.deepcopy(opt.state_dict() | changes)


GOOD = changed()["state"]
NOT_A_STATE = {
    "nothing": None,
    "a list": [],
    "empty": {},
    "no rule": {"t": 1, "state": GOOD},
    "t below 0": changed(t=-1),
    "t is a float": changed(t=1.0),
    "t is a bool": changed(t=True),
    "t is 0 but moments are there": changed(t=0),
    "no moments after a step": changed(state={}),
    "a moment is missing": changed(state={"m": GOOD["m"]}),
    "a moment too many": changed(state=GOOD | {"v_max": GOOD["v"]}),
    "state is None": changed(state=None),
    "state is a list": changed(state=["m", "v"]),
    "a moment is None": changed(state=GOOD | {"v": None}),
    "moments of different keys": changed(state=GOOD | {"v": {"x": 1.0}}),
    "moments of different shapes": changed(state=GOOD | {"v": {"x": 1.0, "y": np.ones(3)}}),
    "moments of different dtypes": changed(
        state=GOOD | {"v": {"x": 1.0, "y": np.ones(2, np.float32)}}
    ),
    "a moment is a list": changed(state=GOOD | {"v": {"x": 1.0, "y": [1.0, 1.0]}}),
    "moments are int arrays": changed(state={m: {"y": np.ones(2, int)} for m in "mv"}),
    "a moment is an int": changed(state=GOOD | {"v": {"x": 1, "y": np.ones(2)}}),
}


@pytest.mark.parametrize("saved", NOT_A_STATE.values(), ids=NOT_A_STATE)
def test_what_is_no_state_of_the_rule_is_refused(saved):
    opt = Adam()
    walk(opt, start(), 2)
    refuses_to_load(opt, saved, "Adam")


@with_moments
@pytest.mark.parametrize("loaded", [False, True])
def test_other_parameters_than_those_of_the_state_are_refused(rule, loaded):
    opt, params = rule(), {"W": np.ones((2, 3)), "x": 1.0}
    walk(opt, params, 2)
    if loaded:
        saved, opt = opt.state_dict(), rule()
        opt.load_state_dict(saved)
    fine = params.copy()
    for other, error, *words in [
        ({"W": np.ones((2, 3))}, KeyError, "['W']", "make a new one"),
        ({"W": np.ones((2, 3)), "y": 1.0}, KeyError, "'y'", "make a new one"),
        ({"W": np.ones((2, 3)), "x": 1.0, "y": 1.0}, KeyError, "'y'", "make a new one"),
        ({"W": np.ones((3, 2)), "x": 1.0}, ValueError, "'W'", "(3, 2)", "make a new one"),
        ({"W": np.ones(6), "x": 1.0}, ValueError, "'W'", "(6,)", "make a new one"),
        ({"W": 1.0, "x": 1.0}, ValueError, "'W'", "make a new one"),
        ({"W": np.ones((2, 3)), "x": np.ones(4)}, ValueError, "'x'", "(4,)", "make a new one"),
        ({"W": np.ones((2, 3), np.float32), "x": 1.0}, ValueError, "'W'", "float32"),
    ]:
        refused(opt, other, gradients(other, 2), error, rule.__name__, *words)
    walk(opt, fine, 1, first=2)


@every_rule
def test_repr_is_the_constructor_call(rule):
    names = rule().hyperparameters
    assert repr(rule()).startswith(f"{rule.__name__}({names[0]}=")
    wide = np.random.default_rng(0).uniform(0.1, 0.9, 1500)
    for settings in [{}, {n: SWEEPS[n][1] / 3 for n in names}, dict.fromkeys(names, wide / 7)]:
        opt = rule(**settings)
        again = eval(repr(opt), vars(optimizers) | {"np": np, "array": np.array})
        assert type(again) is rule
        assert repr(again) == repr(opt)
        one, other = ({"W": np.ones((1500, 2))} for _ in "ab")
        assert exact(walk(opt, one, 2)) == exact(walk(again, other, 2))


def test_repr_shows_the_defaults():
    assert [repr(rule()) for rule in RULES] == [
        "SGD(lr=0.01)",
        "Momentum(lr=0.01, momentum=0.9)",
        "Nesterov(lr=0.01, momentum=0.9)",
        "AdaGrad(lr=0.01, eps=1e-07)",
        "RMSprop(lr=0.01, rho=0.99, eps=1e-08)",
        "Adadelta(lr=1.0, rho=0.9, eps=1e-06)",
        "Adam(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08)",
        "AMSGrad(lr=0.001, beta1=0.9, beta2=0.999, eps=1e-08)",
    ]


def test_repr_shows_settings_and_not_the_state():
    opt = Momentum(lr=0.1)
    opt.update({"x": 1.0}, {"x": 1.0})
    assert repr(opt) == "Momentum(lr=0.1, momentum=0.9)"
    opt.momentum = 0.5
    assert repr(opt) == "Momentum(lr=0.1, momentum=0.5)"


@every_rule
def test_a_schedule_is_called_once_an_update_with_the_completed_updates(rule):
    for name in rule().hyperparameters:
        calls = []

        def schedule(k, calls=calls, name=name):
            calls.append(k)
            return SWEEPS[name][k % 3]

        scheduled, by_hand = rule(**{name: schedule}), rule()
        one, other = start(), start()
        assert calls == [], "it is no business of the constructor"
        for k in range(5):
            setattr(by_hand, name, SWEEPS[name][k % 3])
            scheduled.update(one, gradients(one, k))
            by_hand.update(other, gradients(other, k))
            assert all(type(k) is int for k in calls)
            assert calls == list(range(k + 1))
        assert exact(one) == exact(other)
        assert exact(scheduled.state) == exact(by_hand.state)


@every_rule
def test_a_schedule_goes_on_where_the_loaded_state_stopped(rule):
    calls = []
    opt = rule(lr=lambda k: calls.append(k) or 0.1 / (1 + k))
    params = walk(opt, start(), 3)
    resumed = rule(lr=opt.lr)
    resumed.load_state_dict(opt.state_dict())
    walk(resumed, params, 2, first=3)
    assert calls == [0, 1, 2, 3, 4]


def test_the_settings_of_a_sweep_are_the_optimizers_own():
    lrs = np.array([0.1, 0.2])
    opt, params = SGD(lr=lrs), {"W": np.zeros((2, 1))}
    lrs[:] = 5.0
    opt.update(params, {"W": np.ones((2, 1))})
    assert params["W"].tolist() == [[-0.1], [-0.2]]


def test_each_class_keeps_its_own_moments():
    assert (SGD.moments, Momentum.moments, Nesterov.moments) == ((), ("v",), ("v",))
    assert (Adam.moments, AMSGrad.moments) == (("m", "v"), ("m", "v", "v_max"))
