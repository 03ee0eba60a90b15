"""Text to tokens: lower-case words, emoji, emoticons and the punctuation that ends clauses. One compiled expression says what a token is.

Batches in Latin-1 letters, nearly all there are, are cut at the borders of letters by whole arrays; the expression is asked only where a sign or
digit stands that it may join to something. That is twice as fast as the expression alone, and says where each token stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.lexicons import emoji

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Codes = NDArray[np.uint8] | NDArray[np.uint32]

_MARK = r"\d(?<![\d.,/]\d)\d?(?:/(?:5|10)(?![\d/])|(?=[ -]?(?:star|estrella|stern|étoile|etoile|stell[ae]|estrela)))"
"""Numbers that are a verdict: `8/10`, and the 5 of `5 stars`. All others are dropped."""
_CONTRACTED = r"'(?:[tsdm]|re|ve|ll)\b"
_LETTER = "[a-zªµºß-öø-ÿ]"
"""The lower-case letters of Latin-1."""
_BEYOND = 256
"""Where tables of characters have all those beyond Latin-1."""
AT_ONCE = 1 << 16
"""Tokens cut at a time, a batch of 700 reviews: of a whole book, the places of all characters would take 16 bytes each."""
_SEPARATES, _SPELLS, _STANDS_ALONE, _FOREIGN = range(4)
"""What a character does by itself: nothing, it is a letter of words, it is a token; nobody knows but the expression."""


def _emoticons() -> list[str]:
    signs = sorted(emoji(), key=lambda sign: (-len(sign), sign))
    return [sign for sign in signs if len(sign) > 1 and not sign[0].isalpha()]


def _pattern(letter: str) -> re.Pattern[str]:
    pictures = "".join(re.escape(sign) for sign in sorted(emoji()) if len(sign) == 1)
    emoticons = _emoticons()
    first = re.escape("".join(sorted({sign[0] for sign in emoticons})))
    any_emoticon = "|".join(re.escape(sign) + (r"(?!\w)" if sign[-1].isalpha() else "(?![/\\w])") for sign in emoticons)
    return re.compile(rf"{letter}+(?:{_CONTRACTED})?|[.!?\n,¡¿…{pictures}]|(?=[{first}])(?:{any_emoticon})|[:;()]|{_MARK}")


_ANY_SCRIPT = _pattern(r"[^\W\d_]")
_WESTERN = _pattern(_LETTER)
"""The same letters within Latin-1, as one range: 1.8 times as fast."""
_BEYOND_LATIN_1 = re.compile(r"[^\x00-\xff]")
_ENDING = re.compile(_CONTRACTED)


class Tokens(NamedTuple):
    """Tokens of a batch, end to end: what each is, the text it stands in, and from where to where (code points of that text, end exclusive)."""

    flat: list[str]
    text_of: Ints
    begins: Ints
    ends: Ints


def lowered(text: str) -> str:
    """`text` in lower case with straight apostrophes, character for character, so that offsets stay true."""
    lower = text.lower()
    if len(lower) != len(text):  # a few capitals, such as the Turkish dotted I, become two characters
        lower = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lower.replace("’", "'")


def tokenize(lower: str) -> list[str]:
    """Tokens of a text that `lowered` returned; other signs, and digits that are no mark, separate and are dropped."""
    return (_ANY_SCRIPT if _BEYOND_LATIN_1.search(lower) else _WESTERN).findall(lower)


def tokenize_all(lower: Sequence[str]) -> Tokens:
    """The tokens that `tokenize` finds in each text of a batch, and where."""
    joined = "\0".join([*lower, ""])
    sizes = np.fromiter(map(len, lower), np.int64, len(lower)) + 1
    borders = np.concatenate(([0], np.cumsum(sizes)))
    codes, encoding = _coded(joined)
    kinds = _kinds().take(codes, mode="clip")
    letters, opens = kinds == _SPELLS, kinds == _STANDS_ALONE
    closes = opens.copy()
    opens[1:] |= letters[1:] & ~letters[:-1]
    opens[:1] |= letters[:1]
    closes[:-1] |= letters[:-1] & ~letters[1:]  # the last character is the zero behind the last text
    _join(joined, _joints(codes, kinds), opens, closes)
    foreign = np.flatnonzero(kinds == _FOREIGN)
    for text in np.unique(np.searchsorted(borders, foreign, "right") - 1).tolist():
        _cut_by_expression(joined, int(borders[text]), int(borders[text + 1]) - 1, opens, closes)
    begins, ends = np.flatnonzero(opens), np.flatnonzero(closes) + 1
    text_of = np.searchsorted(borders, begins, "right") - 1
    offsets = borders[text_of]
    return Tokens(_pieces(codes, encoding, begins, ends), text_of, begins - offsets, ends - offsets)


def _coded(joined: str) -> tuple[Codes, str]:
    """The code points of a text, and the encoding that has them so."""
    try:
        return np.frombuffer(joined.encode("latin-1"), np.uint8), "latin-1"
    except UnicodeEncodeError:
        return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32), "utf-32-le"


def _pieces(codes: Codes, encoding: str, begins: Ints, ends: Ints) -> list[str]:
    """The stretches of a text as strings: laid end to end with a zero, which no token holds, behind each, and split there."""
    found: list[str] = []
    for first in range(0, len(begins), AT_ONCE):
        some = begins[first : first + AT_ONCE]
        sizes = ends[first : first + AT_ONCE] - some + 1
        places = np.cumsum(sizes)
        laid = codes.take(np.arange(places[-1]) + np.repeat(some + sizes - places, sizes))
        laid[places - 1] = 0
        found += str(laid.tobytes(), encoding, "surrogatepass").split("\0")[:-1]
    return found


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each character of Latin-1 does, and behind them what all others do."""
    found = np.full(_BEYOND + 1, _SEPARATES, np.uint8)
    found[_BEYOND] = _FOREIGN
    for code in range(_BEYOND):
        if re.match(_LETTER, chr(code)):
            found[code] = _SPELLS
        elif _WESTERN.match(chr(code)):
            found[code] = _STANDS_ALONE
    return found


