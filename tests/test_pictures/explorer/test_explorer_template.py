"""Sentences with numbers in them, written by Python and by JavaScript, letter by letter the same.

`explorer.test.mjs` reads the same table of cases.
"""

import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pictures.explorer.template import fill, names, number

CASES = json.loads(Path(__file__).with_name("template_cases.json").read_text(encoding="utf8"))


@pytest.mark.parametrize(("value", "digits", "kind", "text"), CASES["numbers"])
def test_a_number_is_written_as_the_page_writes_it(value, digits, kind, text):
    assert number(value, digits, kind) == text


@pytest.mark.parametrize(("template", "values", "text"), CASES["fills"])
def test_a_template_is_filled(template, values, text):
    assert fill(template, values) == text
    assert names(template) == set(values)


def test_what_is_no_number_is_endless():
    assert number(math.nan, 1, "e") == "∞"


@pytest.mark.parametrize(
    "template",
    ["{", "a } b", "{}", "{{a}}", "{a}}", "{a b}", "{a:.12f}", "{a:3f}", "{a:.1g}", "{a!r}"],
)
def test_a_stray_brace_is_refused_and_shown_how_to_write_a_field(template):
    with pytest.raises(ValueError, match=r"stray '[{}]' in .*\{name:\.3f\}"):
        names(template)


@given(
    st.floats(-1e3, 1e3) | st.floats(width=32) | st.floats(),
    st.integers(0, 9),
    st.sampled_from("fe%"),
)
@settings(max_examples=500)
@example(-0.0, 2, "f")
@example(-0.0, 2, "e")
@example(-0.0, 2, "%")
@example(1e21, 0, "f")
@example(1e20, 0, "%")
@example(2.5, 0, "f")
@example(-0.5, 0, "f")
@example(0.125, 0, "%")
@example(1.25, 1, "e")
def test_python_and_javascript_write_every_number_alike(javascript, value, digits, kind):
    literal = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
    written = javascript(f"numberText({literal}, {digits}, '{kind}')")
    assert written == number(value, digits, kind)
