"""Execute the chapters and store what belongs in git: text, and nothing else.

    python tools/notebooks.py [NOTEBOOK ...]        execute, normalize, write
    python tools/notebooks.py --check [NOTEBOOK ...]  say what is wrong, change nothing

Without names, every notebook of `chapters/`. A stored notebook keeps its text outputs, which
nbval compares on every run, and drops what changes from one run or machine to the next: images,
widget views, timings, what an editor remembers. A notebook that raises is left as it was.
"""

import argparse
import hashlib
import re
import sys
import time
from collections import Counter
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "_ext"))

from book_folds import MARK as FOLDED  # noqa: E402
from book_runs import SKIP, merge_streams  # noqa: E402  (it lies with the build's extensions)

CHAPTERS = ROOT / "chapters"
TIMEOUT = 300  # seconds a cell may take

KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}
VOLATILE = {  # metadata, of a notebook or a cell, that no reader wants back
    *("ExecuteTime", "collapsed", "colab", "execution", "jupyter", "pycharm", "scrolled"),
    *("signature", "trusted", "vscode", "widgets"),
}
HIDDEN = {"hide-input", "remove-input"}  # tags of cells whose code the site hides
WIDGET = "application/vnd.jupyter.widget-view+json"
EXCUSES = {  # what makes nbval or the build look away, as a tag or as a comment
    SKIP,
    *("nbval-skip", "nbval-ignore-output", "nbval-raises-exception", "raises-exception"),
    "pytest-validate-ignore-output",
}


def is_payload(mime):
    """Whether outputs of this type are redrawn by whoever runs the notebook."""
    return mime.startswith("image/") or mime == WIDGET


def read(path):
    return nbformat.read(path, as_version=4)


def text(notebook):
    """Return the notebook as it is written to a file."""
    return nbformat.writes(notebook) + "\n"


def execute(notebook, folder):
    """Run every cell in a fresh kernel that works in `folder`, also those that a build skips."""
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        skip_cells_with_tag="",
        kernel_name=KERNEL["kernelspec"]["name"],
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(folder)}},
    )
    # nbclient plays the front end of an Output widget, and now and then waits for ever for a reply.
    # Without that, what `interact` draws is an output as any other, as nbval sees it.
    client.widget_registry = {}
    client.execute()


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def normalize(notebook):
    """Bring the notebook, in place, to the one form in which it is stored."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = drop_volatile(notebook.metadata) | nbformat.from_dict(KERNEL)
    seen = Counter()
    for cell in notebook.cells:
        cell.metadata = drop_volatile(cell.metadata)
        close(cell)
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    for cell in code_cells(notebook):
        cell.outputs = merge_streams(cell.outputs)
        for output in cell.outputs:
            strip(output)


def close(cell):
    """Close in JupyterLab what the site closes: code that only draws, and solutions."""
    if HIDDEN & set(cell.metadata.get("tags", [])):
        cell.metadata["jupyter"] = {"source_hidden": True}
    if cell.cell_type == "markdown" and re.match(r"#+ Solution\b", cell.source):
        cell.metadata[FOLDED] = True


def drop_volatile(metadata):
    return nbformat.from_dict({k: v for k, v in metadata.items() if k not in VOLATILE})


def strip(output):
    """Remove from one output, in place, what is not text or not the same on every machine."""
    if "data" in output:
        output.metadata = nbformat.from_dict({})
        for mime in [mime for mime in output.data if is_payload(mime)]:
            del output.data[mime]
    if output.output_type == "error":  # the traceback names files of this machine
        output.traceback = [f"{output.ename}: {output.evalue}"]


def problems(notebook):
    """Return what keeps a stored notebook from proving anything, one line each."""
    found = []
    if "widgets" in notebook.metadata:
        found.append("the notebook stores widget state")
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        found.append(f"not executed once from top to bottom: execution counts {counts}")
    for number, cell in enumerate(notebook.cells):
        found += [f"cell {number}: {problem}" for problem in cell_problems(cell)]
    return found


def cell_problems(cell):
    if cell.get("attachments"):
        yield "stores an image in its text"
    if cell.cell_type != "code":
        return
    lines = [line.strip() for line in cell.source.splitlines()]
    comments = {line.lstrip("# ").lower().replace("_", "-") for line in lines if line[:1] == "#"}
    excuses = sorted((comments | set(cell.metadata.get("tags", []))) & EXCUSES)
    if excuses and not str(cell.metadata.get("reason", "")).strip():
        yield f"is excused from checks ({', '.join(excuses)}): say why in its metadata, 'reason'"
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            yield f"writes to stderr: {output.text.strip().splitlines()[-1]}"
        if output.output_type == "error" and not excuses:
            yield f"raises {output.ename}: {output.evalue}"
        for mime, data in output.get("data", {}).items():
            if is_payload(mime) or ";base64," in str(data) or "<svg" in str(data):
                yield f"stores a picture or a widget ({mime})"


def renew(path):
    """Execute one notebook and write it. Returns what went wrong, in which case it is untouched."""
    notebook = read(path)
    try:
        execute(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return [str(error).strip()]
    normalize(notebook)
    found = problems(notebook)
    if not found:
        path.write_text(text(notebook), encoding="utf8", newline="\n")
    return found


def check(path):
    """Return what is wrong with one stored notebook, without executing it."""
    notebook = read(path)
    found = problems(notebook)
    normalize(notebook)
    if text(notebook) != path.read_text(encoding="utf8"):
        found.append("not in its normal form")
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="execute nothing, change nothing")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of chapters/")
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(CHAPTERS.glob("*.ipynb"))
    work = check if options.check else renew
    failed = 0
    for number, path in enumerate(paths, 1):
        print(f"[{number}/{len(paths)}] {path.name} ", end="", flush=True)
        start = time.perf_counter()
        found = work(path)
        print(f"{'FAILED' if found else 'ok'}  {time.perf_counter() - start:.1f} s", flush=True)
        for line in "\n".join(found).splitlines():
            print(f"    {line}")
        failed += bool(found)
    if failed:
        remedy = "run `make notebooks`" if options.check else "left as they were"
        sys.exit(f"{failed} of {len(paths)} notebooks failed: {remedy}")


if __name__ == "__main__":
    main()
