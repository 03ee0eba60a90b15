"""A batch of texts as arrays over all its tokens: word classes in context, where each token stands, what it is joined to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.lexicon import LANGUAGES, Class, table
from adapters.nlp.lexical.reading import Reading

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
UNKNOWN = len(LANGUAGES)
"""Number of a language that is not one of `LANGUAGES`."""


class Scene(NamedTuple):
    """What is known of each token of a batch, in reading order. All arrays have one entry per token."""

    classes: NDArray[np.uint8]
    categories: NDArray[np.int16]
    """Number of the category the word names; -1 for none."""
    generic: NDArray[np.uint8]
    """0, `GENERIC` or `WHOLE`."""
    languages: NDArray[np.int8]
    """Places in `LANGUAGES`; `UNKNOWN` for others."""
    starts: Ints
    ends: Ints
    """Code points within the token's own text."""
    joined: Bools
    """Whether only a space or a hyphen stands between the token and the one before it, in the same text."""
    first: Bools
    """Whether the token begins its text."""
    capital: Bools
    punctuation: Bools


def look_at(reading: Reading, texts: Sequence[str], languages: Sequence[str | None]) -> Scene:
    """The scene of a batch: `texts` are those of `reading`, as they were written; `languages` are ISO 639-1 codes, None or others where unknown."""
    number = {language: at for at, language in enumerate(LANGUAGES)}
    by_text = np.fromiter((number.get(language or "", UNKNOWN) for language in languages), np.int8, len(languages))
    spoken = by_text[reading.text_of]
    classes, categories, generic = _words(reading, by_text, spoken)
    starts, ends = reading.begins, reading.ends
    first = np.zeros(len(starts), np.bool_)
    first[reading.starts[:-1][np.diff(reading.starts) > 0]] = True
    codes, offset = _codes(texts)
    begins = offset[reading.text_of] + starts
    letters = codes[begins]
    capital = ((letters >= 65) & (letters <= 90)) | ((letters >= 0xC0) & (letters <= 0xDE))
    between = codes[np.maximum(begins - 1, 0)]
    joined = ~first & (starts - before(ends) == 1) & ((between == 32) | (between == 45) | (between == 0xA0))
    scene = Scene(classes, categories, generic, spoken, starts, ends, joined, first, capital, ~_lettered(letters))
    _in_context(scene)
    _compounds(reading, scene)
    return scene


def before(values: NDArray[Any], by: int = 1) -> NDArray[Any]:
    """What stands `by` places before each entry; zeros come in at the start."""
    moved = np.zeros_like(values)
    moved[by:] = values[: len(values) - by] if by <= len(values) else values[:0]
    return moved


def behind(values: NDArray[Any], by: int = 1) -> NDArray[Any]:
    """What stands `by` places behind each entry; zeros come in at the end."""
    moved = np.zeros_like(values)
    moved[: max(len(values) - by, 0)] = values[by:]
    return moved


def _words(reading: Reading, by_text: NDArray[np.int8], spoken: NDArray[np.int8]) -> tuple[NDArray[np.uint8], NDArray[np.int16], NDArray[np.uint8]]:
    size = len(reading.flat)
    classes, categories, generic = np.zeros(size, np.uint8), np.full(size, -1, np.int16), np.zeros(size, np.uint8)
    for language in np.unique(by_text).tolist():
        if language == UNKNOWN:
            continue
        words, here = table(LANGUAGES[language]), spoken == language
        chosen = slice(None) if here.all() else np.flatnonzero(here)
        codes = reading.codes[chosen]
        rows = np.zeros(len(reading.words), np.int64)
        rows[codes] = 1
        used = np.flatnonzero(rows)
        rows[used] = words.rows([reading.words[at] for at in used.tolist()])
        for column, known in ((classes, words.classes), (categories, words.categories), (generic, words.generic)):
            column[chosen] = known[rows][codes]
    return classes, categories, generic


def _codes(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Ints]:
    """Code points of all texts with one zero behind each, and where each text begins."""
    joined = "\0".join([*texts, ""])
    sizes = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32), np.cumsum(sizes) - sizes


def _lettered(letters: NDArray[np.uint32]) -> Bools:
    return ((letters >= 65) & (letters <= 90)) | ((letters >= 97) & (letters <= 122)) | (letters >= 0xAA)


def _compounds(reading: Reading, scene: Scene) -> None:
    """Pairs that name a category together are nouns together: `hard drive`, `operating system`."""
    follows = np.flatnonzero(scene.joined[1:])
    flat = reading.flat
    for language in np.unique(scene.languages[follows]).tolist():
        if language == UNKNOWN:
            continue
        words = table(LANGUAGES[language])
        opens = np.fromiter((word in words.openings for word in reading.words), np.bool_, len(reading.words))[reading.codes[follows]]
        chosen = follows[opens & (scene.languages[follows] == language)].tolist()
        pairs = [at for at in chosen if f"{flat[at]}-{flat[at + 1]}".removesuffix("s") in words.compounds]
        scene.classes[pairs] = Class.NOUN
        scene.classes[[at + 1 for at in pairs]] = Class.NOUN


_TAKES_NOUN = np.isin(np.arange(16), (Class.DETERMINER, Class.ADJECTIVE, Class.PREPOSITION, Class.NUMBER))
_TAKES_VERB = np.isin(np.arange(16), (Class.MODAL, Class.PRONOUN))


def _in_context(scene: Scene) -> None:
    """Classes that the word before decides: `the taste` against `to taste` (the first of Brill's contextual rules, for English)."""
    classes = scene.classes
    last = before(classes)
    last[scene.first | ~scene.joined] = Class.OTHER
    english = scene.languages == 0
    named = scene.categories >= 0
    noun = english & (classes == Class.VERB) & _TAKES_NOUN[last]
    noun |= english & (classes == Class.GERUND) & ((last == Class.DETERMINER) | (last == Class.ADJECTIVE))
    noun |= english & (classes == Class.VERB_S) & ((last == Class.DETERMINER) | (last == Class.ADJECTIVE))
    verb = english & (classes == Class.NOUN) & _TAKES_VERB[last]
    noun |= ~english & named & (classes != Class.NOUN) & _TAKES_NOUN[last]
    classes[noun] = Class.NOUN
    classes[verb] = Class.VERB
