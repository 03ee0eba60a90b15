"""Word error rate: how many words of a reference were misheard, left out, or made up.

Aligned by jiwer (Levenshtein over words). Before that both sides lose what is not spoken: case, punctuation, wide spaces; figures stay as they
are written, so "2" against "two" is an error. Languages written without spaces are counted by characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from schemas.documents import Value
from workers.evaluation.shares import share

if TYPE_CHECKING:
    from jiwer import WordOutput

UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my"})
"""Languages (BCP 47, first part) whose words are not set apart."""
_QUOTES: Final = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "\N{MODIFIER LETTER APOSTROPHE}": "'"})
_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


STRETCH: Final = 16
"""Words of the stretch that is quoted of a recording: enough to find it, and to see what it was taken for."""
_Pair = tuple[str | None, str | None]
"""A word of the reference and what it was heard as: nothing where it was left out, and nothing said where it was made up."""


class Stretch(Value):
    """Words that follow each other, as they were said and as they were heard."""

    said: str
    heard: str
    wrong: int
    """Of its words, those that were misheard, left out or made up."""


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
    if _unspaced(language):
        return [letter for word in words for letter in word]
    return words


def _unspaced(language: str | None) -> bool:
    return bool(language) and str(language).partition("-")[0].lower() in UNSPACED


def word_errors(reference: str, ours: str, language: str | None) -> WordErrors:
    """The errors of one transcript. A reference without a word makes an insertion of each of ours."""
    from jiwer import process_words

    wanted, heard = spoken(reference, language), spoken(ours, language)
    if not wanted:
        return WordErrors.counted(words=0, substitutions=0, deletions=0, insertions=len(heard))
    found = process_words(" ".join(wanted), " ".join(heard))
    return WordErrors.counted(words=len(wanted), substitutions=found.substitutions, deletions=found.deletions, insertions=found.insertions)


def worst_stretch(reference: str, ours: str, language: str | None) -> Stretch | None:
    """The `STRETCH` aligned words with the most errors, the first of several; None where all is right."""
    from jiwer import process_words

    wanted, heard = spoken(reference, language), spoken(ours, language)
    pairs: list[_Pair] = list(_aligned(process_words(" ".join(wanted), " ".join(heard)))) if wanted else [(None, word) for word in heard]
    wrong = [said != got for said, got in pairs]
    counts = [sum(wrong[:STRETCH])]
    for end in range(STRETCH, len(wrong)):
        counts.append(counts[-1] + wrong[end] - wrong[end - STRETCH])
    most = max(counts)
    if not most:
        return None
    chosen = pairs[(first := counts.index(most)) : first + STRETCH]
    return Stretch(said=_text([said for said, _ in chosen], language), heard=_text([got for _, got in chosen], language), wrong=most)


def _aligned(found: WordOutput) -> Iterator[_Pair]:
    reference, ours = found.references[0], found.hypotheses[0]
    for chunk in found.alignments[0]:
        said: Sequence[str | None] = reference[chunk.ref_start_idx : chunk.ref_end_idx]
        heard: Sequence[str | None] = ours[chunk.hyp_start_idx : chunk.hyp_end_idx]
        yield from zip(said or [None] * len(heard), heard or [None] * len(said), strict=True)


def _text(words: Sequence[str | None], language: str | None) -> str:
    return ("" if _unspaced(language) else " ").join(word for word in words if word)


def together(errors: Iterable[WordErrors]) -> WordErrors:
    """The errors of several transcripts: long ones weigh more."""
    all_of = list(errors)
    return WordErrors.counted(
        words=sum(one.words for one in all_of),
        substitutions=sum(one.substitutions for one in all_of),
        deletions=sum(one.deletions for one in all_of),
        insertions=sum(one.insertions for one in all_of),
    )
