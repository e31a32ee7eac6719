"""What the book costs: a cold build, each notebook, each page, against what was asked for.

    python benchmarks/book.py [FOLDER]

Builds a copy of the book from nothing, every notebook executed, and prints the seconds of each
notebook, as many at a time as there are cores, and the bytes of each page: its HTML, with the
figures inside it, and the pictures that it alone refers to. With FOLDER, a `_build/html`, only the
bytes. The last column is the share of the limit that the project has set itself.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIP = shutil.ignore_patterns(".git", ".venv", "_build", "*.egg-info", ".*_cache", "__pycache__")
BUILD_LIMIT, NOTEBOOK_LIMIT, PAGE_LIMIT = 240, 20, 500_000  # seconds, seconds, bytes


def build(folder):
    """Build the book of a folder from nothing. Returns the seconds, and those of each notebook."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "tools/book.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf8",
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stdout + "\nNothing was measured: the book does not build.")
    runs = re.findall(r"([\w.-]+)\.ipynb: executed in ([\d.]+) s", done.stdout)
    return seconds, {name: float(duration) for name, duration in runs}


def page_bytes(page, html):
    """The bytes that only this page needs: the file, and the pictures it refers to."""
    links = re.findall(r'(?:src|href|data)="([^"#?]+)', page.read_text(encoding="utf8"))
    files = {(page.parent / link).resolve() for link in links}
    pictures = [f for f in files if (html / "_images").resolve() in f.parents and f.is_file()]
    return sum(f.stat().st_size for f in [page, *pictures])


def rows(title, values, unit, limit):
    """Print a table: a name, a value, the share of the limit."""
    print(f"\n{title:44} {unit:>10}  of {limit:,}")
    for name, value in values.items():
        print(f"{name:44} {value:10,.1f}  {value / limit:6.0%}")


def report_sizes(html):
    files = [f for f in html.rglob("*") if f.is_file()]
    pages = [html / "intro.html", *sorted((html / "chapters").glob("*.html"))]
    own = {str(page.relative_to(html)): page_bytes(page, html) / 1000 for page in pages}
    rows("page, its own bytes", own, "kB", PAGE_LIMIT // 1000)
    static = sum(f.stat().st_size for f in files if "_static" in f.parts)
    total = sum(f.stat().st_size for f in files)
    shared = f"{static / 1e6:.1f} MB of it shared by all pages"
    print(f"\nthe site: {total / 1e6:.1f} MB in {len(files)} files, {shared}")


def main():
    if len(sys.argv) > 1:
        return report_sizes(Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "book")
        shutil.copytree(ROOT, copy, ignore=SKIP)
        print("Building a copy of the book from nothing ...", flush=True)
        seconds, notebooks = build(copy)
        rows("cold build, without installation", {"all pages": seconds}, "s", BUILD_LIMIT)
        rows("notebook, beside others", dict(sorted(notebooks.items())), "s", NOTEBOOK_LIMIT)
        report_sizes(copy / "_build" / "html")


if __name__ == "__main__":
    main()
