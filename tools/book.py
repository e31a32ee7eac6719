"""Build the book from clean, with warnings as errors, and end with what went wrong.

    python tools/book.py

The same as `jupyter-book build -W -n --keep-going .` without `_build`, plus two things. Pages of
an earlier build are removed first: Sphinx reports a warning only when it writes the page, so a
second build over a failed one would pass. And a failure ends with the warnings, and with the
traceback of the cell that raised, which are otherwise buried under the build's own tracebacks.
Outputs of the notebooks are kept from build to build as long as they are valid; BOOK_EXECUTE=force
runs every notebook again.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ANSI = re.compile(r"\x1b\[[0-9;]*m")
RAISED = re.compile(
    r"CellExecutionError: An error occurred while executing the following cell:\n"
    r"(.*?)\n+(?= \[mystnb|The above exception|During handling)",
    re.DOTALL,
)


def failures(log):
    """Return the warnings and the first failed cell of a build's log, one text each."""
    log = ANSI.sub("", log).replace(f"{ROOT}{os.sep}", "")
    warnings = re.findall(r"^.*\b(?:WARNING|ERROR|CRITICAL): .*$", log, re.MULTILINE)
    found = [re.sub(r"^[\w ]+\.\.\. (\w+ )?", "", line) for line in warnings]  # "reading... "
    if cell := RAISED.search(log):
        found.append(f"The cell that raised:\n{cell[1]}")
    return list(dict.fromkeys(found))


def build():
    """Build the book. Returns Jupyter Book's exit code and its log."""
    for stale in ("html", ".doctrees"):
        shutil.rmtree(ROOT / "_build" / stale, ignore_errors=True)
    run = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", run, "build", "-W", "-n", "--keep-going", "."]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        errors="replace",
    ) as process:
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    return process.returncode, "".join(lines)


def main():
    code, log = build()
    page = ROOT / "_build" / "html" / "index.html"
    if code == 0 and page.exists():
        print(f"\nThe book is built. Open {page.relative_to(ROOT)}, or paste into a browser:")
        print(page.as_uri())
        return
    found = failures(log)
    print("\nThe book was not built." + (" What went wrong:" if found else " See above."))
    for failure in found:
        print(f"\n{failure}")
    sys.exit(code or 1)


if __name__ == "__main__":
    main()
