"""Erasure: what the ledger holds of a document goes at once; what lies elsewhere is named until the caller has removed it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from adapters.ledger.transaction import Transaction
from adapters.ledger.values import erased_hash
from schemas.documents import DocumentId, State
from schemas.errors import NotFound
from schemas.ledger import WHOLE
from schemas.ledger_tables import documents, erased_hashes, erasures, held_deletions, idempotency, kept, meta, result_files, runs, tasks

_CHUNK = 500  # keys per statement, well below the 32,766 variables of SQLite


def erase(tx: Transaction, document_id: DocumentId, actor: str) -> Sequence[str]:
    """Erase the document and its attachments' documents; the keys of what the caller removes. An erasure already begun is resumed, not widened."""
    document = tx.lock(document_id)
    if document is None or not document.last_run:
        raise NotFound(f"there is no document {document_id}")
    tree = _tree(tx, document_id)
    begun = tx.execute(select(erasures.c.kept_keys).where(erasures.c.document_id == document_id, erasures.c.finished_at.is_(None))).scalar()
    if begun is None and document.state == State.ERASED:
        return _result_keys(tx, tree)
    if begun is None:
        kept_keys = sorted(set(tx.execute(select(kept.c.key).where(kept.c.document_id.in_(tree))).scalars()))
        for member in tree:
            _erase_one(tx, member, actor)
        row = {"document_id": document_id, "actor": actor, "begun_at": tx.now, "finished_at": None, "kept_keys": json.dumps(kept_keys)}
        tx.execute(delete(erasures).where(erasures.c.document_id == document_id))
        tx.execute(insert(erasures), [row])
    else:
        kept_keys = json.loads(begun)
    return [*_result_keys(tx, tree), *_unused(tx, kept_keys)]


def unfinished(tx: Transaction) -> Sequence[DocumentId]:
    """Erasures begun and not finished, oldest first."""
    return list(tx.execute(select(erasures.c.document_id).where(erasures.c.finished_at.is_(None)).order_by(erasures.c.begun_at)).scalars())


def finish(tx: Transaction, document_id: DocumentId) -> None:
    """Everything named is removed: the object's name, which may tell something too, goes last."""
    if tx.lock(document_id) is None:
        raise NotFound(f"there is no document {document_id}")
    finished = {"finished_at": tx.now, "kept_keys": "[]"}
    tx.execute(update(erasures).where(erasures.c.document_id == document_id, erasures.c.finished_at.is_(None)).values(finished))
    for member in _tree(tx, document_id):
        gone = (documents.c.document_id == member, documents.c.state == State.ERASED)
        tx.execute(update(documents).where(*gone).values(key=f"erased/{member}", parent_document_id=None))


def was_erased(tx: Transaction, document: Row[Any], version: str) -> bool:
    """Whether this very version of the document was erased."""
    return _hash_known(tx, document, "version", version)


def stay_away(tx: Transaction, document: Row[Any], version: str, sha256: str) -> bool:
    """Whether the bytes behind a new version token were erased, as when a backup was restored; that version then stays away too."""
    if not _hash_known(tx, document, "sha256", sha256):
        return False
    _keep_hashes(tx, document, {("version", version)})
    return True


def _tree(tx: Transaction, document_id: str) -> list[str]:
    tree, level = [document_id], [document_id]
    while level:
        level = list(tx.execute(select(documents.c.document_id).where(documents.c.parent_document_id.in_(level))).scalars())
        tree += level
    return tree


def _erase_one(tx: Transaction, document_id: str, actor: str) -> None:
    document = tx.lock(document_id)
    if document is None or document.state == State.ERASED:
        return
    facts = tx.execute(select(runs.c.version, runs.c.sha256).where(runs.c.document_id == document_id)).all()
    hashes = {("version", row.version) for row in facts} | {("sha256", row.sha256) for row in facts if row.sha256}
    _keep_hashes(tx, document, hashes)
    tx.discard_files(document_id)
    for table in (runs, tasks, kept, idempotency):
        tx.execute(delete(table).where(table.c.document_id == document_id))
    tx.execute(delete(held_deletions).where(held_deletions.c.source == document.source, held_deletions.c.key == document.key))
    tx.execute(
        update(documents)
        .where(documents.c.document_id == document_id)
        .values(
            state=State.ERASED,
            present=False,
            version="",
            erased_versions=document.erased_versions + 1,
            facts_state=State.ERASED,
            facts_run=None,
            load_seq=max(document.load_seq + 1, tx.now),
        )
    )
    tx.audit((document_id, document.newest_run, WHOLE), document.state, State.ERASED, actor=actor)


def _result_keys(tx: Transaction, tree: Sequence[str]) -> list[str]:
    discarded = (result_files.c.document_id.in_(tree), result_files.c.collect_at.is_not(None))
    return list(tx.execute(select(result_files.c.key).where(*discarded).order_by(result_files.c.key)).scalars())


def _unused(tx: Transaction, keys: Sequence[str]) -> list[str]:
    used: set[str] = set()
    for start in range(0, len(keys), _CHUNK):
        used.update(tx.execute(select(kept.c.key).where(kept.c.key.in_(keys[start : start + _CHUNK]))).scalars())
    return [key for key in keys if key not in used]


def _hash_known(tx: Transaction, document: Row[Any], what: str, value: str) -> bool:
    if not document.erased_versions:
        return False
    wanted = _hash(tx, document, what, value)
    return tx.execute(select(erased_hashes.c.hash).where(erased_hashes.c.hash == wanted)).one_or_none() is not None


def _keep_hashes(tx: Transaction, document: Row[Any], facts: set[tuple[str, str]]) -> None:
    rows = [{"hash": _hash(tx, document, what, value), "at": tx.now} for what, value in sorted(facts)]
    tx.insert_new(erased_hashes, rows)


def _hash(tx: Transaction, document: Row[Any], what: str, value: str) -> str:
    stated = tx.options.erase_key.get_secret_value()
    key = stated or tx.execute(select(meta.c.value).where(meta.c.name == "erase_key")).scalar_one()
    return erased_hash(key.encode(), document.document_id, what, value)
