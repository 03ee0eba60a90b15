"""Deleting and erasing documents, the object in the landing bucket included."""

from __future__ import annotations

from schemas.documents import DocumentId
from schemas.ledger import Observation
from workers.container import ATTACHMENTS, BUCKET, Container


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
    status = container.ledger.document(document)
    for key in container.ledger.erase(document, actor):
        container.lake.delete(key)
    for child in container.ledger.children(document):
        container.store(ATTACHMENTS).delete(child.key)
    if status.source in (BUCKET, ATTACHMENTS):
        store = container.store(status.source)
        store.delete(status.key)
        store.delete(f"{status.key}.meta.json")
    container.ledger.erased(document)
