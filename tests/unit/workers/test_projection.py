from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest

from schemas.documents import Kind, State, document_id
from schemas.errors import EngineOutputInvalid
from schemas.extractions import EXTRACTIONS, BrochureExtraction, CallExtraction, Fill, MessageExtraction, PartFile, Problem, ReviewExtraction
from schemas.rows.brochure import OfferRow
from schemas.rows.call import CallSpanRow, UtteranceRow
from schemas.rows.common import EntityRow, StepRow
from schemas.rows.message import MessageRow
from schemas.rows.review import ReviewRow
from schemas.tables import ITEM_NUMBERS, ROW_NUMBERS, TABLES, SqlType, row_models
from tests.unit.workers.loading_fakes import MOMENT, change
from workers import projection
from workers.projection import document_batch, extraction_batches, fact_tables

DOCUMENT = document_id("bucket", "a")
ENVELOPE = MappingProxyType(
    {
        "document_id": DOCUMENT,
        "source_uri": "file:///a",
        "version": "1",
        "media_type": "x/y",
        "size_bytes": 1,
        "sha256": "0" * 64,
        "pipeline_version": "1",
        "extracted_at": MOMENT,
    }
)
FACT = MappingProxyType({"confidence": 0.5, "adapter": "a/1/m"})


def stored(extraction):
    return extraction.model_dump(mode="json", by_alias=True)


def rows(extraction, part=projection.NO_OFFSETS):
    """Rows by table, as the batches hold them."""
    found = {}
    for batch in extraction_batches(stored(extraction), "{}", part):
        assert tuple(batch.columns) == TABLES[batch.table].column_names
        for values in zip(*batch.columns.values(), strict=True):
            found.setdefault(batch.table, []).append(dict(zip(batch.columns, values, strict=True)))
    return found


def review(number, **fields):
    return ReviewRow(review_no=number, text="t", **{**FACT, **fields})


def test_every_column_carries_its_field():
    offer = OfferRow(
        offer_no=3, name="Milk", price=Decimal("1.5"), multibuy={"buy": 3}, loyalty=False, valid_from=date(2026, 1, 2), page_no=2, x0=0.25, **FACT
    )
    (row,) = rows(BrochureExtraction(**ENVELOPE, offers=(offer,)))["offers"]
    dumped = offer.model_dump(mode="json", by_alias=True)
    for column in TABLES["offers"].columns[1:]:
        expected = dumped[column.name]
        assert row[column.name] == (json.dumps(expected, separators=(",", ":")) if column.type is SqlType.JSON and expected is not None else expected)
    assert (row["document_id"], row["price"], row["multibuy"], row["flags"], row["brand"]) == (DOCUMENT, "1.50", '{"buy":3}', "[]", None)


def test_a_field_and_its_column_may_be_called_differently():
    (row,) = rows(MessageExtraction(**ENVELOPE, messages=(MessageRow(**{"class": "offer"}, **FACT),)))["messages"]
    assert row["class"] == "offer"
    assert row["recipients"] == "[]"


@pytest.mark.parametrize("kind", list(Kind))
def test_an_extraction_without_rows_is_only_itself(kind):
    found = rows(EXTRACTIONS[kind](**ENVELOPE))
    assert found == {"extractions": [{"document_id": DOCUMENT, "part_no": 1, "kind": kind.value, "schema_version": 1, "payload": "{}"}]}


def test_every_fact_table_belongs_to_a_kind():
    assert {name for model in EXTRACTIONS.values() for name in fact_tables(model)} == set(row_models())


def test_absent_fields_take_their_default():
    bare = {"document_id": DOCUMENT, "kind": "call", "utterances": [{"utterance_no": 1, "text": "hi", **FACT}]}
    (batch,) = [batch for batch in extraction_batches(bare, "{}") if batch.table == "utterances"]
    assert (batch.columns["role"], batch.columns["method"], batch.columns["flags"]) == (["unknown"], ["extracted"], ["[]"])
    assert batch.columns["speaker"] == [None]


def test_parts_are_shifted_by_what_stands_before_them():
    part = PartFile(part_no=2, result_key="k", item_offset=100, row_offsets={"offers": 7})
    offer = OfferRow(offer_no=1, page_no=1, **FACT)
    (row,) = rows(BrochureExtraction(**ENVELOPE, part_no=2, offers=(offer,)), part)["offers"]
    assert (row["page_no"], row["offer_no"]) == (101, 8)
    found = rows(ReviewExtraction(**ENVELOPE, part_no=2, reviews=(review(1), review(2, duplicate_of=1))), part)
    assert [(row["review_no"], row["duplicate_of"]) for row in found["reviews"]] == [(101, None), (102, 101)]
    turns = (UtteranceRow(utterance_no=1, text="?", answered_by=2, **FACT), UtteranceRow(utterance_no=2, text="!", **FACT))
    named = EntityRow(item_no=2, text="x", type="DATE", **FACT)
    spans = tuple(CallSpanRow(span_no=number, kind="issue", utterance_no=turn, **FACT) for number, turn in ((1, 2), (2, None)))
    found = rows(CallExtraction(**ENVELOPE, part_no=2, utterances=turns, entities=(named,), call_spans=spans), part)
    assert [row["utterance_no"] for row in found["call_spans"]] == [102, None]
    assert [(row["utterance_no"], row["answered_by"]) for row in found["utterances"]] == [(101, 102), (102, None)]
    assert [row["item_no"] for row in found["entities"]] == [102]
    assert found["extractions"][0]["part_no"] == 2


