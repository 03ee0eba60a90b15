"""One attempt at one task: claim, spool, hand to the parser child, store what came of it, tell the ledger.

The order of writes is the promise: the attempt is counted before anything is opened, the result lies in the lake before the ledger names it, and
only the fenced ledger write makes it the truth.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from time import monotonic

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from adapters.storage.beneath import as_typed
from adapters.tts.port import SpeechSynthesizer
from schemas.documents import CostClass, ObjectStat, State
from schemas.errors import (
    LeaseLost,
    LedgerUnavailable,
    MemoryLimit,
    ParserCrashed,
    RejectedInput,
    ShuttingDown,
    SidecarChanging,
    Superseded,
    TamizError,
    TimedOut,
    TooLarge,
    TransientError,
    WorkerLost,
)
from schemas.keys import is_key, shown, sidecar_of
from schemas.ledger import ASSEMBLY, Attachment, Done, Failure, Lease, Routed, TaskId
from workers.concluding import Desk, concluded
from workers.container import ATTACHMENTS, BUCKET, Container
from workers.crops import CROPS, discard_result, store_crops
from workers.exchange import INPUT, OUT, RESULT, SIDECAR, FoundFile, WorkReply, WorkRequest, opened, unpacked_name
from workers.keeping import KeptCallbacks
from workers.leasing import Heartbeats
from workers.parser import valid_reply
from workers.redaction import COPY, CopyReply, CopyRequest, store_copy, valid_copy
from workers.routing import matching
from workers.speaking import reply_file, speaking, store_reply
from workers.spending import paid
from workers.spool import Spool

log = logging.getLogger("tamiz.attempt")

CRASHES = (ParserCrashed, MemoryLimit, TimedOut)
"""The document's own parser child died: counted on its own, three make the document dead."""

SIDECAR_BYTES = 256 * 1024


