"""What was verified once must be refused, or noticed, as soon as it has changed."""

import warnings

import numpy as np
import pytest
from every_rule import RULES, exact, gradients, start, walk
from test_refusals import refused

from optimizers import SGD, Adam, Momentum, Optimizer

every_rule = pytest.mark.parametrize("rule", RULES)


def reshape(array, shape):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of NumPy 2.5, which goes on doing it
        array.shape = shape


def swapped_for_another_shape(params):
    params["W"] = np.ones((3, 4))
    return {"W": np.ones((3, 4))}, ValueError, "(3, 4)"


def reshaped_in_place(params):
    reshape(params["W"], (3, 4))
    return {"W": np.ones((3, 4))}, ValueError, "(3, 4)"


def reshaped_but_not_its_gradient(params):
    reshape(params["W"], (12,))
    return {}, ValueError, "(12,)"


def read_only(params):
    params["W"].flags.writeable = False
    return {}, ValueError, "read-only"


def retyped(params):
    params["W"] = params["W"].astype(np.float32)
    return {}, ValueError, "float32"


def of_integers(params):
    params["W"] = params["W"].astype(int)
    return {}, TypeError, "int64"


def aliased(params):
    params["b"] = params["W"][0]
    return {}, ValueError, "share one array"


def twice(params):
    params["b"] = params["W"]
    return {"b": np.ones((4, 3))}, ValueError, "share one array"


def a_float_for_an_array(params):
    params["W"] = 1.0
    return {"W": 1.0}, ValueError, "()"


def an_array_for_a_float(params):
    params["x"] = np.ones(3)
    return {"x": np.ones(3)}, ValueError, "(3,)"


def one_more(params):
    params["c"] = np.ones(2)
    return {"c": np.ones(2)}, KeyError, "'c'"


CHEATS = [
    swapped_for_another_shape,
    reshaped_in_place,
    reshaped_but_not_its_gradient,
    read_only,
    retyped,
    of_integers,
    aliased,
    twice,
    a_float_for_an_array,
    an_array_for_a_float,
    one_more,
]


@every_rule
@pytest.mark.parametrize("cheat", CHEATS, ids=lambda cheat: cheat.__name__)
def test_what_changes_between_two_updates_is_refused(rule, cheat):
    opt, params = rule(), start()
    walk(opt, params, 2)
    good = gradients(start(), 2)
    grads, error, word = cheat(params)
    free = cheat in (swapped_for_another_shape, reshaped_in_place, retyped, one_more)
    free |= cheat in (a_float_for_an_array, an_array_for_a_float)
    if free and not rule.moments:  # without moments, other parameters are as good as these
        opt.update(params, good | grads)
        return
    refused(opt, params, good | grads, error, word)


@every_rule
def test_an_array_of_the_same_kind_may_take_the_place_of_another(rule):
    opt, twin, params, other = rule(), rule(), start(), start()
    walk(opt, params, 2)
    walk(twin, other, 2)
    replaced = params["W"]
    params["W"] = replaced.copy()
    kept = exact(replaced)
    walk(opt, params, 2, first=2)
    walk(twin, other, 2, first=2)
    assert exact(params) == exact(other)
    assert exact(replaced) == kept


@every_rule
def test_memory_that_moved_is_noticed(rule):
    """`resize` may put an array of the same identity and shape somewhere else."""
    opt, twin, params, other = rule(), rule(), {"p": np.ones(5)}, {"p": np.ones(5)}
    walk(opt, params, 2)
    walk(twin, other, 2)
    p = params["p"]
    p.resize(10**6, refcheck=False)
    p.resize(5, refcheck=False)
    walk(opt, params, 2, first=2)
    walk(twin, other, 2, first=2)
    assert exact(params) == exact(other)


def test_the_slice_of_an_array_is_told_from_its_neighbour():
    whole = np.zeros(8)
    opt = SGD(lr=1.0)
    for i in range(4):
        params = {"p": whole[2 * i : 2 * i + 2]}
        opt.update(params, {"p": np.ones(2)})
    assert whole.tolist() == [-1.0] * 8


@pytest.mark.parametrize("new", [np.full((4, 3), 5.0), np.full((4, 3), 5.0, order="F")])
def test_a_moment_that_the_reader_puts_into_the_state_is_taken(new):
    opt, params = Momentum(lr=1.0, momentum=0.5), {"W": np.zeros((4, 3)), "x": 0.0}
    opt.update(params, {"W": np.zeros((4, 3)), "x": 0.0})
    opt.state["v"]["W"] = new
    opt.state["v"]["x"] = 5.0
    opt.update(params, {"W": np.zeros((4, 3)), "x": 0.0})
    assert (params["W"] == 2.5).all()
    assert params["x"] == 2.5
    assert (new == 5.0).all(), "it stays the reader's"


