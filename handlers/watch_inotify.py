"""Watching a folder by inotify, with what watchdog leaves out: being told when the kernel dropped events or has no watches left, and books on moved
folders that do not end the thread when they do not add up. Imported on Linux only."""

from __future__ import annotations

import errno
import logging
import os
import warnings
from collections.abc import Callable
from typing import Any

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import InotifyEvent, InotifyFD, WatchDescriptor

log = logging.getLogger("tamiz.watch")

_SEEN = [FileClosedEvent, FileCreatedEvent, FileMovedEvent, FileDeletedEvent, DirCreatedEvent, DirMovedEvent, DirDeletedEvent]


class Reader(InotifyFD):
    """Reads the kernel's events; `lost` is called when its queue overflowed."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__()
        self._lost = lost

    def handle_event(self, event: InotifyEvent) -> None:
        """Hand it on, and say when it means that others are missing."""
        super().handle_event(event)
        if event.is_queue_overflow:
            log.warning("the system dropped file events; raise fs.inotify.max_queued_events if this comes again")
            self._lost()

    def add_callback(self, path: bytes, *rest: Any) -> WatchDescriptor:
        """Watch one more folder."""
        try:
            return super().add_callback(path, *rest)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EMFILE):
                log.warning("no inotify watch is left for %a: raise fs.inotify.max_user_watches; until then it is only compared", path)
            raise


class Watches(InotifyWatchGroup):
    """Which folder each watch stands for. watchdog 7.1 loses count when folders move out and in; the KeyError would end its thread or hang a stop."""

    confused: Callable[[], None]

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        try:
            super()._remove_watch_internally(wd)
        except KeyError:
            self.confused()


class Emitter(InotifyFullEmitter):
    """Turns the kernel's events into watchdog's."""

    def __init__(self, *args: Any, confused: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._confused = confused

    def on_thread_start(self) -> None:
        """Set the watches; when it returns, they stand."""
        watches = Watches(self._inotify_fd, os.fsencode(self.watch.path), is_recursive=True, event_mask=self.get_event_mask_from_filter())
        watches.confused = self._confused
        self._inotify = watches


def observer(root: str, handler: FileSystemEventHandler, lost: Callable[[], None], confused: Callable[[], None]) -> tuple[BaseObserver, Reader]:
    """An observer of `root`, not started, and the reader it depends on, which runs. `confused` is called when names may be wrong from now on."""
    # watchdog warns of a folder that was moved out and in again, and of threads that were told to stop; neither is of consequence.
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)
    reader = Reader(lost)
    reader.start()
    made = BaseObserver(Emitter, inotify_fd=reader, confused=confused)
    made.schedule(handler, root, recursive=True, event_filter=_SEEN)
    return made, reader
