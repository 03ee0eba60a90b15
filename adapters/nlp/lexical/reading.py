"""A batch of texts read once: lower case, tokens and the tokens' numbers, shared by everything that looks at them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.lexical.compiled import compiled
from adapters.nlp.lexical.tokens import lowered, tokenize


class Reading(NamedTuple):
    """Tokens of a batch, end to end. Text `n` owns the places `starts[n]` to `starts[n + 1]` of `flat` and `ids`.

    `ids` are places in `compiled()`'s tables; 0 is a token that no list holds. `text_of` says for each token which text it stands in.
    """

    lower: list[str]
    tokens: list[list[str]]
    flat: list[str]
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]
    text_of: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Texts in the batch."""
        return len(self.tokens)


def read(texts: Sequence[str]) -> Reading:
    """Lower case and tokens of `texts`, offsets kept (see `lowered`)."""
    lower = [lowered(text) for text in texts]
    return of_tokens([tokenize(text) for text in lower], lower)


def of_tokens(tokens: Sequence[Sequence[str]], lower: list[str] | None = None) -> Reading:
    """A batch of texts that are tokens already, as `tokenize` writes them. Without `lower` no place in a text can be told."""
    lists = [list(one) for one in tokens] if lower is None else [*map(list, tokens)]
    flat = list(chain.from_iterable(lists))
    lengths = np.fromiter(map(len, lists), np.int64, len(lists))
    starts = np.zeros(len(lists) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    ids = np.fromiter(map(compiled().ids.get, flat, repeat(0)), np.int64, len(flat))
    return Reading(lower or [], lists, flat, ids, starts, np.repeat(np.arange(len(lists)), lengths))
