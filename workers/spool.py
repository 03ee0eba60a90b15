"""Local copies of the objects that are worked on: fetched once, shared by the parts of a large document through hard links."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from adapters.storage.port import ObjectStore
from schemas.errors import Superseded
from schemas.ledger import Lease
from workers.exchange import kept_file

KEEP = 4
"""Copies kept at a time: the large documents whose parts one worker process is likely to interleave."""
KEEP_UNPACKED = 2
"""Unpacked forms kept at a time: each may take `TAMIZ_LIMITS__UNPACKED_BYTES`."""


UNPACKED = "-unpacked"


class Provided(NamedTuple):
    """What was put in place: the object itself, or what an earlier attempt unpacked of it. `sha256` (hex) is the object's either way."""

    sha256: str
    unpacked: bool = False


class Spool:
    """Copies below `folder`, which belongs to this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        self._copies: OrderedDict[str, str] = OrderedDict()
        self._unpacked: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def provide(self, store: ObjectStore, lease: Lease, into: Path, max_bytes: int) -> Provided:
        """Put the leased version at `into`, or what was unpacked of it for its parts. Raises what `ObjectStore.fetch` raises, and `Superseded`."""
        if lease.part is None:
            return Provided(store.fetch(lease.ref, into, max_bytes))
        name = _name(lease)
        with self._lock:
            suffix = UNPACKED if name in self._unpacked else ""
            copies = self._unpacked if suffix else self._copies
            digest = copies.get(name)
            if digest is None:
                digest = copies[name] = store.fetch(lease.ref, self._folder / name, max_bytes)
                self._evict(copies, KEEP, suffix)
            else:
                copies.move_to_end(name)
                now = store.stat(lease.ref.key)
                if now is None or now.ref != lease.ref:
                    raise Superseded("the object changed while its parts were worked on")
            os.link(self._folder / f"{name}{suffix}", into)
        return Provided(digest, unpacked=bool(suffix))

    def keep_unpacked(self, lease: Lease, digest: str, left: Path) -> None:
        """Keep what an attempt at the leased version unpacked of it, if it did, for the parts to come. Raises what `kept_file` does."""
        name = _name(lease)
        with self._lock:
            if name not in self._unpacked and kept_file(left, self._folder / f"{name}{UNPACKED}"):
                self._unpacked[name] = digest
                self._evict(self._unpacked, KEEP_UNPACKED, UNPACKED)

    def scratch(self) -> BinaryIO:
        """A temporary file of this process."""
        return cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))

    def _evict(self, copies: OrderedDict[str, str], keep: int, suffix: str) -> None:
        while len(copies) > keep:
            name, _ = copies.popitem(last=False)
            (self._folder / f"{name}{suffix}").unlink(missing_ok=True)


def _name(lease: Lease) -> str:
    return f"{lease.task.document_id}-{lease.task.run}"
