"""Which language texts are in, by whatever engine there is."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.nlp.port import LanguageEngine, LanguageTeller
from schemas.language import LanguageGuess


def tell_languages(engine: LanguageEngine, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
    """The language of each text, in order. An engine that cannot tell languages alone analyses the texts; raises what `analyze` does."""
    if isinstance(engine, LanguageTeller):
        return engine.tell_languages(texts)
    return tuple(analysis.language for analysis in engine.analyze(texts))
