"""Port of the object stores: exact versions in, exact versions out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from adapters.capabilities import Adapter
from schemas.documents import ObjectRef, ObjectStat


class ObjectStore(Adapter, Protocol):
    """One named source of objects: a folder, a bucket, a prefix of a bucket.

    Keys are data, never paths: a key that could leave the store (`..`, absolute, NUL, backslash levels, over 1,024 bytes) raises `UnsafeName`,
    and symbolic links are never followed.
    """

    source: str
    """Name of this source in the ledger, e.g. `bucket`."""

    def stat(self, key: str) -> ObjectStat | None:
        """What lies there now; None when nothing does."""
        ...

    def open(self, ref: ObjectRef) -> BinaryIO:
        """The bytes of exactly this version. Raises `Superseded` when another version, or nothing, lies there now."""
        ...

    def fetch(self, ref: ObjectRef, into: Path, max_bytes: int) -> str:
        """Copy exactly this version to the file `into`, streaming; returns its sha256 (hex).

        Raises `Superseded` when the object changed before or while it was read (nothing of mixed content is ever returned), `TooLarge`,
        `StorageFull`, or a `TransientError` of the store.
        """
        ...

    def put(self, key: str, data: BinaryIO) -> ObjectStat:
        """Store the stream under `key`, atomically: a reader sees the old version or the whole new one. Raises `StorageFull`."""
        ...

    def delete(self, key: str) -> None:
        """Remove the object; nothing there is no error. Raises `ServiceUnavailable` when the store refuses."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Every object under `prefix`, streamed in any order. Raises instead of ending early: a listing that ended is complete."""
        ...

    def settled(self, key: str) -> bool:
        """Whether whoever wrote the object is done with it. Always true where objects appear whole; a file may still be open for writing."""
        ...

    def url(self, key: str) -> str:
        """The object's address for people: `file:///absolute/path`, `s3://bucket/key`."""
        ...

    def marked(self) -> bool:
        """Whether the store's marker object is there, so that an empty listing means an empty store and not a missing mount."""
        ...

    def mark(self) -> None:
        """Put the marker object (`.tamiz-store`)."""
        ...
