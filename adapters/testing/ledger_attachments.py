"""The contract of every ledger, on messages and their attachments."""

from __future__ import annotations

import pytest

from adapters.testing.ledger_driver import REJECTED, Driver, attachment
from schemas.documents import State
from schemas.errors import LeaseLost


class AttachmentsContract:
    """Attachments are documents of their own that follow their message."""

    def test_attachments_become_documents(self, drive: Driver) -> None:
        """They name their parent, and their tasks are handed on."""
        lease = drive.claim(drive.put("m.eml"))
        parent = lease.task.document_id
        due = drive.finish(lease, attachments=(attachment(parent, 1, "x"), attachment(parent, 2, "y")))
        children = drive.ledger.children(parent)
        assert [(child.key, child.parent_document_id, child.state) for child in children] == [
            (f"{parent}/1", parent, State.QUEUED),
            (f"{parent}/2", parent, State.QUEUED),
        ]
        child = drive.claim(due[0])
        assert (child.requested.name, child.content_type, child.requested.parent_document_id) == ("file-1.txt", "text/plain", parent)
        assert child.requested.metadata == {"depth": 1}

    def test_a_new_run_keeps_equal_attachments_and_drops_missing_ones(self, drive: Driver) -> None:
        """Equal ones are not worked on again."""
        lease = drive.claim(drive.put("m.eml"))
        parent = lease.task.document_id
        for due in drive.finish(lease, attachments=(attachment(parent, 1, "x"), attachment(parent, 2, "y"))):
            drive.finish(drive.claim(due))
        drive.load()
        again = drive.claim(drive.ledger.reprocess(parent))
        assert list(drive.finish(again, attachments=(attachment(parent, 1, "x"),))) == []
        assert [(child.key, child.run, child.state) for child in drive.ledger.children(parent)] == [(f"{parent}/1", 1, State.LOADED)]
        assert [(change.key, change.state) for change in drive.load()][-1] == (f"{parent}/2", State.DELETED)

    def test_a_deleted_message_takes_its_attachments_along(self, drive: Driver) -> None:
        """Those of attached messages too, with the work on them."""
        lease = drive.claim(drive.put("m.eml"))
        [due] = drive.finish(lease, attachments=(attachment(lease.task.document_id, 1, "x"),))
        inner = drive.claim(due)
        [deep] = drive.finish(inner, attachments=(attachment(inner.task.document_id, 1, "z"),))
        last = drive.claim(deep)
        drive.vanish("m.eml")
        with pytest.raises(LeaseLost):
            drive.finish(last)
        assert drive.ledger.document(inner.task.document_id).state is State.DELETED
        assert drive.ledger.document(last.task.document_id).state is State.DELETED

    def test_a_newer_version_that_ends_badly_drops_the_attachments(self, drive: Driver) -> None:
        """They were facts of the older version."""
        lease = drive.claim(drive.put("m.eml"))
        drive.finish(lease, attachments=(attachment(lease.task.document_id, 1, "x"),))
        drive.fail(drive.claim(drive.put("m.eml", "2")), REJECTED)
        assert drive.ledger.children(lease.task.document_id) == []
