"""Reviews copied from a page of a shop or a map: which lines say who, where, when and how useful, and which are the opinion.

A record has one line of stars, its anchor. What stands before it is about the author; behind it come title, date, shop and the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from workers.reviews.values import instant
from workers.reviews.wording import words

ANCHOR_CHARS = 200
"""A longer line is no line of stars, even with a title behind them."""
TITLE_CHARS = 120
NAME_CHARS = 60
MOST_LEAD = 4
"""Lines about the author before the stars: name, place, number of reviews, and one for a badge."""
_STARS = re.compile(r"[★☆⭐✭✩🌟\ufe0f]{1,12}")
_SENTENCE_END = (".", "!", "?", "…", ",", ";", ":")
_SLOTS = {
    "number": r"(?P<number>\d[\d.,]*|one|una?|eine?[rm]?|une?|uno|uma?)",
    "name": r"(?P<name>\S.{0,120}?)",
    "place": r"(?P<place>\S.{0,60}?)",
    "date": r"(?P<date>.{6,40}?)",
}
_INITIAL = re.compile(r"\b\w{1,2}\.$")
_CITY_DATE = re.compile(r"(?P<name>.+?)[,;]\s+(?P<date>(?:[^,;]+,\s*)?[^,;]*\d{4})\s*")
_BADGES = re.compile(r"\s*[·•|,]\s*")


@cache
def stars() -> re.Pattern[str]:
    """`4/5`, `4,5 von 5 Sternen`, `Rated 4 out of 5`, `5 estrellas` at the beginning of a line."""
    of = words()["ratings"]
    star = "|".join(re.escape(word) for word in of["stars"].split())
    between = "|".join(re.escape(word.replace("-", " ")) for word in of["of"].split())
    value = r"\d{1,2}(?:[.,]\d)?"
    named = r"(?:(?:rated|rating|bewertet mit|valoración|note|voto|nota|puntuación)\s*:?\s*)?"
    fraction = rf"{value}\s*(?:(?:{star})\s*)?(?:{between})\s*(?:5|10)\b"
    return re.compile(rf"{named}(?P<rating>{fraction}|[1-5](?:[.,]\d)?\s*(?:{star})\b)\s*(?:{star})?\b[.:]?", re.IGNORECASE)


@cache
def _forms(kind: str) -> tuple[re.Pattern[str], ...]:
    """The forms of a kind of line, with a named group for each slot."""
    return tuple(re.compile(_spelled(form), re.IGNORECASE) for form in re.split(r"[|\n]+", words()["pasted"][kind].strip()))


@cache
def _any_form(kind: str) -> re.Pattern[str]:
    """All forms of a kind as one expression: most lines are of no form, and this says so at once."""
    return re.compile("|".join(re.sub(r"\?P<\w+>", "?:", form.pattern) for form in _forms(kind)), re.IGNORECASE)


def _spelled(form: str) -> str:
    parts = re.split(r"(\{\w+\})", form)
    return "".join(
        _SLOTS[part[1:-1]] if part.startswith("{") else re.escape(part).replace(r":\ ", r"\s*:?\s*").replace(r"\ ", r"\s+") for part in parts
    )


def _read(kind: str, line: str) -> dict[str, str] | None:
    """What a line of that kind says, by slot; None for another line."""
    if _any_form(kind).fullmatch(line) is None:
        return None
    return next((found.groupdict() for form in _forms(kind) if (found := form.fullmatch(line))), None)


class Anchor(NamedTuple):
    """A line of stars: the rating as written, and the title that may follow it."""

    rating: str
    rest: str


def anchor_of(line: str) -> Anchor | None:
    """The stars a line begins with, when nothing but a title follows."""
    text = line.strip()
    if not text or len(text) > ANCHOR_CHARS:
        return None
    match = _STARS.match(text)
    if match is not None:
        return _anchor(match.group(), text[match.end() :])
    if not any(char.isdecimal() for char in text[:40]):
        return None
    match = stars().match(text)
    return _anchor(match.group("rating"), text[match.end() :]) if match else None


def _anchor(rating: str, rest: str) -> Anchor | None:
    rest = rest.strip(" \t-–—:|,;()[]·•")
    return Anchor(rating, rest) if len(rest) <= TITLE_CHARS else None


def is_about_author(line: str) -> bool:
    """Whether a line may be a name, a place or a number of reviews: short, and no sentence."""
    text = line.strip()
    ends = text.endswith(_SENTENCE_END) and _INITIAL.search(text) is None
    return bool(text) and len(text) <= NAME_CHARS and not ends and not is_noise(text) and anchor_of(text) is None and not _helpful(text)


def is_noise(line: str) -> bool:
    """Buttons and badges of the page."""
    return line.strip().casefold().rstrip(".") in _noise()


@cache
def _noise() -> frozenset[str]:
    return frozenset(re.split(r"[|\n]+", words()["pasted"]["noise"].strip()))


def lead_of(lines: Sequence[str]) -> int | None:
    """How many lines stand before each anchor, when these lines are pasted reviews: two anchors, or one and a line that only pages have."""
    filled = [line for line in lines if line.strip()]
    anchors = [at for at, line in enumerate(filled) if anchor_of(line) is not None]
    telling = any(_tells(line) for line in filled[:200])
    if not anchors or (len(anchors) < 2 and not telling) or len(anchors) * 2 > len(filled) or anchors[0] > MOST_LEAD:
        return None
    counts = [anchors[0], *(_before(filled, anchor, anchors[0]) for anchor in anchors[1:])]
    lead = max(counts, key=lambda count: (counts.count(count), count))
    return lead if telling or lead else None


def _before(lines: Sequence[str], anchor: int, most: int) -> int:
    """Lines directly before an anchor that may be about its author."""
    count = 0
    while count < min(most, anchor) and is_about_author(lines[anchor - count - 1]):
        count += 1
    return count


def _tells(line: str) -> bool:
    text = line.strip()
    return len(text) <= ANCHOR_CHARS and (
        is_noise(text) or any(_any_form(kind).fullmatch(text) for kind in ("bought", "reviewed", "helpful", "count"))
    )


def _helpful(text: str) -> bool:
    return _any_form("helpful").fullmatch(text) is not None


def pasted_fields(lines: Sequence[str]) -> dict[str, str] | None:
    """A record's fields by role; None when no line of it is an anchor."""
    filled = [line.strip() for line in lines if line.strip()]
    at = next((at for at, line in enumerate(filled[: MOST_LEAD + 1]) if anchor_of(line) is not None), None)
    if at is None:
        return None
    anchor = anchor_of(filled[at])
    assert anchor is not None
    fields: dict[str, str] = {"rating": anchor.rating}
    text = [line for line in filled[:at] if not _author(line, fields)]
    if anchor.rest and not _fact(anchor.rest, fields):
        fields["title"] = anchor.rest
    rest = [line for line in filled[at + 1 :] if not (_fact(line, fields) or is_noise(line))]
    if "title" not in fields and len(rest) > 1 and len(rest[0]) <= 80 and not rest[0].endswith((".", ",", ";", ":")):
        fields["title"] = rest.pop(0)
    fields["text"] = "\n".join([*text, *rest])
    return fields


