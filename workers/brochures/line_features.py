"""What a line of text looks like in numbers: type, spelling, neighbours in its column, prices about. No text: see `training/README.md`."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from workers.brochures.boxes import NAN, Boxes, Matrix, apart, colours, sizes
from workers.brochures.facts import BULLETS, Facts
from workers.brochures.layout import Piece
from workers.brochures.tokens import Token


def line_features(
    texts: Sequence[Piece], facts: Sequence[Facts], tokens: Sequence[Token], chance: Matrix, body: float, column: tuple[Any, Any]
) -> Matrix:
    """One row for each of at least one line of text; `chance` is each token's of being an offer's price, `column` what `neighbours` found."""
    boxes, size = Boxes([piece.area for piece in texts]), sizes(texts)
    weight = np.array([NAN if piece.weight is None else piece.weight / 100 for piece in texts])
    ink, ground = colours([piece.colour for piece in texts]), colours([piece.ground for piece in texts])
    spelled = _spelled(texts, facts)
    above, below = column
    usual = float(np.nanmedian(weight)) if np.isfinite(weight).any() else NAN
    own = np.column_stack([np.log(size / max(body, 1e-4)), weight, weight - usual, boxes.x, boxes.y, boxes.right - boxes.left, spelled])
    return np.column_stack(
        [
            own,
            _next_to(above, boxes, size, weight, ink, ground, spelled),
            _next_to(below, boxes, size, weight, ink, ground, spelled),
            _in_block(above, below, facts),
            _to_prices(boxes, size, ground, tokens, chance),
        ]
    )


def _spelled(texts: Sequence[Piece], facts: Sequence[Facts]) -> Matrix:
    printed = Counter(_letters(piece.text) for piece in texts)
    repeated = Counter(word for piece in texts for word in set(re.findall(r"[^\W\d_]{4,}", piece.text.lower())))
    rows = []
    for piece, fact in zip(texts, facts, strict=True):
        text = piece.text
        letters = sum(character.isalpha() for character in text)
        terms = re.findall(r"[^\W\d_]+", text)
        rows.append(
            [
                len(text),
                letters / len(text),
                sum(character.isupper() for character in text) / max(1, letters),
                sum(character.isdigit() for character in text),
                float(text[0].isupper()),
                float(text[0].islower()),
                float(text[0] in BULLETS),
                float(text[0].isdigit()),
                float(text[-1] == "-"),
                float(text[-1] == ","),
                float(text[-1] in ".!?:"),
                float("," in text[:-1]),
                len(terms),
                max((len(term) for term in terms), default=0),
                piece.confidence,
                float(fact.package is not None),
                NAN if fact.package is None else fact.package[0] / len(text),
                float(fact.unit_price),
                *(float(flag) for flag in fact.tables),
                max((repeated[word] for word in re.findall(r"[^\W\d_]{4,}", text.lower())), default=0),
                float(printed[_letters(text)]),
                float(fact.dressing),
            ]
        )
    return np.array(rows, dtype=float)


def _letters(text: str) -> str:
    """What two prints of one line have in common, however an engine read their signs."""
    return "".join(character for character in text.lower() if character.isalpha())


def neighbours(boxes: Boxes, size: Matrix) -> tuple[np.ndarray[Any, np.dtype[np.intp]], np.ndarray[Any, np.dtype[np.intp]]]:
    """For each line the one it follows and the one that follows it in a column; -1 for none."""
    count = len(size)
    pair = np.minimum(size[:, None], size[None])
    step = boxes.top[None] - boxes.bottom[:, None]  # row above, column below
    edges = np.minimum(abs(boxes.left[:, None] - boxes.left), abs(boxes.right[:, None] - boxes.right))
    edges = np.minimum(edges, abs(boxes.x[:, None] - boxes.x))
    overlap = boxes.across(boxes) == 0
    later = boxes.y[None] - boxes.y[:, None] > 0.35 * pair
    fits = overlap & later & (step > -0.75 * pair) & (step < 0.75 * pair) & (edges < 1.2 * np.maximum(size[:, None], size[None]))
    fits &= abs(np.log(size[:, None] / size[None])) < math.log(2.6)
    cost = np.where(fits, abs(step) + 0.5 * edges + 0.4 * abs(size[:, None] - size[None]), np.inf)
    above, below = np.full(count, -1), np.full(count, -1)
    for upper, lower in zip(*np.unravel_index(np.argsort(cost, axis=None), cost.shape), strict=True):
        if not np.isfinite(cost[upper, lower]):
            break
        if below[upper] < 0 and above[lower] < 0:
            below[upper], above[lower] = lower, upper
    return above, below


def _next_to(other: Any, boxes: Boxes, size: Matrix, weight: Matrix, ink: Matrix, ground: Matrix, spelled: Matrix) -> Matrix:
    table = np.column_stack(
        [
            np.log(size[other] / size),
            weight[other] - weight,
            np.maximum(boxes.top[other] - boxes.bottom, boxes.top - boxes.bottom[other]) / size,
            (boxes.left[other] - boxes.left) / size,
            (boxes.x[other] - boxes.x) / size,
            np.linalg.norm(ink[other] - ink, axis=1),
            np.linalg.norm(ground[other] - ground, axis=1),
            spelled[other][:, [0, 2, 3, 4, 5, 6, 8, 9, 15, 17, 18, 19, 20]],
        ]
    )
    table[other < 0] = NAN
    return table


def _in_block(above: Any, below: Any, facts: Sequence[Facts]) -> Matrix:
    """Place in the column of lines: how many stand above and below, and how far it is to the first that states a package or a unit price."""
    rows = []
    for line in range(len(facts)):
        up = _walk(above, line)
        down = _walk(below, line)
        first = next((steps for steps, no in enumerate([line, *down]) if facts[no].detailed), NAN)
        last = next((steps for steps, no in enumerate(up, start=1) if facts[no].detailed), NAN)
        rows.append([len(up), len(down), first, last])
    return np.array(rows, dtype=float)


def _walk(step: Any, line: int) -> list[int]:
    found: list[int] = []
    while (line := int(step[line])) >= 0 and len(found) < 12:
        found.append(line)
    return found


def _to_prices(boxes: Boxes, size: Matrix, ground: Matrix, tokens: Sequence[Token], chance: Matrix) -> Matrix:
    """The nearest likely price: how far, where, how large; and how many are about."""
    likely = [no for no in range(len(tokens)) if chance[no] >= 0.3]
    if not likely:
        return np.full((len(size), 8), NAN)
    prices = Boxes([tokens[no].area for no in likely])
    big = sizes([tokens[no] for no in likely])
    grounds = colours([tokens[no].piece.ground for no in likely])
    white = boxes.white(prices)
    nearest = white.argmin(axis=1)
    rows = np.arange(len(size))
    return np.column_stack(
        [
            white[rows, nearest],
            white[rows, nearest] / big[nearest],
            (prices.x[nearest] - boxes.x) / big[nearest],
            (prices.y[nearest] - boxes.y) / big[nearest],
            np.log(big[nearest] / size),
            (white < 0.15).sum(axis=1),
            (prices.top[nearest] - boxes.bottom) / size,
            apart(ground, grounds)[rows, nearest],
        ]
    )
