"""Retailers, companies and web addresses: what is known beside the page, read from `data/retailers.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).parent / "data" / "retailers.toml"
_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "net", "gob", "gov"})
"""What stands before the country in `shop.co.uk`."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A known chain. `plain`: its name is an ordinary word; `country` (ISO 3166, lower case) where it trades in one only."""

    name: str
    sites: tuple[str, ...]
    names: tuple[str, ...]
    plain: bool = False
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A web address: `label` is its registered name without country or `com`, `country` None for addresses of no country."""

    label: str
    country: str | None


@dataclass(frozen=True)
class Known:
    """The data file, by what is looked up in it."""

    chains: tuple[Chain, ...]
    by_name: Mapping[str, Chain]
    """By `key_of` of a name that says the chain wherever it stands."""
    by_key: Mapping[str, Chain]
    """By `key_of` of the chain's own name."""
    currencies: Mapping[str, str]
    """ISO 4217 by country."""
    other_sites: frozenset[str]
    company: re.Pattern[str]
    """A company's name up to and with its legal form; group `name` leaves the form out."""
    programs: re.Pattern[str]
    """The name of a loyalty programme."""

    def chain_of_site(self, site: Site) -> Chain | None:
        """The chain an address belongs to: one of its country before one of any."""
        found = [chain for chain in self.chains if site.label in chain.sites and chain.country in (None, site.country)]
        return max(found, key=lambda chain: chain.country is not None, default=None)


@lru_cache(maxsize=1)
def known() -> Known:
    """The data file, read once per process."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    chains = tuple(
        Chain(one["name"], tuple(one["sites"]), tuple(one["names"]), one.get("plain", False), one.get("country")) for one in data["chains"]
    )
    forms = "|".join(re.escape(form) for form in sorted(data["legal_forms"], key=len, reverse=True))
    programs = "|".join(re.escape(name) for name in sorted(data["programs"], key=len, reverse=True))
    return Known(
        chains=chains,
        by_name={key_of(name): chain for chain in reversed(chains) for name in chain.names},
        by_key={key_of(chain.name): chain for chain in reversed(chains)},
        currencies={country: currency for currency, countries in data["currencies"].items() for country in countries},
        other_sites=frozenset(data["other_sites"]),
        company=re.compile(rf"(?P<name>(?:[^\W_a-z][\w&.'’+-]*\s(?:(?:&|und|and|y|e|et)\s)?){{1,6}}?)(?:{forms})(?!\w)"),
        programs=re.compile(rf"(?:{programs})(?:[\s-]?(?:preis|price|precio|prix|prezzo|preço|app))?", re.IGNORECASE),
    )


def key_of(text: str) -> str:
    """Lower-case letters and digits without accents: the same for `ALDI SÜD`, `aldi-süd` and `Aldi Sud`."""
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(character for character in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(character))
    return "".join(character for character in folded if character.isalnum())


_ADDRESS: Final = re.compile(
    r"(?:@|(?<![\w.@-])(?:https?://)?(?:www\.)?)(?P<host>(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,7})(?![\w-]|\.\w)", re.IGNORECASE
)
_COUNTRYLESS: Final = frozenset({"com", "net", "org", "eu", "info", "shop", "store", "online", "app", "biz", "io", "co", "example"})


def sites_in(text: str) -> list[Site]:
    """Web and e-mail addresses in a text, those of labels, seals and networks left out."""
    if "." not in text:
        return []
    found = (site_of(match["host"]) for match in _ADDRESS.finditer(text))
    return [site for site in found if site is not None and site.label not in known().other_sites]


def site_of(host: str) -> Site | None:
    """A host's registered name: `www.shop.co.uk` is `shop` of `uk`. None for what is no public address."""
    parts = host.lower().split(".")
    top = parts.pop()
    if top not in _COUNTRYLESS and top not in known().currencies:
        return None
    if parts and parts[-1] in _SECOND_LEVEL and len(parts) > 1 and len(top) == 2:
        parts.pop()
    label = parts[-1] if parts else ""
    return Site(label, None if top in _COUNTRYLESS else top) if len(label) >= 2 and not label.isdecimal() and label != "www" else None
