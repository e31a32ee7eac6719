"""Rules that see arrays whole, that ask for θ, or that say how their moments start."""

import numpy as np
import pytest
from every_rule import exact

from optimizers import SGD, Adam, Momentum, Optimizer, elementwise
from optimizers.slots import BLOCK_BYTES


class Normalised(Optimizer):
    """One norm for all of an array."""

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    @staticmethod
    def rule(g, *, t, lr):
        return (-lr * g / np.linalg.norm(g),)


class Rows(Optimizer):
    """One norm for every row of a matrix."""

    moments = ("m",)

    def __init__(self, lr=0.1, momentum=0.5):
        super().__init__(lr=lr, momentum=momentum)

    @staticmethod
    def rule(g, m, *, t, lr, momentum):
        m = momentum * m + g
        return -lr * m / np.linalg.norm(m, axis=1, keepdims=True), m


class Orthogonal(Optimizer):
    """The nearest orthogonal matrix, by its singular value decomposition."""

    moments = ("m",)

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    @staticmethod
    def rule(g, m, *, t, lr):
        m = 0.9 * m + g
        u, _, vt = np.linalg.svd(m, full_matrices=False)
        return -lr * u @ vt, m


class Decayed(SGD):
    """Decoupled weight decay: a rule that asks for θ."""

    @elementwise
    def rule(g, *, theta, t, lr):
        return (-lr * (g + 0.1 * theta),)


def test_a_norm_is_that_of_the_whole_array_however_large():
    p = np.random.default_rng(0).normal(size=20_000)
    g = np.random.default_rng(1).normal(size=20_000)
    assert p.nbytes > BLOCK_BYTES
    expected = p - 0.1 * g / np.sqrt((g**2).sum())
    Normalised().update({"p": p}, {"p": g})
    np.testing.assert_allclose(p, expected, rtol=1e-13)
    assert np.linalg.norm(p - expected) < 1e-12


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("of_gradient", "CF")
def test_a_matrix_comes_in_its_own_shape(order, of_gradient):
    rng = np.random.default_rng(2)
    before, g = rng.normal(size=(300, 100)), rng.normal(size=(300, 100))
    params = {"W": np.array(before, order=order)}
    opt = Rows()
    for _ in range(2):
        opt.update(params, {"W": np.array(g, order=of_gradient)})
    lengths = np.linalg.norm(params["W"] - before, axis=1)
    np.testing.assert_allclose(lengths, 0.2, rtol=1e-12)
    assert exact(np.ascontiguousarray(opt.state["m"]["W"])) == exact(1.5 * g)


def test_a_step_may_be_an_orthogonal_matrix():
    w = np.zeros((6, 4))
    Orthogonal(lr=0.5).update({"W": w}, {"W": np.random.default_rng(3).normal(size=(6, 4))})
    np.testing.assert_allclose(w.T @ w, 0.25 * np.eye(4), atol=1e-14)


@pytest.mark.parametrize("rule", [Normalised, Rows, Orthogonal])
def test_in_a_sweep_a_lane_sees_its_own_array(rule):
    rng = np.random.default_rng(4)
    start, rates = rng.normal(size=(5, 4)), np.array([0.1, 0.3, 1.0])
    lanes, swept = {"W": np.stack([start] * 3)}, rule(lr=rates)
    alone = [({"W": start.copy()}, rule(lr=float(lr))) for lr in rates]
    for _ in range(3):
        g = rng.normal(size=(3, 5, 4))
        swept.update(lanes, {"W": g})
        for i, (params, opt) in enumerate(alone):
            opt.update(params, {"W": g[i].copy()})
    for i, (params, opt) in enumerate(alone):
        assert exact(lanes["W"][i].copy()) == exact(params["W"])
        for moment in rule.moments:
            assert exact(swept.state[moment]["W"][i].copy()) == exact(opt.state[moment]["W"])


def test_a_lane_of_one_number_has_no_axis():
    shapes = []

    class Watched(Normalised):
        @staticmethod
        def rule(g, *, t, lr):
            shapes.append((g.shape, lr))
            return (-lr * g,)

    Watched(lr=[0.1, 0.2]).update({"x": np.ones(2)}, {"x": np.ones(2)})
    assert shapes == [((), 0.1), ((), 0.2)]


