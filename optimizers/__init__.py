"""Gradient descent and the optimizers of deep learning, each rule as its equation."""

from .adam import Adam, AMSGrad
from .adaptive import Adadelta, AdaGrad, RMSprop
from .base import Optimizer, elementwise
from .data import Dataset, digits, minibatches, mnist
from .descent import Path, descend
from .examine import Examination, examine
from .landscapes import (
    BEALE,
    BOWL,
    HIMMELBLAU,
    LANDSCAPES,
    LONG_VALLEY,
    ROSENBROCK,
    SADDLE,
    Landscape,
    landscape,
)
from .network import TwoLayerNet
from .sgd import SGD, Momentum, Nesterov
from .training import History, train

__version__ = "0.1.0"

RULES = (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adadelta, Adam, AMSGrad)
"""Every rule of the package, in the order in which the book teaches them."""


def rule(name: str) -> type[Optimizer]:
    """Return the rule of that name, upper or lower case; KeyError lists the right names."""
    for found in RULES:
        if found.__name__.lower() == str(name).lower():
            return found
    raise KeyError(f"no rule is called {name!r}: write one of {[r.__name__ for r in RULES]}")


__all__ = [
    "BEALE",
    "BOWL",
    "HIMMELBLAU",
    "LANDSCAPES",
    "LONG_VALLEY",
    "ROSENBROCK",
    "RULES",
    "SADDLE",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adadelta",
    "Adam",
    "Dataset",
    "Examination",
    "History",
    "Landscape",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "Path",
    "RMSprop",
    "TwoLayerNet",
    "descend",
    "digits",
    "elementwise",
    "examine",
    "landscape",
    "minibatches",
    "mnist",
    "rule",
    "train",
]
