"""The code of a rule, shown by a cell that runs: there in every viewer, never a second copy."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any


class Source:
    """Lines of Python, displayed as a listing.

    Its ``repr`` are the lines themselves, for viewers that know no Markdown, and for nbval.
    """

    def __init__(self, code: str) -> None:
        self.code = code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"

    def __repr__(self) -> str:
        return self.code


def source(*things: Any) -> Source:
    """Return the code of functions or classes, as it stands in their files.

    Examples
    --------
    >>> from optimizers import SGD
    >>> source(SGD.rule)
    @elementwise
    def rule(g, *, t, lr):
        return (-lr * g,)
    """
    listings = [textwrap.dedent(inspect.getsource(thing)).rstrip() for thing in things]
    return Source("\n\n\n".join(listings))
