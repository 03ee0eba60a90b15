"""A ledger, a results store and a warehouse in memory, as far as the loader needs them, each failing on request."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from adapters.capabilities import Capabilities
from schemas.documents import Kind, ObjectRef, ObjectStat, State, document_id
from schemas.errors import LeaseLost, Superseded
from schemas.extractions import Manifest, PartFile, ReviewExtraction
from schemas.ledger import Change
from schemas.rows.review import ReviewRow

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class MemoryLedger:
    """Pending changes, and one singleton lease whose epoch rises with every owner."""

    def __init__(self):
        self.pending: dict[str, Change] = {}
        self.owner = None
        self.epoch = 0
        self.holds = 0
        self.told = []
        self.failures = []
        self.commits = self.looks = 0

    def add(self, change):
        self.commits += 1
        self.pending[change.document_id] = change

    def hold(self, name, owner, seconds):
        self.holds += 1
        if self.owner not in {None, owner}:
            return None
        if self.owner is None:
            self.epoch += 1
        self.owner = owner
        return self.epoch

    def drop(self, name, owner):
        if self.owner == owner:
            self.owner = None

    def stamp(self):
        return self.commits

    def changes(self, limit):
        self.looks += 1
        if self.failures:
            raise self.failures.pop(0)
        return sorted(self.pending.values(), key=lambda change: change.load_seq)[:limit]

    def loaded(self, loads):
        self.commits += 1
        for document, load_seq in loads:
            self.told.append((document, load_seq))
            if document in self.pending and self.pending[document].load_seq <= load_seq:
                del self.pending[document]


class MemoryStore:
    """Bytes by key; a key in `failures` raises its error."""

    source = "results"

    def __init__(self):
        self.objects: dict[str, bytes] = {}
        self.failures = {}
        self.opened = []

    def stat(self, key):
        if key in self.failures:
            raise self.failures[key]
        if key not in self.objects:
            return None
        return ObjectStat(ref=ObjectRef(source=self.source, key=key, version="1"), size=len(self.objects[key]))

    def open(self, ref):
        self.opened.append(ref.key)
        if ref.key not in self.objects:
            raise Superseded("gone")
        return io.BytesIO(self.objects[ref.key])


class MemoryWarehouse:
    """Rows by document and table; `failures` are raised by the next calls, `poison` names documents it cannot take."""

    def __init__(self, provides=("interleaving",)):
        self.capabilities = Capabilities(provides=provides)
        self.epoch = 0
        self.seqs: dict[str, int] = {}
        self.rows: dict[str, dict[str, list[dict]]] = {}
        self.calls: list[list[str]] = []
        self.failures = []
        self.poison = {}

    def replace(self, groups, epoch):
        self.calls.append([group.document_id for group in groups])
        if self.failures:
            raise self.failures.pop(0)
        if epoch < self.epoch:
            raise LeaseLost("a newer loader wrote")
        staged = {group.document_id: (group.load_seq, self._tables(group)) for group in groups}
        self.epoch = epoch
        for document, (seq, tables) in staged.items():
            if self.seqs.get(document, -1) < seq:
                self.seqs[document] = seq
                self.rows[document] = tables
        return [(group.document_id, group.load_seq) for group in groups]

    def _tables(self, group):
        if group.document_id in self.poison:
            raise self.poison[group.document_id]
        tables = {}
        for batch in group.batches:
            rows = [dict(zip(batch.columns, values, strict=True)) for values in zip(*batch.columns.values(), strict=True)]
            tables.setdefault(batch.table, []).extend(rows)
        return tables

    def texts(self, document):
        return [row["text"] for row in self.rows[document].get("reviews", [])]


def change(name, load_seq=1, state=State.EXTRACTED, **fields):
    document = document_id("bucket", name)
    key = f"{document}/{load_seq}" if state in {State.EXTRACTED, State.LOADED} else None
    return Change(
        document_id=document,
        load_seq=load_seq,
        state=state,
        run=1,
        source="bucket",
        key=name,
        version="v1",
        received_at=MOMENT,
        **{"result_key": key, "kind": Kind.REVIEW, **fields},
    )


def extraction(document, texts, part_no=1):
    rows = [ReviewRow(review_no=number, text=text, confidence=0.5, adapter="a/1/m") for number, text in enumerate(texts, 1)]
    return ReviewExtraction(
        document_id=document,
        part_no=part_no,
        source_uri="file:///bucket/a.csv",
        version="v1",
        media_type="text/csv",
        size_bytes=1,
        sha256="0" * 64,
        pipeline_version="1",
        extracted_at=MOMENT,
        items=len(rows),
        reviews=tuple(rows),
    )


def put(store, found, texts):
    """Store the result of a change, of one part."""
    store.objects[found.result_key] = extraction(found.document_id, texts).model_dump_json(by_alias=True).encode()


def put_parts(store, found, parts):
    """Store the result of a change as a manifest of part files."""
    files, items = [], 0
    for number, texts in enumerate(parts, 1):
        key = f"{found.result_key}-{number}"
        store.objects[key] = extraction(found.document_id, texts, number).model_dump_json(by_alias=True).encode()
        files.append(PartFile(part_no=number, result_key=key, item_offset=items))
        items += len(texts)
    manifest = Manifest(document_id=found.document_id, kind=Kind.REVIEW, parts=tuple(files))
    store.objects[found.result_key] = manifest.model_dump_json().encode()
