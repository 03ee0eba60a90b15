"""The default language engine: word lists, patterns and small learned models, all on this machine and without a download."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from adapters.capabilities import Capabilities
from adapters.nlp.lexical.lexicons import PACKS, SHIPPED
from schemas.language import LanguageGuess, Polarity, TextAnalysis

if TYPE_CHECKING:
    from adapters.nlp.lexical.analysis import Analyst
    from adapters.nlp.lexical.models import Promoted

_LATIN = ("en", "es", "de", "fr", "it", "pt", "nl", "ca", "pl", "sv", "da", "ro", "cs", "tr")
_OTHER_SCRIPTS = ("ru", "uk", "bg", "el", "ar", "he", "ja", "zh", "ko", "hi", "th")


class LocalLanguage:
    """Language, sentiment, aspects, terms and entities of short texts. Sentiment speaks en and es best; de, fr, it and pt have smaller lists."""

    class Options(BaseModel):
        """Options of the local engine."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        languages: tuple[str, ...] = Field(
            default=_LATIN + _OTHER_SCRIPTS,
            min_length=1,
            description="ISO 639-1 codes to choose from; fewer make short texts surer, but a language left out is taken for its neighbour",
        )
        min_confidence: float = Field(
            default=0.2, ge=0, le=1, description="0 to 1: below it a text's language stays unknown; lower values guess at `ok` and `12345`"
        )
        max_terms: int = Field(default=4, ge=0, le=100, description="terms per text; each is a row of the warehouse: more find more and load slower")
        max_aspects: int = Field(default=12, ge=0, le=100, description="aspects per text, the surest; each is a row of the warehouse")
        max_entities: int = Field(default=100, ge=0, le=10_000, description="entities per text; bounds what a text of nothing but numbers can cost")
        max_chars: int = Field(
            default=200_000, ge=100, le=10_000_000, description="characters of a text that are analysed; the rest of a longer one is left unread"
        )

        models: Path | None = Field(
            default=None, description="folder of trained models; those promoted there speak in place of the shipped ones; None: only the shipped ones"
        )

    name: ClassVar[str] = "local"
    version: ClassVar[str] = "3"
    capabilities: ClassVar[Capabilities] = Capabilities(
        languages=PACKS, batch_size=512, provides=("language", "sentiment", "sentences", "entities", "terms", "aspects", "term_polarity", "classes")
    )

    def __init__(self, options: Options) -> None:
        self.options = options
        self._analyst: Analyst | None = None
        self._promoted: Promoted | None = None

    @property
    def model(self) -> str:
        """The models that speak: `shipped`, and behind it every promoted one with its version."""
        return self._models().label if self.options.models else SHIPPED

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, in order. A stated `language` is taken as certain; an unknown one leaves only emoji to judge feelings by."""
        cut = [text[: self.options.max_chars] for text in texts]
        return self._loaded().analyze(cut, _certain(language), f"{self.name}/{self.version}/{self.model}")

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        """See `LanguageTeller`."""
        return self._loaded().tell_languages([text[: self.options.max_chars] for text in texts])

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], language: str | None = None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        """See `TermJudge`."""
        return self._loaded().judge_terms(texts, spans, _certain(language))

    def _loaded(self) -> Analyst:
        if self._analyst is None:
            from adapters.nlp.lexical.analysis import Analyst, Limits
            from adapters.nlp.lexical.languages import LanguageDetector

            detector = LanguageDetector(self.options.languages, self.options.min_confidence)
            limits = Limits(self.options.max_terms, self.options.max_entities, self.options.max_aspects)
            self._analyst = Analyst(detector, self._models(), limits)
        return self._analyst

    def _models(self) -> Promoted:
        if self._promoted is None:
            from adapters.nlp.lexical.models import Promoted

            self._promoted = Promoted(self.options.models)
        return self._promoted


def _certain(language: str | None) -> LanguageGuess | None:
    return LanguageGuess(language=language, confidence=1.0) if language else None
