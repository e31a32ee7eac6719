"""Every public name is on the reference page, every rule in the tables that list the rules."""

import re

import pytest
import yaml
from project import ROOT, read

import optimizers
from optimizers import RULES


def chapters():
    parts = yaml.safe_load(read("_toc.yml"))["parts"]
    return [page["file"] for part in parts if part.get("numbered") for page in part["chapters"]]


def documented():
    """The names that the reference page documents."""
    page = read("chapters/reference.md")
    return {name.split(".")[-1] for name in re.findall(r"\.\. auto\w+:: ([\w.]+)", page)}


@pytest.mark.parametrize("name", optimizers.__all__)
def test_every_public_name_is_on_the_reference_page(name):
    assert name in documented(), f"chapters/reference.md lacks {name}: write .. autoclass:: {name}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_in_the_tables(rule):
    name = rule.__name__
    table = re.search(r"\(intro-rules\)=.*?\n\n(\|.*?)\n\n", read("intro.md"), re.DOTALL)[1]
    assert re.search(rf"^\| {name} \|", table, re.MULTILINE), f"the table of intro.md lacks {name}"
    assert re.search(rf"(?im)^{name}\b", read("chapters/glossary.md")), (
        f"chapters/glossary.md has no entry {name}"
    )
    shown = [path for path in ROOT.glob("chapters/*.ipynb") if f"{name}.rule" in read(path)]
    assert shown, f"no chapter shows the equation {name}.rule"


def test_the_readme_counts_the_chapters():
    assert f"a book in {len(chapters())}\nnotebooks" in read("README.md")
