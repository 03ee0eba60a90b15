"""Personal data in what is said: card numbers, security codes, phone and account numbers, mail addresses, identity numbers, names.

Recognisers write digits as words ("four one one one") and mail addresses as they are spoken ("ana at example dot com"), so both are read. A number of
13 to 19 digits that passes Luhn's check is a card wherever it stands (ISO/IEC 7812), an IBAN is one by its check digits (ISO 13616); others are what
the turn itself or the turn before asks for. Names are those that the language engine calls persons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

from schemas.language import TextAnalysis
from schemas.rows.call import UtteranceRow
from schemas.settings import PersonalData
from workers.calls.phrases import base, expression, plain

KINDS: Final[tuple[PersonalData, ...]] = get_args(PersonalData)

_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*", re.UNICODE)
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_JOINED: Final = re.compile(r"[\s.,\-–/()+]*")
"""What may stand between the digits of one number."""
_CARD_DIGITS: Final = range(13, 20)
_PHONE_DIGITS: Final = range(7, 16)
_CODE_DIGITS: Final = range(3, 7)
_ASKED: Final = ("card", "code", "phone", "account", "id")
_LEAST: Final = {"card": 4, "code": 3, "phone": 6, "account": 4, "id": 4}
"""Digits from which an answer to such a question is one: the last four of a card are personal, too."""
_REACH: Final = 2
"""Turns before, in which a question may have asked for what is said now."""


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: what kind, and where (code points, end exclusive)."""

    kind: PersonalData
    char_start: int
    char_end: int


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "numbers.toml").read_text("utf-8"))


@cache
def _table(language: str) -> Mapping[str, Any]:
    """One language's words; English ones for a language without, since digits are digits."""
    table: Mapping[str, Any] = _tables().get(language) or _tables()["en"]
    return table


@cache
def _asking(language: str) -> Mapping[str, re.Pattern[str]]:
    return {kind: expression(_table(language)[f"asks_{kind}"]) for kind in _ASKED}


def personal(
    rows: Sequence[UtteranceRow], names: Mapping[int, Sequence[tuple[int, int]]] | None = None, language: str | None = None
) -> dict[int, list[Found]]:
    """What is personal in each utterance that has any, by utterance number. `names`: spans of persons' names, by utterance number."""
    found: dict[int, list[Found]] = {}
    for at, row in enumerate(rows):
        tongue = base(row.language or language)
        context = " ".join(one.text for one in rows[max(0, at - _REACH) : at + 1])
        inside = in_text(row.text, tongue, asked_for(context, tongue))
        inside += [Found("name", start, end) for start, end in (names or {}).get(row.utterance_no, ())]
        if inside:
            found[row.utterance_no] = _apart(inside)
    return found


def without(
    rows: Sequence[UtteranceRow], kinds: Collection[PersonalData], analyses: Mapping[int, TextAnalysis], language: str | None
) -> list[UtteranceRow]:
    """The rows without the personal data of these kinds; a row that lost some is flagged `redacted`, and its raw text goes with it.

    `analyses`: what the language engine says of an utterance, by number; its persons are names.
    """
    if not kinds:
        return list(rows)
    names = {number: [(one.char_start, one.char_end) for one in found.entities if one.type == "PERSON"] for number, found in analyses.items()}
    found = personal(rows, names, language)
    return [_cleaned(row, [one for one in found.get(row.utterance_no, ()) if one.kind in kinds]) for row in rows]


def _cleaned(row: UtteranceRow, found: Sequence[Found]) -> UtteranceRow:
    if not found:
        return row
    return row.model_copy(update={"text": redacted(row.text, found), "raw_text": None, "flags": (*row.flags, "redacted")})


def asked_for(text: str, language: str) -> list[PersonalData]:
    """Which numbers a stretch of talk is about."""
    words = plain(text)
    return [kind for kind in KINDS if kind in _ASKED and _asking(language if language in _tables() else "en")[kind].search(words)]


def in_text(text: str, language: str = "en", asked: Sequence[PersonalData] = ()) -> list[Found]:
    """The numbers and addresses in a text. `asked`: what the talk is about, which tells what a plain number is."""
    found = [Found("email", *match.span()) for match in _EMAIL.finditer(text)]
    found += [Found("account", *match.span()) for match in _IBAN.finditer(text) if _is_iban(match[0])]
    found += _spoken_mail(text, _table(language))
    for start, end, digits in _numbers(text, _table(language)):
        kind = _kind_of(digits, asked)
        if kind is not None:
            found.append(Found(kind, start, end))
    return _apart(found)


def redacted(text: str, found: Iterable[Found]) -> str:
    """The text with `[card]`, `[phone]`, ... in place of what was found."""
    for one in sorted(found, key=lambda one: one.char_start, reverse=True):
        text = f"{text[: one.char_start]}[{one.kind}]{text[one.char_end :]}"
    return text


def _kind_of(digits: str, asked: Sequence[PersonalData]) -> PersonalData | None:
    if len(digits) in _CARD_DIGITS and _luhn(digits):
        return "card"
    for kind in asked:
        if kind == "code" and len(digits) in _CODE_DIGITS:
            return "code"
        if kind != "code" and len(digits) >= _LEAST[kind]:
            return kind
    return "phone" if len(digits) in _PHONE_DIGITS and len(digits) >= 9 else None


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    plain_text = re.sub(r"[ -]", "", text).upper()
    turned = plain_text[4:] + plain_text[:4]
    return 15 <= len(plain_text) <= 34 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _numbers(text: str, table: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """(start, end, digits) of every number, its digits written or spoken, with only spaces and dashes between."""
    found: list[tuple[int, int, str]] = []
    times = 1
    for match in _TOKEN.finditer(text):
        word = match[0].lower()
        if word in table["repeats"]:
            times = table["repeats"][word]
            continue
        digits = (word if word.isascii() and word.isdigit() else table["digits"].get(word) or table["tens"].get(word) or "") * times
        times = 1
        if not digits:
            continue
        last = found[-1] if found else None
        if last is not None and _goes_on(text[last[1] : match.start()], table):
            found[-1] = (last[0], match.end(), last[2] + digits)
        else:
            found.append((match.start(), match.end(), digits))
    return found


def _goes_on(between: str, table: Mapping[str, Any]) -> bool:
    """Whether two groups of digits are one number: nothing but separators and words of repetition between them, and no end of a sentence."""
    plain_between = " ".join(part for part in between.lower().split() if part not in table["repeats"])
    return _JOINED.fullmatch(plain_between) is not None and ". " not in between


def _spoken_mail(text: str, table: Mapping[str, Any]) -> list[Found]:
    """`ana dot ruiz at example dot com`, spoken: words around an "at", of which at least one "dot" and a last part follow."""
    words = [(match[0].lower(), *match.span()) for match in _TOKEN.finditer(text)]
    found: list[Found] = []
    for place, (word, _, _) in enumerate(words):
        if word not in table["at"] or place == 0:
            continue
        last = place + 1
        while last + 2 < len(words) and words[last + 1][0] in table["dot"]:
            last += 2
        if last > place + 1 and last < len(words):
            first = place - 1
            while first >= 2 and words[first - 1][0] in table["dot"]:
                first -= 2
            found.append(Found("email", words[first][1], words[last][2]))
    return found


def _apart(found: Iterable[Found]) -> list[Found]:
    """In order; of two that overlap, the longer."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.char_start - one.char_end, one.char_start)):
        if all(one.char_end <= other.char_start or one.char_start >= other.char_end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.char_start)