@pytest.mark.parametrize("size", [3, 40_000])
@pytest.mark.parametrize("lanes", [None, 3])
def test_a_rule_that_asks_for_theta_gets_it(size, lanes):
    shape = (size,) if lanes is None else (lanes, size)
    rng = np.random.default_rng(5)
    p, g = rng.normal(size=shape), rng.normal(size=shape)
    lr = 0.5 if lanes is None else [0.5] * lanes
    expected = p - 0.5 * (g + 0.1 * p)
    Decayed(lr=lr).update({"p": p}, {"p": g})
    np.testing.assert_allclose(p, expected, rtol=1e-14)


def test_a_rule_that_does_not_ask_is_not_told():
    seen = []

    class Curious(SGD):
        @staticmethod
        def rule(g, *, t, **settings):
            seen.append(sorted(settings))
            return (-g,)

    Curious().update({"x": 1.0}, {"x": 1.0})
    assert seen == [["lr"]]


class FromTheStart(Optimizer):
    """Moments that start at θ, at g², and with a number for each row."""

    moments = ("z", "v", "row")

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    def start(self, theta, g):
        return theta.copy(), g**2, np.ones(len(theta))

    @staticmethod
    def rule(g, z, v, row, *, t, lr):
        return -lr * g, z - g, v, row + (g**2).sum(axis=1)


def test_a_rule_says_how_its_moments_start():
    rng = np.random.default_rng(6)
    w, g = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
    opt, before = FromTheStart(), w.copy()
    opt.update({"W": w}, {"W": g})
    assert exact(opt.state["z"]["W"]) == exact(before - g)
    assert exact(opt.state["v"]["W"]) == exact(g**2)
    np.testing.assert_allclose(opt.state["row"]["W"], 1 + (g**2).sum(axis=1))
    again, params = FromTheStart(), {"W": w.copy()}
    again.load_state_dict(opt.state_dict())
    opt.update({"W": w}, {"W": g})
    again.update(params, {"W": g})
    assert exact(params["W"]) == exact(w)
    assert exact(again.state) == exact(opt.state)


def test_moments_of_a_shape_of_their_own_are_swept_by_lanes():
    g = np.random.default_rng(7).normal(size=(2, 4, 3))
    opt = FromTheStart(lr=[0.1, 0.2])
    opt.update({"W": np.zeros((2, 4, 3))}, {"W": g})
    np.testing.assert_allclose(opt.state["row"]["W"], 1 + (g**2).sum(axis=2))


