"""Names with their price behind them: price lists, `Natural yogurt .... 1.50`, line after line, and small offers in running text, `Wreath, 9.99`."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Final

from workers.brochures.groups import Group
from workers.brochures.layout import Area, Piece
from workers.brochures.look import Look
from workers.brochures.tokens import Form, Token

FEWEST: Final = 3
"""Lines that make a list."""
LETTERS: Final = 3
"""Letters of a name at least."""
EDGE: Final = 2.0
"""Distance of a price's right edge from the list's, in type sizes."""
SAME_TYPE: Final = 1.25
"""Ratio of sizes up to which two lines are in one type."""
NAME_LINES: Final = 3
"""Lines of a name in running text at most."""
_MARKS: Final = " *.)'\"\u00b9\u00b2\u00b3"
NOT_LISTED: Final = ("old_price", "deposit", "dates")
"""Word lists whose lines are no offers."""
NOT_NAMED: Final = (*NOT_LISTED, "containers")
"""Word lists that no name in running text touches."""


def asides(look: Look) -> list[tuple[Token, Group]]:
    """Small offers in running text: a name, a comma and its price at the end of the line or in the line below; the name may begin above."""
    lone = {id(token.piece): token for token in look.prices if token.letters == 0}
    pieces = list(lone)
    found = []
    for number, (piece, fact) in enumerate(zip(look.texts, look.facts, strict=True)):
        tokens = [token for token in look.prices if token.piece is piece and token.form == Form.INLINE]
        if len(tokens) == 1 and not piece.text[tokens[0].price.end :].strip(_MARKS):
            token, name = tokens[0], piece.text[: tokens[0].price.start].rstrip()
        elif not tokens and (below := next((lone[key] for key in pieces if _follows(piece, lone[key])), None)):
            token, name = below, piece.text
        else:
            continue
        letters = sum(character.isalpha() for character in name)
        if not name.endswith(",") or letters < LETTERS or fact.detailed or fact.member or any(fact.says(table) for table in NOT_NAMED):
            continue
        texts = list(look.texts)
        texts[number] = replace(piece, text=name.rstrip(" ,"))
        lines: tuple[int, ...] = (number,)
        while len(lines) < NAME_LINES and (up := int(look.above[lines[0]])) >= 0 and _begins(look, up, piece):
            lines = (up, *lines)
        found.append((token, Group(lines, (), tuple(texts), 1.0)))
    return found


def _follows(piece: Piece, token: Token) -> bool:
    """Whether an amount is the next line of a text: in its type, below it, flush left."""
    small = max(piece.size, token.size)
    if small > SAME_TYPE * min(piece.size, token.size) or abs(piece.area.left - token.area.left) > small:
        return False
    return -0.5 * small < token.area.top - piece.area.bottom < 0.5 * small


def _begins(look: Look, number: int, piece: Piece) -> bool:
    """Whether a line is the beginning of the name that `piece` ends: in its type, and no description or offer of its own."""
    text, fact = look.texts[number], look.facts[number]
    if max(text.size, piece.size) > SAME_TYPE * min(text.size, piece.size):
        return False
    own = any(token.piece is text for token in look.prices)
    return not own and not fact.detailed and not text.text.endswith((",", ".")) and not any(fact.says(table) for table in NOT_NAMED)


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
