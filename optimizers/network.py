"""A two-layer network with its gradient by hand, and the loop that trains it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .base import Optimizer
from .data import Dataset, minibatches

Params = dict[str, np.ndarray]


@dataclass(frozen=True)
class TwoLayerNet:
    """Scores z = tanh(x W1 + b1) W2 + b2, and the mean cross-entropy of their softmax.

    It keeps no parameters: they are a dict that is passed in, as to an optimizer. Every array of
    it may have one more axis in front, one entry for each lane of a sweep; then so has every
    result.

    Attributes
    ----------
    inputs, hidden, outputs : int
        Pixels of an image, hidden units, classes.
    """

    inputs: int
    hidden: int
    outputs: int

    def init(self, rng: np.random.Generator) -> Params:
        """Return W1 (inputs, hidden), b1 (hidden,), W2 (hidden, outputs), b2 (outputs,).

        Weights are normal with variance 1 / (number of inputs of the layer), biases 0.
        """
        n, h, k = self.inputs, self.hidden, self.outputs
        return {
            "W1": rng.normal(0, n**-0.5, (n, h)),
            "b1": np.zeros(h),
            "W2": rng.normal(0, h**-0.5, (h, k)),
            "b2": np.zeros(k),
        }

    def scores(self, params: Params, x: np.ndarray) -> np.ndarray:
        """Return the scores z before the softmax, shape (…, examples, outputs)."""
        return self._forward(params, x)[1]

    def loss(self, params: Params, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the mean of −log p(y) over the examples: a number, or one a lane."""
        log_p = _log_softmax(self.scores(params, x))
        return -log_p[..., np.arange(len(y)), y].mean(axis=-1)

    def accuracy(self, params: Params, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the share of examples whose largest score is that of their label."""
        return (self.scores(params, x).argmax(axis=-1) == y).mean(axis=-1)

    def gradient(self, params: Params, x: np.ndarray, y: np.ndarray) -> Params:
        """Return ∂loss/∂θ for every parameter θ, by backpropagation.

        References
        ----------
        Rumelhart, Hinton and Williams (1986).
        """
        a, z = self._forward(params, x)
        dz = np.exp(_log_softmax(z))
        dz[..., np.arange(len(y)), y] -= 1
        dz /= len(y)
        da = dz @ _transpose(params["W2"])
        du = da * (1 - a**2)
        return {
            "W1": x.T @ du,
            "b1": du.sum(axis=-2),
            "W2": _transpose(a) @ dz,
            "b2": dz.sum(axis=-2),
        }

    def _forward(self, params: Params, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        a = np.tanh(x @ params["W1"] + params["b1"][..., None, :])
        return a, a @ params["W2"] + params["b2"][..., None, :]


@dataclass(frozen=True, eq=False)
class History:
    """What training recorded after every epoch; row 0 is before the first.

    Attributes
    ----------
    optimizer : Optimizer
        The optimizer after the last step.
    params : dict of array
        The parameters after the last step.
    train_loss, test_loss, train_accuracy, test_accuracy : array, shape (epochs + 1, …)
        On the whole training set and the whole test set; one more axis for the lanes of a sweep.
    """

    optimizer: Optimizer
    params: Params
    train_loss: np.ndarray
    test_loss: np.ndarray
    train_accuracy: np.ndarray
    test_accuracy: np.ndarray

    @property
    def rule(self) -> str:
        """The name of the rule: that of the class which ran."""
        return type(self.optimizer).__name__


def train(
    net: TwoLayerNet,
    params: Params,
    optimizer: Optimizer,
    data: Dataset,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    progress: Callable[[int], None] = lambda epoch: None,
) -> History:
    """Train a network by mini-batches; ``params`` and ``optimizer`` are changed in place.

    Parameters
    ----------
    net : TwoLayerNet
    params : dict of array
        Where to start, from ``net.init``; for a sweep with one more axis in front.
    optimizer : Optimizer
    data : Dataset
    epochs : int
        Passes over the training set.
    batch_size : int
        Examples in a mini-batch.
    rng : numpy.random.Generator
        Shuffles the examples. The same seed gives the same mini-batches.
    progress : callable, optional
        Called with the number of epochs done, after each.

    Raises
    ------
    ValueError
        A batch size or a number of epochs that is no count.
    FloatingPointError
        A gradient that is not finite, in a run that is no sweep.
    """
    if epochs != int(epochs) or epochs < 0:
        raise ValueError(f"epochs is {epochs!r}: write a whole number, 0 or more")
    sweep = params["b1"].ndim > 1
    rows = [_measure(net, params, data)]
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(int(epochs)):
            for batch in minibatches(len(data.x_train), batch_size, rng):
                grads = net.gradient(params, data.x_train[batch], data.y_train[batch])
                optimizer.update(params, grads, allow_nonfinite=sweep)
            rows.append(_measure(net, params, data))
            progress(epoch + 1)
    return History(optimizer, params, *(np.array(column) for column in zip(*rows, strict=True)))


def _measure(net: TwoLayerNet, params: Params, data: Dataset) -> tuple[np.ndarray, ...]:
    train_set, test_set = (data.x_train, data.y_train), (data.x_test, data.y_test)
    return (
        net.loss(params, *train_set),
        net.loss(params, *test_set),
        net.accuracy(params, *train_set),
        net.accuracy(params, *test_set),
    )


def _log_softmax(z: np.ndarray) -> np.ndarray:
    """Return log softmax, with the largest score taken off first so that nothing overflows."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _transpose(matrix: np.ndarray) -> np.ndarray:
    return matrix.swapaxes(-1, -2)
