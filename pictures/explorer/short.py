"""The short form of ``explore``: rules on a landscape, their paths beside their losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from optimizers import Landscape, Optimizer, descend

from .. import plots
from .grid import Run
from .ready import contour_panel, curve_panel, legend_above

STEPS = 30


def on_landscape(rules: Sequence[Any], landscape: Any) -> tuple[Run, list[Axes], str]:
    """Return the function of the settings, the panels, and the path whose start may be dragged.

    Raises
    ------
    TypeError, ValueError
        What is no rule or no landscape, or two rules of one name.
    """
    check(rules, landscape)
    names = [rule.__name__ for rule in rules]

    def run(start: Any = None, **settings: Any) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for i, (name, rule) in enumerate(zip(names, rules, strict=True)):
            path = descend(rule(**settings), landscape, STEPS, start)
            shown |= {f"{name} path": path.points, f"{name} loss": path.losses}
            shown[f"end_{i}"] = path.losses[-1]
        return shown | {"words": words(names)}

    return run, draw(rules, landscape), f"{names[0]} path"


def check(rules: Sequence[Any], landscape: Any) -> None:
    """Refuse what is no rule or no landscape, and two rules of one name."""
    fit = all(isinstance(rule, type) and issubclass(rule, Optimizer) for rule in rules)
    names = [getattr(rule, "__name__", repr(rule)) for rule in rules]
    if not (rules and fit and isinstance(landscape, Landscape)):
        raise TypeError(
            f"{', '.join(names) or 'no rule'} and {landscape!r}: write a rule and a landscape, "
            "(Momentum, BOWL), or rules and a landscape, ([SGD, Adam], BOWL), or a function of the "
            "settings and its panels"
        )
    if len({*names}) < len(names):
        raise ValueError(f"two of the rules {names} have one name: call each class differently")


def draw(rules: Sequence[type[Optimizer]], landscape: Landscape) -> list[Axes]:
    """Return the panels of paths and of losses, each rule in its look, with a legend of several."""
    paths: dict[str, dict[str, Any]] = {}
    losses: dict[str, dict[str, Any]] = {}
    for rule in rules:
        name, taken = {"label": rule.__name__}, {style["color"] for style in paths.values()}
        paths[f"{rule.__name__} path"] = plots.look(rule, marker=True, taken=taken) | name
        losses[f"{rule.__name__} loss"] = plots.look(rule, taken=taken) | name
    plural, of = len(rules) > 1, " and ".join(rule.__name__ for rule in rules)
    alt = f"The path{'s' * plural} of {of} on the contours of the {landscape.name}."
    contours = contour_panel(alt, landscape, paths)
    alt = f"The loss{'es' * plural} of {of} against the step."
    below = plots.grid(landscape)[2].min() < 0
    limits = (-1e3 if below else 1e-8, 10 * landscape.value(*landscape.start))
    curves = curve_panel(alt, np.arange(STEPS + 1), losses, below=below, ylim=limits)
    if plural:
        legend_above(contours, ncols=min(len(rules), 3))
    return [contours, curves]


def words(names: Sequence[str]) -> str:
    """Return the sentence on the losses at the end."""
    if len(names) == 1:
        return f"After {STEPS} steps the loss is {{end_0:.1e}}."
    *first, last = [f"{{end_{i}:.1e}} with {name}" for i, name in enumerate(names)]
    return f"After {STEPS} steps the loss is {', '.join(first)} and {last}."
