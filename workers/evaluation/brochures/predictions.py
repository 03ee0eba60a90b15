"""Our offers in the words of the labels, and as a file that the public scorer reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.pages import Box
from workers.evaluation.brochures.matching import Offer


def ours(line: Mapping[str, Any]) -> tuple[Offer, ...]:
    """The offers of a brochure's line of `tamiz extract`; none where it could not be read."""
    return tuple(_ours(row) for row in line.get("offers", ()))


def _ours(row: Mapping[str, Any]) -> Offer:
    corners = {side: row[side] for side in ("x0", "y0", "x1", "y1") if row[side] is not None}
    return Offer(
        name=row["name"],
        price=row["price"],
        unit=row["package"],
        original_price=row["original_price"],
        discount=row["discount_pct"],
        box=Box(**corners) if len(corners) == 4 else None,
        confidence=row["confidence"],
    )


def prediction_lines(offers: Mapping[str, Sequence[Offer]]) -> str:
    """One JSON line per page with the keys of the labels; pages without an offer too."""
    return "".join(json.dumps({"page": page, "offers": [_stated(offer) for offer in found]}) + "\n" for page, found in offers.items())


def _stated(offer: Offer) -> dict[str, Any]:
    box = offer.box
    return {
        "product_name": offer.name,
        "price": offer.price,
        "discount": offer.discount,
        "unit": offer.unit,
        "original_price": offer.original_price,
        "bbox": [box.x0, box.y0, box.x1, box.y1] if box else None,
        "confidence": offer.confidence,
    }
