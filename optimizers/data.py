"""Real data to train on, and the mini-batches that training takes from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from .arguments import check_methods, described, whole_number


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and their labels, split for training and testing; checked when it is made.

    Attributes
    ----------
    name : str
    x_train, x_test : float array, shape (images, pixels)
        Grey values, best from 0 to 1; none of them NaN or ±∞.
    y_train, y_test : int array, shape (images,)
        The digits, 0 to 9.

    Raises
    ------
    TypeError, ValueError
        What is no array of that type and shape; labels that do not go with the images.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            x, y = f"x_{part}", f"y_{part}"
            check_images(x, getattr(self, x))
            check_finite(x, getattr(self, x))
            check_labels(y, getattr(self, y), x, len(getattr(self, x)))
        if self.x_train.shape[1] != self.x_test.shape[1]:
            raise ValueError(
                f"x_train has {self.x_train.shape[1]} pixels an image, but x_test has "
                f"{self.x_test.shape[1]}: they must be the same"
            )


def check_images(name: str, x: Any) -> None:
    """Refuse what is no float array of one image a row; a microsecond, however many there are."""
    if not isinstance(x, np.ndarray) or isinstance(x, np.ma.MaskedArray):
        raise TypeError(f"{name} is {described(x)}: write np.asarray({name}, dtype=float)")
    if x.dtype.kind != "f":
        raise TypeError(
            f"{name} is {described(x)}: write floats, best from 0 to 1; grey values from 0 to 255 "
            f"are {name} / 255"
        )
    if x.ndim != 2 or not x.size:
        raise ValueError(
            f"{name} is {described(x)}: write one row for each image, (images, pixels); "
            f"images of rows and columns are {name}.reshape(len({name}), -1)"
        )


def check_finite(name: str, x: np.ndarray) -> None:
    """Refuse images with NaN or ±∞: every pixel is looked at."""
    if not (isfinite(x.min()) and isfinite(x.max())):
        image = int(np.argmin(np.isfinite(x).all(axis=1)))
        raise ValueError(
            f"{name}[{image}] has a pixel that is not finite: leave the image out, or write "
            f"np.nan_to_num({name})"
        )


def check_labels(name: str, y: Any, images: str, count: int, classes: int | None = None) -> None:
    """Refuse what is no label 0, 1, 2, … for each of so many images, below ``classes`` if given."""
    if not isinstance(y, np.ndarray) or isinstance(y, np.ma.MaskedArray):
        raise TypeError(f"{name} is {described(y)}: write np.asarray({name}, dtype=int)")
    if y.ndim == 2 and y.shape[1] > 1:
        raise ValueError(
            f"{name} is {described(y)}: write the number of the class, not a row for each image; "
            f"of one-hot rows it is {name}.argmax(axis=1)"
        )
    if y.dtype.kind not in "iu":
        raise TypeError(
            f"{name} is {described(y)}: write the numbers of the classes, {name}.astype(int)"
        )
    if y.ndim != 1:
        raise ValueError(f"{name} is {described(y)}: write one axis, {name}.ravel()")
    if len(y) != count:
        raise ValueError(f"{images} has {count} images, but {name} has {len(y)} labels: one each")
    low, high = int(y.min()), int(y.max())
    if low < 0 or (classes is not None and high >= classes):
        upto = "and up" if classes is None else f"to {classes - 1}"
        raise ValueError(f"{name} has labels from {low} to {high}: write 0 {upto}")


def digits() -> Dataset:
    """Return scikit-learn's 1797 handwritten digits of 8 × 8 pixels, 1347 of them to train on.

    They come with scikit-learn: nothing is fetched. The split is shuffled once, with seed 0.

    References
    ----------
    Alpaydin and Kaynak (1998).
    """
    from sklearn.datasets import load_digits  # type: ignore[import-untyped]

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
    """Return one epoch: the indices 0 … n−1 in random order, ``batch_size`` at a time.

    The last mini-batch is smaller where the size does not divide n: every example comes once.

    Raises
    ------
    TypeError, ValueError
        ``n`` or ``batch_size`` is not a whole number from 1, or from 1 to n; ``rng`` shuffles not.
    """
    n = whole_number("n", n, 1)
    batch_size = whole_number("batch_size", batch_size, 1, n)
    check_generator(rng)
    order = rng.permutation(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def check_generator(rng: Any) -> None:
    """Refuse what cannot shuffle."""
    check_methods("rng", rng, ["permutation"], "np.random.default_rng(0)")
