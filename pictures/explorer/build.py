"""``explore``: from a rule, or a function of the settings, to a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from matplotlib.axes import Axes

from optimizers import Landscape, Optimizer
from optimizers import rule as named_rule

from .controls import Control
from .grid import Grid, Run
from .panels import Panels
from .scene import Scene
from .short import on_landscape
from .widget import Explorer

Pick = Mapping[Axes, tuple[str | None, str | None]]


def explore(
    run: Run | type[Optimizer] | str | Sequence[type[Optimizer]],
    panels: Sequence[Axes] | Callable[..., Sequence[Axes]] | Landscape,
    *,
    name: str,
    label: str,
    drag: str | None = None,
    pick: Pick | None = None,
    **controls: Control,
) -> Explorer:
    """Return a figure that the reader moves, on a static page as well as with a kernel.

    Parameters
    ----------
    run : callable, or a rule or its name, or a list of rules
        A function of the settings, one keyword for each control. A slider comes as a 1-D array
        with an entry for each setting of the whole grid (the lanes of a sweep), a choice as the
        object chosen. It returns a dict with

        - for each mark of the panels, by its gid, an array: for a line or polygon
          (points, lanes, 2), as ``descend`` has it, or heights (points, lanes) over the x that it
          was drawn with; for a text a template, one or (lanes,); for an image (lanes, rows,
          columns). Without sliders there is no axis of lanes;
        - numbers, one or (lanes,), for the templates;
        - ``"words"``: the template, one or (lanes,), of what one sees, in whole sentences.

        ``at(array)`` has one more axis in front, the step; ``upto(array)`` is a line that grows
        with the step.
    panels : sequence of Axes, or callable, or Landscape
        From ``panel``; or a function that draws them for some of the choices; or, for rules,
        the landscape, on which their paths are drawn beside their losses.
    name : str
        The variable that holds the result, for the line of Python that is shown.
    label : str
        What one explores: a title.
    drag : str, optional
        The mark whose first point is the start of the runs. With a kernel the reader may drag it;
        ``run`` then has the keyword ``start``, a pair or None, as ``descend`` has.
    pick : dict of Axes to pair of str, optional
        Panels whose axes are settings: the sliders along x and y, or None.
    controls : Slider, Choice or Steps
        At least one, and at most one Steps.

    Raises
    ------
    KeyError
        There is no such rule.
    TypeError, ValueError
        The controls are none, or what ``run`` returns does not fit them and the panels.

    Examples
    --------
    >>> eta = Slider("learning rate η", [0.1, 0.4, 0.95], 0.4)
    >>> sgd = explore("SGD", BOWL, name="sgd", label="SGD on the bowl", lr=eta)
    >>> sgd.lr = 0.5
    >>> sgd
    After 30 steps the loss is 1.1 · 10⁻¹.
    """
    grid = Grid(controls)
    if not name.isidentifier():
        raise ValueError(f"name is {name!r}: write the variable that holds the explorer")
    if isinstance(run, str):
        run = named_rule(run)
    if isinstance(run, type | Sequence):
        run, panels, drag = on_landscape([run] if isinstance(run, type) else run, panels)
    elif isinstance(panels, Landscape):
        raise TypeError("a landscape goes with a rule: for a function, write its panels")
    drawn = Panels(panels, grid.choices)
    scene = Scene(run, drawn, grid, **({"start": None} if drag else {}))
    scene.check_words()
    if drag and scene.kinds.get(drag) != "line":
        raise ValueError(f"drag is {drag!r}, which is no line of the panels")
    return Explorer(name, label, scene, drag, places(pick or {}, scene))


def places(pick: Pick, scene: Scene) -> list[list[int]]:
    """Return [variant, panel, control along x, control along y] of the panels that are pointed at.

    Raises
    ------
    ValueError
        A panel that the scene does not have, no pair, or what is no slider.
    """
    sliders, order = list(scene.grid.sliders), list(scene.grid.controls)
    found = {
        axes: [variant, panel]
        for variant, of in enumerate(scene.panels.variants.values())
        for panel, axes in enumerate(of)
    }
    where = []
    for axes, pair in pick.items():
        fits = len(pair) == 2 and {*pair} <= {None, *sliders}
        plain = {axes.get_xscale(), axes.get_yscale()} <= {"linear", "log"}
        if axes not in found or not fits or not plain:
            raise ValueError(
                f"pick has {pair} for {axes}: write one of the panels, with linear or log axes, "
                f"and a pair of sliders along its x and y, of {sliders} or None"
            )
        where.append([*found[axes], *(-1 if key is None else order.index(key) for key in pair)])
    return where
