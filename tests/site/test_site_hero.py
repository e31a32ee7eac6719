"""The picture of the landing page is what its script draws today, small, and still on request."""

import re
import sys
from xml.etree import ElementTree

import pytest
from building import ROOT

from optimizers import BOWL, descend
from pictures.plots import PALETTE

HERO = ROOT / "_ext" / "hero"
sys.path.insert(0, str(HERO))

import make_hero  # noqa: E402

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
BOTH = pytest.mark.parametrize(("name", "dark"), [("light", False), ("dark", True)])


@pytest.fixture
def text(name):
    return (HERO / f"hero-{name}.svg").read_text(encoding="utf8")


@BOTH
def test_the_committed_picture_is_the_present_one(text, dark):
    """Up to the last digit that is written: another machine may round the other way."""
    fresh = make_hero.picture(dark)
    assert NUMBER.sub("0", text) == NUMBER.sub("0", fresh), "run `python _ext/hero/make_hero.py`"
    numbers = [[float(n) for n in NUMBER.findall(svg)] for svg in (text, fresh)]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.11)


@BOTH
def test_it_is_small_asks_for_nothing_and_stands_still_on_request(text, dark):
    assert len(text.encode()) < 45_000
    addresses = re.findall(r"https?://[^\"'\s]+", text)
    assert addresses == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text
    still, moving = text.split("@media (prefers-reduced-motion:no-preference)")
    assert "animation" not in still
    assert moving.count("@keyframes") == 2 * len(make_hero.RULES)


@BOTH
def test_it_uses_the_colours_of_its_mode(text, dark):
    allowed = {pair[dark] for pair in PALETTE.values()}
    used = set(re.findall(r"#[0-9a-f]{6}\b", text))
    assert used <= allowed
    assert len(used) >= len(make_hero.RULES) + 3


@BOTH
def test_each_path_ends_where_the_rule_ends(text, dark):
    root = ElementTree.fromstring(text)
    circles = [e for e in root.iter() if e.get("class", "").startswith("head ")]
    paths = [e for e in root.iter() if e.get("class", "").startswith("path ")]
    names = [e.text for e in root.iter("{http://www.w3.org/2000/svg}text")]
    assert names == [type(rule).__name__ for rule in make_hero.RULES]
    for rule, circle, path in zip(make_hero.RULES, circles, paths, strict=True):
        end = make_hero.on_page(descend(rule, BOWL, make_hero.STEPS).points[-1])
        numbers = [float(n) for n in NUMBER.findall(path.get("d"))]
        assert numbers[-2:] == pytest.approx(list(end), abs=0.051)
        at = [float(n) for n in NUMBER.findall(circle.get("style"))]
        assert at == pytest.approx(list(end), abs=0.051)


def test_a_stale_picture_is_noticed(monkeypatch):
    monkeypatch.setattr(make_hero, "RULES", (*make_hero.RULES[1:], make_hero.SGD(lr=0.9)))
    text = (HERO / "hero-light.svg").read_text(encoding="utf8")
    with pytest.raises(AssertionError):
        test_the_committed_picture_is_the_present_one(text, False)


def test_main_writes_both_files(monkeypatch, tmp_path):
    monkeypatch.setattr(make_hero, "FOLDER", tmp_path)
    make_hero.main()
    assert {file.name for file in tmp_path.iterdir()} == {"hero-light.svg", "hero-dark.svg"}
