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
    label, at = escape(it.label), it.values.index(it.start)
    if isinstance(it, Choice):
        options = "".join(
            f'<label><input type="radio" name="{name}" value="{i}" {QUIET}'
            f"{' checked' if i == at else ''}><span>{escape(option)}</span></label>"
            for i, option in enumerate(it.options)
        )
        return f'<fieldset data-control="{name}"><legend>{label}</legend>{options}</fieldset>'
    text = escape(it.texts[at])
    widest = max(map(len, it.texts))
    slider = (
        f'<label data-control="{name}"><span>{label}</span>'
        f'<input type="range" min="0" max="{len(it.values) - 1}" value="{at}" {QUIET}'
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
    words: str,
    code: str,
) -> str:
    """Return the whole explorer: controls (for scripts to unhide), pictures, words, code."""
    variants = "".join(
        f'<div class="gd-panels"{"" if i == shown else " hidden"}>{"".join(variant)}</div>'
        for i, variant in enumerate(pictures)
    )
    moved = "".join(control(name, it) for name, it in controls.items())
    return (
        f'<form class="gd-explorer" aria-label="{escape(label)}" autocomplete="off"'
        f' data-start="{TEXT["start"]}"><p class="gd-label">{escape(label)}</p>'
        f'<div class="gd-controls" hidden>{moved}'
        f'<button type="button" class="gd-reset" {QUIET}>{TEXT["reset"]}</button></div>{variants}'
        f'<p class="gd-words" aria-live="polite">{escape(words)}</p>'
        f'<p class="gd-code">{TEXT["code"]} <code>{escape(code)}</code></p></form>'
    )
