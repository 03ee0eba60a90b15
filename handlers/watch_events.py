"""What the system tells about a folder, as hints; on Linux by inotify, elsewhere by whatever watchdog has."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from handlers.watch_pending import Hint

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
        self.stale = False
        """Names may be wrong from now on: watchdog goes on knowing a folder that was moved out by its old name. Watch anew."""
        self._observer: Any = None
        self._reader: Any = None

    def start(self) -> None:
        """Watch; when it returns, every later change is seen. Raises `OSError` when the folder or the system's watches are not to be had."""
        from watchdog.utils import platform

        try:
            if platform.is_linux():
                from handlers.watch_inotify import observer

                self._observer, self._reader = observer(self._root, self._handler(), self._lost, self._confused)
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

    def idle(self) -> bool:
        """Whether every event that came was handed on."""
        return self._observer is None or self._observer.event_queue.empty()

    def stop(self) -> None:
        """Stop watching; events not handed on yet are dropped."""
        for thread in (self._observer, self._reader):
            if thread is not None:
                thread.stop()
                if thread.is_alive():
                    thread.join()
        self._observer = self._reader = None

    def _confused(self) -> None:
        self.stale = True

    def _handler(self) -> Any:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler

        events = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                paths = (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))
                if event.is_directory and event.event_type == "moved" and not paths[1]:
                    events.stale = True
                for hint in hints(event.event_type, event.is_directory, paths, events._root):
                    events._hint(hint)

        return Handler()
