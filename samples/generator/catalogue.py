"""What the invented dairy chain Moolane sells, and when: the one source of the brochure, the e-mail and the review products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CHAIN = "Moolane"
CLAIM = "Fresh dairy markets"
VALID_FROM = date(2026, 11, 23)
VALID_TO = date(2026, 11, 28)

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Art:
    """How the product is drawn: `shape` is a function of `samples.generator.art`, colours are #rrggbb."""

    shape: str
    body: str
    accent: str


@dataclass(frozen=True)
class Offer:
    """One offer as it is printed. Money in EUR; `quantity` is what `basis` divides, in g, ml or pieces."""

    brand: str
    name: str
    package: str
    quantity: int
    basis: str
    price: Decimal
    art: Art
    original: Decimal | None = None
    loyalty: Decimal | None = None
    deposit: Decimal | None = None
    multibuy: str | None = None
    promo: str | None = None
    raised_cents: bool = True
    barcode: str | None = None

    @property
    def unit_price(self) -> Decimal:
        """Price for one `basis`, rounded to the cent as shops print it."""
        return (self.price * BASIS[self.basis] / self.quantity).quantize(CENT, ROUND_HALF_UP)

    @property
    def discount(self) -> int | None:
        """Whole percent off `original`; None without an old price."""
        if self.original is None:
            return None
        return int(((self.original - self.price) * 100 / self.original).quantize(Decimal(1), ROUND_HALF_UP))


BASIS = {"1 kg": 1000, "1 L": 1000, "100 ml": 100, "1 egg": 1}
"""How many g, ml or pieces one unit of the unit price has."""


def _eur(text: str) -> Decimal:
    return Decimal(text)


PAGE_ONE = (
    Offer(
        "Brimmelhof",
        "Strawberry Yogurt",
        "4 x 125 g pack",
        500,
        "1 kg",
        _eur("1.79"),
        Art("cups", "#f7d6dc", "#d81e4a"),
        original=_eur("2.39"),
        promo="with 20% fruit",
    ),
    Offer("Brimmelhof", "Greek Style Yogurt with 10% fat", "500 g tub", 500, "1 kg", _eur("1.99"), Art("tub", "#eaf2fb", "#2b6cb0")),
    Offer("Skaldar", "Skyr Blueberry", "450 g cup", 450, "1 kg", _eur("2.29"), Art("cup", "#dcd6f0", "#4b3a8f"), original=_eur("2.79")),
    Offer(
        "Moolane Daily",
        "Fresh Whole Milk with 3.8% fat",
        "1 L carton",
        1000,
        "1 L",
        _eur("1.19"),
        Art("carton", "#ffffff", "#1d6fb8"),
        raised_cents=False,
    ),
    Offer(
        "Fjellgrove",
        "Farm Butter salted or unsalted",
        "250 g block",
        250,
        "1 kg",
        _eur("2.49"),
        Art("block", "#f6df8b", "#2f7d4f"),
        original=_eur("3.29"),
        loyalty=_eur("2.19"),
    ),
    Offer("Vacaluna", "Mature Gouda in slices", "500 g pack", 500, "1 kg", _eur("2.99"), Art("slices", "#f2b632", "#c8102e")),
    Offer(
        "Oatherd",
        "Oat Drink Barista",
        "1 L carton",
        1000,
        "1 L",
        _eur("1.99"),
        Art("carton", "#efe3cf", "#8a5a2b"),
        multibuy="2 for 3.50",
        raised_cents=False,
    ),
    Offer("Cabrinella", "Goat Cream Cheese with honey", "150 g tub", 150, "1 kg", _eur("2.19"), Art("tub", "#fff7e0", "#d98c1f")),
)
"""The first is the week's lead offer and is drawn two columns wide."""

PAGE_TWO = (
    Offer(
        "Cabrinella",
        "Grill Cheese with mint",
        "225 g pack",
        225,
        "1 kg",
        _eur("2.99"),
        Art("block", "#faf6ea", "#3c8d5a"),
        original=_eur("3.79"),
    ),
    Offer("Moolane Daily", "Sour Cream 20% fat", "200 g cup", 200, "1 kg", _eur("0.79"), Art("cup", "#ffffff", "#58a55c"), raised_cents=False),
    Offer(
        "Brimmelhof",
        "Kefir Mango",
        "500 ml bottle",
        500,
        "1 L",
        _eur("1.49"),
        Art("bottle", "#ffd27a", "#ef7d00"),
        deposit=_eur("0.25"),
    ),
    Offer("Vacaluna", "Mountain Cheese from the counter", "100 g", 100, "1 kg", _eur("1.99"), Art("wedge", "#f4c542", "#a8651b")),
    Offer(
        "Skaldar",
        "Protein Pudding Chocolate",
        "200 g cup",
        200,
        "1 kg",
        _eur("1.29"),
        Art("cup", "#d9c2ad", "#5b3118"),
        original=_eur("1.69"),
        loyalty=_eur("0.99"),
    ),
    Offer(
        "Moolane Daily",
        "Free Range Eggs size M",
        "10 pack",
        10,
        "1 egg",
        _eur("2.59"),
        Art("eggs", "#c9b8a3", "#c98f5b"),
        raised_cents=False,
    ),
    Offer("Fjellgrove", "Whipping Cream 32% fat", "250 ml bottle", 250, "1 L", _eur("1.39"), Art("bottle", "#ffffff", "#2a7f9e")),
    Offer(
        "Oatherd",
        "Oat Yogurt Vanilla",
        "400 g tub",
        400,
        "1 kg",
        _eur("1.69"),
        Art("tub", "#fbf0c9", "#b58a2b"),
        multibuy="Buy 2, get 1 free",
    ),
    Offer(
        "Brimmelhof",
        "Iced Coffee Latte",
        "230 ml cup",
        230,
        "100 ml",
        _eur("1.11"),
        Art("cup", "#e3cdb5", "#6b4226"),
        original=_eur("1.59"),
        promo="Coupon",
        barcode="2071900001112",
    ),
)
"""The barcode starts with 20, the range GS1 keeps for numbers used inside one shop, so that it names no real article."""
