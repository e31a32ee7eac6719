"""What blocks, sweeps and checks cost or save, as ratios measured in one run.

    python benchmarks/rules.py

The variants of a comparison take turns, and each row is the median over its turns, so that a
machine which slows down or speeds up meanwhile does so for all of them. Needs about 1 GB and a
minute.
"""

from __future__ import annotations

import platform
import statistics
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np

from optimizers import BOWL, SGD, Adam, Momentum, Optimizer, descend


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


def overhead(updates: int, turns: int) -> None:
    print("Checks and bookkeeping: one update by Adam, against the bare equation")
    rng = np.random.default_rng(0)
    shapes = {
        "2 of one element": [(1,), (1,)],
        "4 of a network (64-50-10)": [(64, 50), (50,), (50, 10), (10,)],
        "4 of a network (784-100-10)": [(784, 100), (100,), (100, 10), (10,)],
        "100 of 10 × 10": [(10, 10)] * 100,
    }
    for name, each in shapes.items():
        ours = {str(i): rng.normal(size=shape) for i, shape in enumerate(each)}
        bare = {key: p.copy() for key, p in ours.items()}
        grads = {key: rng.normal(size=p.shape) for key, p in ours.items()}
        opt = Adam()
        listing = Listing(opt, bare)

        def repeat(one: Optimizer | Listing, params: dict, grads: dict = grads) -> None:
            for _ in range(updates):
                one.update(params, grads)

        seconds = medians(
            {
                "ours": lambda opt=opt, p=ours, repeat=repeat: repeat(opt, p),
                "bare": lambda opt=listing, p=bare, repeat=repeat: repeat(opt, p),
            },
            turns,
        )
        us = {variant: value / updates * 1e6 for variant, value in seconds.items()}
        print(
            f"  {name:<28} update {us['ours']:7.0f} µs  bare {us['bare']:7.0f} µs"
            f"  {us['ours'] / us['bare']:6.2f} times"
        )


def main() -> None:
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}")
    blocks(size=10**7, turns=7)
    sweeps(settings=10_000, sample=20, steps=100, turns=5)
    overhead(updates=100, turns=9)


if __name__ == "__main__":
    main()
