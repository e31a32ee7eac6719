"""An explorer in a real JupyterLab: the reader moves it and Python sees it, and the other way."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import pytest
from building import ROOT
from jupyter_client import BlockingKernelClient

SECONDS = 120  # for whatever a busy machine takes
CHAPTER = "03-learning-rate.ipynb"
IDLE = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
ALL_RUN = """() => {
  const cells = jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
  const code = cells.filter((c) => c.cell_type === "code");
  return code.every((c) => c.execution_count && c.executionState === "idle");
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab with a copy of the chapters, and the folder of its kernels."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("RUNTIME", "CONFIG", "DATA")}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"),
        *("--IdentityProvider.token=secret", f"--ServerApp.root_dir={folder}"),
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (folder / "log").open("w") as log:
        environment = os.environ | own | {"IPYTHONDIR": str(folder / "ipython")}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + SECONDS
        while not (found := list((folder / "RUNTIME").glob("jpserver-*.json"))):
            if server.poll() is not None or time.monotonic() > end:
                pytest.fail(f"JupyterLab does not start:\n{(folder / 'log').read_text()}")
            time.sleep(0.2)
        address = json.loads(found[0].read_text())["url"]
        yield address, folder / "RUNTIME"
    finally:
        server.terminate()
        server.wait(SECONDS)


class Notebook:
    """A chapter that is open in the browser, all its cells run."""

    def __init__(self, browser, lab, name):
        address, runtime = lab
        self.errors = []
        self.page = browser.new_page(viewport={"width": 1400, "height": 1000})
        self.page.set_default_timeout(1000 * SECONDS)
        self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        self.page.goto(f"{address}lab/tree/chapters/{name}?token=secret&reset")
        self.page.wait_for_function(f"({IDLE})() === 'idle'")
        self.page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        self.explorer = self.page.locator(".gd-explorer").first
        self.explorer.locator(".gd-controls").wait_for()
        self.page.wait_for_function(ALL_RUN)
        self.explorer.scroll_into_view_if_needed()  # JupyterLab hides what is out of sight
        self.explorer.locator(".gd-words", has_text=re.compile(r"\w")).wait_for()
        connection = max(runtime.glob("kernel-*.json"), key=lambda path: path.stat().st_mtime)
        self.kernel = BlockingKernelClient(connection_file=str(connection))
        self.kernel.load_connection_file()
        self.kernel.start_channels()

    def python(self, code):
        """Run code in the notebook's kernel; what it prints."""
        printed = []

        def hear(message):
            if message["msg_type"] == "error":
                printed.append("\n".join(message["content"]["traceback"]))
            elif message["msg_type"] == "stream":
                printed.append(message["content"]["text"])

        self.kernel.execute_interactive(code, output_hook=hear, timeout=SECONDS)
        return "".join(printed).strip()

    def expect(self, code, printed):
        """Wait until code prints this: what the reader does comes to Python in its own time."""
        end = time.monotonic() + SECONDS
        while (found := self.python(code)) != printed and time.monotonic() < end:
            time.sleep(0.1)
        assert found == printed

    def text(self, selector):
        return self.explorer.locator(selector).inner_text()

    def until(self, selector, pattern):
        """Wait until the explorer says something, and return it."""
        self.explorer.locator(selector, has_text=re.compile(pattern)).wait_for()
        return self.text(selector)

    def close(self):
        self.kernel.stop_channels()
        self.page.close()


@pytest.fixture(scope="module")
def notebook(browser, lab):
    opened = Notebook(browser, lab, CHAPTER)
    yield opened
    opened.close()


def test_python_sees_what_the_reader_moves(notebook):
    before = notebook.text(".gd-words")
    slider = notebook.explorer.locator("input[type=range]")
    slider.focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.page.keyboard.press("ArrowLeft")
    assert notebook.text(".gd-words") != before
    assert "rates.show(lr=0.93)" in notebook.text(".gd-code")
    notebook.expect("print(rates.lr)", "0.93")
    # The keys moved the slider, not the notebook's selection: the cell is still there.
    assert notebook.python("print(rates)") == notebook.text(".gd-words")


