"""The data sets and the mini-batches."""

from urllib.error import URLError

import numpy as np
import pytest

from optimizers import digits, minibatches, mnist


def test_digits_are_scaled_and_split_without_overlap():
    data = digits()
    assert data.x_train.shape == (1347, 64)
    assert data.x_test.shape == (450, 64)
    everything = np.concatenate([data.x_train, data.x_test])
    assert everything.min() == 0
    assert everything.max() == 1
    assert len(np.unique(everything, axis=0)) == 1797
    assert set(data.y_train) == set(data.y_test) == set(range(10))


def test_images_keep_their_labels():
    sklearn = pytest.importorskip("sklearn.datasets")
    images = sklearn.load_digits()
    label = {row.tobytes(): y for row, y in zip(images.data / 16, images.target, strict=True)}
    data = digits()
    for x, y in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        assert [label[row.tobytes()] for row in x] == y.tolist()


def test_the_split_is_always_the_same():
    assert np.array_equal(digits().x_test, digits().x_test)


@pytest.fixture
def openml(monkeypatch):
    """Replace scikit-learn's loader, which needs a network, by a function of the test's own."""

    def replace(function):
        monkeypatch.setattr("sklearn.datasets.fetch_openml", function)

    return replace


def test_mnist_is_split_as_everywhere(openml):
    pixels = np.tile(np.arange(70000.0)[:, None] % 256, (1, 2))
    openml(lambda *_, **__: (pixels, (np.arange(70000) % 10).astype(str)))
    data = mnist()
    assert (len(data.x_train), len(data.x_test)) == (60000, 10000)
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)
    assert data.y_test[:3].tolist() == [0, 1, 2]


def test_mnist_without_a_network_says_what_to_do(openml):
    def fail(*_, **__):
        raise URLError("no route")

    openml(fail)
    with pytest.raises(ConnectionError, match=r"use digits\(\)"):
        mnist()


@pytest.mark.parametrize(("n", "size", "sizes"), [(10, 4, [4, 4, 2]), (6, 6, [6]), (3, 1, [1] * 3)])
def test_an_epoch_takes_every_example_once(n, size, sizes):
    batches = list(minibatches(n, size, np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == sizes
    assert sorted(np.concatenate(batches)) == list(range(n))


def test_epochs_are_shuffled():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(minibatches(50, 7, rng))) for _ in range(2))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.arange(50))


@pytest.mark.parametrize("size", [0, -1, 2.5, 11])
def test_a_wrong_batch_size_is_refused(size):
    with pytest.raises(ValueError, match="whole number from 1 to 10"):
        next(minibatches(10, size, np.random.default_rng(0)))
