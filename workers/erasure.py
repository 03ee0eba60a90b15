"""Deleting and erasing documents, the object in the landing bucket included."""

from __future__ import annotations

from adapters.storage.port import ObjectStore
from schemas.documents import DocumentId, State, document_id
from schemas.keys import is_key, sidecar_of
from schemas.ledger import Observation
from workers.container import ATTACHMENTS, BUCKET, Container
from workers.crops import discard_result


def delete_document(container: Container, document: DocumentId) -> Observation:
    """Remove the object and, through the ledger, its rows. Raises `NotFound`, or what the store raises when it refuses."""
    status = container.ledger.document(document)
    store = container.store(status.source)
    store.delete(status.key)
    return container.ledger.observe(status.source, status.key, lambda: store.stat(status.key))


def erase_document(container: Container, document: DocumentId, actor: str) -> None:
    """Remove object, results, kept outputs no other document uses, and the ledger's payload; a keyed hash keeps this version away.

    Crash-safe: what was begun is finished by the sweeper. Raises `NotFound`, or what the store raises when it refuses.
    """
    container.ledger.document(document)
    container.ledger.erase(document, actor)
    finish_erasure(container, document, actor)


def finish_erasure(container: Container, document: DocumentId, actor: str = "sweeper") -> None:
    """Do, or do again, what an erasure asks for."""
    for key in container.ledger.erase(document, actor):
        discard_result(container.lake, key)
    status = container.ledger.document(document)
    if status.state is State.ERASED:  # else a newer version came since: it stays
        _delete_attachments(container.store(ATTACHMENTS), document)
        store = container.store(status.source)
        store.delete(status.key)
        if status.source == BUCKET and is_key(sidecar_of(status.key)):
            store.delete(sidecar_of(status.key))
        for copy in container.spools.glob(f"*/objects/{document}-*"):
            copy.unlink(missing_ok=True)
    container.ledger.erased(document)


def _delete_attachments(store: ObjectStore, document: DocumentId) -> None:
    """Everything that ever came inside the document, at any depth, whether or not an attempt lived to tell the ledger. What lies deepest goes
    first: after a crash, its place is found again through what it came in."""
    level, found = [document], list[str]()
    while level:
        keys = [stat.ref.key for one in level for stat in store.list(f"{one}/")]
        level = [document_id(ATTACHMENTS, key) for key in keys]
        found += keys
    for key in reversed(found):
        store.delete(key)
