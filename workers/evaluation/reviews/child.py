"""The parser child that an evaluation runs: the service's own, that tells its processor time and judges the labelled terms besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import process_time
from typing import Any

from pydantic import Field, JsonValue

from adapters.sandbox.host import Host, Operations
from schemas.documents import Value
from schemas.language import Polarity, TextAnalysis
from schemas.settings import EngineSettings
from workers.kept import CheckedLanguage, NothingKept
from workers.parser import Parser

ENTRY = "workers.evaluation.reviews.child:serve"
TERM_POLARITY = "term_polarity"
"""What an engine declares that judges given terms."""


class Samples(Value):
    """Texts to warm the engine up with: what loads on first use is loaded before anything is timed."""

    texts: tuple[str, ...]


class Ready(Value):
    """What the engine is."""

    provides: tuple[str, ...]
    """Of a `TextAnalysis`, as its capabilities declare."""


class Worked(Value):
    """The reply of one attempt (a `WorkReply`), and the processor time of this process that it took."""

    reply: dict[str, JsonValue]
    processor_s: float = Field(ge=0)
    nlp_s: float = Field(ge=0, description="of that, the language engine's")


class GivenTerms(Value):
    """Texts of one language with the spans of their labelled terms."""

    language: str | None
    texts: tuple[str, ...]
    spans: tuple[tuple[tuple[int, int], ...], ...]


class Judgement(Value):
    """Our polarity of every given term, text by text."""

    polarities: tuple[tuple[Polarity | None, ...], ...]


class TimedLanguage(CheckedLanguage):
    """A language engine whose processor time is added up."""

    seconds = 0.0

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """See `LanguageEngine.analyze`."""
        started = process_time()
        try:
            return super().analyze(texts, language)
        finally:
            self.seconds += process_time() - started


def serve(host: Host) -> Operations:
    """Entry of the child; `host.options` are `EngineSettings`. No engine output is kept: language engines are recomputed anyway."""
    parser = Parser(EngineSettings.model_validate(host.options), NothingKept(), host.workdir)

    def warm(request: Mapping[str, Any]) -> dict[str, JsonValue]:
        engine = _timed(parser)
        engine.analyze(list(Samples.model_validate(request).texts))
        return Ready(provides=engine.capabilities.provides).model_dump(mode="json")

    def work(request: Mapping[str, Any]) -> dict[str, JsonValue]:
        engine = _timed(parser)
        started, before = process_time(), engine.seconds
        reply = parser.work(request)
        return Worked(reply=reply, processor_s=process_time() - started, nlp_s=engine.seconds - before).model_dump(mode="json")

    def judge(request: Mapping[str, Any]) -> dict[str, JsonValue]:
        given = GivenTerms.model_validate(request)
        return Judgement(polarities=_timed(parser).judge_terms(given.texts, given.spans, given.language)).model_dump(mode="json")

    return {"warm": warm, "work": work, "judge": judge}


def _timed(parser: Parser) -> TimedLanguage:
    """The parser's engine, timed; a child that took over from a used-up one is not warm yet."""
    engine = parser.engines.nlp
    if not isinstance(engine, TimedLanguage):
        engine = parser.engines.nlp = TimedLanguage(engine)
    return engine
