"""The look of the book: one stylesheet over the theme's, in `look/`, and a few small repairs."""

import os
import subprocess
from pathlib import Path

from docutils import nodes

FOLDER = Path(__file__).with_name("look")


def add_folder(app, config):
    config.html_static_path.append(str(FOLDER))
    # Two settings of the theme that Jupyter Book has no name for. In place, because replacing
    # html_theme_options would lose what Jupyter Book has put there.
    config.html_theme_options["navbar_persistent"] = []  # theme 1.3.0 draws two search boxes
    config.html_theme_options["show_toc_level"] = 2


def use_date_of_commit(app, config):
    """The date in the footer is the commit's, in UTC: one commit gives one book, on any day.

    Sphinx takes it from SOURCE_DATE_EPOCH. Outside of a repository there is no date.
    """
    command = ["git", "-C", str(app.srcdir), "log", "-1", "--format=%ct"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:  # no git
        stamp = ""
    else:
        stamp = done.stdout.strip()
    if stamp:
        os.environ.setdefault("SOURCE_DATE_EPOCH", stamp)
    if "SOURCE_DATE_EPOCH" not in os.environ:
        config.html_last_updated_fmt = None


def keep_first_line(app, what, name, obj, options, lines):
    """Let a constant's docstring begin "x² + y²: …" without napoleon taking that for a type.

    Napoleon looks at the first line only: an empty comment goes before it.
    """
    if what in ("data", "property"):
        lines[:0] = ["..", ""]


def drop_repeated_ids(app, doctree, docname):
    """sphinx-exercise gives the same id to the content of every exercise on a page."""
    for section in doctree.findall(nodes.section):
        if section["ids"] in (["exercise-content"], ["solution-content"]):
            section["ids"] = []


def drop_false_roles(app, pagename, templatename, context, doctree):
    """docutils calls a bibliography a list, which may hold no bare links; it holds some."""
    if "body" in context:
        body = context["body"].replace(
            '<div role="list" class="citation-list">', '<div class="citation-list">'
        )
        context["body"] = body.replace(' role="doc-biblioentry"', "")


def setup(app):
    app.connect("config-inited", add_folder)
    app.connect("config-inited", use_date_of_commit)
    app.connect("autodoc-process-docstring", keep_first_line, priority=400)
    app.connect("doctree-resolved", drop_repeated_ids)
    app.connect("html-page-context", drop_false_roles)
    app.add_css_file("book.css", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
