"""Serve the book on this machine, and build it again whenever one of its files is saved.

    python tools/serve.py [PORT]

Only the pages that have changed are built: what a chapter looks like is seen in seconds. What went
wrong is told, and the server goes on. Reload the page in the browser to see what is new.
"""

import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import book

WATCHED = ("_config.yml", "_toc.yml", "references.bib", "intro.md")
WATCHED += ("chapters", "optimizers", "pictures", "_ext")
PASSING = {"__pycache__", ".ipynb_checkpoints"}
SECONDS = 0.5  # between two looks at the files


class Handler(SimpleHTTPRequestHandler):
    """The files as they are now, whatever the browser remembers; no line for each request."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *arguments):
        pass


def saved():
    """When each file was saved."""
    roots = [book.ROOT / name for name in WATCHED]
    files = [file for root in roots for file in (root, *root.rglob("*")) if file.is_file()]
    times = {}
    for file in files:
        try:
            if not PASSING & set(file.parts):
                times[file.relative_to(book.ROOT).as_posix()] = file.stat().st_mtime_ns
        except FileNotFoundError:  # an editor replaces files
            pass
    return times


def changes(before, now):
    return sorted(n for n in before.keys() | now.keys() if before.get(n) != now.get(n))


def watch():
    """Build again after each change, for ever."""
    before = saved()
    while True:
        time.sleep(SECONDS)
        now = saved()
        if now == before:
            continue
        print(f"\nChanged: {', '.join(changes(before, now)[:5])}", flush=True)
        before, start = now, time.perf_counter()
        code, log = book.build(keep=(0, 1))
        if code:
            book.report(log)
        print(
            f"{time.strftime('%H:%M:%S')}: {'NOT ' if code else ''}built again, in "
            f"{time.perf_counter() - start:.0f} s. Reload the page.",
            flush=True,
        )


def main(port=8000):
    html = book.ROOT / "_build" / "html"
    if not (html / "index.html").is_file():
        print("There is no book yet: it is built first.", flush=True)
        book.main([])
    handler = partial(Handler, directory=str(html))
    with ThreadingHTTPServer(("127.0.0.1", int(port)), handler) as server:
        print(
            f"The book is at http://127.0.0.1:{server.server_port}/ and is built again when one of "
            "its files is saved. (Ctrl+C stops; another port: PORT=8001)",
            flush=True,
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            watch()
        except KeyboardInterrupt:
            print("\nStopped.")
        finally:
            server.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
