"""Uploads become documents: bytes into the bucket, then one line in the ledger, then the answer. Nothing is promised before the ledger has it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

from handlers.http.uploads import Upload
from schemas.documents import DocumentId, Requested, document_id
from schemas.errors import InvalidRequest, NotFound
from schemas.keys import POSTS, as_level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workers.container import Container

MAX_KEY_CHARS = 255


def check_idempotency_key(key: str | None) -> str | None:
    """The key itself. Raises `InvalidRequest` for one that is empty, too long or not printable ASCII."""
    if key is not None and not (0 < len(key) <= MAX_KEY_CHARS and key.isascii() and key.isprintable()):
        raise InvalidRequest(f"Idempotency-Key is 1 to {MAX_KEY_CHARS} printable ASCII characters")
    return key


def accept(container: Container, uploads: Sequence[Upload], wanted: Requested, idempotency_key: str | None) -> list[DocumentId]:
    """Store and record every upload; their documents, in order.

    With a key, a repetition gives the documents of the first request and stores nothing that is there already. Raises `Conflict` for other
    bytes, names or fields under a known key, and what bucket and ledger raise.
    """
    if idempotency_key is None:
        return [_take(container, upload, f"{POSTS}{secrets.token_hex(16)}/{as_level(upload.name)}", wanted) for upload in uploads]
    fingerprint = _fingerprint(uploads, wanted)
    return [_take_once(container, upload, wanted, f"{idempotency_key}#{number}", fingerprint) for number, upload in enumerate(uploads)]


def _take_once(container: Container, upload: Upload, wanted: Requested, idempotency_key: str, fingerprint: str) -> DocumentId:
    key = f"{POSTS}{_derived(idempotency_key)}/{as_level(upload.name)}"
    known = container.ledger.begin_idempotent(idempotency_key, fingerprint, document_id(container.bucket.source, key))
    if known is not None and _is_recorded(container, known):
        return known
    return _take(container, upload, key, wanted)  # new, or begun by a request that died before the ledger had the document


def _take(container: Container, upload: Upload, key: str, wanted: Requested) -> DocumentId:
    container.bucket.put(key, upload.opened())
    return container.intake.observe_key(key, wanted.model_copy(update={"name": upload.name})).document_id


def _is_recorded(container: Container, document: DocumentId) -> bool:
    try:
        container.ledger.document(document)
    except NotFound:
        return False
    return True


def _derived(idempotency_key: str) -> str:
    digest = hashlib.sha256(f"tamiz idempotency key\0{idempotency_key}".encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


def _fingerprint(uploads: Sequence[Upload], wanted: Requested) -> str:
    """Of everything the request says: names, bytes and fields."""
    digest = hashlib.sha256(wanted.model_dump_json().encode())
    for upload in uploads:
        digest.update(f"\0{upload.size}\0{upload.sha256()}\0{upload.name}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