def test_a_moment_of_the_wrong_shape_in_the_state_is_refused():
    opt, params = Momentum(), start()
    walk(opt, params, 2)
    opt.state["v"]["W"] = np.zeros(3)
    refused(opt, params, gradients(params, 2), ValueError, "'W'", "(3,)", "(4, 3)")


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_gradient_whose_square_overflows_is_refused_where_a_moment_would_be_endless(rule, dtype):
    huge = np.array([1.0, 1e160 if dtype is np.float64 else 1e20], dtype)
    opt, params = rule(), {"b": np.ones(2, dtype), "W": np.ones(2, dtype)}
    small = {"b": np.ones(2, dtype), "W": np.ones(2, dtype)}
    opt.update(params, small)
    if rule in RULES[:3]:  # no squares
        opt.update(params, small | {"W": huge})
        assert np.isfinite(params["W"]).all()
        return
    refused(opt, params, small | {"W": huge}, FloatingPointError, "'W'", "not finite")


@pytest.mark.parametrize("size", [4, 100_000])
def test_a_large_gradient_with_tame_squares_is_taken(size):
    """The sum of the squares overflows, no single one does."""
    opt, params = Adam(lr=0.5), {"p": np.zeros(size)}
    opt.update(params, {"p": np.full(size, 1e154)})
    np.testing.assert_allclose(params["p"], -0.5, rtol=1e-6)


@every_rule
@pytest.mark.parametrize("size", [5, 40_000])
@pytest.mark.parametrize("how", ["raise", "warn"])
def test_what_numpy_is_told_of_underflow_does_not_matter(rule, size, how):
    one, other = {"p": np.ones(size)}, {"p": np.ones(size)}
    g = {"p": np.full(size, 1e-300)}
    opt, twin = rule(), rule()
    with np.errstate(all=how):
        for _ in range(3):
            opt.update(one, g)
    for _ in range(3):
        twin.update(other, g)
    assert exact(one) == exact(other)
    assert exact(opt.state) == exact(twin.state)


@every_rule
def test_a_state_that_went_through_a_file_loads(rule, tmp_path):
    opt, params = rule(), {"W": np.ones((2, 3)), "x": 1.0}
    walk(opt, params, 3)
    saved = opt.state_dict()
    flat = {f"{m}/{key}": s for m, of in saved["state"].items() for key, s in of.items()}
    np.savez(tmp_path / "state.npz", rule=saved["rule"], t=saved["t"], **flat)
    with np.load(tmp_path / "state.npz") as file:
        state = {m: {key: file[f"{m}/{key}"] for key in params} for m in rule.moments}
        loaded = {"rule": file["rule"], "t": file["t"], "state": state}
    for of in state.values():
        of["W"] = of["W"].astype(">f8")
    again, copy = rule(), {"W": params["W"].copy(), "x": params["x"]}
    again.load_state_dict(loaded)
    walk(opt, params, 2, first=3)
    walk(again, copy, 2, first=3)
    assert exact(copy) == exact(params)
    assert exact(again.state_dict()) == exact(opt.state_dict())


def test_logging_the_state_logs_the_live_arrays_and_state_dict_a_copy():
    opt, params = Momentum(lr=1.0, momentum=0.5), {"p": np.zeros(1)}
    live, copies = [], []
    for _ in range(3):
        opt.update(params, {"p": np.ones(1)})
        live.append(opt.state["v"]["p"])
        copies.append(opt.state_dict()["state"]["v"]["p"])
    assert [v.tolist() for v in live] == [[-1.75]] * 3
    assert [v.tolist() for v in copies] == [[-1.0], [-1.5], [-1.75]]


def test_an_optimizer_can_be_copied_and_pickled_in_the_middle():
    import copy
    import pickle

    opt, params = Adam(), start()
    walk(opt, params, 2)
    one, other = copy.deepcopy(opt), pickle.loads(pickle.dumps(opt))
    expected = walk(opt, copy.deepcopy(params), 2, first=2)
    for twin in (one, other):
        assert exact(walk(twin, copy.deepcopy(params), 2, first=2)) == exact(expected)
        assert exact(twin.state) == exact(opt.state)


def test_lanes_are_said_by_the_optimizer():
    assert SGD(lr=0.1).lanes is None
    assert SGD(lr=[0.1, 0.2]).lanes == 2
    assert Momentum(lr=0.1, momentum=[0.1, 0.2, 0.3]).lanes == 3
    assert Optimizer().lanes is None
