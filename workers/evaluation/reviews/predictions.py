"""What every engine said of every labelled review, as lines for another scorer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from workers.evaluation.reviews.found import Found
from workers.evaluation.reviews.gold import GoldReview
from workers.evaluation.reviews.report import EngineRun


def prediction_lines(reviews: Sequence[GoldReview], runs: Sequence[EngineRun]) -> Iterator[str]:
    """One JSON line per engine and review, in order, with the words of the labels; nulls for one that was not read."""
    for run in runs:
        for gold, found in zip(reviews, run.readings.found, strict=True):
            yield json.dumps({"nlp": run.nlp, "file": gold.file, "line": gold.line_no, "id": gold.review_id, **_stated(found)}) + "\n"


def _stated(found: Found | None) -> dict[str, Any]:
    return {
        "language": found.language if found else None,
        "sentiment": found.polarity if found else None,
        "score": found.score if found else None,
        "confidence": found.confidence if found else None,
        "aspects": [
            {"term": one.term, "polarity": one.polarity, "start": one.start, "end": one.end, "confidence": one.confidence}
            for one in (found.aspects if found else ())
        ],
        "given": list(found.given) if found and found.given is not None else None,
    }
