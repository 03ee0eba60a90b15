"""Token tags to entities: words first, then runs of words of one type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adapters.nlp.neural.windows import Window
from schemas.language import Entity

_LONGEST: Final = 200
"""Characters of an entity; a longer run is a text without spaces that the model took for a name."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A window with the probabilities of its tokens' tags, shape (tokens, tags)."""

    window: Window
    shares: Any


@dataclass(slots=True)
class _Word:
    """A word as one window saw it."""

    start: int
    end: int
    shares: Any
    context: int
    """Tokens between it and the nearer edge of its window: of two windows, the one that saw more around it is believed."""


def entities(text: str, tagged: Iterable[Tagged], tags: Sequence[tuple[str, str | None]], least: float) -> tuple[Entity, ...]:
    """Entities of one text. A word's tag is the likeliest by the mean of its tokens, so that no word is torn."""
    found: list[Entity] = []
    run: list[_Word] = []
    kind: str | None = None
    for word in _words(tagged):
        prefix, type_ = tags[int(word.shares.argmax())]
        if kind is not None and (type_ != kind or prefix == "B"):
            found += _entity(text, run, kind, least)
            run = []
        kind = type_
        if type_ is not None:
            run.append(word)
    if kind is not None:
        found += _entity(text, run, kind, least)
    return tuple(found)


def _words(tagged: Iterable[Tagged]) -> list[_Word]:
    """Every word once, in order of place."""
    best: dict[int, _Word] = {}
    for one in tagged:
        for word in _words_of(one):
            known = best.get(word.start)
            if known is None or (word.context, word.end) > (known.context, known.end):
                best[word.start] = word
    kept: list[_Word] = []
    for start in sorted(best):
        if not kept or start >= kept[-1].end:
            kept.append(best[start])
    return kept


def _words_of(tagged: Tagged) -> Iterable[_Word]:
    window, count = tagged.window, len(tagged.window.spans)
    groups: dict[int, list[int]] = {}
    for at, (word, (start, end)) in enumerate(zip(window.words, window.spans, strict=True)):
        if word is not None and end > start:
            groups.setdefault(word, []).append(at)
    for places in groups.values():
        shares = tagged.shares[places].mean(axis=0)
        yield _Word(window.spans[places[0]][0], window.spans[places[-1]][1], shares, min(places[0], count - 1 - places[-1]))


def _entity(text: str, words: Sequence[_Word], kind: str, least: float) -> list[Entity]:
    """The run as an entity, blanks at its edges left out; nothing when it is unsure, blank or too long."""
    start, end = words[0].start, words[-1].end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    confidence = round(float(sum(word.shares.max() for word in words) / len(words)), 4)
    if not 0 < end - start <= _LONGEST or confidence < least:
        return []
    return [Entity(text=text[start:end], type=kind, char_start=start, char_end=end, confidence=min(1.0, confidence))]
