"""The site asks no other host for anything.

* MathJax comes from the PyPI wheel `sphinx-mathjax-offline`. Of its 24 MB the pages need
  `tex-chtml.js`, its fonts and the TeX extensions that it loads on demand; only those are copied.
* sphinx-thebe, which Jupyter Book always loads, writes the address of a script on unpkg into
  every page even when it is off. Its listeners and its stylesheet are taken out again.
"""

import shutil
from importlib.metadata import distribution
from pathlib import Path

MATHJAX = ("tex-chtml.js", "output/chtml/fonts/woff-v2/*.woff", "input/tex/extensions/*.js")


def mathjax_files():
    """Pairs of (file in the wheel, path below `_static/mathjax`) of all that the pages need.

    The wheel's package has hyphens in its name, so it cannot be imported, only located.
    """
    wheel = distribution("sphinx-mathjax-offline")
    root = Path(wheel.locate_file("sphinx-mathjax-offline/static/mathjax"))
    for pattern in MATHJAX:
        found = sorted(root.glob(pattern))
        if not found:
            raise FileNotFoundError(f"sphinx-mathjax-offline {wheel.version} has no {pattern}")
        yield from ((path, path.relative_to(root)) for path in found)


def copy_mathjax(app, exception):
    if exception is None and app.builder.format == "html":
        for source, target in mathjax_files():
            copy = Path(app.outdir, "_static", "mathjax", target)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


def use_local_mathjax(app, config):
    config.mathjax_path = "mathjax/tex-chtml.js"


def remove_thebe(app):
    """Undo what sphinx-thebe has registered so far (it comes before local extensions)."""
    for listeners in app.events.listeners.values():
        listeners[:] = [it for it in listeners if it.handler.__module__ != "sphinx_thebe"]
    app.registry.css_files[:] = [
        entry for entry in app.registry.css_files if entry[0] != "sphinx-thebe.css"
    ]


def setup(app):
    remove_thebe(app)
    app.connect("config-inited", use_local_mathjax)
    app.connect("build-finished", copy_mathjax)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
