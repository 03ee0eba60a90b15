from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from adapters.testing.warehouse_rows import A, B, batch, reviews
from adapters.warehouse.staging import arrow_table, gather, newest, utc_text
from schemas.errors import EngineOutputInvalid
from schemas.warehouse import RowGroup


def test_small_batches_of_many_documents_travel_together():
    groups = [RowGroup(document, 1, (reviews(document, ["x", "y"]),)) for document in (A, B)]
    ((table, columns),) = gather(groups)
    assert table == "reviews"
    assert columns["document_id"] == [A, A, B, B]
    assert columns["text"] == ["x", "y", "x", "y"]


def test_large_documents_are_cut_while_they_come():
    taken = []

    def batches():
        for number in range(5):
            taken.append(number)
            yield reviews(A, [str(number)] * 4)

    sizes = []
    for _, columns in gather([RowGroup(A, 1, batches())], rows=8):
        sizes.append((len(columns["text"]), len(taken)))
    assert sizes == [(8, 2), (8, 4), (4, 5)]


def test_stored_json_weighs_as_much_as_its_length():
    def batches():
        for part in range(3):
            yield batch("extractions", [{"document_id": A, "part_no": part, "payload": "x" * 10_000}])

    assert [len(columns["part_no"]) for _, columns in gather([RowGroup(A, 1, batches())], rows=15)] == [2, 1]


def test_columns_without_any_value_stay_at_home():
    ((_, columns),) = gather([RowGroup(A, 1, (reviews(A, ["x"]),))])
    assert "brand" not in columns
    assert arrow_table("reviews", columns).schema.names == list(columns)


def test_nothing_gathers_to_nothing():
    assert list(gather([RowGroup(A, 1, ()), RowGroup(B, 2, (batch("reviews", []),))])) == []


def test_money_and_dates_become_plain_text():
    row = {"document_id": A, "offer_no": 1, "price": Decimal("1E+2"), "deposit": "0.25", "valid_from": date(2026, 1, 2), "valid_to": "2026-01-03"}
    ((_, columns),) = gather([RowGroup(A, 1, (batch("offers", [row]),))])
    assert [columns[name][0] for name in ("price", "deposit", "valid_from", "valid_to")] == ["100", "0.25", "2026-01-02", "2026-01-03"]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=5, minutes=30))), "2026-01-01T21:30:00+00:00"),
        (datetime(2026, 1, 2, 3), "2026-01-02T03:00:00+00:00"),
        ("2026-01-02T03:00:00Z", "2026-01-02T03:00:00Z"),
        ("2026-01-02T03:00:00-02:00", "2026-01-02T05:00:00+00:00"),
    ],
)
def test_times_are_told_in_utc(moment, text):
    assert utc_text(moment) == text


@pytest.mark.parametrize(("column", "value"), [("extracted_at", "yesterday"), ("extracted_at", 5), ("cost_usd", []), ("duration_ms", 10**30)])
def test_a_value_that_fits_no_column_names_it_and_not_itself(column, value):
    with pytest.raises(EngineOutputInvalid, match=f"documents.{column}") as caught:
        for name, columns in gather([RowGroup(A, 1, (batch("documents", [{"document_id": A, column: value}]),))]):
            arrow_table(name, columns)
    assert str(value) not in caught.value.message


def test_the_newest_change_of_a_document_stands_for_it():
    groups = [RowGroup(A, 1, ()), RowGroup(A, 3, ()), RowGroup(A, 2, ()), RowGroup(B, 1, ())]
    assert {key: group.load_seq for key, group in newest(groups).items()} == {A: 3, B: 1}
