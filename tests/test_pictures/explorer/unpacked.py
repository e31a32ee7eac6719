"""What an explorer sends to its script, read as the script reads it, by code that shares nothing
with the package.
"""

import struct
import zlib

import numpy as np


def unpack(data):
    """The three parts of a buffer: numbers, places and indices, grey values."""
    raw = zlib.decompress(data)
    floats, shorts, shades = struct.unpack("<3I", raw[:12])
    ends = np.cumsum([12, 4 * floats, 2 * shorts, shades])
    assert ends[-1] == len(raw)
    differences = np.frombuffer(raw, "<i2", shorts, ends[1])
    places = (np.cumsum(differences, dtype=np.int64) + 2**15) % 2**16 - 2**15
    return [
        np.frombuffer(raw, "<f4", floats, ends[0]),
        places,
        np.frombuffer(raw, "u1", shades, ends[2]),
    ]


def pick(parts, where, at):
    """The values of a result at one index of each control."""
    kind, offset, count, strides = where
    start = offset + sum(i * stride for i, stride in zip(at, strides, strict=True))
    assert 0 <= start <= start + count <= len(parts[kind])
    return parts[kind][start : start + count]


class Sent:
    """What a widget has sent, for the settings as they are now or for others."""

    def __init__(self, widget, **settings):
        self.spec, self.parts = widget.spec, unpack(widget.data)
        wanted = widget.settings | settings
        self.at = [c["values"].index(wanted[c["name"]]) for c in self.spec["controls"]]

    def number(self, name):
        return float(pick(self.parts, self.spec["numbers"][name], self.at)[0])

    def sentence(self, name="words"):
        return self.spec["sentences"][pick(self.parts, self.spec["texts"][name], self.at)[0]]

    def places(self, name):
        """The points of a line or polygon in the picture, from its upper left corner, in pt."""
        mark = self.spec["marks"][name]
        xy = np.stack([pick(self.parts, where, self.at) for where in mark["where"]], axis=-1)
        return xy[: self.at[self.spec["step"]] + 1 if mark["trail"] else None] / self.spec["unit"]

    def points(self, name, variant=0, panel=0):
        """The same as values of the axes, of their logarithms where they are logarithmic."""
        scale = self.spec["scales"][variant][panel]
        x0, y0, x1, y1 = scale["box"]
        fractions = (self.places(name) - [x0, y0]) / [x1 - x0, y1 - y0]
        ends = np.array([on_axis(scale[axis][:2], scale[axis][2]) for axis in "xy"])
        return ends[:, 0] + fractions * (ends[:, 1] - ends[:, 0])

    def tolerance(self, variant=0, panel=0):
        """Half a step of the places, and half a digit of the box, in units of `points`."""
        scale = self.spec["scales"][variant][panel]
        x0, y0, x1, y1 = scale["box"]
        ends = np.array([on_axis(scale[axis][:2], scale[axis][2]) for axis in "xy"])
        return (0.5 / self.spec["unit"] + 0.011) * np.ptp(ends, axis=1) / [x1 - x0, y0 - y1]


def on_axis(values, kind):
    return np.log10(values) if kind == "log" else np.asarray(values)
