"""Price lists: pages that print name and price in one line, `Natural yogurt .... 1.50`, line after line."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Final

from workers.brochures.groups import Group
from workers.brochures.layout import Area
from workers.brochures.look import Look
from workers.brochures.tokens import Form, Token

FEWEST: Final = 3
"""Lines that make a list."""
LETTERS: Final = 3
"""Letters of a name at least."""
EDGE: Final = 2.0
"""Distance of a price's right edge from the list's, in type sizes."""
NOT_LISTED: Final = ("old_price", "deposit", "dates")
"""Word lists whose lines are no offers."""


def listed(look: Look) -> list[tuple[Token, Group]]:
    """The lines of a price list with their prices, from top to bottom; none when the page is no list."""
    found = []
    for number, (piece, fact) in enumerate(zip(look.texts, look.facts, strict=True)):
        tokens = [token for token in look.prices if token.piece is piece and token.form == Form.INLINE]
        if len(tokens) != 1 or any(fact.says(table) for table in NOT_LISTED):
            continue
        token = tokens[0]
        name = piece.text[: token.price.start].rstrip(" .:\u2026_-\u2013€£$")
        if piece.text[token.price.end :].strip(" .*)") or sum(character.isalpha() for character in name) < LETTERS:
            continue
        area = Area(piece.area.left, piece.area.top, max(piece.area.left, token.area.left - piece.size / 2), piece.area.bottom)
        texts = list(look.texts)
        texts[number] = replace(piece, text=name, area=area)
        found.append((token, Group((number,), (), tuple(texts), 1.0)))
    edge = median(token.area.right for token, _ in found) if found else 0.0
    found = [(token, group) for token, group in found if abs(token.area.right - edge) < EDGE * token.size]
    return found if len(found) >= FEWEST else []
