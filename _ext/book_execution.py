"""How the build runs the notebooks.

Before Sphinx reads a page, every notebook without a valid run is executed, on all cores at once.
Then each notebook is read with the outputs of its run in it, as if they were stored there:
myst-nb itself executes nothing. A run is valid as long as the notebook's cells, the modules that
they reach, the lock and Python are what they were (`book_runs`). `BOOK_EXECUTE=force`, or
`CI=true`, runs every notebook.
"""

import os
import re
import shutil
from pathlib import Path

import nbformat
from book_runs import Runs
from book_sources import Sources
from sphinx.errors import SphinxError
from sphinx.util import logging

import optimizers
import pictures

LOGGER = logging.getLogger(__name__)
PACKAGES = [Path(package.__file__).parent for package in (optimizers, pictures)]
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class NotebookError(SphinxError):
    category = "A notebook raised"


def forced(environ=os.environ):
    """Whether every notebook must run: `BOOK_EXECUTE` decides, else CI does."""
    choice = environ.get("BOOK_EXECUTE") or ("force" if environ.get("CI") == "true" else "cache")
    if choice not in ("force", "cache"):
        raise ValueError(f"BOOK_EXECUTE is {choice!r}: it may be 'force' or 'cache'")
    return choice == "force"


def notebooks(env, docnames):
    """Those of the pages that are notebooks: path and content."""
    paths = [Path(env.doc2path(name)) for name in docnames]
    return {p: nbformat.read(p, as_version=4) for p in paths if p.suffix == ".ipynb"}


def without_a_run(app, env, added, changed, removed):
    """The pages that have to be read again though their own file is as it was."""
    app.book_runs = Runs(app.srcdir, Path(app.outdir).parent, Sources(*PACKAGES))
    names = env.found_docs - added - changed
    return [
        n for n in names for p, it in notebooks(env, [n]).items() if not app.book_runs.kept(p, it)
    ]


def run_notebooks(app, env, docnames):
    """Execute what has to be executed of the pages that Sphinx is about to read."""
    found = notebooks(env, docnames)
    missing = [p for p, it in found.items() if forced() or not app.book_runs.kept(p, it)]
    if not env.all_docs:  # every page is read: no figure of an earlier build is of use
        shutil.rmtree(Path(app.outdir).parent / "jupyter_execute", ignore_errors=True)
    LOGGER.info("running notebooks: %d of %d", len(missing), len(found))
    app.book_runs.use_profile()
    if errors := app.book_runs.execute_all(missing, LOGGER.info):
        raise NotebookError("\n\n".join(f"{p}:\n{explained(e)}" for p, e in errors.items()))


def explained(error):
    """What went wrong in a notebook, with the traceback of its cell."""
    return ANSI.sub("", str(error) or repr(error)).strip()


def read_with_outputs(app, docname, source):
    """Let Sphinx read the notebook as its run has left it, and again when there is another run."""
    path = Path(app.env.doc2path(docname))
    if path.suffix == ".ipynb":
        notebook = nbformat.reads(source[0], as_version=4)
        app.book_runs.fill(path, notebook)
        app.env.note_dependency(str(app.book_runs.file(path)))
        source[0] = nbformat.writes(notebook)


def setup(app):
    app.connect("env-get-outdated", without_a_run)
    app.connect("env-before-read-docs", run_notebooks)
    app.connect("source-read", read_with_outputs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
