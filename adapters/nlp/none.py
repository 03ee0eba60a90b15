"""No language engine: it understands nothing and says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from adapters.capabilities import Capabilities
from schemas.language import TextAnalysis


class NoLanguage:
    """Provides nothing; texts stay without language, sentiment, entities and terms."""

    class Options(BaseModel):
        """There is nothing to set."""

        model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(batch_size=512)

    def __init__(self, options: Options) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """There is none."""
        return "none"

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:  # noqa: ARG002 - the port's signature
        """An empty analysis per text."""
        nothing = TextAnalysis(adapter=f"{self.name}/{self.version}/{self.model}")
        return (nothing,) * len(texts)
