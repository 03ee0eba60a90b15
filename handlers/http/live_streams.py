"""Live calls under way: so many at a time, each with an ear in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, Protocol

from schemas.errors import Overloaded, TamizError
from schemas.live import Heard, StreamReady, StreamStart

if TYPE_CHECKING:
    from workers.container import Container

log = logging.getLogger("tamiz.http")

BATCH_S: Final = 0.1
"""Seconds of audio heard at once while it comes: less costs more than it tells earlier."""
MOST_BATCH_S: Final = 2.0
WAITING_S: Final = 5.0
"""Seconds of audio that may wait for the recogniser; then the sender is not read from until it has caught up."""

Told = Heard | StreamReady | TamizError
Tell = Callable[[Told | None], None]
"""Takes what is heard; an error once, after which nothing more is heard; None at the end."""


class Listening(Protocol):
    """What listens to one stream; `workers.live.listening` has it."""

    def open(self) -> StreamReady:
        """Load the recogniser."""
        ...

    def hear(self, pcm: bytes) -> list[Heard]:
        """What these samples tell."""
        ...

    def end(self) -> list[Heard]:
        """The rest."""
        ...

    def stop(self) -> None:
        """Give up, from any thread."""
        ...


class Ears(Protocol):
    """Lends what listens."""

    def listening(self, start: StreamStart) -> AbstractContextManager[Listening]:
        """For one stream."""
        ...


class Feed:
    """Audio between the socket's loop and the ear's thread."""

    def __init__(self, start: StreamStart) -> None:
        self._second = start.sample_rate * start.channels * 2
        self._sample = start.channels * 2
        self._waiting = bytearray()
        self._changed = threading.Condition()
        self._over = False
        self._deaf = False

    def full(self) -> bool:
        """Whether the sender should wait."""
        return not self._deaf and len(self._waiting) >= WAITING_S * self._second

    def put(self, pcm: bytes) -> None:
        """More audio; a sample may be cut anywhere."""
        with self._changed:
            if not self._deaf:
                self._waiting += pcm
            self._changed.notify_all()

    def wait_for_room(self, seconds: float) -> bool:
        """Whether there is room within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._over or not self.full(), seconds)

    def take(self) -> bytes:
        """The next batch of whole samples, once it is worth the call; empty when all was taken and nothing more comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or len(self._waiting) >= BATCH_S * self._second)
            size = min(len(self._waiting), int(MOST_BATCH_S * self._second)) // self._sample * self._sample
            batch = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._changed.notify_all()
            return batch

    def end(self) -> None:
        """Nothing more comes."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def deafen(self) -> None:
        """Nobody listens any more: what comes is dropped here (it is recorded elsewhere)."""
        with self._changed:
            self._deaf = True
            self._waiting.clear()
            self._changed.notify_all()


class Streams:
    """Slots of live calls, and the children that listen to them, made for the first."""

    def __init__(self, container: Container) -> None:
        self._container = container
        self._most = container.settings.live_streams
        self._taken = 0
        self._lock = threading.Lock()
        self._ears: Ears | None = None

    @contextmanager
    def slot(self) -> Iterator[None]:
        """One more live call. Raises `Overloaded` when there are too many."""
        if self._taken >= self._most:
            raise Overloaded(f"{self._most} live calls are held already (TAMIZ_LIVE_STREAMS); try again when one has ended", retry_after_s=10.0)
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    def listen(self, start: StreamStart, feed: Feed, tell: Tell) -> Ear:
        """Listen to `feed` in a thread that ends with the process."""
        return Ear(self._ready_ears, start, feed, tell)

    def _ready_ears(self) -> Ears:
        with self._lock:
            if self._ears is None:
                self._ears = self._container.ears(self._most)
            return self._ears


class Ear:
    """The thread of one stream."""

    def __init__(self, ears: Callable[[], Ears], start: StreamStart, feed: Feed, tell: Tell) -> None:
        self._ears, self._start, self._feed, self._tell = ears, start, feed, tell
        self._lock = threading.Lock()
        self._listening: Listening | None = None
        self._stopped = False
        threading.Thread(target=self._run, name="live", daemon=True).start()

    def stop(self) -> None:
        """Listen no further: the stream was cut."""
        with self._lock:
            self._stopped = True
            if self._listening is not None:
                self._listening.stop()
        self._feed.deafen()
        self._feed.end()

    def _run(self) -> None:
        try:
            with self._ears().listening(self._start) as listening:
                with self._lock:
                    if self._stopped:
                        return
                    self._listening = listening
                try:
                    self._hear(listening)
                finally:
                    with self._lock:
                        self._listening = None
        except TamizError as error:
            self._feed.deafen()
            if not self._stopped:
                log.warning("a live call is recorded and not listened to: %s", error.message)
                self._tell(error)
        finally:
            self._tell(None)

    def _hear(self, listening: Listening) -> None:
        self._tell(listening.open())
        while batch := self._feed.take():
            for heard in listening.hear(batch):
                self._tell(heard)
        for heard in listening.end():
            self._tell(heard)
