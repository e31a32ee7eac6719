"""The widget: a scene on a page, and its settings as traits that Python reads and sets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import anywidget
import traitlets
from IPython.display import display

from ..palette import PALETTE
from ..svg import stylesheet
from . import template
from .controls import Choice, Control, Steps, joined, tidy
from .grid import Grid
from .markup import markup
from .scene import Scene

HERE = Path(__file__).parent


def script() -> str:
    """Return the two halves of the script, what it computes and what it draws, as one module."""
    data, drawing = ((HERE / name).read_text(encoding="utf8") for name in ("data.js", "draw.js"))
    return data + re.sub(r"^import .*\n", "", drawing, flags=re.M)


class Explorer(anywidget.AnyWidget):
    """Pictures that follow the reader's settings. ``explore`` makes one.

    Every setting is a trait of its name: read it, set it, observe it. A value that is not on the
    grid of its slider is computed, and joins the grid.

    Parameters
    ----------
    name : str
        The variable that holds the explorer, for the line of Python under it.
    label : str
        What one explores.
    scene : Scene
    drag : str or None
        The mark whose first point is the start, which a reader with a kernel may drag.
    pick : list of [variant, panel, control along x, control along y]
        The panels on which a pointer sets settings; −1 for an axis that sets none.

    Attributes
    ----------
    start : (x, y) or None
        Where the runs start, if the reader has moved the start; None for its own place.
    """

    _esm = script()
    _css = stylesheet(PALETTE) + (HERE / "explorer.css").read_text(encoding="utf8")
    markup = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)
    start = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(
        self, name: str, label: str, scene: Scene, drag: str | None, pick: list[list[int]]
    ) -> None:
        self._scene, self._grid = scene, scene.grid
        for control in self._grid.controls:
            if hasattr(type(self), control):
                raise ValueError(f"a control cannot be called {control!r}: choose another name")
        self.add_traits(**{n: trait(it).tag(sync=True) for n, it in self._grid.controls.items()})
        super().__init__()
        arguments = ", ".join(f"{control}={{{control}}}" for control in self._grid.controls)
        code = f"{name}.show({arguments}{{start}})"
        self._own = {"code": code, "drag": drag, "pick": pick}
        self._publish()
        codes = self._grid.codes(self.settings)
        longest = {n: max(it.codes, key=len) for n, it in self._grid.controls.items()}
        self.markup = markup(
            label,
            self._grid.controls,
            scene.pictures(self.settings, f"gd-{name}"),
            list(scene.panels.variants).index(scene.panels.variant(self.settings)),
            (scene.say(self.settings), scene.longest),
            (
                template.fill(code, codes | {"start": ""}),
                template.fill(code, longest | {"start": ""}),
            ),
        )
        self.observe(self._moved, names=[*self._grid.controls, "start"])

    @property
    def settings(self) -> dict[str, Any]:
        """Every setting, as it is now."""
        return {name: getattr(self, name) for name in self._grid.controls}

    def show(self, **settings: Any) -> None:
        """Display the pictures for some settings; those not named are as they are now.

        Raises
        ------
        TypeError, ValueError
            A setting that the explorer does not have, or a value that it cannot take.
        """
        start = settings.pop("start", self.start)
        if unknown := sorted(set(settings) - set(self.settings)):
            raise TypeError(f"there is no setting {unknown}: write some of {list(self.settings)}")
        grid = self._grid.alone(self.settings | settings)
        for axes in self._scene.again(grid, **self._extra(start)).pose(grid.start):
            display(axes.figure)

    def __repr__(self) -> str:
        return self._scene.say(self.settings)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        data, metadata = cast(tuple[dict, dict], super()._repr_mimebundle_(**kwargs))
        return data | {"text/plain": repr(self)}, metadata

    def _extra(self, start: Any) -> dict[str, Any]:
        """Return what the function of the settings is given besides the settings."""
        if self._own["drag"]:
            return {"start": None if start is None else tuple(start)}
        if start is not None:
            raise ValueError(f"start is {start!r}, but in this explorer nothing has a start")
        return {}

    def _publish(self) -> None:
        spec, data = self._scene.pack()
        with self.hold_sync():
            self.spec, self.data = spec | self._own, data

    def _moved(self, change: Any) -> None:
        """Compute what is not there yet; take back a value for which that fails."""
        name, value, grid = change.name, change.new, self._scene.grid
        if name in grid.sliders and abs(value - tidy(value)) > 0:
            return self.set_trait(name, tidy(value))
        if name != "start" and value in grid.controls[name].values:
            if name in self._scene.panels.choosers:
                self.start = None
            return
        try:
            if name != "start":
                grid = Grid(grid.controls | {name: joined(self._grid.controls[name], value)})
            self._scene = self._scene.again(grid, **self._extra(self.start))
        except Exception:
            self.set_trait(name, change.old)
            raise
        self._publish()


def trait(control: Control) -> traitlets.TraitType:
    """Return the trait that holds a control's value."""
    if isinstance(control, Choice):
        return traitlets.Enum(control.values, control.start)
    if isinstance(control, Steps):
        return traitlets.Int(cast(int, control.start))
    return traitlets.Float(control.start)
