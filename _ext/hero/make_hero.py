"""Draw the picture of the landing page: the rules racing down the bowl, as animated SVG.

    python _ext/hero/make_hero.py

writes `hero-light.svg` and `hero-dark.svg` beside this file. The paths are `descend`'s, the
colours `PALETTE`'s. The animation is CSS inside the SVG, so it runs in an `<img>` as well, here
and in the README; where the reader asks for reduced motion, the finished paths stand still.
"""

from pathlib import Path

import contourpy
import numpy as np

from optimizers import BOWL, SGD, AdaGrad, Adam, Momentum, Nesterov, RMSprop, descend
from pictures.plots import PALETTE, grid

FOLDER = Path(__file__).parent
STEPS = 30
RULES = (
    SGD(lr=0.95),
    Momentum(lr=0.1),
    Nesterov(lr=0.1),
    AdaGrad(lr=1.5),
    RMSprop(lr=0.1, rho=0.98),
    Adam(lr=0.3),
)
WINDOW = ((-7.6, 2.2), (-2.15, 2.25))
SCALE = 76  # SVG units for one unit of x or y
LEGEND = 44
SECONDS, RACE = 12, 75  # one round, and the part of it that the race takes in per cent
LEVELS = 0.04 + 7 * np.linspace(0, 1, 12) ** 2

(X0, X1), (Y0, Y1) = WINDOW
WIDTH, HEIGHT = (X1 - X0) * SCALE, (Y1 - Y0) * SCALE + LEGEND


def on_page(points):
    """Turn (x, y) of the landscape into SVG coordinates."""
    return (np.asarray(points) - (X0, Y1)) * (SCALE, -SCALE)


def number(value):
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def polyline(points):
    return "M" + " ".join(f"{number(x)} {number(y)}" for x, y in on_page(points))


def thin(points, spacing=9):
    """Leave out points closer together than the eye can tell, but never the last."""
    kept = [0]
    places = on_page(points)
    for i, place in enumerate(places):
        if np.hypot(*(place - places[kept[-1]])) > spacing:
            kept.append(i)
    return points[[*kept, len(points) - 1]]


def contours():
    """The landscape's contour lines, with a tint that deepens from each to the next lower one."""
    beyond = [(low - 0.3, high + 0.3) for low, high in WINDOW]  # the frame cuts it off cleanly
    generator = contourpy.contour_generator(*grid(BOWL, 241, beyond))
    shapes = []
    for level in LEVELS[::-1]:
        (polygons, _) = generator.filled(-np.inf, level)
        area = "".join(polyline(thin(polygon)) + "z" for polygon in polygons)
        shapes.append(f'<path d="{area}"/>')
    return "\n".join(shapes)


def legend(y, colour):
    """The rules' names in one row, spaced by the length of the names."""
    names = [type(optimizer).__name__ for optimizer in RULES]
    gap = (WIDTH - 20 - sum(map(text_width, names))) / (len(names) - 1)
    x, row = 10, []
    for name in names:
        row.append(
            f'<circle cx="{number(x + 7)}" cy="{number(y - 6)}" r="6.5" '
            f'fill="{colour[f"rule-{name.lower()}"]}"/>'
            f'<text x="{number(x + 20)}" y="{number(y)}">{name}</text>'
        )
        x += text_width(name) + gap
    return "".join(row)


def text_width(name):
    """About as wide as a legend entry is in most sans serif fonts, with its dot."""
    return 20 + 10.5 * len(name)


def moments(points):
    """For each step: the per cent of the round, the path's length still to draw, the place."""
    places = on_page(points)
    lengths = np.hypot(*np.diff(places, axis=0).T)
    left = lengths.sum() - np.concatenate([[0], np.cumsum(lengths)])
    return zip(np.linspace(0, RACE, len(points)), left, places, strict=True)


def animation(index, points):
    """Keyframes that draw one path step by step, with its head in front."""
    draw, move = [], []
    for percent, left, (x, y) in moments(points):
        draw.append(f"{number(percent)}%{{stroke-dashoffset:{number(left)}}}")
        move.append(f"{number(percent)}%{{transform:translate({number(x)}px,{number(y)}px)}}")
    return (
        f"@keyframes draw{index}{{{''.join(draw)}}}\n"
        f"@keyframes move{index}{{{''.join(move)}}}\n"
        f".path{index}{{animation-name:draw{index}}}.head{index}{{animation-name:move{index}}}\n"
    )


def picture(dark):
    """The whole SVG file for light or for dark paper."""
    colour = {name: pair[dark] for name, pair in PALETTE.items()}
    styles, drawn = [], []
    for index, optimizer in enumerate(RULES):
        path = descend(optimizer, BOWL, STEPS)
        tint = colour[f"rule-{path.rule.lower()}"]
        length = next(moments(path.points))[1]
        end_x, end_y = map(number, on_page(path.points[-1]))
        styles.append(animation(index, path.points))
        drawn.append(
            f'<path class="path path{index}" stroke="{tint}" stroke-dasharray="{number(length)}" '
            f'd="{polyline(path.points)}"/>\n'
            f'<circle class="head head{index}" r="5.5" fill="{tint}" '
            f'style="transform:translate({end_x}px,{end_y}px)"/>'
        )
    start_x, start_y = map(number, on_page(BOWL.start))
    low_x, low_y = map(number, on_page(BOWL.minima[0]))
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(WIDTH)} {number(HEIGHT)}">
<style>
text{{font:18px "Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:{colour["ink"]}}}
.path{{fill:none;stroke-width:2.4;stroke-linejoin:round;stroke-linecap:round}}
.head{{stroke:{colour["paper"]};stroke-width:1.5}}
@media (prefers-reduced-motion:no-preference){{
.path,.head{{animation-duration:{SECONDS}s;animation-timing-function:linear;\
animation-iteration-count:infinite}}
{"".join(styles)}}}
</style>
<clipPath id="frame"><rect width="{number(WIDTH)}" height="{number(HEIGHT - LEGEND)}" rx="10"/>\
</clipPath>
<g clip-path="url(#frame)" fill="{colour["accent"]}" fill-opacity="0.045" \
stroke="{colour["accent"]}" stroke-opacity="0.28">
{contours()}
</g>
<path stroke="{colour["muted"]}" stroke-width="2" d="M{low_x} {low_y}m-8 0h16m-8 -8v16"/>
{chr(10).join(drawn)}
<circle cx="{start_x}" cy="{start_y}" r="9" fill="none" stroke="{colour["ink"]}" stroke-width="2"/>
{legend(HEIGHT - 8, colour)}
</svg>
"""


def main():
    for name, dark in (("light", False), ("dark", True)):
        (FOLDER / f"hero-{name}.svg").write_text(picture(dark), encoding="utf8")


if __name__ == "__main__":
    main()
