"""`python -m training.letters`: how letters follow each other in languages of Latin script, as `adapters/decoding/data/letters.npz`.

Needs `pip install wordfreq`, whose word frequencies (CC BY-SA 4.0) are counted and not kept; the table's card stands beside it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from adapters.decoding.letters import ALPHABET, FLOOR, STEPS_PER_NAT, TABLE, words_of

OWN = ("de", "en", "es", "fr", "it", "pt", "nl", "pl", "sv")
"""Languages with a table of their own; the last table is the mean over `ALL`."""
ALL = (*OWN, "cs", "da", "nb", "fi", "hu", "ro", "tr", "ca")
WORDS = 20_000
SOFTENED = 0.6
"""Exponent of a word's frequency: with 1, a few function words would be the language; with 0, all words would count alike."""
SMOOTHING = 1e-6


def main() -> None:
    """Count, take logarithms, write."""
    counts = {language: _counts(language) for language in ALL}
    tables = np.stack([*(counts[language] for language in OWN), np.mean([*counts.values()], axis=0)]) + SMOOTHING
    logs = np.log(tables / tables.sum(axis=3, keepdims=True))
    steps = np.clip(np.round(-logs * STEPS_PER_NAT), 0, round(-FLOOR * STEPS_PER_NAT)).astype(np.uint8)
    np.savez_compressed(TABLE, steps=steps)
    print(f"{TABLE}: {steps.shape}, {Path(TABLE).stat().st_size} bytes")


def _counts(language: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    from wordfreq import top_n_list, word_frequency

    edge = len(ALPHABET)
    table = np.zeros((edge + 1,) * 3)
    for entry in top_n_list(language, WORDS):
        weight = word_frequency(entry, language) ** SOFTENED
        for word in words_of(entry, shortest=1):
            codes = [edge, *(ALPHABET.index(letter) for letter in word), edge]
            for before, one, after in zip([edge, *codes], codes, codes[1:], strict=False):
                table[before, one, after] += weight
    return np.asarray(table / table.sum())


if __name__ == "__main__":
    main()