def test_the_reader_sees_what_python_sets_even_off_the_grid(notebook):
    said = notebook.python("rates.lr = 0.1234\nprint(rates)")
    notebook.until(".gd-code", r"lr=0\.1234\b")
    assert notebook.text(".gd-words") == said
    slider = notebook.explorer.locator("input[type=range]")
    assert slider.get_attribute("aria-valuetext") == "0.1234"
    assert slider.get_attribute("max") == "110"  # one more place than the grid has


def test_a_value_that_cannot_be_is_refused_in_python_and_changes_nothing(notebook):
    before = notebook.text(".gd-words")
    assert "lr must be at least 0" in notebook.python("rates.lr = -1.0")
    assert notebook.python("print(rates)") == before
    assert notebook.text(".gd-words") == before


def test_the_start_is_dragged_and_the_path_follows(notebook):
    mark = notebook.explorer.locator('[data-mark="path"]')
    before = mark.get_attribute("d")
    handle = notebook.explorer.locator(".gd-start")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(x + 60, y + 30, steps=4)
    notebook.page.mouse.up()
    notebook.until(".gd-code", r"start=\(")
    assert mark.get_attribute("d") != before
    start = notebook.python("print(rates.start)")
    assert [float(n) for n in re.findall(r"-?[\d.]+", start)] != [-7.0, 2.0]
    handle.focus()
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.wait_for_timeout(500)
    assert notebook.python("print(rates.start)") != start


def test_reset_goes_back_to_the_beginning(notebook):
    notebook.python("rates.lr, rates.start = 0.2, (1.0, 1.0)")
    notebook.until(".gd-code", r"lr=0\.2, start=\(1, 1\)")
    notebook.explorer.locator(".gd-reset").click()
    notebook.until(".gd-code", r"rates\.show\(lr=0\.95\)$")
    notebook.expect("print(rates.lr, rates.start)", "0.95 None")


def test_the_free_cell_moves_too(notebook):
    figure = notebook.page.locator(".widget-interact img, .widget-interact svg").last
    before = figure.get_attribute("src")
    slider = notebook.page.locator(".widget-interact .noUi-handle").first
    slider.focus()
    notebook.page.keyboard.press("ArrowLeft")
    notebook.page.wait_for_function(
        "([old]) => [...document.querySelectorAll('.widget-interact img')].at(-1)?.src !== old",
        arg=[before],
    )
    assert not notebook.page.locator(".widget-interact .jp-mod-error, .jp-OutputArea-error").count()


def test_no_error_is_ours(notebook):
    """JupyterLab 4.6 has an error of its own, in its core, when a notebook scrolls."""
    assert not [error for error in notebook.errors if "/static/lab/" not in error]


def test_choices_and_steps_and_two_views_of_one_explorer(browser, lab):
    notebook = Notebook(browser, lab, "12-side-by-side.ipynb")
    try:
        notebook.page.evaluate(
            """() => {
              const { content } = jupyterapp.shell.currentWidget;
              const { widgets } = content;
              const index = widgets.findIndex((w) => w.node.querySelector(".gd-explorer"));
              content.activeCellIndex = index;
            }"""
        )
        notebook.page.evaluate("jupyterapp.commands.execute('notebook:insert-cell-below')")
        notebook.page.evaluate(
            """() => jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel
                 .setSource("races")"""
        )
        notebook.page.evaluate("jupyterapp.commands.execute('notebook:run-cell')")
        first, second = (notebook.page.locator(".gd-explorer").nth(i) for i in (0, 1))
        second.locator(".gd-controls").wait_for()
        first.scroll_into_view_if_needed()
        first.locator("label", has_text="saddle").click()
        notebook.expect("print(races.landscape)", "saddle")
        assert second.locator("label", has_text="saddle").locator("input").is_checked()
        second.locator(".gd-play").click()
        notebook.page.wait_for_function(
            "() => document.querySelectorAll('.gd-explorer .gd-steps input')[0].value > 14"
        )
        second.locator(".gd-play").click()
        words = [each.locator(".gd-words").inner_text() for each in (first, second)]
        assert words[0] == words[1]
        notebook.expect("print(races)", words[0])
        assert not [error for error in notebook.errors if "/static/lab/" not in error]
    finally:
        notebook.close()
