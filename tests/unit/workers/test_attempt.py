"""Attempts against the real SQLite ledger and the embedded broker's folder, with a child that answers at once."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from schemas.documents import CostClass, Kind, State, document_id
from schemas.ledger import Due, TaskId
from schemas.settings import Settings
from workers.attempt import SIDECAR_BYTES, Attempts
from workers.container import ATTACHMENTS, Container
from workers.crops import CROPS, crops_key
from workers.erasure import erase_document
from workers.exchange import OUT, RESULT, FoundFile, WorkReply
from workers.transport import renew


class ReadyChild:
    """Finds one attachment in every document."""

    def __init__(self, workdir: Path) -> None:
        self.workdir = workdir
        self.calls = 0
        self.attachments: tuple[FoundFile, ...] = (FoundFile(number=1, name="note.txt"),)
        self.crops: bytes | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def abort(self) -> None:
        """Nothing runs."""

    def call(self, operation: str, request: Mapping[str, Any], *, callbacks: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        self.calls += 1
        if "kept_put" in callbacks:
            callbacks["kept_put"]({"key": "ab" * 32}, b"read")
        self.meanwhile()
        out = self.workdir / OUT
        out.mkdir()
        (out / RESULT).write_text("{}")
        (out / "attachment-1").write_bytes(b"enclosed")
        if self.crops is not None:
            (out / CROPS).write_bytes(self.crops)
        reply = WorkReply(
            kind=Kind.MESSAGE,
            media_type="message/rfc822",
            queue=CostClass.TEXT,
            pipeline_version="1",
            attachments=self.attachments,
            crops=self.crops is not None,
        )
        return reply.model_dump(mode="json")


class ReadyPool:
    """Lends the one child."""

    def __init__(self, workdir: Path) -> None:
        self.child = ReadyChild(workdir)

    @contextmanager
    def lease(self) -> Iterator[ReadyChild]:
        self.child.workdir.mkdir()
        yield self.child


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Container]:
    container = Container(Settings(data=tmp_path / "var"))
    renew(container.broker_dir)
    yield container
    container.ledger.close()


def waiting(box: Container, queue: str) -> int:
    """Messages of a queue."""
    folder = box.broker_dir / queue
    return len([path for path in folder.iterdir() if not path.name.startswith(".")]) if folder.exists() else 0


def test_an_attachment_is_published_with_its_message_done(box: Container, tmp_path: Path) -> None:
    """The ledger marks it as published: unless its message is sent too, it waits for the sweeper to miss it, ten seconds later."""
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    sent_before = waiting(box, "text")
    attempts = Attempts(box, ReadyPool(tmp_path / "child"), (CostClass.TEXT,))  # type: ignore[arg-type]  # a pool with what an attempt uses
    attempts.run(task)
    attached = box.ledger.document(document_id(ATTACHMENTS, f"{task.document_id}/1"))
    assert attached.parent_document_id == task.document_id
    assert waiting(box, "text") == sent_before + 1


def test_what_the_ledger_marked_is_sent_as_it_is(box: Container) -> None:
    task = TaskId(document_id="a" * 26, run=1, part=-1)
    assert box.dispatcher.send([Due(task=task, queue=CostClass.BULK)]) == 1
    assert waiting(box, "bulk") == 1


def test_erased_bytes_that_come_back_are_not_read(box: Container, tmp_path: Path) -> None:
    """A restored backup has a new version token: the bytes tell, before anybody parses them."""
    pool = ReadyPool(tmp_path / "child")
    attempts = Attempts(box, pool, (CostClass.TEXT,))  # type: ignore[arg-type]  # a pool with what an attempt uses
    box.bucket.mark()
    states = []
    for content in (b"From: a@b.example\n\nhello", b"From: a@b.example\n\nhello", b"From: a@b.example\n\nother"):
        box.bucket.put("messages/order.eml", BytesIO(content))
        task = box.intake.observe_key("messages/order.eml").task
        assert task is not None
        attempts.run(task)
        states.append(box.ledger.document(task.document_id).state)
        if len(states) == 1:
            box.ledger.erase(task.document_id, "admin")
            box.ledger.erased(task.document_id)
            shutil.rmtree(tmp_path / "child")
        elif len(states) == 2:
            shutil.rmtree(tmp_path / "child")
    assert states == [State.EXTRACTED, State.DELETED, State.EXTRACTED]
    assert pool.child.calls == 2


@pytest.mark.parametrize(
    ("key", "sidecar", "state"),
    [
        ("reviews/" + "/".join(["n" * 200] * 5) + "/" + "n" * 8, None, State.EXTRACTED),  # with the sidecar's ending too long for a key
        ("reviews/a.jsonl", b"{}", State.EXTRACTED),
        ("reviews/a.jsonl", b" " * (SIDECAR_BYTES + 1), State.REJECTED),
    ],
)
def test_sidecars_of_any_size(box: Container, tmp_path: Path, key: str, sidecar: bytes | None, state: State) -> None:
    """One that is too large is told to its sender, never left out without a word."""
    box.bucket.mark()
    box.bucket.put(key, BytesIO(b"{}"))
    if sidecar is not None:
        box.bucket.put(f"{key}.meta.json", BytesIO(sidecar))
    task = box.intake.observe_key(key).task
    assert task is not None
    Attempts(box, ReadyPool(tmp_path / "child"), (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    assert box.ledger.document(task.document_id).state is state


def test_an_attachment_that_a_late_writer_replaced_is_made_anew(box: Container, tmp_path: Path) -> None:
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    attempts = Attempts(box, ReadyPool(tmp_path / "child"), (CostClass.TEXT,))  # type: ignore[arg-type]  # a pool with what an attempt uses
    attempts.run(task)
    shutil.rmtree(tmp_path / "child")
    inside = document_id(ATTACHMENTS, f"{task.document_id}/1")
    box.attachments.put(f"{task.document_id}/1", BytesIO(b"of an older version of the message"))
    attempts.run(TaskId(document_id=inside, run=1, part=0))
    assert box.ledger.document(inside).state is State.SUPERSEDED
    assert box.ledger.document(task.document_id).run == 2


def test_a_late_attempt_replaces_no_attachment(box: Container, tmp_path: Path) -> None:
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    pool = ReadyPool(tmp_path / "child")
    pool.child.meanwhile = lambda: box.ledger.reprocess(task.document_id)
    Attempts(box, pool, (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    assert list(box.attachments.list()) == []


def test_a_late_result_leaves_nothing_behind(box: Container, tmp_path: Path) -> None:
    """As when the document was erased while it was written."""
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    pool = ReadyPool(tmp_path / "child")
    pool.child.attachments = ()
    pool.child.meanwhile = lambda: box.ledger.erase(task.document_id, "admin")
    Attempts(box, pool, (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    assert list(box.lake.list("results/")) == []


def test_a_full_disk_is_no_bug(box: Container, tmp_path: Path) -> None:
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    pool = ReadyPool(tmp_path / "child")
    pool.child.meanwhile = full
    Attempts(box, pool, (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    status = box.ledger.document(task.document_id)
    assert (status.state, status.error_code) == (State.FAILED, "storage_full")


def test_crops_are_kept_beside_the_result_and_go_with_it(box: Container, tmp_path: Path) -> None:
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    pool = ReadyPool(tmp_path / "child")
    pool.child.attachments, pool.child.crops = (), b"an archive"
    Attempts(box, pool, (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    key = box.ledger.document(task.document_id).result_key
    assert key is not None
    assert [found.ref.key for found in box.lake.list("results/")] == [crops_key(key), key]
    erase_document(box, task.document_id, "admin")
    assert list(box.lake.list("results/")) == []


def test_late_crops_leave_nothing_behind(box: Container, tmp_path: Path) -> None:
    box.bucket.mark()
    box.bucket.put("messages/order.eml", BytesIO(b"From: a@b.example\n\nhello"))
    task = box.intake.observe_key("messages/order.eml").task
    assert task is not None
    pool = ReadyPool(tmp_path / "child")
    pool.child.attachments, pool.child.crops = (), b"an archive"
    pool.child.meanwhile = lambda: box.ledger.erase(task.document_id, "admin")
    Attempts(box, pool, (CostClass.TEXT,)).run(task)  # type: ignore[arg-type]  # a pool with what an attempt uses
    assert list(box.lake.list("results/")) == []
