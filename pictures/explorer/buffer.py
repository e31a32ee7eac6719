"""Arrays over the grid, packed into one buffer in which every setting finds its own values."""

from __future__ import annotations

import zlib

import numpy as np

TYPES = ("f4", "i2", "u1")
"""Numbers, places and indices, grey values: in this order in the buffer, each part aligned."""

Where = list
"""[type, offset, count, strides]: where the values of a result are found for a setting."""


class Buffer:
    """Arrays in one piece of memory, each named by where its values for a setting are found."""

    def __init__(self) -> None:
        self._parts: dict[str, list[np.ndarray]] = {kind: [] for kind in TYPES}
        self._sizes = dict.fromkeys(TYPES, 0)
        self._known: dict[bytes, Where] = {}

    def add(self, array: np.ndarray, kind: str, axes: int) -> Where:
        """Store an array whose first axes are the controls; axes along which it stays are dropped.

        Returns
        -------
        [type, offset, count, strides]
            The values for one setting: ``count`` of them, from ``offset`` plus the sum of
            index times stride over the controls.
        """
        array = array.astype(kind, copy=False)
        for axis in range(axes):
            first = array.take([0], axis)
            if array.shape[axis] > 1 and (array == first).all():
                array = first
        array = np.ascontiguousarray(array)
        key = f"{kind}{array.shape}".encode() + array.tobytes()
        if key not in self._known:
            count = int(np.prod(array.shape[axes:], dtype=int))
            strides = [
                0 if array.shape[axis] == 1 else int(np.prod(array.shape[axis + 1 :], dtype=int))
                for axis in range(axes)
            ]
            self._known[key] = [TYPES.index(kind), self._sizes[kind], count, strides]
            self._parts[kind].append(array.reshape(-1))
            self._sizes[kind] += array.size
        return self._known[key]

    def pack(self) -> bytes:
        """Return the bytes, compressed: first the sizes of the parts, then the parts.

        Of places and indices the differences are stored, which are small along a path: a fifth to
        a third less to load. They wrap around at 16 bits, and so do their sums.
        """
        parts = {
            kind: np.concatenate([np.empty(0, kind), *self._parts[kind]]).astype(f"<{kind}")
            for kind in TYPES
        }
        parts["i2"] = np.diff(parts["i2"], prepend=np.zeros(1, "<i2")).astype("<i2")
        sizes = np.array([part.size for part in parts.values()], "<u4")
        return zlib.compress(b"".join(part.tobytes() for part in (sizes, *parts.values())), 6)
