"""What every rule promises about the arrays it is given: identity, dtype, layout, shape."""

import numpy as np
import pytest
from every_rule import RULES, SWEEPS, exact, gradients, start, walk

import optimizers
from optimizers import Optimizer

every_rule = pytest.mark.parametrize("rule", RULES)


def subclasses(cls):
    return {cls}.union(*(subclasses(sub) for sub in cls.__subclasses__()))


def test_no_rule_of_the_package_is_left_out():
    ours = {c for c in subclasses(Optimizer) if c.__module__.startswith("optimizers.")}
    assert ours - {Optimizer} == set(RULES)
    assert all(getattr(optimizers, rule.__name__) is rule for rule in RULES)


@every_rule
def test_an_array_is_updated_in_place_and_keeps_its_identity(rule):
    params = start()
    arrays = {key: p for key, p in params.items() if isinstance(p, np.ndarray)}
    before = {key: p.copy() for key, p in arrays.items()}
    opt = rule()
    moved = {key: np.zeros(p.shape, bool) for key, p in arrays.items()}
    for step in range(3):
        assert opt.update(params, gradients(params, step)) is None
        assert opt.t == step + 1
        for key, p in arrays.items():
            assert params[key] is p
            moved[key] |= p != before[key]
            before[key] = p.copy()
    assert all(each.all() for each in moved.values()), "every entry has moved"
    assert list(params) == list(start()), "the order of the keys stays"


@every_rule
def test_a_view_moves_the_array_that_it_views(rule):
    whole, alone = np.linspace(-1, 1, 12), np.linspace(-1, 1, 12)[4:8]
    walk(rule(), {"x": alone}, 3)
    walk(rule(), {"x": whole[4:8]}, 3)
    expected = np.linspace(-1, 1, 12)
    expected[4:8] = alone
    assert exact(whole) == exact(expected)


@every_rule
def test_the_gradients_are_left_alone(rule):
    params = start()
    grads = gradients(params, 0)
    before = exact(grads)
    opt = rule()
    opt.update(params, grads)
    opt.update(params, grads)
    assert exact(grads) == before


@every_rule
def test_a_float_stays_a_python_float_and_moves_like_an_array(rule):
    floats, array = {"x": -7.0, "y": 2.0}, {"p": np.array([-7.0, 2.0])}
    one, other = rule(), rule()
    for step in range(5):
        gx, gy = np.random.default_rng(step).normal(size=2).tolist()
        one.update(floats, {"x": gx, "y": gy})
        other.update(array, {"p": np.array([gx, gy])})
        assert {type(p) for p in floats.values()} == {float}
        assert [floats["x"], floats["y"]] == array["p"].tolist()
        for moment in rule.moments:
            assert {type(s) for s in one.state[moment].values()} == {float}
            assert list(one.state[moment].values()) == other.state[moment]["p"].tolist()


@every_rule
def test_the_gradient_of_a_float_may_be_any_real_number(rule):
    results = set()
    for g in (3, 3.0, np.float64(3), np.int64(3), np.float32(3), np.array(3.0), np.array([3.0])):
        params = {"x": 1.0}
        rule().update(params, {"x": g})
        assert type(params["x"]) is float
        results.add(params["x"])
    assert len(results) == 1


@every_rule
def test_a_0d_array_keeps_its_identity_and_moves_like_a_float(rule):
    p = np.array(0.75)
    zero_d, as_float = {"s": p}, {"s": 0.75}
    walk(opt := rule(), zero_d, 5)
    assert zero_d["s"] is p
    assert p.shape == ()
    assert all(opt.state[moment]["s"].shape == () for moment in rule.moments)
    other = rule()
    for step in range(5):
        other.update(as_float, {"s": float(gradients(zero_d, step)["s"])})
    assert float(p) == as_float["s"]


@every_rule
@pytest.mark.parametrize("kind", ["number", "numpy number", "schedule", "numpy schedule", "sweep"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_stays_in_params_and_state(rule, kind, dtype):
    opt = rule()
    for name in opt.hyperparameters:
        number = SWEEPS[name][1]
        value = {
            "number": number,
            "numpy number": np.float64(number),
            "schedule": lambda k, number=number: number,
            "numpy schedule": lambda k, number=number: np.float64(number),
            "sweep": np.array(SWEEPS[name]),
        }[kind]
        setattr(opt, name, value)
    params = {"W": start(dtype)["W"]}
    for step in range(3):
        given = gradients(params, step)["W"].astype(np.float64)
        opt.update(params, {"W": given})
        assert params["W"].dtype == dtype
        for moment in rule.moments:
            assert opt.state[moment]["W"].dtype == dtype


@every_rule
def test_float32_follows_float64_to_its_precision(rule):
    single, double = start(np.float32), start(np.float32)
    double = {key: p if isinstance(p, float) else p.astype(float) for key, p in double.items()}
    one, other = rule(), rule()
    for step in range(20):
        grads = gradients(single, step)
        one.update(single, grads)
        other.update(double, grads)
    for key, p in double.items():
        np.testing.assert_allclose(single[key], p, rtol=1e-5, atol=1e-5)


def layouts(a):
    """The values of a 2-D array, in every layout that memory can have."""
    wide = np.zeros((2 * a.shape[0], 3 * a.shape[1]), a.dtype)[::2, 1::3]
    wide[...] = a
    backwards = np.ascontiguousarray(a[::-1, ::-1])[::-1, ::-1]
    transposed = np.ascontiguousarray(a.T).T
    return {
        "C": np.array(a, order="C"),
        "Fortran": np.array(a, order="F"),
        "strided": wide,
        "backwards": backwards,
        "transposed": transposed,
    }


@every_rule
@pytest.mark.parametrize("layout", ["C", "Fortran", "strided", "backwards", "transposed"])
@pytest.mark.parametrize("of_gradient", ["C", "Fortran", "strided", "backwards"])
def test_the_layout_in_memory_does_not_matter(rule, layout, of_gradient):
    values = start()["W"]
    plain, other = {"W": values.copy()}, {"W": layouts(values)[layout]}
    p, strides = other["W"], other["W"].strides
    one, two = rule(), rule()
    for step in range(3):
        g = gradients(plain, step)["W"]
        one.update(plain, {"W": g})
        two.update(other, {"W": layouts(g)[of_gradient]})
    assert other["W"] is p
    assert p.strides == strides
    assert exact(plain) == exact(other)
    assert exact(one.state) == exact(two.state)


@every_rule
def test_the_layout_may_change_from_one_update_to_the_next(rule):
    plain, other = {"W": start()["W"]}, {"W": start()["W"]}
    one, two = rule(), rule()
    for step, order in enumerate("FCFC"):
        other["W"] = np.array(other["W"], order=order)
        walk(one, plain, 1, first=step)
        walk(two, other, 1, first=step)
    assert exact(plain) == exact(other)


@every_rule
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_an_empty_array_is_no_trouble(rule, shape):
    params = {"none": np.empty(shape), "x": np.ones(2)}
    walk(opt := rule(), params, 2)
    assert params["none"].shape == shape
    assert all(opt.state[moment]["none"].shape == shape for moment in rule.moments)
    alone, other = {"x": np.ones(2)}, rule()
    for step in range(2):
        other.update(alone, {"x": gradients(params, step)["x"]})
    assert exact(params["x"]) == exact(alone["x"])
