"""Sections that a reader opens: proofs, side results, solutions.

A markdown cell that begins with a heading, and whose metadata says `jp-MarkdownHeadingCollapsed`,
is closed in JupyterLab with all that follows up to the next heading of its level. That one mark is
read here, too: on the site such a section is a `<details>`, its heading the summary. So it opens by
a link into it and by the browser's search, needs no script, and is printed open.
"""

import json
import re

from docutils import nodes

MARK = "jp-MarkdownHeadingCollapsed"
FOLDED = re.compile(
    r'<section( id="[^"]*")>\n((?:<span id="[^"]*"></span>)*)'
    r'(<details class="gd-fold"><summary>.*?)(</summary><div class="gd-folded">)',
    re.DOTALL,
)
HEADING = re.compile(r"\A(\([\w-]+\)=\n)?(#{2,6} )", re.MULTILINE)


def mark(app, docname, source):
    """Give the headings of closed cells a class, in the notebook's source before it is parsed."""
    if not app.env.doc2path(docname).endswith(".ipynb"):
        return
    notebook = json.loads(source[0])
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "markdown" and cell["metadata"].get(MARK):
            text = "".join(cell["source"])
            marked, found = HEADING.subn(r"\1{.gd-folded}\n\2", text, count=1)
            if not found:
                raise ValueError(
                    f"{docname}, cell {number}: {MARK} is for a cell that begins with a heading of "
                    f"the second level or below, not with {text[:40]!r}"
                )
            cell["source"] = marked
    source[0] = json.dumps(notebook)


def fold(app, doctree, docname):
    """Put what is below the heading of such a section into a `<details>`."""
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is None or title.parent is not section:
            continue
        classed = [node for node in (section, title) if "gd-folded" in node["classes"]]
        if not classed:
            continue
        for node in classed:
            node["classes"].remove("gd-folded")
        at = section.index(title)
        for place, html in (
            (at, '<details class="gd-fold"><summary>'),
            (at + 2, '</summary><div class="gd-folded">'),
            (len(section) + 2, "</div></details>"),
        ):
            section.insert(place, nodes.raw("", html, format="html"))


def open_by_links(app, pagename, templatename, context, doctree):
    """Move what a link leads to into the section: then the browser opens it by itself."""
    if "body" in context:
        context["body"] = FOLDED.sub(r"<section>\n\3\4<span\1></span>\2", context["body"])


def setup(app):
    app.connect("source-read", mark)
    app.connect("doctree-resolved", fold)
    app.connect("html-page-context", open_by_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
