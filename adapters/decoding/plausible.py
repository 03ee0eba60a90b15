"""Whether text can be what a page says, by the text alone.

Fonts without a map to letters, shifted or substituted codes, shuffled letters and symbols give text that no language writes. The tests here know
nothing of a page's looks; they let pass what has little to judge by (prices, codes, names), and the other scripts of the world as long as one page
holds one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import Final

from adapters.decoding.letters import likelihood

FEWEST: Final = 24
"""Letters or signs from which a share means something."""
MOST_UNREADABLE: Final = 0.2
"""Share of unmapped, private-use and control characters beyond which text is glyph numbers."""
LEAST_ALPHANUMERIC: Final = 0.35
"""Share of letters and figures; prices with points, signs and percent have 0.6 and more."""
MOST_ODD: Final = 0.12
"""Share of signs that neither prose nor price lists use; codes shifted from letters hit them often."""
MOST_OF_ONE: Final = 0.5
"""Share of the commonest letter; `e` has 0.18 of German."""
MOST_OF_ONE_FIGURE: Final = 0.85
"""Share of the commonest figure; zeros have three quarters of a column of round prices."""
MOST_ALONE: Final = 0.5
"""Share of letters that stand alone."""
MOST_ACCENTED: Final = 0.45
"""Share of Latin letters with accents: Czech 0.15, Vietnamese 0.3."""
MOST_CAPPED: Final = 0.12
"""Small letters followed by a capital inside a word, per letter."""
MOST_MIXED: Final = 0.4
"""Share of words with a figure between letters."""
MOST_MISREAD: Final = 0.02
"""Share of letters that are UTF-8 read as Latin-1."""
LEAST_SCRIPT: Final = 0.8
"""Share of the main script among letters that are not Latin."""
LEAST_DIFFERENT: Final = 0.25
"""Share of different signs among the first 160 of East Asian text: an alphabet has 30, Chinese and Japanese text 60 and more."""
IMPROBABLE: Final = -2.82
"""Mean log likelihood per letter (see `letters`) below which some hundred letters are no language: backwards -3.0, product lists -2.4."""
LEEWAY: Final = 9.0
"""By how much a short text may fall short: this over its letters (30 letters: 0.3)."""

_ODD: Final = frozenset("¦§¶¬^~`{}[]\\_<>#@¤¨´¸¯±×÷µªº¹²³¼½¾¿¡©®†‡‰ƒ\u00ad\u00a0")
_GLYPH_NUMBER: Final = re.compile(
    r"\(cid:\d+\)|/?\b(?:gid|glyph|uni|g|cid|index)\d{2,5}\b|/[GgCc]\d{2,3}\b|&#x?[0-9a-f]+;|\\u[0-9a-f]{4}", re.IGNORECASE
)
_MISREAD: Final = re.compile("[\u00c2\u00c3\u00e2][\u0080-\u00bf\u20ac\u201a\u201e\u0192\u2122\u0153\u2026\u2020]")
_REPEATED: Final = re.compile(r"([^\w\s])\1{2,}|_{3,}")
_MIXED: Final = re.compile(r"[^\W\d_]\d+[^\W\d_]")
_SCRIPTS: Final = (
    (0x0370, 0x03FF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x077F, "arabic"),
    (0x0900, 0x0DFF, "indic"),
    (0x0E00, 0x0EFF, "thai"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1F00, 0x1FFF, "greek"),
    (0x3040, 0x30FF, "east asian"),
    (0x3400, 0x9FFF, "east asian"),
    (0xAC00, 0xD7AF, "east asian"),
    (0xF900, 0xFAFF, "east asian"),
    (0xFB50, 0xFEFF, "arabic"),
)


def implausible(text: str) -> str | None:
    """What shows that `text` is not what a page says; None when nothing does."""
    text = _REPEATED.sub(r"\1", unicodedata.normalize("NFC", text))
    signs = [character for character in text if not character.isspace()]
    if not signs:
        return None
    return _codes(text, signs) or _signs(signs) or _words(text) or _letters(text)


def unreadable(character: str) -> bool:
    """Whether a character is no text in any script: control, private use, unassigned, replaced."""
    if character.isascii():
        return character < " " and not character.isspace()
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")


def _codes(text: str, signs: list[str]) -> str | None:
    lost = sum(map(unreadable, signs)) + sum(map(len, _GLYPH_NUMBER.findall(text)))
    if lost > MOST_UNREADABLE * len(signs):
        return "glyph numbers instead of letters"
    if len(_MISREAD.findall(text)) > max(2.0, MOST_MISREAD * len(signs)):
        return "UTF-8 read as Latin-1"
    return None


def _signs(signs: list[str]) -> str | None:
    if len(signs) < FEWEST:
        return None
    alphanumeric = sum(map(str.isalnum, signs))
    marks = sum(unicodedata.category(sign)[0] == "M" for sign in signs)
    if alphanumeric + min(marks, alphanumeric) < LEAST_ALPHANUMERIC * len(signs):
        return "signs instead of letters"
    if sum(map(_odd, signs)) > MOST_ODD * len(signs):
        return "odd signs among the letters"
    return "one figure over and over" if _monotonous([sign for sign in signs if sign.isdecimal()], MOST_OF_ONE_FIGURE) else None


def _monotonous(signs: list[str], most: float) -> bool:
    return len(signs) >= FEWEST and Counter(map(str.casefold, signs)).most_common(1)[0][1] > most * len(signs)


def _odd(sign: str) -> bool:
    return not sign.isalnum() and (sign in _ODD or unicodedata.category(sign) in {"So", "Sk", "Cf"}) and sign not in "•®©°"


def _words(text: str) -> str | None:
    words = [word for word in re.findall(r"\w+", text) if any(letter.isalpha() for letter in word)]
    letters = sum(letter.isalpha() for word in words for letter in word)
    if letters < FEWEST:
        return None
    if _monotonous([letter for word in words if len(word) > 2 for letter in word], MOST_OF_ONE):
        return "one letter over and over"
    if sum(len(word) == 1 and not _east_asian(word) for word in words) > MOST_ALONE * letters:
        return "letters that stand alone"
    capped = sum(a.islower() and b.isupper() for word in words for a, b in pairwise(word))
    if capped > MOST_CAPPED * letters:
        return "capitals inside words"
    if sum(bool(_MIXED.search(word)) for word in words) > MOST_MIXED * len(words):
        return "figures inside words"
    return None


def _letters(text: str) -> str | None:
    letters = [letter for letter in text if letter.isalpha()]
    foreign = [letter for letter in letters if not _latin(ord(letter))]
    latin = len(letters) - len(foreign)
    if len(foreign) >= max(FEWEST / 2, 0.1 * len(letters)) and (found := _foreign(foreign)):
        return found
    if latin >= FEWEST and sum(not letter.isascii() for letter in letters) - len(foreign) > MOST_ACCENTED * latin:
        return "accents on every other letter"
    mean, judged = likelihood(text)
    if judged >= FEWEST and mean < IMPROBABLE - LEEWAY / judged:
        return "letters in no language's order"
    return None


def _latin(code: int) -> bool:
    return code < 0x250 or 0x1E00 <= code <= 0x1EFF or 0xFB00 <= code <= 0xFB06


def _foreign(letters: list[str]) -> str | None:
    script, count = Counter(_script(ord(letter)) for letter in letters).most_common(1)[0]
    if count < LEAST_SCRIPT * len(letters) or script == "other":
        return "letters of several scripts"
    if script == "east asian" and len(letters) >= 2 * FEWEST and len(set(letters)) < LEAST_DIFFERENT * min(len(letters), 160):
        return "an alphabet's few letters in East Asian signs"
    return None


def _script(code: int) -> str:
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "other")


def _east_asian(word: str) -> bool:
    return _script(ord(word[0])) == "east asian"
