"""The watched folder: every event names a key, and the intake looks at what lies there.

An event is only a hint. A closed or renamed file is taken at once. A file that merely appeared (a hard link, a new folder's content, systems without
close events) is taken when nobody has it open any more, or, where the system cannot say, after a second without change. A folder that moved,
appeared or vanished, and a queue that overflowed, are compared with the ledger as a whole.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from handlers.watch_events import FolderEvents
from handlers.watch_pending import EVERYTHING, Hint, Pending
from schemas.errors import LedgerUnavailable, RejectedInput, TamizError
from schemas.keys import POSTS, ignored, shown

log = logging.getLogger("tamiz.watch")

SETTLE_S = 1.0
"""Seconds a file or folder of unknown completeness is left alone."""

POST_S = 5.0
"""Seconds the API has to record an upload itself, with what its sender stated."""

RETRY_S = 1.0
CHECK_S = 1.0


class Settling(Protocol):
    """The part of a store the watch asks."""

    def settled(self, key: str) -> bool:
        """Whether nobody writes to the object."""
        ...


class Door(Protocol):
    """The part of the intake the watch knocks at."""

    @property
    def store(self) -> Settling:
        """The store whose folder is watched."""
        ...

    def observe_key(self, key: str) -> object:
        """Record what lies at a key."""
        ...

    def observe_below(self, prefix: str) -> None:
        """Compare a folder with the ledger."""
        ...


def start_watch(folder: Path, intake: Door, stop: threading.Event) -> FolderWatch:
    """Watch `folder` in the background until `stop`; when this returns, every later change is seen. Reconciliation finds what came before."""
    watch = FolderWatch(folder, intake, stop)
    watch.start()
    return watch


class FolderWatch:
    """Turns events of a folder into looks at keys, on one thread, each key once however many events named it."""

    def __init__(self, folder: Path, intake: Door, stop: threading.Event) -> None:
        self._folder = folder
        self._intake = intake
        self._stop = stop
        self._pending = Pending()
        self._events: FolderEvents | None = None
        self._watched: tuple[int, int] | None = None
        self._failed = False
        self._retired: list[FolderEvents] = []
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)

    def start(self) -> None:
        """Begin. A folder that cannot be watched yet is tried again every second."""
        self._watch()
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait for the end after `stop`."""
        self._thread.join(timeout_s)

    def _work(self) -> None:
        check_at = time.monotonic() + CHECK_S
        while not self._stop.is_set():
            self._look_at(self._pending.take(0.2))
            if time.monotonic() >= check_at:
                self._check()
                check_at = time.monotonic() + CHECK_S
        for events in (*self._retired, *([self._events] if self._events is not None else ())):
            events.stop()

    def _look_at(self, hints: Sequence[Hint]) -> None:
        for number, hint in enumerate(hints):
            if self._stop.is_set():
                return
            try:
                self._look(hint)
            except LedgerUnavailable as error:
                log.warning("nothing can be recorded now, trying again: %s", error.message)
                for left in hints[number:]:
                    self._pending.add(left, RETRY_S)
                return
            except RejectedInput as error:
                log.warning("%s is left alone: %s", shown(hint.key), error.message)
            except TamizError as error:
                log.warning("%s was not recorded, reconciliation will look again: %s", shown(hint.key), error.message)
            except Exception:  # a bug must not end the watch of all other files
                log.exception("looking at %s failed", shown(hint.key))

    def _look(self, hint: Hint) -> None:
        if hint.is_folder:
            self._intake.observe_below(hint.key)
        elif hint.sure or self._intake.store.settled(hint.key):
            self._intake.observe_key(hint.key)
        else:
            self._pending.add(hint, SETTLE_S)

    def _hinted(self, hint: Hint) -> None:
        if ignored(hint.key.rstrip("/")):
            return
        delay = 0.0 if hint.sure else SETTLE_S
        self._pending.add(hint, max(delay, POST_S) if hint.key.startswith(POSTS) else delay)

    def _lost(self) -> None:
        log.info("events of %s may have been missed; comparing all of it", self._folder)
        self._pending.add(Hint(EVERYTHING, True))

    def _check(self) -> None:
        """Watch anew when the folder was replaced or mounted, or the events ended or may be misnamed; then compare what was missed."""
        for retired in [events for events in self._retired if events.idle()]:
            self._retired.remove(retired)
            retired.stop()
        before = self._events
        if before is not None and before.alive() and not before.stale and self._watched == self._identity():
            return
        if self._watch():
            self._lost()
        elif before is not None and self._identity() != self._watched:
            log.warning("%s was replaced or is gone; watching again as soon as it is there", self._folder)
            self._events = None
        if before is not None and before is not self._events:
            self._retired.append(before)  # it may still have events from before the new watch stood

    def _watch(self) -> bool:
        identity = self._identity()
        if identity is None:
            return False
        events = FolderEvents(os.path.realpath(self._folder), self._hinted, self._lost)
        try:
            events.start()
        except OSError as error:
            if not self._failed:
                log.warning("%s cannot be watched (%s), only compared; look at fs.inotify.max_user_instances and ..._watches", self._folder, error)
            self._failed = True
            return False
        self._events, self._watched, self._failed = events, identity, False
        return True

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._folder.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
