"""From a block's lines to the name as printed, and to the key that joins offers of one product."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from workers.brochures.layout import Piece
from workers.brochures.lexicon import Lexicon
from workers.brochures.packages import find_package, find_unit_price

NAME_LINES: Final = 6
"""Lines of a name at most; longer ones run on into the description."""
BULLETS: Final = "\u2022\u00b7\u25cf\u25aa\u2219*+>\u2013\u2014"
"""Signs that begin a line of properties."""
HEAVIER: Final = 1.4
"""Ratio of stroke weights from which a brand and a product are set in different type."""
_HYPHENS = "-\u2010\u2011\u2012\u00ad"


def name_of(lines: Sequence[Piece], words: Lexicon) -> str | None:
    """The product's name: the block's lines down to where package, varieties or origin begin. None when no line names anything."""
    parts: list[str] = []
    for line in lines:
        if not parts and is_dressing(line.text, words):
            continue
        if parts and line.text[0] in BULLETS:
            break
        cut = _description_start(line.text, words)
        text = line.text[:cut].strip(" ,;:*|\u2022\u00b7-") if cut < len(line.text) else line.text
        if text:
            parts.append(text)
        if cut < len(line.text) or len(parts) == NAME_LINES:
            break
    name = _without_notes(joined(parts, words)).strip(" ,;:*|\u2022\u00b7")
    return None if is_dressing(name, words, "containers", "pieces") else name


def parts_of_name(lines: Sequence[Piece], words: Lexicon) -> tuple[str | None, str | None]:
    """Brand and product where the page sets them apart: the first lines in capitals, or in clearly other type, than the rest; else (None, name)."""
    for cut in range(1, len(lines)):
        first, rest = lines[:cut], lines[cut:]
        if _set_apart(first, rest):
            brand, product = name_of(first, words), name_of(rest, words)
            if brand and product:
                return brand, product
    return None, name_of(lines, words)


def _set_apart(first: Sequence[Piece], rest: Sequence[Piece]) -> bool:
    """Whether capitals end, or the type changes, between two runs of lines that are each of one kind."""
    capitals, others = [_capitals(line.text) for line in first], [_capitals(line.text) for line in rest]
    if all(capitals) and not any(others):
        return True
    weights = [[line.weight for line in lines if line.weight] for lines in (first, rest)]
    if not all(weights):
        return False
    (low, high), (other_low, other_high) = ((min(found), max(found)) for found in weights)
    return low > HEAVIER * other_high or other_low > HEAVIER * high


def _capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= 2 and all(character.isupper() for character in letters)


def joined(parts: Sequence[str], words: Lexicon) -> str:
    """Lines as one text. A hyphen at a line's end goes when the word continues in lower case, and stays before a capital and before `oder`."""
    text = ""
    for part in parts:
        if not text or text[-1] not in _HYPHENS or text.endswith(" -") or words.pattern("conjunctions").match(part):
            text = f"{text} {part}"
        else:
            text = (text[:-1] if part[:1].islower() else text) + part
    return re.sub(r"\s+", " ", text).strip()


def product_key(*parts: str | None) -> str | None:
    """Lower-case words without accents or punctuation, in order: the same for `Crème-Joghurt 4 x 125 g` and `creme joghurt, 4x125g`."""
    text = " ".join(part for part in parts if part)
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\d),(?=\d)", ".", plain.replace("\u00d7", "x"))
    words = re.findall(r"\d+(?:\.\d+)?|[^\W\d_]+", plain)
    return " ".join(words) or None


def _without_notes(name: str) -> str:
    """Without the figures of footnotes that engines read into a word: `1Spitzbub`, `Kerzen2`."""
    return re.sub(r"(?<=[^\W\d_]{3})[1-9](?=\s|$)", "", re.sub(r"^[1-9](?=[^\W\d_]{3})", "", name))


def is_dressing(text: str, words: Lexicon, *tables: str) -> bool:
    """Whether a text only dresses the offer up (`Aktion`, `nur`, `mit App`) and names nothing."""
    if words.pattern("badges").fullmatch(text.strip(" !*.")):
        return True
    rest = text
    for table in ("promo", "loyalty", "points", "dates", *tables):
        rest = words.pattern(table).sub(" ", rest)
    return sum(character.isalpha() for character in rest) < 3


def _description_start(text: str, words: Lexicon) -> int:
    """Where the description begins in a line; the line's length when it is all name."""
    starts = [match.start() for table in ("varieties",) for match in [words.pattern(table).search(text)] if match]
    origin = words.pattern("origin").match(text)
    if origin is not None and text[:1].islower():
        starts.append(0)
    package = find_package(text, words)
    if package is not None:
        starts.append(package.start)
    if find_unit_price(text, words) is not None:
        starts.append(0)
    return min(starts, default=len(text))
