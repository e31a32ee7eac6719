"""Figures that move under the reader's hand: computed in Python, drawn by matplotlib.

Draw the start of the figure on one or more ``panel`` s, name what shall move (``gid="path"``),
and write a function from the settings to those marks. ``ready`` has the panels that recur, and what
helps to write such a function. ``explore`` runs it once for the whole grid of settings, as a sweep,
and returns the widget:

>>> alt = "The path of momentum on the contours of the bowl."
>>> bowl = ready.contour_panel(alt, BOWL, {"path": Momentum})
>>> def run(momentum):
...     path = descend(Momentum(lr=0.1, momentum=momentum), BOWL)
...     words = "With μ = {momentum} the loss ends at {loss:.1e}."
...     return {"path": path.points, "loss": path.losses[-1], "words": words}
>>> mu = Slider("momentum μ", [0, 0.5, 0.9], 0.9)
>>> explore(run, [bowl], name="ball", label="Momentum on the bowl", momentum=mu)
With μ = 0.9 the loss ends at 4.8 · 10⁻².
"""

from . import ready
from .build import explore
from .controls import Choice, Slider, Steps
from .marks import at, upto
from .panels import panel
from .widget import Explorer

__all__ = ["Choice", "Explorer", "Slider", "Steps", "at", "explore", "panel", "ready", "upto"]
