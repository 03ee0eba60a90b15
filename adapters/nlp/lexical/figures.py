"""What the opinion words of a text add up to, in numbers that mean the same in every language: the input of the learned sentiment model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.lexicons import Role
from adapters.nlp.lexical.opinions import Opinions, opinions
from adapters.nlp.lexical.reading import Reading, of_tokens

SQUASH = 15.0
"""VADER's alpha: score = sum / sqrt(sum^2 + 15)."""
NAMES = (
    "balance",
    "praise",
    "blame",
    "share_of_praise",
    "first_sentence",
    "last_sentence",
    "sentences_for",
    "sentences_against",
    "highest",
    "lowest",
    "turned",
    "density",
    "negators",
    "contrasts",
    "wishes",
    "silence",
    "length",
)
"""What each column of `figures` says; a stored model names them, so that one fitted on other figures is refused."""


def figures(tokens: Sequence[Sequence[str]], languages: Sequence[str | None]) -> NDArray[np.float32]:
    """Array (texts, len(NAMES)) of figures between -2 and 2 for texts as `tokenize` writes them."""
    reading = of_tokens(tokens)
    return figures_of(reading, opinions(reading, rows_of(languages)))


def figures_of(reading: Reading, found: Opinions) -> NDArray[np.float32]:
    """The same of a batch whose opinions are known already."""
    texts = reading.size
    praise, blame = (np.asarray(np.bincount(found.text, np.maximum(side, 0.0), texts), np.float64) for side in (found.value, -found.value))
    lengths = np.maximum(np.diff(reading.starts), 1).astype(np.float64)
    columns = np.zeros((texts, len(NAMES)), np.float64)
    columns[:, 0] = squashed(praise - blame)
    columns[:, 1], columns[:, 2] = np.log1p(praise) / 2, np.log1p(blame) / 2
    columns[:, 3] = (praise - blame) / (praise + blame + 1)
    columns[:, 4:8] = _sentences(found, texts)
    columns[:, 8], columns[:, 9] = _extremes(found, texts)
    columns[:, 10] = np.log1p(np.bincount(found.text[found.turned], minlength=texts)) / 2
    columns[:, 11] = np.clip(8 * (praise - blame) / (lengths + 20), -2, 2)
    for column, role in ((12, Role.NEGATES), (13, Role.CONTRASTS), (14, Role.UNREAL)):
        columns[:, column] = np.sqrt(np.bincount(reading.text_of[found.role == role], minlength=texts) / (lengths + 10)) * 2
    columns[:, 15] = praise + blame == 0
    columns[:, 16] = np.log(lengths) / 4
    return columns.astype(np.float32)


def squashed(total: NDArray[np.float64]) -> NDArray[np.float64]:
    """A sum of values as a figure between -1 and 1."""
    return total / np.sqrt(total * total + SQUASH)


def sentence_sums(found: Opinions) -> NDArray[np.float64]:
    """Sum of the values of each sentence of the batch, numbered as in `Opinions.sentence_of`."""
    sentences = int(found.sentence_of[-1]) + 1 if len(found.sentence_of) else 0
    return np.asarray(np.bincount(found.sentence, found.value, sentences), np.float64)


def _sentences(found: Opinions, texts: int) -> NDArray[np.float64]:
    """First and last sentence that judges, and how many are for and against."""
    columns = np.zeros((texts, 4))
    if not len(found.at):
        return columns
    opens = np.concatenate(([True], np.diff(found.sentence) > 0))
    starts = np.flatnonzero(opens)
    sums, text = np.add.reduceat(found.value, starts), found.text[starts]
    columns[text[::-1], 0] = squashed(sums[::-1])  # of several assignments the last counts
    columns[text, 1] = squashed(sums)
    for column, side in ((2, sums > 0), (3, sums < 0)):
        columns[:, column] = np.log1p(np.bincount(text[side], minlength=texts)) / 2
    return columns


def _extremes(found: Opinions, texts: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The strongest praise (0 to 2) and the strongest blame (-2 to 0) of each text."""
    highest, lowest = np.zeros(texts), np.zeros(texts)
    np.maximum.at(highest, found.text, found.value)
    np.minimum.at(lowest, found.text, found.value)
    return highest / 2, lowest / 2
