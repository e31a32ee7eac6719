"""Gradient descent and the two rules that add a velocity to it."""

from __future__ import annotations

from .base import Hyperparameter, Optimizer, elementwise


class SGD(Optimizer):
    """Stochastic gradient descent: θ ← θ − η g.

    Parameters
    ----------
    lr : float, schedule or 1-D array
        Learning rate η ≥ 0, in units of θ² per unit of loss.

    References
    ----------
    Cauchy (1847); Robbins and Monro (1951).
    """

    def __init__(self, lr: Hyperparameter = 0.01) -> None:
        super().__init__(lr=lr)

    @elementwise
    def rule(g, *, t, lr):
        return (-lr * g,)


class Momentum(Optimizer):
    """Gradient descent with momentum: v ← μ v − η g, then θ ← θ + v.

    The state v is the velocity, the step itself; the learning rate is inside it.

    Parameters
    ----------
    lr : float, schedule or 1-D array
        Learning rate η ≥ 0.
    momentum : float, schedule or 1-D array
        Momentum μ in [0, 1). At 0 the rule is ``SGD``.

    References
    ----------
    Polyak (1964); in this form Sutskever et al. (2013), equations (1) and (2).
    """

    moments = ("v",)

    def __init__(self, lr: Hyperparameter = 0.01, momentum: Hyperparameter = 0.9) -> None:
        super().__init__(lr=lr, momentum=momentum)

    @elementwise
    def rule(g, v, *, t, lr, momentum):
        v = momentum * v - lr * g
        return v, v


class Nesterov(Momentum):
    """Nesterov's momentum: v ← μ v − η g, then θ ← θ + μ v − η g, with the new v.

    This is the form that needs the gradient at θ alone. Its θ stands where the look-ahead form,
    v ← μ v − η ∇L(θ + μ v), θ ← θ + v, takes its gradient: at θ + μ v of that form.

    Parameters
    ----------
    lr, momentum
        As for ``Momentum``.

    References
    ----------
    Nesterov (1983); the look-ahead form is Sutskever et al. (2013), equations (3) and (4), the
    change of variables Bengio et al. (2013), section 3.5.
    """

    @elementwise
    def rule(g, v, *, t, lr, momentum):
        v = momentum * v - lr * g
        return momentum * v - lr * g, v
