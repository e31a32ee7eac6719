"""Turn matplotlib's SVG files into small pieces of a page, coloured by the palette's variables.

The site's figures and the explorers' pictures are made here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from .svg_path import compact, shorten

Palette = Mapping[str, tuple[str, str]]
PX_PER_PT = 4 / 3
SVG = "{http://www.w3.org/2000/svg}"
COLOURS = {"fill", "stroke", "stop-color", "color"}
NUMBERS = {"transform", "points", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "r"}
DROPPED = {"metadata", "title", "desc", "style"}
UNSEEN = "fill: none; stroke: none"  # a line of which only the markers are drawn
# What matplotlib says in a <style> for "*", which here would mean the whole page.
LINES = "stroke-linejoin:round;stroke-linecap:butt"


def stylesheet(palette: Palette) -> str:
    """The palette as CSS variables: light, dark under the theme's switch, light on paper.

    Images hold grey values, ink on paper: in the dark they are turned over.
    """

    def block(selector: str, column: int) -> str:
        lines = [f"  --gd-{name}: {pair[column]};" for name, pair in palette.items()]
        return "\n".join([selector + " {", *lines, "}\n"])

    dark = 'html[data-theme="dark"], body[data-jp-theme-light="false"]'
    image = f"@media screen {{\n:is({dark}) .gd-figure image {{\n  filter: invert(1);\n}}\n}}\n"
    paper = "@media print {\n" + block(dark, 0) + "}\n"
    return block(":root", 0) + block(dark, 1) + image + paper


def variables(palette: Palette) -> dict[str, str]:
    """Map each light hex of the palette, in lower case, to its CSS variable."""
    names: dict[str, str] = {}
    for name, (light, _) in palette.items():
        other = names.setdefault(light.lower(), name)
        if other != name:
            raise ValueError(f"palette: {other!r} and {name!r} share the light colour {light}")
    return {light: f"var(--gd-{name})" for light, name in names.items()}


def colour(value: str, known: Mapping[str, str]) -> str:
    """Replace a hex colour by its variable; `none` and `url(#…)` stay."""
    if not value.startswith("#"):
        return value
    if value.lower() not in known:
        raise ValueError(f"the colour {value} is not in pictures.plots.PALETTE")
    return known[value.lower()]


def restyle(style: str, known: Mapping[str, str]) -> str:
    """Translate a `style` attribute: the palette's variables, the page's font."""
    kept = {}
    for declaration in filter(str.strip, style.split(";")):
        name, value = (part.strip() for part in declaration.split(":", 1))
        if name == "font":  # matplotlib before 3.11: italic 700 12px 'DejaVu Sans', sans-serif
            before, size, _ = re.split(r"([\d.]+)px", value, maxsplit=1)
            kept["font-size"] = shorten(size) + "px"
            if weight := re.search(r"bold|\b[1-9]00\b", before):
                kept["font-weight"] = weight[0]
            if slant := re.search(r"italic|oblique", before):
                kept["font-style"] = slant[0]
        elif name != "font-family":
            kept[name] = colour(value, known) if name in COLOURS else shorten(value)
    return ";".join(f"{name}:{value}" for name, value in kept.items())


def translate(element: Element, ids: Mapping[str, str], known: Mapping[str, str]) -> None:
    """Rewrite one element in place: its tag, its attributes, the white space around it."""
    attributes = {}
    for name, value in element.attrib.items():
        name = name.rpartition("}")[2]
        if name == "id":
            value = ids.get(value, "")
        elif name == "style":
            value = restyle(value, known)
        elif name in COLOURS:
            value = colour(value, known)
        elif name == "d":
            value = compact(value)
        elif name in NUMBERS:
            value = shorten(value)
        elif value.startswith(("#", "url(#")):  # href, clip-path, mask
            value = re.sub(r"#([^)]+)", lambda match: "#" + ids[match[1]], value)
        elif name in ("space", "type", "version"):
            value = ""
        if value:
            attributes[name] = value
    element.attrib = attributes
    element.tag = element.tag.rpartition("}")[2]
    element.text = element.text if element.text and element.text.strip() else None
    element.tail = None


def tidy(parent: Element) -> None:
    """Drop what draws nothing, unwrap bare groups, move up what all children share."""
    for child in list(parent):
        tidy(child)
        empty = child.tag in ("g", "defs") and not len(child)
        if child.tag in DROPPED or empty or child.get("style") == "fill:none":
            parent.remove(child)
        elif child.tag == "g" and not child.attrib:
            place = list(parent).index(child)
            parent[place : place + 1] = list(child)
    if parent.tag == "g" and len(parent) > 1 and not any(c.get("transform") for c in parent):
        for name in ("style", "clip-path"):
            shared, *others = {child.get(name) for child in parent}
            if shared and not others and name not in parent.attrib:
                parent.set(name, shared)
                for child in parent:
                    del child.attrib[name]


def keep_mark(group: Element, marker_id: str) -> None:
    """Make one element of a mark: the group's line, or its text or picture, named ``data-mark``.

    Matplotlib writes a line as a path and one `use` a marker. Here the markers become an SVG
    `marker` of the path, so that whoever changes the path's `d` has moved the markers too.
    """
    name = group.attrib.pop("id")
    if group.tag == f"{SVG}image":
        group.set("data-mark", name)
        group.set("preserveAspectRatio", "none")  # a picture of few pixels fills the place too
        return
    shapes = [child for child in group if child.tag == f"{SVG}defs"]
    uses = list(group.iter(f"{SVG}use"))
    drawn = [child for child in group if child.tag not in (f"{SVG}defs", f"{SVG}g")]
    if not drawn and not uses:
        raise ValueError(f"the mark {name!r} shows nothing at the start: choose another start")
    element = drawn[0] if drawn else Element(f"{SVG}path", style=UNSEEN)
    element.set("data-mark", name)
    if uses:
        markers = next(child for child in group if child.tag == f"{SVG}g")
        if clip := markers.get("clip-path"):
            element.set("clip-path", clip)
        if not drawn:
            element.set("d", "M " + " L ".join(f"{u.get('x')} {u.get('y')}" for u in uses))
        marker = Element(f"{SVG}marker", id=marker_id, overflow="visible")
        marker.set("markerUnits", "userSpaceOnUse")
        for place in ("start", "mid", "end"):
            element.set(f"marker-{place}", f"url(#{marker_id})")
        for coordinate in "xy":
            del uses[0].attrib[coordinate]
        marker.append(uses[0])
        shapes.append(marker)
    group[:] = [*shapes, element]


def inline_svg(
    source: str, alt: str, prefix: str, palette: Palette, marks: Collection[str] = ()
) -> str:
    """Turn one of matplotlib's SVG files into an element of an HTML page.

    Parameters
    ----------
    source : str
        The file's text.
    alt : str
        What one sees, in words; it becomes the picture's accessible name.
    prefix : str
        Put before every id, so that two figures on a page never share one.
    palette : dict
        Name to (light hex, dark hex).
    marks : collection of str
        Ids (matplotlib's ``gid``) of lines, polygons, texts and pictures that a script will
        change: each becomes one element with the id as ``data-mark``.

    Raises
    ------
    ValueError
        For a colour that the palette does not have, or a mark that draws nothing.
    """
    known = variables(palette)
    root = ElementTree.fromstring(source)
    if marks:
        found = [element for element in root.iter() if element.get("id") in marks]
        for number, element in enumerate(found):
            keep_mark(element, f"marker-{number}")
        source = ElementTree.tostring(root, encoding="unicode")
    used = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', source)
    ids: dict[str, str] = {}
    for old in ("".join(pair) for pair in used):
        ids.setdefault(old, f"{prefix}-{len(ids)}")
    for element in root.iter():
        translate(element, ids, known)
    tidy(root)
    box = root.attrib["viewBox"]
    width, height = (float(size) for size in box.split()[2:])
    root.attrib = {
        "class": "gd-figure",
        "role": "img",
        "aria-label": alt,
        "viewBox": shorten(box),
        "width": f"{width * PX_PER_PT:.0f}",
        "height": f"{height * PX_PER_PT:.0f}",
        "style": LINES,
    }
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
