"""A page taken apart: pieces, price tokens, lines of text, neighbours. What models look at and training labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from schemas.pages import Page
from workers.brochures.boxes import Boxes, Matrix, sizes
from workers.brochures.facts import Facts, facts_of
from workers.brochures.groups import Group
from workers.brochures.implied import Implied, implied_prices
from workers.brochures.layout import Area, Piece, aspect_of, body_size, upright_pieces, whole_rows
from workers.brochures.lexicon import Lexicon
from workers.brochures.line_features import line_features, neighbours
from workers.brochures.pair_features import Ground, Prices, pair_features
from workers.brochures.token_features import Beside, token_features
from workers.brochures.tokens import Percent, Token, find_tokens


@dataclass(frozen=True)
class Look:
    """One page, before anything is decided. `above` and `below` are numbers of `texts`, -1 for none; `rules` are in page heights."""

    aspect: float
    body: float
    prices: tuple[Token, ...]
    percents: tuple[Percent, ...]
    texts: tuple[Piece, ...]
    facts: tuple[Facts, ...]
    above: Any
    below: Any
    rules: tuple[Area, ...]
    implied: tuple[Implied, ...]

    def token_rows(self, words: Lexicon) -> Matrix:
        """Features of `prices`. Needs at least one."""
        return token_features(self.prices, Beside(self.percents, self.texts, self.facts, self.implied, self.body), words)

    def line_rows(self, chance: Matrix) -> Matrix:
        """Features of `texts`; `chance` is each token's of being a price. Needs at least one line."""
        return line_features(self.texts, self.facts, self.prices, chance, self.body, (self.above, self.below))

    def pair_rows(self, chosen: Sequence[int], chance: Matrix, groups: Sequence[Group]) -> Matrix:
        """Features of the tokens `chosen` with all `groups`. Needs at least one of each."""
        prices = Prices([self.prices[number] for number in chosen], chance[list(chosen)])
        return pair_features(prices, groups, self.facts, Ground(self.rules, self.implied, self.body))


def look_at(page: Page, words: Lexicon) -> Look:
    """Take a page apart."""
    pieces = whole_rows(upright_pieces(page))
    body = body_size(pieces)
    tokens = find_tokens(pieces, body, words)
    aspect = aspect_of(page)
    above, below = neighbours(Boxes([piece.area for piece in tokens.texts]), sizes(tokens.texts)) if tokens.texts else (np.zeros(0, int),) * 2
    facts = tuple(facts_of(tokens.texts, words))
    return Look(
        aspect=aspect,
        body=body,
        prices=tokens.prices,
        percents=tokens.percents,
        texts=tokens.texts,
        facts=facts,
        above=above,
        below=below,
        rules=tuple(Area(x0 * aspect, y0, x1 * aspect, y1) for x0, y0, x1, y1 in page.rules),
        implied=tuple(implied_prices(facts, above, below)),
    )
