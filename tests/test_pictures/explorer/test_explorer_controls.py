"""Sliders, choices and steps: what they take, what they refuse, and how they are printed."""

import numpy as np
import pytest

from pictures.explorer import Choice, Slider, Steps


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Slider("η", [], 0.1), ["'η'", "shape (0,)", "write a list of values"]),
        (lambda: Slider("η", [[0.1, 0.2]], 0.1), ["'η'", "shape (1, 2)"]),
        (lambda: Slider("η", 0.1, 0.1), ["'η'", "shape ()"]),
        (lambda: Slider("η", [0.2, 0.1], 0.1), ["'η'", "finite and rise", "np.unique"]),
        (lambda: Slider("η", [0.1, 0.1], 0.1), ["'η'", "finite and rise", "np.unique"]),
        (lambda: Slider("η", [0.3, 0.1 + 0.2], 0.3), ["'η'", "finite and rise", "np.unique"]),
        (lambda: Slider("η", [0.1, np.nan], 0.1), ["'η'", "finite and rise"]),
        (lambda: Slider("η", [0.1, np.inf], 0.1), ["'η'", "finite and rise"]),
        (lambda: Slider("η", [0.1, 0.2, 0.4], 0.29), ["'η'", "0.29", "not on", "write 0.2"]),
        (lambda: Slider("η", [0.1, 0.2, 0.4], np.nan), ["'η'", "nan", "not on its grid"]),
        (lambda: Choice("rule", {}), ["'rule'", "no options", "{name: value, …}"]),
        (lambda: Choice("rule", []), ["'rule'", "no options"]),
        (lambda: Choice("rule", {1: "a"}), ["'rule'", "[1]", "write texts"]),
        (lambda: Choice("rule", ["a", "b"], "c"), ["'rule'", "'c'", "write one of ['a', 'b']"]),
        (lambda: Steps("step", 0), ["'step'", "last=0", "whole number, 1 or more"]),
        (lambda: Steps("step", 2.5), ["'step'", "last=2.5", "whole number"]),
        (lambda: Steps("step", 3, 4), ["'step'", "starts at 4", "from 0 to 3"]),
        (lambda: Steps("step", 3, 1.5), ["'step'", "starts at 1.5", "from 0 to 3"]),
        (lambda: Steps("step", 3, -2), ["'step'", "starts at -2", "from 0 to 3"]),
    ],
)
def test_what_is_no_control_is_refused_with_a_remedy(make, words):
    with pytest.raises(ValueError, match=r"write|must") as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


def test_a_slider_prints_its_values_exactly():
    slider = Slider("η", [-2, -0.5, 0, 0.1 + 0.2, 1 / 3, 0.95, 1, 12.5, 1000], 0.3)
    third = "0.3333333333333333"
    assert slider.texts == ["−2", "−0.5", "0", "0.3", third, "0.95", "1", "12.5", "1000"]
    assert slider.values[3:5] == (0.3, 1 / 3)
    assert slider.start == 0.3


@pytest.mark.parametrize("start", [0.3, 0.1 + 0.2, np.float32(0.5), np.float64(0.5)])
def test_a_start_is_found_on_a_grid_of_rounded_sums(start):
    assert Slider("η", np.arange(1, 10) * 0.1, start).start in (0.3, 0.5)


def test_a_choice_maps_names_to_objects_and_starts_at_the_first():
    choice = Choice("rule", {"one": 1, "two": 2})
    assert (choice.values, choice.texts, choice.start) == (("one", "two"), ["one", "two"], "one")
    assert Choice("rule", ["a", "b"], "b").options == {"a": "a", "b": "b"}
    assert Choice("rule", ["a", "b"], "b").start == "b"


def test_steps_go_from_zero_to_the_last_and_start_there():
    steps = Steps("step", 3)
    assert (steps.values, steps.texts, steps.start) == ((0, 1, 2, 3), ["0", "1", "2", "3"], 3)
    assert Steps("step", 3, 0).start == 0
