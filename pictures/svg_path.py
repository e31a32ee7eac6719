"""Write numbers and path data of an SVG in few bytes."""

from __future__ import annotations

import re

NUMBER = r"-?\d*\.?\d+(?:e-?\d+)?"
LONG = 1000


def decimal(value: float | str, decimals: int = 2) -> str:
    """A number with at most so many decimals, as short as SVG allows: 0.50 is .5, -0.0 is 0."""
    text = f"{float(value):.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return re.sub(r"^-0$", "0", re.sub(r"^(-?)0\.", r"\1.", text))


def shorten(text: str) -> str:
    """Write every number in `text` with at most two decimals, with few blanks between."""
    text = re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda match: decimal(match[0]), text)
    text = re.sub(r"rotate\(-?0 [^)]*\)", "", text)
    return re.sub(r"\s*([A-Za-z(])\s*|\s+", lambda match: match[1] or " ", text).strip()


def compact(path: str) -> str:
    """Shorten path data; straight lines are written relative to the point before.

    The differences are those of rounded points, so errors do not add up. A path of a thousand
    characters and more, such as a contour, keeps one decimal. One with curves stays absolute.
    """
    if set(re.findall("[A-Za-z]", path)) - set("MLZze"):
        return shorten(path)
    decimals = 1 if len(path) >= LONG else 2
    written: list[str] = []
    here = start = (0.0, 0.0)
    fresh = True
    for command, x, y in re.findall(rf"([MLZz])\s*(?:({NUMBER})[\s,]+({NUMBER}))?", path):
        if command in "Zz":
            written.append("z")
            here = start
            continue
        point = (round(float(x), decimals), round(float(y), decimals))
        if command == "M":
            written.append(f"M{decimal(point[0], decimals)} {decimal(point[1], decimals)}")
            start, fresh = point, True
        elif point != here or fresh:
            steps = (decimal(new - old, decimals) for new, old in zip(point, here, strict=True))
            written.append("l" + " ".join(steps))
            fresh = False
        here = point
    return join("".join(written))


def join(path: str) -> str:
    """Leave out what SVG does not need: blanks before a minus, a repeated `l`."""
    path = re.sub(r"(l[^lMz]*)((?:l[^lMz]*)+)", lambda m: m[1] + m[2].replace("l", " "), path)
    return path.replace(" -", "-")
