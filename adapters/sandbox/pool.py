"""Warm children of one kind, lent to one caller at a time and made fresh after wear or breach."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.sandbox.child import Child
from adapters.sandbox.spec import ChildSpec
from adapters.sandbox.workdir import log_of, make_workdir, remove, remove_stale
from schemas.errors import ShuttingDown

_log = logging.getLogger(__name__)


class ChildPool:
    """Up to `size` children of `spec` with folders under `root`, which no other program uses. The child used last is lent first: it is warm.

    A child starts on its first call. Its folder is empty at the start of a lease and emptied after it, so that a lease is one document.
    Belongs to the process that made it: make it after a fork, not before.
    """

    def __init__(self, spec: ChildSpec, root: Path, size: int) -> None:
        if size < 1:
            raise ValueError("a pool holds at least one child")
        self._spec = spec
        self._root = root
        self._size = size
        self._changed = threading.Condition()
        self._idle: list[Child] = []
        self._lent: set[Child] = set()
        self._taken = 0
        self._closed = False
        remove_stale(root)

    @contextmanager
    def lease(self) -> Iterator[Child]:
        """A child for one document; waits for one while all are lent. Raises `ShuttingDown` once the pool is closed.

        A thread that already holds a lease and asks for another may wait for itself.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._idle or self._taken < self._size)
            if self._closed:
                raise _closed()
            child = self._idle.pop() if self._idle else self._make()
            self._taken += 1
            self._lent.add(child)
        try:
            yield child
        finally:
            self._take_back(child)

    @contextmanager
    def fresh(self) -> Iterator[Child]:
        """A child of its own for one document and no other, beside the pool's size: quarantine."""
        with self._changed:
            if self._closed:
                raise _closed()
            child = self._make()
            self._lent.add(child)
        try:
            yield child
        finally:
            with self._changed:
                self._lent.discard(child)
            _discard(child)

    def close(self) -> None:
        """End the idle children; those that are lent end with their lease. No new lease after it."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for child in idle:
            _discard(child)

    def abort_all(self) -> None:
        """Close, and kill the lent children too: their calls raise `ShuttingDown`. From any thread."""
        self.close()
        with self._changed:
            lent = list(self._lent)
        for child in lent:
            child.abort()

    def _make(self) -> Child:
        return Child(self._spec, make_workdir(self._root))

    def _take_back(self, child: Child) -> None:
        reusable = not child.aborted and _settled(child)
        with self._changed:
            self._lent.discard(child)
            self._taken -= 1
            reusable = reusable and not self._closed
            if reusable:
                self._idle.append(child)
            self._changed.notify()
        if not reusable:
            _discard(child)


def _settled(child: Child) -> bool:
    try:
        child.settle()
    except OSError as error:  # the answer of the call stands; only this child is not lent again
        _log.warning("the folder of a parser child could not be emptied: %s", error.strerror)
        return False
    return True


def _discard(child: Child) -> None:
    child.close()
    for path in (child.workdir, log_of(child.workdir)):
        try:
            remove(path)
        except OSError as error:
            _log.warning("a folder of a parser child is left to the next start: %s", error.strerror)


def _closed() -> ShuttingDown:
    return ShuttingDown("The service stops; the document is read again after the next start.")
