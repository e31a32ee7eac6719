"""What an update refuses: the error's class, words that name the culprit and the remedy, and that
nothing has changed: params, state and t are as they were, and the next good update goes on.
"""

import copy

import numpy as np
import pytest
from every_rule import RULES, exact, gradients, start, walk

from optimizers import SGD, Adam, Momentum

every_rule = pytest.mark.parametrize("rule", RULES)


def refused(opt, params, grads, error, *words):
    """Assert that the update is refused in these words and leaves everything as it was."""
    before = exact(params), exact(grads), exact(opt.state), opt.t, repr(opt)
    identities = {key: id(value) for key, value in params.items()}
    with pytest.raises(error) as caught:
        opt.update(params, grads)
    assert type(caught.value) is error
    message = caught.value.args[0]
    for word in words:
        assert word in message, message
    assert (exact(params), exact(grads), exact(opt.state), opt.t, repr(opt)) == before
    assert {key: id(value) for key, value in params.items()} == identities


READ_ONLY = np.ones(3)
READ_ONLY.flags.writeable = False
SHARED = np.ones(6)
THREE = np.ones(3)


def nonfinite(value):
    return np.array([1.0, value, 1.0])


# A parameter "bad" and its gradient, the error and the words. It stands between two good ones, so
# that a check in the middle of the work would leave the first one moved.
BAD = {
    "int": (-7, 1.0, TypeError, "write -7.0, not -7"),
    "int array": (np.arange(3), THREE, TypeError, "int64", "write a float array", "astype(float)"),
    "bool": (True, 1.0, TypeError, "bool", "write a float"),
    "bool array": (np.array([True]), np.ones(1), TypeError, "bool", "write a float array"),
    "complex": (1j, 1.0, TypeError, "complex", "write a float"),
    "complex array": (np.ones(3) * 1j, THREE, TypeError, "complex128", "write a float array"),
    "object array": (np.array([1.0, None]), np.ones(2), TypeError, "object", "write a float array"),
    "list": ([1.0, 2.0, 3.0], THREE, TypeError, "list", "write a float array"),
    "tuple": ((1.0, 2.0, 3.0), THREE, TypeError, "tuple", "write a float array"),
    "text": ("1.0", 1.0, TypeError, "str", "write a float"),
    "text array": (np.array(["a"]), np.ones(1), TypeError, "<U1", "write a float array"),
    "None": (None, 1.0, TypeError, "NoneType", "write a float"),
    "float16 array": (
        np.ones(3, np.float16),
        THREE,
        TypeError,
        "float16",
        "square of a small gradient",
        ".astype(np.float32)",
    ),
    "masked array": (np.ma.array([1.0, 2.0], mask=[0, 1]), np.ones(2), TypeError, "masked", "fill"),
    "masked gradient": (
        np.ones(2),
        np.ma.array([1.0, 2.0], mask=[0, 1]),
        TypeError,
        "mask would be lost",
        ".filled(0.0)",
    ),
    "read-only": (READ_ONLY, THREE, ValueError, "read-only", "pass a copy"),
    "gradient too long": (np.ones(3), np.ones(4), ValueError, "(4,)", "(3,)"),
    "gradient of fewer axes": (np.ones((2, 3)), THREE, ValueError, "(3,)", "(2, 3)"),
    "gradient would broadcast": (np.ones((2, 3)), np.ones((1, 3)), ValueError, "(1, 3)", "(2, 3)"),
    "gradient is one number": (np.ones(3), 1.0, ValueError, "()", "(3,)"),
    "gradient transposed": (np.ones((2, 3)), np.ones((3, 2)), ValueError, "(3, 2)", "(2, 3)"),
    "array for a float": (1.0, THREE, ValueError, "(3,)"),
    "complex gradient": (np.ones(3), THREE * 1j, TypeError, "complex128", "write a float array"),
    "object gradient": (np.ones(3), np.array([1, 2, None]), TypeError, "object", "write a float"),
    "bool gradient": (np.ones(3), THREE > 0, TypeError, "bool", "write a float array"),
    "text for a gradient": (np.ones(3), "up", TypeError, "write a float array"),
    "None for a gradient": (1.0, None, TypeError, "object", "write a float"),
    "NaN": (np.ones(3), nonfinite(np.nan), FloatingPointError, "not finite"),
    "inf": (np.ones(3), nonfinite(np.inf), FloatingPointError, "not finite"),
    "-inf": (np.ones(3), nonfinite(-np.inf), FloatingPointError, "not finite"),
    "NaN of a float": (1.0, float("nan"), FloatingPointError, "not finite", "smaller lr"),
    "too large for float32": (
        np.ones(2, np.float32),
        np.array([1e300, 0.0]),
        FloatingPointError,
        "not finite",
    ),
}


