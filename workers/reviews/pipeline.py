"""The review pipeline: a file of opinions to rows with language, sentiment, aspects and terms."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from time import monotonic
from typing import ClassVar

from adapters.nlp.port import LanguageEngine
from schemas.documents import Kind
from schemas.errors import Empty, Malformed
from schemas.extractions import Problem
from schemas.language import TextAnalysis
from schemas.ledger import PartSpec
from workers.garbage import collection_put_off
from workers.pipeline import Result, Source, Tools, envelope
from workers.reviews.extraction import FoundReviews
from workers.reviews.opening import opened
from workers.reviews.planning import plan_parts
from workers.reviews.reading import Opinion, read_opinions
from workers.reviews.rows import tables_of
from workers.reviews.unpacking import PACKED

MAX_PROBLEMS = 500
"""Broken records named one by one in a part; the rest are counted in one line."""


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
            rows = tables_of(opinions, analyses)
        extraction = FoundReviews.model_validate(
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
