"""The best recogniser this machine can run: the first of an ordered list that says it is ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.registry import adapter_class, create
from adapters.stt.port import ChannelAudio, Readiness, SpeechRecognizer
from schemas.documents import Value
from schemas.errors import ExtraMissing, ModelMissing, SettingsInvalid, UnknownAdapter
from schemas.transcripts import Transcript


class Candidate(SpeechRecognizer, Protocol):
    """A recogniser `auto` can choose: it tells, without loading anything, whether it could work."""

    def ready(self) -> Readiness:
        """Cheap: looks for a model on disk, never fetches one."""
        ...


class AutoSpeech:
    """Chooses once per process, on first use; rows carry the name of the engine that ran."""

    name: ClassVar[str] = "auto"
    version: ClassVar[str] = "1"

    class Options(Value):
        """Who may be chosen."""

        order: tuple[str, ...] = Field(
            default=("faster-whisper", "transformers", "pocketsphinx"),
            min_length=1,
            description="adapters in order of preference; the first one that is ready runs",
        )
        models: Path | None = Field(default=None, description="folder of fetched models, for every engine whose own options name none")
        engines: dict[str, dict[str, Any]] = Field(default_factory=dict, description="options of each adapter by its name")

    def __init__(self, options: Options, allowed_plugins: Iterable[str] = ()) -> None:
        if "auto" in options.order:
            raise SettingsInvalid("the speech adapter `auto` cannot choose itself; take it out of its option `order`")
        self.options = options
        self._allowed = tuple(allowed_plugins)

    @property
    def chosen(self) -> SpeechRecognizer:
        """The engine that will run. Raises `ModelMissing` when none is ready."""
        return self._choice[0]

    @property
    def model(self) -> str:
        """`engine/version/model` of the engine that will run."""
        engine, _ = self._choice
        return f"{engine.name}/{engine.version}/{engine.model}"

    @property
    def capabilities(self) -> Capabilities:
        """Those of the engine that will run."""
        return self._choice[0].capabilities

    def ready(self) -> Readiness:
        """Which engine will run and why; never ready where none of them is."""
        try:
            return Readiness(ok=True, reason=self._choice[1])
        except ModelMissing as error:
            return Readiness(ok=False, reason=error.message)

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """What the chosen engine heard. Raises what it raises, and `ModelMissing` when no engine is ready."""
        engine, why = self._choice
        return engine.recognize(audio).model_copy(update={"why": why})

    @cached_property
    def _choice(self) -> tuple[Candidate, str]:
        passed_over: list[str] = []
        for name in self.options.order:
            found, reason = self._candidate(name, self.options.engines.get(name, {}))
            if found is not None:
                before = f"; passed over: {'; '.join(passed_over)}" if passed_over else ""
                return found, f"{name}: {reason}{before}"
            passed_over.append(f"{name}: {reason}")
        raise ModelMissing(f"no speech recogniser is ready ({'; '.join(passed_over)}); fetch a model with `tamiz models pull stt small`")

    def _candidate(self, name: str, options: Mapping[str, Any]) -> tuple[Candidate | None, str]:
        """The adapter if it is ready, and its reason."""
        try:
            fields = adapter_class("stt", name, self._allowed).Options.model_fields
            given = {"models": self.options.models} if "models" in fields else {}
            engine: Candidate = create("stt", name, {**given, **options}, allowed_plugins=self._allowed)
        except (UnknownAdapter, ExtraMissing) as error:
            return None, error.message
        readiness = engine.ready()
        return (engine if readiness.ok else None), readiness.reason
