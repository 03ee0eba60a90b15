"""Port of the warehouses: whole documents replaced atomically, and read-only SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from adapters.capabilities import Adapter
from schemas.documents import DocumentId
from schemas.warehouse import QueryLimits, QueryResult, RowGroup


class Warehouse(Adapter, Protocol):
    """Tables of `schemas.tables`, views, `_loader(epoch)` and `_loads(document_id, load_seq)`."""

    def migrate(self) -> None:
        """Create or extend tables and views, additively. Raises `SchemaTooNew`, `WarehouseBusy`, `ServiceUnavailable`."""
        ...

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[DocumentId, int]]:
        """In one transaction: refuse when `_loader` holds a newer epoch than `epoch` (raises `LeaseLost`), raise it to `epoch`, skip documents
        whose stored `load_seq` is not older, delete the others' rows and insert the new ones. Returns all (document, load_seq) that are now
        at least that new. Several large documents may come in a transaction each. A warehouse that provides `interleaving` may be asked to
        `replace` others while it walks over the batches of a group. Raises `WarehouseBusy` (another program holds it), `StorageFull`,
        `ServiceUnavailable`; then nothing changed."""
        ...

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """Run one read-only statement, confined: no files, no network, no settings. Raises `QueryRefused`, `QueryLimit`, `WarehouseBusy`,
        `ConfinementUnavailable`."""
        ...

    def export(self, directory: Path) -> Mapping[str, int]:
        """Write `<table>.parquet` of every table into `directory`; rows per table."""
        ...

    def health(self) -> str | None:
        """None when it can be opened, else what is wrong in one sentence."""
        ...

    def close(self) -> None:
        """Give connections back."""
        ...
