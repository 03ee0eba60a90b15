"""The child that listens: the recogniser hears strangers' audio here, confined and under limits, one stream at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from adapters.sandbox.host import Host, Operations
from adapters.stt.live import listening
from schemas.errors import InvalidRequest
from schemas.live import StreamStart
from schemas.settings import EngineSettings
from workers.engines import Engines
from workers.kept import KeptSpeech, NothingKept
from workers.live import AUDIO
from workers.live.call import LiveCall


def serve(host: Host) -> Operations:
    """Entry; `host.options` are `EngineSettings`. `open` begins a stream, `hear` takes what the callback `audio` hands out, `end` closes it."""
    ear = _Ear(host, EngineSettings.model_validate(host.options))
    return {"open": ear.open, "hear": ear.hear, "end": ear.end}


class _Ear:
    def __init__(self, host: Host, settings: EngineSettings) -> None:
        self._host = host
        self._engines = Engines(settings, NothingKept())
        self._call: LiveCall | None = None

    def open(self, request: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Load the engine and begin; answers which one listens."""
        start = StreamStart.model_validate(request["start"])
        kept = self._engines.stt
        engine = kept.engine if isinstance(kept, KeptSpeech) else kept
        begin = listening(engine, start.language)
        for channel in range(start.channels):
            loading = begin(channel, 0.0)
            loading.hear(bytes(3200))
            loading.finish()
        self._call = LiveCall(start, begin, float(request["at_s"]))
        return {"adapter": f"{engine.name}/{engine.version}/{engine.model}"}

    def hear(self, _: Mapping[str, Any]) -> dict[str, JsonValue]:
        """More of the open stream."""
        _, pcm = self._host.call(AUDIO, {})
        return {"heard": [one.model_dump(mode="json") for one in self._opened().hear(pcm)]}

    def end(self, _: Mapping[str, Any]) -> dict[str, JsonValue]:
        """The rest of the open stream."""
        call, self._call = self._opened(), None
        return {"heard": [one.model_dump(mode="json") for one in call.end()]}

    def _opened(self) -> LiveCall:
        if self._call is None:
            raise InvalidRequest("no stream is open in this child")
        return self._call
