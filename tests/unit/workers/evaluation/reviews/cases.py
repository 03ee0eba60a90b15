"""Small labelled reviews and answers to them, whose figures can be counted by hand."""

from __future__ import annotations

from workers.evaluation.reviews.found import Found, FoundAspect
from workers.evaluation.reviews.gold import GoldAspect, GoldReview, Polarity
from workers.evaluation.reviews.running import Readings


def starred(stars: float, text: str = "Some text.", *, file: str = "a.jsonl", language: str | None = None, line_no: int = 1) -> GoldReview:
    return GoldReview(file, line_no, text, domain=file.removesuffix(".jsonl"), language=language, stars=stars)


def labelled(positive: bool, text: str = "Some text.") -> GoldReview:
    return GoldReview("b.jsonl", 1, text, domain="b", label=positive)


def sentence_of(text: str, *terms: tuple[str, Polarity | None], domain: str = "laptops", language: str = "en") -> GoldReview:
    aspects = tuple(GoldAspect(term, polarity, text.index(term)) for term, polarity in terms)
    return GoldReview("c.jsonl", 1, text, domain=domain, language=language, aspects=aspects)


def felt(score: float | None, confidence: float = 0.5, polarity: Polarity | None = None, language: str | None = "en") -> Found:
    word: Polarity | None = polarity or (None if score is None else "positive" if score > 0 else "negative" if score < 0 else "neutral")
    return Found("Some text.", language, word, score, confidence)


def termed(text: str, *terms: tuple[str, Polarity | None], given: tuple[Polarity | None, ...] | None = None) -> Found:
    aspects = tuple(FoundAspect(term, polarity, text.index(term), text.index(term) + len(term), 0.5) for term, polarity in terms)
    return Found(text, "en", "neutral", 0.0, 0.5, aspects, given)


def readings(*found: Found | None, provides: tuple[str, ...] = ("sentiment", "aspects")) -> Readings:
    return Readings(found, provides, "local/1/lists", "0.1+abc", processor_s=0.5, nlp_s=0.25, wall_s=0.25)
