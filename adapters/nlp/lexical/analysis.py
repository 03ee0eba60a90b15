"""One batch of texts to their analyses: read once, then language, feeling, entities and terms from the same tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from pydantic import TypeAdapter

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.lexical.compiled import ANY, rows_of
from adapters.nlp.lexical.entities import find_entities
from adapters.nlp.lexical.languages import LanguageDetector
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import Reading, read
from adapters.nlp.lexical.terms import find_terms
from adapters.nlp.lexical.verdicts import Sentiment
from schemas.language import LanguageGuess, TextAnalysis

_ANALYSES = TypeAdapter(tuple[TextAnalysis, ...])


class Limits(NamedTuple):
    """Terms and entities per text."""

    terms: int
    entities: int


class Analyst:
    """What the local engine loads on first use: language detector and sentiment models."""

    def __init__(self, detector: LanguageDetector, trained: Mapping[str, LinearModel], limits: Limits) -> None:
        self._detector = detector
        self._sentiment = Sentiment(trained)
        self._limits = limits

    def analyze(self, texts: Sequence[str], stated: LanguageGuess | None, adapter: str) -> tuple[TextAnalysis, ...]:
        """One analysis per text; `stated` is the language of all of them, `adapter` their label."""
        reading = read(texts)
        guesses = [stated] * len(texts) if stated else self._detector.detect(texts, reading)
        bases = [guess.language.partition("-")[0].lower() if guess else None for guess in guesses]
        rows = rows_of(bases)
        feelings = self._feelings(reading, guesses, bases)
        terms = find_terms(reading, rows, self._limits.terms)
        return _ANALYSES.validate_python(
            [
                {
                    "language": guess,
                    "sentiment": feeling,
                    "entities": find_entities(text, base, self._limits.entities),
                    "terms": [term._asdict() for term in found],
                    "adapter": adapter,
                }
                for text, guess, base, feeling, found in zip(texts, guesses, bases, feelings, terms, strict=True)
            ]
        )

    def _feelings(self, reading: Reading, guesses: Sequence[LanguageGuess | None], bases: Sequence[str | None]) -> list[dict[str, Any] | None]:
        """Sentiment of each text; None where neither words nor emoji can be read. A doubtful language leaves little of a judgement's certainty."""
        rows = rows_of(bases)
        known = rows != ANY
        found = opinions(reading, rows)
        verdicts = self._sentiment.judge(reading, found, bases, known)
        sure = np.array([guess.confidence if guess else 1.0 for guess in guesses])
        confidence = np.round(np.where(known, 0.5 + (verdicts.confidence - 0.5) * sure, verdicts.confidence), 3).tolist()
        speaks = (known | (np.bincount(found.text, minlength=reading.size) > 0)).tolist()
        return [
            {"polarity": polarity, "score": score, "confidence": trust} if says else None
            for polarity, score, trust, says in zip(verdicts.polarity, verdicts.score.tolist(), confidence, speaks, strict=True)
        ]
