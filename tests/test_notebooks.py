"""The stored notebooks: executed, bare, excused from nothing. And nbval does compare them."""

import re
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import nbformat
import notebooks
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

CHAPTERS = sorted(notebooks.CHAPTERS.glob("*.ipynb"))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_is_stored_as_it_should_be(path):
    assert not notebooks.check(path)


def store(path, *cells):
    """Write a notebook of the given cells, code unless they are cells already."""
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    path.write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf8")
    return path


@pytest.fixture
def write(tmp_path):
    return partial(store, tmp_path / "chapter.ipynb")


@pytest.fixture(scope="module")
def specimen(tmp_path_factory):
    """A small chapter, executed once: printed numbers, a figure, a value."""
    path = tmp_path_factory.mktemp("specimen") / "chapter.ipynb"
    figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    store(path, new_markdown_cell("# Title"), "print(1)\nprint(2 + 3)", figure, "6 * 7")
    assert notebooks.renew(path) == []
    return path.read_bytes()


@pytest.fixture
def executed(tmp_path, specimen):
    path = tmp_path / "chapter.ipynb"
    path.write_bytes(specimen)
    return path


def edit(path, change):
    """Apply `change` to the stored notebook and write it back."""
    notebook = notebooks.read(path)
    change(notebook)
    path.write_text(notebooks.text(notebook), encoding="utf8")


# What `make notebooks` stores


def test_renewing_keeps_text_and_drops_pictures(executed):
    notebook = notebooks.read(executed)
    printed, figure, value = (cell.outputs for cell in notebooks.code_cells(notebook))
    assert [output.text for output in printed] == ["1\n5\n"]
    assert figure[0].data == {"text/plain": "<Figure size 640x480 with 1 Axes>"}
    assert value[0].data == {"text/plain": "42"}
    assert notebooks.check(executed) == []


def test_renewing_again_changes_nothing(executed):
    before = executed.read_bytes()
    assert notebooks.renew(executed) == []
    assert executed.read_bytes() == before


def test_editors_and_versions_leave_no_trace(executed):
    before = executed.read_bytes()

    def open_in_an_editor(notebook):
        notebook.metadata.language_info.version = "3.99.1"
        notebook.metadata.kernelspec.display_name = "my environment"
        notebook.metadata.widgets = {"state": {}}
        for cell in notebook.cells:
            cell.id = f"other-{cell.id}"
            cell.metadata.collapsed = False
            cell.metadata.execution = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
        first = notebooks.code_cells(notebook)[0]
        first.outputs = [new_output("stream", name="stdout", text=t) for t in ("1\n", "5\n")]

    edit(executed, open_in_an_editor)
    assert notebooks.check(executed) == [
        "the notebook stores widget state",
        "not in its normal form",
    ]
    notebook = notebooks.read(executed)
    notebooks.normalize(notebook)
    assert notebooks.text(notebook).encode() == before


def test_equal_cells_get_different_ids(write):
    path = write("x = 1", "x = 1", new_markdown_cell("x = 1"))
    notebooks.renew(path)
    ids = [cell.id for cell in notebooks.read(path).cells]
    assert len(set(ids)) == 3
    assert ids[1] == f"{ids[0]}-2"


def test_a_deliberate_error_keeps_no_path_of_this_machine(write):
    cell = new_code_cell("import json\njson.loads('nonsense')")
    cell.metadata.update(tags=["raises-exception"], reason="shows what a refusal looks like")
    path = write(cell)
    assert notebooks.renew(path) == []
    (output,) = notebooks.read(path).cells[0].outputs
    assert output.traceback == [f"{output.ename}: {output.evalue}"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "division by zero"),
        ("import warnings\nwarnings.warn('beware')", "cell 1: writes to stderr"),
        ("", "not executed once from top to bottom"),
    ],
)
def test_renewing_refuses_and_leaves_the_file(write, capsys, source, message):
    path = write("print('fine')", source)
    before = path.read_bytes()
    with pytest.raises(SystemExit, match="1 of 1 notebooks failed: left as they were"):
        notebooks.main([str(path)])
    assert message in capsys.readouterr().out
    assert path.read_bytes() == before


