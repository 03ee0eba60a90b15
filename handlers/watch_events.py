"""What the system tells about a folder, as hints; on Linux by inotify, elsewhere by whatever watchdog has."""

from __future__ import annotations

import errno
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from handlers.watch_pending import Hint

log = logging.getLogger("tamiz.watch")

_DONE = frozenset({"closed", "moved", "deleted"})
"""Events after which a key can be looked at: its writer closed it, it was renamed into place, it is gone."""


def hints(kind: str, is_folder: bool, paths: tuple[str, ...], root: str) -> Iterator[Hint]:
    """The keys an event names. `kind` is watchdog's event type, `paths` source and target (empty: outside); a folder's own contents changing says
    nothing that its files' events do not."""
    if kind == "modified" and is_folder:
        return
    for path in paths:
        if path.startswith(root + os.sep):
            key = path[len(root) + 1 :]
            yield Hint(key + "/" if is_folder else key, kind in _DONE)


class FolderEvents:
    """Watches `root` (absolute, links resolved) and what is below, links not followed. `lost` is called when events may have been missed."""

    def __init__(self, root: str, hint: Callable[[Hint], None], lost: Callable[[], None]) -> None:
        self._root = root
        self._hint = hint
        self._lost = lost
        self._observer: Any = None
        self._reader: Any = None

    def start(self) -> None:
        """Watch; when it returns, every later change is seen. Raises `OSError` when the folder or the system's watches are not to be had."""
        from watchdog.utils import platform

        try:
            if platform.is_linux():
                self._observer = self._inotify()
            else:
                from watchdog.observers import Observer

                self._observer = Observer()
                self._observer.schedule(self._handler(), self._root, recursive=True)
            self._observer.start()
        except OSError:
            self.stop()
            raise

    def alive(self) -> bool:
        """Whether events still come."""
        if self._observer is None:
            return False
        readers = (self._reader,) if self._reader is not None else ()
        return all(thread.is_alive() for thread in (self._observer, *self._observer.emitters, *readers))

    def stop(self) -> None:
        """Stop watching."""
        for thread in (self._observer, self._reader):
            if thread is not None:
                thread.stop()
                if thread.is_alive():
                    thread.join()
        self._observer = self._reader = None

    def _handler(self) -> Any:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler

        events = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                paths = tuple(os.fsdecode(path) for path in (event.src_path, event.dest_path))
                for hint in hints(event.event_type, event.is_directory, paths, events._root):
                    events._hint(hint)

        return Handler()

    def _inotify(self) -> Any:
        from watchdog import events as kinds
        from watchdog.observers.api import BaseObserver
        from watchdog.observers.inotify import InotifyFullEmitter
        from watchdog.observers.inotify_c import InotifyEvent, InotifyFD

        # A folder that is moved out and in again is watched under its new name; watchdog thinks that worth a warning.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        lost = self._lost

        class Reader(InotifyFD):
            """Says so when the kernel dropped events, or has no watches left."""

            def handle_event(self, event: InotifyEvent) -> None:
                super().handle_event(event)
                if event.is_queue_overflow:
                    lost()

            def add_callback(self, path: bytes, *rest: Any) -> Any:
                try:
                    return super().add_callback(path, *rest)
                except OSError as error:
                    if error.errno in (errno.ENOSPC, errno.EMFILE):
                        log.warning("no inotify watch is left for %r: raise fs.inotify.max_user_watches; until then it is only compared", path)
                    raise

        self._reader = Reader()
        self._reader.start()
        observer = BaseObserver(InotifyFullEmitter, inotify_fd=self._reader)
        seen = [
            kinds.FileClosedEvent,
            kinds.FileCreatedEvent,
            kinds.FileMovedEvent,
            kinds.FileDeletedEvent,
            kinds.DirCreatedEvent,
            kinds.DirMovedEvent,
            kinds.DirDeletedEvent,
        ]
        observer.schedule(self._handler(), self._root, recursive=True, event_filter=seen)
        return observer
