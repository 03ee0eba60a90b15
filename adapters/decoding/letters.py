"""How likely a text's letters follow each other, in whatever European language suits it best.

Words are folded to the letters a to z (Cyrillic and Greek too) and read as chains of three letters, their edges included. The mean natural logarithm
of a letter's probability given the two before it is -1.9 to -2.7 in running text of some twenty languages and in lists of products, -3.0 in words
read backwards or with their inner letters shuffled, -3.5 to -4.2 in shifted, substituted or random letters. `data/letters.md` is the table's card.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

TABLE: Final = Path(__file__).parent / "data" / "letters.npz"
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
STEPS_PER_NAT: Final = 20.0
FLOOR: Final = -12.0
"""The least likely succession, as a natural logarithm."""
MOST_LETTERS: Final = 6_000
"""Letters of a page that are looked at."""
SHORTEST: Final = 3
"""Letters of the shortest word looked at; units and abbreviations are shorter."""

_CYRILLIC_GREEK: Final = (
    "абвгдежзиклмнопрстуфхцчшщъыьэюяієαβγδεζηθικλμνξοπρσςτυφχψω",
    "abvgdezziklmnoprstufhccss-y-euaieabgdezitiklmnxoprsstyfhpo",
)
"""Other letters by their nearest neighbours, which Slavic and Greek words bear well; the hard and the soft sign fall away."""
_FOLDED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "ð": "d", "þ": "th", **dict(zip(*_CYRILLIC_GREEK, strict=True))}
    | {"ъ": "", "ь": ""}
)
_COMBINING: Final = re.compile("[\u0300-\u036f]+")
_PIECES: Final = re.compile(r"[^\W_]+")
_WORD: Final = re.compile(r"[a-z]+")


class Likelihood(NamedTuple):
    """`mean` natural logarithm per letter, over `letters` letters; 0 of 0 when there are no words."""

    mean: float
    letters: int


def likelihood(text: str) -> Likelihood:
    """The best that any table makes of the words of `text`, each once: a currency's sign beside every price is no language of its own."""
    edge = len(ALPHABET)
    codes: list[int] = []
    letters = 0
    for word in dict.fromkeys(words_of(text, shortest=SHORTEST)):
        codes.extend((edge, edge))
        codes.extend(ord(letter) - 97 for letter in word)
        letters += len(word)
        if letters >= MOST_LETTERS:
            break
    if not letters:
        return Likelihood(0.0, 0)
    chain = np.array([*codes, edge, edge])
    before, one, after = chain[:-2], chain[1:-1], chain[2:]
    real = ~((one == edge) & ((after == edge) | (before != edge)))
    means = _table()[:, before[real], one[real], after[real]].mean(axis=1)
    return Likelihood(float(means.max()), letters)


def words_of(text: str, shortest: int) -> list[str]:
    """Words of letters alone, folded to a to z; what holds a digit or another script's letter is no word."""
    return [piece for piece in _PIECES.findall(folded(text)) if len(piece) >= shortest and _WORD.fullmatch(piece)]


def folded(text: str) -> str:
    """`text` in small letters without accents, Cyrillic and Greek by their neighbours among a to z; other letters stay."""
    small = text.casefold()
    if small.isascii():
        return small
    return _COMBINING.sub("", unicodedata.normalize("NFKD", small).translate(_FOLDED))


@cache
def _table() -> Any:
    """languages x before x letter x after: natural logarithms of P(after | before, letter)."""
    with np.load(TABLE) as file:
        return file["steps"].astype(np.float32) / -STEPS_PER_NAT
