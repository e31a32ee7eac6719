"""What the explorers cost: from a moved control to the drawn frame, their script, their data.

    python benchmarks/explorers.py [FOLDER]

Opens each page of a built book (`_build/html`, or FOLDER) in headless Chromium and moves each
control of each explorer a hundred times. Measured is from the event to the end of the frame that
it falls in: the script, then style, layout, paint and commit, all that the page's own thread does
(the browser fills the pixels on others). Prints the median and the 95th percentile.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "site"))

from browsing import FLAGS, find_browser  # noqa: E402

FRAME_LIMIT, SCRIPT_LIMIT = 16, 20_000  # milliseconds, bytes
MEASURE = """async (form) => {
  const rounds = 100, times = {};
  const channel = new MessageChannel();
  const painted = () => new Promise((done) => {
    channel.port1.onmessage = done;
    channel.port2.postMessage(null);
  });
  for (const control of form.querySelectorAll("[data-control]")) {
    const inputs = [...control.querySelectorAll("input")];
    const taken = [];
    inputs[0].focus();
    for (let k = 0; k < rounds; k++) {
      let input = inputs[0];
      if (input.type === "radio") (input = inputs[k % inputs.length]).checked = true;
      else input.value = (7 * k) % (Number(input.max) + 1);
      await new Promise((frame) => requestAnimationFrame(frame));
      const begin = performance.now();
      input.dispatchEvent(new Event("input", { bubbles: true }));
      await painted();
      taken.push(performance.now() - begin);
    }
    times[control.dataset.control] = taken;
  }
  return times;
}"""


def main():
    html = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "_build" / "html").resolve()
    script = html / "_static" / "explorers.js"
    if not script.is_file():
        sys.exit(f"{html} holds no book with explorers: run make book first")
    size = script.stat().st_size
    print(f"their script: {size:,} bytes, {size / SCRIPT_LIMIT:.0%} of {SCRIPT_LIMIT:,}")
    print(f"\n{'milliseconds to the frame':36} {'median':>8} {'95 %':>8}   data in the page")
    medians = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for path in sorted((html / "chapters").glob("*.html")):
            if "gd-live" not in path.read_text(encoding="utf8"):
                continue
            page.goto(path.as_uri())
            page.wait_for_selector(".gd-controls:not([hidden])")
            for live in page.query_selector_all(".gd-live"):
                form = live.query_selector("form")
                form.scroll_into_view_if_needed()
                data = live.evaluate("(e) => e.querySelector('script').textContent.length")
                for name, taken in page.evaluate(MEASURE, form).items():
                    taken.sort()
                    medians.append(statistics.median(taken))
                    label = f"{path.stem} {name}"
                    high = taken[round(0.95 * len(taken)) - 1]
                    print(f"{label:36} {medians[-1]:8.1f} {high:8.1f}   {data / 1000:6.1f} kB")
        browser.close()
    worst = max(medians)
    print(f"\nthe slowest median: {worst:.1f} ms, {worst / FRAME_LIMIT:.0%} of {FRAME_LIMIT} ms")


if __name__ == "__main__":
    main()
