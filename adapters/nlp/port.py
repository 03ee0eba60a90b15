"""Port of the language engines: texts in, language, sentiment, entities, terms and aspects out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from adapters.capabilities import Adapter
from schemas.language import LanguageGuess, Polarity, TextAnalysis


class LanguageEngine(Adapter, Protocol):
    """Understands short texts. `capabilities.provides` declares which parts of a `TextAnalysis` it fills."""

    @property
    def model(self) -> str:
        """Name of the model in use."""
        ...

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, in order. `language` (BCP 47) is what the sender stated; None: the engine decides per text."""
        ...


@runtime_checkable
class LanguageTeller(Protocol):
    """What a `LanguageEngine` may do besides: tell which language texts are in and nothing else, at a fraction of the work of `analyze`."""

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        """The language that `analyze` would state for each text, in order; None when there is nothing to judge by."""
        ...


@runtime_checkable
class TermJudge(Protocol):
    """What a `LanguageEngine` may do besides: judge terms that somebody else found. It declares `term_polarity` in `capabilities.provides`."""

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], language: str | None = None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        """The polarity of each span of each text, in order. Spans are characters from 0, end exclusive; `language` as in `analyze`.

        None: the engine does not know that language.
        """
        ...
