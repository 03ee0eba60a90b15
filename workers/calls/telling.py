"""What the language engine is asked about a call: the language of the whole, the language of each turn, and nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from adapters.capabilities import Capabilities
from adapters.nlp.port import LanguageEngine
from schemas.language import TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.languages import with_languages
from workers.calls.phrases import base
from workers.pipeline import Tools


class Remembering:
    """A language engine that is asked once about a text: first which language it is in, then, where that was it, what it says in that language."""

    def __init__(self, engine: LanguageEngine) -> None:
        self._engine = engine
        self._known: dict[tuple[str, str], TextAnalysis] = {}
        self.name, self.version, self.options = engine.name, engine.version, engine.options

    @property
    def model(self) -> str:
        """Of the engine."""
        return self._engine.model

    @property
    def capabilities(self) -> Capabilities:
        """Of the engine."""
        return self._engine.capabilities

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """See `LanguageEngine.analyze`."""
        asked = base(language)
        new = [text for text in dict.fromkeys(texts) if (text, asked) not in self._known]
        for text, found in zip(new, self._engine.analyze(new, language) if new else (), strict=True):
            self._known[text, asked] = found
            if language is None and found.language:
                self._known.setdefault((text, base(found.language.language)), found)
        return tuple(self._known[text, asked] for text in texts)


def remembering(tools: Tools) -> Tools:
    """The tools for one document."""
    return replace(tools, nlp=Remembering(tools.nlp))


def told_language(rows: Sequence[UtteranceRow], tools: Tools) -> str | None:
    """The language of all that is said, where nobody states it."""
    text = "\n".join(row.text for row in rows)[:20_000]
    if "language" not in tools.nlp.capabilities.provides or not text.strip():
        return None
    with tools.steps.step("nlp", adapter=f"{tools.nlp.name}/{tools.nlp.version}/{tools.nlp.model}"):
        guess = tools.nlp.analyze([text])[0].language
    return guess.language if guess else None


def in_their_languages(rows: Sequence[UtteranceRow], language: str | None, tools: Tools, stated: Collection[int] = ()) -> tuple[UtteranceRow, ...]:
    """The rows with the language of each, told by its words; `language` is the call's, rows whose number is in `stated` keep theirs.

    Without an engine that tells languages every row without one is in the call's.
    """
    guesses = [None for _ in rows]
    if "language" not in tools.nlp.capabilities.provides or not any(row.text for row in rows):
        return with_languages(rows, guesses, language, stated)
    with tools.steps.step("nlp", adapter=f"{tools.nlp.name}/{tools.nlp.version}/{tools.nlp.model}"):
        return with_languages(rows, [found.language for found in tools.nlp.analyze([row.text for row in rows])], language, stated)
