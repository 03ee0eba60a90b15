"""Words that brochures use, read from `words/<language>.toml`: data, so that a language is added without code.

The tables: `old_price` and `unit_price` announce such a price; `per`, `containers` and `pieces` make up packages; `varieties` and `origin` begin a
description after the name; `announced` stands before a price and says nothing more; `conjunctions` never lose the hyphen before them; `deposit`
names what comes back with the bottle; `promo`, `loyalty`, `points` and `dates` are what offers are dressed with; `currency` are names of money.
`months` and `weekdays` are lists in calendar order, each entry with its spellings; the tables from `date_from` to `other_dates` say how a validity is
printed, those from `buy_for` to `half_price` how a multi-buy is, `loyalty_price` and `no_loyalty` what members pay, `badges` what stands on a badge,
`publisher` and `file_words` tell who made the brochure.
"""

from __future__ import annotations

import re
import tomllib
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).parent / "words"
LANGUAGES: Final = ("de", "en", "es", "fr", "it", "pt")


class Lexicon:
    """The words of one or several languages. Two lexicons are equal when they are the same object; `lexicon` hands out one per language."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._tables = [_table(language) for language in languages]
        self._patterns: dict[str, re.Pattern[str]] = {}

    def alternatives(self, table: str) -> str:
        """The words of a table as a regular expression without anchors, the longest first."""
        return _alternatives(word for one in self._tables for word in one[table])

    def entries(self, table: str) -> tuple[tuple[str, ...], ...]:
        """The spellings of each entry of an ordered table (`months`, `weekdays`), over all languages."""
        return tuple(
            tuple(dict.fromkeys(word for words in entry for word in words)) for entry in zip(*(one[table] for one in self._tables), strict=True)
        )

    def finds(self, table: str, text: str) -> bool:
        """Whether a word of the table stands in `text`, as a whole word in any case."""
        return self.pattern(table).search(text) is not None

    def pattern(self, table: str) -> re.Pattern[str]:
        """Finds the words of a table."""
        if table not in self._patterns:
            self._patterns[table] = _whole_words(self.alternatives(table))
        return self._patterns[table]

    @cached_property
    def currencies(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Written-out currencies with their ISO 4217 codes."""
        codes = sorted({code for table in self._tables for code in table["currency"]})
        return tuple(
            (_whole_words(_alternatives(word for table in self._tables for word in table["currency"].get(code, ()))), code) for code in codes
        )


@lru_cache(maxsize=16)
def lexicon(language: str | None = None) -> Lexicon:
    """The words of a BCP 47 language; of all languages when it is unknown or has no file."""
    primary = (language or "").split("-")[0].lower()
    return _lexicon((primary,) if primary in LANGUAGES else LANGUAGES)


@lru_cache(maxsize=16)
def _lexicon(languages: tuple[str, ...]) -> Lexicon:
    return Lexicon(languages)


def _whole_words(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{alternatives})(?![^\W\d_])", re.IGNORECASE)


def _alternatives(words: Any) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _table(language: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
