"""When each word was said, from where a Whisper looked while it wrote: dynamic time warping over its cross attention.

The method is that of OpenAI's Whisper (`timing.py`): attention of the heads that follow the sound, normalised over the tokens, smoothed by a median
of 7 frames, and the cheapest monotonic path through it (Sakoe and Chiba 1978). A frame is 20 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FRAME_S: Final = 0.02
_MEDIAN: Final = 7

UNSPACED: Final = frozenset(("zh", "ja", "th", "lo", "my", "yue"))
"""Languages written without spaces: each character, as the tokenizer has it, is a word of its own."""


@dataclass(frozen=True, slots=True)
class Word:
    """A run of tokens that make a word: text as written, first token and the one after the last."""

    text: str
    first: int
    end: int


def token_frames(attention: NDArray[np.float64]) -> NDArray[np.int64]:
    """The frame at which each token begins. `attention` has the shape (heads, tokens, frames)."""
    deviation = attention.std(axis=1, keepdims=True)
    steady = (attention - attention.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1.0)
    return path_starts(-_median(steady).mean(axis=0))


def _median(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of 7 along the last axis, mirrored at the edges."""
    half = _MEDIAN // 2
    if rows.shape[-1] <= half:
        return rows
    padded = np.pad(rows, [(0, 0)] * (rows.ndim - 1) + [(half, half)], mode="reflect")
    smoothed: NDArray[np.float64] = np.median(np.lib.stride_tricks.sliding_window_view(padded, _MEDIAN, axis=-1), axis=-1)
    return smoothed


def path_starts(cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """The first column of each row on the cheapest path from the first cell to the last, which goes right, down or both. Shape (rows, columns)."""
    rows, columns = cost.shape
    best = np.full((rows + 1, columns + 1), np.inf)
    best[0, 0] = 0.0
    for diagonal in range(rows + columns - 1):  # cells of a diagonal depend on the two before it alone
        at = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        across = diagonal - at
        before = np.minimum(best[at, across], np.minimum(best[at, across + 1], best[at + 1, across]))
        best[at + 1, across + 1] = cost[at, across] + before
    starts = np.zeros(rows, np.int64)
    row, column = rows, columns
    while row > 0:
        starts[row - 1] = column - 1
        both, up, left = best[row - 1, column - 1], best[row - 1, column], best[row, column - 1]
        if both <= up and both <= left:
            row, column = row - 1, column - 1
        elif up <= left:
            row -= 1
        else:
            column -= 1
    return starts


def words_of(tokens: Sequence[int], decode: Callable[[list[int]], str], language: str) -> list[Word]:
    """Tokens as words: a space begins one, in languages without spaces each whole character does. Marks without a space belong to the word before."""
    found: list[Word] = []
    first = 0
    for end in range(1, len(tokens) + 1):
        text = decode(list(tokens[first:end]))
        if "�" in text and end < len(tokens):  # a character of several tokens is not whole yet
            continue
        plain = text.strip()
        begins = not found or text.startswith(" ") or (language in UNSPACED and any(letter.isalnum() for letter in plain))
        if begins:
            found.append(Word(text, first, end))
        else:
            found[-1] = Word(found[-1].text + text, found[-1].first, end)
        first = end
    return [word for word in found if word.text.strip()]
