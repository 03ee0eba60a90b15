"""Makes `adapters/nlp/aspects/data/classes_en.txt.gz`: English words that are no nouns, by class, from the lexicon of Brill's tagger.

    python -m training.aspects.classes textblob/en/en-lexicon.txt adapters/nlp/aspects/data/classes_en.txt.gz

The lexicon comes with the package textblob 0.20 (data of `pattern`): Copyright 1993 Massachusetts Institute of Technology and University of
Pennsylvania, MIT licence; words added from the Twitter part-of-speech data, CC BY 3.0, Carnegie Mellon University. Names, signs and every noun
that the rules for unknown words find anyway are left out.
"""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from adapters.nlp.aspects.lexicon import english_guess

CLASSES: Mapping[str, str] = {
    "NN": "noun",
    "NNS": "noun",
    "JJ": "adjective",
    "JJR": "adjective",
    "JJS": "adjective",
    "VB": "verb",
    "VBP": "verb",
    "VBZ": "verb_s",
    "VBD": "past",
    "VBN": "participle",
    "VBG": "gerund",
    "RB": "adverb",
    "RBR": "adverb",
    "RBS": "adverb",
    "WRB": "adverb",
    "UH": "adverb",
    "IN": "preposition",
    "TO": "preposition",
    "DT": "determiner",
    "PRP$": "determiner",
    "CD": "number",
}
HEADER = (
    "# English words by most frequent class. From the lexicon of Brill's tagger (Copyright 1993 MIT and University of Pennsylvania, MIT licence),",
    "# with words of the Twitter Part-of-Speech Annotated Data (CC BY 3.0, Carnegie Mellon University, Gimpel et al. 2011), as packed with textblob",
    "# 0.20. Changed: lower case, classes merged, names and predictable nouns left out.",
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def by_class(lines: Iterable[str]) -> dict[str, list[str]]:
    """Words by class, sorted, from the lines `word TAG` of the lexicon; what stands in lower case counts before what stands capitalised."""
    known: dict[str, str] = {}
    for lower_only in (True, False):
        for line in lines:
            word, _, tag = line.strip().partition(" ")
            name = CLASSES.get(tag.split("|")[0])
            if name and _WORD.fullmatch(word) and (word == word.lower()) is lower_only:
                known.setdefault(word.lower(), name)
    found: dict[str, list[str]] = {}
    for word, name in sorted(known.items()):
        if english_guess(word) != name:
            found.setdefault(name, []).append(word)
    return found


def main(source: Path, target: Path) -> None:
    """Write the file of classes."""
    found = by_class([line for line in source.read_text("utf-8").splitlines() if not line.startswith(";;;")])
    text = "\n".join([*HEADER, *(f"{name} {' '.join(words)}" for name, words in sorted(found.items()))]) + "\n"
    target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    sys.stderr.write(f"{sum(map(len, found.values()))} words, {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
