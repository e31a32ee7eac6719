"""Every colour of the book, and the look of every rule: one table each.

A rule of the book is one line of ``_BOOK``: its colour on light and on dark paper, its dash and its
marker. A reader's own rule says its look, or is given one of ``_RESERVE``, which no rule of the
book has.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from optimizers import RULES, Optimizer

Dash = str | tuple[int, tuple[float, ...]]

_PAPER = {
    "ink": ("#1f2933", "#e4e7eb"),
    "muted": ("#616e7c", "#a3aeb9"),
    "grid": ("#cbd2d9", "#3e4c59"),
    "paper": ("#ffffff", "#14181d"),
    "accent": ("#0b7285", "#5fd3e6"),
    "warn": ("#c2255c", "#ff8fb1"),
}

# Colour on light and on dark paper, dash, marker: no picture speaks by colour alone.
_BOOK: dict[str, tuple[str, str, Dash, str]] = {
    "SGD": ("#5f6368", "#b4bac0", "-", "o"),
    "Momentum": ("#0067b0", "#5ab0f5", "-", "s"),
    "Nesterov": ("#7b3fb5", "#c49df5", (0, (6, 2)), "^"),
    "AdaGrad": ("#007a55", "#3ecf9a", (0, (5, 1.5, 1, 1.5)), "D"),
    "RMSprop": ("#a86e00", "#f2bc3d", (0, (3, 1.5)), "v"),
    "Adadelta": ("#8b5530", "#d9a679", (0, (1, 1.2)), "P"),
    "Adam": ("#d0390b", "#ff8c66", "-", "*"),
    "AMSGrad": ("#b02a6f", "#f57fb8", (0, (6, 1.5, 1, 1.5, 1, 1.5)), "X"),
}

_RESERVE: dict[str, tuple[str, str, Dash, str]] = {
    "own-indigo": ("#320898", "#956af1", (0, (9, 2)), "<"),
    "own-olive": ("#5d6600", "#d3f946", (0, (4, 1, 1, 1)), ">"),
    "own-plum": ("#7a2474", "#be61b2", (0, (2, 1)), "p"),
    "own-forest": ("#074824", "#73f7a4", (0, (9, 2, 2, 2)), "h"),
    "own-red": ("#7a0c04", "#c1762c", (0, (4, 3)), "d"),
}

PALETTE: dict[str, tuple[str, str]] = (
    _PAPER
    | {f"rule-{name.lower()}": (light, dark) for name, (light, dark, *_) in _BOOK.items()}
    | {name: (light, dark) for name, (light, dark, *_) in _RESERVE.items()}
)
"""Every colour of the book: its name, and its value on light and on dark paper.

Figures are drawn with the light value; the site swaps it for the CSS variable ``--gd-NAME``.
"""


@dataclass(frozen=True)
class Look:
    """How the lines of a rule are drawn. A rule of one's own may have one: ``look = Look(…)``.

    Parameters
    ----------
    colour : str
        A name in ``PALETTE``: of any other colour the site would not know the one for dark paper.
    dash : str or (offset, lengths)
        The line's style, as matplotlib writes it.
    marker : str
        The shape of its points, as matplotlib writes it.

    Raises
    ------
    ValueError
        The palette has no such colour.
    """

    colour: str
    dash: Dash = "-"
    marker: str = "o"

    def __post_init__(self) -> None:
        if self.colour not in PALETTE:
            raise ValueError(
                f"the palette has no colour {self.colour!r}: write one of {list(PALETTE)}"
            )

    @property
    def hex(self) -> str:
        """The colour on light paper, with which figures are drawn."""
        return PALETTE[self.colour][0]


_LOOKS = {name: Look(f"rule-{name.lower()}", how[2], how[3]) for name, how in _BOOK.items()}
_OWN_LOOKS = [Look(name, how[2], how[3]) for name, how in _RESERVE.items()]


def look(
    rule: type[Optimizer] | str, marker: bool = False, taken: Collection[str] = ()
) -> dict[str, Any]:
    """Return the keywords that draw a line in the look of a rule, ``{'color': …, …}``.

    Parameters
    ----------
    rule : rule or str
        A rule, or the name of one. A rule of the book has its line in this module. A reader's own
        has the ``look`` that its class says, or one of a small reserve, found by its name.
    marker : bool
        Draw the points, too.
    taken : collection of str
        The colours of the figure's other rules: those of the reserve are not given out again.

    Raises
    ------
    KeyError
        A rule of the book has no look, or a name is one of the book's but for its capitals.
    TypeError, ValueError
        The ``look`` of a class is no ``Look``, or the whole reserve is taken.
    """
    found = _look_of(rule, taken)
    keywords = {"color": found.hex, "linestyle": found.dash}
    return keywords | ({"marker": found.marker} if marker else {})


def _look_of(rule: type[Optimizer] | str, taken: Collection[str]) -> Look:
    if isinstance(rule, str):
        name = rule
        of_book = name.lower() in {
            known.lower() for known in (*_LOOKS, *(r.__name__ for r in RULES))
        }
    else:
        name, of_book = rule.__name__, rule.__module__.startswith("optimizers.")
        said = getattr(rule, "look", None)
        if isinstance(said, Look):
            return said
        if said is not None:
            raise TypeError(f'{name}.look is {said!r}: write look = Look("accent", ":", "h")')
    if not of_book:
        return _reserved(name, taken)
    if name not in _LOOKS:
        raise KeyError(
            f"no look for {name!r}: write one of {list(_LOOKS)}; a new rule of the book gets its "
            "colours, dash and marker by a line of _BOOK in pictures/palette.py"
        )
    return _LOOKS[name]


def _reserved(name: str, taken: Collection[str]) -> Look:
    """Return the look of the reserve that belongs to a name, or the next that is not taken."""
    first = zlib.crc32(name.encode()) % len(_OWN_LOOKS)
    for found in _OWN_LOOKS[first:] + _OWN_LOOKS[:first]:
        if found.hex not in taken:
            return found
    raise ValueError(
        f"no look is left for {name}: the figure has {len(_OWN_LOOKS)} other rules that are not "
        'the book\'s. Let its class say one: look = Look("accent", ":", "h")'
    )
