"""What a reader finds in an Extraction that the review pipeline wrote."""

from __future__ import annotations

from schemas.extractions import Extraction, ReviewExtraction


def written(extraction: Extraction) -> ReviewExtraction:
    """The Extraction, written down and read again."""
    text = extraction.model_dump_json(by_alias=True)
    found = ReviewExtraction.model_validate_json(text)
    assert found.model_dump_json(by_alias=True) == text, "plain rows are written as those of the models are"
    return found
