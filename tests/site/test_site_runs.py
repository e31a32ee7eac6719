"""When a notebook runs again, what half a run is worth, and that nbval's runs are the book's."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import book_runs
import nbformat
import notebooks
import pytest
from book_runs import Runs
from book_sources import Sources
from building import ROOT
from nbformat.v4 import new_code_cell, new_notebook, new_output

PACKAGE = {
    "pack/__init__.py": '"""Words."""\nfrom .a import A\nfrom .b import B as Bee\nALL = (A, Bee)\n',
    "pack/a.py": "from .deep import low\nfrom .deep.low import thing\nA = 1\n",
    "pack/b.py": "B = 2\n",
    "pack/lazy.py": "def now():\n    from .b import B\n    return B\n",
    "pack/deep/__init__.py": "",
    "pack/deep/low.py": "from ..c import C as thing\n",
    "pack/c.py": "C = 3\n",
    "pack/explorer.js": "draw()",
    "other/__init__.py": "import numpy\nnumpy.seterr(all='raise')\n",
    "other/x.py": "X = 1\n",
}


@pytest.fixture
def book(tmp_path):
    """A folder with two packages, a lock and the notebook's place."""
    for name, text in PACKAGE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "requirements.txt").write_text("numpy==2.4")
    return tmp_path


def runs(book):
    return Runs(book, book / "_build", Sources(book / "pack", book / "other"))


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("from pack import A", "a c deep/low"),
        ("from pack import Bee", "b"),
        ("from pack.a import A", "a c deep/low"),
        ("import pack.c", "c"),
        ("from pack import c", "c"),
        ("from pack import lazy", "b lazy"),
        ("if True:\n    from pack import (\n        Bee,\n    )", "b"),
        ("from pack import ALL", "__init__ a b c deep/low"),
        ("from pack import *", "__init__ a b c deep/low"),
        ("import pack", "__init__ a b c deep/low"),
        ("import numpy, json\nfrom os import path", ""),
        ("%matplotlib inline", "__init__ a b c deep/__init__ deep/low lazy"),
    ],
)
def test_what_a_notebook_s_code_reaches(book, code, files):
    found = Sources(book / "pack").reached(code)
    assert {f.relative_to(book / "pack").with_suffix("").as_posix() for f in found} == {
        *files.split()
    }


def test_a_package_that_does_something_when_imported_counts(book):
    found = Sources(book / "other").reached("from other.x import X")
    assert [file.name for file in found] == ["__init__.py", "x.py"]


def test_an_edit_is_seen_in_the_same_process(book):
    sources = Sources(book / "pack")
    assert len(sources.reached("from pack import Bee")) == 1
    (book / "pack" / "b.py").write_text("from .c import C\n")
    assert len(sources.reached("from pack import Bee")) == 2


def test_no_module_of_the_packages_is_imported_in_a_way_that_cannot_be_followed():
    for package in ("optimizers", "pictures"):
        for file in (ROOT / package).rglob("*.py"):
            names = {
                node.id
                for node in ast.walk(ast.parse(file.read_text(encoding="utf8")))
                if isinstance(node, ast.Name)
            }
            assert not names & {"importlib", "__import__", "exec", "eval"}, file


# When a run is valid


def executed(*sources):
    """A notebook as its execution leaves it."""
    cells = [
        new_code_cell(source, outputs=[new_output("stream", text="1\n")]) for source in sources
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def kept(book):
    runs(book).keep(book / "one.ipynb", executed("from pack import Bee", "print(1)"))
    return book


def stored(*sources):
    return new_notebook(cells=[new_code_cell(source) for source in sources])


AS_IT_WAS = ("from pack import Bee", "print(1)")


def test_a_run_is_kept_with_its_outputs(kept):
    notebook = stored(*AS_IT_WAS)
    assert runs(kept).fill(kept / "one.ipynb", notebook)
    assert [cell.outputs[0].text for cell in notebook.cells] == ["1\n", "1\n"]
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]


@pytest.mark.parametrize(
    ("file", "valid"),
    [
        ("pack/b.py", False),
        ("requirements.txt", False),
        ("pack/a.py", True),
        ("pack/__init__.py", True),  # the name still leads to b.py
        ("pack/explorer.js", True),
        ("pack/new.py", True),
        ("chapter.md", True),
    ],
)
def test_a_run_is_valid_until_what_it_depends_on_changes(kept, file, valid):
    text = PACKAGE.get(file, "")
    (kept / file).write_text(f"{text}\n# edited\n")
    assert runs(kept).fill(kept / "one.ipynb", stored(*AS_IT_WAS)) is valid


def test_a_changed_cell_makes_it_invalid_and_changed_prose_does_not(kept):
    path = kept / "one.ipynb"
    notebook = stored(*AS_IT_WAS)
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("New words."))
    assert runs(kept).fill(path, notebook)
    assert notebook.cells[2].outputs
    free = new_code_cell("anything()", metadata={"tags": ["skip-execution"]})
    assert runs(kept).fill(path, new_notebook(cells=[*notebook.cells, free]))
    assert not runs(kept).fill(path, stored(AS_IT_WAS[0], "print(2)"))
    notebook.cells[0].metadata["tags"] = ["raises-exception"]
    assert not runs(kept).fill(path, notebook)


