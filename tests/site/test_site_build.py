"""What a build does: tiny books with the real configuration, built as `make book` builds."""

import importlib
import json
import os
import re
import shutil

import book_offline
import nbformat
import pytest
from book_execution import forced
from building import ROOT, build, figure, tiny_book
from nbformat.v4 import new_code_cell
from site_checks import Page

GOOD_FIGURE = """\
import matplotlib.pyplot as plt
from pictures import plots

plots.use_style()
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1], color={colour})
plt.show()"""
ALT = "A straight line from the lower left to the upper right."
EXPLORER = """\
from optimizers import BOWL
from pictures import plots
from pictures.explorer import Slider, explore

plots.use_style()
eta = Slider("learning rate η", [0.1, 0.4], 0.4)
sgd = explore("SGD", BOWL, name="sgd", label="SGD on the bowl", lr=eta)
sgd"""
INTERACT = """\
from ipywidgets import interact


@interact(x=(0.0, 1.0))
def free(x=0.5):
    raise SystemError("no build runs this")"""


def tagged(source, *tags):
    cell = new_code_cell(source)
    cell.metadata["tags"] = list(tags)
    return cell


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A book with one good figure, built with a repository, then without, then by force."""
    folder = tiny_book(
        tmp_path_factory.mktemp("tiny") / "book",
        figure(
            GOOD_FIGURE.format(colour="plots.ACCENT"),
            image={"alt": ALT},
            figure={"name": "fig-one", "caption": "A line."},
        ),
        new_code_cell(EXPLORER),
        tagged(INTERACT, "skip-execution"),
        new_code_cell("import ipywidgets\nipywidgets.FloatSlider()"),
    )
    ci = {"GITHUB_REPOSITORY": "ada/descent", "GITHUB_REF_NAME": "main"}
    day = {"SOURCE_DATE_EPOCH": "86400"}
    builds, pages = {}, {}
    for name, environment in [
        ("with", {"BOOK_REPOSITORY_URL": "https://github.com/ada/descent"} | ci),
        ("without", day | {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LANG": "C"}),
        ("forced", day | {"BOOK_EXECUTE": "force", "TZ": "America/Lima", "PYTHONHASHSEED": "2"}),
    ]:
        builds[name] = build(folder, **environment)
        assert builds[name].returncode == 0, builds[name].stdout
        html = shutil.copytree(folder / "_build" / "html", folder.parent / name)
        for page in ("intro", "chapters/one"):
            pages[name, page] = Page(html / f"{page}.html", page)
    return builds, pages, folder


def links(page):
    return {a["href"] for a in page.soup.find_all("a", href=True)}


def test_launch_links_point_at_the_repository(book):
    _, pages, _ = book
    found = links(pages["with", "chapters/one"])
    for link in (
        "https://mybinder.org/v2/gh/ada/descent/main?urlpath=lab/tree/chapters/one.ipynb",
        "https://colab.research.google.com/github/ada/descent/blob/main/chapters/one.ipynb",
        "https://github.com/ada/descent",
        "https://github.com/ada/descent/edit/main/chapters/one.ipynb",
    ):
        assert link in found
    assert any(link.startswith("https://github.com/ada/descent/issues/new") for link in found)
    home = links(pages["with", "intro"])
    assert "https://mybinder.org/v2/gh/ada/descent/main?urlpath=lab/tree" in home


def test_launch_links_are_absent_without_a_repository(book):
    _, pages, _ = book
    for page in ("chapters/one", "intro"):
        text = pages["without", page].path.read_text(encoding="utf8").lower()
        outside = {link for link in links(pages["without", page]) if "//" in link}
        assert outside == set()
        for word in ("binder", "colab", "github", "jupyterhub", "executablebooks"):
            assert word not in text, word
        assert "It is on" not in pages["without", page].article.get_text()


def test_an_explorer_stands_in_the_page_with_its_data_and_nothing_of_ipywidgets(book):
    _, pages, _ = book
    page = pages["forced", "chapters/one"]
    (live,) = page.article.select(".gd-live")
    assert len(live.select("form svg.gd-figure")) == 2
    assert live.select_one(".gd-words").get_text().startswith("After 30 steps the loss is 2.1")
    state = json.loads(live.find("script").get_text())
    assert set(state) == {"spec", "data", "start", "lr"}
    scripts = [tag.get("src", "") for tag in page.soup.find_all("script")]
    assert sum("explorers.js" in source for source in scripts) == 1
    assert "widget-state" not in str(page.soup)
    assert "widget-view" not in str(page.soup)
    assert "explorers.js" not in str(pages["forced", "intro"].soup)


def test_what_needs_a_kernel_says_so_and_where_there_is_one(book):
    """A cell that no build runs, and any widget that is no explorer."""
    _, pages, _ = book
    for name, link in [
        ("with", "https://mybinder.org/v2/gh/ada/descent/main?urlpath=lab/tree/chapters/one.ipynb"),
        ("without", None),
    ]:
        sentences = pages[name, "chapters/one"].article.select(".gd-kernel")
        assert len(sentences) == 2
        for sentence in sentences:
            assert sentence.get_text().startswith("This needs a running kernel.")
            assert [a["href"] for a in sentence.select("a")] == ([link] if link else [])


def test_outputs_are_kept_until_force(book):
    builds, *_ = book
    for name, count in [("with", 1), ("without", 0), ("forced", 1)]:
        assert f"running notebooks: {count} of 1" in builds[name].stdout
        assert builds[name].stdout.count("chapters/one.ipynb: executed in") == count


def test_a_cold_and_a_warm_build_are_the_same_to_the_byte(book):
    """In two time zones, and with two orders of Python's sets."""
    _, pages, folder = book
    cold, warm = (
        {file.relative_to(html): file.read_bytes() for file in html.rglob("*") if file.is_file()}
        for html in (folder.parent / "forced", folder.parent / "without")
    )
    assert cold.keys() == warm.keys()
    assert not [name for name in cold if cold[name] != warm[name]]
    assert "Last updated on Jan 02, 1970" in pages["forced", "intro"].soup.get_text()
    assert "Last updated" not in pages["with", "intro"].soup.get_text()  # and no repository


