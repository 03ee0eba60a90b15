"""The parent's side of a live call: a confined child lent for the length of a stream, fed as audio comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue, ValidationError

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.errors import EngineOutputInvalid, ParserCrashed
from schemas.live import Heard, StreamReady, StreamStart, all_heard
from workers.live import AUDIO

if TYPE_CHECKING:
    from workers.container import Container

HEAR_S: Final = 60.0
"""Seconds one batch of at most two seconds of audio may take before its child is given up."""
OPEN_S: Final = 120.0
"""Seconds in which a recogniser must have loaded."""
STREAM_CALLS: Final = 100_000
"""Batches after which a child is not lent again: some five hours of calls."""
AFRESH: Final = 3
"""Children a stream may use up."""


class Listening:
    """One stream's ear. Used by one thread; `stop` from any."""

    def __init__(self, child: Child, start: StreamStart) -> None:
        self._child = child
        self._start = start
        self._bytes_a_second = start.sample_rate * start.channels * 2
        self._heard_bytes = 0
        self._children = 0

    def open(self) -> StreamReady:
        """Load the recogniser. Raises what it raises: `ModelMissing`, `LanguageUnsupported`, ..."""
        self._children += 1
        asked: dict[str, JsonValue] = {"start": self._start.model_dump(mode="json"), "at_s": self._heard_bytes / self._bytes_a_second}
        answer = self._child.call("open", asked, deadline_s=OPEN_S)
        return StreamReady(adapter=str(answer.get("adapter", "")))

    def hear(self, pcm: bytes) -> list[Heard]:
        """What these samples tell. A child that dies of them is replaced, and what it had open is lost; the third ends the listening.

        Raises `ParserCrashed`, `MemoryLimit`, `TimedOut`, `EngineOutputInvalid`, `ShuttingDown` after `stop`.
        """
        self._heard_bytes += len(pcm)
        try:
            return _valid(self._child.call("hear", {}, deadline_s=HEAR_S, callbacks={AUDIO: lambda *_: ({}, pcm)}))
        except ParserCrashed:
            if self._children >= AFRESH:
                raise
            self.open()
            return []

    def end(self) -> list[Heard]:
        """The rest. Raises as `hear`."""
        return _valid(self._child.call("end", {}, deadline_s=HEAR_S))

    def stop(self) -> None:
        """Give up: a call under way raises `ShuttingDown`."""
        self._child.abort()


class Ears:
    """Children that listen, as many as streams may be held; one stays warm when its stream ends."""

    def __init__(self, container: Container, streams: int) -> None:
        settings, engine = container.settings, container.engines.stt.capabilities
        settings.models.mkdir(parents=True, exist_ok=True)  # a child that starts before there is a folder could never read what comes into it
        spec = ChildSpec(
            entry="workers.live.child:serve",
            options=settings.engines.model_dump(mode="json"),
            read_paths=(settings.models, *settings.engines.model_folders),
            limits=_limits(settings.child_memory_bytes, engine.resident_bytes),
            confine=not engine.needs_program,
        )
        self._pool = ChildPool(spec, container.spool_dir / "live", streams)

    @contextmanager
    def listening(self, start: StreamStart) -> Iterator[Listening]:
        """An ear for one stream. Waits while all are lent; raises `ShuttingDown` once closed."""
        with self._pool.lease() as child:
            yield Listening(child, start)

    def close(self) -> None:
        """End all children, those that listen too."""
        self._pool.abort_all()


def _limits(most_bytes: int, model_bytes: int) -> ChildLimits:
    """Those of a child that holds a model of so many bytes beside what any may take."""
    above = ChildLimits().recycle_above_bytes + model_bytes
    return ChildLimits(resident_bytes=most_bytes + model_bytes, recycle_above_bytes=above, recycle_after=STREAM_CALLS)


def _valid(answer: dict[str, JsonValue]) -> list[Heard]:
    try:
        return all_heard.validate_python(answer.get("heard"))
    except ValidationError as error:
        raise EngineOutputInvalid("the listening child answered what is no utterance") from error