def test_what_the_parts_of_a_document_settled_is_in_the_rows():
    whole = BrochureExtraction(**ENVELOPE, offers=(OfferRow(offer_no=1, **FACT, page_no=1), OfferRow(offer_no=2, **FACT, page_no=1, currency="GBP")))
    parsed, payload = stored(whole), "the stored text"
    fills = [Fill(table="offers", columns={"retailer": "Moolane"}, replace=True), Fill(table="offers", columns={"currency": "EUR"})]
    batches = {batch.table: batch.columns for batch in extraction_batches(parsed, payload, projection.NO_OFFSETS, fills)}
    assert (batches["offers"]["retailer"], batches["offers"]["currency"]) == (["Moolane", "Moolane"], ["EUR", "GBP"])
    assert batches["extractions"]["payload"] == [payload]


def test_every_number_that_is_shifted_is_a_column():
    for numbers in (ITEM_NUMBERS, projection.ITEM_REFERENCES, {table: (column,) for table, column in ROW_NUMBERS.items()}):
        for table, columns in numbers.items():
            assert set(columns) <= set(TABLES[table].column_names)


def test_steps_keep_their_part():
    step = StepRow(step="nlp", part=4, started_at=MOMENT, duration_ms=5)
    (row,) = rows(ReviewExtraction(**ENVELOPE, part_no=4, steps=(step,)))["steps"]
    assert (row["part"], row["step"], row["started_at"], row["cost_usd"]) == (4, "nlp", "2026-01-02T03:04:05Z", "0.00")


def test_batches_are_bounded(monkeypatch):
    monkeypatch.setattr(projection, "BATCH_ROWS", 10)
    extraction = ReviewExtraction(**ENVELOPE, reviews=tuple(review(number) for number in range(1, 26)))
    sizes = [len(batch.columns["document_id"]) for batch in extraction_batches(stored(extraction), "{}") if batch.table == "reviews"]
    assert sizes == [10, 10, 5]


def test_the_documents_row_says_what_the_ledger_knows():
    found = change("a", 4, language="de", cost_usd=Decimal("0.01"), metadata={"product": "Milk"}, error_code="stale", error_message="old")
    loaded_at = datetime(2026, 5, 6, tzinfo=UTC)
    columns = document_batch(found, "file:///a", loaded_at).columns
    assert {name: values[0] for name, values in columns.items() if values[0] is not None} == {
        "document_id": found.document_id,
        "source_uri": "file:///a",
        "version": "v1",
        "kind": "review",
        "language": "de",
        "status": "loaded",
        "received_at": MOMENT,
        "loaded_at": loaded_at,
        "cost_usd": Decimal("0.01"),
        "metadata": '{"product":"Milk"}',
    }


def test_the_documents_row_of_a_failure_names_it():
    found = change("a", 4, State.DEAD, error_code="timeout", error_message="too slow")
    columns = document_batch(found, "file:///a", MOMENT).columns
    assert (columns["status"], columns["error_code"], columns["error_message"]) == (["dead"], ["timeout"], ["too slow"])


@pytest.mark.parametrize(
    "spoiled",
    [
        {"kind": "recipe"},
        {"kind": None},
        {"schema_version": 99},
        {"schema_version": "x"},
        {"reviews": [1]},
        {"reviews": 5},
        {"reviews": [{"review_no": "one"}]},
    ],
    ids=str,
)
def test_what_no_pipeline_wrote_is_typed(spoiled):
    part = PartFile(part_no=2, result_key="k", item_offset=1)
    with pytest.raises(EngineOutputInvalid):
        list(extraction_batches({"document_id": DOCUMENT, "kind": "review", "schema_version": 1, **spoiled}, "{}", part))


def test_problems_are_rows_numbered_through_all_parts():
    named = Problem(code="malformed", message="m", item_no=2, line_no=7, file="a.csv")
    found = rows(
        ReviewExtraction(**ENVELOPE, problems=(named, Problem(code="empty", message="n"))), PartFile(part_no=2, result_key="r", item_offset=40)
    )
    assert found["problems"] == [
        {"document_id": DOCUMENT, "code": "malformed", "message": "m", "item_no": 42, "line_no": 7, "file": "a.csv"},
        {"document_id": DOCUMENT, "code": "empty", "message": "n", "item_no": None, "line_no": None, "file": None},
    ]
