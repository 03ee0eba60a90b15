"""Personal data in what is said: card numbers, security codes, phone and account numbers, mail addresses, identity numbers, names.

Recognisers write digits as words ("four one one one") and mail addresses as they are spoken ("ana at example dot com"), so both are read. A number of
13 to 19 digits that passes Luhn's check is a card wherever it stands (ISO/IEC 7812), an IBAN is one by its check digits (ISO 13616); others are what
the turn itself or the turns before ask for. A number may be said in groups, over several turns, with somebody else's "yes" between. Names are those
that the language engine calls persons.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from schemas.language import TextAnalysis
from schemas.rows.call import SpokenWord, UtteranceRow
from schemas.settings import PersonalData
from workers.calls.numbers import REACH, TOKEN, Chain, Number, Said, chains, table, tables
from workers.calls.phrases import base, expression, plain
from workers.calls.roles import voice_of

KINDS: Final[tuple[PersonalData, ...]] = get_args(PersonalData)

_EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_CARD_DIGITS: Final = range(13, 20)
_PHONE_DIGITS: Final = range(9, 16)
_CODE_DIGITS: Final = range(3, 7)
_ASKED: Final = ("card", "code", "phone", "account", "id")
_LEAST: Final = {"card": 4, "code": 3, "phone": 6, "account": 4, "id": 4}
"""Digits from which an answer to such a question is one: the last four of a card are personal, too."""
_MOST_GAP: Final = 1
"""Words besides hesitation that may stand between the groups of a number that was asked for: a digit the recogniser took for another word."""


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: what kind, and where (code points, end exclusive)."""

    kind: PersonalData
    char_start: int
    char_end: int


@cache
def _asking(language: str) -> Mapping[str, re.Pattern[str]]:
    return {kind: expression(table(language)[f"asks_{kind}"]) for kind in _ASKED}


def personal(
    rows: Sequence[UtteranceRow], names: Mapping[int, Sequence[tuple[int, int]]] | None = None, language: str | None = None
) -> dict[int, list[Found]]:
    """What is personal in each utterance that has any, by utterance number. `names`: spans of persons' names, by utterance number."""
    turns = [Said(voice_of(row), row.text, base(row.language or language)) for row in rows]
    asked = [asked_for(" ".join(one.text for one in turns[max(0, at - REACH) : at + 1]), turn.language) for at, turn in enumerate(turns)]
    numbers = _numbers(turns, asked)
    found: dict[int, list[Found]] = {}
    for at, row in enumerate(rows):
        inside = [*_shown(row.text, turns[at].language), *numbers.get(at, ())]
        inside += [Found("name", start, end) for start, end in (names or {}).get(row.utterance_no, ())]
        if inside:
            found[row.utterance_no] = _apart(inside)
    return found


def persons(analyses: Mapping[int, TextAnalysis]) -> dict[int, list[tuple[int, int]]]:
    """Where the language engine sees persons' names, by utterance number."""
    return {number: [(one.char_start, one.char_end) for one in found.entities if one.type == "PERSON"] for number, found in analyses.items()}


def without(rows: Sequence[UtteranceRow], found: Mapping[int, Sequence[Found]], kinds: Collection[PersonalData]) -> list[UtteranceRow]:
    """The rows without what was `found` of these kinds, by utterance number. One that lost some is flagged `redacted`; its raw text goes, too, and
    so do the words of what was found. Words that do not make up the text of their turn go wherever anything is redacted: nobody looked into them.
    """
    if not kinds:
        return list(rows)
    return [_cleaned(row, [one for one in found.get(row.utterance_no, ()) if one.kind in kinds]) for row in rows]


def _cleaned(row: UtteranceRow, found: Sequence[Found]) -> UtteranceRow:
    if not found:
        return row if row.words is None or _in_words(row) in (row.text, row.raw_text) else row.model_copy(update={"words": None})
    flags = row.flags if "redacted" in row.flags else (*row.flags, "redacted")
    return row.model_copy(update={"text": redacted(row.text, found), "raw_text": None, "words": _words_beside(row, found), "flags": flags})


def _words_beside(row: UtteranceRow, found: Sequence[Found]) -> tuple[SpokenWord, ...] | None:
    """The words of a turn that nothing of what was found stands in; None where their places are not known."""
    if _in_words(row) != row.text:
        return None
    kept, start = list[SpokenWord](), 0
    for one in row.words or ():
        end = start + len(one[0])
        if all(end <= gone.char_start or start >= gone.char_end for gone in found):
            kept.append(one)
        start = end + 1
    return tuple(kept) or None


