"""Every explorer of the built book, in a browser: it moves, and draws what Python runs."""

import json
import random
import re

import numpy as np
import pytest
from book_explorers import in_page
from chapter_code import CHAPTERS, explorers

from pictures.explorer.panels import UNIT

PAGES = {
    path.stem: path.read_text(encoding="utf8").count("= explore(")
    for path in sorted(CHAPTERS.glob("*.ipynb"))
}
MOVING = [name for name, count in PAGES.items() if count]
WITHOUT = {"01-why-a-smooth-loss", "04-four-steps"}  # these have only the free cell
SHOWN = ".gd-panels[aria-hidden=false]"

STATE = """(form) => ({
  words: form.querySelector(".gd-words").textContent,
  code: form.querySelector(".gd-code code").textContent,
  marks: Object.fromEntries(
    [...form.querySelectorAll(".gd-panels[aria-hidden=false] [data-mark]")].map((m) => [
      m.dataset.mark, m.getAttribute("d") ?? m.getAttribute("href") ?? m.textContent])),
})"""
MOVE = """([form, name, index]) => {
  const inputs = form.querySelectorAll(`[data-control="${name}"] input`);
  const input = inputs[0].type === "radio" ? inputs[index] : inputs[0];
  if (input.type === "radio") input.checked = true;
  else input.value = index;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def open_page(html, browser):
    """Open a chapter as a file, in a context that the test may choose, and list its errors."""
    contexts = []

    def visit(name, **options):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.goto((html / "chapters" / f"{name}.html").as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_function(
                "() => [...document.querySelectorAll('.gd-controls')].every((c) => !c.hidden)"
            )
        return page

    yield visit
    for context in contexts:
        context.close()


def forms(page):
    return page.query_selector_all("form.gd-explorer")


def test_every_chapter_whose_rule_moves_has_an_explorer(site):
    assert {name for name, count in PAGES.items() if not count} == WITHOUT
    for name, count in PAGES.items():
        article = site.pages[f"chapters/{name}.html"].article
        assert len(article.select("form.gd-explorer")) == count
        assert len(article.select(".tag_skip-execution .gd-kernel")) == 1, f"{name}: no free cell"


@pytest.mark.parametrize("name", MOVING)
def test_each_control_moves_the_picture_and_the_words(open_page, name):
    """By keys and by mouse, and Reset brings the start back."""
    page = open_page(name)
    for form in forms(page):
        start = page.evaluate(STATE, form)
        for control in form.query_selector_all("[data-control]"):
            form.query_selector(".gd-reset").click()
            assert page.evaluate(STATE, form) == start
            inputs = control.query_selector_all("input")
            inputs[0].scroll_into_view_if_needed()
            if inputs[0].get_attribute("type") == "radio":
                other = next(i for i in inputs if not i.is_checked())
                next(i for i in inputs if i.is_checked()).focus()
                keys, place = ["ArrowRight"], other.bounding_box()
            else:
                at, last = int(inputs[0].input_value()), int(inputs[0].get_attribute("max"))
                inputs[0].focus()
                keys = ["ArrowLeft"] * 3 if 2 * at > last else ["ArrowRight"] * 3
                place = inputs[0].bounding_box()
                place["x"] += 3 if 2 * at > last else place["width"] - 3
                place["width"] = 0
            for key in keys:
                page.keyboard.press(key)
            by_keys = page.evaluate(STATE, form)
            assert by_keys["code"] != start["code"]
            assert by_keys["marks"] != start["marks"], "the arrow keys do not move the picture"
            form.query_selector(".gd-reset").click()
            inputs[0].scroll_into_view_if_needed()
            box = inputs[0].bounding_box()  # the words may have pushed it
            page.mouse.click(place["x"] + place["width"] / 2, box["y"] + box["height"] / 2)
            by_mouse = page.evaluate(STATE, form)
            assert by_mouse["code"] != start["code"]
            assert by_mouse["marks"] != start["marks"], "the mouse does not move the picture"
            assert by_mouse["words"] != start["words"], "the words do not follow"
    assert not page.problems


def samples(controls, count=8):
    """Settings to look at: the start, the ends of each control, and some at random."""
    start = {name: control.start for name, control in controls.items()}
    yield start
    for name, control in controls.items():
        for value in (control.values[0], control.values[-1]):
            yield start | {name: value}
    rng = random.Random(0)
    for _ in range(count):
        yield {name: rng.choice(control.values) for name, control in controls.items()}


def drawn(path):
    """The corners of a path that the script has drawn."""
    points = np.array([float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", path.replace("h0", ""))])
    return points.reshape(-1, 2)


def on_axis(values, low, high, limits, axis):
    """Where values lie on an axis that goes from low to high in the picture."""
    first, last, kind = limits
    forward = {"linear": np.asarray, "log": np.log}.get(kind, axis.get_transform().transform)
    values, first, last = forward(values), *forward(np.array([first, last]))
    return low + (values - first) / (last - first) * (high - low)


def misplaced(points, corners, scale, axes):
    """The largest distance, in points of the picture, of a drawn corner from its place.

    What lies far outside the axes has to be drawn outside, on the same side.
    """
    x0, y0, x1, y1 = scale["box"]
    with np.errstate(all="ignore"):
        wanted = [
            on_axis(points[:, 0], x0, x1, scale["x"], axes.xaxis),
            on_axis(points[:, 1], y0, y1, scale["y"], axes.yaxis),
        ]
    gaps = []
    for place, found, low, high in (
        (wanted[0], corners[:, 0], x0, x1),
        (wanted[1], corners[:, 1], y1, y0),
    ):
        near = np.isfinite(wanted[0]) & np.isfinite(wanted[1]) & (abs(place) < 3000)
        gaps.append(abs(place - found)[near])
        above, below = (place > high) & ~near, (place < low) & ~near
        assert (found[above] > high).all()
        assert (found[below] < low).all()
    return max((gap.max() for gap in gaps if gap.size), default=0)


@pytest.mark.parametrize("name", MOVING)
def test_what_is_drawn_is_what_the_rules_do(open_page, monkeypatch, name):
    """Each setting is run by itself in Python, and held against the path in the picture."""
    page = open_page(name)
    found = explorers(name, monkeypatch)
    assert len(found) == len(forms(page))
    for explorer, form in zip(found.values(), forms(page), strict=True):
        scene, grid, heights = explorer._scene, explorer._scene.grid, set()
        for settings in samples(grid.controls):
            for control, value in settings.items():
                index = grid.controls[control].values.index(value)
                page.evaluate(MOVE, [form, control, index])
            state = page.evaluate(STATE, form)
            single = scene.again(grid.alone(settings), **explorer._extra(None))
            step = settings.get(grid.step, 0)
            variant = list(scene.panels.variants).index(scene.panels.variant(settings))
            axes = scene.panels.axes(settings)
            for mark, artist in scene.panels.marks(settings).items():
                kind = scene.kinds[mark]
                if kind not in ("line", "polygon"):
                    assert state["marks"][mark]
                    continue
                values = single.results[grid.chosen(settings)][mark]
                points = values.frame(0, step)[: step + 1 if values.trail else None]
                scale = explorer.spec["scales"][variant][axes.index(artist.axes)]
                gap = misplaced(points, drawn(state["marks"][mark]), scale, artist.axes)
                assert gap <= UNIT, (settings, mark)
            assert state["words"] == single.say(single.grid.start)
            call = re.fullmatch(r"(\w+)\.show\((.*)\)", state["code"])
            assert found[call[1]] is explorer
            assert eval(f"dict({call[2]})") == settings
            heights.add(form.bounding_box()["height"])
        assert len(heights) == 1, "the page moves while the reader moves the explorer"
    assert not page.problems


def test_the_page_around_is_drawn_when_it_is_in_sight(open_page):
    """Once something is moved, what is out of sight is skipped; that moves nothing either."""
    page = open_page("07-nesterov")
    form = forms(page)[0]
    form.scroll_into_view_if_needed()
    place = form.bounding_box()
    skipped = """() => [...document.querySelectorAll("article section > p")].findLast(
        (e) => !e.checkVisibility({ contentVisibilityAuto: true }))"""
    assert not page.evaluate(skipped)
    form.query_selector("input").focus()
    far = page.wait_for_function(skipped).as_element()
    assert form.bounding_box() == place
    far.scroll_into_view_if_needed()
    page.wait_for_function("(e) => e.checkVisibility({ contentVisibilityAuto: true })", arg=far)


@pytest.mark.parametrize("name", MOVING)
def test_without_script_the_start_stays_with_its_words(open_page, name):
    page = open_page(name, java_script_enabled=False)
    for form in forms(page):
        assert not form.query_selector(".gd-controls").is_visible()
        pictures = form.query_selector_all(f"{SHOWN} svg")
        assert pictures
        assert all(svg.bounding_box()["width"] > 150 for svg in pictures)
        assert len(form.query_selector(".gd-words").inner_text()) > 40


def test_the_data_of_a_page_do_not_depend_on_the_order_of_its_keys():
    """A build that executes and one that reads a cache have them in different orders."""

    def turned(found):
        if not isinstance(found, dict):
            return found
        return {name: turned(found[name]) for name in reversed(found)}

    spec = {"controls": [{"name": "lr", "values": [1]}], "marks": {"b": 1, "a": 2}, "code": "x"}
    state = {"markup": "<form></form>", "spec": spec, "start": None, "lr": 1}
    model = {"state": state, "buffers": [{"path": ["data"], "data": "AAAA"}]}
    page = in_page(model)
    assert page == in_page(turned(model))
    assert json.loads(page[page.index("{") : page.rindex("}") + 1])["spec"] == spec


@pytest.mark.parametrize("name", MOVING)
def test_no_value_in_the_page_is_not_a_number(site, name):
    for script in site.pages[f"chapters/{name}.html"].soup.select(".gd-live script"):
        json.loads(script.get_text(), parse_constant=pytest.fail)
        assert "NaN" not in str(script.parent.form)


@pytest.mark.parametrize("name", MOVING)
def test_a_phone_and_a_finger_are_enough(open_page, name):
    """Nothing sticks out at 360 px, targets are 24 px high, a tap moves a slider."""
    page = open_page(name, has_touch=True)
    page.set_viewport_size({"width": 360, "height": 740})
    for form in forms(page):
        width = form.bounding_box()["width"]
        assert width <= 360
        for element in form.query_selector_all(f"input, button, {SHOWN} svg"):
            if not element.is_visible():
                continue
            box = element.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            target = element.evaluate(
                "(e) => (e.type === 'radio' ? e.closest('label') : e)"
                ".getBoundingClientRect().height"
            )
            assert target >= 24
        slider = form.query_selector("input[type=range]")
        if slider:
            before = page.evaluate(STATE, form)
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            middle = box["y"] + box["height"] / 2
            page.touchscreen.tap(box["x"] + 0.3 * box["width"], middle)
            page.touchscreen.tap(box["x"] + 0.7 * box["width"], middle)
            assert page.evaluate(STATE, form) != before


def test_a_finger_that_scrolls_over_a_picture_sets_nothing(open_page):
    """The picture takes a tap, and a finger that moves across; up and down is for the page."""
    page = open_page("03-learning-rate", has_touch=True)
    page.set_viewport_size({"width": 360, "height": 740})
    form = forms(page)[0]
    picture = form.query_selector(".gd-pick")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    x, y = box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2
    before, top = page.evaluate(STATE, form), page.evaluate("scrollY")
    session = page.context.new_cdp_session(page)
    for kind, down in [("touchStart", 0), *(("touchMove", 10 * k) for k in range(20))]:
        touch = {"type": kind, "touchPoints": [{"x": x, "y": y + down}]}
        session.send("Input.dispatchTouchEvent", touch)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("(top) => scrollY < top - 100", arg=top)
    assert page.evaluate(STATE, form) == before
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.touchscreen.tap(x, box["y"] + box["height"] / 2)
    assert page.evaluate(STATE, form) != before


def test_a_step_plays_and_pauses_and_may_be_asked_not_to_move(open_page, monkeypatch):
    name = "12-side-by-side"
    page = open_page(name)
    form = forms(page)[0]
    button = form.query_selector(".gd-play")
    page.evaluate(MOVE, [form, "step", 0])
    words = button.inner_text()
    button.click()
    assert button.inner_text() != words
    page.wait_for_function("(f) => f.querySelector('.gd-steps input').value > 3", arg=form)
    button.click()
    assert button.inner_text() == words
    at = form.query_selector(".gd-steps input").input_value()
    page.wait_for_timeout(400)
    assert form.query_selector(".gd-steps input").input_value() == at
    quiet = open_page(name, reduced_motion="reduce")
    form = forms(quiet)[0]
    quiet.evaluate(MOVE, [form, "step", 0])
    form.query_selector(".gd-play").click()
    slider = form.query_selector(".gd-steps input")
    assert slider.input_value() == slider.get_attribute("max")


def test_a_place_on_the_phase_diagram_sets_both_settings(open_page):
    page = open_page("06-momentum")
    form = forms(page)[0]
    diagram = form.query_selector(".gd-pick")
    diagram.scroll_into_view_if_needed()
    box = diagram.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    first = page.evaluate(STATE, form)
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2 - 40, steps=3)
    page.mouse.up()
    second = page.evaluate(STATE, form)
    numbers = [eval(f"dict({s['code'][len('pairs.show(') : -1]})") for s in (first, second)]
    assert numbers[1]["lr"] > numbers[0]["lr"]
    assert numbers[1]["momentum"] > numbers[0]["momentum"]
    assert first["words"] != second["words"]
