"""The labelled set: `gold.jsonl` and the page files beside it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

from pydantic import JsonValue

from adapters.storage.beneath import as_typed
from schemas.errors import Empty, Malformed, NotFound
from schemas.pages import Box
from workers.evaluation.brochures.matching import Offer

GOLD: Final = "gold.jsonl"
PAGES: Final = "pages"
SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".bmp", ".gif", ".pdf")
"""Of page files; where a page has several, the first of this list is read."""
NO_CHAIN: Final = "(none)"
"""Chain of a line that names none."""
_FAULTS_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class GoldPage:
    """One labelled page: the stem of its file, the retailer and the offers on it."""

    page: str
    chain: str
    offers: tuple[Offer, ...]


def read_gold(folder: Path) -> list[GoldPage]:
    """The lines of `folder/gold.jsonl`, in order; empty lines are left out.

    What an offer's fields hold is taken as it is. Raises `NotFound` without the file, `Empty` without a line, `Malformed` naming the broken lines.
    """
    path = folder / GOLD
    if not path.is_file():
        raise NotFound(f"there is no {GOLD} in {folder}; it holds one labelled page a line, and `{PAGES}/` beside it the page files")
    pages, faults = list[GoldPage](), list[str]()
    try:
        with path.open("rb") as lines:
            for line_no, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    pages.append(_gold_page(line))
                except ValueError as error:
                    faults.append(f"line {line_no} {error}")
    except OSError as error:
        raise as_typed(error, f"reading {GOLD}") from error
    if faults:
        more = f"; and {len(faults) - _FAULTS_SHOWN} more" if len(faults) > _FAULTS_SHOWN else ""
        raise Malformed(f"{path}: {'; '.join(faults[:_FAULTS_SHOWN])}{more}")
    if not pages:
        raise Empty(f"{path} holds no line")
    return pages


def chosen(pages: Sequence[GoldPage], first: int | None, chain: str | None) -> list[GoldPage]:
    """The first lines, and of those the ones of one chain. Raises `NotFound` for a chain that none of them is of."""
    found = [page for page in pages[:first] if chain in (None, page.chain)]
    if not found:
        raise NotFound(f"no line is of the chain {chain!r}; there are: {', '.join(sorted({page.chain for page in pages[:first]}))}")
    return found


def page_files(folder: Path, pages: Sequence[GoldPage]) -> dict[str, Path]:
    """The file of each page that has one, from `folder/pages` or `folder` itself. Raises `NotFound` when none has."""
    lying: dict[str, Path] = {}
    for place in (folder, folder / PAGES):
        lying.update(_by_name(place))
    found = {page.page: lying[name] for page in pages if (name := normalize("NFC", page.page)) in lying}
    if not found:
        raise NotFound(f"none of the {len(pages)} pages has a file in {folder / PAGES}; a page's file is its name with one of {', '.join(SUFFIXES)}")
    return found


def _by_name(place: Path) -> Iterator[tuple[str, Path]]:
    """Name, stem and path of the page files in a folder; the most wanted suffix last, so that it stays. Some systems store `ä` as two letters."""
    try:
        files = [path for path in place.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()] if place.is_dir() else []
    except OSError as error:
        raise as_typed(error, f"listing {place}") from error
    for path in sorted(files, key=lambda path: (-SUFFIXES.index(path.suffix.lower()), path.name)):
        yield normalize("NFC", path.name), path
        yield normalize("NFC", path.stem), path


def _gold_page(line: bytes) -> GoldPage:
    """Raises `ValueError` saying what is wrong with the line."""
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ValueError("is no JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise ValueError("is no JSON object")  # noqa: TRY004 - one kind of error per line, caught above
    page, offers = found.get("page"), found.get("offers")
    if not isinstance(page, str) or not page:
        raise ValueError("names no `page`")
    if not isinstance(offers, list) or not all(isinstance(offer, dict) for offer in offers):
        raise ValueError("has no list of objects as `offers`")
    chain = found.get("chain")
    return GoldPage(page, chain if isinstance(chain, str) and chain else NO_CHAIN, tuple(labelled(offer) for offer in offers))


def labelled(offer: Mapping[str, Any]) -> Offer:
    """An offer as a line of gold or of predictions states it."""
    return Offer(
        name=offer.get("product_name"),
        price=offer.get("price"),
        unit=offer.get("unit"),
        original_price=offer.get("original_price"),
        discount=offer.get("discount"),
        box=box_of(offer.get("bbox")),
    )


def box_of(corners: JsonValue) -> Box | None:
    """The box of `[x0, y0, x1, y1]` in page fractions, clipped to the page; None for anything that is none."""
    if not isinstance(corners, list) or len(corners) != 4:
        return None
    values = [float(value) for value in corners if isinstance(value, int | float) and abs(value) < 1e6 and math.isfinite(value)]
    if len(values) != 4 or values[0] > values[2] or values[1] > values[3]:
        return None
    x0, y0, x1, y1 = (min(1.0, max(0.0, value)) for value in values)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)
