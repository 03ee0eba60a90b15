"""Between a stream's socket and its ear: what waits, what is dropped, what is told."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handlers.http.live_streams import Ear, Feed, Streams
from schemas.errors import ModelMissing, Overloaded, ParserCrashed, TamizError
from schemas.live import Heard, StreamReady, StreamStart
from schemas.settings import Settings
from workers.container import Container

START = StreamStart(sample_rate=8000, channels=2)
SECOND = 8000 * 2 * 2


def test_a_batch_is_whole_samples_and_never_more_than_two_seconds() -> None:
    feed = Feed(START)
    feed.put(bytes(3 * SECOND + 3))
    feed.end()
    assert [len(feed.take()) for _ in range(4)] == [2 * SECOND, SECOND, 0, 0]


def test_the_sender_waits_while_five_seconds_wait() -> None:
    feed = Feed(START)
    feed.put(bytes(5 * SECOND))
    assert feed.full()
    assert not feed.wait_for_room(0)
    feed.take()
    assert feed.wait_for_room(0)


def test_where_nobody_listens_nothing_waits() -> None:
    feed = Feed(START)
    feed.put(bytes(6 * SECOND))
    feed.deafen()
    feed.put(bytes(6 * SECOND))
    assert not feed.full()


def test_slots_are_counted_and_freed(tmp_path: Path) -> None:
    streams = Streams(Container(Settings(data=tmp_path, live_streams=1)))
    for _ in range(2):
        with streams.slot(), pytest.raises(Overloaded, match="TAMIZ_LIVE_STREAMS"), streams.slot():
            pytest.fail("a second call got the one slot")


class Ears:
    """Lends itself: hears `answers` one after another, errors too."""

    def __init__(self, *answers: Any) -> None:
        self.answers = iter(answers)
        self.stopped = False

    @contextmanager
    def listening(self, _: StreamStart) -> Iterator[Ears]:
        yield self

    def stop(self) -> None:
        self.stopped = True

    def open(self) -> Any:
        return self._next()

    def hear(self, _: bytes) -> Any:
        return self._next()

    end = open

    def _next(self) -> Any:
        answer = next(self.answers)
        if isinstance(answer, TamizError):
            raise answer
        return answer


READY = StreamReady(adapter="a/1/b")


def heard(text: str) -> Heard:
    return Heard(type="final", channel=0, start_s=0, end_s=1, text=text)


def told(ears: Ears, feed: Feed) -> list[Any]:
    """All that is told, to the end."""
    found: queue.Queue[Any] = queue.Queue()
    Ear(lambda: ears, START, feed, found.put)
    return list(iter(lambda: found.get(timeout=30), None))


def test_what_is_heard_is_told_in_order_to_the_end() -> None:
    feed = Feed(START)
    feed.put(bytes(SECOND))
    feed.end()
    assert told(Ears(READY, [heard("a"), heard("b")], [heard("c")]), feed) == [READY, heard("a"), heard("b"), heard("c")]


@pytest.mark.parametrize("answers", [(ModelMissing("none"),), (READY, ParserCrashed("died")), (READY, [], ParserCrashed("died"))])
def test_an_ear_that_fails_says_so_once_and_leaves_the_sender_free(answers: tuple[Any, ...]) -> None:
    feed = Feed(START)
    feed.put(bytes(6 * SECOND) if len(answers) < 3 else bytes(SECOND))
    feed.end()
    *_, problem = told(Ears(*answers), feed)
    assert problem is answers[-1]
    assert not feed.full()


def test_an_ear_that_is_stopped_says_nothing_of_it() -> None:
    feed, found, ears = Feed(START), queue.Queue[Any](), Ears(READY, ParserCrashed("killed"))
    ear = Ear(lambda: ears, START, feed, found.put)
    assert found.get(timeout=30) == READY
    ear.stop()
    assert found.get(timeout=30) is None
    assert ears.stopped
