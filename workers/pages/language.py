"""The language of a page document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from schemas.language import LanguageGuess


def document_language(metadata: Mapping[str, JsonValue], guesses: Sequence[LanguageGuess | None], weights: Sequence[int]) -> str | None:
    """What the sender stated, else the language that most text is in; `weights` are characters per guess. None when nobody knows."""
    stated = metadata.get("language")
    if isinstance(stated, str) and stated:
        return stated
    votes: Counter[str] = Counter()
    for guess, weight in zip(guesses, weights, strict=True):
        if guess:
            votes[guess.language] += round(weight * guess.confidence)
    return max(votes, key=lambda language: votes[language]) if votes else None