def test_the_other_notebooks_are_still_renewed(tmp_path, capsys):
    broken, sound = store(tmp_path / "a.ipynb", "1 / 0"), store(tmp_path / "b.ipynb", "1 + 1")
    with pytest.raises(SystemExit, match="1 of 2"):
        notebooks.main([str(broken), str(sound)])
    assert notebooks.check(sound) == []
    assert "[2/2] b.ipynb ok" in capsys.readouterr().out


def test_cells_run_in_the_folder_of_their_notebook(write):
    path = write("from pathlib import Path\nprint(Path('chapter.ipynb').exists())")
    notebooks.renew(path)
    assert notebooks.read(path).cells[0].outputs[0].text == "True\n"


# The guard fails where it should


def picture(mime, data="AAAA"):
    return lambda cell: cell.outputs.append(new_output("display_data", data={mime: data}))


def tag(*tags, **metadata):
    return lambda cell: cell.metadata.update(tags=list(tags), **metadata)


def unexecute(cell):
    cell.execution_count, cell.outputs = None, []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (unexecute, "not executed once from top to bottom: execution counts [None, 2, 3]"),
        (lambda cell: cell.update(execution_count=7), "execution counts [7, 2, 3]"),
        (picture("image/png"), "stores a picture or a widget (image/png)"),
        (picture("image/svg+xml", "<svg/>"), "stores a picture or a widget (image/svg+xml)"),
        (picture("text/html", "<img src='data:image/png;base64,AA'>"), "(text/html)"),
        (picture(notebooks.WIDGET, {"model_id": "0"}), "stores a picture or a widget"),
        (tag("nbval-skip"), "is excused from checks (nbval-skip): say why"),
        (tag("nbval-ignore-output", reason=" "), "is excused from checks (nbval-ignore-output)"),
        (tag("raises-exception"), "is excused from checks (raises-exception)"),
        (lambda cell: cell.update(source="# NBVAL_IGNORE_OUTPUT\n1"), "(nbval-ignore-output)"),
        (
            lambda cell: cell.outputs.append(new_output("stream", name="stderr", text="Warning")),
            "writes to stderr: Warning",
        ),
        (
            lambda cell: cell.outputs.append(new_output("error", ename="E", evalue="why")),
            "raises E: why",
        ),
        (lambda cell: cell.metadata.update(execution={"t": 1}), "not in its normal form"),
        (lambda cell: cell.update(id="abc"), "not in its normal form"),
    ],
)
def test_guard_sees(executed, damage, message):
    edit(executed, lambda notebook: damage(notebooks.code_cells(notebook)[0]))
    assert message in "\n".join(notebooks.check(executed))


def test_guard_sees_a_picture_pasted_into_text(executed):
    image = {"image.png": {"image/png": "AAAA"}}
    edit(executed, lambda notebook: notebook.cells[0].update(attachments=image))
    assert "cell 0: stores an image in its text" in notebooks.check(executed)


def test_a_reason_excuses(executed):
    excuse = tag("nbval-ignore-output", reason="the time of day")
    edit(executed, lambda notebook: excuse(notebooks.code_cells(notebook)[0]))
    assert notebooks.check(executed) == []


def test_check_reports_and_exits(executed, capsys):
    notebooks.main(["--check", str(executed)])
    edit(executed, lambda notebook: unexecute(notebook.cells[1]))
    with pytest.raises(SystemExit, match="run `make notebooks`"):
        notebooks.main(["--check", str(executed)])
    assert "FAILED" in capsys.readouterr().out


