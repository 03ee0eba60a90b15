"""Whether pages are a brochure: many lone prices among little text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas.pages import Line, Page
from workers.brochures.layout import body_size, upright_pieces
from workers.brochures.lexicon import lexicon
from workers.brochures.marks import find_marks

FEWEST_PRICES: Final = 2
"""Prices on a page below which it is no brochure, however empty it is."""
LETTERS_PER_PRICE: Final = 600
"""Letters per price above which prices stand in text; labelled brochure pages have 81 to 409 (5th to 95th percentile), 117 of 126 pass."""
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
    letters = prices = 0
    words = lexicon()
    for page in pages:
        pieces = upright_pieces(page)
        letters += sum(character.isalpha() for piece in pieces for character in piece.text)
        prices += len(find_marks(pieces, body_size(pieces), words).main)
    if prices < FEWEST_PRICES * max(1, len(pages)) or _is_bill([line for page in pages for line in page.lines]):
        return False
    return letters < prices * LETTERS_PER_PRICE


def _is_bill(lines: Sequence[Line]) -> bool:
    """Two different words of a bill: one alone also stands in brochures (`Gesamtsumme`, `incl. VAT`)."""
    text = " ".join(line.text for line in lines).casefold().split()
    return len({word for word in _INVOICE if any(part.strip(".,:;()") == word for part in text)}) >= 2
