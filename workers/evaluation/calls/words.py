"""Word error rate: how many words of a reference were misheard, left out, or made up.

Aligned by jiwer (Levenshtein over words). Before that both sides lose what is not spoken: case, punctuation, wide spaces; figures stay as they
are written, so "2" against "two" is an error. Languages written without spaces are counted by characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from unicodedata import normalize

from schemas.documents import Value
from workers.evaluation.shares import share

UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my"})
"""Languages (BCP 47, first part) whose words are not set apart."""
_QUOTES: Final = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'"})
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


class WordErrors(Value):
    """Errors against references."""

    words: int
    """Of the references; characters where words are not set apart."""
    substitutions: int
    deletions: int
    insertions: int
    rate: float
    """Errors by words of the references; over 1 where more is made up than was said."""

    @classmethod
    def counted(cls, *, words: int, substitutions: int, deletions: int, insertions: int) -> WordErrors:
        """From counts."""
        errors = substitutions + deletions + insertions
        return cls(words=words, substitutions=substitutions, deletions=deletions, insertions=insertions, rate=share(errors, words))


def spoken(text: str, language: str | None) -> list[str]:
    """What of a text is spoken: its words, or its characters in a language without spaces."""
    words = _WORD.findall(normalize("NFKC", text).translate(_QUOTES).casefold())
    if language and language.partition("-")[0].lower() in UNSPACED:
        return [letter for word in words for letter in word]
    return words


def word_errors(reference: str, ours: str, language: str | None) -> WordErrors:
    """The errors of one transcript. A reference without a word makes an insertion of each of ours."""
    from jiwer import process_words

    wanted, heard = spoken(reference, language), spoken(ours, language)
    if not wanted:
        return WordErrors.counted(words=0, substitutions=0, deletions=0, insertions=len(heard))
    found = process_words(" ".join(wanted), " ".join(heard))
    return WordErrors.counted(words=len(wanted), substitutions=found.substitutions, deletions=found.deletions, insertions=found.insertions)


def together(errors: Iterable[WordErrors]) -> WordErrors:
    """The errors of several transcripts: long ones weigh more."""
    all_of = list(errors)
    return WordErrors.counted(
        words=sum(one.words for one in all_of),
        substitutions=sum(one.substitutions for one in all_of),
        deletions=sum(one.deletions for one in all_of),
        insertions=sum(one.insertions for one in all_of),
    )
