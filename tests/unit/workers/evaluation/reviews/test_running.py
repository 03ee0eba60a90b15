from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import pytest

from adapters.sandbox.pool import ChildPool
from schemas.errors import EngineOutputInvalid
from tests.unit.workers.evaluation.reviews.cases import sentence_of, starred, termed
from workers.evaluation.reviews.gold import GoldAspect, GoldReview
from workers.evaluation.reviews.running import CHUNK_BYTES, CHUNK_ROWS, Reader, chunks, file_of


class Pool:
    """Lends a child that says `positive` of spans in capitals, and keeps what it was asked."""

    def __init__(self, provides: tuple[str, ...] = ("term_polarity",)) -> None:
        self.provides = provides
        self.asked: list[Mapping[str, Any]] = []

    @contextmanager
    def lease(self) -> Iterator[Pool]:
        yield self

    def call(self, operation: str, request: Mapping[str, Any], *, deadline_s: float) -> dict[str, Any]:
        assert deadline_s == 5.0
        if operation == "warm":
            return {"provides": list(self.provides)}
        self.asked.append(request)
        said = [
            ["positive" if text[start:end].isupper() else "negative" for start, end in spans]
            for text, spans in zip(request["texts"], request["spans"], strict=True)
        ]
        return {"polarities": said}


def reader(pool: Pool, told_language: bool = True) -> Reader:
    found = Reader(cast("ChildPool", pool), told_language, 5.0)
    found.warm(2, ["warm"])
    return found


def test_chunks_hold_all_reviews_in_order_within_their_bounds() -> None:
    reviews = [starred(5, "x" * (CHUNK_BYTES // 3 if number % 400 == 0 else 10), line_no=number) for number in range(1500)]
    reviews.insert(7, starred(5, "y" * (2 * CHUNK_BYTES)))
    cut = list(chunks(reviews))
    assert [one for chunk in cut for one in chunk] == reviews
    assert max(map(len, cut)) <= CHUNK_ROWS
    assert max(sum(len(one.text) for one in chunk) for chunk in cut if len(chunk) > 1) <= CHUNK_BYTES
    assert list(chunks([])) == []


def test_no_label_goes_with_a_review() -> None:
    """Nor its name, which says `train-positive` in some sets."""
    review = GoldReview("a.jsonl", 1, "Good \u2603\ud800", "A title", "en", "d", "positive-1", 5.0, True, (GoldAspect("tea", "positive", 0),))
    (line,) = file_of([review], told_language=True).splitlines()
    assert json.loads(line) == {"text": "Good \u2603\ud800", "title": "A title", "language": "en"}
    (line,) = file_of([review], told_language=False).splitlines()
    assert json.loads(line)["language"] is None


def test_given_terms_are_judged_where_they_stand_by_language() -> None:
    text = "THE screen, the LID."
    gold = GoldReview("c.jsonl", 1, text, language="en", aspects=tuple(GoldAspect(term, None, None) for term in ("screen", "absent", "LID")))
    spanish = sentence_of("La TAPA.", ("TAPA", None), language="es")
    pool = Pool()
    reviews = [gold, starred(5), spanish, gold]
    judged = reader(pool).judged(reviews, [termed(text), termed("Some text."), termed("La TAPA."), None])
    assert [one.given if one else "not read" for one in judged] == [("negative", None, "positive"), None, ("positive",), "not read"]
    assert [(request["language"], request["texts"]) for request in pool.asked] == [("en", [text]), ("es", ["La TAPA."])]


def test_a_language_that_is_not_told_is_the_one_that_was_found() -> None:
    pool = Pool()
    gold = sentence_of("La TAPA.", ("TAPA", None), language="es")
    reader(pool, told_language=False).judged([gold], [termed("La TAPA.")])
    assert pool.asked[0]["language"] == "en"  # as `termed` finds


def test_an_engine_that_judges_no_terms_is_not_asked() -> None:
    pool = Pool(provides=("sentiment",))
    gold = sentence_of("The LID.", ("LID", None))
    (one,) = reader(pool).judged([gold], [termed("The LID.")])
    assert one is not None
    assert (one.given, pool.asked) == (None, [])


def test_an_answer_of_another_form_is_a_typed_error() -> None:
    with pytest.raises(EngineOutputInvalid, match="not of its form"):
        reader(Pool(provides=cast("Any", (1,))))
