"""One batch of texts to their analyses: read once, then language, feeling, entities and terms from the same tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from adapters.nlp.aspects.scene import look_at
from adapters.nlp.learned.classifiers import Classifiers
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.entities import find_entities
from adapters.nlp.lexical.languages import LanguageDetector
from adapters.nlp.lexical.lexicons import PACKS
from adapters.nlp.lexical.models import Promoted
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import Reading, read
from adapters.nlp.lexical.terms import find_terms
from adapters.nlp.lexical.verdicts import Sentiment as Judge
from adapters.nlp.lexical.verdicts import sentence_spans
from schemas.language import LanguageGuess, Polarity, Sentiment, TextAnalysis


class Limits(NamedTuple):
    """Terms, entities and aspects per text."""

    terms: int
    entities: int
    aspects: int


class Analyst:
    """What the local engine loads on first use: language detector and the models in force."""

    def __init__(self, detector: LanguageDetector, promoted: Promoted, limits: Limits) -> None:
        self._detector = detector
        self._promoted = promoted
        self._classifiers = Classifiers(promoted.store) if promoted.store else None
        self._limits = limits

    def analyze(self, texts: Sequence[str], stated: LanguageGuess | None, adapter: str) -> tuple[TextAnalysis, ...]:
        """One analysis per text; `stated` is the language of all of them, `adapter` their label."""
        reading = read(texts)
        guesses, bases = self._languages(texts, reading, stated)
        rows = rows_of(bases)
        said = opinions(reading, rows)
        sentiment, finder = self._promoted.readers()
        feelings = _feelings(sentiment, reading, said, guesses, bases)
        terms = find_terms(reading, rows, self._limits.terms)
        scene = look_at(reading, texts, bases)
        sentences = sentence_spans(reading, said)
        aspects = finder.find(reading, texts, scene, said, self._limits.aspects)
        classes = self._classifiers.classify(texts) if self._classifiers else [()] * len(texts)
        parts = zip(texts, guesses, bases, feelings, sentences, terms, aspects, classes, strict=True)
        return tuple(
            TextAnalysis(
                adapter=adapter,
                language=guess,
                sentiment=feeling,
                sentences=tuple(sides) if feeling else (),
                entities=tuple(find_entities(text, base, self._limits.entities)),
                terms=tuple(found),
                aspects=tuple(judged),
                classes=labels,
            )
            for text, guess, base, feeling, sides, found, judged, labels in parts
        )

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        """The language of each text."""
        return tuple(self._detector.detect(texts, read(texts)))

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], stated: LanguageGuess | None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        """Polarity of stretches of the texts; None for those of a text in a language without lists."""
        reading = read(texts)
        _, bases = self._languages(texts, reading, stated)
        _, finder = self._promoted.readers()
        found = finder.judge(reading, spans, bases, opinions(reading, rows_of(bases)))
        return tuple(tuple(judged) if base in PACKS else (None,) * len(judged) for judged, base in zip(found, bases, strict=True))

    def _languages(
        self, texts: Sequence[str], reading: Reading, stated: LanguageGuess | None
    ) -> tuple[Sequence[LanguageGuess | None], list[str | None]]:
        """The guess of each text, and its ISO 639-1 code."""
        guesses: Sequence[LanguageGuess | None] = [stated] * len(texts) if stated else self._detector.detect(texts, reading)
        return guesses, [guess.language.partition("-")[0].lower() if guess else None for guess in guesses]


def _feelings(
    judge: Judge, reading: Reading, said: Opinions, guesses: Sequence[LanguageGuess | None], bases: Sequence[str | None]
) -> list[Sentiment | None]:
    """Sentiment of each text; None where neither words nor emoji can be read. A doubtful language leaves little of a judgement's certainty."""
    known = np.array([base in PACKS or judge.speaks(base) for base in bases], np.bool_)
    verdicts = judge.judge(reading, said, bases, known)
    sure = np.array([guess.confidence if guess else 1.0 for guess in guesses])
    confidence = np.round(np.where(known, 0.5 + (verdicts.confidence - 0.5) * sure, verdicts.confidence), 3).tolist()
    speaks = (known | (np.bincount(said.text, minlength=reading.size) > 0)).tolist()
    return [
        Sentiment(polarity, score, trust) if says else None
        for polarity, score, trust, says in zip(verdicts.polarity, verdicts.score.tolist(), confidence, speaks, strict=True)
    ]
