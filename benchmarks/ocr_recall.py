"""How much of a page's labelled names and prices stands among the texts an OCR engine read: reading alone, without understanding the page."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Self

from workers.brochures.prices import find_prices, lone_price

LONG = 5
"""Letters from which a word also counts when it stands inside a longer one: engines join words, German does too."""


@dataclass(frozen=True)
class Recall:
    """Found and labelled: words of names, prices, old prices."""

    found: tuple[int, int, int] = (0, 0, 0)
    labelled: tuple[int, int, int] = (0, 0, 0)

    def __add__(self, other: Recall) -> Recall:
        return Recall(_sum(self.found, other.found), _sum(self.labelled, other.labelled))

    @property
    def shares(self) -> tuple[float, ...]:
        """0 to 1 each; 1 where nothing is labelled."""
        return tuple(found / labelled if labelled else 1.0 for found, labelled in zip(self.found, self.labelled, strict=True))


@dataclass(frozen=True)
class Labels:
    """Pages with their labelled offers."""

    folder: Path
    pages: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """From `gold.jsonl`: one page a line with `page`, `chain` and `offers` (product_name, price, original_price)."""
        read = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
        return cls(folder, {page["page"]: page for page in read})

    def image(self, page: str) -> Path:
        """The page's image."""
        return next((self.folder / "pages").glob(f"{page}.*"))

    def chains(self, pages: Iterable[str]) -> set[str]:
        """Whose pages they are."""
        return {self.pages[page]["chain"] for page in pages}

    def spread(self, count: int) -> list[str]:
        """About `count` pages, as many of each chain, evenly over its pages."""
        chains = sorted(self.chains(self.pages))
        chosen: list[str] = []
        for chain in chains:
            own = [name for name, page in self.pages.items() if page["chain"] == chain]
            wanted = min(len(own), -(-count // len(chains)))
            chosen += [own[int((number + 0.5) * len(own) / wanted)] for number in range(wanted)]
        return chosen

    def recall(self, page: str, texts: Sequence[str]) -> Recall:
        """What of the page's labels is among `texts`."""
        words = {word for text in texts for word in _words(text)}
        joined = "".join("".join(_words(text)) for text in texts)
        amounts = {amount for text in texts for amount in _amounts(text)}
        total = Recall()
        for offer in self.pages[page]["offers"]:
            wanted = {word for word in _words(offer["product_name"]) if len(word) > 1}
            found = {word for word in wanted if word in words or (len(word) >= LONG and word in joined)}
            price, old = (_amount(offer.get(name)) for name in ("price", "original_price"))
            total += Recall((len(found), int(price in amounts), int(old in amounts)), (len(wanted), int(price is not None), int(old is not None)))
        return total


def _sum(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _words(text: str) -> list[str]:
    """Lower case, without accents."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return re.findall(r"[a-z0-9]+", bare)


def _amounts(text: str) -> set[Decimal]:
    """Every amount in the text, and what it is when its last two digits are cents."""
    lone = lone_price(text)
    prices = [*find_prices(text), *([lone] if lone else [])]
    return {price.amount for price in prices} | {price.in_cents.amount for price in prices if price.bare}


def _amount(text: str | None) -> Decimal | None:
    try:
        return Decimal(str(text)).quantize(Decimal("0.01")) if text else None
    except InvalidOperation:
        return None
