"""Pages, lines, offers and objects."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from schemas.rows.evidence import Json, Money, PageFact


class PageRow(PageFact):
    """The text of one page."""

    text: str
    width_px: int
    height_px: int
    text_source: Literal["text-layer", "ocr"]


class LineRow(PageFact):
    """One line of a page, in reading order."""

    line_no: int = Field(ge=1)
    text: str


class OfferRow(PageFact):
    """One product at one price."""

    offer_no: int = Field(ge=1)
    name: str | None = Field(default=None, description="as printed: brand, product, variant")
    brand: str | None = None
    product: str | None = None
    variant: str | None = None
    package: str | None = Field(default=None, description="as printed, e.g. `je 4 x 125 g`")
    quantity: float | None = Field(default=None, description="amount in one package, in `unit`")
    unit: str | None = Field(default=None, description="g, kg, ml, l, piece, ...")
    price: Money | None = None
    original_price: Money | None = Field(default=None, description="the old price, struck out or announced")
    discount_pct: float | None = Field(default=None, description="percent off, 0 to 100")
    unit_price: Money | None = None
    unit_price_basis: str | None = Field(default=None, description="e.g. `1 kg`, `100 g`")
    currency: str | None = Field(default=None, min_length=3, max_length=3, description="ISO 4217")
    price_text: str | None = Field(default=None, description="the price as printed")
    multibuy: Json | None = Field(
        default=None,
        description='one of {"buy": 3, "pay": 2}; {"buy": 2, "price": "3.00"}, both together; {"buy": 3, "each": "1.00"}, from three on; '
        '{"buy": 2, "second_pct": 50}, the second one cheaper',
    )
    loyalty: bool | None = Field(default=None, description="true: the price is for members, with the shop's app or card")
    deposit: Money | None = None
    promo_text: str | None = Field(default=None, description="what stands on badges, as printed, `; ` between them")
    valid_from: date | None = Field(default=None, description="first day; of the offer, else of its page, else of its brochure")
    valid_to: date | None = Field(default=None, description="last day")
    retailer: str | None = Field(
        default=None, description="as stated, else by web addresses, imprint, logo and file name; one for the whole document"
    )
    region: str | None = None
    store: str | None = None
    category: str | None = Field(default=None, description="dairy, meat, fruit & vegetables, ...; null where the name does not say it")
    barcode: str | None = Field(default=None, description="the GTIN whose code lies on the offer")
    product_key: str | None = Field(default=None, description="normalised brand + product + package: joins brochures, weeks and reviews")
    crop_uri: str | None = Field(default=None, description="path of the offer's picture on the API; null where its page was not drawn")


class ObjectRow(PageFact):
    """An object, logo, label or barcode seen on a page."""

    object_no: int = Field(ge=1)
    label: str
    kind: Literal["object", "logo", "label", "barcode"]
    value: str | None = None
