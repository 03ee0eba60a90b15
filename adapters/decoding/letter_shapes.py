"""Whether glyphs have the shapes of the letters they are said to be.

A font whose map to letters is wrong still draws the right glyphs: an `l` said to be an `m` is narrow and tall. So the ink boxes of some hundred
characters are held against the heights, depths and widths that Latin letters have in any text face; right maps agree, wrong ones do not, whatever the
language. Upright runs only; capitals and figures alone tell by their widths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, Final

import numpy as np

from adapters.decoding import pdf_calls as calls
from adapters.decoding.text_runs import Run

MOST_CHARACTERS: Final = 200
PER_RUN: Final = 8
FEWEST: Final = 30
"""Characters, at least a third of them different letters or figures, that allow a judgement."""
FEWEST_FIGURES: Final = 12
OLD_STYLE: Final = 0.08
"""Type sizes below the baseline from which figures have descenders."""
_ROUND: Final = frozenset("035689")
_TALL: Final = frozenset("bdfhkltijABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DEEP: Final = frozenset("gjpqy")
_WIDTHS: Final = {
    letter: width
    for letters, width in (("ijlI", 0.12), ("ft1", 0.27), ("r", 0.3), ("zscvxykJ", 0.46), ("abdeghnopquLFTEZSP", 0.5), ("mw", 0.75), ("MW", 0.8))
    for letter in letters
}
"""Widths of the ink in type sizes, the mean of sans and serif text faces; other capitals 0.62, other letters 0.49."""


def shape_agreement(runs: Iterable[Run], textpage: Any) -> float | None:
    """-1 to 1: how well ink boxes and letters go together, 0 for letters given at random; None where there is too little to see."""
    handle = calls.address(textpage.raw)
    said: list[tuple[float, float, float]] = []
    seen: list[tuple[float, float, float]] = []
    letters: set[str] = set()
    for run in runs:
        if run.turn or run.slanted or run.mode == 3:
            continue
        for letter, shape in _shapes(run, handle, str.isalpha):
            said.append(_expected(letter))
            seen.append(shape)
            letters.add(letter)
        if len(said) >= MOST_CHARACTERS:
            break
    if len(said) < FEWEST or len(letters) < FEWEST / 3:
        return None
    return _correlation(np.array(said), np.array(seen), (0.03, 0.03, 0.05))


def figure_agreement(runs: Iterable[Run], textpage: Any) -> float | None:
    """-1 to 1 for figures: round ones reach a hair below the baseline, the 1 is narrow.

    Above 0.2 with right maps in all but three of 237 faces, below 0.15 for eight of ten wrong ones. None with fewer than `FEWEST_FIGURES`, or where
    some have descenders.
    """
    handle = calls.address(textpage.raw)
    upright = (run for run in runs if not run.turn and not run.slanted and run.mode != 3)
    figures = list(islice((pair for run in upright for pair in _shapes(run, handle, str.isdecimal)), MOST_CHARACTERS))
    seen = np.array([shape for _, shape in figures]).reshape(-1, 3)
    if len(figures) < FEWEST_FIGURES or len({figure for figure, _ in figures}) < FEWEST_FIGURES / 2 or seen[:, 1].min() < -OLD_STYLE:
        return None
    said = np.array([(0.71, -0.01 if figure in _ROUND else 0.0, 0.25 if figure == "1" else 0.5) for figure, _ in figures])
    return _correlation(said[:, 1:], seen[:, 1:], (0.001, 0.02))


def _shapes(run: Run, handle: int, wanted: Callable[[str], bool]) -> Iterable[tuple[str, tuple[float, float, float]]]:
    """Signs with top, bottom and width of their ink in type sizes; letters of one ligature share its box and are left out."""
    places = [place for place, sign in enumerate(run.text) if sign.isascii() and wanted(sign)][:PER_RUN]
    boxes = [calls.char_box(handle, run.first + place) for place in places]
    for place, box in zip(places, boxes, strict=True):
        if box is not None and box[2] > box[0] and boxes.count(box) == 1:
            left, bottom, right, top = box
            yield run.text[place], ((top - run.origin[1]) / run.size, (bottom - run.origin[1]) / run.size, (right - left) / run.size)


def _expected(letter: str) -> tuple[float, float, float]:
    width = _WIDTHS.get(letter) or (0.62 if letter.isupper() else 0.49)
    return 0.71 if letter in _TALL else 0.51, -0.2 if letter in _DEEP else 0.0, width


def _correlation(said: Any, seen: Any, least: tuple[float, ...]) -> float | None:
    """Mean of the columns' correlations, of those in which what was said varies by `least`."""
    agreements = []
    for a, b, enough in zip(said.T, seen.T, least, strict=True):
        if a.std() >= enough:
            near = np.clip(b, np.median(b) - 1.0, np.median(b) + 1.0)
            agreements.append(float(np.corrcoef(a, near)[0, 1]) if near.std() > enough / 5 else 0.0)
    return sum(agreements) / len(agreements) if agreements else None
