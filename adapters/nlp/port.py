"""Port of the language engines: texts in, language, sentiment, entities, terms and aspects out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from adapters.capabilities import Adapter
from schemas.language import TextAnalysis


class LanguageEngine(Adapter, Protocol):
    """Understands short texts. `capabilities.provides` declares which parts of a `TextAnalysis` it fills."""

    @property
    def model(self) -> str:
        """Name of the model in use."""
        ...

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, in order. `language` (BCP 47) is what the sender stated; None: the engine decides per text."""
        ...