@every_rule
@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("steps", [0, 2])
def test_one_bad_parameter_refuses_the_whole_update(rule, bad, steps):
    p, g, error, *words = BAD[bad]
    opt, twin = rule(), rule()
    params, untroubled = start(), start()
    walk(opt, params, steps)
    walk(twin, untroubled, steps)
    good = gradients(params, steps)
    keys = list(params)
    with_bad = {key: params[key] for key in keys[:2]} | {"bad": p}
    with_bad |= {key: params[key] for key in keys[2:]}
    refused(opt, with_bad, good | {"bad": g}, error, "'bad'", *words)
    walk(opt, params, 3, first=steps)
    walk(twin, untroubled, 3, first=steps)
    assert exact(params) == exact(untroubled)
    assert exact(opt.state) == exact(twin.state)


@every_rule
def test_keys_must_agree(rule):
    params = start()
    opt = rule()
    grads = gradients(params, 0)
    without = {key: g for key, g in grads.items() if key != "b"}
    refused(opt, params, without, KeyError, "'b'", "give every parameter its gradient")
    refused(opt, params, grads | {"c": 1.0}, KeyError, "'c'", "leave it out")
    walk(opt, params, 2)
    refused(opt, params, without, KeyError, "'b'")


@every_rule
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SHARED, SHARED),
        (SHARED[:3], SHARED[2:5]),
        (SHARED[::2], SHARED[4:5]),
        (SHARED[:6].reshape(2, 3), SHARED[:6].reshape(2, 3).T),
    ],
    ids=["same", "overlap", "strided", "transposed"],
)
def test_parameters_that_share_memory_are_refused(rule, one, other):
    params = {"W": np.ones(2), "one": one, "other": other}
    grads = {key: np.ones_like(p) for key, p in params.items()}
    refused(rule(), params, grads, ValueError, "'one'", "'other'", "copy one")


@every_rule
def test_interleaved_parameters_share_nothing(rule):
    whole = np.ones(6)
    params = {"even": whole[::2], "odd": whole[1::2]}
    rule().update(params, {"even": np.ones(3), "odd": np.ones(3)})
    assert len(set(whole.tolist())) == 1


@every_rule
@pytest.mark.parametrize("wrong", [[1.0], None, 3.0, np.ones(2), "x"])
def test_params_and_grads_are_dicts(rule, wrong):
    opt, params, grads = rule(), {"x": 1.0}, {"x": 1.0}
    for arguments, name in [((wrong, grads), "params"), ((params, wrong), "grads")]:
        with pytest.raises(TypeError, match=rf"^{name} is a .*: write a dict"):
            opt.update(*arguments)
    assert (opt.t, opt.state, params) == (0, {}, {"x": 1.0})


SETTINGS = [
    (rule, name, value)
    for rule in RULES
    for name in rule().hyperparameters
    for value in [*rule.ranges[name].outside, float("nan"), float("inf")]
]