def test_a_cell_that_the_build_skips_is_run_here_and_must_say_why(write):
    cell = new_code_cell("from ipywidgets import interact\ninteract(lambda x: print(x), x=(0, 1));")
    cell.metadata.update(tags=["skip-execution"])
    path = write("x = 1", cell, "print(x)")
    (problem,) = notebooks.renew(path)
    assert "is excused from checks (skip-execution): say why" in problem
    cell.metadata["reason"] = "it draws through a front end"
    path = write("x = 1", cell, "print(x)")
    assert notebooks.renew(path) == []
    _, free, _ = cells = notebooks.read(path).cells
    assert [c.execution_count for c in cells] == [1, 2, 3]
    assert free.outputs[0].text == "0\n"
    assert list(free.outputs[1].data) == ["text/plain"]


def test_what_the_site_hides_is_closed_in_jupyterlab(write):
    hidden, shown = new_code_cell("2"), new_code_cell("1")
    hidden.metadata["tags"] = ["hide-input"]
    shown.metadata["jupyter"] = {"source_hidden": True}  # as somebody left it
    solution = new_markdown_cell("#### Solution of {ref}`ex-one`\n\nWords.")
    path = write(hidden, shown, solution, new_markdown_cell("Solutions follow."))
    assert notebooks.renew(path) == []
    cells = notebooks.read(path).cells
    assert [cell.metadata.get("jupyter") for cell in cells] == [
        {"source_hidden": True},
        *[None] * 3,
    ]
    assert [cell.metadata.get(notebooks.FOLDED) for cell in cells] == [None, None, True, None]


# nbval compares what is stored


def test_nbval_fails_on_a_changed_digit_and_needs_the_guard(tmp_path, specimen):
    """One run over notebooks as stored, with changed digits, with execution forgotten, and more."""

    def forget(notebook):
        for cell in notebooks.code_cells(notebook):
            unexecute(cell)
        notebooks.normalize(notebook)

    changed = specimen
    for old, new in [(b'"5\\n"', b'"6\\n"'), (b'"42"', b'"43"'), (b"with 1 Axes", b"with 2 Axes")]:
        assert changed.count(old) == 1
        changed = changed.replace(old, new)
    for name, content in [("stored", specimen), ("changed", changed), ("forgotten", specimen)]:
        (tmp_path / f"{name}.ipynb").write_bytes(content)
    # A cell that the build skips is run and compared like any other.
    free = "from ipywidgets import interact\n@interact(x=(0, 1))\ndef free(x):\n    print(6 / {})"
    cell = new_code_cell(free.format(2))
    cell.metadata.update(tags=["skip-execution"], reason="it draws through a front end")
    store(tmp_path / "free.ipynb", cell)
    assert notebooks.renew(tmp_path / "free.ipynb") == []
    for name, divisor in [("wrong", 3), ("raising", 0)]:
        (tmp_path / f"{name}.ipynb").write_bytes((tmp_path / "free.ipynb").read_bytes())
        edit(
            tmp_path / f"{name}.ipynb",
            lambda n, d=divisor: n.cells[0].update(source=free.format(d)),
        )
    edit(tmp_path / "forgotten.ipynb", forget)

    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-v"]
    command += ["-p", "no:cacheprovider", "--color=no", "."]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    line = r"^(\w+)::ipynb::Cell \d (PASSED|FAILED)"
    assert Counter(re.findall(line, run.stdout, re.MULTILINE)) == {
        ("stored", "PASSED"): 3,
        ("changed", "FAILED"): 3,
        # Null execution counts: nbval compares nothing. Hence the guard, which sees it.
        ("forgotten", "PASSED"): 3,
        ("free", "PASSED"): 1,
        ("wrong", "FAILED"): 1,
        ("raising", "FAILED"): 1,
    }, run.stdout
    assert "Cell outputs differ" in run.stdout
    (problem,) = notebooks.check(tmp_path / "forgotten.ipynb")
    assert problem == "not executed once from top to bottom: execution counts [None, None, None]"


def test_every_chapter_is_in_the_table_of_contents():
    toc = Path(notebooks.CHAPTERS.parent, "_toc.yml").read_text(encoding="utf8")
    assert not [path.stem for path in CHAPTERS if f"chapters/{path.stem}\n" not in toc]
