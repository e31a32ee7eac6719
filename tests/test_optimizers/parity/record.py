"""Record PyTorch's trajectories for the parity tests.

Run with a Python that has PyTorch and NumPy; the tests themselves need neither this script nor
PyTorch:

    python tests/test_optimizers/parity/record.py

It writes `recorded.npz` (gradients, starts and trajectories) and `recorded.json` (which arrays
belong to which rule and settings, and the versions that made them) beside itself. Everything is
float64 and seeded, so that the same versions write the same arrays again.
"""

import json
import platform
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
STEPS = 200
SEED = 1412_6980

# One entry per line: (our rule, our settings, PyTorch's class, PyTorch's settings). The settings
# are those of the constructors; a rate given as ["decay", a, c] is the schedule a / (1 + c k)
# after k completed updates. Per rule: defaults, unusual decay rates, an ε that matters.
SGD, ADAM = torch.optim.SGD, torch.optim.Adam
CASES = [
    ("SGD", {"lr": 0.001}, SGD, {"lr": 0.001}),
    ("SGD", {"lr": ["decay", 0.7, 0.1]}, SGD, {"lr": ["decay", 0.7, 0.1]}),
    ("Momentum", {"lr": 0.01}, SGD, {"lr": 0.01, "momentum": 0.9}),
    ("Momentum", {"lr": 0.3, "momentum": 0.5}, SGD, {"lr": 0.3, "momentum": 0.5}),
    ("Momentum", {"lr": 0.002, "momentum": 0.99}, SGD, {"lr": 0.002, "momentum": 0.99}),
    ("Nesterov", {"lr": 0.01}, SGD, {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    (
        "Nesterov",
        {"lr": 0.3, "momentum": 0.5},
        SGD,
        {"lr": 0.3, "momentum": 0.5, "nesterov": True},
    ),
    (
        "Nesterov",
        {"lr": 0.002, "momentum": 0.99},
        SGD,
        {"lr": 0.002, "momentum": 0.99, "nesterov": True},
    ),
    ("AdaGrad", {"lr": 0.01}, torch.optim.Adagrad, {"lr": 0.01, "eps": 1e-7}),
    ("AdaGrad", {"lr": 1.5, "eps": 1e-10}, torch.optim.Adagrad, {"lr": 1.5, "eps": 1e-10}),
    ("AdaGrad", {"lr": 0.5, "eps": 1e-2}, torch.optim.Adagrad, {"lr": 0.5, "eps": 1e-2}),
    ("RMSprop", {"lr": 0.01}, torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
    (
        "RMSprop",
        {"lr": 0.1, "rho": 0.5, "eps": 1e-3},
        torch.optim.RMSprop,
        {"lr": 0.1, "alpha": 0.5, "eps": 1e-3},
    ),
    (
        "RMSprop",
        {"lr": 0.001, "rho": 0.999, "eps": 1e-7},
        torch.optim.RMSprop,
        {"lr": 0.001, "alpha": 0.999, "eps": 1e-7},
    ),
    ("Adadelta", {}, torch.optim.Adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    (
        "Adadelta",
        {"lr": 0.3, "rho": 0.99, "eps": 1e-12},
        torch.optim.Adadelta,
        {"lr": 0.3, "rho": 0.99, "eps": 1e-12},
    ),
    (
        "Adadelta",
        {"lr": 2.0, "rho": 0.5, "eps": 1e-2},
        torch.optim.Adadelta,
        {"lr": 2.0, "rho": 0.5, "eps": 1e-2},
    ),
    ("Adam", {}, ADAM, {"lr": 0.001, "betas": [0.9, 0.999], "eps": 1e-8}),
    (
        "Adam",
        {"lr": 0.3, "beta1": 0.5, "beta2": 0.7, "eps": 1e-3},
        ADAM,
        {"lr": 0.3, "betas": [0.5, 0.7], "eps": 1e-3},
    ),
    (
        "Adam",
        {"lr": ["decay", 0.1, 0.05], "beta1": 0.0, "beta2": 0.99, "eps": 1e-7},
        ADAM,
        {"lr": ["decay", 0.1, 0.05], "betas": [0.0, 0.99], "eps": 1e-7},
    ),
    ("AMSGrad", {}, ADAM, {"lr": 0.001, "betas": [0.9, 0.999], "eps": 1e-8, "amsgrad": True}),
    (
        "AMSGrad",
        {"lr": 0.3, "beta1": 0.5, "beta2": 0.7, "eps": 1e-3},
        ADAM,
        {"lr": 0.3, "betas": [0.5, 0.7], "eps": 1e-3, "amsgrad": True},
    ),
    (
        "AMSGrad",
        {"lr": 0.1, "beta1": 0.99, "beta2": 0.9, "eps": 1e-7},
        ADAM,
        {"lr": 0.1, "betas": [0.99, 0.9], "eps": 1e-7, "amsgrad": True},
    ),
]

# The same on Rosenbrock's valley, where each gradient depends on the whole path so far.
ROSENBROCK = [
    ("SGD", {"lr": 5e-4}, SGD, {"lr": 5e-4}),
    ("Momentum", {"lr": 2e-4}, SGD, {"lr": 2e-4, "momentum": 0.9}),
    ("Nesterov", {"lr": 2e-4}, SGD, {"lr": 2e-4, "momentum": 0.9, "nesterov": True}),
    ("AdaGrad", {"lr": 0.3}, torch.optim.Adagrad, {"lr": 0.3, "eps": 1e-7}),
    ("RMSprop", {"lr": 0.01}, torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
    ("Adadelta", {}, torch.optim.Adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    ("Adam", {"lr": 0.05}, ADAM, {"lr": 0.05, "betas": [0.9, 0.999], "eps": 1e-8}),
    (
        "AMSGrad",
        {"lr": 0.05},
        ADAM,
        {"lr": 0.05, "betas": [0.9, 0.999], "eps": 1e-8, "amsgrad": True},
    ),
]


def starts_and_gradients():
    """Two parameters of different shapes and one gradient of each per step.

    Each of the six entries has a scale of its own, since a rule forgets a small gradient next to
    a large one: a misplaced ε shows only where every gradient so far has been of its size.
    """
    rng = np.random.default_rng(SEED)
    sign = rng.choice([-1.0, 1.0], (STEPS, 6))
    k = np.arange(STEPS) / (STEPS - 1)
    noise = rng.uniform(-0.5, 0.5, (STEPS, 2))
    exponent = np.stack(
        [
            rng.uniform(-9, -7, STEPS),  # around ε = 1e-8
            rng.uniform(-6, -4, STEPS),  # small
            rng.uniform(-6, 2, STEPS),  # the whole range, in any order
            rng.uniform(0, 2, STEPS),  # large, and zero three times in four
            -6 + 7.5 * k + noise[:, 0],  # growing
            1.5 - 7.5 * k + noise[:, 1],  # shrinking: where AMSGrad is not Adam
        ],
        axis=1,
    )
    g = sign * 10.0**exponent
    g[:, 3] *= rng.random(STEPS) < 0.25
    start = np.array([0.5, -0.25, 2.0, -7.0, 1e-3, 0.0])
    return (
        {"W": start[:4].reshape(2, 2), "b": start[4:]},
        {"W": g[:, :4].reshape(STEPS, 2, 2), "b": g[:, 4:]},
    )


def rate(lr, k):
    """The rate after `k` completed updates."""
    return lr[1] / (1 + lr[2] * k) if isinstance(lr, list) else lr


def run(optimizer, settings, start, set_gradients):
    """Positions after each of the steps, one array of shape (STEPS, ...) per parameter."""
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in start.items()}
    lr = settings.get("lr")
    opt = optimizer(list(tensors.values()), **{**settings, "lr": rate(lr, 0)})
    path = {key: np.empty((STEPS, *value.shape)) for key, value in start.items()}
    for k in range(STEPS):
        opt.zero_grad()
        set_gradients(tensors, k)
        opt.param_groups[0]["lr"] = rate(lr, k)
        opt.step()
        for key, tensor in tensors.items():
            path[key][k] = tensor.detach().numpy()
    return path


def main():
    torch.set_default_dtype(torch.float64)
    start, grads = starts_and_gradients()
    arrays = {f"start/{key}": value for key, value in start.items()}
    arrays |= {f"grads/{key}": value for key, value in grads.items()}

    def given(tensors, k):
        for key, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[key][k])

    def rosenbrock(tensors, k):
        x, y = tensors["x"], tensors["y"]
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()

    valley = {"x": np.array(-1.5), "y": np.array(2.0)}
    arrays |= {f"valley/{key}": value for key, value in valley.items()}
    index = {"cases": [], "rosenbrock": []}
    for kind, cases, where, feed in [
        ("cases", CASES, start, given),
        ("rosenbrock", ROSENBROCK, valley, rosenbrock),
    ]:
        for number, (rule, ours, optimizer, theirs) in enumerate(cases):
            path = run(optimizer, theirs, where, feed)
            arrays |= {f"{kind}/{number}/{key}": value for key, value in path.items()}
            torch_call = {"class": f"torch.optim.{optimizer.__name__}", "settings": theirs}
            index[kind].append({"rule": rule, "settings": ours, "pytorch": torch_call})

    np.savez_compressed(HERE / "recorded.npz", **arrays)
    about = {
        "about": "PyTorch's trajectories in float64; written by record.py, see README.md",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "steps": STEPS,
        "seed": SEED,
    }
    (HERE / "recorded.json").write_text(json.dumps(about | index, indent=1) + "\n")


if __name__ == "__main__":
    main()
