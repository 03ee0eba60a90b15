"""Which column or key of a review file means what: by name in several languages, then by what the cells look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from schemas.errors import Malformed
from workers.reviews.values import rating_of
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


def roles_of(columns: Sequence[str], sample: Sequence[Mapping[str, Any]], stated: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Column by role. `stated` (role -> column) overrides what is found.

    A name that can mean two things (`valoración`, `review`) goes to the role its cells agree with. Raises `Malformed` for a stated role that does
    not exist or a stated column the file does not have.
    """
    found = _stated(columns, stated or {})
    forms = {column: _forms(column) for column in columns}
    for role in ROLES:
        if role in found:
            continue
        taken = set(found.values())
        for depth in range(3):
            column = _named(role, {c: form[depth] for c, form in forms.items() if len(form) > depth and c not in taken}, sample)
            if column is not None:
                found[role] = column
                break
    if "text" not in found:
        prose = _prose_column([c for c in columns if c not in found.values()], sample)
        if prose is not None:
            found["text"] = prose
    if "rating" not in found:
        rating = _rating_column([c for c in columns if c.startswith(UNNAMED) and c not in found.values()], sample)
        if rating is not None:
            found["rating"] = rating
    return found


def _stated(columns: Sequence[str], stated: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    by_form = {normal(column): column for column in reversed(columns)}
    for role, column in stated.items():
        if role not in ROLES:
            raise Malformed(f"the metadata's `columns` names the role {str(role)[:40]!r}; the roles are {', '.join(ROLES)}")
        exact = str(column)
        if exact not in columns and normal(exact) not in by_form:
            raise Malformed(f"the metadata's `columns` takes {role} from {exact[:60]!r}, which this file does not have")
        found[role] = exact if exact in columns else by_form[normal(exact)]
    return found


def _forms(column: str) -> list[str]:
    """The name as one word, then its last two parts, then its last part, for keys nested with dots."""
    parts = [normal(part) for part in column.split(".")]
    return list(dict.fromkeys(["".join(parts), "".join(parts[-2:]), parts[-1]]))


def _named(role: str, forms: Mapping[str, str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    by_form: dict[str, str] = {}
    for column, form in forms.items():
        by_form.setdefault(form, column)
    for name in names()[role]:
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


def _rating_column(columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> str | None:
    """The one column of a table without a header that holds nothing but stars or numbers from 0 to 10."""
    found = []
    for column in columns:
        ratings = [rating_of(row[column]) for row in sample if not _blank(row.get(column))]
        if ratings and all(rating is not None and 0 <= rating.value <= 10 for rating in ratings):
            found.append(column)
    return found[0] if len(found) == 1 else None
