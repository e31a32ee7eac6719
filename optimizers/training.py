"""The loop that trains a network by mini-batches, and what it records."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import check_methods, check_optimizer, described, whole_number
from .base import Optimizer
from .data import Dataset, check_generator, minibatches
from .network import INIT, Params, TwoLayerNet

CALL = "train(net, params, Adam(lr=0.01), digits(), …)"


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
    resume: bool = False,
    progress: Callable[[int], None] = lambda epoch: None,
) -> History:
    """Train a network by mini-batches; ``params`` and ``optimizer`` are changed in place.

    Parameters
    ----------
    net : TwoLayerNet
        Or another network with its methods ``init``, ``loss``, ``accuracy`` and ``gradient``.
    params : dict of array
        Where to start, from ``net.init``; for a sweep with one more axis in front, the lanes.
    optimizer : Optimizer
        A new one, or with ``resume`` the one that has been stepping these parameters.
    data : Dataset
    epochs : int
        Passes over the training set.
    batch_size : int
        Examples in a mini-batch.
    rng : numpy.random.Generator
        Shuffles the examples. The same seed gives the same mini-batches.
    resume : bool
        Go on with an optimizer that has made steps, and with all that it remembers of them.
    progress : callable, optional
        Called with the number of epochs done, after each.

    Raises
    ------
    KeyError, TypeError, ValueError
        Parameters of another network or of other lanes than the optimizer's; what is no network,
        optimizer, data set, generator or count; an optimizer that has made steps, without
        ``resume``. Nothing has been changed then.
    FloatingPointError
        A gradient that is not finite, in a run that is no sweep.
    """
    _check_run(net, optimizer, data, rng, progress)
    _check_start(net, params, optimizer.lanes)
    epochs = whole_number("epochs", epochs, 0)
    batch_size = whole_number("batch_size", batch_size, 1, len(data.x_train))
    if optimizer.t and not resume:
        raise ValueError(
            f"{optimizer!r} has made {optimizer.t} steps and remembers them: start with a new one, "
            "and new params, or write resume=True to go on"
        )
    rows, sweep = [_measure(net, params, data)], optimizer.lanes is not None
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs):
            for batch in minibatches(len(data.x_train), batch_size, rng):
                grads = net.gradient(params, data.x_train[batch], data.y_train[batch])
                optimizer.update(params, grads, allow_nonfinite=sweep)
            rows.append(_measure(net, params, data))
            progress(epoch + 1)
    return History(optimizer, params, *(np.array(column) for column in zip(*rows, strict=True)))


def _check_run(net: Any, optimizer: Any, data: Any, rng: Any, progress: Any) -> None:
    methods = ("init", "loss", "accuracy", "gradient")
    check_methods("net", net, methods, "TwoLayerNet(64, 32, 10), as in " + CALL)
    check_optimizer(optimizer, CALL)
    if not isinstance(data, Dataset):
        raise TypeError(
            f"data is {described(data)}: write digits(), or Dataset(name, x_train, y_train, "
            "x_test, y_test)"
        )
    check_generator(rng)
    if not callable(progress):
        raise TypeError(f"progress is {described(progress)}: write a function of the epoch")


def _check_start(net: TwoLayerNet, params: Any, lanes: int | None) -> None:
    """Refuse parameters that are not those of the network, one set for each lane of a sweep."""
    if not isinstance(params, MutableMapping):
        raise TypeError(f"params is {described(params)}: {INIT}")
    wanted = net.init(np.random.default_rng(0))
    if lacks := [key for key in wanted if key not in params]:
        raise KeyError(f"params lacks {lacks}, it has {list(params)}: {INIT}")
    if extra := [key for key in params if key not in wanted]:
        raise KeyError(f"params has {extra}, which the network lacks: {INIT}")
    for key, p in wanted.items():
        shape, found = p.shape if lanes is None else (lanes, *p.shape), np.shape(params[key])
        if found == shape:
            continue
        instead = INIT
        if lanes is not None and found == p.shape:
            instead = f"the sweep has {lanes} lanes, so write np.repeat(p[None], {lanes}, axis=0)"
        elif found[1:] == p.shape:
            n = found[0]
            instead = f"it is {n} networks, so sweep {n} settings, lr=np.full({n}, …)"
        raise ValueError(f"params {key!r} has shape {found}, not {shape}: {instead}")


def _measure(net: TwoLayerNet, params: Params, data: Dataset) -> tuple[np.ndarray, ...]:
    train_set, test_set = (data.x_train, data.y_train), (data.x_test, data.y_test)
    return (
        net.loss(params, *train_set),
        net.loss(params, *test_set),
        net.accuracy(params, *train_set),
        net.accuracy(params, *test_set),
    )
