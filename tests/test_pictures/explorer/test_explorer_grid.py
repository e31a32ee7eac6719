"""The whole grid: run once, joined, and packed so that every setting finds its own values."""

import base64
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unpacked import pick, unpack

from pictures.explorer import Choice, Slider, Steps
from pictures.explorer.buffer import TYPES, Buffer
from pictures.explorer.grid import Grid, evaluate

RANGES = {"f4": (-3e38, 3e38), "i2": (-32_768, 32_767), "u1": (0, 255)}
CONTROLS = {
    "t": Steps("step", 2),
    "a": Slider("a", [1, 2], 1),
    "rule": Choice("rule", {"one": 1, "two": 2, "three": 3}),
    "b": Slider("b", [10, 20, 30], 10),
}
SIZES = (3, 2, 3, 3)  # rule, a, b, t


def test_axes_are_choices_then_sliders_then_steps():
    assert list(Grid(CONTROLS).controls) == ["rule", "a", "b", "t"]


def test_the_function_runs_once_for_each_combination_of_choices():
    calls = []

    def run(rule, a, b, start):
        calls.append((rule, a.tolist(), b.tolist(), start))
        a *= 0  # harms nobody
        b[:] = np.nan
        return {"sum": rule}

    results = evaluate(run, Grid(CONTROLS), lambda labels: {}, start=None)
    lanes = [1, 1, 1, 2, 2, 2], [10, 20, 30, 10, 20, 30]
    assert calls == [(rule, *lanes, None) for rule in (1, 2, 3)]
    found = {key: values["sum"].array.tolist() for key, values in results.items()}
    assert found == {("one",): [[1]], ("two",): [[2]], ("three",): [[3]]}
    assert CONTROLS["a"].values == (1, 2)


@pytest.mark.parametrize(
    ("returned", "error", "words"),
    [
        (None, TypeError, "returned a NoneType: return a dict"),
        ([1], TypeError, "returned a list: return a dict"),
        ({"sum": 1}, ValueError, r"the panels draw \['path'\], which .* does not return"),
    ],
)
def test_what_is_no_dict_of_every_mark_is_refused(returned, error, words):
    with pytest.raises(error, match=words):
        evaluate(lambda **settings: returned, Grid(CONTROLS), lambda labels: {"path": None})


def test_arrays_are_joined_over_choices_sliders_and_steps():
    whole = np.arange(3 * 6 * 3 * 2.0).reshape(3, 6, 3, 2)
    arrays = [whole[0, :1, :1], whole[1, :, :1], whole[2]]
    joined = Grid(CONTROLS).spread(arrays, "it")
    assert joined.shape == (*SIZES, 2)
    expected = np.stack([np.broadcast_to(a, (6, 3, 2)) for a in arrays]).reshape(*SIZES, 2)
    np.testing.assert_array_equal(joined, expected)


def test_arrays_that_nothing_moves_are_joined_small():
    assert Grid(CONTROLS).spread([np.zeros((1, 1, 5, 2))] * 3, "it").shape == (3, 1, 1, 1, 5, 2)


def test_another_number_of_points_with_another_choice_is_refused():
    arrays = [np.zeros((6, 1, n, 2)) for n in (5, 4, 5)]
    with pytest.raises(ValueError, match=r"'it' has another shape.*\(4, 2\), \(5, 2\)"):
        Grid(CONTROLS).spread(arrays, "it")


def test_every_setting_has_its_lane_and_its_step():
    grid = Grid(CONTROLS)
    assert (grid.lanes, grid.steps, grid.step) == (6, 3, "t")
    lanes = grid.sweep()
    for a, b, t in product([1, 2], [10, 20, 30], range(3)):
        lane, step = grid.place({"rule": "two", "a": a, "b": b, "t": t})
        assert (lanes["a"][lane], lanes["b"][lane], step) == (a, b, t)


def test_a_grid_without_sliders_or_step_has_no_such_axis():
    grid = Grid({"rule": CONTROLS["rule"]})
    assert (grid.lanes, grid.steps, grid.step, grid.sweep()) == (None, None, None, {})
    assert grid.place({"rule": "two"}) == (0, 0)
    assert grid.chosen({"rule": "two"}) == ("two",)
    assert grid.combinations() == [{"rule": name} for name in ("one", "two", "three")]


def test_the_grid_of_one_setting_may_be_off_the_grid():
    grid = Grid(CONTROLS).alone({"rule": "two", "a": 1.25, "b": 30, "t": 1})
    assert grid.start == {"rule": "two", "a": 1.25, "b": 30.0, "t": 1}
    assert (grid.lanes, grid.steps) == (1, 3)
    assert grid.codes(grid.start) == {"rule": "'two'", "a": "1.25", "b": "30", "t": "1"}
    assert grid.texts(grid.start)["rule"] == "two"


@st.composite
def grids(draw):
    """Arrays of several types over the same controls, constant along some of them."""
    axes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    arrays = []
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(TYPES))
        tail = draw(st.lists(st.integers(1, 3), max_size=2))
        moved = [size if draw(st.booleans()) else 1 for size in axes]
        low, high = RANGES[kind]
        rng = np.random.default_rng(draw(st.integers(0, 2**32)))
        values = rng.uniform(low / 2, high / 2, (*moved, *tail)).astype(kind) * 2
        arrays.append((kind, np.broadcast_to(values, (*axes, *tail))))
    return axes, arrays


@given(grids())
def test_every_setting_finds_its_own_values(grid):
    axes, arrays = grid
    buffer = Buffer()
    places = [buffer.add(array, kind, len(axes)) for kind, array in arrays]
    parts = unpack(buffer.pack())
    for where, (kind, array) in zip(places, arrays, strict=True):
        assert TYPES[where[0]] == kind
        for at in np.ndindex(*axes):
            np.testing.assert_array_equal(pick(parts, where, at), array[at].reshape(-1))


def test_axes_that_do_not_matter_are_dropped_and_equal_arrays_stored_once():
    buffer = Buffer()
    array = np.arange(6).reshape(2, 1, 3) + np.zeros((2, 4, 3))
    assert buffer.add(array, "i2", 2) == [1, 0, 3, [3, 0]]
    assert buffer.add(array.copy(), "i2", 2) == [1, 0, 3, [3, 0]]
    assert buffer.add(np.full((2, 4, 3), 7), "i2", 2) == [1, 6, 3, [0, 0]]
    assert buffer.add(array, "f4", 2) == [0, 0, 3, [3, 0]]
    assert [part.size for part in unpack(buffer.pack())] == [6, 9, 0]


def test_differences_wrap_around_and_so_do_their_sums():
    buffer = Buffer()
    extremes = np.array([[32_767, -32_768, 32_767, 0, -32_768, -32_768]])
    where = buffer.add(extremes, "i2", 1)
    assert pick(unpack(buffer.pack()), where, [0]).tolist() == extremes[0].tolist()


@given(grids())
def test_the_script_unpacks_what_python_has_packed(javascript, grid):
    buffer = Buffer()
    for kind, array in grid[1]:
        buffer.add(array, kind, len(grid[0]))
    packed = buffer.pack()
    text = base64.b64encode(packed).decode()
    bytes_ = f"Uint8Array.from(atob('{text}'), (c) => c.charCodeAt(0))"
    found = javascript(f"unpack({bytes_}).then((parts) => parts.map((part) => [...part]))")
    for part, expected in zip(found, unpack(packed), strict=True):
        assert np.array_equal(np.array(part, expected.dtype), expected)
