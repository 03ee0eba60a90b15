"""The default language engine: word lists, patterns and a byte n-gram model, all on this machine and without a download."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from adapters.capabilities import Capabilities
from adapters.nlp.lexical.entities import find_entities
from adapters.nlp.lexical.languages import LanguageDetector
from adapters.nlp.lexical.lexicons import PACKS, emoji, pack
from adapters.nlp.lexical.sentiment import Verdict, judge, judge_emoji
from adapters.nlp.lexical.terms import find_terms
from adapters.nlp.lexical.tokens import lowered, tokenize
from schemas.language import LanguageGuess, TextAnalysis

_LATIN = ("en", "es", "de", "fr", "it", "pt", "nl", "ca", "pl", "sv", "da", "ro", "cs", "tr")
_OTHER_SCRIPTS = ("ru", "uk", "bg", "el", "ar", "he", "ja", "zh", "ko", "hi", "th")
_ANALYSES = TypeAdapter(tuple[TextAnalysis, ...])


class LocalLanguage:
    """Language, sentiment, terms and entities of short texts. Sentiment speaks en and es best; de, fr, it and pt have smaller lists."""

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
        max_entities: int = Field(default=100, ge=0, le=10_000, description="entities per text; bounds what a text of nothing but numbers can cost")
        max_chars: int = Field(
            default=200_000, ge=100, le=10_000_000, description="characters of a text that are analysed; the rest of a longer one is left unread"
        )

    name: ClassVar[str] = "local"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(languages=PACKS, batch_size=512, provides=("language", "sentiment", "entities", "terms"))

    def __init__(self, options: Options) -> None:
        self.options = options
        self._detector: LanguageDetector | None = None
        self._skip: dict[str | None, frozenset[str]] = {}

    @property
    def model(self) -> str:
        """The word lists' name."""
        return "lexicon"

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, in order. A stated `language` is taken as certain; an unknown one leaves only emoji to judge feelings by."""
        stated = LanguageGuess(language=language, confidence=1.0) if language else None
        adapter = f"{self.name}/{self.version}/{self.model}"
        return _ANALYSES.validate_python([self._analyze(text[: self.options.max_chars], stated, adapter) for text in texts])

    def _analyze(self, text: str, stated: LanguageGuess | None, adapter: str) -> dict[str, Any]:
        lower = lowered(text)
        tokens = tokenize(lower)
        guess = stated or self._detect(text, tokens)
        base = guess.language.split("-")[0].lower() if guess else None
        verdict = self._judge(tokens, base)
        sentiment = None
        if verdict is not None:
            sure = verdict.confidence * (guess.confidence if guess and base in PACKS else 1.0)
            sentiment = {"polarity": verdict.polarity, "score": verdict.score, "confidence": sure}
        return {
            "language": guess,
            "sentiment": sentiment,
            "entities": find_entities(text, base, self.options.max_entities),
            "terms": [term._asdict() for term in find_terms(tokens, lower, self._no_content(base), self.options.max_terms)],
            "adapter": adapter,
        }

    def _detect(self, text: str, tokens: list[str]) -> LanguageGuess | None:
        if self._detector is None:
            self._detector = LanguageDetector(self.options.languages, self.options.min_confidence)
        return self._detector.detect(text, tokens)

    def _judge(self, tokens: list[str], language: str | None) -> Verdict | None:
        if language in PACKS:
            return judge(tokens, pack(language))
        return judge_emoji(tokens, emoji())

    def _no_content(self, language: str | None) -> frozenset[str]:
        """Tokens that make no term: stop words and opinion words of the language, or of all languages where it is unknown."""
        if language not in self._skip:
            lists = [pack(language)] if language in PACKS else [pack(code) for code in PACKS]
            self._skip[language] = frozenset().union(*(one.stop | one.marks.keys() for one in lists))
        return self._skip[language]
