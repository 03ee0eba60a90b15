"""Lines of text in a column: words wrap, long ones are hyphenated, what does not fit is left out, and what was set is known line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from training.composer.fonts import width_of
from training.composer.sheet import Rect, Sheet

Kind = Literal["brand", "name", "detail", "package", "unit_price", "old", "deposit", "tier", "validity", "label", "price", "other"]
VOWELS = set("aeiouyäöüáéíóúàèìòùâêôãõAEIOUÄÖÜ")


@dataclass(frozen=True)
class Cut:
    """A font, its size in points and its colour."""

    font: str
    size: float
    colour: str


@dataclass(frozen=True)
class Item:
    """A paragraph of one kind.

    `runs`: (text, cut), set one after the other; `optional` ones are left out first when room is short; `glued` ones continue the last line.
    """

    kind: Kind
    runs: tuple[tuple[str, Cut], ...]
    optional: bool = False
    glued: bool = False
    gap: float = 0.0


@dataclass(frozen=True)
class Word:
    text: str
    cut: Cut
    kind: Kind
    spaced: bool
    """Whether a space stands before it when it does not begin a line."""


@dataclass(frozen=True)
class SetLine:
    """One line as it will be drawn; `gap` above it in points."""

    words: tuple[Word, ...]
    gap: float

    @property
    def size(self) -> float:
        return max(word.cut.size for word in self.words)

    @property
    def width(self) -> float:
        return sum(_advance(word, first=place == 0) for place, word in enumerate(self.words))

    def of_kind(self, kind: Kind) -> str:
        """The words of `kind` in this line."""
        return "".join(
            ("" if place == 0 or not word.spaced else " ") + word.text for place, word in enumerate(self.words) if word.kind == kind
        ).strip()


def _advance(word: Word, *, first: bool) -> float:
    text = word.text if first or not word.spaced else " " + word.text
    return width_of(text, word.cut.font, word.cut.size)


def words_of(item: Item) -> list[Word]:
    """The words of `item`, each with the cut of its run."""
    return [Word(text, cut, item.kind, spaced=True) for run, cut in item.runs for text in run.split()]


def wrapped(items: Sequence[Item], width: float, *, hyphenate: bool) -> list[SetLine] | None:
    """`items` in lines no wider than `width` points; None when a word does not fit."""
    lines: list[SetLine] = []
    for item in items:
        line: list[Word] = []
        gap = item.gap
        if item.glued and lines:
            last = lines.pop()
            line, gap = list(last.words), last.gap
        waiting = _broken(words_of(item), width, hyphenate=hyphenate)
        while waiting:
            word = waiting.pop(0)
            taken = SetLine((*line, word), 0.0).width
            if line and taken > width:
                room = width - SetLine(tuple(line), 0.0).width - width_of(" ", word.cut.font, word.cut.size)
                if hyphenate and item.kind == "name" and room > width * 0.35 and len(word.text) > 9 and (place := _syllable(word, room)):
                    line.append(replace(word, text=word.text[:place] + "-"))
                    word = replace(word, text=word.text[place:])
                lines.append(SetLine(tuple(line), gap))
                line, gap = [], 0.0
            if _advance(word, first=True) > width:
                return None
            line.append(word)
        if line:
            lines.append(SetLine(tuple(line), gap))
    return lines


def _broken(words: list[Word], width: float, *, hyphenate: bool) -> list[Word]:
    """Words too wide for a line are cut in two where a syllable may begin; the first part ends in a hyphen."""
    cut: list[Word] = []
    for word in words:
        if hyphenate and _advance(word, first=True) > width and (place := _syllable(word, width)):
            cut += [replace(word, text=word.text[:place] + "-"), replace(word, text=word.text[place:])]
        else:
            cut.append(word)
    return cut


def _syllable(word: Word, width: float) -> int:
    """The last place before a consonant followed by a vowel at which the first part still fits; 0 for none."""
    text = word.text
    for place in range(len(text) - 3, 2, -1):
        opens = text[place].lower() not in VOWELS and text[place + 1] in VOWELS and text[place].isalpha() and text[place - 1].isalpha()
        if opens and width_of(text[:place] + "-", word.cut.font, word.cut.size) <= width:
            return place
    return 0


def resized(item: Item, by: float, smallest: float) -> Item:
    """`item` with type `by` times as large, never under `smallest` points."""
    runs = tuple((text, replace(cut, size=max(smallest, cut.size * by))) for text, cut in item.runs)
    return replace(item, runs=runs, gap=item.gap * by)


def height_of(lines: Sequence[SetLine], leading: float) -> float:
    """Points from the top of the first line to the bottom of the last."""
    return sum(line.size * leading + line.gap for line in lines)


def fitted(items: Sequence[Item], rect: Rect, *, hyphenate: bool, leading: float = 1.12, smallest: float = 5.0) -> list[SetLine]:
    """The largest setting, from 125% down to 45% of what is asked, that fits `rect`, dropping optional items where needed; [] when nothing fits."""
    needed = [item for item in items if not item.optional]
    choices = [list(items)]
    kept = list(items)
    for item in reversed(items):
        if item.optional:
            kept = [other for other in kept if other is not item]
            choices.append(list(kept))
    for by in (1.25, 1.1, 1.0, 0.9, 0.8, 0.72):
        for choice in choices:
            if lines := _try(choice, rect, by, leading, smallest, hyphenate):
                return lines
    for by in (0.65, 0.55, 0.45):
        if lines := _try(needed, rect, by, leading, smallest, hyphenate):
            return lines
    return []


def _try(items: Sequence[Item], rect: Rect, by: float, leading: float, smallest: float, hyphenate: bool) -> list[SetLine]:
    lines = wrapped([resized(item, by, smallest) for item in items], rect.width, hyphenate=hyphenate)
    return lines if lines and height_of(lines, leading) <= rect.height else []


def set_lines(sheet: Sheet, lines: Sequence[SetLine], rect: Rect, *, across: float = 0.0, down: float = 0.0, leading: float = 1.12) -> Rect:
    """Draw `lines` into `rect`; `across` and `down`: 0 for left and top, 0.5 centred, 1 for right and bottom. Returns their bounds on the page.

    Neighbouring words of one cut are one text object, as in most PDFs.
    """
    y = rect.y0 + (rect.height - height_of(lines, leading)) * down
    bounds: Rect | None = None
    for line in lines:
        y += line.gap + line.size * leading
        x = rect.x0 + (rect.width - line.width) * across
        for text, cut in _runs(line):
            ink = sheet.text((x, y - line.size * 0.22), text, cut.font, cut.size, cut.colour)
            bounds = ink if bounds is None else bounds.union(ink)
            x += width_of(text, cut.font, cut.size)
    return bounds or Rect(rect.x0, rect.y0, rect.x0, rect.y0)


def _runs(line: SetLine) -> list[tuple[str, Cut]]:
    runs: list[tuple[str, Cut]] = []
    for place, word in enumerate(line.words):
        text = word.text if place == 0 or not word.spaced else " " + word.text
        if runs and runs[-1][1] == word.cut:
            runs[-1] = (runs[-1][0] + text, word.cut)
        else:
            runs.append((text, word.cut))
    return runs


def joined(lines: Sequence[str]) -> str:
    """Lines of one name as the labels write them: a hyphen at a line's end stays and the next line follows at once."""
    text = ""
    for line in lines:
        text += line if not text or text.endswith("-") else " " + line
    return text
