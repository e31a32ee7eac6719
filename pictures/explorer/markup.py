"""The explorer's HTML: what stands on the page before any script, and what the script fills."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .controls import Choice, Control, Slider

TEXT = {
    "code": "The same in Python:",
    "pause": "Pause",
    "play": "Play",
    "reset": "Reset",
    "start": "Start point. Drag it, or move it with the arrow keys.",
}
"""Every word of the explorers that no chapter writes: a translation changes them here."""

QUIET = 'data-lm-suppress-shortcuts="true"'
"""JupyterLab leaves the arrow keys to an element that says so."""


def control(name: str, it: Control) -> str:
    """Return the element that moves one control, at its start."""
    label, index = escape(it.label), it.values.index(it.start)
    if isinstance(it, Choice):
        options = "".join(
            f'<label><input type="radio" name="{name}" value="{i}" {QUIET}'
            f"{' checked' if i == index else ''}><span>{escape(option)}</span></label>"
            for i, option in enumerate(it.options)
        )
        return f'<fieldset data-control="{name}"><legend>{label}</legend>{options}</fieldset>'
    text = escape(it.texts[index])
    widest = max(map(len, it.texts))
    slider = (
        f'<label data-control="{name}"><span>{label}</span>'
        f'<input type="range" min="0" max="{len(it.values) - 1}" value="{index}" {QUIET}'
        f' aria-valuetext="{text}">'
        f'<b aria-hidden="true" style="min-width:{widest}ch">{text}</b></label>'
    )
    if isinstance(it, Slider):
        return slider
    play = (
        f'<button type="button" class="gd-play" {QUIET} data-pause="{TEXT["pause"]}">{TEXT["play"]}'
    )
    return f'<div class="gd-steps">{slider}{play}</button></div>'


def markup(
    label: str,
    controls: dict[str, Control],
    pictures: Sequence[Sequence[str]],
    shown: int,
    words: tuple[str, str],
    code: tuple[str, str],
) -> str:
    """Return the whole explorer: controls (for scripts to unhide), pictures, words, code.

    Words and code come with the longest that they can be, whose room is kept free: a page that
    does not move under the reader is drawn several times faster, too.
    """
    variants = "".join(
        f'<div class="gd-panels" aria-hidden="{"false" if i == shown else "true"}">'
        f"{''.join(variant)}</div>"
        for i, variant in enumerate(pictures)
    )
    moved = "".join(control(name, it) for name, it in controls.items())
    return (
        f'<form class="gd-explorer" aria-label="{escape(label)}" autocomplete="off"'
        f' data-start="{TEXT["start"]}"><p class="gd-label">{escape(label)}</p>'
        f'<div class="gd-controls" hidden>{moved}'
        f'<button type="button" class="gd-reset" {QUIET}>{TEXT["reset"]}</button></div>'
        f'<div class="gd-stage">{variants}</div>'
        f'<p class="gd-room" data-longest="{escape(words[1])}">'
        f'<span class="gd-words" aria-live="polite">{escape(words[0])}</span></p>'
        f'<p class="gd-code">{TEXT["code"]} <code class="gd-room" data-longest="{escape(code[1])}">'
        f"<span>{escape(code[0])}</span></code></p></form>"
    )
