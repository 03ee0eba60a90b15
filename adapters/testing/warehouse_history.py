"""What every warehouse that can be asked says about one product over brochures and weeks; part of `WarehouseContract`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from adapters.testing.warehouse_queries import LIMITS
from adapters.testing.warehouse_rows import OFFER, batch
from adapters.warehouse.port import Warehouse
from schemas.documents import document_id
from schemas.warehouse import RowGroup

MONDAY = date(2026, 3, 2)


def week(number: int, *offers: dict[str, Any], retailer: str | None = "Moolane", dated: bool = True) -> RowGroup:
    """A brochure of a week (from 0) with these offers; one that is not dated came on its week's Tuesday, shortly before midnight UTC."""
    document = document_id("contract", f"{retailer}/{number}")
    start = MONDAY + timedelta(weeks=number)
    came = datetime(start.year, start.month, start.day, 23, 30, tzinfo=UTC) + timedelta(days=1)
    told: dict[str, Any] = {"document_id": document, "source_uri": f"file:///{number}", "version": "1", "status": "loaded", "received_at": came}
    rows = [
        {**OFFER, "document_id": document, "offer_no": place, "retailer": retailer, "valid_from": start if dated else None, **offer}
        for place, offer in enumerate(offers, 1)
    ]
    documents = batch("documents", [told | {"cost_usd": Decimal("0.00"), "metadata": "{}"}])
    return RowGroup(document, number + 1, (documents, batch("offers", rows)))


def milk(price: str | None, **columns: Any) -> dict[str, Any]:
    """An offer of milk."""
    return {"product_key": "milk 1 l", "name": "Milk", "price": None if price is None else Decimal(price), **columns}


class HistoryContract:
    """`offer_history` of a migrated, empty `warehouse`."""

    def test_prices_of_a_product_week_by_week(self, warehouse: Warehouse) -> None:
        """Each with the one before at the same retailer, and the change since."""
        warehouse.replace([week(0, milk("1.00")), week(2, milk("1.20")), week(3, milk("0.90"), dated=False)], 1)
        warehouse.replace([week(1, milk("0.80"), retailer="Farmhouse")], 2)
        columns = "day, retailer, price, previous_price, previous_day, change_pct, is_latest"
        assert warehouse.query(f"SELECT {columns} FROM offer_history ORDER BY day", LIMITS).rows == (  # noqa: S608 - our own names
            ("2026-03-02", "Moolane", "1.00", None, None, None, False),
            ("2026-03-09", "Farmhouse", "0.80", None, None, None, True),
            ("2026-03-16", "Moolane", "1.20", "1.00", "2026-03-02", 20.0, False),
            ("2026-03-24", "Moolane", "0.90", "1.20", "2026-03-16", -25.0, True),
        )

    def test_the_lowest_price_ever_and_where(self, warehouse: Warehouse) -> None:
        """Of equal ones the first; in the same currency only."""
        warehouse.replace([week(0, milk("1.00")), week(1, milk("0.80", region="North", store="12")), week(2, milk("0.80"), retailer=None)], 1)
        warehouse.replace([week(3, milk("0.10", currency="GBP"), retailer="Abroad")], 2)
        columns = "lowest_price, lowest_day, lowest_retailer, lowest_region, lowest_store, first_seen, last_seen"
        found = warehouse.query(f"SELECT DISTINCT {columns} FROM offer_history WHERE currency = 'EUR'", LIMITS).rows  # noqa: S608 - our own names
        assert found == (("0.80", "2026-03-09", "Moolane", "North", "12", "2026-03-02", "2026-03-16"),)
        assert warehouse.query("SELECT day FROM offer_history WHERE is_lowest AND currency = 'EUR' ORDER BY 1", LIMITS).rows == (
            ("2026-03-09",),
            ("2026-03-16",),
        )

    def test_a_product_twice_in_a_brochure_is_no_change(self, warehouse: Warehouse) -> None:
        """The day before counts with its lowest price; both rows stay."""
        warehouse.replace([week(0, milk("1.00"), milk("0.50")), week(1, milk("1.00"), milk("1.50"))], 1)
        columns = "price, previous_price, change_pct"
        assert warehouse.query(f"SELECT {columns} FROM offer_history ORDER BY day, price", LIMITS).rows == (  # noqa: S608 - our own names
            ("0.50", None, None),
            ("1.00", None, None),
            ("1.00", "0.50", 100.0),
            ("1.50", "0.50", 200.0),
        )

    def test_a_product_without_a_key_goes_by_its_name(self, warehouse: Warehouse) -> None:
        """In any case; one without a price, or without any name, has no history. A price of nothing changes by no percentage."""
        nameless = {"product_key": None, "name": None}
        offers = milk("0.00", product_key=None), milk(None, product_key=None), milk("2.00", **nameless)
        warehouse.replace([week(0, *offers), week(1, milk("3.00", product_key=None, name="MILK"))], 1)
        assert warehouse.query("SELECT product_key, price, previous_price, change_pct FROM offer_history ORDER BY day", LIMITS).rows == (
            ("milk", "0.00", None, None),
            ("milk", "3.00", "0.00", None),
        )
