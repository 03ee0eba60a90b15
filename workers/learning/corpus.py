"""Examples made ready for fitting: tokens, language, figures, targets, and the rows that no model ever learns from."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.classifiers import pieces
from adapters.nlp.learned.linear import Kind
from adapters.nlp.lexical.figures import figures
from adapters.nlp.lexical.languages import LanguageDetector
from adapters.nlp.lexical.reading import read
from adapters.nlp.local import LocalLanguage
from schemas.errors import InvalidRequest
from workers.learning.fit import Rows
from workers.learning.records import Example

HELD_OUT_SHARE: Final = 0.1
BATCH: Final = 512
LEAST_ROWS: Final = 10
"""Rows below which a label cannot be learned and judged in five folds; those rows are left out and counted."""
MOST_LABELS: Final = 500
RARELY: Final = 0.05
"""Share of rows of several labels up to which labels are taken to exclude each other: turns of calls (0.4%) are told better so, 0.87 against 0.86."""
UNKNOWN: Final = "und"
"""BCP 47's code for a language nobody told."""


@dataclass(frozen=True)
class Corpus:
    """Labelled texts, ready."""

    examples: Sequence[Example]
    languages: tuple[str, ...]
    """(texts,): stated or detected, without region; `und` where unknown."""
    rows: Rows
    kind: Kind

    def __len__(self) -> int:
        return len(self.examples)

    def taken(self, which: NDArray[np.intp]) -> Corpus:
        """Only these, in this order."""
        return Corpus([self.examples[at] for at in which], tuple(self.languages[at] for at in which), self.rows.taken(which), self.kind)

    def split(self) -> tuple[Corpus, Corpus]:
        """Rows to learn from, and rows held out for good."""
        held = np.array([held_out(example.text) for example in self.examples], np.bool_)
        return self.taken(np.flatnonzero(~held)), self.taken(np.flatnonzero(held))


def held_out(text: str) -> bool:
    """Whether a text belongs to the tenth that nothing is ever fitted on: told by its letters and digits alone, the same on every machine."""
    words = "".join(filter(str.isalnum, text.casefold()))
    place = int.from_bytes(hashlib.sha256(b"held out\0" + words.encode("utf-8", "replace")).digest()[:4], "big")
    return place < HELD_OUT_SHARE * 2**32


def corpus_of(examples: Sequence[Example], sentiment: bool, languages: Sequence[str], counts: Counter[str]) -> Corpus:
    """Texts with the tokens their task reads, and their figures (sentiment only). Rows of rare labels and of other languages are left out and
    counted in `counts`.

    Raises `InvalidRequest` when fewer than two labels have enough rows, or there are more than `MOST_LABELS`.
    """
    tokens, spoken = _understood(examples, sentiment)
    wanted = {language.split("-")[0].lower() for language in languages}
    kept = [at for at in range(len(examples)) if not wanted or spoken[at] in wanted]
    counts["other_language"] += len(examples) - len(kept)
    held = Counter(label for at in kept for label in examples[at].labels)
    labels = tuple(sorted(label for label, count in held.items() if count >= LEAST_ROWS))
    if len(labels) < 2:
        rare = ", ".join(f"{label} {count}" for label, count in held.most_common(8)) or "none at all"
        raise InvalidRequest(f"learning takes at least two labels with {LEAST_ROWS} rows each; there are: {rare}")
    if len(labels) > MOST_LABELS:
        raise InvalidRequest(f"{len(labels)} labels are too many; a classifier takes at most {MOST_LABELS}. Is it the right column?")
    place = {label: at for at, label in enumerate(labels)}
    before = len(kept)
    kept = [at for at in kept if any(label in place for label in examples[at].labels)]
    counts["rare_label"] += before - len(kept)
    targets = np.zeros((len(kept), len(labels)))
    for row, at in enumerate(kept):
        targets[row, [place[label] for label in examples[at].labels if label in place]] = 1
    extra = _figures([tokens[at] for at in kept], [spoken[at] for at in kept]) if sentiment else None
    several = float((targets.sum(axis=1) > 1).mean()) if kept else 0.0
    kind: Kind = "multi" if several > RARELY else "shared" if several else "single"
    if kind == "shared":
        targets /= targets.sum(axis=1, keepdims=True)
    rows = Rows([tokens[at] for at in kept], extra, labels, targets)
    return Corpus([examples[at] for at in kept], tuple(spoken[at] for at in kept), rows, kind)


def _understood(examples: Sequence[Example], sentiment: bool) -> tuple[list[list[str]], list[str]]:
    """Tokens, each word held once however often it comes, and languages."""
    options = LocalLanguage.Options()
    detector = LanguageDetector(options.languages, options.min_confidence)
    words: dict[str, str] = {}
    tokens: list[list[str]] = []
    languages: list[str] = []
    for first in range(0, len(examples), BATCH):
        batch = examples[first : first + BATCH]
        reading = read([example.text for example in batch])
        guesses = detector.detect([example.text for example in batch], reading)
        read_as = reading.tokens if sentiment else map(pieces, reading.lower)
        tokens += [[words.setdefault(token, token) for token in text] for text in read_as]
        for example, guess in zip(batch, guesses, strict=True):
            languages.append((example.language or (guess.language if guess else UNKNOWN)).split("-")[0].lower())
    return tokens, languages


def _figures(tokens: Sequence[Sequence[str]], languages: Sequence[str]) -> NDArray[np.float32]:
    found = [figures(tokens[first : first + BATCH], languages[first : first + BATCH]) for first in range(0, len(tokens), BATCH)]
    return np.vstack(found)
