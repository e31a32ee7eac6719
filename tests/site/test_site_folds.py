"""Folded sections: closed on the site where they are closed in JupyterLab."""

import json

import pytest
from book_folds import MARK, mark
from building import CHAPTERS, ROOT


def closed_cells(name):
    cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf8"))["cells"]
    return [cell for cell in cells if cell["metadata"].get(MARK)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_is_closed_in_jupyterlab_is_closed_on_the_site(site, name):
    folds = site.pages[f"{name}.html"].article.select("details.gd-fold")
    assert len(folds) == len(closed_cells(name))
    for fold in folds:
        assert fold.summary.find(["h2", "h3", "h4", "h5"]).get_text(strip=True)
        assert not fold.has_attr("open")
        assert fold.select_one(".gd-folded").get_text(strip=True)


def test_a_mark_on_a_cell_without_a_heading_is_refused():
    class App:
        class env:  # noqa: N801
            @staticmethod
            def doc2path(docname):
                return f"{docname}.ipynb"

    cell = {"cell_type": "markdown", "metadata": {MARK: True}, "source": ["Only words."]}
    with pytest.raises(ValueError, match=r"^one, cell 0: .* begins with a heading .*Only words"):
        mark(App, "one", [json.dumps({"cells": [cell]})])