@pytest.mark.parametrize("what", ["PROFILE", "sys"])
def test_the_kernels_profile_and_python_count(kept, monkeypatch, what):
    other = "c = get_config()" if what == "PROFILE" else type("sys", (), {"version": "4.0"})
    monkeypatch.setattr(book_runs, what, other)
    assert not runs(kept).fill(kept / "one.ipynb", stored(*AS_IT_WAS))


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.99])
def test_half_a_run_counts_as_none(kept, share):
    file = runs(kept).file(kept / "one.ipynb")
    whole = file.read_bytes()
    file.write_bytes(whole[: int(share * len(whole))])
    assert not runs(kept).fill(kept / "one.ipynb", stored(*AS_IT_WAS))


def test_a_full_disk_leaves_the_run_before(kept, monkeypatch):
    def full(path, text, **options):
        path.touch()
        raise OSError("No space left on device")

    file = runs(kept).file(kept / "one.ipynb")
    before = file.read_bytes()
    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        runs(kept).keep(kept / "one.ipynb", executed("2"))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["one.ipynb"]


def test_where_a_stream_splits_leaves_no_trace(book):
    """It is a matter of timing, and myst-nb would begin a new line there."""
    notebook = executed("1")
    notebook.cells[0].outputs = [new_output("stream", text=text) for text in ("Ada", "Grad 17\n")]
    notebook.cells[0].outputs += [new_output("display_data"), new_output("stream", text="end")]
    runs(book).keep(book / "one.ipynb", notebook)
    fresh = stored("1")
    runs(book).fill(book / "one.ipynb", fresh)
    assert [output.get("text") for output in fresh.cells[0].outputs] == [
        "AdaGrad 17\n",
        None,
        "end",
    ]


# Side by side


def test_notebooks_run_side_by_side_and_each_failure_is_told(book):
    """Two that wait for each other: one after the other they would wait for ever."""
    wait = (
        "from pathlib import Path\nimport time\nPath('{}').touch()\n"
        "end = time.time() + 60\nwhile not Path('{}').exists() and time.time() < end:\n"
        "    time.sleep(0.02)\nprint(Path('{}').exists())"
    )
    paths = [book / f"{name}.ipynb" for name in ("a", "b", "wrong", "late")]
    for path, source in zip(
        paths,
        [wait.format("a", "b", "b"), wait.format("b", "a", "a"), "1 / 0", "nowhere"],
        strict=True,
    ):
        nbformat.write(stored(source), path)
    said, it = [], runs(book)
    errors = it.execute_all(paths, said.append)
    assert {path.name: type(e).__name__ for path, e in errors.items()} == {
        "wrong.ipynb": "CellExecutionError",
        "late.ipynb": "CellExecutionError",
    }
    assert len(said) == 4
    assert sum("FAILED" in line for line in said) == 2
    for path in paths[:2]:
        notebook = nbformat.read(path, as_version=4)
        assert it.fill(path, notebook)
        assert notebook.cells[0].outputs[0].text == "True\n"


# What nbval runs

EXPLORER = """\
from optimizers import BOWL
from pictures import plots
from pictures.explorer import Slider, explore
plots.use_style()
explore("SGD", BOWL, name="sgd", label="SGD", lr=Slider("rate", [0.1, 0.4], 0.4))"""
CELLS = [
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "print(1)\nprint(2)",
    EXPLORER,
    new_code_cell("print('free')", metadata={"tags": ["skip-execution"], "reason": "a test"}),
    new_code_cell("1 / 0", metadata={"tags": ["raises-exception"], "reason": "a test"}),
    "6 * 7",
]


def content(run):
    """What a page takes from a run, without the names of models, which are random."""
    state = run.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    (explorer,) = (model for model in state.values() if "markup" in model["state"])
    kept = {name: explorer["state"][name] for name in ("markup", "spec", "lr", "start")}
    outputs = json.dumps([cell.outputs for cell in run.cells], sort_keys=True)
    return re.sub(r'"model_id": "\w+"', "", outputs), kept, explorer["buffers"]


@pytest.fixture(scope="module")
def nbval_run(tmp_path_factory):
    """A folder in which nbval has run two notebooks: one as stored, one with a changed digit."""
    folder = tmp_path_factory.mktemp("nbval")
    (folder / "pytest.ini").write_text("[pytest]\n")
    shutil.copy(ROOT / "conftest.py", folder)
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in CELLS]
    for name in ("stored", "changed"):
        nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
    assert notebooks.renew(folder / "stored.ipynb") == []
    text = (folder / "stored.ipynb").read_text(encoding="utf8")
    assert text.count('"42"') == 1
    (folder / "changed.ipynb").write_text(text.replace('"42"', '"43"'), encoding="utf8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no", "."],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "_ext")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 11 passed" in done.stdout, done.stdout + done.stderr
    return folder


def test_what_nbval_runs_is_what_a_build_would_have_run(nbval_run, monkeypatch):
    folder = nbval_run
    heard = nbformat.read(folder / "_build" / ".runs" / "stored.ipynb", as_version=4)
    assert len(heard.cells) == len(CELLS) - 1  # the free cell is for a kernel alone
    it = Runs(folder, folder / "own", Sources(folder / "optimizers", folder / "pictures"))
    monkeypatch.setenv("IPYTHONDIR", "set back after the test")
    it.use_profile()
    assert it.execute_all([folder / "stored.ipynb"], lambda line: None) == {}
    own = nbformat.read(it.file(folder / "stored.ipynb"), as_version=4)
    assert heard.metadata["key"] == own.metadata["key"]
    assert content(heard) == content(own)
    assert "image/svg+xml" in heard.cells[0].outputs[0].data


def test_what_nbval_refuses_is_not_kept(nbval_run):
    assert not (nbval_run / "_build" / ".runs" / "changed.ipynb").exists()
