"""Build the book, with warnings as errors, and end with what went wrong.

    python tools/book.py            every page, from clean
    python tools/book.py --update   only the pages that have changed since the last build

The same as `jupyter-book build -W -n --keep-going .` without `_build`, plus two things. Pages of
an earlier build are removed first: Sphinx reports a warning only when it writes the page, so a
second build over a failed one would pass, and one that was cut off leaves half-written files. And
a failure ends with the warnings, with the traceback of each cell that raised, and with the page
that an extension failed on, which are otherwise buried under the build's own tracebacks.

An update keeps the pages of a build that was complete, unless something has changed that every page
depends on. It is for looking at a chapter while writing it: a page that has not changed is not read
again, and what is wrong with its links to a changed one goes unnoticed.

Outputs of the notebooks are kept from build to build as long as they are valid; BOOK_EXECUTE=force
runs every notebook again.
"""

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
EVERY_PAGE = ("_config.yml", "_toc.yml", "references.bib", "requirements.txt", "_ext", "tools")
ANSI = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"^(?:reading sources|writing output)\.\.\. \[ *\d+%\] (.+)$", re.MULTILINE)
RAISED = re.compile(
    r"^A notebook raised:\n(.*?)(?=^Traceback|\Z)"
    r"|^((?:Exception occurred|Extension error[^\n]*|[A-Z][a-z]+ error):\n.*?)"
    r"(?=^The full traceback|^Traceback|\Z)",
    re.DOTALL | re.MULTILINE,
)


def failures(log):
    """Return the warnings of a build's log and the exception that ended it, one text each."""
    log = ANSI.sub("", log).replace(f"{ROOT}{os.sep}", "")
    warnings = re.findall(r"^.*\b(?:WARNING|ERROR|CRITICAL): .*$", log, re.MULTILINE)
    found = [re.sub(r"^[\w ]+\.\.\. (\w+ )?", "", line) for line in warnings]  # "reading... "
    if raised := RAISED.search(log):
        if raised[1]:
            found.append(raised[1].strip())
        else:
            pages = PROGRESS.findall(log, 0, raised.start())
            where = f"While building the page {pages[-1]}:\n" if pages else ""
            found.append(f"{where}{raised[2].strip()}")
    return list(dict.fromkeys(found))


def state():
    """A hash of the files that every page depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for start in EVERY_PAGE:
        path = ROOT / start
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def build(update=False):
    """Build the book. Returns Jupyter Book's exit code and its log."""
    complete, now = ROOT / "_build" / ".complete", state()
    if not (update and complete.is_file() and complete.read_text() == now):
        for stale in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(ROOT / "_build" / stale, ignore_errors=True)
    complete.unlink(missing_ok=True)
    lines = []
    with subprocess.Popen(
        [*COMMAND, "-W", "-n", "--keep-going", "."],
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        errors="replace",
    ) as process:
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                lines.append(line)
        except KeyboardInterrupt:
            stop(process)
            raise
    if process.returncode == 0:
        complete.write_text(now)
    return process.returncode, "".join(lines)


def stop(process):
    """End a build that the reader does not want any more, and what it has started."""
    if sys.platform != "win32":  # where Ctrl+C has reached it already
        process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="only the pages that have changed")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        code, log = build(options.update)
    except KeyboardInterrupt:
        print("\nStopped: the book is not complete. The next `make book` begins anew.")
        sys.exit(130)
    page = ROOT / "_build" / "html" / "index.html"
    if code == 0 and page.exists():
        print(f"\nThe book is built, in {time.perf_counter() - start:.0f} s.")
        print(f"Open {page.relative_to(ROOT)}, or paste into a browser:\n{page.as_uri()}")
        return
    found = failures(log)
    print("\nThe book was not built." + (" What went wrong:" if found else " See above."))
    for failure in found:
        print(f"\n{failure}")
    sys.exit(code or 1)


if __name__ == "__main__":
    main()
