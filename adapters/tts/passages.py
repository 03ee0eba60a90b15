"""Long texts in passages that a service takes in one request, cut where a person would draw breath."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

_BREAKS: Final = (re.compile(r"(?<=[.!?…。！？])\s+|\n+"), re.compile(r"(?<=[,;:、，；：])\s+"), re.compile(r"\s+"))
"""After sentences, then after their parts, then between words."""


def passages(text: str, most: int, size: Callable[[str], int] = len) -> list[str]:
    """The text in as few passages of at most `most` as sentences allow; `size` counts as the service does. Blank text has none.

    A sentence that is too long is cut at commas, then at blanks, and a word that is too long anywhere.
    """
    found: list[str] = []
    for piece in _pieces(" ".join(text.split(" ")).strip(), most, size, 0):
        if found and size(f"{found[-1]} {piece}") <= most:
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _pieces(text: str, most: int, size: Callable[[str], int], level: int) -> Iterator[str]:
    if size(text) <= most:
        if text.strip():
            yield text.strip()
    elif level < len(_BREAKS):
        for piece in _BREAKS[level].split(text):
            yield from _pieces(piece, most, size, level + 1)
    else:
        while text:
            end = max(1, _fitting(text, most, size))
            yield text[:end]
            text = text[end:]


def _fitting(text: str, most: int, size: Callable[[str], int]) -> int:
    """Letters from the start that fit."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    return low