class Attempts:
    """Works off tasks in one worker process; one parser child per thread."""

    def __init__(self, container: Container, pool: ChildPool, queues: tuple[CostClass, ...]) -> None:
        self._box = container
        self._ledger = container.ledger
        self._pool = pool
        self._queues = queues
        self._worker = f"{socket.gethostname()}:{os.getpid()}"
        self._spool = Spool(container.spool_dir / "objects")
        self._last_claim = monotonic()
        self._running = 0
        self._beats = Heartbeats(container.ledger, container.settings.lease_s, container.settings.heartbeat_s)

    def run(self, task: TaskId) -> None:
        """Work off `task` if it can be claimed; every outcome ends in the ledger."""
        try:
            lease = self._ledger.claim(task, self._worker, self._box.settings.lease_s)
        except LedgerUnavailable as error:
            log.warning("%s not claimed: %s", task, error.message)
            return
        self._last_claim = monotonic()
        if lease is not None:
            self._running += 1
            try:
                self._attempt(lease)
            except LeaseLost:
                log.info("%s attempt %d lost its lease; another attempt has it", task, lease.attempt)
            except LedgerUnavailable as error:
                log.warning("%s attempt %d could not be recorded and will be redone: %s", task, lease.attempt, error.message)
            finally:
                self._running -= 1
                self._last_claim = monotonic()
        self._box.dispatcher.refill(self._queues)

    def idle_s(self) -> float:
        """Seconds since the last message was looked at; 0 while an attempt runs."""
        return 0.0 if self._running else monotonic() - self._last_claim

    def stop(self) -> None:
        """Abort what runs, so that every lease is given back uncounted."""
        self._pool.abort_all()
        self._beats.stop()

    def _attempt(self, lease: Lease) -> None:
        try:
            if lease.task.part == ASSEMBLY:
                with self._beats.beating(lease, lambda: None):
                    kept = self._kept(lease)
                    voice = partial(self._voice, kept)
                    done = concluded(lease, Desk(self._box.lake, self._spool, self._box.settings.calls, voice, kept.used, self._copy))
                self._record(lease, done)
            else:
                with self._child(lease) as child, self._beats.beating(lease, child.abort):
                    self._work(lease, child)
        except LeaseLost:
            raise
        except ShuttingDown:
            if self._beats.lost(lease):
                raise LeaseLost("the lease ran out while the attempt was at work") from None
            self._ledger.release(lease)
        except Superseded:
            self._ledger.supersede(lease)
            self._look_again(lease)
        except TamizError as error:
            self._fail(lease, error)
        except OSError as error:
            self._fail(lease, as_typed(error, "working on the document"))
        except Exception as error:
            log.exception("%s attempt %d ended with an untyped exception: a bug", lease.task, lease.attempt)
            self._fail(lease, WorkerLost(f"the worker failed with {type(error).__name__}; its log has the trace"))

    def _look_again(self, lease: Lease) -> None:
        """What lies there now is a version of its own; an attachment that a late writer replaced is made anew by its message."""
        parent = lease.requested.parent_document_id
        try:
            if lease.ref.source == BUCKET:
                self._box.intake.observe_key(lease.ref.key)
            elif parent is not None and self._ledger.document(parent).state in {State.EXTRACTED, State.LOADED}:
                self._box.reprocess(parent)
        except (TransientError, RejectedInput) as error:
            log.warning("what replaced %s was not recorded: %s", lease.task, error.message)

    def _child(self, lease: Lease) -> AbstractContextManager[Child]:
        return self._pool.fresh() if lease.quarantine else self._pool.lease()

    def _fail(self, lease: Lease, error: TamizError) -> None:
        failure = Failure(
            code=error.code,
            message=error.message,
            transient=isinstance(error, (TransientError, *CRASHES)),
            rejected=isinstance(error, RejectedInput),
            crashed=isinstance(error, CRASHES),
            retry_after_s=getattr(error, "retry_after_s", None),
        )
        state = self._ledger.fail(lease, failure, self._box.settings.max_attempts)
        log.info("%s attempt %d: %s (%s)", lease.task, lease.attempt, state.value, error.code)

    def _kept(self, lease: Lease) -> KeptCallbacks:
        return KeptCallbacks(self._box.lake, lambda key: self._ledger.keep(lease, key))

    def _voice(self, kept: KeptCallbacks) -> SpeechSynthesizer:
        return paid(self._box.engines.tts, kept, self._box.purse)

    def _copy(self, lease: Lease, asked: CopyRequest, result_key: str) -> CopyReply:
        """The redacted copy of the leased recording, made in a child and kept."""
        with self._child(lease) as child:
            self._spool.provide(self._box.store(lease.ref.source), lease, child.workdir / INPUT, self._box.settings.limits.upload_bytes)
            made = valid_copy(child.call("copy", asked.model_dump(mode="json"), deadline_s=self._box.settings.document_timeout_s))
            if made.problem is None:
                with opened(child.workdir / OUT / COPY) as file:
                    store_copy(self._box.lake, result_key, file)
        return made

    # --- the whole document, or a part of it ---

    def _work(self, lease: Lease, child: Child) -> None:
        request = self._prepare(lease, child)
        if lease.erased_before and lease.part is None:
            self._ledger.admit(lease, request.sha256)
        kept = self._kept(lease)
        voice = partial(self._voice, kept)
        asked, deadline_s = request.model_dump(mode="json"), self._box.settings.document_timeout_s
        reply = valid_reply(child.call("work", asked, deadline_s=deadline_s, callbacks={**kept.callbacks(), **speaking(voice)}))
        routed = self._routed(request, reply)
        if reply.parts or lease.part:
            self._spool.keep_unpacked(lease, request.sha256, child.workdir / OUT / unpacked_name(request.sha256))
        if reply.hand_back:
            self._ledger.requeue(lease, reply.queue)
            self._box.dispatcher.refill(reply.queue)
        elif reply.parts:
            self._ledger.split(lease, routed, reply.parts)
        else:
            self._complete(lease, reply, routed, child.workdir / OUT, kept)

    def _prepare(self, lease: Lease, child: Child) -> WorkRequest:
        """Spool the object and its sidecar into the child's workdir."""
        store = self._box.store(lease.ref.source)
        provided = self._spool.provide(store, lease, child.workdir / INPUT, self._box.settings.limits.upload_bytes)
        requested = lease.requested
        return WorkRequest(
            document_id=lease.task.document_id,
            key=lease.ref.key,
            name=requested.name or lease.ref.key.rsplit("/", 1)[-1],
            source_uri=store.url(lease.ref.key),
            version=lease.ref.version,
            size_bytes=lease.size,
            sha256=provided.sha256,
            kind=lease.kind if lease.part else requested.kind,
            metadata=requested.metadata,
            user_metadata=lease.object_metadata,
            pattern=matching(lease.ref.key, self._box.settings.patterns) if lease.ref.source == BUCKET else None,
            has_sidecar=lease.ref.source == BUCKET and self._fetch_sidecar(lease, child.workdir / SIDECAR),
            part=lease.part,
            keeps_audio=True,
            unpacked_from=lease.media_type if provided.unpacked else None,
            parent_document_id=requested.parent_document_id,
            queues=self._queues,
        )

    def _fetch_sidecar(self, lease: Lease, into: Path) -> bool:
        sidecar = sidecar_of(lease.ref.key)
        found = self._box.bucket.stat(sidecar) if is_key(sidecar) else None
        if found is None:
            return False
        if found.size > SIDECAR_BYTES:
            raise TooLarge(f"the sidecar {shown(sidecar)} has {found.size} bytes; at most {SIDECAR_BYTES} are read; shorten or remove it")
        try:
            self._box.bucket.fetch(found.ref, into, SIDECAR_BYTES)
        except Superseded as error:
            raise SidecarChanging("the sidecar changed while it was read", retry_after_s=0.5) from error
        return True

    @staticmethod
    def _routed(request: WorkRequest, reply: WorkReply) -> Routed:
        return Routed(
            kind=reply.kind,
            media_type=reply.media_type,
            sha256=request.sha256,
            queue=reply.queue,
            pipeline_version=reply.pipeline_version,
            metadata=reply.metadata,
        )

    def _complete(self, lease: Lease, reply: WorkReply, routed: Routed, out: Path, kept: KeptCallbacks) -> None:
        result_key = f"results/{lease.task.document_id}/{lease.task.run}-{lease.attempt}.json"
        with opened(out / RESULT) as file:
            self._box.lake.put(result_key, file)
        if reply.crops:
            with opened(out / CROPS) as archive:
                store_crops(self._box.lake, result_key, archive)
        if reply.redacted_audio:
            with opened(out / COPY) as file:
                store_copy(self._box.lake, result_key, file)
        for number in reply.replies:
            with opened(out / reply_file(number)) as file:
                store_reply(self._box.lake, result_key, number, file)
        attachments = tuple(self._store_attachment(lease, out, found) for found in reply.attachments)
        self._record(
            lease,
            Done(
                result_key=result_key,
                routed=routed,
                items=reply.items,
                rows=reply.rows,
                languages=reply.languages,
                votes=reply.votes,
                language=reply.language,
                duration_ms=reply.duration_ms,
                cost_usd=reply.cost_usd,
                kept=kept.used(),
                attachments=attachments,
            ),
        )

    def _record(self, lease: Lease, done: Done) -> None:
        try:
            due = self._ledger.complete(lease, done)
        except LeaseLost:  # nobody will name this result: after an erasure it would be the last trace
            discard_result(self._box.lake, done.result_key)
            raise
        self._box.dispatcher.send(due)

    def _store_attachment(self, lease: Lease, out: Path, found: FoundFile) -> Attachment:
        self._ledger.heartbeat(lease, self._box.settings.lease_s)  # its place is the same for all attempts: a late one must not write there
        with opened(out / f"attachment-{found.number}") as file:
            stored: ObjectStat = self._box.store(ATTACHMENTS).put(f"{lease.task.document_id}/{found.number}", file)
        depth = lease.requested.metadata.get("depth", 0)
        return Attachment(
            stat=stored, name=found.name, content_type=found.content_type, metadata={"depth": depth + 1 if isinstance(depth, int) else 1}
        )


def clear_spool(folder: Path) -> None:
    """Remove what this process spooled."""
    shutil.rmtree(folder, ignore_errors=True)
