"""One parameter in memory, and the pieces of it that a rule is handed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy import may_share_memory

from .checks import check_parameter

BLOCK_BYTES = 124 * 1024
"""Bytes of one array that a rule is handed at a time: below malloc's 128 KiB threshold."""

Part = slice | int | None
"""Which rows of a parameter: a block of them, a lane, or all."""


class Piece(NamedTuple):
    """What a rule is handed at a time, of a parameter and its moments."""

    part: Part
    places: tuple[np.ndarray, ...]
    """The parameter and its moments, to be written to."""
    theta: np.ndarray
    """The parameter, to be read."""
    moments: tuple[np.ndarray, ...]
    """The moments, to be read."""


class Slot:
    """One parameter, its moments, and how a rule is handed them.

    Attributes
    ----------
    key : str
    given : float array or Python float
        The parameter as it came.
    p : array
        The parameter; of a Python float, an array of one element.
    moments : list of array
        Laid out in memory as the parameter is, where they have its shape.
    pieces : list of Piece
        What the rule is handed, one after the other.
    by_lanes : bool
        Whether the rule is handed each lane of a sweep by itself.
    is_large : bool
        Whether these are blocks, each of which may be written before the next is computed.
    """

    def __init__(self, key: str, given: Any, elementwise: bool, lanes: int | None) -> None:
        self.key, self.given = key, given
        self.p = check_parameter(key, given)
        self.is_float = isinstance(given, float)
        self.moments: list[np.ndarray] = []
        self.pieces: list[Piece] = []
        self.is_large = False
        self.shape, self.strides, self.dtype = self.p.shape, self.p.strides, self.p.dtype
        self.ends = _ends(self.p)
        self.parts: Iterable[Part] = [None] if elementwise or lanes is None else range(lanes)
        self.by_lanes = lanes is not None and not elementwise
        # A rule that works element by element sees a parameter as one row, in the order of its
        # memory; where that has gaps the shape stays. So a 0-d array is a row of one, which NumPy
        # does not turn into a scalar when it is multiplied.
        flags, rows = self.p.flags, elementwise and lanes is None
        self.order = "" if not rows else "C" if flags.c_contiguous else "F" * flags.f_contiguous
        self.elementwise = elementwise

    def is_where_it_was(self, p: np.ndarray) -> bool:
        """Whether the array still has the memory, the shape and the type that were verified.

        Memory of the same length that has both ends of the old one in it, is the old one.
        """
        low, high = self.ends
        return (
            p.flags.writeable
            and p.dtype is self.dtype
            and p.shape == self.shape
            and p.strides == self.strides
            and (not p.size or (may_share_memory(p, low) and may_share_memory(p, high)))
        )

    def row(self, array: np.ndarray) -> np.ndarray:
        """Return an array of the parameter's shape as the rule is handed it."""
        if self.order == "F":
            array = array.T
        return array.reshape(-1) if self.order else array.view()

    def own_shape(self, g: np.ndarray) -> np.ndarray:
        """Return what ``row`` made of an array in the parameter's shape again."""
        return g.reshape(self.shape[::-1]).T if self.order == "F" else g.reshape(self.shape)

    def keep(self, moments: Iterable[Any]) -> None:
        """Take the moments, and cut them and the parameter into pieces."""
        self.moments = [self._laid_out(moment) for moment in moments]
        columns, parts = [self.p, *self.moments], self.parts
        if self.elementwise:
            columns = [self.row(column) for column in columns]
            parts = _blocks(columns[0])
        self.pieces = [_piece(part, columns) for part in parts] if self.p.size else []
        self.is_large = self.elementwise and len(self.pieces) > 1

    def setting(self, values: np.ndarray, part: Part) -> Any:
        """Return the settings of a sweep that belong to a piece."""
        if not self.elementwise:
            return float(values[part])
        rows = values if part is None else values[part]
        return rows.astype(self.dtype).reshape(-1, *[1] * (self.p.ndim - 1))

    def _laid_out(self, moment: Any) -> np.ndarray:
        if np.shape(moment) != self.shape:
            return np.array(moment, dtype=self.dtype, ndmin=int(self.is_float))
        alike = np.empty_like(self.p)
        alike[...] = moment
        return alike


def _ends(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return views of the numbers that lie lowest and highest in an array's memory."""
    first, last = slice(0, 1), slice(-1, None)
    low = tuple(first if stride >= 0 else last for stride in p.strides)
    high = tuple(last if stride >= 0 else first for stride in p.strides)
    return p[*low, ...], p[*high, ...]


def _blocks(row: np.ndarray) -> list[Part]:
    rows = max(1, BLOCK_BYTES * len(row) // max(row.nbytes, BLOCK_BYTES))
    if len(row) <= rows:
        return [None]
    return [slice(start, start + rows) for start in range(0, len(row), rows)]


def _piece(part: Part, columns: list[np.ndarray]) -> Piece:
    places = tuple(cut(column, part) for column in columns)
    theta, *moments = (read_only(place) for place in places)
    return Piece(part, places, theta, tuple(moments))


def cut(array: np.ndarray, part: Part) -> np.ndarray:
    """Return a part of an array as a view; a lane of one number is a 0-d array."""
    return array if part is None else array[part, ...]


def read_only(array: np.ndarray) -> np.ndarray:
    """Return a view that cannot be written to."""
    view = array.view()
    view.setflags(write=False)
    return view
