"""Real data to train on, and the mini-batches that training takes from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and their labels, split for training and testing.

    Attributes
    ----------
    name : str
    x_train, x_test : float array, shape (images, pixels)
        Grey values from 0 to 1.
    y_train, y_test : int array, shape (images,)
        The digits, 0 to 9.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def digits() -> Dataset:
    """Return scikit-learn's 1797 handwritten digits of 8 × 8 pixels, 1347 of them to train on.

    They come with scikit-learn: nothing is fetched. The split is shuffled once, with seed 0.

    References
    ----------
    Alpaydin and Kaynak (1998).
    """
    from sklearn.datasets import load_digits

    images = load_digits()
    return _split("digits", images.data / 16, images.target, train=1347)


def mnist() -> Dataset:
    """Return MNIST, 60000 + 10000 digits of 28 × 28 pixels, by scikit-learn's OpenML loader.

    It is fetched on first use, about 15 MB, and kept in scikit-learn's data folder.

    Raises
    ------
    ConnectionError
        There is no network, or OpenML does not answer.

    References
    ----------
    LeCun et al. (1998).
    """
    from sklearn.datasets import fetch_openml

    try:
        x, y = fetch_openml(
            "mnist_784", version=1, return_X_y=True, as_frame=False, parser="liac-arff"
        )
    except OSError as error:
        raise ConnectionError(
            "MNIST could not be fetched from OpenML: connect to the network once, or use digits(), "
            "which comes with scikit-learn"
        ) from error
    x, y = x / 255, y.astype(int)
    return Dataset("MNIST", x[:60000], y[:60000], x[60000:], y[60000:])


def _split(name: str, x: np.ndarray, y: np.ndarray, train: int) -> Dataset:
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order], y[order]
    return Dataset(name, x[:train], y[:train], x[train:], y[train:])


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield one epoch: the indices 0 … n−1 in random order, ``batch_size`` at a time.

    The last mini-batch is smaller where the size does not divide n: every example comes once.

    Raises
    ------
    ValueError
        ``batch_size`` is not a whole number from 1 to n.
    """
    if batch_size != int(batch_size) or not 1 <= batch_size <= n:
        raise ValueError(f"batch_size is {batch_size!r}: write a whole number from 1 to {n}")
    order = rng.permutation(n)
    for start in range(0, n, int(batch_size)):
        yield order[start : start + int(batch_size)]