def _author(line: str, fields: dict[str, str]) -> bool:
    """Lines before the stars: number of reviews, name, place."""
    if is_noise(line) or _fact(line, fields):
        return True
    badges = _BADGES.split(line)
    counted = next((badge for badge in badges if _any_form("count").fullmatch(badge)), None)
    if counted is not None:
        fields.setdefault("author_reviews", _number(counted))
        return True
    if len(line) > NAME_CHARS or line.endswith(_SENTENCE_END[1:]):
        return False
    for role in ("author", "author_location"):
        if role not in fields:
            fields[role] = line
            return True
    return False


def _number(text: str) -> str:
    digits = re.search(r"\d[\d.,]*", text)
    return digits.group() if digits else "1"


def _fact(line: str, fields: dict[str, str]) -> bool:
    """Lines that say one thing about the review; whether this was one."""
    if len(line) > ANCHOR_CHARS:
        return False
    for kind, note in (("bought", _note_shop), ("reviewed", _note_place)):
        if (said := _read(kind, line)) is not None:
            note(said, fields)
            return True
    if _helpful(line):
        fields.setdefault("helpful", _number(line))
        return True
    if _any_form("ago").fullmatch(line) or (len(line) <= 40 and instant(line, "dmy") is not None):
        fields.setdefault("published_at", line)
        return True
    return False


def _note_shop(said: dict[str, str], fields: dict[str, str]) -> None:
    name = said["name"]
    dated = _CITY_DATE.fullmatch(name)
    if dated is not None and instant(dated.group("date"), "dmy") is not None:
        name = dated.group("name")
        fields.setdefault("published_at", dated.group("date"))
    fields.setdefault("retailer", name.strip())


def _note_place(said: dict[str, str], fields: dict[str, str]) -> None:
    fields.setdefault("published_at", said["date"])
    if said.get("place"):
        fields.setdefault("author_location", re.sub(r"^(?:the|los|las|el|la|den|der|les|le) ", "", said["place"], flags=re.IGNORECASE))
