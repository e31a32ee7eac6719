"""Large arrays are updated in blocks; a block boundary must never show in the numbers."""

import numpy as np
import pytest
from every_rule import RULES, SWEEPS, exact

from optimizers import Adam, Optimizer, elementwise
from optimizers.slots import BLOCK_BYTES

every_rule = pytest.mark.parametrize("rule", RULES)


def one_by_one(rule, p, gradients, pieces):
    """The same updates, each piece of the array as a small parameter of its own."""
    opt, params = rule(), {str(i): p[piece].copy() for i, piece in enumerate(pieces)}
    for g in gradients:
        opt.update(params, {str(i): g[piece] for i, piece in enumerate(pieces)})
    return params, opt.state


@every_rule
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_array_moves_like_its_small_pieces(rule, dtype):
    per_block = BLOCK_BYTES // np.dtype(dtype).itemsize
    rng = np.random.default_rng(3)
    for size in [per_block - 1, per_block, per_block + 1, 2 * per_block + 17]:
        p = rng.normal(size=size).astype(dtype)
        gradients = [rng.normal(size=size).astype(dtype) for _ in range(2)]
        pieces = [slice(i, i + 5_000) for i in range(0, size, 5_000)]
        small, state = one_by_one(rule, p, gradients, pieces)
        opt, params = rule(), {"p": p}
        for g in gradients:
            opt.update(params, {"p": g})
        assert params["p"] is p
        assert exact(p) == exact(np.concatenate(list(small.values())))
        for moment in rule.moments:
            assert opt.state[moment]["p"].dtype == dtype
            whole = np.concatenate(list(state[moment].values()))
            assert exact(opt.state[moment]["p"]) == exact(whole)


SHAPES = {
    "matrix": lambda a: a.reshape(300, 200),
    "Fortran": lambda a: np.asfortranarray(a.reshape(300, 200)),
    "transposed": lambda a: a.reshape(200, 300).T,
    "every other column": lambda a: a.reshape(300, 200)[:, ::2],
    "every third row": lambda a: a.reshape(300, 200)[::3],
    "backwards": lambda a: a[::-1],
    "three axes": lambda a: a.reshape(20, 30, 100).transpose(2, 0, 1),
    "one wide row": lambda a: a.reshape(1, -1),
    "one wide row of a wider one": lambda a: a.reshape(1, -1)[:, ::2],
    "one tall column": lambda a: a.reshape(-1, 1),
}


@every_rule
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("of_gradient", ["its own", "contiguous", "Fortran"])
def test_large_arrays_of_any_shape_move_like_their_rows(rule, shape, of_gradient):
    rng = np.random.default_rng(4)
    memory = rng.normal(size=60_000)
    p = SHAPES[shape](memory)
    outside = memory.copy()
    SHAPES[shape](outside)[...] = 0
    gradients = [SHAPES[shape](rng.normal(size=60_000)) for _ in range(2)]
    axis = int(np.argmax(p.shape))
    step = -(-p.shape[axis] // 7)
    pieces = [(slice(None),) * axis + (slice(i, i + step),) for i in range(0, p.shape[axis], step)]
    small, _ = one_by_one(rule, p, gradients, pieces)
    opt, params = rule(), {"p": p}
    for g in gradients:
        given = {"its own": g, "contiguous": g.copy(), "Fortran": np.asfortranarray(g)}
        opt.update(params, {"p": given[of_gradient]})
    expected = np.concatenate(list(small.values()), axis=axis)
    assert exact(p) == exact(expected)
    SHAPES[shape](memory)[...] = 0
    assert exact(memory) == exact(outside), "what the view leaves out has moved"


@every_rule
@pytest.mark.parametrize("shape", [(20_001,), (3, 7_000), (2_000, 9), (300, 5, 20)])
def test_a_large_sweep_moves_like_its_lanes(rule, shape):
    lanes = shape[0]
    settings = {n: np.resize(SWEEPS[n], lanes) for n in rule().hyperparameters}
    opt, params = rule(**settings), {"p": np.ones(shape)}
    rng = np.random.default_rng(5)
    gradients = [rng.normal(size=shape) for _ in range(3)]
    for g in gradients:
        opt.update(params, {"p": g})
    chosen = [0, 1, 2, lanes // 2, lanes - 2, lanes - 1]
    for lane in {i for i in chosen if i < lanes}:
        single = rule(**{n: float(values[lane]) for n, values in settings.items()})
        alone = {"p": np.ones(shape[1:])}
        for g in gradients:
            single.update(alone, {"p": np.array(g[lane])})
        np.testing.assert_allclose(params["p"][lane], alone["p"], rtol=1e-13, atol=1e-14)


def test_a_rule_is_handed_blocks_below_the_threshold_of_malloc():
    sizes = []

    class Watched(Optimizer):
        moments = ("v",)

        @elementwise
        def rule(g, v, *, t, lr):
            sizes.append((g.nbytes, v.nbytes))
            return -lr * g, v

    for dtype in (np.float32, np.float64):
        sizes.clear()
        p = np.ones((500, 1000), dtype)
        Watched(lr=0.1).update({"p": p}, {"p": p.copy()})
        assert sum(size for size, _ in sizes) == p.nbytes
        assert all(size == moment < 128 * 1024 for size, moment in sizes)
        assert len(sizes) == -(-p.nbytes // BLOCK_BYTES)


def test_a_small_array_is_one_call():
    calls = []

    class Counted(Adam):
        @staticmethod
        def rule(g, m, v, **settings):
            calls.append(g.shape)
            return Adam.rule(g, m, v, **settings)

    Counted().update({"W": np.ones((30, 50)), "x": 1.0}, {"W": np.ones((30, 50)), "x": 1.0})
    assert len(calls) == 2