BROKEN = {
    "one too many": (lambda g, m: (g, m, m), TypeError, "must return a tuple", "['m']"),
    "no tuple": (lambda g, m: g, TypeError, "must return a tuple"),
    "a list": (lambda g, m: [g, m], TypeError, "must return a tuple"),
    "a step that broadcasts": (
        lambda g, m: (g.sum(axis=0), m),
        ValueError,
        "step of 'W'",
        "(3,)",
        "(4, 3)",
    ),
    "a step that is a number": (lambda g, m: (1.0, m), ValueError, "step of 'W'", "()", "(4, 3)"),
    "a moment that broadcasts": (lambda g, m: (g, m[:1]), ValueError, "m of 'W'", "(1, 3)"),
    "a complex step": (lambda g, m: (g * 1j, m), TypeError, "step of 'W'", "complex128"),
    "a step of objects": (lambda g, m: (g.astype(object), m), TypeError, "step of 'W'", "object"),
    "no step": (lambda g, m: (None, m), TypeError, "step of 'W'", "object"),
    "NaN": (lambda g, m: (g * np.nan, m), FloatingPointError, "'W'", "step", "not finite"),
    "a moment without end": (
        lambda g, m: (g, m + np.inf),
        FloatingPointError,
        "'W'",
        "the m that",
        "not finite",
    ),
    "g in place": (lambda g, m: (np.multiply(g, 2, out=g), m), ValueError, "in place", "m *= 0.9"),
    "m in place": (lambda g, m: (g, m.__imul__(2)), ValueError, "in place", "m *= 0.9"),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("steps", [0, 2])
def test_what_a_rule_must_not_return_is_refused_and_nothing_has_moved(broken, steps):
    equation, error, *words = BROKEN[broken]

    class Broken(Optimizer):
        moments = ("m",)

        @staticmethod
        def rule(g, m, *, t, lr):
            return equation(g, m) if t > steps and g.ndim == 2 else (-lr * g, m + g)

    opt = Broken(lr=0.1)
    params = {"b": np.ones(3), "W": np.ones((4, 3)), "x": 1.0}
    grads = {"b": np.ones(3), "W": np.ones((4, 3)), "x": 1.0}
    for _ in range(steps):
        opt.update(params, grads)
    before = exact(params), exact(grads), exact(opt.state), opt.t
    with pytest.raises(error) as caught:
        opt.update(params, grads)
    message = caught.value.args[0]
    assert all(word in message for word in ("Broken", *words)), message
    assert (exact(params), exact(grads), exact(opt.state), opt.t) == before


def test_a_rule_that_raises_on_its_second_parameter_leaves_the_first_where_it_was():
    class Picky(Momentum):
        @staticmethod
        def rule(g, v, **settings):
            if g.size == 2:
                raise RuntimeError("two is too many")
            return Momentum.rule(g, v, **settings)

    opt, params = Picky(), {"a": np.ones(3), "b": np.ones(2)}
    with pytest.raises(RuntimeError, match="two is too many"):
        opt.update(params, {"a": np.ones(3), "b": np.ones(2)})
    assert exact(params) == exact({"a": np.ones(3), "b": np.ones(2)})
    assert (opt.t, opt.state) == (0, {})


STARTS = {
    "too few": (lambda theta: (theta,), TypeError, "must return a tuple"),
    "no tuple": (lambda theta: theta, TypeError, "must return a tuple"),
    "None": (lambda theta: (theta, None), TypeError, "finite numbers"),
    "NaN": (lambda theta: (theta, theta * np.nan), TypeError, "finite numbers"),
    "complex": (lambda theta: (theta, theta * 1j), TypeError, "finite numbers"),
}


@pytest.mark.parametrize("wrong", STARTS)
def test_moments_that_cannot_be_started_with_are_refused(wrong):
    first, error, words = STARTS[wrong]

    class Wrong(Adam):
        def start(self, theta, g):
            return first(theta)

    opt, params = Wrong(), {"W": np.ones(2)}
    with pytest.raises(error, match=words):
        opt.update(params, {"W": np.ones(2)})
    assert (opt.t, opt.state, params["W"].tolist()) == (0, {}, [1, 1])


def test_an_element_wise_rule_has_moments_of_the_shape_of_its_parameter():
    class Wrong(Momentum):
        def start(self, theta, g):
            return (np.zeros(1),)

        @elementwise
        def rule(g, v, **settings):
            return g, v

    with pytest.raises(
        ValueError, match=r"Wrong.start .* v of 'W' .*\(1,\).*\(2,\).*@staticmethod"
    ):
        Wrong().update({"W": np.ones(2)}, {"W": np.ones(2)})


def test_a_subclass_that_writes_its_own_rule_has_to_say_again_that_it_is_elementwise():
    class Whole(SGD):
        @staticmethod
        def rule(g, *, t, lr):
            return (-lr * g / abs(g).max(),)

    class Same(SGD):
        pass

    assert (SGD.is_elementwise, Whole.is_elementwise, Same.is_elementwise) == (True, False, True)


def test_ranges_are_declared_by_the_rule_and_inherited():
    from optimizers.ranges import AT_LEAST_0, Range

    whole = Range("a whole number", lambda x: x == np.floor(x), (1, 2, 3, 4), (0.5,))

    class Every(SGD):
        ranges = {"k": whole}  # noqa: RUF012

        def __init__(self, lr=0.1, k=5):
            super(SGD, self).__init__(lr=lr, k=k)

    assert Every.ranges["lr"] is AT_LEAST_0
    with pytest.raises(ValueError, match=r"^k must be a whole number, not 0.5"):
        Every(k=0.5)
    with pytest.raises(ValueError, match=r"^lr must be at least 0"):
        Every(lr=-1)
    with pytest.raises(ValueError, match=r"^weight_decay must be at least 0, not -5"):
        Optimizer(weight_decay=-5)
    assert "k" not in SGD.ranges
