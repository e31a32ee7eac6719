"""Rules that give every parameter a learning rate of its own, from its squared gradients."""

from __future__ import annotations

import numpy as np

from .base import Hyperparameter, Optimizer, elementwise


class AdaGrad(Optimizer):
    """AdaGrad: v ← v + g², then θ ← θ − η g / (√v + ε).

    Parameters
    ----------
    lr : float, schedule or 1-D array
        Learning rate η ≥ 0, in units of θ: the length of the first step of every coordinate.
    eps : float, schedule or 1-D array
        ε > 0, in units of the gradient; it stands outside the root.

    References
    ----------
    Duchi, Hazan and Singer (2011), the diagonal version in their Figure 1, with δ for ε.
    """

    moments = ("v",)

    def __init__(self, lr: Hyperparameter = 0.01, eps: Hyperparameter = 1e-7) -> None:
        super().__init__(lr=lr, eps=eps)

    @elementwise
    def rule(g, v, *, t, lr, eps):
        v = v + g**2
        return -lr * g / (np.sqrt(v) + eps), v


class RMSprop(Optimizer):
    """RMSprop: v ← ρ v + (1 − ρ) g², then θ ← θ − η g / (√v + ε).

    Parameters
    ----------
    lr : float, schedule or 1-D array
        Learning rate η ≥ 0, in units of θ.
    rho : float, schedule or 1-D array
        Decay ρ of the squared gradients, in [0, 1).
    eps : float, schedule or 1-D array
        ε > 0, outside the root as in PyTorch; Keras puts it inside.

    References
    ----------
    Tieleman and Hinton (2012), lecture 6e.
    """

    moments = ("v",)

    def __init__(
        self, lr: Hyperparameter = 0.01, rho: Hyperparameter = 0.99, eps: Hyperparameter = 1e-8
    ) -> None:
        super().__init__(lr=lr, rho=rho, eps=eps)

    @elementwise
    def rule(g, v, *, t, lr, rho, eps):
        v = rho * v + (1 - rho) * g**2
        return -lr * g / (np.sqrt(v) + eps), v


class Adadelta(Optimizer):
    """Adadelta: the step is g times the ratio of two running root mean squares, Δθ over g.

    v ← ρ v + (1 − ρ) g²,  Δθ = −η √(u + ε) / √(v + ε) · g,  u ← ρ u + (1 − ρ) (Δθ / η)².

    Parameters
    ----------
    lr : float, schedule or 1-D array
        A factor η ≥ 0 on the step; the paper has none, that is 1.
    rho : float, schedule or 1-D array
        Decay ρ of both averages, in [0, 1).
    eps : float, schedule or 1-D array
        ε > 0, inside both roots; √ε starts the first step.

    References
    ----------
    Zeiler (2012), Algorithm 1.
    """

    moments = ("v", "u")

    def __init__(
        self, lr: Hyperparameter = 1.0, rho: Hyperparameter = 0.9, eps: Hyperparameter = 1e-6
    ) -> None:
        super().__init__(lr=lr, rho=rho, eps=eps)

    @elementwise
    def rule(g, v, u, *, t, lr, rho, eps):
        v = rho * v + (1 - rho) * g**2
        delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = rho * u + (1 - rho) * delta**2
        return lr * delta, v, u
