"""What nbval runs is what the book shows.

nbval runs every cell of a chapter as a test and compares its text. The messages that it hears from
the kernel are heard here, too, and when all cells of a chapter have passed, its run is kept for
the build, figures and widgets included: no chapter is executed twice in `make test`.
"""

from contextlib import suppress
from copy import deepcopy
from pathlib import Path

import pytest
from book_runs import Runs, executed_cells
from book_sources import Sources
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbval.plugin import IPyNbCell

ROOT = Path(__file__).parent
RUNS = Runs(ROOT, ROOT / "_build", Sources(ROOT / "optimizers", ROOT / "pictures"))
HEARD = pytest.StashKey()


class Heard:
    """One chapter as it is being run: a notebook client that only listens."""

    def __init__(self, notebook):
        self.notebook, self.passed = deepcopy(notebook), 0
        self.client = NotebookClient(self.notebook, record_timing=False)
        self.client.widget_registry = {}  # it has nobody to answer to
        self.code = [c for c in self.notebook.cells if c.cell_type == "code"]
        self.kept = [id(cell) for cell in executed_cells(self.notebook)]
        for cell in executed_cells(self.notebook):
            cell.outputs = []

    def listen(self, item, patch):
        """Hear what nbval hears of this cell. It compares text: pictures are for the page alone."""
        cell, kernel, asked = self.code[item.cell_num], item.parent.kernel, []
        execute, receive = kernel.execute_cell_input, item.parent.get_kernel_message
        self.client.clear_before_next_output = False

        def ask(*arguments, **options):
            asked[:] = [execute(*arguments, **options)]
            return asked[0]

        def hear(*arguments, **options):
            message = receive(*arguments, **options)
            if id(cell) in self.kept and message["parent_header"].get("msg_id") in asked:
                with suppress(CellExecutionComplete):
                    self.client.process_message(message, cell, self.notebook.cells.index(cell))
            return without_pictures(message)

        patch.setattr(kernel, "execute_cell_input", ask)
        patch.setattr(item.parent, "get_kernel_message", hear)


def without_pictures(message):
    data = message["content"].get("data", {})
    text = {mime: value for mime, value in data.items() if not mime.startswith("image/")}
    return message | {"content": message["content"] | {"data": text}} if data else message


def pytest_configure(config):
    if config.getoption("nbval", default=False):
        RUNS.use_profile()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    if not (isinstance(item, IPyNbCell) and item.path.is_relative_to(ROOT)):
        return (yield)
    if HEARD not in item.parent.stash:
        item.parent.stash[HEARD] = Heard(item.parent.nb)
    heard = item.parent.stash[HEARD]
    with pytest.MonkeyPatch.context() as patch:
        heard.listen(item, patch)
        result = yield
    heard.passed += 1
    if heard.passed == len(heard.code):
        heard.client.set_widgets_metadata()
        RUNS.keep(item.path, heard.notebook)
    return result
