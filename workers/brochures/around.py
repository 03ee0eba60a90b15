"""What holds for a whole brochure, or for a part of one: its retailer, when its prices hold, its currency. And the votes by which parts are counted
together when a large document is assembled (`settled`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from pydantic import JsonValue

from schemas.extractions import Fill
from schemas.pages import Detection, Line
from workers.brochures.chains import known
from workers.brochures.lexicon import Lexicon
from workers.brochures.resolving import Validity
from workers.brochures.retailer import STATED, Found, country_of, decided, find_retailer
from workers.brochures.validity import brochure_validity, document_date, file_validity, page_validity

Votes = Mapping[str, Mapping[str, float]]
"""Votes by question (`retailer`, `country`, `validity`, `currency`) and answer; a validity is written `2025-11-10/2025-11-15`."""

CURRENCY_BY_LANGUAGE: Final = {"de": "EUR", "fr": "EUR", "it": "EUR"}
"""The last resort, flagged. English, Spanish and Portuguese name too many currencies."""
ASSUMED: Final = "currency_assumed"
"""Flag: the currency is that of the language; nothing on the brochure says it."""


@dataclass(frozen=True, slots=True)
class PageAround:
    """What holds on one page: `validity` is the page's own or the brochure's, `reference` the document's date."""

    reference: date | None = None
    validity: Validity | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What a document or a part says about itself. `pages` in the order of its pages."""

    retailer: str | None
    country: str | None
    pages: tuple[PageAround, ...]
    votes: Votes


def look_around(name: str, metadata: Mapping[str, JsonValue], pages: Sequence[tuple[Sequence[Line], Sequence[Detection]]], words: Lexicon) -> Around:
    """From the file's name, what the sender stated, and each page's lines and detections."""
    found = find_retailer(name, pages, words)
    stated = metadata.get("retailer") or metadata.get("chain")
    if isinstance(stated, str | int) and stated:
        found = Found({str(stated): STATED}, found.countries)
    reference = document_date(metadata, name, (line.text for lines, _ in pages for line in lines))
    if reference is None and (named := file_validity(name, words, None)) is not None:
        reference = named.valid_from
    own = [page_validity(lines, words, reference) for lines, _ in pages]
    whole = brochure_validity(own) or file_validity(name, words, reference)
    retailer = decided(found.votes)
    votes = {
        "retailer": dict(found.votes),
        "country": {country: float(count) for country, count in found.countries.items()},
        "validity": _validity_votes(own, whole),
    }
    around = tuple(PageAround(reference, page or whole) for page in own)
    return Around(retailer, country_of(retailer, found.countries), around, votes)


def fill_currency(offers: Sequence[dict[str, Any]], country: str | None, language: str | None) -> dict[str, float]:
    """Give offers without a currency that of the others of the document, else that of the retailer's country, else, flagged, that of the language.

    Returns the votes: offers by the currency that is printed at them or on their page.
    """
    printed = Counter(str(offer["currency"]) for offer in offers if offer.get("currency"))
    assumed = None if printed or country else CURRENCY_BY_LANGUAGE.get((language or "").split("-")[0])
    common = _agreed(printed) if printed else known().currencies.get(country or "")
    for offer in offers:
        if not offer.get("currency") and (common or assumed):
            offer["currency"] = common or assumed
            if common is None:
                offer["flags"] = (*offer.get("flags", ()), ASSUMED)
    return {currency: float(count) for currency, count in printed.items()}


def settled(votes: Sequence[Votes]) -> tuple[Fill, ...]:
    """What the parts of a document say together, as values for offers that lack them; the retailer is the same for all."""
    totals: dict[str, dict[str, float]] = {}
    for question, answer, count in ((question, *found) for part in votes for question, answers in part.items() for found in answers.items()):
        counted = totals.setdefault(question, {})
        counted[answer] = counted.get(answer, 0.0) + count
    retailer = decided(totals.get("retailer", {}))
    fills = [Fill(table="offers", columns={"retailer": retailer}, replace=True)] if retailer else []
    validity = _agreed(totals.get("validity", {}))
    if validity:
        first, last = validity.split("/")
        fills.append(Fill(table="offers", columns={"valid_from": first, "valid_to": last}))
    country = country_of(retailer, totals.get("country", {}))
    currency = _agreed(totals.get("currency", {})) or known().currencies.get(country or "")
    if currency:
        fills.append(Fill(table="offers", columns={"currency": currency}))
    return tuple(fills)


def _validity_votes(own: Sequence[Validity | None], whole: Validity | None) -> dict[str, float]:
    votes = Counter(f"{found.valid_from}/{found.valid_to}" for found in own if found is not None and found.whole)
    if not votes and whole is not None and whole.whole:
        votes[f"{whole.valid_from}/{whole.valid_to}"] += 1
    return {period: float(count) for period, count in votes.items()}


def _agreed(votes: Mapping[str, float]) -> str | None:
    """The answer that more than half of the votes name."""
    best = max(votes, key=lambda answer: votes[answer], default=None)
    return best if best is not None and 2 * votes[best] > sum(votes.values()) else None
