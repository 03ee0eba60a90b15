"""A batch of texts read once: lower case, tokens and the tokens' numbers, shared by everything that looks at them afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.ngrams import Laid
from adapters.nlp.lexical.compiled import compiled
from adapters.nlp.lexical.tokens import Tokens, lowered, tokenize_all


class Reading(NamedTuple):
    """Tokens of a batch, end to end. Text `n` owns the places `starts[n]` to `starts[n + 1]` of `flat` and of all arrays but `starts`.

    `words` holds each token once and `codes` says which of them stands where: what is known of words is looked up once per batch and word. `ids` are
    places in `compiled()`'s tables; 0 is a token that no list holds. `text_of` says for each token which text it stands in, `begins` and `ends` from
    where to where (code points, end exclusive).
    """

    lower: list[str]
    flat: list[str]
    words: list[str]
    codes: NDArray[np.int64]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    text_of: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Texts in the batch."""
        return len(self.starts) - 1

    @property
    def tokens(self) -> list[list[str]]:
        """The tokens of each text."""
        return [self.tokens_of(text) for text in range(self.size)]

    def tokens_of(self, text: int) -> list[str]:
        """The tokens of one text."""
        return self.flat[int(self.starts[text]) : int(self.starts[text + 1])]

    def laid(self, texts: NDArray[np.bool_]) -> Laid:
        """The tokens of some texts, as models read them."""
        lengths = np.diff(self.starts)
        return Laid(self.words, self.codes, lengths) if texts.all() else Laid(self.words, self.codes[texts[self.text_of]], lengths[texts])


def read(texts: Sequence[str]) -> Reading:
    """Lower case and tokens of `texts`, offsets kept (see `lowered`)."""
    lower = [lowered(text) for text in texts]
    return _numbered(lower, tokenize_all(lower), len(lower))


def of_tokens(tokens: Sequence[Sequence[str]]) -> Reading:
    """A batch of texts that are tokens already, as `tokenize` writes them; they stand as if one space were between them."""
    flat = list(chain.from_iterable(tokens))
    text_of = np.repeat(np.arange(len(tokens)), np.fromiter(map(len, tokens), np.int64, len(tokens)))
    sizes = np.fromiter(map(len, flat), np.int64, len(flat))
    ends = np.cumsum(sizes + 1) - 1
    first = np.searchsorted(text_of, text_of)
    ends -= (ends - sizes)[first]
    return _numbered([], Tokens(flat, text_of, ends - sizes, ends), len(tokens))


def _numbered(lower: list[str], found: Tokens, texts: int) -> Reading:
    places: defaultdict[str, int] = defaultdict()
    places.default_factory = places.__len__
    codes = np.fromiter(map(places.__getitem__, found.flat), np.int64, len(found.flat))
    words = list(places)
    ids = np.fromiter(map(compiled().ids.get, words, repeat(0)), np.int64, len(words))[codes]
    starts = np.searchsorted(found.text_of, np.arange(texts + 1))
    return Reading(lower, found.flat, words, codes, ids, starts, found.text_of, found.begins, found.ends)
