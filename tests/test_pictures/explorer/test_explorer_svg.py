"""The marks of a picture: each one element that a script can move, with markers and all."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from test_svg import ALT, corners, drawn

from pictures import plots
from pictures.explorer.panels import panel, picture
from pictures.svg import inline_svg

X, Y = [0, 1, 2], [0, 1, 0.5]
MARKERS = ("marker-start", "marker-mid", "marker-end")


def marked(draw, *names, prefix="p"):
    """The picture, parsed, and its marks by name."""
    svg = inline_svg(drawn(draw), ALT, prefix, plots.PALETTE, set(names))
    root = ElementTree.fromstring(svg)
    found = [e for e in root.iter() if e.get("data-mark")]
    assert sorted(e.get("data-mark") for e in found) == sorted(names)
    return root, {e.get("data-mark"): e for e in found}


def target(root, reference):
    """The one element to which `#id` or `url(#id)` leads."""
    (name,) = re.fullmatch(r"(?:url\()?#([^()]+)\)?", reference).groups()
    (element,) = [e for e in root.iter() if e.get("id") == name]
    return element


def marker_of(root, element):
    """The shape that is drawn at each point of a mark."""
    (marker,) = {target(root, element.get(place)) for place in MARKERS}
    assert (marker.tag, marker.get("overflow")) == ("marker", "visible")
    assert marker.get("markerUnits") == "userSpaceOnUse"
    (use,) = marker
    assert (use.tag, use.get("x"), use.get("y")) == ("use", None, None)
    return use, target(root, use.get("href"))


def styles(root, element):
    """What an element and the groups around it say of its style."""
    parents = {child: parent for parent in root.iter() for child in parent}
    text = ""
    while element is not None:
        text = f"{element.get('style') or ''};{text}"
        element = parents.get(element)
    return text


def line(name, marker=None, color=plots.ACCENT, **more):
    return lambda ax: ax.plot(X, Y, marker=marker, color=color, gid=name, **more)


def test_a_line_is_one_path():
    root, marks = marked(line("path"), "path")
    assert marks["path"].tag == "path"
    assert [len(subpath) for subpath in corners(marks["path"].get("d"))] == [3]
    assert "var(--gd-accent)" in styles(root, marks["path"])
    assert not any(marks["path"].get(place) for place in MARKERS)


def test_a_line_with_markers_is_one_path_that_carries_them():
    root, marks = marked(line("path", "o"), "path")
    _, plain = marked(line("path"), "path")
    use, shape = marker_of(root, marks["path"])
    assert marks["path"].get("d") == plain["path"].get("d")
    assert "var(--gd-accent)" in use.get("style")
    assert shape.tag == "path"
    assert target(root, marks["path"].get("clip-path")).tag == "clipPath"
    drawn_there = [e.get("href") for e in root.iter("use")].count(use.get("href"))
    assert drawn_there == 1  # not once more for each point


@pytest.mark.parametrize("style", ["-o", "o"])
def test_markers_may_reach_over_the_edge(style):
    root, marks = marked(
        lambda ax: ax.plot(X, Y, style, color=plots.ACCENT, gid="path", clip_on=False), "path"
    )
    marker_of(root, marks["path"])
    assert marks["path"].get("clip-path") is None


def test_markers_without_a_line_are_a_path_of_which_only_they_are_seen():
    root, marks = marked(line("path", "s", linestyle="none"), "path")
    _, plain = marked(line("path"), "path")
    marker_of(root, marks["path"])
    assert corners(marks["path"].get("d")) == [
        [pytest.approx(point, abs=0.02) for point in corners(plain["path"].get("d"))[0]]
    ]
    assert marks["path"].get("style") == "fill:none;stroke:none"
    assert target(root, marks["path"].get("clip-path")).tag == "clipPath"


def test_marks_that_look_alike_share_a_shape_and_others_keep_their_colours():
    def draw(ax):
        line("one", "D")(ax)
        line(None, "D")(ax)  # does not move
        line("two", "D")(ax)
        line("other", "D", plots.WARN)(ax)

    root, marks = marked(draw, "one", "two", "other")
    uses, shapes = zip(*(marker_of(root, marks[name]) for name in marks), strict=True)
    assert shapes[0] is shapes[1] is not shapes[2]
    fills = [re.search(r"fill:var\(--gd-(\w+)\)", use.get("style"))[1] for use in uses]
    assert fills == ["accent", "accent", "warn"]


@pytest.mark.parametrize("name", ["x now", "x-now", "μ", "f(x)", 'a"b', "it's", "a&b"])
def test_a_mark_may_have_any_name(name):
    ax = panel("A panel with one mark in it.")
    ax.plot(X, Y, "-o", color=plots.ACCENT, gid=name)
    root = ElementTree.fromstring(picture(ax, "p"))
    (mark,) = [e for e in root.iter() if e.get("data-mark")]
    assert mark.get("data-mark") == name
    marker_of(root, mark)


def test_a_polygon_is_one_closed_path():
    root, marks = marked(lambda ax: ax.fill(X, Y, gid="area", color=plots.GRID), "area")
    assert marks["area"].get("d").endswith("z")
    assert "fill:var(--gd-grid)" in styles(root, marks["area"])


def test_a_text_keeps_its_words_and_its_place():
    root, marks = marked(lambda ax: ax.text(1, 0.5, "here & now", gid="label"), "label")
    assert (marks["label"].tag, marks["label"].text) == ("text", "here & now")
    assert "font-size" in styles(root, marks["label"])


def test_an_image_is_one_element():
    def draw(ax):
        ax.imshow(np.eye(2), cmap="gray", gid="grey")

    _, marks = marked(draw, "grey")
    assert marks["grey"].tag == "image"
    assert marks["grey"].get("href").startswith("data:image/png;base64,")


@pytest.mark.parametrize("marker", ["", "o"])
def test_a_mark_that_draws_nothing_is_refused(marker):
    source = drawn(lambda ax: ax.plot([], [], marker, color=plots.ACCENT, gid="path"))
    with pytest.raises(ValueError, match="'path' shows nothing at the start"):
        inline_svg(source, ALT, "p", plots.PALETTE, {"path"})


def test_a_line_that_starts_off_the_paper_is_refused():
    """Matplotlib writes no marker there, so there would be none later."""
    axes = panel("A line that runs far above the picture.")
    axes.plot(X, [1e9, 1e9, 1e9], "-o", color=plots.ACCENT, gid="path")
    axes.set(ylim=(0, 1))
    with pytest.raises(ValueError, match="'path' nothing is on the paper at the start"):
        picture(axes, "p")


def test_what_is_no_mark_stays_as_it_is_in_the_other_figures():
    source = drawn(lines_and_text)
    assert "data-mark" not in inline_svg(source, ALT, "p", plots.PALETTE)
    some = inline_svg(source, ALT, "p", plots.PALETTE, {"one"})
    assert some.count("data-mark") == 1
    assert ">two<" in some


def lines_and_text(ax):
    line("one", "o")(ax)
    line("two", "o", plots.WARN)(ax)
    ax.text(1, 0.5, "two", gid="text")


def test_two_panels_share_no_id_and_a_picture_resolves_all_of_its_own():
    ids = []
    for prefix in ("p0", "p1"):
        root, _ = marked(lines_and_text, "one", "two", "text", prefix=prefix)
        found = [e.get("id") for e in root.iter() if e.get("id")]
        values = " ".join(value for e in root.iter() for value in e.attrib.values())
        used = set(re.findall(r"url\(#([^)]*)\)", values)) | {
            e.get("href")[1:] for e in root.iter("use")
        }
        assert len(found) == len(set(found))
        assert set(found) == used
        assert all(name.startswith(f"{prefix}-") for name in found)
        ids.append(set(found))
    assert ids[0].isdisjoint(ids[1])
