"""The language of a page document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from schemas.language import TextAnalysis


def document_language(metadata: Mapping[str, JsonValue], analyses: Sequence[TextAnalysis], weights: Sequence[int]) -> str | None:
    """What the sender stated, else the language that most text is in; `weights` are characters per analysis. None when nobody knows."""
    stated = metadata.get("language")
    if isinstance(stated, str) and stated:
        return stated
    votes: Counter[str] = Counter()
    for analysis, weight in zip(analyses, weights, strict=True):
        if analysis.language:
            votes[analysis.language.language] += round(weight * analysis.language.confidence)
    return max(votes, key=lambda language: votes[language]) if votes else None
