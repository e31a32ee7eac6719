"""Explorers on a static page: their markup in place, their data beside it, one small script.

myst-nb would write the state of all widgets of a page into one script, for ipywidgets'
html-manager to read: 3.6 MB from another host. Here each explorer (`pictures.explorer`) stands
in the page as the HTML and SVG that Python has made, so that it is there without any script, and
with the data that its script draws from. The script is the widget's own, the one that JupyterLab
runs, and is loaded on the pages that need it.

Any other widget needs a kernel. In its place stands a sentence that says so, with the launch link.
So does a cell tagged `skip-execution`, which no build runs: what `interact` draws goes to its front
end, and without one nbclient waits for a reply that now and then does not come.
"""

import json
import re
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
PAGE = Path(__file__).with_name("explorers")
VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*)</script>', re.S)
SKIPPED = "tag_skip-execution"
STATE = "ipywidgets_state"
NEEDS_KERNEL = "This needs a running kernel."
OPEN = "Open the chapter on Binder"


def script():
    """The widget's module and the page's runtime as one plain script, which `file://` may load."""
    module = files("pictures.explorer").joinpath("explorer.js").read_text(encoding="utf8")
    body, default = re.subn(r"^export default .*$", "", module, flags=re.M)
    if default != 1:
        raise ValueError("explorer.js must have one line `export default …`")
    body = re.sub(r"^export ", "", body, flags=re.M)
    return f"(() => {{\n{body}\n{(PAGE / 'page.js').read_text(encoding='utf8')}}})();\n"


def in_page(model):
    """An explorer's markup, and what its script reads, as a piece of a page."""
    state = model["state"]
    names = ["spec", "start", *(control["name"] for control in state["spec"]["controls"])]
    (buffer,) = (b["data"] for b in model["buffers"] if b["path"] == ["data"])
    kept = {name: state[name] for name in names} | {"data": buffer.replace("\n", "")}
    form = {"ensure_ascii": False, "allow_nan": False, "separators": (",", ":")}
    text = json.dumps(kept, sort_keys=True, **form)  # the same bytes from every build
    text = text.replace("</", r"<\/")  # nothing in it may end the script
    data = f'<script type="application/json">{text}</script>'
    return f'<div class="gd-live">{state["markup"]}{data}</div>'


def needs_kernel(link):
    """The sentence in place of any other widget."""
    paragraph = nodes.paragraph("", NEEDS_KERNEL + " ", classes=["gd-kernel"])
    if link:
        paragraph += nodes.reference("", OPEN, refuri=link, internal=False)
        paragraph += nodes.Text(".")
    return paragraph


class PlaceExplorers(SphinxPostTransform):
    """Replace the views of widgets, after myst-nb has picked them (priority 4)."""

    default_priority = 6
    formats = ("html",)

    def run(self, **kwargs):
        stored = NbMetadataCollector.get_js_files(self.env, self.env.docname).get(STATE)
        models = json.loads(stored[1]["body"])["state"] if stored else {}
        link = self.config.book_binder and f"{self.config.book_binder}/{self.env.docname}.ipynb"
        for raw in list(self.document.findall(nodes.raw)):
            if not (view := VIEW.fullmatch(raw.astext())):
                continue
            model = models.get(json.loads(view[1])["model_id"])
            if model is None:
                LOGGER.warning("a widget has no stored state", location=raw)
            elif "markup" in model["state"]:
                raw.replace_self(nodes.raw("", in_page(model), format="html"))
            else:
                raw.replace_self(needs_kernel(link))
        for cell in self.document.findall(nodes.container):
            if SKIPPED in cell.get("classes", []):
                cell[:] = [part for part in cell if "cell_output" not in part["classes"]]
                cell += needs_kernel(link)


def load_script(app, pagename, templatename, context, doctree):
    """Load the script where there is an explorer; keep myst-nb from writing the state as well."""
    NbMetadataCollector.get_js_files(app.env, pagename).pop(STATE, None)
    if doctree and any('class="gd-live"' in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file("explorers.js", loading_method="defer")
        app.add_css_file("explorer.css", priority=850)


def write_files(app):
    folder = Path(app.outdir).parent / ".book_explorers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "explorers.js").write_text(script(), encoding="utf8")
    css = files("pictures.explorer").joinpath("explorer.css").read_text(encoding="utf8")
    css += (PAGE / "page.css").read_text(encoding="utf8")
    (folder / "explorer.css").write_text(css, encoding="utf8")
    app.config.html_static_path.append(str(folder))


def setup(app):
    app.add_config_value("book_binder", "", "html")
    app.add_post_transform(PlaceExplorers)
    app.connect("builder-inited", write_files)
    # Before myst-nb, which adds a page's scripts at 500.
    app.connect("html-page-context", load_script, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
