"""Local copies of the objects that are worked on: fetched once, shared by the parts of a large document through hard links."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import BinaryIO, cast

from adapters.storage.port import ObjectStore
from schemas.errors import Superseded
from schemas.ledger import Lease

KEEP = 4
"""Copies kept at a time: the large documents whose parts one worker process is likely to interleave."""


class Spool:
    """Copies below `folder`, which belongs to this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
        self._copies: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def provide(self, store: ObjectStore, lease: Lease, into: Path, max_bytes: int) -> str:
        """Put the leased version at `into`; returns its sha256 (hex). Raises what `ObjectStore.fetch` raises."""
        if lease.part is None:
            return store.fetch(lease.ref, into, max_bytes)
        name = f"{lease.task.document_id}-{lease.task.run}"
        with self._lock:
            digest = self._copies.get(name)
            if digest is None:
                digest = store.fetch(lease.ref, self._folder / name, max_bytes)
                self._copies[name] = digest
                self._evict()
            else:
                self._copies.move_to_end(name)
                now = store.stat(lease.ref.key)
                if now is None or now.ref != lease.ref:
                    raise Superseded("the object changed while its parts were worked on")
            os.link(self._folder / name, into)
        return digest

    def scratch(self) -> BinaryIO:
        """A temporary file of this process."""
        return cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))

    def _evict(self) -> None:
        while len(self._copies) > KEEP:
            name, _ = self._copies.popitem(last=False)
            (self._folder / name).unlink(missing_ok=True)
