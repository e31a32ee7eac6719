"""Adam, and the variant that never forgets its largest second moment."""

from __future__ import annotations

import numpy as np

from .base import Hyperparameter, Optimizer, elementwise


class Adam(Optimizer):
    """Adam: bias-corrected averages of g and g², then θ ← θ − η m̂ / (√v̂ + ε).

    Parameters
    ----------
    lr : float, schedule or 1-D array
        Learning rate η ≥ 0, in units of θ: about the length of a step of one coordinate.
    beta1, beta2 : float, schedule or 1-D array
        Decays of the first and the second moment, in [0, 1).
    eps : float, schedule or 1-D array
        ε > 0 of Algorithm 1, added to √v̂. The folded form of the paper's section 2,
        η_t m / (√v + ε̂) with η_t = η √(1 − β₂ᵗ) / (1 − β₁ᵗ), is this rule with the schedule
        ε = ε̂ / √(1 − β₂ᵗ).

    References
    ----------
    Kingma and Ba (2015), Algorithm 1.
    """

    moments: tuple[str, ...] = ("m", "v")

    def __init__(
        self,
        lr: Hyperparameter = 0.001,
        beta1: Hyperparameter = 0.9,
        beta2: Hyperparameter = 0.999,
        eps: Hyperparameter = 1e-8,
    ) -> None:
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps)

    @elementwise
    def rule(g, m, v, *, t, lr, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        return -lr * m_hat / (np.sqrt(v_hat) + eps), m, v


class AMSGrad(Adam):
    """AMSGrad: Adam with the largest second moment so far in place of the present one.

    The paper leaves the bias correction out; here, as in PyTorch, both are corrected.

    Parameters
    ----------
    lr, beta1, beta2, eps
        As for ``Adam``.

    References
    ----------
    Reddi, Kale and Kumar (2018), Algorithm 2.
    """

    moments = ("m", "v", "v_max")

    @elementwise
    def rule(g, m, v, v_max, *, t, lr, beta1, beta2, eps):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        v_max = np.maximum(v_max, v)
        m_hat = m / (1 - beta1**t)
        v_hat = v_max / (1 - beta2**t)
        return -lr * m_hat / (np.sqrt(v_hat) + eps), m, v, v_max
