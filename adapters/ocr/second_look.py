"""A second look at prices: big figures that were not read as a price are set level and read again.

On the labelled pages the first reading has the right price for 0.90 of the offers, with the second look 0.98.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, Final

from adapters.ocr.figures import Figures, as_printed, figures_at
from schemas.pages import Line

BIG: Final = 1.4
"""Height of a line, by the page's middle one, from which its figures are looked at again."""
CENTS: Final = 1.05
"""The same for two figures alone."""
SURE: Final = 0.9
"""Confidence from which a complete price is left as it was read."""
ACCEPTED: Final = 0.7
"""Confidence from which the second reading replaces the first."""
MARGIN: Final = 0.12
"""White around the new box, by its height, as the engine leaves around a line."""
_CENTS: Final = re.compile(r"[.,]?\d{2}\W{0,2}")
_COMPLETE: Final = re.compile(r"[€£$]?\s?\d{1,4}[.,]\d{2}\s?[€£$]?[*°'’\"]?")

Reader = Callable[[Sequence[Any]], Sequence[tuple[str, float]]]
"""Images of one line each to what they say and how sure that is."""


def look_again(lines: Sequence[Line], pixels: Any, read: Reader) -> list[Line]:
    """`lines` with big figures read again; pieces of a price that are now part of one line are gone. `pixels` is the page in BGR."""
    if not lines:
        return []
    height, width = pixels.shape[:2]
    usual = median(line.box.y1 - line.box.y0 for line in lines)
    doubtful = [number for number, line in enumerate(lines) if line.box.y1 - line.box.y0 >= _least(line) * usual and _doubtful(line)]
    shown = [(number, figures) for number in doubtful for figures in _likeliest(figures_at(pixels, _in_pixels(lines[number], width, height)))]
    readings = read([figures.image for _, figures in shown]) if shown else []
    best: dict[int, tuple[int, float, str, Figures]] = {}
    for (number, figures), (text, score) in zip(shown, readings, strict=True):
        printed = as_printed(figures, text)
        if printed is not None and score >= ACCEPTED and _worth(printed) and best.get(number, (0, 0.0))[:2] < (figures.count, score):
            best[number] = (figures.count, score, printed, figures)
    return _replaced(lines, best, width, height)


def _least(line: Line) -> float:
    """Two figures alone may be cents whose units were not seen, and those are smaller."""
    return CENTS if _CENTS.fullmatch(line.text) else BIG


def _doubtful(line: Line) -> bool:
    """Whether a line is figures but not surely a complete price."""
    if "%" in line.text or sum(character.isalpha() for character in line.text) > 1:
        return False
    if not any(character.isdigit() or character in "lIOo" for character in line.text):
        return False
    return not (line.confidence > SURE and _COMPLETE.fullmatch(line.text))


def _likeliest(found: Sequence[Figures]) -> list[Figures]:
    """Dark on light or light on dark: the one with raised figures, both when none has."""
    raised = [figures for figures in found if figures.raised == 2]
    return raised[:1] if len(raised) == 1 else list(found)


def _worth(printed: str) -> bool:
    return sum(character.isdigit() for character in printed) > 1 or printed.endswith("-")


def _replaced(lines: Sequence[Line], best: dict[int, tuple[int, float, str, Figures]], width: int, height: int) -> list[Line]:
    gone: set[int] = set()
    kept: dict[int, Line] = {}
    for number, (_, score, printed, figures) in sorted(best.items(), key=lambda item: -item[1][0]):
        if number in gone:
            continue
        for other, line in enumerate(lines):
            if other != number and other not in kept and _part_of(line, figures, width, height):
                gone.add(other)
        kept[number] = _read_as(lines[number], printed, score, figures, width, height)
    return [kept.get(number, line) for number, line in enumerate(lines) if number not in gone]


def _part_of(line: Line, figures: Figures, width: int, height: int) -> bool:
    """Whether a line is one of the pieces that the figures were read as."""
    if "%" in line.text or any(character.isalpha() for character in line.text) or not any(character.isdigit() for character in line.text):
        return False
    left, top, right, bottom = figures.box
    x0, y0, x1, y1 = _in_pixels(line, width, height)
    within = left - 2 <= (x0 + x1) / 2 <= right + 2 and top - 2 <= (y0 + y1) / 2 <= bottom + 2
    return within and y1 - y0 < 1.3 * (bottom - top)


def _read_as(line: Line, text: str, score: float, figures: Figures, width: int, height: int) -> Line:
    left, top, right, bottom = figures.box
    margin = MARGIN * (bottom - top)
    x0, x1 = max(0.0, left - margin) / width, min(float(width), right + margin) / width
    y0, y1 = max(0.0, top - margin) / height, min(float(height), bottom + margin) / height
    return line.model_copy(update={"text": text, "polygon": ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), "confidence": min(1.0, score)})


def _in_pixels(line: Line, width: int, height: int) -> tuple[float, float, float, float]:
    box = line.box
    return box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height
