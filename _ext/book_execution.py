"""How the build runs the notebooks.

Two things that Jupyter Book's own settings cannot say:

* **A cache that sees the package.** The execution cache is keyed on a notebook's code alone, so
  an edit of `optimizers/` would leave stale outputs on the page. Here each state of the package,
  the lock and Python gets a cache folder of its own, named by a hash. `BOOK_EXECUTE=force`, or
  `CI=true`, empties that folder first: every notebook runs. (A cell that raises stops the build,
  and myst-nb prints its traceback in cache mode only, so that is the mode even when forced.)

* **Figures as SVG.** The kernels of the build start with a profile of their own, in the build
  folder, that makes matplotlib hand over SVG with text as text and reproducible ids. The
  notebooks stay as they are: with another front end they draw with that front end's defaults.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import optimizers
import pictures

PROFILE = """\
c = get_config()
c.IPKernelApp.log_level = "ERROR"
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"svg.fonttype": "none", "svg.hashsalt": "descent"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
"""


def fingerprint(packages, *files):
    """Hash everything but the notebook that its outputs depend on.

    Parameters
    ----------
    packages : list of Path
        What the notebooks import: every file in them counts, compiled ones aside.
    files : Path
        Other files, such as the lock. One that does not exist counts as absent.
    """
    digest = hashlib.sha256(f"{sys.version}{PROFILE}".encode())
    sources = [p for of in packages for p in sorted(of.rglob("*")) if "__pycache__" not in p.parts]
    for path in [*sources, *files]:
        if path.is_file():
            digest.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def forced(environ=os.environ):
    """Whether every notebook must run: `BOOK_EXECUTE` decides, else CI does."""
    choice = environ.get("BOOK_EXECUTE") or ("force" if environ.get("CI") == "true" else "cache")
    if choice not in ("force", "cache"):
        raise ValueError(f"BOOK_EXECUTE is {choice!r}: it may be 'force' or 'cache'")
    return choice == "force"


def prepare(app, config):
    """Choose the cache folder and point the kernels at the profile."""
    build = Path(app.outdir).parent
    packages = [Path(package.__file__).parent for package in (optimizers, pictures)]
    key = fingerprint(packages, Path(app.srcdir, "requirements.txt"))
    cache = build / ".jupyter_cache" / key
    if forced():
        shutil.rmtree(cache, ignore_errors=True)
    config.nb_execution_cache_path = str(cache)

    profile = build / ".ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(PROFILE, encoding="utf8")
    os.environ["IPYTHONDIR"] = str(profile.parent)


def setup(app):
    app.connect("config-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
