"""Whether text can be what a page says, by the text alone.

Fonts without a map to letters, shifted or substituted codes, shuffled letters and symbols give text that no language writes. The tests here know
nothing of a page's looks; they let pass what has little to judge by (prices, codes, names), and the other scripts of the world as long as one page
holds one of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Final

from adapters.decoding.letters import folded, likelihood

MOST_CHARACTERS: Final = 8_000
"""Characters of a page that are looked at; a dense page has 6,000."""
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
LEAST_IN_USE: Final = 0.9
"""Share of Greek or Cyrillic letters that living languages use."""
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
_UNREADABLE: Final = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x9f\ufffd\ue000-\uf8ff\ud800-\udfff\U000f0000-\U0010ffff]")
_MISREAD: Final = re.compile("[\u00c2\u00c3\u00e2][\u0080-\u00bf\u20ac\u201a\u201e\u0192\u2122\u0153\u2026\u2020]")
_REPEATED: Final = re.compile(r"([^\w\s])\1{2,}|_{3,}")
_MIXED: Final = re.compile(r"[^\W\d_]\d+[^\W\d_]")
_WORD: Final = re.compile(r"\w+")
_CAPPED: Final = re.compile("[a-z\u00df-\u00f6\u00f8-\u00ff][A-Z\u00c0-\u00d6\u00d8-\u00de]")
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
    text = _REPEATED.sub(r"\1", unicodedata.normalize("NFC", text[:MOST_CHARACTERS]))
    signs = Counter("".join(text.split()))
    return _codes(text, signs) or _signs(signs) or _words(text) or _letters(text, signs) if signs else None


def unreadable(text: str) -> int:
    """How many characters are no text in any script: control, private use, unassigned, replaced."""
    unassigned = 0 if text.isascii() else sum(unicodedata.category(character) == "Cn" for character in text if character > "\u024f")
    return unassigned + len(_UNREADABLE.findall(text))


def _share(signs: Counter[str], kind: Callable[[str], bool]) -> int:
    return sum(count for sign, count in signs.items() if kind(sign))


def _codes(text: str, signs: Counter[str]) -> str | None:
    lost = unreadable(text) + sum(map(len, _GLYPH_NUMBER.findall(text)))
    if lost > MOST_UNREADABLE * signs.total():
        return "glyph numbers instead of letters"
    if len(_MISREAD.findall(text)) > max(2.0, MOST_MISREAD * signs.total()):
        return "UTF-8 read as Latin-1"
    return None


def _signs(signs: Counter[str]) -> str | None:
    total = signs.total()
    if total < FEWEST:
        return None
    alphanumeric = _share(signs, str.isalnum)
    marks = _share(signs, lambda sign: unicodedata.category(sign)[0] == "M")
    if alphanumeric + min(marks, alphanumeric) < LEAST_ALPHANUMERIC * total:
        return "signs instead of letters"
    if _share(signs, _odd) > MOST_ODD * total:
        return "odd signs among the letters"
    figures = Counter({sign: count for sign, count in signs.items() if sign.isdecimal()})
    return "one figure over and over" if _monotonous(figures, MOST_OF_ONE_FIGURE) else None


def _monotonous(signs: Counter[str], most: float) -> bool:
    total = signs.total()
    return total >= FEWEST and max(signs.values()) > most * total


def _odd(sign: str) -> bool:
    return not sign.isalnum() and (sign in _ODD or unicodedata.category(sign) in {"So", "Sk", "Cf"}) and sign not in "•®©°"


def _words(text: str) -> str | None:
    words = [word for word in _WORD.findall(text) if any(map(str.isalpha, word))]
    letters = sum(map(len, words))
    if letters < FEWEST:
        return None
    if _monotonous(Counter("".join(word for word in words if len(word) > 2).casefold()), MOST_OF_ONE):
        return "one letter over and over"
    if sum(len(word) == 1 and not _east_asian(word) for word in words) > MOST_ALONE * letters:
        return "letters that stand alone"
    if len(_CAPPED.findall(text)) > MOST_CAPPED * letters:
        return "capitals inside words"
    if sum(bool(_MIXED.search(word)) for word in words) > MOST_MIXED * len(words):
        return "figures inside words"
    return None


def _letters(text: str, signs: Counter[str]) -> str | None:
    letters = _share(signs, str.isalpha)
    foreign = Counter({sign: count for sign, count in signs.items() if sign.isalpha() and not _latin(ord(sign))})
    latin = letters - foreign.total()
    if foreign.total() >= max(FEWEST / 2, 0.1 * letters) and (found := _foreign(foreign)):
        return found
    accented = _share(signs, lambda sign: not sign.isascii() and sign.isalpha() and _latin(ord(sign)))
    if latin >= FEWEST and accented > MOST_ACCENTED * latin:
        return "accents on every other letter"
    mean, judged = likelihood(text)
    if judged >= FEWEST and mean < IMPROBABLE - LEEWAY / judged:
        return "letters in no language's order"
    return None


def _latin(code: int) -> bool:
    return code < 0x250 or 0x1E00 <= code <= 0x1EFF or 0xFB00 <= code <= 0xFB06


def _foreign(letters: Counter[str]) -> str | None:
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script(ord(letter))] += count
    script, count = scripts.most_common(1)[0]
    total = letters.total()
    if count < LEAST_SCRIPT * total or script == "other":
        return "letters of several scripts"
    if script in {"greek", "cyrillic"} and _share(letters, lambda letter: folded(letter).isascii()) < LEAST_IN_USE * total:
        return "letters no language uses"
    if script == "east asian" and total >= 2 * FEWEST and len(letters) < LEAST_DIFFERENT * min(total, 160):
        return "an alphabet's few letters in East Asian signs"
    return None


def _script(code: int) -> str:
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), "other")


def _east_asian(word: str) -> bool:
    return _script(ord(word[0])) == "east asian"
