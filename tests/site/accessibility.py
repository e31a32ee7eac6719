"""What axe says of a page, in both modes, in one visit.

Nearly all of axe's time goes into the contrast of one coloured word of code after another, and into
the boxes of thousands of letters of mathematics. Two pieces of text that look alike, colour, size,
weight and every ground behind them, have the same contrast: one of each look is asked about. All
other rules see the whole page. `test_site_accessibility` holds the two against each other.
"""

from axe_playwright_python.sync_playwright import Axe

VIOLATIONS = {"resultTypes": ["violations"]}
ALL_BUT_CONTRAST = VIOLATIONS | {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = VIOLATIONS | {"runOnly": ["color-contrast"]}
COLOURS = VIOLATIONS | {"runOnly": ["color-contrast", "link-in-text-block"]}

SETTLE = 300  # milliseconds in which colours pass over into each other
TYPESET = "async () => { if (window.MathJax?.startup) await MathJax.startup.promise; }"

# Adds to what is known of each text how it looks in the present mode. What is laid over the page
# is a ground of its own.
NOTE_LOOKS = """() => {
  const grounds = new Map([[null, ""]]);
  const looks = (window.looks ??= new Map());
  const ground = (e) => {
    if (!grounds.has(e)) {
      const s = getComputedStyle(e);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode,
        s.visibility, s.clip, s.zIndex];
      if (/absolute|fixed|sticky/.test(s.position) && s.clip === "auto") own.push(grounds.size);
      grounds.set(e, `${ground(e.parentElement)}|${own}`);
    }
    return grounds.get(e);
  };
  for (const e of document.body.querySelectorAll("*")) {
    if (![...e.childNodes].some((c) => c.nodeType === 3 && c.data.trim())) continue;
    const s = getComputedStyle(e);
    const look = [ground(e), s.color, s.fill, s.fontSize, s.fontWeight, s.textShadow];
    looks.set(e, `${looks.get(e)};${look}`);
  }
}"""
# Lets axe ask about the contrast of one of each. A drawing or a formula without any of them has no
# part in contrast, only in what it costs.
ASK_ONE_OF_EACH = """() => {
  const one = new Map([...looks].map(([e, look]) => [look, e]));
  const asked = [...one.values(), ...document.querySelectorAll("input, select, textarea, button")];
  for (const e of asked) e.setAttribute("data-asked", "");
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-asked]" }] });
  for (const e of document.querySelectorAll("mjx-container, svg.gd-figure"))
    if (!e.querySelector("[data-asked]")) e.replaceChildren();
}"""


def use_mode(page, mode):
    page.evaluate("(mode) => (document.documentElement.dataset.theme = mode)", mode)
    page.wait_for_timeout(SETTLE)


def ask(page, options, mode):
    """The serious answers of axe, one line each."""
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{mode}: {it['id']}: {it['help']}: {node['html'][:120]}: "
        f"{node.get('failureSummary', '')[:200]}"
        for it in found["violations"]
        if it["impact"] in ("serious", "critical")
        for node in it["nodes"][:3]
    ]


def open_in_light(page):
    page.evaluate(TYPESET)
    page.evaluate(Axe().axe_script)
    use_mode(page, "light")


def serious(page):
    """What is seriously wrong with a page. In the dark only what colours decide is asked again."""
    open_in_light(page)
    found = ask(page, ALL_BUT_CONTRAST, "light")
    page.evaluate(NOTE_LOOKS)
    use_mode(page, "dark")
    page.evaluate(NOTE_LOOKS)
    page.evaluate(ASK_ONE_OF_EACH)
    found += ask(page, COLOURS, "dark")
    use_mode(page, "light")
    return found + ask(page, CONTRAST, "light")


def serious_in_full(page):
    """The same without any saving."""
    open_in_light(page)
    found = ask(page, VIOLATIONS, "light")
    use_mode(page, "dark")
    return found + ask(page, COLOURS, "dark")
