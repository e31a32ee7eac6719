"""Runs of notebooks: made side by side, and kept from build to build as long as they are valid.

A run is the outputs of a notebook's code cells and the state of its widgets, in one file of its own
under the build folder, with a key: a hash of all that the outputs depend on. Whoever executes a
chapter may keep the run. The build does (`book_execution`), and so does nbval in `make test`, so
that the very outputs that it has compared are those on the page.

A file comes into being whole or not at all, and one that cannot be read counts as absent: a build
that was cut off leaves nothing behind that the next could trip over.
"""

import asyncio
import hashlib
import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from time import perf_counter

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_notebook

SKIP = "skip-execution"  # the tag of a cell that no build runs, such as interact
TIMEOUT = 300  # seconds a cell may take

# The kernels' own: figures as SVG, with text as text and the same ids every time.
PROFILE = """\
c = get_config()
c.IPKernelApp.log_level = "ERROR"
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"svg.fonttype": "none", "svg.hashsalt": "descent"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
"""


def executed_cells(notebook):
    """The code cells that a build runs."""
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    return [cell for cell in code if SKIP not in cell.metadata.get("tags", [])]


def merge_streams(outputs):
    """Join neighbouring outputs of one stream: where they split is a matter of timing."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def write_whole(path, text):
    """Write a file so that a reader, or a machine that stops, never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


class Runs:
    """The kept runs of a book's notebooks.

    Parameters
    ----------
    root : Path
        The folder of the book.
    build : Path
        Its build folder.
    sources : book_sources.Sources
        The packages that the notebooks import.
    """

    def __init__(self, root, build, sources):
        self.root, self.folder = Path(root), Path(build) / ".runs"
        self.profile, self.sources = Path(build) / ".ipython", sources
        self.clients, self.stopped = set(), False

    def use_profile(self):
        """Let every kernel that this process starts from now on draw as the book does.

        And with one thread for each: the matrices are small, and the kernels run side by side.
        """
        write_whole(self.profile / "profile_default" / "ipython_kernel_config.py", PROFILE)
        os.environ["IPYTHONDIR"] = str(self.profile)
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def file(self, path):
        return self.folder / Path(path).resolve().relative_to(self.root.resolve())

    def key(self, notebook):
        """Hash the cells, the files of the packages that they reach, the lock and Python."""
        cells = [(it.source, it.metadata.get("tags", [])) for it in executed_cells(notebook)]
        digest = hashlib.sha256(json.dumps([sys.version, PROFILE, cells]).encode())
        files = self.sources.reached("\n".join(source for source, _ in cells))
        lock = self.root / "requirements.txt"
        for path in [*files, lock] if lock.is_file() else files:
            digest.update(f"\0{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
        return digest.hexdigest()[:32]

    def keep(self, path, notebook):
        """Keep the outputs of an executed notebook, in a form that every execution gives."""
        cells = executed_cells(notebook)
        for count, cell in enumerate(cells, 1):
            cell.outputs = merge_streams(cell.outputs)
            for output in [cell, *cell.outputs]:
                if "execution_count" in output:
                    output.execution_count = count
                if "traceback" in output:
                    lines = (
                        re.sub(r"In\[\d+\]", f"In[{count}]", line) for line in output.traceback
                    )
                    output.traceback = list(lines)
        run = new_notebook(cells=cells)
        run.metadata["widgets"] = notebook.metadata.get("widgets", {})
        run.metadata["key"] = self.key(notebook)
        write_whole(self.file(path), nbformat.writes(run))

    def kept(self, path, notebook):
        """The kept run that is valid for a notebook as it is now, or None."""
        try:
            run = nbformat.read(self.file(path), as_version=4)
        except (OSError, ValueError, nbformat.ValidationError, nbformat.reader.NotJSONError):
            return None
        return run if run.metadata.get("key") == self.key(notebook) else None

    def fill(self, path, notebook):
        """Put the outputs of the kept run into the notebook. Whether there is such a run."""
        run = self.kept(path, notebook)
        if run is None:
            return False
        for cell, executed in zip(executed_cells(notebook), run.cells, strict=True):
            cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
        notebook.metadata["widgets"] = run.metadata["widgets"]
        return True

    def execute(self, path):
        """Run a notebook in a kernel of its own and keep the run. Returns the seconds it took."""
        start = perf_counter()
        notebook = nbformat.read(path, as_version=4)
        folder = {"metadata": {"path": str(Path(path).parent)}}
        for another_try in (True, False):
            client = NotebookClient(
                notebook, timeout=TIMEOUT, record_timing=False, resources=folder
            )
            self.clients.add(client)
            try:
                asyncio.run(client.async_execute())
                break
            except RuntimeError as error:
                # Kernels that start at one time may choose one port, of which one dies.
                if self.stopped or not another_try or "before replying" not in str(error):
                    raise
            finally:
                self.clients.remove(client)
        self.keep(path, notebook)
        return perf_counter() - start

    def execute_all(self, paths, say):
        """Run notebooks side by side, one on each core. Returns the errors by the path.

        `say` is called with a line as soon as a notebook is done.
        """
        errors = {}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            # The later chapters take longer: they go first, so that no core waits at the end.
            waiting = {pool.submit(self.execute, path): path for path in reversed(paths)}
            try:
                for number, done in enumerate(as_completed(waiting), 1):
                    path = waiting[done]
                    if error := done.exception():
                        errors[path] = error
                    outcome = "FAILED" if error else f"executed in {done.result():.1f} s"
                    say(f"[{number}/{len(paths)}] {path.relative_to(self.root)}: {outcome}")
            except BaseException:  # Ctrl+C: nobody waits for what is running
                self.stopped = True
                pool.shutdown(wait=False, cancel_futures=True)
                for client in list(self.clients):
                    client.km.provisioner.process.kill()
                raise
        return errors
