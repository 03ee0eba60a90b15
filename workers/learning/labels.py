"""What counts as a label: stars and words of feeling as polarities, cells and JSON lists as the labels of a classifier."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from workers.reviews.values import clean

POLARITIES: Final = ("negative", "neutral", "positive")
SCALES: Final = (5.0, 10.0, 100.0)
LOWER, UPPER = 0.4, 0.6
"""Place between worst and best below which a rating blames and above which it praises: of five stars 1 and 2, and 4 and 5; of ten 1 to 4, and 7 up.
Three of five stars, or 5 and 6 of ten, are neither, and become `neutral`."""
LONGEST_LABEL: Final = 200
MOST_LABELS_A_ROW: Final = 50

_WORDS: Final = {
    "negative": "negative neg bad unhappy negativo negativa malo negativ schlecht négatif negatif mauvais ruim -",
    "neutral": "neutral neu mixed neutro neutra regular neutre misto",
    "positive": "positive pos good happy positivo positiva bueno positiv gut positif bon bom buono +",
}
_POLARITY: Final = {word: polarity for polarity, words in _WORDS.items() for word in words.split()}


def scale_of(values: Iterable[float], stated: float | None) -> float:
    """The best rating there is: what the file states, else the first of 5, 10 and 100 that no rating passes."""
    most = max(values, default=0.0)
    known = [scale for scale in (stated, *SCALES) if scale is not None and scale >= most]
    return known[0] if known else most


def polarity_of_rating(value: float, scale: float) -> str | None:
    """The polarity of a rating from 1 (or 0) to `scale`; None for one off the scale."""
    if not 0 <= value <= scale:
        return None
    lowest = 0.0 if scale >= 100 or value < 1 else 1.0
    place = (value - lowest) / (scale - lowest)
    return "negative" if place < LOWER else "positive" if place > UPPER else "neutral"


def polarities_of(cells: list[Any]) -> list[str | None]:
    """The polarities of a column that may hold words (`positive`, `neg`, `negativo`), 0 and 1, or -1, 0 and 1; None for any other cell.

    Numbers count only when the whole column is of one of the two forms: 0 means negative beside 1 alone, and neutral beside -1.
    """
    found = [_POLARITY.get(cell.strip().casefold()) if isinstance(cell, str) else None for cell in cells]
    numbers = [_small(cell) for cell in cells]
    held = {number for number in numbers if number is not None}
    if held == {0, 1}:
        signs = {0: "negative", 1: "positive"}
    elif -1 in held and held <= {-1, 0, 1}:
        signs = {-1: "negative", 0: "neutral", 1: "positive"}
    else:
        return found
    return [word or (signs[number] if number is not None else None) for word, number in zip(found, numbers, strict=True)]


def _small(cell: Any) -> int | None:
    """A cell that is a whole number, however it is spelled."""
    try:
        number = float(cell) if isinstance(cell, str | int | float) and not isinstance(cell, bool) else None
    except ValueError:
        return None
    return int(number) if number is not None and number in (-1.0, 0.0, 1.0) else 7 if number is not None else None


def labels_of(cell: Any) -> tuple[str, ...]:
    """The labels in a cell, sorted: one, or those of a list or of the text of a JSON list. Empty for an empty cell or one that holds no labels."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            listed = json.loads(cell)
        except (ValueError, RecursionError):
            listed = None
        cell = listed if isinstance(listed, list) else cell
    if isinstance(cell, list):
        if len(cell) > MOST_LABELS_A_ROW:
            return ()
        return tuple(sorted({label for one in cell if not isinstance(one, list) for label in labels_of(one)}))
    if isinstance(cell, bool):
        cell = str(cell).lower()
    label = clean(cell)
    return (label,) if label and len(label) <= LONGEST_LABEL else ()