def test_the_figure_is_part_of_the_page_with_its_words(book):
    _, pages, _ = book
    (svg,) = pages["forced", "chapters/one"].article.select("figure svg.gd-figure")
    assert svg["aria-label"] == ALT
    assert "var(--gd-accent)" in str(svg)
    assert svg.find_all("text")
    assert "Fig" in svg.find_parent("figure").get_text()
    assert not pages["forced", "chapters/one"].article.find_all("img")


def test_a_build_leaves_the_environment_of_its_kernels_in_the_build_folder(book, tmp_path):
    """IPython writes a history and more into its folder: not into the reader's, nor the book's."""
    *_, folder = book
    build_folder = folder / "_build"
    assert (build_folder / ".ipython" / "profile_default" / "ipython_kernel_config.py").is_file()
    assert {path.name for path in folder.iterdir()} == {
        *("_build", "_config.yml", "_ext", "_toc.yml", "chapters", "intro.md", "references.bib"),
        "tools",
    }


def test_a_figure_without_words_or_of_a_foreign_colour_ends_the_build(tmp_path):
    good = GOOD_FIGURE.format(colour="plots.INK")
    book = tiny_book(
        tmp_path / "book",
        figure(good),
        figure(GOOD_FIGURE.format(colour="'#ff0000'"), image={"alt": ALT}),
        figure(f"{good}\nfig, ax = plt.subplots()\nax.plot([1])\nplt.show()", image={"alt": ALT}),
        figure(good, image={"alt": "  "}),
        new_code_cell("import sys\nprint('a warning', file=sys.stderr)"),
    )
    done = build(book)
    assert done.returncode != 0
    log, _, ending = done.stdout.partition("The book was not built.")
    warnings = [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line]
    expected = {
        "code cell 1": "no alt text",
        "code cell 2": "the colour #ff0000 is not in pictures.plots.PALETTE",
        "code cell 3": "two in one cell",
        "code cell 4": "no alt text",
        "cell outputs of cell 6": "stderr was found",
    }
    for cell, complaint in expected.items():
        (line,) = [line for line in warnings if re.search(rf"{cell}\b", line)]
        assert complaint in line
        assert "one.ipynb" in line
        assert complaint in ending
    assert len(warnings) == len(expected), done.stdout


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"CI": "true"}, True),
        ({"CI": ""}, False),
        ({"BOOK_EXECUTE": "force"}, True),
        ({"CI": "true", "BOOK_EXECUTE": "cache"}, False),
    ],
)
def test_who_decides_whether_all_notebooks_run(environment, expected):
    assert forced(environment) is expected


def test_a_misspelt_choice_is_refused():
    with pytest.raises(ValueError, match="BOOK_EXECUTE is 'forced': it may be 'force' or 'cache'"):
        forced({"BOOK_EXECUTE": "forced"})


def test_a_wheel_without_the_files_of_mathjax_is_refused(monkeypatch):
    monkeypatch.setattr(book_offline, "MATHJAX", ("tex-chtml.js", "no/such/*.woff"))
    with pytest.raises(FileNotFoundError, match=r"has no no/such/\*\.woff"):
        list(book_offline.mathjax_files())


def test_every_extension_of_the_configuration_can_be_imported():
    text = (ROOT / "_config.yml").read_text(encoding="utf8")
    names = re.findall(r"^    (book_\w+): _ext$", text, re.MULTILINE)
    assert len(names) == 7
    for name in names:
        assert callable(importlib.import_module(name).setup)


def test_the_tiny_book_is_a_valid_notebook(tmp_path):
    book = tiny_book(tmp_path / "book", new_code_cell("1"))
    nbformat.validate(nbformat.read(book / "chapters" / "one.ipynb", as_version=4))
    assert os.listdir(book / "chapters") == ["one.ipynb"]
