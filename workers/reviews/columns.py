"""Which column or key of a review file means what: by name in several languages, then by what the cells look like."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

from schemas.errors import Malformed
from schemas.extractions import ColumnRole
from workers.reviews.values import instant, rating_of, whole_number
from workers.reviews.wording import words

ROLES = (
    *("text", "rating", "rating_scale", "title", "product", "brand", "author", "author_location", "author_reviews"),
    *("retailer", "store", "region", "published_at", "helpful", "review_id", "language"),
)
SAMPLE = 200
"""Records looked at to tell what a column holds."""
UNNAMED = "column_"
"""Columns of a table without a header are called so, with their number."""
LEAST_PROSE = 12
"""Mean characters of a column that may be taken for the text although nothing calls it so."""


@cache
def names() -> Mapping[str, Sequence[str]]:
    """Normalised column names by role, the likeliest first."""
    return {role: tuple(dict.fromkeys(text.split())) for role, text in words()["names"].items()}


@cache
def strong_names() -> frozenset[str]:
    """Names that nothing but the text of a review bears."""
    return frozenset(words()["strong"]["text"].split())


@cache
def list_names() -> frozenset[str]:
    """Keys under which an object keeps its reviews."""
    return frozenset(words()["lists"]["names"].split())


def normal(name: str) -> str:
    """Letters and digits of `name`, lower case, without accents: `Review_Text` and `reviewText` are one name."""
    plain = unicodedata.normalize("NFKD", name.lower())
    return "".join(char for char in plain if char.isalnum())


def roles_of(
    columns: Sequence[str],
    sample: Sequence[Mapping[str, Any]],
    stated: Mapping[str, Any] | None = None,
    further: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, str]:
    """Column by role. `stated` (role -> column, or None for no column) overrides what is found; `further` are more names by role, tried first.

    A name that can mean two things (`valoración`, `review`) goes to the role its cells agree with. Raises `Malformed` for a stated column the
    file does not have.
    """
    found = _stated(columns, stated or {})
    settled = set(stated or {})
    forms = {column: _forms(column) for column in columns}
    for role in ROLES:
        if role in settled:
            continue
        taken = set(found.values())
        for depth in range(3):
            free = {c: form[depth] for c, form in forms.items() if len(form) > depth and c not in taken}
            column = _named(role, (*(further or {}).get(role, ()), *names()[role]), free, sample)
            if column is not None:
                found[role] = column
                break
    for role, likeliest in (("text", _prose_column), ("published_at", _date_column), ("rating", _rating_column)):
        if role not in found and role not in settled:
            column = likeliest([c for c in columns if c not in found.values()], sample)
            if column is not None:
                found[role] = column
    return found


def judged(
    roles: Mapping[str, str],
    sample: Sequence[Mapping[str, Any]],
    stated: Mapping[str, Any],
    further: Mapping[str, Sequence[str]],
    file: str | None = None,
) -> tuple[ColumnRole, ...]:
    """How sure each role is: 1 when stated; else what the name is worth, times the share of cells that can be of this role.

    A name only this role has is worth 0.95, one of many meanings 0.85, the last part of a nested key 0.9 of that, and none 0.6. These are an
    order of trust set by hand, no frequencies.
    """
    found: list[ColumnRole] = []
    for role, column in roles.items():
        if stated.get(role) is not None:
            found.append(ColumnRole(role=role, column=column, confidence=1.0, basis="stated", file=file))
            continue
        forms = _forms(column)
        depth = next((at for at, form in enumerate(forms) if form in names()[role] or form in further.get(role, ())), None)
        worth = 0.6 if depth is None else (0.85 if forms[depth] in ambiguous() else 0.95) * (1.0 if depth == 0 else 0.9)
        cells = [row[column] for row in sample if not _blank(row.get(column))]
        share = sum(1 for cell in cells if _can_be(role, cell)) / len(cells) if cells else 0.5
        basis: Literal["name", "content"] = "content" if depth is None else "name"
        found.append(ColumnRole(role=role, column=column, confidence=round(worth * share, 3), basis=basis, file=file))
    return tuple(found)


@cache
def ambiguous() -> frozenset[str]:
    """Names of columns that mean many things."""
    return frozenset(words()["ambiguous"]["names"].split()) | {
        form for form, count in Counter(form for forms in names().values() for form in forms).items() if count > 1
    }


def _can_be(role: str, cell: Any) -> bool:
    if role == "text":
        return isinstance(cell, str) and _RATING_LIKE.fullmatch(cell) is None
    if role in ("rating", "rating_scale"):
        return rating_of(cell) is not None
    if role == "published_at":
        return instant(cell, "dmy") is not None
    if role in ("helpful", "author_reviews"):
        return whole_number(cell) is not None
    return not isinstance(cell, dict | list)


def _stated(columns: Sequence[str], stated: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    by_form = {normal(column): column for column in reversed(columns)}
    for role, column in stated.items():
        if column is None:
            continue
        exact = str(column)
        if exact not in columns and normal(exact) not in by_form:
            raise Malformed(f"the metadata's `columns` takes {role} from {exact[:60]!r}, which this file does not have")
        found[role] = exact if exact in columns else by_form[normal(exact)]
    return found


def _forms(column: str) -> list[str]:
    """The name as one word, then its last two parts, then its last part, for keys nested with dots."""
    parts = [normal(part) for part in column.split(".")]
    return list(dict.fromkeys(["".join(parts), "".join(parts[-2:]), parts[-1]]))


def _named(role: str, wanted: Sequence[str], forms: Mapping[str, str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    by_form: dict[str, str] = {}
    for column, form in forms.items():
        by_form.setdefault(form, column)
    for name in wanted:
        candidate = by_form.get(name)
        if candidate is not None and _agrees(role, [row[candidate] for row in sample if not _blank(row.get(candidate))]):
            return candidate
    return None


def _blank(value: Any) -> bool:
    return value is None or value == ""


_RATING_LIKE = re.compile(r"\s*(?:\d{1,3}(?:[.,]\d+)?\b.{0,24}|[★☆⭐✩✭\ufe0f\s]+|[a-z]+ ?: ?\d.{0,12})", re.IGNORECASE | re.DOTALL)


def _agrees(role: str, values: Sequence[Any]) -> bool:
    """Whether cells can be of this role; no cells speak for any."""
    if not values:
        return True
    if role == "text":
        return sum(1 for value in values if isinstance(value, str) and not _RATING_LIKE.fullmatch(value)) * 2 > len(values)
    if role == "rating":
        return sum(1 for value in values if _number(value) or (isinstance(value, str) and bool(_RATING_LIKE.fullmatch(value)))) * 2 > len(values)
    return not all(isinstance(value, dict | list) for value in values)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _prose_column(columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    best: str | None = None
    most = float(LEAST_PROSE)
    for column in columns:
        values = [row[column] for row in sample if isinstance(row.get(column), str) and row[column]]
        if not values or sum(1 for value in values if " " in value.strip() and any(map(str.isalpha, value))) * 2 < len(values):
            continue
        mean = sum(map(len, values)) / len(values)
        if mean > most:
            best, most = column, mean
    return best


def _date_column(columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    """The first column that holds nothing but times, written as text."""
    for column in columns:
        values = [row[column] for row in sample if not _blank(row.get(column))]
        if values and all(isinstance(value, str) and not value.isdecimal() and instant(value, "dmy") for value in values):
            return column
    return None


def _rating_column(columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    """The one column that holds nothing but stars: of a table without a header numbers from 0 to 10; of a column called otherwise, cells that say
    that they are stars (`4/5`, `4 stars`), or all of 1, 2, 4 and 5 and nothing else, which quantities and ages do not.
    """
    found = []
    for column in columns:
        cells = [row[column] for row in sample if not _blank(row.get(column))]
        ratings = [rating for cell in cells if (rating := rating_of(cell)) is not None]
        if not ratings or len(ratings) < len(cells):
            continue
        values = {rating.value for rating in ratings}
        unnamed = column.startswith(UNNAMED) and all(0 <= value <= 10 for value in values)
        if unnamed or all(rating.scale for rating in ratings) or {1, 2, 4, 5} <= values <= {1, 2, 3, 4, 5}:
            found.append(column)
    return found[0] if len(found) == 1 else None
