"""What the pages say: words of each language from the data files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("words")
LANGUAGES = ("de", "en", "es", "fr", "it", "pt")


@dataclass(frozen=True)
class Shelf:
    """A shelf of the shop: usual prices in cents, packages as (container, count, amount, unit), basis of unit prices, colours."""

    name: str
    price: tuple[int, int]
    per: str
    packs: tuple[str, ...]
    colours: tuple[str, ...]
    deposit: bool


@dataclass(frozen=True)
class Title:
    """A product's generic name and its varieties."""

    base: str
    varieties: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """Everything a page can say in one language. `phrases` and `page` are lists of templates by what they are for."""

    code: str
    hyphenate: bool
    names: dict[str, tuple[Title, ...]]
    containers: dict[str, str]
    units: dict[str, str]
    packages: dict[str, tuple[str, ...]]
    details: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[str, ...]]
    page: dict[str, tuple[str, ...]]
    currencies: tuple[str, ...]
    separator: str


@cache
def shelves() -> tuple[Shelf, ...]:
    """The shelves every language fills."""
    raw = tomllib.loads((FOLDER / "shelves.toml").read_text("utf-8"))
    return tuple(
        Shelf(name, tuple(row["price"]), row["per"], tuple(row["packs"]), tuple(row["colours"]), row.get("deposit", False))
        for name, row in raw.items()
    )


@cache
def language(code: str) -> Language:
    """The words of `code`, one of LANGUAGES.

    Raises:
        FileNotFoundError: no data file for `code`.
    """
    raw = tomllib.loads((FOLDER / f"{code}.toml").read_text("utf-8"))
    return Language(
        code=code,
        hyphenate=raw["hyphenate"],
        names={shelf: tuple(_title(part) for part in names.split(";")) for shelf, names in raw["names"].items()},
        containers=raw["containers"],
        units=raw["units"],
        packages=_lists(raw["packages"]),
        details=_lists(raw["details"]),
        phrases=_lists(raw["phrases"]),
        page=_lists(raw["page"]),
        currencies=tuple(raw["money"]["currencies"]),
        separator=raw["money"]["separator"],
    )


def _title(text: str) -> Title:
    base, _, varieties = text.strip().partition(":")
    return Title(base, tuple(variety.strip() for variety in varieties.split(",") if variety.strip()))


def _lists(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in table.items()}
