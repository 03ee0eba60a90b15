"""Reviews in plain text: one opinion per file, or one per line or block where stars or ratings clearly mark each of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from workers.reviews.columns import names, normal
from workers.reviews.pasted import lead_of, pasted_fields
from workers.reviews.values import rating_of
from workers.reviews.wording import words

ROLES = (
    *("text", "rating", "title", "product", "brand", "author", "author_location", "author_reviews"),
    *("retailer", "store", "region", "published_at", "helpful", "language"),
)
LEAST_LINES = 4
"""Lines that a file without stars must have before each is taken for an opinion."""
_MARKED_SHARE = 0.6
"""Share of lines or blocks that must carry a rating before a file is cut into them."""
_ALL_MARKED = 0.95
"""Above this share blank lines stand between opinions; below, they may stand inside them, too, where the lines are a page's."""
_STARS = re.compile(r"[★☆⭐✭✩🌟\ufe0f]{1,12}")
_BEGINNING = re.compile(r"""\s*["'«“„¡¿(*•–—-]*\s*[A-ZÀ-ÖØ-ÞŒ0-9]""")
_END = re.compile(r"""[.!?…)"'»”\U0001F300-\U0001FAFF☀-➿\ufe0f]$""")
_FIELD = re.compile(r"\s*([^\W\d_][^:\n]{0,30}?)\s*:\s*(\S.*)$")


class Opinion(NamedTuple):
    """What one stretch of text says, by role."""

    fields: dict[str, str]


@cache
def _fraction() -> re.Pattern[str]:
    stars = "|".join(re.escape(word) for word in words()["ratings"]["stars"].split())
    value = r"\b\d{1,2}(?:[.,]\d)?"
    return re.compile(rf"{value}\s*(?:/|out of|de|von|sur|su)\s*(?:5|10)\b|\b[1-5]\s*(?:{stars})\b", re.IGNORECASE)


def layout_of(text: str) -> Literal["lines", "blocks", "pasted", "whole"]:
    """How a text file holds its opinions, told from its beginning: one per line, per block, per line of stars, or one in all."""
    found = [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]
    filled = [line for line in text.splitlines() if line.strip()]
    share = sum(1 for block in found if marked(block)) / max(1, len(found))
    if len(found) > 1 and share >= _MARKED_SHARE and (share > _ALL_MARKED or lead_of(filled) is None):
        return "blocks"
    if len(filled) > 1 and all(len(line) < 4000 for line in filled):
        rated = sum(1 for line in filled if _mark(line) is not None and len(line.strip()) > 12)
        if rated >= _MARKED_SHARE * len(filled):
            return "lines"
    if lead_of(filled) is not None:
        return "pasted"
    return "lines" if len(found) == 1 and _is_list(filled) else "whole"


def _is_list(filled: list[str]) -> bool:
    """Lines that each begin and end as sentences do are opinions of their own: wrapped prose breaks in the middle."""
    begin = sum(1 for line in filled if _BEGINNING.match(line))
    end = sum(1 for line in filled if _END.search(line.rstrip()))
    return len(filled) >= LEAST_LINES and begin >= 0.9 * len(filled) and end >= 0.7 * len(filled) and all(len(line) < 4000 for line in filled)


def marked(block: str) -> bool:
    """Whether a rating stands at the beginning or end of a stretch of text, or on a line of its own."""
    return "rating" in opinion_of(block).fields


def opinion_of(block: str) -> Opinion:
    """Split off `Rating: 4`, `Product: ...` lines and stars at the edges; the rest is the text."""
    lines = block.strip().splitlines()
    fields: dict[str, str] = {}
    kept: list[str] = []
    for line in lines:
        role, value = _field(line)
        if role and role not in fields and role != "text" and not (role == "rating" and rating_of(value) is None):
            fields[role] = value
        else:
            kept.append(value if role == "text" and not kept else line)
    if len(kept) > 1 and "rating" not in fields and (copied := pasted_fields(kept)) is not None:
        return Opinion(copied | fields)
    for at in (0, -1):
        if "rating" in fields or not kept:
            break
        found = _mark(kept[at])
        if found is not None:
            fields["rating"], kept[at] = found
    fields["text"] = "\n".join(kept).strip()
    return Opinion(fields)


def _field(line: str) -> tuple[str | None, str]:
    match = _FIELD.match(line)
    if match is None:
        return None, ""
    name = normal(match.group(1))
    role = next((role for role in ROLES if name in names()[role]), None)
    return role, match.group(2).strip()


def _mark(line: str) -> tuple[str, str] | None:
    """A rating at the edge of a line, and the line without it."""
    text = line.strip()
    for pattern in (_STARS, _fraction()):
        for match in (pattern.match(text), _last(pattern, text)):
            if match is None:
                continue
            rest = (text[: match.start()] + text[match.end() :]).strip(" \t-–—:|,;()[]")
            return match.group(), rest
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    tail = text[-24:]
    for match in pattern.finditer(tail):
        if not tail[match.end() :].strip(" .)]"):
            return pattern.search(text, len(text) - len(tail) + match.start())
    return None