@cache
def _joining() -> Bools:
    """Whether a token of several characters may go on with the second of two, from the first on; an apostrophe goes on as the end of a word."""
    found = np.zeros((_BEYOND + 1, _BEYOND + 1), np.bool_)
    for sign in _emoticons():
        found[ord(sign[0]), ord(sign[1])] = True
    found[ord("'"), [ord(letter) for letter in "tsdmrvl"]] = True
    for digit in "0123456789":
        found[ord(digit), [ord(sign) for sign in "0123456789/ -seé"]] = True
    return found


def _joints(codes: Codes, kinds: NDArray[np.uint8]) -> list[int]:
    """Places where a token of several characters may begin that is no word, or the rest of a word."""
    first = np.flatnonzero((kinds != _SPELLS) & (codes != ord(" ")))
    first = first[:-1]  # behind the last stands nothing
    one, next_one = (np.minimum(codes[at].astype(np.int64), _BEYOND) for at in (first, first + 1))
    found: list[int] = first[_joining()[one, next_one]].tolist()
    return found


def _join(joined: str, places: list[int], opens: Bools, closes: Bools) -> None:
    """Mend the borders where a token that is no word begins at one of `places`, or a word ends in what stands there: `:-)`, `8/10`, `don't`."""
    until = 0
    contracted: list[int] = []
    for at in places:
        if at < until:
            continue
        if joined[at] == "'":
            if until < at and joined[at - 1].isalpha() and (found := _ENDING.match(joined, at)):
                until = found.end()
                contracted.append(at)
        elif found := _WESTERN.match(joined, at):
            until = found.end()
            opens[at:until] = closes[at:until] = False
            opens[at] = closes[until - 1] = True
    apostrophes = np.array(contracted, np.int64)
    closes[apostrophes - 1] = opens[apostrophes + 1] = False  # the word goes on to where the letters behind the apostrophe end


def _cut_by_expression(joined: str, start: int, end: int, opens: Bools, closes: Bools) -> None:
    """The borders of a text with characters beyond Latin-1, which stands from `start` to `end`."""
    opens[start:end] = closes[start:end] = False
    for found in _ANY_SCRIPT.finditer(joined, start, end):
        opens[found.start()] = closes[found.end() - 1] = True
