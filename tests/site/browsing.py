"""Open pages in a browser and say what is wrong with them."""

import os
import shutil
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Sizes of the window at which nothing may stick out to the side.
WIDTHS = (360, 1280)

MATHEMATICS = """async () => {
  if (window.MathJax?.startup) await MathJax.startup.promise;
  await document.fonts.ready;
  const written = [...document.querySelectorAll("article .math")];
  return {
    written: written.length,
    bare: written.filter((e) => !e.querySelector("mjx-container")).map((e) => e.textContent),
    errors: [...document.querySelectorAll("mjx-merror, [data-mjx-error]")]
      .map((e) => e.dataset.mjxError || e.textContent),
    empty: [...document.querySelectorAll("article mjx-container")]
      .filter((e) => !e.closest(".toggle-hidden") && e.getBoundingClientRect().width < 1).length,
  };
}"""

OVERFLOW = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return null;
  const scrolls = (e) => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter((e) =>
    e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e));
  return `${root.scrollWidth} px: ` + wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 90));
}"""


def find_browser():
    for name in filter(None, (os.environ.get("BOOK_BROWSER"), *BROWSERS)):
        if found := shutil.which(name):
            return found
    return None


class Quiet(SimpleHTTPRequestHandler):
    """Serve a folder below a path, as GitHub Pages does with the name of a repository."""

    def __init__(self, *arguments, below="/", **options):
        self.below = below
        super().__init__(*arguments, **options)

    def translate_path(self, path):
        if not path.startswith(self.below):
            return super().translate_path("/there/is/no/such/file")
        return super().translate_path("/" + path.removeprefix(self.below))

    def log_message(self, *arguments):
        pass

    def copyfile(self, source, outputfile):
        with suppress(ConnectionError):  # the browser has left the page
            super().copyfile(source, outputfile)


@contextmanager
def served(folder, below="/"):
    """Serve `folder` on a free port of this machine; gives the address of its pages."""
    handler = partial(Quiet, directory=str(folder), below=below)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{below}"
        finally:
            server.shutdown()
            thread.join()


def home(address, base):
    """Whether an address belongs to the site itself, or to no host at all."""
    parts, own = urlsplit(address), urlsplit(base)
    return parts.scheme in ("data", "blob", "about") or parts[:2] == own[:2]


def visit(browser, base, name, widths=()):
    """Open one page in a browser, or in one of its contexts, which remembers what it has loaded.

    Returns the problems of the page and the number of formulas on it. Requests to
    other hosts are stopped, so that what a page would have loaded cannot hide what it lacks
    without a network.
    """
    problems = []
    page = browser.new_page()
    try:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.route(lambda url: not home(url, base), lambda route: route.abort())
        page.on(
            "request",
            lambda r: home(r.url, base) or problems.append(f"asks another host: {r.url}"),
        )
        page.on("requestfailed", lambda r: problems.append(f"request failed: {r.url}"))
        page.on(
            "response",
            lambda r: r.status < 400 or problems.append(f"status {r.status}: {r.url}"),
        )
        page.on("pageerror", lambda error: problems.append(f"uncaught error: {error}"))
        page.on(
            "console",
            lambda m: m.type != "error" or problems.append(f"console error: {m.text}"),
        )
        page.goto(f"{base}{name}", wait_until="load")
        found = page.evaluate(MATHEMATICS)
        problems += [f"not rendered: {text!r}" for text in found["bare"]]
        problems += [f"error in mathematics: {text!r}" for text in found["errors"]]
        if found["empty"]:
            problems.append(f"{found['empty']} formulas take no room")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            if wide := page.evaluate(OVERFLOW):
                problems.append(f"sticks out at {width} px: {wide}")
    finally:
        page.close()
    return [f"{name}: {problem}" for problem in problems], found["written"]
