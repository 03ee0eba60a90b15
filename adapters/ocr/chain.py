"""`TAMIZ_OCR=a,b`: the next engine is asked when one fails for a reason that is not the page's fault."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from adapters.ocr.port import OcrEngine
from schemas.errors import BudgetExceeded, CredentialsMissing, ModelMissing, ProgramMissing, RemoteCallsDisabled, TransientError
from schemas.pages import Page

NEXT = (TransientError, BudgetExceeded, CredentialsMissing, ModelMissing, ProgramMissing, RemoteCallsDisabled)
"""Failures after which another engine may do better."""


class OcrChain:
    """Engines tried in order; the page says which one read it."""

    name = "chain"

    class Options(BaseModel):
        """The options of every engine, in order, so that a change of one is a new pipeline version."""

        model_config = ConfigDict(frozen=True)
        engines: tuple[tuple[str, str, str], ...]

    def __init__(self, engines: Sequence[OcrEngine]) -> None:
        self.engines = tuple(engines)
        self.version = "+".join(f"{engine.name}-{engine.version}" for engine in engines)
        self.options = self.Options(engines=tuple((e.name, e.version, e.options.model_dump_json()) for e in engines))
        self.capabilities = Capabilities(
            languages=tuple(sorted({language for engine in engines for language in engine.capabilities.languages})),
            needs_network=any(engine.capabilities.needs_network for engine in engines),
        )

    @property
    def model(self) -> str:
        """The models, in order."""
        return ",".join(engine.model for engine in self.engines)

    def read(self, image: PageImage) -> Page:
        """The first engine's page that came. Raises the last engine's error when all failed."""
        for engine in self.engines[:-1]:
            try:
                return engine.read(image)
            except NEXT:
                continue
        return self.engines[-1].read(image)
