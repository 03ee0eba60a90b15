"""Numbers as they are said: digits written or spoken, in groups, over turns, with hesitation between. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
REACH: Final = 2
"""Turns of others that may stand between two groups of one number: somebody says "yes" or reads the group back."""

_JOINED: Final = re.compile(r"[\s.,\-–/()+]*")
"""What may stand between the digits of one number."""


@dataclass(frozen=True, slots=True)
class Number:
    """A run of digits in the turn at `row`, code points with the end exclusive.

    `gap`: words since the number before it in its chain, fillers not counted.
    """

    row: int
    char_start: int
    char_end: int
    digits: str
    gap: int = 0


Chain = list[Number]
"""Numbers that one voice says one after another."""


@dataclass(frozen=True, slots=True)
class Said:
    """A turn as far as numbers go. `voice`: whose it is; `language`: base tag."""

    voice: str
    text: str
    language: str


@cache
def tables() -> Mapping[str, Any]:
    """Words by language."""
    found: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "words" / "numbers.toml").read_text("utf-8"))
    return found


def table(language: str) -> Mapping[str, Any]:
    """One language's words; English ones for a language without, since digits are digits."""
    found: Mapping[str, Any] = tables().get(language) or tables()["en"]
    return found


def chains(turns: Sequence[Said], most_gap: int) -> list[Chain]:
    """All numbers, those together that one voice says with at most `most_gap` words between them; in order of their first."""
    found: list[Chain] = []
    open_ones: dict[str, tuple[Chain, int]] = {}
    """By voice: the chain it may go on with, and words said since its last number."""
    for row, turn in enumerate(turns):
        chain, since = open_ones.get(turn.voice, ([], 0))
        if chain and row - chain[-1].row > REACH + 1:
            chain, since = [], 0
        numbers, tail = _in_turn(row, turn)
        for number in numbers:
            gap = since + number.gap
            if not chain or gap > most_gap:
                chain = []
                found.append(chain)
                gap = 0
            chain.append(Number(row, number.char_start, number.char_end, number.digits, gap))
            since = 0
        open_ones[turn.voice] = (chain, since + tail)
    return found


def _in_turn(row: int, turn: Said) -> tuple[list[Number], int]:
    """The numbers of a turn with the words before each, and the words after the last."""
    words = table(turn.language)
    spans = list(_spans(turn.text, words))
    found: list[Number] = []
    last = 0
    for start, end, digits in spans:
        found.append(Number(row, start, end, digits, _words(turn.text[last:start], words)))
        last = end
    return found, _words(turn.text[last:], words)


def _words(text: str, words: Mapping[str, Any]) -> int:
    return sum(match[0].lower() not in words["fillers"] and match[0].lower() not in words["repeats"] for match in TOKEN.finditer(text))


def _spans(text: str, words: Mapping[str, Any]) -> Iterator[tuple[int, int, str]]:
    """(start, end, digits) of every number, its digits written or spoken, with only spaces and dashes between."""
    held: tuple[int, int, str] | None = None
    times, tens = 1, False
    for match in TOKEN.finditer(text):
        word = match[0].lower()
        if word in words["repeats"]:
            times = words["repeats"][word]
            continue
        digits = _digits(word, words) * times
        times = 1
        if not digits:
            continue
        between = "" if held is None else text[held[1] : match.start()]
        if held is not None and tens and len(digits) == 1 and digits != "0" and _is_ten_and_one(between, words):
            held = (held[0], match.end(), held[2][:-1] + digits)
        elif held is not None and _goes_on(between, words):
            held = (held[0], match.end(), held[2] + digits)
        else:
            if held is not None:
                yield held
            held = (match.start(), match.end(), digits)
        tens = word in words["tens"] and words["tens"][word][1] == "0" and words["tens"][word] != "10"
    if held is not None:
        yield held


def _digits(word: str, words: Mapping[str, Any]) -> str:
    if word.isascii() and word.isdigit():
        return word
    return str(words["digits"].get(word) or words["tens"].get(word) or "")


def _is_ten_and_one(between: str, words: Mapping[str, Any]) -> bool:
    """Whether what stands between "forty" and "one" makes them 41."""
    return between.strip(" -").lower() in ("", words.get("joins", ""))


def _goes_on(between: str, words: Mapping[str, Any]) -> bool:
    """Whether two groups of digits are one number: nothing but separators and words of repetition between them, and no end of a sentence."""
    plain_between = " ".join(part for part in between.lower().split() if part not in words["repeats"])
    return _JOINED.fullmatch(plain_between) is not None and ". " not in between
