"""Run the code of a chapter in this process, as far as its explorers."""

import contextlib
import io
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat

from pictures.explorer import Explorer

CHAPTERS = Path(__file__).resolve().parents[2] / "chapters"


def explorers(name, monkeypatch):
    """The explorers of a chapter by the name that its code gives them, in order."""
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    monkeypatch.chdir(CHAPTERS)
    notebook = nbformat.read(CHAPTERS / f"{name}.ipynb", as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    last = max((i for i, source in enumerate(cells) if "= explore(" in source), default=-1)
    namespace = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in cells[: last + 1]:
            exec(compile(source, f"{name}.ipynb", "exec"), namespace)
    return {key: value for key, value in namespace.items() if isinstance(value, Explorer)}
