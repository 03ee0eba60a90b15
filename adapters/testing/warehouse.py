"""The contract of every warehouse. Subclass `WarehouseContract` and give it a `warehouse` fixture: migrated, empty, closed afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.testing.warehouse_calls import CallContract
from adapters.testing.warehouse_history import HistoryContract
from adapters.testing.warehouse_queries import LIMITS, QueryContract
from adapters.testing.warehouse_reviews import ReviewContract
from adapters.testing.warehouse_rows import MOMENT, OFFER, A, B, C, batch, group, reviews
from adapters.warehouse.ddl import DUCKDB, view_statements
from adapters.warehouse.port import Warehouse
from adapters.warehouse.staging import arrow_tables
from schemas.errors import AdapterDisabled, EngineOutputInvalid, LeaseLost, NotFound
from schemas.tables import TABLES
from schemas.warehouse import ArrowBatch, Batch, ColumnBatch, RowGroup

Change = tuple[str, int, list[str]]
DOCUMENTS = (A, B, C)
LARGE = 1 << 30
"""Bytes of rows that no warehouse takes as a small document's."""
CHANGES = st.tuples(
    st.sampled_from(DOCUMENTS),
    st.integers(2, 6),
    st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4), max_size=3),
)
"""A document, its load_seq and its texts."""


def texts_of(warehouse: Warehouse) -> dict[str, list[str]]:
    """Review texts by document, in order."""
    found: dict[str, list[str]] = {}
    for document, text in warehouse.query("SELECT document_id, text FROM reviews ORDER BY document_id, review_no", LIMITS).rows:
        found.setdefault(document, []).append(text)
    return found


class WarehouseDescription:
    """What holds for every warehouse, `none` too."""

    def test_says_what_it_is(self, warehouse: Warehouse) -> None:
        """Name, version, options and capabilities are data."""
        assert warehouse.name
        assert warehouse.version
        assert isinstance(warehouse.options, BaseModel)
        assert isinstance(warehouse.capabilities, Capabilities)

    def test_every_option_is_described(self, warehouse: Warehouse) -> None:
        """Each option says its unit and trade-off."""
        assert not [name for name, field in type(warehouse.options).model_fields.items() if not field.description]

    def test_is_well(self, warehouse: Warehouse) -> None:
        """A migrated warehouse has nothing to complain about."""
        assert warehouse.health() is None

    def test_answers_for_every_group(self, warehouse: Warehouse) -> None:
        """Each (document, load_seq) comes back, stale ones too."""
        assert list(warehouse.replace([group(A, 2, ["x"]), group(B, 3, [])], 1)) == [(A, 2), (B, 3)]
        assert list(warehouse.replace([group(A, 1, ["y"])], 1)) == [(A, 1)]


class NoWarehouseContract(WarehouseDescription):
    """What holds for `none`."""

    def test_refuses_to_answer(self, warehouse: Warehouse, tmp_path: Path) -> None:
        """Asking names the cause, instead of an empty answer."""
        with pytest.raises(AdapterDisabled):
            warehouse.query("SELECT 1", LIMITS)
        with pytest.raises(AdapterDisabled):
            warehouse.export(tmp_path)


