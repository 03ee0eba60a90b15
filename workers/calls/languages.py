"""The language of each turn: what its own words tell where they tell it clearly, else the speaker's, else the call's.

A detector is sure of a sentence and guesses at a word ("no" is ten languages). So a language other than the call's counts only once a turn was surely
in it; from then on weaker signs are believed as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from schemas.language import LanguageGuess
from schemas.rows.call import UtteranceRow
from workers.calls.phrases import base
from workers.calls.roles import voice_of

SURE: Final = 0.9
"""A turn told this clearly shows that its language is spoken in the call. Of 8,458 English and 5,907 Spanish telephone turns (Switchboard; Fisher and
CallHome as a recogniser wrote them) none was another language by this, of 4,576 chats of customers two; of turns of twelve words and more 99% of the
telephone ones were their own, of Spanish ones of five words 46%."""
LIKELY: Final = 0.6
"""A turn is in a language that is spoken in the call from this confidence on."""


def with_languages(
    rows: Sequence[UtteranceRow], guesses: Sequence[LanguageGuess | None], language: str | None, stated: Collection[int] = ()
) -> tuple[UtteranceRow, ...]:
    """The rows with the language of each; those whose number is in `stated` keep theirs. `guesses` are of the rows' texts, `language` is the call's.

    A row with another language than the call's (a recogniser's, for its stretch) takes that for the call's. Regions stay: Spanish words in `es-MX`
    stay `es-MX`.
    """
    spoken = _spoken(guesses) | {base(language)}
    last: dict[str, str | None] = {}
    found: list[UtteranceRow] = []
    for row, guess in zip(rows, guesses, strict=True):
        before = last.get(voice_of(row), language)
        told = row.language if row.utterance_no in stated else _told(row.language, guess, spoken, before, language)
        last[voice_of(row)] = told
        found.append(row.model_copy(update={"language": told}))
    return tuple(found)


def _spoken(guesses: Sequence[LanguageGuess | None]) -> set[str]:
    """Languages that some turn is surely in."""
    return {guess.language for guess in guesses if guess and guess.confidence >= SURE}


def _told(own: str | None, guess: LanguageGuess | None, spoken: Collection[str], before: str | None, language: str | None) -> str | None:
    """The language of a turn; `own` is what is known of it, `before` that of the speaker's last turn, `language` the call's."""
    if guess is None or guess.confidence < LIKELY or guess.language not in spoken:
        return own if own and own != language else before
    same = (name for name in (own, before, language) if name and base(name) == guess.language)
    return next(same, guess.language)
