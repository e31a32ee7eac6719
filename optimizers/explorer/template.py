"""Sentences with numbers in them. The explorer's script reads the same small language.

``{rate:.3f}`` is a number with three decimals, ``.2e`` one in powers of ten, ``.0%`` a percentage,
``{lr}`` a setting or a text as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FIELD = re.compile(r"\{(\w+)(?::\.(\d)([fe%]))?\}")
ENDLESS = 1e38
"""What is larger is printed as ∞."""

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    if kind == "e":
        mantissa, exponent = f"{value:.{digits}e}".split("e")
        text = f"{mantissa} · 10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    elif kind == "%":
        text = f"{100 * value:.{digits}f} %"
    else:
        text = f"{value:.{digits}f}"
    return text.replace("-", "−")


def fill(template: str, values: Mapping[str, float | str]) -> str:
    """Put values into a template: text as it is, numbers as their field says."""

    def replace(field: re.Match) -> str:
        name, digits, kind = field.groups()
        value = values[name]
        return value if isinstance(value, str) else number(value, int(digits or 3), kind or "f")

    return FIELD.sub(replace, template)
