"""Rows of all tables of a review file, from its opinions and what a language engine says about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from schemas.extractions import Problem
from schemas.language import TextAnalysis
from workers.reviews.duplicates import compare
from workers.reviews.reading import Opinion

ENTITY_ROWS = 12_000
"""Entity rows of one part, about 3 MB of JSON; reviews of nothing but prices would otherwise outgrow a result."""
TERM_CONFIDENCE = 0.5
"""That a word stands in the text is certain, that it is what the text is about is not."""
CONTRADICTED = 0.5
"""Confidence kept when the words say the opposite of the stars: sarcasm, a mixed-up scale, or our own mistake."""


class Copy(NamedTuple):
    """What a review's text has in common with others: its key, and the number of the one it repeats with the kind of copy it is."""

    text_key: str | None
    of: int | None = None
    kind: str | None = None


def tables_of(opinions: Sequence[Opinion], analyses: Sequence[TextAnalysis]) -> Tables:
    """All rows of a part: one analysis per opinion, in order."""
    rows = Tables()
    for opinion, analysis, copy in zip(opinions, analyses, _copies(opinions), strict=True):
        rows.add(opinion, analysis, copy)
    return rows


def _copies(opinions: Sequence[Opinion]) -> list[Copy]:
    compared = compare([opinion.text for opinion in opinions])
    return [
        Copy(key, opinions[found.first].review_no, found.kind) if found else Copy(key)
        for key, found in zip(compared.keys, compared.duplicates, strict=True)
    ]


class Tables:
    """Rows of all tables as plain values; the Extraction validates them in one go, which is twice as fast as one by one."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.aspects: list[dict[str, Any]] = []
        self.terms: list[dict[str, Any]] = []
        self.entities: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self._languages: Counter[str] = Counter()

    @property
    def language(self) -> str | None:
        """The language most reviews are in."""
        return self._languages.most_common(1)[0][0] if self._languages else None

    def add(self, opinion: Opinion, analysis: TextAnalysis, copy: Copy) -> None:
        """One review, what was found in it and whose copy it is."""
        guess, sentiment = analysis.language, analysis.sentiment
        length = len(opinion.text)
        language = opinion.language or (guess.language if guess else None)
        if language:
            self._languages[language] += 1
        confidence = sentiment.confidence if sentiment else guess.confidence if guess else 1.0
        flags = opinion.flags if copy.kind is None else (*opinion.flags, copy.kind)
        if sentiment and _contradicts(opinion, sentiment.score):
            flags, confidence = (*flags, "sentiment_contradicts_rating"), confidence * CONTRADICTED
        self.reviews.append(
            {
                **opinion.fields,
                "review_no": opinion.review_no,
                "title": opinion.title,
                "text": opinion.text,
                "language": language,
                "sentiment": sentiment.polarity if sentiment else None,
                "score": sentiment.score if sentiment else None,
                "sentences": [one for one in analysis.sentences if one[1] <= length],
                "duplicate_of": copy.of,
                "text_key": copy.text_key,
                "confidence": confidence,
                "adapter": analysis.adapter,
                "flags": flags,
            }
        )
        self._add_found(opinion, analysis)

    def _add_found(self, opinion: Opinion, analysis: TextAnalysis) -> None:
        length, number, adapter = len(opinion.text), opinion.review_no, analysis.adapter
        for term in analysis.terms:
            if term.char_end <= length:
                self.terms.append(
                    {
                        "item_no": number,
                        "term": term.term,
                        "weight": term.weight,
                        "confidence": TERM_CONFIDENCE,
                        "adapter": adapter,
                        "char_start": term.char_start,
                        "char_end": term.char_end,
                    }
                )
        for aspect in analysis.aspects:
            if aspect.char_end <= length:
                self.aspects.append(
                    {
                        "review_no": number,
                        "term": aspect.term,
                        "category": aspect.category,
                        "opinion": aspect.opinion,
                        "sentiment": aspect.polarity,
                        "score": aspect.score,
                        "confidence": aspect.confidence,
                        "adapter": adapter,
                        "char_start": aspect.char_start,
                        "char_end": aspect.char_end,
                    }
                )
        for entity in analysis.entities:
            if entity.char_end > length:
                continue
            if len(self.entities) == ENTITY_ROWS:
                if not self.problems:
                    message = f"entities beyond the first {ENTITY_ROWS} of this part were left out, from here on"
                    self.problems.append(Problem(code="too_large", message=message, item_no=number))
                break
            self.entities.append({"item_no": number, "adapter": adapter, **vars(entity)})


def _contradicts(opinion: Opinion, score: float) -> bool:
    """Clear words against clear stars: the best or worst fifth of the scale, and a score well on the other side."""
    rating, scale = opinion.fields.get("rating"), opinion.fields.get("rating_scale")
    if rating is None or not scale or rating > scale:
        return False
    share = rating / scale
    return (share >= 0.8 and score < -0.5) or (share <= 0.4 and score > 0.5)
