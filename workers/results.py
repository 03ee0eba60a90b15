"""Stored results read back: one Extraction, or a manifest with its part files, as rows in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from adapters.storage.port import ObjectStore
from schemas.documents import DocumentId, ObjectStat
from schemas.errors import EngineOutputInvalid, NotFound, Superseded
from schemas.extractions import Fill, Manifest, PartFile
from schemas.warehouse import ColumnBatch
from workers.garbage import collection_put_off
from workers.projection import NO_OFFSETS, extraction_batches


@dataclass(frozen=True, slots=True)
class StoredResult:
    """One parsed result file of a document of one part."""

    stored: dict[str, Any]
    payload: str

    @property
    def source_uri(self) -> str:
        """Where the document lay when it was read."""
        return str(self.stored["source_uri"])

    def batches(self, part: PartFile = NO_OFFSETS, fills: Sequence[Fill] = ()) -> Iterator[ColumnBatch]:
        """Its rows, numbered as `part` says, with what the document's parts settled together."""
        return extraction_batches(self.stored, self.payload, part, fills)


class Results:
    """The results store, by result key."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def size(self, key: str) -> int:
        """Bytes of the result file. Raises `NotFound` when it is not there."""
        return self._stat(key).size

    def read(self, document: DocumentId, key: str) -> StoredResult | Manifest:
        """The result file of `document`. Raises `NotFound`, `EngineOutputInvalid` when it is another document's or no result."""
        return parsed(document, key, self._bytes(key))

    def part(self, document: DocumentId, part: PartFile) -> StoredResult:
        """One part of a manifest. Raises `NotFound`, `EngineOutputInvalid`."""
        return parsed_part(document, part, self._bytes(part.result_key))

    def fetch(self, key: str, into: Path) -> None:
        """Copy the result file to `into`. Raises `NotFound`, `StorageFull`."""
        stat = self._stat(key)
        try:
            self._store.fetch(stat.ref, into, stat.size)
        except Superseded as error:
            raise NotFound(f"the result file {key} went away while it was read") from error

    def _bytes(self, key: str) -> bytes:
        stat = self._stat(key)
        try:
            with self._store.open(stat.ref) as stream:
                return stream.read()
        except Superseded as error:
            raise NotFound(f"the result file {key} went away while it was read") from error

    def _stat(self, key: str) -> ObjectStat:
        stat = self._store.stat(key)
        if stat is None:
            raise NotFound(f"the result file {key} is missing; `tamiz reprocess` makes it anew")
        return stat


def parsed(document: DocumentId, key: str, data: bytes) -> StoredResult | Manifest:
    """The result file `data` of `document`. Raises `EngineOutputInvalid` when it is another document's or no result."""
    try:
        with collection_put_off():
            stored = from_json(data, cache_strings="all")
    except ValueError as error:
        raise EngineOutputInvalid(f"the result file {key} is no JSON; `tamiz reprocess` makes it anew") from error
    if not isinstance(stored, dict) or stored.get("document_id") != document:
        raise EngineOutputInvalid(f"the result file {key} is not a result of document {document}; `tamiz reprocess` makes it anew")
    if "parts" in stored:
        try:
            return Manifest.model_validate(stored)
        except ValidationError as error:
            raise EngineOutputInvalid(f"the manifest {key} is not readable; `tamiz reprocess` makes it anew") from error
    if not isinstance(stored.get("source_uri"), str):
        raise EngineOutputInvalid(f"the result file {key} names no source_uri; `tamiz reprocess` makes it anew")
    return StoredResult(stored, data.decode("utf-8"))


def parsed_part(document: DocumentId, part: PartFile, data: bytes) -> StoredResult:
    """The file `data` of one part. Raises `EngineOutputInvalid`."""
    found = parsed(document, part.result_key, data)
    if isinstance(found, Manifest):
        raise EngineOutputInvalid(f"the part {part.part_no} of document {document} is a manifest itself")
    return found
