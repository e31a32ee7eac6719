"""Every page of the built book, checked as files. `test_site_checks` shows each check fail."""

import nbformat
import pytest
import site_checks as checks
from book_runs import SKIP
from building import CHAPTERS, PAGES, ROOT

from pictures.plots import PALETTE


def report(problems):
    problems = list(problems)
    assert not problems, "\n" + "\n".join(problems)


def test_every_entry_of_the_contents_is_a_page(site):
    assert {f"{name}.html" for name in PAGES} <= set(site.pages)
    assert len(PAGES) > len(CHAPTERS) > 0


@pytest.mark.parametrize(
    "check",
    [
        checks.broken_links,
        checks.missing_alt,
        checks.other_hosts,
        checks.duplicate_ids,
        checks.equations,
        checks.unresolved,
        checks.heavy_pages,
    ],
    ids=lambda check: check.__name__,
)
def test_holds_on_every_page(site, check):
    report(check(site))


def test_figures_use_the_palette_alone(site):
    report(checks.foreign_colours(site, PALETTE))


def test_the_palette_is_in_the_stylesheet(site):
    text = site.stylesheets["_static/palette.css"]
    for name, (light, dark) in PALETTE.items():
        assert text.count(f"--gd-{name}: {light};") == 2  # on screen, and on paper from dark
        assert text.count(f"--gd-{name}: {dark};") == 1


def test_every_chapter_has_figures_mathematics_exercises_and_code(site):
    """The checks above say nothing of what is not there at all."""
    chapters = [site.pages[f"{name}.html"] for name in CHAPTERS]
    for page in chapters:
        article = page.article
        assert article.select("svg.gd-figure"), f"{page.name} has no figure"
        assert article.select(".math"), f"{page.name} has no mathematics"
        assert len(article.select("div.exercise")) >= 3, f"{page.name} has few exercises"
        assert len(article.select("div.solution")) >= 3, f"{page.name} has few solutions"
        assert article.select("div.admonition.summary"), f"{page.name} has no summary box"
        assert article.select("div.cell_input"), f"{page.name} has no code cell"
    assert sum(len(page.article.select("div.math[id]")) for page in chapters) >= 50


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_page_prints_what_its_notebook_stores(site, name):
    """Whoever executed it, and when: what nbval has compared is what one reads. But for times."""
    notebook = nbformat.read(ROOT / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = site.pages[f"{name}.html"].article.select("div.cell")
    compared = 0
    for number, (cell, block) in enumerate(zip(code, shown, strict=True), 1):
        if {SKIP, "nbval-ignore-output"} & set(cell.metadata.get("tags", [])):
            continue
        stored = [out.text.rstrip("\n") for out in cell.outputs if out.output_type == "stream"]
        printed = block.select(".cell_output .output.stream")
        assert [part.get_text().rstrip("\n") for part in printed] == stored, f"code cell {number}"
        compared += len(stored)
    assert compared >= 5


def test_mathjax_is_on_disk_with_fonts_and_extensions(html):
    folder = html / "_static" / "mathjax"
    assert (folder / "tex-chtml.js").stat().st_size > 500_000
    assert len(list(folder.rglob("*.woff"))) >= 20
    assert (folder / "input" / "tex" / "extensions" / "cancel.js").is_file()
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 4_000_000


def test_nothing_of_thebe_is_left(site):
    for page in site.pages.values():
        assert "thebe" not in page.path.read_text(encoding="utf8").lower(), page.name