class WarehouseContract(QueryContract, HistoryContract, ReviewContract, CallContract, WarehouseDescription):
    """What holds for every warehouse that keeps what it is given."""

    def test_has_every_table_and_view(self, warehouse: Warehouse) -> None:
        """All columns in the order of the models; the views can be asked."""
        for name, table in TABLES.items():
            assert warehouse.query(f"SELECT * FROM {name}", LIMITS).columns == table.column_names  # noqa: S608 - names of our own tables
        for view in view_statements(DUCKDB):
            assert warehouse.query(f"SELECT * FROM {view}", LIMITS).rows == ()  # noqa: S608

    def test_migrating_again_keeps_the_rows(self, warehouse: Warehouse) -> None:
        """Every start migrates."""
        warehouse.replace([group(A, 1, ["kept"])], 1)
        warehouse.migrate()
        assert texts_of(warehouse) == {A: ["kept"]}

    def test_keeps_values_of_every_type(self, warehouse: Warehouse) -> None:
        """Money exact with its point, dates and times as ISO 8601, JSON as values, booleans, null."""
        warehouse.replace([RowGroup(A, 1, (batch("offers", [OFFER]),))], 1)
        wanted = "name, quantity, price, unit_price, multibuy, loyalty, valid_from, valid_to, flags, page_no"
        answer = warehouse.query(f"SELECT {wanted} FROM offers", LIMITS)  # noqa: S608
        assert answer.rows == (
            (OFFER["name"], 0.25, "1.29", "12345678901234.5678", {"buy": 3, "pay": 2}, True, "2026-03-02", None, ["price_above_original"], 2),
        )
        assert answer.columns == tuple(wanted.split(", "))
        assert len(answer.types) == len(answer.columns)

    def test_rows_that_come_as_arrow_are_the_same(self, warehouse: Warehouse) -> None:
        """Alone, in a large document, and beside rows that come by column."""
        arrow = [ArrowBatch(table, rows) for table, rows in arrow_tables([RowGroup(A, 1, (batch("offers", [OFFER]), reviews(A, ["one", "two"])))])]
        answers = []
        ways: list[tuple[int, list[Batch]]] = [(0, [batch("offers", [OFFER]), reviews(A, ["one", "two"])]), (0, [*arrow]), (LARGE, [*arrow])]
        for load_seq, (size, batches) in enumerate(ways, 1):
            warehouse.replace([RowGroup(A, load_seq, batches, size), group(B, load_seq, ["beside"])], 1)
            answers.append([warehouse.query(f"SELECT * FROM {table} ORDER BY 1, 2", LIMITS).rows for table in ("offers", "reviews")])  # noqa: S608
        assert answers[0] == answers[1] == answers[2]
        assert texts_of(warehouse) == {A: ["one", "two"], B: ["beside"]}

    def test_times_are_utc(self, warehouse: Warehouse) -> None:
        """An instant given with another offset, or as text, is the same instant."""
        row = {"document_id": A, "source_uri": "u", "version": "1", "status": "loaded", "metadata": "{}"}
        rows: list[dict[str, Any]] = [
            row | {"received_at": MOMENT, "extracted_at": "2026-03-04T07:06:07.5+02:00"},
            row | {"received_at": "2026-03-04T05:06:07.500000Z", "extracted_at": "2026-03-04T05:06:07.5"},
        ]
        warehouse.replace([RowGroup(A, 1, (batch("documents", rows),))], 1)
        answer = warehouse.query("SELECT received_at, extracted_at FROM documents", LIMITS)
        assert set(answer.rows) == {("2026-03-04T05:06:07.5Z", "2026-03-04T05:06:07.5Z")}

    def test_replaces_documents_whole(self, warehouse: Warehouse) -> None:
        """No row of the older version stays, in any table; other documents are untouched."""
        warehouse.replace([group(A, 1, ["a", "b", "c"]), group(B, 2, ["other"]), RowGroup(C, 3, (batch("offers", [OFFER | {"document_id": C}]),))], 1)
        warehouse.replace([group(A, 4, ["new"]), group(C, 5, [])], 1)
        assert texts_of(warehouse) == {A: ["new"], B: ["other"]}
        assert warehouse.query("SELECT document_id FROM offers", LIMITS).rows == ()
        assert warehouse.query("SELECT version FROM documents ORDER BY 1", LIMITS).rows == (("2",), ("4",), ("5",))

    def test_the_same_change_five_times_is_there_once(self, warehouse: Warehouse) -> None:
        """A loader that died before it told the ledger only does the same again."""
        for _ in range(5):
            warehouse.replace([group(A, 7, ["once"])], 1)
        assert texts_of(warehouse) == {A: ["once"]}

    def test_an_older_change_never_wins(self, warehouse: Warehouse) -> None:
        """Neither against rows, nor against a removal, nor within one call."""
        warehouse.replace([group(A, 5, ["new"])], 1)
        warehouse.replace([group(A, 4, ["old"])], 1)
        warehouse.replace([group(B, 9, ["newest"]), group(B, 8, ["older"])], 1)
        warehouse.replace([RowGroup(C, 3, ())], 1)
        warehouse.replace([group(C, 2, ["ghost"])], 1)
        assert texts_of(warehouse) == {A: ["new"], B: ["newest"]}

    def test_a_group_without_rows_removes_the_document(self, warehouse: Warehouse) -> None:
        """From all tables."""
        warehouse.replace([group(A, 1, ["x"]), group(B, 2, ["y"])], 1)
        warehouse.replace([RowGroup(A, 3, ())], 1)
        assert texts_of(warehouse) == {B: ["y"]}
        assert warehouse.query("SELECT count(*) FROM documents", LIMITS).rows == ((1,),)

    def test_a_loader_of_an_older_epoch_changes_nothing(self, warehouse: Warehouse) -> None:
        """It has lost its lease and does not know it yet."""
        warehouse.replace([group(A, 1, ["x"])], 5)
        with pytest.raises(LeaseLost):
            warehouse.replace([group(A, 2, ["stale"])], 4)
        warehouse.replace([group(B, 3, ["same epoch"])], 5)
        assert texts_of(warehouse) == {A: ["x"], B: ["same epoch"]}

    def test_an_epoch_is_raised_even_when_nothing_is_loaded(self, warehouse: Warehouse) -> None:
        """A new loader shuts the old one out with its first call."""
        warehouse.replace([], 9)
        with pytest.raises(LeaseLost):
            warehouse.replace([group(A, 1, ["stale"])], 8)
        assert texts_of(warehouse) == {}

    @pytest.mark.parametrize("size", [0, LARGE])
    def test_others_replaced_while_it_asks_for_rows_stay(self, warehouse: Warehouse, size: int) -> None:
        """Whatever becomes of the load they passed."""

        def batches(spoiled: bool) -> Iterator[Batch]:
            warehouse.replace([group(B, 1 + spoiled, [f"passed {spoiled}"])], 1)
            yield from group(A, 1, ["one"]).batches
            if spoiled:
                raise NotFound("a part is missing")

        with pytest.raises(NotFound):
            warehouse.replace([RowGroup(A, 1, batches(spoiled=True), size)], 1)
        assert texts_of(warehouse) == {B: ["passed True"]}
        warehouse.replace([RowGroup(A, 1, batches(spoiled=False), size)], 1)
        assert texts_of(warehouse) == {A: ["one"], B: ["passed True"]}

    def test_rows_that_end_in_an_error_change_nothing(self, warehouse: Warehouse) -> None:
        """A part file that is missing in the middle leaves the whole transaction undone; the error comes through as it was."""

        def broken() -> Iterator[ColumnBatch]:
            yield reviews(A, ["half"])
            raise NotFound("part 2 is missing")

        warehouse.replace([group(A, 1, ["whole"])], 1)
        with pytest.raises(NotFound, match="part 2"):
            warehouse.replace([group(B, 2, ["other"]), RowGroup(A, 3, broken())], 1)
        assert texts_of(warehouse) == {A: ["whole"]}
        warehouse.replace([group(B, 2, ["other"])], 1)
        assert texts_of(warehouse) == {A: ["whole"], B: ["other"]}

    @pytest.mark.parametrize(
        "spoiled",
        [{"offer_no": 10**30}, {"price": Decimal("1e20")}, {"valid_from": "someday"}, {"multibuy": "{"}, {"quantity": "much"}],
        ids=lambda spoiled: next(iter(spoiled)),
    )
    def test_a_value_that_does_not_fit_is_the_document_s_fault(self, warehouse: Warehouse, spoiled: dict[str, Any]) -> None:
        """Typed, without the value in its message, and nothing changes."""
        warehouse.replace([group(A, 1, ["x"])], 1)
        with pytest.raises(EngineOutputInvalid) as caught:
            warehouse.replace([group(A, 2, ["y"]), RowGroup(B, 3, (batch("offers", [OFFER | {"document_id": B} | spoiled]),))], 1)
        assert "someday" not in caught.value.message
        assert texts_of(warehouse) == {A: ["x"]}

    def test_texts_of_every_kind_are_stored(self, warehouse: Warehouse) -> None:
        """What UTF-8 or the database cannot hold is replaced, never refused: NUL, lone surrogates, JSON's escaped NUL."""
        hostile = ["a\0b", "\ud800", "'; DROP TABLE reviews; --", '"', "\\", "\t\r\n", "\u202e", "{}", "", "x" * 100_000]
        extraction = {"document_id": A, "part_no": 1, "kind": "review", "schema_version": 1, "payload": '{"text":"a\\u0000b\\\\u0000"}'}
        warehouse.replace([RowGroup(A, 1, (reviews(A, hostile), batch("extractions", [extraction])))], 1)
        stored = texts_of(warehouse)[A]
        assert stored[2:] == hostile[2:]
        assert (stored[0][0], stored[0][-1], len(stored[0])) == ("a", "b", 3)
        payload = warehouse.query("SELECT payload FROM extractions", LIMITS).rows[0][0]
        assert payload["text"].endswith("b\\u0000")

    def test_many_small_batches_and_one_large(self, warehouse: Warehouse) -> None:
        """Batches are put together and cut as the adapter likes; every row arrives once."""
        small = (reviews(A, [f"{number}"]) for number in range(300))
        large = reviews(B, [f"{number}" for number in range(60_000)])
        warehouse.replace([RowGroup(A, 1, small), RowGroup(B, 2, iter([large]))], 1)
        rows = warehouse.query("SELECT document_id, count(*), count(DISTINCT text) FROM reviews GROUP BY 1 ORDER BY 2", LIMITS).rows
        assert rows == ((A, 300, 300), (B, 60_000, 60_000))

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(calls=st.lists(st.lists(CHANGES, max_size=3), max_size=5))
    def test_any_order_of_changes_ends_in_the_newest_of_each_document(self, warehouse: Warehouse, calls: list[list[Change]]) -> None:
        """Oracle: per document the rows of its highest load_seq, the first ones seen with it."""
        start = warehouse.query("SELECT coalesce(max(load_seq), 0) FROM _loads", LIMITS).rows[0][0]
        warehouse.replace([RowGroup(key, start + 1, ()) for key in DOCUMENTS], 1)
        oracle: dict[str, tuple[int, list[str]]] = {}
        for call in calls:
            warehouse.replace([group(key, start + seq, texts) for key, seq, texts in call], 1)
            for key, seq, texts in call:
                if key not in oracle or oracle[key][0] < seq:
                    oracle[key] = (seq, texts)
        assert texts_of(warehouse) == {key: texts for key, (_, texts) in oracle.items() if texts}

    def test_exports_every_table(self, warehouse: Warehouse, tmp_path: Path) -> None:
        """One Parquet file per table, with its rows and types."""
        import duckdb

        warehouse.replace([group(A, 1, ["a", "b"]), RowGroup(B, 2, (batch("offers", [OFFER | {"document_id": B}]),))], 1)
        counts = warehouse.export(tmp_path / "out")
        assert set(counts) == set(TABLES)
        assert (counts["reviews"], counts["offers"], counts["calls"]) == (2, 1, 0)
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{name}.parquet" for name in TABLES)
        with duckdb.connect() as db:
            read = f"SELECT price, valid_from, loyalty, multibuy, name FROM read_parquet('{tmp_path}/out/offers.parquet')"  # noqa: S608
            price, valid_from, loyalty, multibuy, name = db.execute(read).fetchall()[0]
            assert (price, valid_from, loyalty, json.loads(multibuy), name) == (
                OFFER["price"],
                OFFER["valid_from"],
                True,
                {"buy": 3, "pay": 2},
                OFFER["name"],
            )
            read = f"SELECT DISTINCT received_at FROM read_parquet('{tmp_path}/out/documents.parquet')"  # noqa: S608
            assert db.execute(read).fetchall() == [(MOMENT.replace(tzinfo=None),)]

    def test_views_join_what_belongs_together(self, warehouse: Warehouse) -> None:
        """The lowest price of a product over documents; reviews per product, store and day; calls per day."""
        offers = [OFFER | {"offer_no": number, "price": price, "product_key": "milk"} for number, price in enumerate([Decimal(2), Decimal(1)], 1)]
        review = {"document_id": B, "product": "Milk", "store": "North", "published_at": MOMENT, "text": "t"}
        opinions = [
            review | {"review_no": number, "rating": rating, "score": score, "sentiment": sentiment}
            for number, rating, score, sentiment in [(1, 5.0, 0.5, "positive"), (2, 1.0, -0.5, "negative")]
        ]
        call = {"document_id": C, "started_at": MOMENT, "duration_s": 60.0, "agent_id": "7"}
        warehouse.replace(
            [
                RowGroup(A, 1, (*group(A, 1, []).batches, batch("offers", offers))),
                RowGroup(B, 2, (batch("reviews", opinions),)),
                RowGroup(C, 3, (*group(C, 3, []).batches, batch("calls", [call]))),
            ],
            1,
        )
        history = warehouse.query("SELECT product_key, price, is_lowest, lowest_price, day FROM offer_history ORDER BY price", LIMITS)
        assert history.rows == (("milk", "1.00", True, "1.00", "2026-03-02"), ("milk", "2.00", False, "1.00", "2026-03-02"))
        daily = warehouse.query("SELECT product, store, day, reviews, mean_rating, mean_score FROM review_daily", LIMITS)
        assert daily.rows == (("Milk", "North", "2026-03-04", 2, 3.0, 0.0),)
        assert float(warehouse.query("SELECT share_negative FROM review_daily", LIMITS).rows[0][0]) == 0.5
        assert warehouse.query("SELECT day, agent_id, calls, duration_s FROM call_daily", LIMITS).rows == (("2026-03-04", "7", 1, 60.0),)
