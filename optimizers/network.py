"""A two-layer network with its gradient by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arguments import check_methods
from .data import check_finite, check_images, check_labels

Params = dict[str, np.ndarray]

INIT = "write params = net.init(rng), for this network"


@dataclass(frozen=True)
class TwoLayerNet:
    """Scores z = tanh(x W1 + b1) W2 + b2, and the mean cross-entropy of their softmax.

    It keeps no parameters: they are a dict that is passed in, as to an optimizer. Every array of
    it may have one more axis in front, one entry for each lane of a sweep; then so has every
    result. Images x are floats of shape (examples, inputs), labels y whole numbers of shape
    (examples,), from 0 to outputs − 1.

    Attributes
    ----------
    inputs, hidden, outputs : int
        Pixels of an image, hidden units, classes.

    Raises
    ------
    KeyError, TypeError, ValueError
        Parameters of another network; images and labels of other types and shapes, out of range,
        or not finite. No method changes what it is given.
    """

    inputs: int
    hidden: int
    outputs: int

    def init(self, rng: np.random.Generator) -> Params:
        """Return W1 (inputs, hidden), b1 (hidden,), W2 (hidden, outputs), b2 (outputs,).

        Weights are normal with variance 1 / (number of inputs of the layer), biases 0.
        """
        check_methods("rng", rng, ["normal"], "np.random.default_rng(0)")
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
        check_labels("y", y, "x", len(x), self.outputs)
        return -log_p[..., np.arange(len(y)), y].mean(axis=-1)

    def accuracy(self, params: Params, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return the share of examples whose largest score is that of their label."""
        answers = self.scores(params, x).argmax(axis=-1)
        check_labels("y", y, "x", len(x), self.outputs)
        return (answers == y).mean(axis=-1)

    def gradient(self, params: Params, x: np.ndarray, y: np.ndarray) -> Params:
        """Return ∂loss/∂θ for every parameter θ, by backpropagation.

        References
        ----------
        Rumelhart, Hinton and Williams (1986).
        """
        a, z = self._forward(params, x)
        check_labels("y", y, "x", len(x), self.outputs)
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
        self._check(params, x)
        with np.errstate(invalid="ignore"):
            u = x @ params["W1"] + params["b1"][..., None, :]
        if not np.isfinite(u).all():  # the parameters may have diverged; if not, say so
            check_finite("x", x)
        a = np.tanh(u)
        return a, a @ params["W2"] + params["b2"][..., None, :]

    def _check(self, params: Params, x: np.ndarray) -> None:
        """Refuse parameters and images of other shapes: shapes alone, as it is done every time."""
        check_images("x", x)
        if x.shape[1] != self.inputs:
            raise ValueError(
                f"x has {x.shape[1]} pixels an image, but the network {self.inputs} inputs: "
                f"write TwoLayerNet(inputs={x.shape[1]}, …)"
            )
        n, h, k = self.inputs, self.hidden, self.outputs
        for key, shape in (("W1", (n, h)), ("b1", (h,)), ("W2", (h, k)), ("b2", (k,))):
            if key not in params:
                raise KeyError(f"params lacks {key!r}, it has {list(params)}: {INIT}")
            if (found := np.shape(params[key]))[-len(shape) :] != shape:
                raise ValueError(f"params {key!r} has shape {found}, not {shape}: {INIT}")


def _log_softmax(z: np.ndarray) -> np.ndarray:
    """Return log softmax, with the largest score taken off first so that nothing overflows."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _transpose(matrix: np.ndarray) -> np.ndarray:
    return matrix.swapaxes(-1, -2)
