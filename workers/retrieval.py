"""A document's result as it is handed out: one Extraction's JSON, or that of many parts put together."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import ValidationError

from adapters.storage.port import ObjectStore
from schemas.documents import DocumentId
from schemas.errors import NotFound, Superseded
from schemas.extractions import Manifest
from workers.crops import crops_key, named, read_crop

MERGED_BYTES = 16 * 1024**2
"""Bytes of all parts up to which they are merged in memory; above, they are streamed one after another."""


def result_chunks(lake: ObjectStore, document: DocumentId, key: str) -> Iterator[bytes]:
    """The JSON of the result at `key`, in chunks. The first chunk is read before this returns.

    An Extraction of many parts comes merged, or as `{"document_id", "parts": [...]}` with the parts as they are, and as `fills` what they settled
    together, when they are larger than `MERGED_BYTES`. Raises `NotFound` when the result went away (the document was processed again, or erased).
    """
    data = _read(lake, key)
    manifest = _manifest(data)
    if manifest is None:
        return iter((data,))
    if sum(_size(lake, part.result_key) for part in manifest.parts) > MERGED_BYTES:
        return _parts(lake, document, manifest)
    from workers.whole import merged

    whole = merged([json.loads(_read(lake, part.result_key)) for part in manifest.parts], manifest.fills)
    return iter((json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass"),))


def result_crop(lake: ObjectStore, document: DocumentId, key: str, name: str) -> bytes:
    """One crop of the result at `key`, as JPEG. Raises `NotFound` for a part or an offer without one."""
    part_no, offer_no = named(name)
    if lake.stat(crops_key(key)) is not None:  # a document of one part; a manifest has no crops of its own
        if part_no != 1:
            raise NotFound(f"document {document} has one part")
        return read_crop(lake, key, offer_no)
    manifest = _manifest(_read(lake, key))
    part_key = next((part.result_key for part in manifest.parts if part.part_no == part_no), key) if manifest else key
    return read_crop(lake, part_key, offer_no)


def _parts(lake: ObjectStore, document: DocumentId, manifest: Manifest) -> Iterator[bytes]:
    yield b'{"document_id":"%s","parts":[' % document.encode()
    for number, part in enumerate(manifest.parts):
        yield b"," if number else b""
        yield _read(lake, part.result_key)
    fills = json.dumps([one.model_dump(mode="json") for one in manifest.fills], ensure_ascii=False).encode()
    yield b'],"fills":%s}' % fills if manifest.fills else b"]}"


def _manifest(data: bytes) -> Manifest | None:
    if b'"parts"' not in data:
        return None
    try:
        return Manifest.model_validate_json(data)
    except ValidationError:
        return None  # an Extraction whose text holds the word


def _size(lake: ObjectStore, key: str) -> int:
    stat = lake.stat(key)
    if stat is None:
        raise _gone()
    return stat.size


def _read(lake: ObjectStore, key: str) -> bytes:
    stat = lake.stat(key)
    if stat is None:
        raise _gone()
    try:
        with lake.open(stat.ref) as stream:
            return stream.read()
    except Superseded as error:
        raise _gone() from error


def _gone() -> NotFound:
    return NotFound("the result went away while it was read: the document was processed again or erased; ask again")
