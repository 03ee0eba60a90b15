"""Phrases of data files, looked for in what is said: whole words, whatever their case and punctuation."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE: Final = re.compile(r"(?<=[.?!…])\s+")


def expression(phrases: str) -> re.Pattern[str]:
    """An expression over `plain` text for phrases separated by `|`; `*` stands for any one word. The longest wins."""
    longest = sorted((phrase for phrase in phrases.split("|") if phrase), key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join(re.escape(phrase).replace(r"\*", r"\S+") for phrase in longest) + ")(?= )")


def plain(text: str) -> str:
    """The words in lower case with one space around each."""
    return f" {' '.join(words(text))} "


def words(text: str) -> list[str]:
    """The words in lower case; a typographic apostrophe is a plain one."""
    return _WORD.findall(text.lower().replace("’", "'"))


def sentences(text: str) -> list[str]:
    """The sentences of a punctuated text; the whole of another."""
    return [part for part in _SENTENCE.split(text.strip()) if part]


def base(language: str | None) -> str:
    """`es` of `es-MX`; empty for none."""
    return (language or "").split("-")[0].lower()
