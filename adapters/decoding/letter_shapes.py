"""Whether glyphs have the shapes of the letters they are said to be.

A font whose map to letters is wrong still draws the right glyphs: an `l` said to be an `m` is narrow and tall. So the ink boxes of some hundred
characters are held against the heights, depths and widths that Latin letters have in any text face; right maps agree, wrong ones do not, whatever the
language. Upright runs only; capitals and figures alone tell by their widths.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from adapters.decoding import pdf_calls as calls
from adapters.decoding.text_runs import Run

MOST_CHARACTERS: Final = 200
PER_RUN: Final = 8
FEWEST: Final = 30
"""Characters, at least a third of them different letters or figures, that allow a judgement."""
_TALL: Final = frozenset("bdfhkltijABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_DEEP: Final = frozenset("gjpqy")
_WIDTHS: Final = {
    letter: width
    for letters, width in (("ijlI", 0.12), ("ft1", 0.27), ("r", 0.3), ("zscvxykJ", 0.46), ("abdeghnopquLFTEZSP", 0.5), ("mw", 0.75), ("MW", 0.8))
    for letter in letters
}
"""Widths of the ink in type sizes, the mean of sans and serif text faces; other capitals 0.62, figures 0.49."""


def shape_agreement(runs: Iterable[Run], textpage: Any) -> float | None:
    """-1 to 1: how well ink boxes and letters go together, 0 for letters given at random; None where there is too little to see."""
    handle = calls.address(textpage.raw)
    said: list[tuple[float, float, float]] = []
    seen: list[tuple[float, float, float]] = []
    letters: set[str] = set()
    for run in runs:
        if run.turn or run.slanted or run.mode == 3:
            continue
        for letter, shape in _shapes(run, handle):
            said.append(_expected(letter))
            seen.append(shape)
            letters.add(letter)
        if len(said) >= MOST_CHARACTERS:
            break
    if len(said) < FEWEST or len(letters) < FEWEST / 3:
        return None
    return _correlation(np.array(said), np.array(seen))


def _shapes(run: Run, handle: int) -> Iterable[tuple[str, tuple[float, float, float]]]:
    """Letters with top, bottom and width of their ink in type sizes; letters of one ligature share its box and are left out."""
    boxes = [calls.char_box(handle, run.first + place) for place in range(min(len(run.text), PER_RUN))]
    for place, (letter, box) in enumerate(zip(run.text, boxes, strict=False)):
        if (
            letter.isascii()
            and letter.isalpha()
            and box is not None
            and box[2] > box[0]
            and box not in (boxes[place - 1 : place] + boxes[place + 1 :])
        ):
            left, bottom, right, top = box
            yield letter, ((top - run.origin[1]) / run.size, (bottom - run.origin[1]) / run.size, (right - left) / run.size)


def _expected(letter: str) -> tuple[float, float, float]:
    width = _WIDTHS.get(letter) or (0.62 if letter.isupper() else 0.49)
    return 0.71 if letter in _TALL else 0.51, -0.2 if letter in _DEEP else 0.0, width


def _correlation(said: Any, seen: Any) -> float | None:
    """Mean of the three columns' correlations, of those in which both sides vary; each counts by how much the letters should vary in it."""
    total = weights = 0.0
    for column, least in ((0, 0.03), (1, 0.03), (2, 0.05)):
        a, b = said[:, column], seen[:, column]
        spread = float(a.std())
        if spread < least:
            continue
        b = np.clip(b, np.median(b) - 1.0, np.median(b) + 1.0)
        agreement = float(np.corrcoef(a, b)[0, 1]) if b.std() > least / 3 else 0.0
        total += agreement
        weights += 1.0
    return total / weights if weights else None
