"""Cell figures become part of the page: inline SVG in the palette's own variables.

Matplotlib writes hex colours. Each one is looked up in `pictures.plots.PALETTE`, which maps a
name to a light and a dark hex, and becomes `var(--gd-NAME)`; the stylesheet written here gives
the variables their two sets of values. So a figure follows the reader's mode without a second
drawing, and its text is the page's text, in the page's font.

Every figure needs alt text (`mystnb: image: alt` in the cell's metadata) and a cell of its own.
A figure without, or with a colour that the palette does not know, is a warning: with `-W`, the
end of the build.
"""

from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from pictures.plots import PALETTE
from pictures.svg import inline_svg, stylesheet

LOGGER = logging.getLogger(__name__)


class InlineCellFigures(SphinxPostTransform):
    """Replace the images in cell outputs, after myst-nb has picked a format (priority 4)."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs):
        containers = self.document.findall(nodes.container)
        cells = [node for node in containers if node.get("nb_element") == "cell_code"]
        for number, cell in enumerate(cells, start=1):
            images = list(cell.findall(nodes.image))
            try:
                if len(images) > 1:
                    raise ValueError("two in one cell share their alt text: give each a cell")
                for image in images:
                    self.inline(image, f"f{number}")
            except ValueError as problem:
                LOGGER.warning("figure of code cell %d: %s", number, problem, location=images[0])

    def inline(self, image, prefix):
        alt = image.get("alt", "").strip()
        if not alt:
            raise ValueError("no alt text: set mystnb.image.alt in the cell's metadata")
        if image["uri"].endswith(".svg"):
            source = Path(self.app.srcdir, image["uri"].lstrip("/")).read_text(encoding="utf8")
            svg = inline_svg(source, alt, prefix, PALETTE)
            image.replace_self(nodes.raw("", svg, format="html"))


def write_stylesheet(app):
    folder = Path(app.outdir).parent / ".book_figures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "palette.css").write_text(stylesheet(PALETTE), encoding="utf8")
    app.config.html_static_path.append(str(folder))


def setup(app):
    app.connect("builder-inited", write_stylesheet)
    app.add_css_file("palette.css", priority=800)
    app.add_post_transform(InlineCellFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
