"""Sections that open: what becomes of a notebook's mark, of its section, and of its address.

How they behave in a browser is tested with the first chapters that have them.
"""

import json

import pytest
from book_folds import MARK, fold, mark, open_by_links
from docutils import nodes


class App:
    class env:  # noqa: N801
        @staticmethod
        def doc2path(docname):
            return f"{docname}.ipynb"


def marked(text):
    cell = {"cell_type": "markdown", "metadata": {MARK: True}, "source": [text]}
    other = {"cell_type": "markdown", "metadata": {}, "source": ["## Open"]}
    source = [json.dumps({"cells": [cell, other]})]
    mark(App, "one", source)
    first, second = json.loads(source[0])["cells"]
    assert second == other
    return first["source"]


def test_the_mark_becomes_a_class_of_the_heading_below_its_label():
    assert marked("### Proof\n\nWords.") == "{.gd-folded}\n### Proof\n\nWords."
    assert marked("(sec-x)=\n## Proof\n\nWords.") == "(sec-x)=\n{.gd-folded}\n## Proof\n\nWords."


@pytest.mark.parametrize("text", ["Only words.", "# A title", "Words.\n\n## Later"])
def test_a_mark_on_a_cell_without_a_heading_is_refused(text):
    with pytest.raises(ValueError, match=r"^one, cell 0: .* begins with a heading"):
        marked(text)


def section(*classes):
    title, words = nodes.title("", "Proof"), nodes.paragraph("", "Words.")
    return nodes.section("", title, words, ids=["proof"], classes=list(classes))


def test_a_section_with_the_class_is_put_into_details_and_no_other_is():
    folded, plain = section("gd-folded"), section()
    fold(App, nodes.section("", folded, plain), "one")
    assert [child.astext() for child in folded] == [
        '<details class="gd-fold"><summary>',
        "Proof",
        '</summary><div class="gd-folded">',
        "Words.",
        "</div></details>",
    ]
    assert [child.astext() for child in plain] == ["Proof", "Words."]


def test_what_a_link_leads_to_is_inside():
    body = (
        '<section id="proof">\n<span id="sec-x"></span><details class="gd-fold"><summary>'
        '<h3>Proof</h3>\n</summary><div class="gd-folded"><p>Words.</p></div></details></section>'
    )
    context = {"body": body}
    open_by_links(App, "one", "", context, None)
    outside, inside = context["body"].split("</summary>")
    assert " id=" not in outside
    assert inside.startswith(
        '<div class="gd-folded"><span id="proof"></span><span id="sec-x"></span><p>'
    )
