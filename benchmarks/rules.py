"""What blocks, sweeps and checks cost or save, as ratios measured in one run.

    python benchmarks/rules.py

The variants of a comparison take turns, and each row is the median over its turns, so that a
machine which slows down or speeds up meanwhile does so for all of them. Needs about 1 GB and a
minute. Where PyTorch is installed (it is not in the lock), its updates are timed, too.
"""

from __future__ import annotations

import platform
import statistics
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np

from optimizers import BOWL, RULES, SGD, Adam, Momentum, Optimizer, descend

try:
    import torch

    torch.set_num_threads(1)  # as the NumPy beside it
except ImportError:
    torch = None


def medians(variants: Mapping[str, Callable[[], object]], turns: int) -> dict[str, float]:
    """Seconds that each variant takes: the median over its turns, after one to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(turns + 1):
        for name, variant in variants.items():
            start = perf_counter()
            variant()
            if turn:
                seconds[name].append(perf_counter() - start)
    return {name: statistics.median(times) for name, times in seconds.items()}


class Listing:
    """The same rule as a listing usually has it: on the whole array, with no check."""

    def __init__(self, opt: Optimizer, params: dict[str, np.ndarray]) -> None:
        self.rule, self.t = opt.rule, 0
        self.settings = {name: getattr(opt, name) for name in opt.hyperparameters}
        self.state = {key: [np.zeros_like(p) for _ in opt.moments] for key, p in params.items()}

    def update(self, params: dict[str, np.ndarray], grads: dict[str, np.ndarray]) -> None:
        self.t += 1
        for key, g in grads.items():
            delta, *self.state[key] = self.rule(g, *self.state[key], t=self.t, **self.settings)
            params[key] += delta


def blocks(size: int, turns: int) -> None:
    print(f"Blocks: one update of {size:,} parameters")
    for dtype in (np.float64, np.float32):
        for rule in (Adam, Momentum):
            rng = np.random.default_rng(0)
            g = rng.standard_normal(size, dtype)
            ours, listings = {"p": np.ones(size, dtype)}, {"p": np.ones(size, dtype)}
            opt = rule()
            listing = Listing(opt, listings)
            seconds = medians(
                {
                    "blocks": lambda opt=opt, p=ours, g=g: opt.update(p, {"p": g}),
                    "whole": lambda opt=listing, p=listings, g=g: opt.update(p, {"p": g}),
                },
                turns,
            )
            assert np.array_equal(ours["p"], listings["p"])
            print(
                f"  {rule.__name__:<9} {np.dtype(dtype).name}"
                f"  in blocks {seconds['blocks'] * 1e3:6.0f} ms"
                f"  whole array {seconds['whole'] * 1e3:6.0f} ms"
                f"  {seconds['whole'] / seconds['blocks']:6.2f} times"
            )


def sweeps(settings: int, sample: int, steps: int, turns: int) -> None:
    print(f"Sweep: {settings:,} learning rates on the bowl, {steps} steps each")
    rates = np.linspace(0.001, 0.9, settings)
    some = rates[:: settings // sample]
    for rule in (SGD, Adam):
        seconds = medians(
            {
                "sweep": lambda rule=rule: descend(rule(lr=rates), BOWL, steps),
                "loop": lambda rule=rule: [descend(rule(lr=lr), BOWL, steps) for lr in some],
            },
            turns,
        )
        loop = seconds["loop"] * settings / len(some)
        print(
            f"  {rule.__name__:<9} one sweep {seconds['sweep'] * 1e3:6.0f} ms"
            f"  a loop {loop:6.1f} s (timed on {len(some)} of them)"
            f"  {loop / seconds['sweep']:6.0f} times"
        )


NETWORKS: dict[str, list[tuple[int, ...]]] = {
    "two floats": [(), ()],
    "64-32-10": [(64, 32), (32,), (32, 10), (10,)],
    "784-50-10": [(784, 50), (50,), (50, 10), (10,)],
}


def small_updates(updates: int, turns: int) -> None:
    """One update of two floats, or of a network, beside the bare equation and beside PyTorch."""
    print("Small updates: µs an update, and how many times that of the plain listing and PyTorch")
    print(f"  {'':22}{'ours':>8}{'plain':>8}{'PyTorch':>9}{'/ plain':>9}{'/ PyTorch':>11}")
    rng = np.random.default_rng(0)
    for name, shapes in NETWORKS.items():
        for rule in RULES:
            ours = {str(i): rng.normal(size=shape) for i, shape in enumerate(shapes)}
            grads = {key: rng.normal(size=p.shape) for key, p in ours.items()}
            if name == "two floats":
                ours = {key: float(p) for key, p in ours.items()}
                grads = {key: float(g) for key, g in grads.items()}
            plain = {key: np.array(p) for key, p in ours.items()}
            opt, listing = rule(), Listing(rule(), plain)
            theirs = of_pytorch(rule, plain, grads)

            def repeat(one: Callable[..., object], *arguments: object) -> Callable[[], None]:
                def run() -> None:
                    for _ in range(updates):
                        one(*arguments)

                return run

            variants = {
                "ours": repeat(opt.update, ours, grads),
                "plain": repeat(listing.update, plain, grads),
            }
            if theirs:
                variants["PyTorch"] = repeat(theirs)
            us = {key: s / updates * 1e6 for key, s in medians(variants, turns).items()}
            row = f"  {name:<12}{rule.__name__:<10}{us['ours']:8.1f}{us['plain']:8.1f}"
            if theirs:
                row += f"{us['PyTorch']:9.1f}"
            row += f"{us['ours'] / us['plain']:{9 if theirs else 18}.2f}"
            print(row + (f"{us['ours'] / us['PyTorch']:11.2f}" if theirs else ""), flush=True)


def of_pytorch(rule: type[Optimizer], params: dict, grads: dict) -> Callable[[], object] | None:
    """Return the step of PyTorch's optimizer of the same name; None without PyTorch."""
    if not torch:
        return None
    tensors = [torch.nn.Parameter(torch.tensor(p, dtype=torch.float64)) for p in params.values()]
    for tensor, g in zip(tensors, grads.values(), strict=True):
        tensor.grad = torch.tensor(g, dtype=torch.float64)
    makers = {
        "SGD": lambda p: torch.optim.SGD(p, lr=0.01),
        "Momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
        "Nesterov": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True),
        "AdaGrad": lambda p: torch.optim.Adagrad(p),
        "RMSprop": lambda p: torch.optim.RMSprop(p),
        "Adadelta": lambda p: torch.optim.Adadelta(p),
        "Adam": lambda p: torch.optim.Adam(p),
        "AMSGrad": lambda p: torch.optim.Adam(p, amsgrad=True),
    }
    maker = makers.get(rule.__name__)
    return maker(tensors).step if maker else None


def main() -> None:
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    print(f"PyTorch {torch.__version__}" if torch else "PyTorch is not installed: not compared")
    blocks(size=10**7, turns=7)
    sweeps(settings=10_000, sample=20, steps=100, turns=5)
    small_updates(updates=100, turns=15)


if __name__ == "__main__":
    main()
