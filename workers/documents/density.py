"""Whether pages are a brochure: many lone prices among little text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.pages import Line, Page
from workers.brochures.lexicon import lexicon
from workers.brochures.look import look_at
from workers.brochures.reading import shipped

FEWEST_PRICES: Final = 2
"""Prices on a page below which it is no brochure, however empty it is."""
LETTERS_PER_PRICE: Final = 600
"""Letters per price above which prices stand in text; labelled brochure pages have 85 to 630 (5th to 95th percentile), 116 of 126 pass."""
LIKELY: Final = 0.3
"""Chance from which an amount counts as an offer's price."""
_INVOICE: Final = (
    "invoice",
    "rechnung",
    "factura",
    "facture",
    "fattura",
    "fatura",
    "receipt",
    "kassenbon",
    "iban",
    "total",
    "subtotal",
    "summe",
    "vat",
    "mwst",
)


def looks_like_brochure(pages: Sequence[Page]) -> bool:
    """Whether `pages` advertise: enough prices in big type, or standing alone, for the letters around them, and no bill's words."""
    letters = sum(character.isalpha() for page in pages for line in page.lines for character in line.text)
    prices = sum(_prices_on(page) for page in pages)
    if prices < FEWEST_PRICES * max(1, len(pages)) or _is_bill([line for page in pages for line in page.lines]):
        return False
    return letters < prices * LETTERS_PER_PRICE


def _prices_on(page: Page) -> int:
    """Amounts that are likely an offer's price."""
    words = lexicon()
    look = look_at(page, words)
    return int((shipped().token.chances(look.token_rows(words))[:, 1] >= LIKELY).sum()) if look.prices else 0


def _is_bill(lines: Sequence[Line]) -> bool:
    """Two different words of a bill: one alone also stands in brochures (`Gesamtsumme`, `incl. VAT`)."""
    text = " ".join(line.text for line in lines).casefold().split()
    return len({word for word in _INVOICE if any(part.strip(".,:;()") == word for part in text)}) >= 2
