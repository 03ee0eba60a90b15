"""The review pipeline: a file of opinions to rows with language, sentiment and terms."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from time import monotonic
from typing import Any, ClassVar

from adapters.nlp.port import LanguageEngine
from schemas.documents import Kind
from schemas.errors import Empty, Malformed
from schemas.extractions import Problem, ReviewExtraction
from schemas.language import TextAnalysis
from schemas.ledger import PartSpec
from workers.garbage import collection_put_off
from workers.pipeline import Result, Source, Tools, envelope
from workers.reviews.opening import opened
from workers.reviews.planning import plan_parts
from workers.reviews.reading import Opinion, read_opinions
from workers.reviews.unpacking import PACKED

MAX_PROBLEMS = 500
"""Broken records named one by one in a part; the rest are counted in one line."""
ENTITY_ROWS = 12_000
"""Entity rows of one part, about 3 MB of JSON; reviews of nothing but prices would otherwise outgrow a result."""
TERM_CONFIDENCE = 0.5
"""That a word stands in the text is certain, that it is what the text is about is not."""
CONTRADICTED = 0.5
"""Confidence kept when the words say the opposite of the stars: sarcasm, a mixed-up scale, or our own mistake."""


class ReviewPipeline:
    """Reads files of reviews. Parts are byte ranges at record boundaries."""

    kind: ClassVar[Kind] = Kind.REVIEW
    media_types: ClassVar[frozenset[str]] = frozenset(
        {"application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values", "text/plain"} | PACKED
    )

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:
        """Byte ranges of a file whose Extraction would be large; raises what `opened` does."""
        _allow_cells(tools)
        return plan_parts(opened(source, tools), tools.limits.record_bytes)

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """Rows of the whole file or of one byte range. Raises `Malformed` when a file has no readable record at all, `Empty` when it has none."""
        with collection_put_off():
            return self._extract(source, part, tools)

    @staticmethod
    def _extract(source: Source, part: PartSpec | None, tools: Tools) -> Result:
        started = monotonic()
        _allow_cells(tools)
        with tools.steps.step("read"):
            file = opened(source, tools)
            read = list(read_opinions(file, part, tools.limits.record_bytes))
        opinions = [one for one in read if isinstance(one, Opinion)]
        problems = [one for one in read if isinstance(one, Problem)]
        if part is None and not opinions:
            if problems:
                raise Malformed(f"none of the {len(problems)} records can be read; the first: {problems[0].message}")
            raise Empty("the file holds no reviews")
        left_out = file.problems if part is None or part.part_no == 1 else ()
        with tools.steps.step("nlp", f"{tools.nlp.name}/{tools.nlp.version}/{tools.nlp.model}"):
            analyses = _understand(opinions, tools.nlp)
        with tools.steps.step("understand"):
            rows = _Tables()
            for opinion, analysis in zip(opinions, analyses, strict=True):
                rows.add(opinion, analysis)
        extraction = ReviewExtraction.model_validate(
            envelope(source, part, tools, started)
            | {"language": rows.language, "items": len(read), "columns": file.columns}
            | {"problems": (*left_out, *_listed(problems), *rows.problems)}
            | {"reviews": rows.reviews, "aspects": rows.aspects, "terms": rows.terms, "entities": rows.entities}
        )
        return Result(extraction)


def _allow_cells(tools: Tools) -> None:
    """The csv module's cap on a cell is the process's; ours is the record's."""
    csv.field_size_limit(tools.limits.record_bytes)


def _listed(problems: list[Problem]) -> list[Problem]:
    if len(problems) <= MAX_PROBLEMS:
        return problems
    more = len(problems) - MAX_PROBLEMS
    return [*problems[:MAX_PROBLEMS], Problem(code=problems[MAX_PROBLEMS].code, message=f"{more} more records of this part cannot be read")]


def _understand(opinions: Sequence[Opinion], nlp: LanguageEngine) -> list[TextAnalysis]:
    """One analysis per opinion. The title is read behind the text, so that offsets count in the text; stated languages go in batches of their own."""
    found: list[TextAnalysis | None] = [None] * len(opinions)
    by_language: dict[str | None, list[int]] = {}
    for at, opinion in enumerate(opinions):
        by_language.setdefault(opinion.language, []).append(at)
    for language, places in by_language.items():
        for first in range(0, len(places), nlp.capabilities.batch_size):
            batch = places[first : first + nlp.capabilities.batch_size]
            texts = [f"{opinions[at].text}\n{opinions[at].title}" if opinions[at].title else opinions[at].text for at in batch]
            for at, analysis in zip(batch, nlp.analyze(texts, language), strict=True):
                found[at] = analysis
    return [analysis for analysis in found if analysis is not None]


class _Tables:
    """Rows of all tables as plain values; the Extraction validates them in one go, which is twice as fast as one by one."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.aspects: list[dict[str, Any]] = []
        self.terms: list[dict[str, Any]] = []
        self.entities: list[dict[str, Any]] = []
        self.problems: list[Problem] = []
        self._first: dict[str, int] = {}
        self._languages: Counter[str] = Counter()

    @property
    def language(self) -> str | None:
        """The language most reviews are in."""
        return self._languages.most_common(1)[0][0] if self._languages else None

    def add(self, opinion: Opinion, analysis: TextAnalysis) -> None:
        """One review and what was found in it."""
        guess, sentiment = analysis.language, analysis.sentiment
        language = opinion.language or (guess.language if guess else None)
        if language:
            self._languages[language] += 1
        confidence = sentiment.confidence if sentiment else guess.confidence if guess else 1.0
        flags = opinion.flags
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
                "duplicate_of": self._same_as(opinion),
                "confidence": confidence,
                "adapter": analysis.adapter,
                "flags": flags,
            }
        )
        self._add_found(opinion, analysis)

    def _same_as(self, opinion: Opinion) -> int | None:
        """The first review of this part with the same words, whatever its case and spacing."""
        key = " ".join(opinion.text.casefold().split())
        if not key:
            return None
        first = self._first.setdefault(key, opinion.review_no)
        return first if first != opinion.review_no else None

    def _add_found(self, opinion: Opinion, analysis: TextAnalysis) -> None:
        length, number, adapter = len(opinion.text), opinion.review_no, analysis.adapter
        for term in analysis.terms:
            if term.char_end <= length:
                self.terms.append(
                    {"item_no": number, "term": term.term, "weight": term.weight, "confidence": TERM_CONFIDENCE, "adapter": adapter}
                    | {"char_start": term.char_start, "char_end": term.char_end}
                )
        for aspect in analysis.aspects:
            if aspect.char_end <= length:
                self.aspects.append({"review_no": number, "sentiment": aspect.polarity, "adapter": adapter} | aspect.model_dump(exclude={"polarity"}))
        for entity in analysis.entities:
            if entity.char_end > length:
                continue
            if len(self.entities) == ENTITY_ROWS:
                if not self.problems:
                    message = f"entities beyond the first {ENTITY_ROWS} of this part were left out, from here on"
                    self.problems.append(Problem(code="too_large", message=message, item_no=number))
                break
            self.entities.append({"item_no": number, "adapter": adapter} | entity.model_dump())


def _contradicts(opinion: Opinion, score: float) -> bool:
    """Clear words against clear stars: the best or worst fifth of the scale, and a score well on the other side."""
    rating, scale = opinion.fields.get("rating"), opinion.fields.get("rating_scale")
    if rating is None or not scale or rating > scale:
        return False
    share = rating / scale
    return (share >= 0.8 and score < -0.5) or (share <= 0.4 and score > 0.5)
