"""What a run, a network and a data set are handed: one table for each kind of value, and every
entrance that takes such a value. Each is refused with the error's class and in words that name the
culprit and the remedy, and what was handed in is as it was, to the last bit.
"""

import copy

import numpy as np
import pytest
from every_rule import exact

from optimizers import (
    BOWL,
    SGD,
    Adam,
    Dataset,
    Landscape,
    Momentum,
    TwoLayerNet,
    descend,
    digits,
    minibatches,
    train,
)

NET = TwoLayerNet(inputs=4, hidden=3, outputs=3)


def good():
    """Arguments that every entrance takes; fresh ones, since some are changed in place."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 4)), np.arange(9) % 3
    return {
        "optimizer": Adam(),
        "landscape": BOWL,
        "start": (1.0, 2.0),
        "net": NET,
        "params": NET.init(rng),
        "data": Dataset("tiny", x[:6], y[:6], x[6:], y[6:]),
        "x": x,
        "y": y,
        "steps": 2,
        "epochs": 1,
        "n": 6,
        "batch_size": 4,
        "rng": rng,
    }


def of_descent(a):
    descend(a["optimizer"], a["landscape"], a["steps"], a["start"])


def of_training(a):
    more = {name: a[name] for name in ("epochs", "batch_size", "rng", "progress") if name in a}
    train(a["net"], a["params"], a["optimizer"], a["data"], **more)


def of_no_epoch(a):
    of_training(a | {"epochs": 0})


def of_epoch(a):
    minibatches(a["n"], a["batch_size"], a["rng"])


def of_start(a):
    NET.init(a["rng"])


def of_scores(a):
    NET.scores(a["params"], a["x"])


def of_loss(a):
    NET.loss(a["params"], a["x"], a["y"])


def of_accuracy(a):
    NET.accuracy(a["params"], a["x"], a["y"])


def of_gradient(a):
    NET.gradient(a["params"], a["x"], a["y"])


def of_training_set(a):
    Dataset("mine", a["x"], a["y"], np.ones((2, 4)), np.arange(2))


def of_test_set(a):
    Dataset("mine", np.ones((2, 4)), np.arange(2), a["x"], a["y"])


def seen(arguments):
    """Everything that a call might change."""
    everything = {}
    for name, value in arguments.items():
        if name == "rng" and isinstance(value, np.random.Generator):
            everything[name] = value.bit_generator.state
        elif hasattr(value, "state_dict") and not isinstance(value, type):
            everything[name] = repr(value), exact(value.state_dict())
        elif isinstance(value, Dataset):
            everything[name] = exact(vars(value))
        elif isinstance(value, dict | np.ndarray):
            everything[name] = exact(value)
    return everything


def refused(entrance, changes, error, *words):
    """Assert that a call with these arguments in place of good ones is refused in these words."""
    arguments = good() | changes
    before, identities = copy.deepcopy(seen(arguments)), {k: id(v) for k, v in arguments.items()}
    with pytest.raises(error) as caught:
        entrance(arguments)
    assert type(caught.value) is error
    message = caught.value.args[0]
    for word in words:
        assert word in message, message
    assert seen(arguments) == before
    assert {k: id(v) for k, v in arguments.items()} == identities


def table(kinds, *entrances):
    """All cases of a kind, at all entrances of that kind: (entrance, name of the argument)."""
    return pytest.mark.parametrize(
        ("entrance", "name", "case"),
        [
            pytest.param(entrance, name, case, id=f"{entrance.__name__}-{name}-{kind}")
            for kind, case in kinds.items()
            for entrance, *names in entrances
            for name in names
        ],
    )


OF_IMAGES = (of_scores, of_loss, of_accuracy, of_gradient, of_training_set, of_test_set)
OF_LABELS = OF_IMAGES[1:]


@pytest.mark.parametrize("entrance", [of_descent, of_training, of_epoch, of_start, *OF_IMAGES])
def test_good_arguments_are_taken(entrance):
    entrance(good())


OPTIMIZERS = {
    "the class": (Adam, TypeError, "optimizer is the class Adam", "write Adam()"),
    "its name": ("adam", TypeError, "optimizer is 'adam'", "Adam(lr=0."),
    "a landscape": (BOWL, TypeError, "optimizer is a Landscape", "Adam(lr=0."),
    "nothing": (None, TypeError, "optimizer is None", "Adam(lr=0."),
    "a number": (0.1, TypeError, "optimizer is 0.1", "Adam(lr=0."),
    "its rule": (Adam.rule, TypeError, "the function rule", "Adam(lr=0."),
}


@table(OPTIMIZERS, (of_descent, "optimizer"), (of_training, "optimizer"))
def test_what_is_no_optimizer(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


def test_arguments_in_the_wrong_order_are_told_the_right_one():
    refused(
        of_descent,
        {"optimizer": BOWL, "landscape": Adam()},
        TypeError,
        "descend(Adam(lr=0.1), BOWL)",
    )
    swapped = {"net": good()["params"], "params": NET}
    refused(of_training, swapped, TypeError, "net is a dict", "train(net, params, Adam(lr=0.01)")
    refused(of_training, {"params": NET}, TypeError, "params is a TwoLayerNet", "net.init(rng)")


LANDSCAPES = {
    "its name": ("bowl", TypeError, "landscape is 'bowl'", "BOWL, or landscape('bowl')"),
    "the class": (Landscape, TypeError, "the class Landscape", "BOWL"),
    "a function": (good, TypeError, "the function good", "BOWL"),
    "an optimizer": (Adam(), TypeError, "landscape is an Adam", "descend(Adam(lr=0.1), BOWL)"),
    "nothing": (None, TypeError, "landscape is None", "BOWL"),
}


@table(LANDSCAPES, (of_descent, "landscape"))
def test_what_is_no_landscape(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


COUNTS = {
    "negative": (-1, ValueError, "is -1", "a whole number"),
    "a fraction": (2.5, ValueError, "is 2.5", "a whole number"),
    "inf": (np.inf, ValueError, "is inf", "a whole number"),
    "NaN": (np.nan, ValueError, "is nan", "a whole number"),
    "a fraction of NumPy's": (np.float32(0.5), ValueError, "is 0.5", "a whole number"),
    "True": (True, TypeError, "is True", "a whole number"),
    "NumPy's True": (np.True_, TypeError, "is True", "a whole number"),
    "nothing": (None, TypeError, "is None", "a whole number"),
    "text": ("3", TypeError, "is '3'", "a whole number"),
    "complex": (3 + 0j, TypeError, "is (3+0j)", "a whole number"),
    "an array": (np.arange(3), TypeError, "an array of int64 of shape (3,)", "a whole number"),
    "a list": ([3], TypeError, "is a list", "a whole number"),
}
EVERY_COUNT = (
    (of_descent, "steps"),
    (of_training, "epochs", "batch_size"),
    (of_no_epoch, "batch_size"),
    (of_epoch, "n", "batch_size"),
)


@table(COUNTS, *EVERY_COUNT)
def test_what_is_no_count(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, name, *words)


@table(
    {"int64": np.int64(6), "uint8": np.uint8(6), "float": 6.0, "float32": np.float32(6)},
    *EVERY_COUNT,
)
def test_numpys_numbers_and_whole_floats_are_counts(entrance, name, case):
    entrance(good() | {name: case})


@table({"0": 0, "more than there are": 7}, (of_training, "batch_size"), (of_epoch, "batch_size"))
def test_a_mini_batch_has_one_to_all_examples(entrance, name, case):
    refused(entrance, {name: case}, ValueError, "batch_size", f"is {case}", "from 1 to 6")


STARTS = {
    "one coordinate": ((1.0,), ValueError, "start is (1.0,)", "a pair of numbers (x, y)"),
    "three coordinates": ((1.0, 2.0, 3.0), ValueError, "start is", "a pair"),
    "complex": ((1j, 2.0), TypeError, "start has 1j", "a pair of numbers"),
    "complex array": (np.ones(2) * 1j, TypeError, "start has 1j", "a pair of numbers"),
    "NaN": ((np.nan, 0.0), ValueError, "not finite", "a pair of numbers"),
    "inf": ((0.0, -np.inf), ValueError, "not finite", "a pair of numbers"),
    "a number": (3.0, TypeError, "start is 3.0", "a pair of numbers"),
    "text": ("xy", TypeError, "start is 'xy'", "a pair of numbers"),
    "texts": (("1", "2"), TypeError, "start has '1'", "a pair of numbers"),
    "rows": (np.ones((2, 2)), TypeError, "start has an array", "a pair of numbers"),
}


@table(STARTS, (of_descent, "start"))
def test_what_is_no_start(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


@pytest.mark.parametrize("start", [(3, -1), [3.0, -1.0], np.array([3, -1]), np.float32([3, -1])])
def test_two_numbers_of_any_kind_are_a_start(start):
    assert descend(SGD(), BOWL, 0, start).points.tolist() == [[3.0, -1.0]]


GENERATORS = {
    "a seed": (0, TypeError, "rng is 0", "np.random.default_rng(0)"),
    "nothing": (None, TypeError, "rng is None", "np.random.default_rng(0)"),
    "no brackets": (np.random.default_rng, TypeError, "default_rng", "np.random.default_rng(0)"),
    "the class": (np.random.Generator, TypeError, "the class Generator", "default_rng(0)"),
}


@table(
    GENERATORS, *((entrance, "rng") for entrance in (of_training, of_no_epoch, of_epoch, of_start))
)
def test_what_is_no_generator(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


NINE = np.linspace(0, 1, 36).reshape(9, 4)


def spoiled(value):
    x = NINE.copy()
    x[2, 1] = value
    return x


IMAGES = {
    "NaN": (spoiled(np.nan), ValueError, "x", "[2]", "not finite", "nan_to_num"),
    "inf": (spoiled(np.inf), ValueError, "x", "[2]", "not finite", "nan_to_num"),
    "-inf": (spoiled(-np.inf), ValueError, "x", "[2]", "not finite", "nan_to_num"),
    "integers": ((255 * NINE).astype(np.uint8), TypeError, "x", "uint8", "/ 255"),
    "truth": (NINE > 0.5, TypeError, "x", "bool", "write floats"),
    "complex": (NINE * 1j, TypeError, "x", "complex128", "write floats"),
    "objects": (NINE.astype(object), TypeError, "x", "object", "write floats"),
    "a list": (NINE.tolist(), TypeError, "x", "a list", "np.asarray(", "dtype=float"),
    "masked": (np.ma.masked_less(NINE, 0.1), TypeError, "x", "MaskedArray", "np.asarray("),
    "rows and columns": (NINE.reshape(9, 2, 2), ValueError, "x", "(9, 2, 2)", "reshape(len("),
    "one image": (NINE[0], ValueError, "x", "(4,)", "one row for each image"),
    "no image": (NINE[:0], ValueError, "x", "(0, 4)", "one row for each image"),
    "wrong width": (NINE[:, :3], ValueError, "3", "4"),
    "nothing": (None, TypeError, "x", "None", "np.asarray("),
}


@table(IMAGES, *((entrance, "x") for entrance in OF_IMAGES))
def test_what_are_no_images(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


CLASSES = np.arange(9) % 3
LABELS = {
    "a column": (CLASSES[:, None], ValueError, "y", "(9, 1)", "ravel()"),
    "one-hot": (np.eye(3, dtype=int)[CLASSES], ValueError, "y", "(9, 3)", "argmax(axis=1)"),
    "one-hot floats": (np.eye(3)[CLASSES], ValueError, "y", "(9, 3)", "argmax(axis=1)"),
    "floats": (CLASSES.astype(float), TypeError, "y", "float64", "astype(int)"),
    "text": (CLASSES.astype(str), TypeError, "y", "<U", "astype(int)"),
    "truth": (CLASSES > 0, TypeError, "y", "bool", "astype(int)"),
    "a list": (CLASSES.tolist(), TypeError, "y", "a list", "np.asarray(", "dtype=int"),
    "masked": (np.ma.masked_less(CLASSES, 1), TypeError, "y", "MaskedArray", "np.asarray("),
    "too few": (CLASSES[:8], ValueError, "x", "9 images", "8 labels"),
    "too many": (np.arange(10) % 3, ValueError, "x", "9 images", "10 labels"),
    "one for all": (np.array(1), ValueError, "y", "()", "one axis"),
    "below 0": (CLASSES - 1, ValueError, "y", "from -1 to 1", "write 0"),
    "nothing": (None, TypeError, "y", "None", "np.asarray("),
}


@table(LABELS, *((entrance, "y") for entrance in OF_LABELS))
def test_what_are_no_labels(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


@table({"too high": CLASSES + 1}, (of_loss, "y"), (of_accuracy, "y"), (of_gradient, "y"))
def test_a_label_that_the_network_does_not_know(entrance, name, case):
    refused(entrance, {name: case}, ValueError, "y has labels from 1 to 3", "write 0 to 2")


def other(data, **changes):
    """A data set that has been changed after it was made."""
    for name, value in changes.items():
        getattr(data, name)[0] = value
    return data


DATA = {
    "a tuple": ((NINE, CLASSES), TypeError, "data is a tuple", "digits()", "Dataset("),
    "no brackets": (digits, TypeError, "the function digits", "digits()"),
    "of other width": (
        Dataset("wide", np.ones((6, 5)), CLASSES[:6], np.ones((3, 5)), CLASSES[6:]),
        ValueError,
        "5 pixels",
        "4 inputs",
        "TwoLayerNet(inputs=5",
    ),
    "an unknown label": (other(good()["data"], y_train=3), ValueError, "0 to 3", "write 0 to 2"),
    "an unknown test label": (other(good()["data"], y_test=9), ValueError, "9", "write 0 to 2"),
    "NaN put in later": (other(good()["data"], x_train=np.nan), ValueError, "x[0]", "not finite"),
}


@table(DATA, (of_training, "data"))
def test_what_is_no_data_for_the_network(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


def wide():
    return TwoLayerNet(inputs=4, hidden=5, outputs=3).init(np.random.default_rng(0))


def without(key):
    params = good()["params"]
    del params[key]
    return params


PARAMETERS = {
    "of another network": (wide(), ValueError, "'W1'", "(4, 5)", "(4, 3)", "net.init(rng)"),
    "without W1": (without("W1"), KeyError, "lacks", "'W1'", "net.init(rng)"),
    "without b2": (without("b2"), KeyError, "lacks", "'b2'", "net.init(rng)"),
    "a landscape's": ({"x": 1.0, "y": 2.0}, KeyError, "lacks", "W1", "['x', 'y']", "net.init(rng)"),
}
OF_PARAMETERS = (of_scores, of_loss, of_accuracy, of_gradient, of_training)


@table(PARAMETERS, *((entrance, "params") for entrance in OF_PARAMETERS))
def test_what_are_no_parameters_of_the_network(entrance, name, case):
    value, error, *words = case
    refused(entrance, {name: value}, error, *words)


def lanes(n):
    return {key: np.repeat(p[None], n, axis=0) for key, p in good()["params"].items()}


RUNS = {
    "params too many": (
        {"params": good()["params"] | {"b3": np.zeros(3)}},
        KeyError,
        "has ['b3']",
        "net.init(rng)",
    ),
    "one network for a sweep": (
        {"optimizer": SGD(lr=np.array([0.1, 0.2]))},
        ValueError,
        "'W1' has shape (4, 3), not (2, 4, 3)",
        "2 lanes",
        "np.repeat(p[None], 2, axis=0)",
    ),
    "networks for one setting": (
        {"params": lanes(3)},
        ValueError,
        "'W1' has shape (3, 4, 3), not (4, 3)",
        "lr=np.full(3, …)",
    ),
    "other lanes": (
        {"params": lanes(3), "optimizer": SGD(lr=np.array([0.1, 0.2]))},
        ValueError,
        "'W1' has shape (3, 4, 3), not (2, 4, 3)",
    ),
    "the network's class": (
        {"net": TwoLayerNet},
        TypeError,
        "the class TwoLayerNet",
        "(64, 32, 10)",
    ),
    "progress": ({"progress": 3}, TypeError, "progress is 3", "a function of the epoch"),
}


@pytest.mark.parametrize("case", RUNS.values(), ids=RUNS)
def test_what_does_not_fit_a_run(case):
    changes, error, *words = case
    refused(of_training, changes, error, *words)


def test_an_optimizer_that_has_made_steps_does_not_go_on_in_silence():
    used = Momentum()
    used.update({"x": 1.0}, {"x": 1.0})
    refused(of_descent, {"optimizer": used}, ValueError, "has made 1 steps", "a new one")
    arguments = good() | {"optimizer": Momentum()}
    of_training(arguments)
    used = {"optimizer": arguments["optimizer"], "params": arguments["params"]}
    refused(of_training, used, ValueError, "has made 2 steps", "a new one", "resume=True")


def test_the_two_parts_of_a_data_set_have_one_width():
    with pytest.raises(ValueError, match="x_train has 4 pixels an image, but x_test has 3"):
        Dataset("mine", NINE, CLASSES, NINE[:, :3], CLASSES)