@pytest.mark.parametrize(("rule", "name", "value"), SETTINGS)
def test_a_setting_out_of_range_is_refused_wherever_it_comes_from(rule, name, value):
    with pytest.raises(ValueError, match=f"^{name} must be .*not {value}"):
        rule(**{name: value})
    params = start()
    opt = rule()
    walk(opt, params, 2)
    good, grads = getattr(opt, name), gradients(params, 2)
    setattr(opt, name, value)
    refused(opt, params, grads, ValueError, name, "must be", f"not {value}")
    setattr(opt, name, lambda k: value if k == 2 else good)
    refused(opt, params, grads, ValueError, name, "schedule", "k = 2", f"not {value}")
    lanes = {"W": np.ones((3, 2))}
    with pytest.raises(ValueError, match=f"^{name} must be .*lane 1 is {value}"):
        rule(**{name: [0.5, value, 0.5]}).update(lanes, lanes)
    setattr(opt, name, good)
    opt.update(params, grads)
    assert exact(params) == exact(walk(rule(), start(), 3))


@pytest.mark.parametrize("value", ["0.1", None, True, 1j, {}, np.ones(2) > 0, np.array(["a"])])
def test_a_setting_of_another_kind_is_refused(value):
    with pytest.raises(TypeError, match=r"^momentum .*write .*number"):
        Momentum(momentum=value)
    params = {"x": 1.0}
    opt = Momentum(momentum=lambda k: value)
    refused(opt, params, {"x": 1.0}, TypeError, "momentum", "schedule", "k = 0")


def test_a_schedule_that_raises_changes_nothing():
    def lr(k):
        return [0.1, 0.1][k]

    params = {"W": np.ones(3), "x": 1.0}
    opt = Adam(lr=lr)
    walk(opt, params, 2)
    refused(opt, params, gradients(params, 2), IndexError)


@pytest.mark.parametrize("value", [np.ones((2, 2)), np.ones((1, 3)), np.array([]), []])
def test_a_sweep_is_a_1d_array(value):
    with pytest.raises(ValueError, match=r"^lr has shape .*1-D array of one or more"):
        SGD(lr=value)


@every_rule
@pytest.mark.parametrize("p", [1.0, np.array(1.0), np.ones(3), np.ones((1, 2)), np.ones((4, 2))])
def test_every_parameter_of_a_sweep_has_its_lanes(rule, p):
    opt = rule(lr=[0.1, 0.2])
    params = {"W": np.ones((2, 5)), "bad": p}
    words = "lr", "2 settings", "'bad'", "first axis"
    refused(opt, params, copy.deepcopy(params), ValueError, *words)


def test_a_float_is_no_sweep_of_one():
    words = "lr", "1 settings", "'x'", "first axis"
    refused(SGD(lr=[0.1]), {"x": 1.0}, {"x": 1.0}, ValueError, *words)


def test_two_sweeps_have_the_same_lanes():
    params = {"W": np.ones((3, 2))}
    opt = Momentum(lr=[0.1, 0.2, 0.3], momentum=[0.1, 0.9])
    refused(opt, params, {"W": np.ones((3, 2))}, ValueError, "momentum", "2 settings", "'W'")


@every_rule
def test_diverged_lanes_are_let_through_on_demand(rule):
    params, alone = {"W": np.ones((3, 2))}, {"W": np.ones((3, 2))}
    wild = np.array([[1.0, 2.0], [np.nan, np.inf], [3.0, 4.0]])
    opt = rule(lr=[0.1, 0.1, 0.1])
    with np.errstate(invalid="ignore"):
        opt.update(params, {"W": wild}, allow_nonfinite=True)
    rule(lr=0.1).update(alone, {"W": np.where(np.isfinite(wild), wild, 0.0)})
    assert opt.t == 1
    assert exact(params["W"][[0, 2]]) == exact(alone["W"][[0, 2]])
    assert np.isnan(params["W"][1, 0]), "of ∞ a rule such as the sign makes a step of its own"
