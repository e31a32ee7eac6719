"""Sentences with numbers in them. The explorer's script reads the same small language.

``{rate:.3f}`` is a number with three decimals, ``.2e`` one in powers of ten, ``.0%`` a percentage,
``{lr}`` a setting or a text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from ..style import superscript

FIELD = re.compile(r"\{(\w+)(?::\.(\d)([fe%]))?\}")
ENDLESS = 1e38
"""What is larger is printed as ∞."""

LONG = 1e15
"""What is larger is printed in powers of ten, whatever the field says."""


def names(template: str) -> set[str]:
    """Return the names in a template; ValueError for braces that are no field."""
    if stray := re.search(r"[{}]", FIELD.sub("", template)):
        raise ValueError(
            f"there is a stray {stray[0]!r} in {template!r}: a field is {{name}}, {{name:.3f}}, "
            "{name:.2e} or {name:.0%}"
        )
    return {field[1] for field in FIELD.finditer(template)}


def number(value: float, digits: int, kind: str) -> str:
    """Write a number as the page does, with a true minus sign and plain powers of ten."""
    if not abs(value) < ENDLESS:
        return "−∞" if value < 0 else "∞"
    exact = Decimal(100 * value if kind == "%" and abs(value) < LONG else value)
    if kind == "e" or abs(value) >= LONG:
        power = exact.adjusted() if exact else 0
        exact = _round(exact.scaleb(-power), digits)
        if abs(exact) >= 10:  # 9.96 with one digit is 10
            exact, power = _round(exact / 10, digits), power + 1
        text, unit = f"{exact:f}", f" · 10{superscript(power)}"
    else:
        text, unit = f"{_round(exact, digits):f}", " %" if kind == "%" else ""
    if float(text) == 0:  # 0 has no sign
        text = text.lstrip("-")
    return text.replace("-", "−") + unit


def _round(value: Decimal, digits: int) -> Decimal:
    """Round as JavaScript does: what lies in the middle goes away from 0."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def fill(template: str, values: Mapping[str, float | str]) -> str:
    """Put values into a template: text as it is, numbers as their field says."""

    def replace(field: re.Match) -> str:
        name, digits, kind = field.groups()
        value = values[name]
        return value if isinstance(value, str) else number(value, int(digits or 3), kind or "f")

    return FIELD.sub(replace, template)
