"""The end of a document of parts: its manifest, or one Extraction where only the whole can be understood, stored and ready for the ledger."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.storage.port import ObjectStore
from adapters.tts.port import SpeechSynthesizer
from schemas.documents import CostClass
from schemas.errors import EngineOutputInvalid
from schemas.extractions import CallExtraction, Manifest
from schemas.ledger import Done, Lease, Routed
from schemas.settings import CallSettings
from workers.assembly import assemble, languages_of
from workers.calls.sealing import sealed
from workers.redaction import CopyReply, CopyRequest, asked_of, with_copy
from workers.results import Results
from workers.speaking import spoken, store_reply
from workers.spool import Spool
from workers.whole import rows_in, told_whole, whole_of


@dataclass(frozen=True)
class Desk:
    """What whoever assembles works with."""

    lake: ObjectStore
    spool: Spool
    calls: CallSettings
    voice: Callable[[], SpeechSynthesizer]
    kept: Callable[[], tuple[str, ...]]
    """Keys of the kept outputs that were used."""
    copy: Callable[[Lease, CopyRequest, str], CopyReply]
    """Keeps the redacted copy of the leased recording beside the result of that key."""


def concluded(lease: Lease, desk: Desk) -> Done:
    """Store the whole of an assembly task's parts. Raises what `assemble`, the store, the copy and a part that cannot be read raise."""
    if lease.kind is None or lease.media_type is None or lease.sha256 is None:
        raise EngineOutputInvalid("the plan of this document was not recorded; reprocess it")
    manifest = assemble(lease.task.document_id, lease.kind, lease.parts)
    result_key = f"results/{lease.task.document_id}/{lease.task.run}-{lease.attempt}.json"
    rows: dict[str, int] = {}
    cost_usd = sum((part.cost_usd for part in lease.parts), Decimal("0.00"))
    content = manifest.model_dump_json()
    if told_whole(lease.kind, lease.parts):
        silent = _copied(_whole(lease, manifest, desk), lease, result_key, desk)
        whole = _spoken(silent, result_key, desk)
        cost_usd += Decimal(whole.get("cost_usd", "0.00")) - Decimal(silent.get("cost_usd", "0.00"))
        rows, content = rows_in(whole), json.dumps(whole, ensure_ascii=False)
    _put(desk, result_key, content)
    return Done(
        result_key=result_key,
        routed=Routed(
            kind=lease.kind,
            media_type=lease.media_type,
            sha256=lease.sha256,
            queue=CostClass.BULK,
            pipeline_version=lease.pipeline_version or "",
            metadata=lease.metadata,
        ),
        items=sum(part.items for part in lease.parts),
        rows=rows,
        languages=languages_of(lease.parts),
        language=manifest.language,
        duration_ms=sum(part.duration_ms for part in lease.parts),
        cost_usd=cost_usd,
        kept=desk.kept(),
    )


def _put(desk: Desk, key: str, content: str) -> None:
    with desk.spool.scratch() as file:
        file.write(content.encode("utf-8", "surrogatepass"))
        file.seek(0)
        desk.lake.put(key, file)


def _whole(lease: Lease, manifest: Manifest, desk: Desk) -> dict[str, Any]:
    """The whole of a call. Parts whose personal data shows only now are written again without it: they stay until the document is erased."""
    results = Results(desk.lake)
    parts = [results.part(lease.task.document_id, part).stored for part in manifest.parts]
    clean = sealed(parts, desk.calls) if desk.calls.redact else parts
    for file, before, after in zip(manifest.parts, parts, clean, strict=True):
        if after != before:
            _put(desk, file.result_key, json.dumps(after, ensure_ascii=False))
    return whole_of(manifest.kind, clean, [part.votes for part in lease.parts], desk.calls)


def _copied(whole: dict[str, Any], lease: Lease, result_key: str, desk: Desk) -> dict[str, Any]:
    """The whole with a redacted copy of its recording, where personal data is redacted."""
    if not desk.calls.redact:
        return whole
    call = CallExtraction.model_validate(whole)
    return with_copy(call, desk.copy(lease, asked_of(call), result_key)).model_dump(mode="json", by_alias=True)


def _spoken(whole: dict[str, Any], result_key: str, desk: Desk) -> dict[str, Any]:
    """The whole with its replies spoken, each stored beside the result that is to come; as it is where there are none."""
    if not whole.get("replies"):
        return whole

    def keep(number: int, file: bytes) -> None:
        store_reply(desk.lake, result_key, number, io.BytesIO(file))

    return spoken(CallExtraction.model_validate(whole), desk.calls.replies, desk.voice(), keep).model_dump(mode="json", by_alias=True)
