"""The look of every figure: line widths, text, and axes whose numbers are plain characters."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from .palette import PALETTE

INK, MUTED, GRID, PAPER, ACCENT, WARN = (
    PALETTE[name][0] for name in ("ink", "muted", "grid", "paper", "accent", "warn")
)


SVG_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "descent"}
"""Text stays text, and the same figure is the same file."""


def superscript(power: int) -> str:
    """Write a whole number as an exponent: −3 is ⁻³."""
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def use_style() -> None:
    """Give every figure made from here on the look of the book."""
    settings: dict[Any, Any] = SVG_SETTINGS | {
        "figure.figsize": (7.0, 3.6),
        "figure.facecolor": "none",
        "figure.constrained_layout.use": True,
        "savefig.facecolor": "none",
        "axes.facecolor": "none",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": False,
        "axes.prop_cycle": plt.cycler(color=[INK, ACCENT, WARN, MUTED]),
        "axes.unicode_minus": True,
        "grid.color": GRID,
        "font.size": 10.5,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.markersize": 4,
        "lines.color": INK,
        "patch.edgecolor": INK,
        "text.color": INK,
        "xtick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.color": MUTED,
        "ytick.labelcolor": INK,
    }
    plt.rcParams.update(settings)


def log_axis(axis: Axis) -> None:
    """Give a logarithmic ``ax.xaxis`` or ``ax.yaxis`` plain labels: 10⁻³, not mathtext."""

    def label(value: float, _: Any = None) -> str:
        if value == 0:  # on an axis that is linear about 0
            return "0"
        exponent = np.log10(abs(value))
        whole = round(exponent)
        sign = "−" if value < 0 else ""
        return f"{sign}10{superscript(whole)}" if abs(exponent - whole) < 1e-9 else ""

    axis.set_major_formatter(FuncFormatter(label))
    axis.set_minor_formatter("")


def loss_axis(ax: Axes, below: bool = False) -> None:
    """Make the y-axis logarithmic; for losses ``below`` 0 only beyond −1 and 1, linear between."""
    if below:
        ax.set_yscale("symlog", linthresh=1)
    else:
        ax.set_yscale("log")
    log_axis(ax.yaxis)
