"""What the contract tests share: every rule, and parameters to try it on."""

import numpy as np

from optimizers import SGD, Adadelta, AdaGrad, Adam, AMSGrad, Momentum, Nesterov, RMSprop

RULES = (SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adadelta, Adam, AMSGrad)

# Settings of every hyperparameter, for tests that need some other than the defaults.
SWEEPS = {
    "lr": [0.5, 0.03, 1e-4, 0.0],
    "momentum": [0.0, 0.5, 0.9, 0.99],
    "beta1": [0.0, 0.5, 0.9, 0.99],
    "beta2": [0.5, 0.9, 0.99, 0.999],
    "rho": [0.0, 0.5, 0.9, 0.999],
    "eps": [1e-12, 1e-8, 1e-3, 1.0],
}


def start(dtype=float):
    """Three arrays of different shapes and a Python float."""
    rng = np.random.default_rng(7)
    return {
        "W": rng.normal(size=(4, 3)).astype(dtype),
        "b": rng.normal(size=3).astype(dtype),
        "s": np.array(0.75, dtype=dtype),
        "x": -7.0,
    }


def gradients(params, step, scale=1.0):
    """A gradient for every parameter, a function of the step alone."""
    rng = np.random.default_rng(1000 + step)
    return {
        key: scale * float(rng.normal())
        if isinstance(p, float)
        else np.asarray(scale * rng.normal(size=p.shape), dtype=p.dtype)
        for key, p in params.items()
    }


def walk(opt, params, steps, first=0):
    """Make the steps first, first + 1, … and return the parameters."""
    for step in range(first, first + steps):
        opt.update(params, gradients(params, step))
    return params


def exact(tree):
    """Everything in a nest of dicts: types, dtypes, shapes and bytes, fit for ==."""
    if isinstance(tree, dict):
        return {key: exact(value) for key, value in tree.items()}
    if isinstance(tree, np.ndarray):
        return ("array", tree.dtype.str, tree.shape, tree.tobytes())
    return (type(tree).__name__, tree.hex() if isinstance(tree, float) else tree)
