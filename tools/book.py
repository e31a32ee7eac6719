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
# The module set aside compiles a grammar of web addresses at each start, which takes a second, for
# a check that no schema here asks for.
START = """\
import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
main()"""
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


def build(keep=()):
    """Build the book. Returns Jupyter Book's exit code and its log.

    The pages of the last build are kept if it came to its end with one of the exit codes in `keep`:
    0 after a build without a warning, 1 after one with warnings, which would not be told again.
    """
    complete, now = ROOT / "_build" / ".complete", state()
    last = complete.read_text() if complete.is_file() else ""
    if last not in [f"{code} {now}" for code in keep]:
        for stale in ("html", ".doctrees", "jupyter_execute"):
            shutil.rmtree(ROOT / "_build" / stale, ignore_errors=True)
    complete.unlink(missing_ok=True)
    lines = []
    with subprocess.Popen(
        [sys.executable, "-c", START, "build", "-W", "-n", "--keep-going", "."],
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
    log = "".join(lines)
    if re.search("build (succeeded|finished with problems)", log):
        complete.write_text(f"{process.returncode} {now}")
    return process.returncode, log


def stop(process):
    """End a build that nobody wants any more. Ctrl+C has reached it already, a signal may not."""
    for ask in (lambda: None, lambda: process.send_signal(signal.SIGINT), process.kill):
        ask()
        try:
            process.communicate(timeout=5)
            return
        except subprocess.TimeoutExpired:
            pass


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="only the pages that have changed")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    try:
        code, log = build(keep=(0,) if options.update else ())
    except KeyboardInterrupt:
        print("\nStopped: the book is not complete. The next `make book` begins anew.")
        sys.exit(130)
    page = ROOT / "_build" / "html" / "index.html"
    if code == 0 and page.exists():
        print(f"\nThe book is built, in {time.perf_counter() - start:.0f} s.")
        print(f"Open {page.relative_to(ROOT)}, or paste into a browser:\n{page.as_uri()}")
        return
    report(log)
    sys.exit(code or 1)


def report(log):
    """Say at the end why there is no book."""
    found = failures(log)
    print("\nThe book was not built." + (" What went wrong:" if found else " See above."))
    for failure in found:
        print(f"\n{failure}")


if __name__ == "__main__":
    main()