def _in_words(row: UtteranceRow) -> str:
    """What the words of a turn make up."""
    return " ".join(word for word, *_ in row.words or ())


def asked_for(text: str, language: str) -> list[PersonalData]:
    """Which numbers a stretch of talk is about."""
    words = plain(text)
    return [kind for kind in KINDS if kind in _ASKED and _asking(language if language in tables() else "en")[kind].search(words)]


def in_text(text: str, language: str = "en", asked: Sequence[PersonalData] = ()) -> list[Found]:
    """The numbers and addresses in a text. `asked`: what the talk is about, which tells what a plain number is."""
    return _apart([*_shown(text, language), *_numbers([Said("", text, language)], [asked]).get(0, ())])


def redacted(text: str, found: Iterable[Found]) -> str:
    """The text with `[card]`, `[phone]`, ... in place of what was found."""
    for one in sorted(found, key=lambda one: one.char_start, reverse=True):
        text = f"{text[: one.char_start]}[{one.kind}]{text[one.char_end :]}"
    return text


def _shown(text: str, language: str) -> list[Found]:
    """What needs no question to be known."""
    found = [Found("email", *match.span()) for match in _EMAIL.finditer(text)]
    found += [Found("account", *match.span()) for match in _IBAN.finditer(text) if _is_iban(match[0])]
    return found + _spoken_mail(text, table(language))


def _numbers(turns: Sequence[Said], asked: Sequence[Sequence[PersonalData]]) -> dict[int, list[Found]]:
    """The personal ones of all numbers, by turn. `asked`: what the talk is about at each turn; what was found goes on being asked for."""
    about = [set(kinds) for kinds in asked]
    found: dict[int, list[Found]] = {}
    for chain in chains(turns, _MOST_GAP):
        rows = {number.row for number in chain}
        kinds = _kinds(chain, sorted(set().union(*(about[row] for row in rows)), key=KINDS.index))
        for number, kind in _merged(kinds):
            found.setdefault(number.row, []).append(Found(kind, number.char_start, number.char_end))
        dictated = set(kinds.values()) - {"code"}
        for row in range(min(rows), min(max(rows) + REACH + 1, len(about))) if dictated else ():
            about[row] |= dictated
    return found


def _kinds(chain: Chain, asked: Sequence[PersonalData]) -> dict[Number, PersonalData]:
    """What the numbers of a chain are, those that are anything."""
    found = {number: kind for number in chain if (kind := _kind_of(number.digits, asked))}
    for first in range(len(chain)):
        digits = ""
        for last in range(first, len(chain)):
            digits += chain[last].digits
            if len(digits) >= _CARD_DIGITS.stop or (last > first and chain[last].gap):
                break
            if len(digits) in _CARD_DIGITS and _luhn(digits):
                found |= dict.fromkeys(chain[first : last + 1], "card")
    total = sum(len(number.digits) for number in chain)
    wanted = next((kind for kind in asked if kind != "code" and total >= _LEAST[kind]), None)
    return {number: kind for number in chain if (kind := found.get(number) or wanted)}


def _merged(kinds: Mapping[Number, PersonalData]) -> list[tuple[Number, PersonalData]]:
    """Numbers of one kind that follow each other in a turn as one, with what is said between them."""
    found: list[tuple[Number, PersonalData]] = []
    for number, kind in kinds.items():
        before = found[-1] if found else None
        if before and before[1] == kind and before[0].row == number.row:
            found[-1] = (Number(number.row, before[0].char_start, number.char_end, before[0].digits + number.digits), kind)
        else:
            found.append((number, kind))
    return found


def _kind_of(digits: str, asked: Sequence[PersonalData]) -> PersonalData | None:
    if len(digits) in _CARD_DIGITS and _luhn(digits):
        return "card"
    for kind in asked:
        if kind == "code" and len(digits) in _CODE_DIGITS:
            return "code"
        if kind != "code" and len(digits) >= _LEAST[kind]:
            return kind
    return "phone" if len(digits) in _PHONE_DIGITS else None


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    plain_text = re.sub(r"[ -]", "", text).upper()
    turned = plain_text[4:] + plain_text[:4]
    return 15 <= len(plain_text) <= 34 and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _spoken_mail(text: str, table: Mapping[str, Any]) -> list[Found]:
    """`ana dot ruiz at example dot com`, spoken: words around an "at", of which at least one "dot" and a last part follow."""
    words = [(match[0].lower(), *match.span()) for match in TOKEN.finditer(text)]
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
