"""What an erasure removes from the stores, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from schemas.documents import DocumentId, State, document_id
from schemas.settings import Settings
from workers.container import ATTACHMENTS, Container
from workers.erasure import erase_document, finish_erasure

KEY = "messages/a.eml"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Container]:
    container = Container(Settings(data=tmp_path / "var", ledger_url="none", warehouse_url="none"))
    container.bucket.mark()
    yield container
    container.ledger.close()


@pytest.fixture
def message(box: Container) -> DocumentId:
    box.bucket.put(KEY, BytesIO(b"first"))
    return box.intake.observe_key(KEY).document_id


def inside(box: Container, parent: DocumentId, number: int) -> DocumentId:
    """An attachment whose bytes lie in the store; its document."""
    box.attachments.put(f"{parent}/{number}", BytesIO(b"enclosed"))
    return document_id(ATTACHMENTS, f"{parent}/{number}")


def test_what_came_inside_goes_at_any_depth(box: Container, message: DocumentId) -> None:
    """Though the ledger never heard of it, as after a worker that died before it could tell."""
    inner = inside(box, inside(box, message, 1), 1)
    inside(box, inner, 7)
    stranger = inside(box, document_id("bucket", "messages/b.eml"), 1)
    erase_document(box, message, "admin")
    assert [document_id(ATTACHMENTS, found.ref.key) for found in box.attachments.list()] == [stranger]
    assert list(box.ledger.erasures()) == []


def test_object_and_sidecar_go(box: Container, message: DocumentId) -> None:
    box.bucket.put(f"{KEY}.meta.json", BytesIO(b"{}"))
    erase_document(box, message, "admin")
    assert list(box.bucket.list()) == []


def test_a_version_that_came_after_a_crash_in_between_stays(box: Container, message: DocumentId) -> None:
    box.ledger.erase(message, "admin")
    box.bucket.put(KEY, BytesIO(b"second, longer"))
    box.intake.observe_key(KEY)
    finish_erasure(box, message)
    assert box.bucket.stat(KEY) is not None
    assert box.ledger.document(message).state is State.RECEIVED
