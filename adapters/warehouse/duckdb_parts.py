"""Which tables of the file hold the rows of a table of the warehouse.

Most rows lie in the table of that name, which all documents share. Two things do not:

- A large document has tables of its own, `_reviews/<document>/<load_seq>/0`, so that its rows can come in many short transactions and be seen by
  nobody before the last: once `_loads` says that the document is loaded with that `load_seq`, the name becomes a view over all tables, and the shared
  one is called `_reviews_000001`. Tables that `_loads` does not know are of a load that goes on or broke off.
- `extractions` is always a view, its shared tables hold about 16 MB each: DuckDB writes the last row group of a table (up to 122,880 rows) anew at
  every checkpoint, long texts and all, and holds all of them in memory for it: in one table the fiftieth load of a payload of 4 MB took seconds, and
  none went through once the payloads outgrew the memory limit (DuckDB 2.0). A table that is full is not added to again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from adapters.warehouse.ddl import DUCKDB, create_table, missing_columns, quoted
from schemas.documents import DocumentId
from schemas.tables import TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PAYLOADS: Final = "extractions"
FULL_BYTES: Final = 16 * 1024**2
"""A load writes at most about this much of payloads again; a gigabyte of them makes sixty tables."""
_SHARED = re.compile(r"_(?P<table>\w+)_(?P<number>\d{6})")
_OWN = re.compile(r"_(?P<table>\w+)/(?P<document>[^/]+)/(?P<load_seq>\d+)/(?P<number>\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Own:
    """A table that holds rows of one document."""

    table: str
    document: DocumentId
    load_seq: int
    number: int = 0

    @property
    def name(self) -> str:
        """In the file."""
        return f"_{self.table}/{self.document}/{self.load_seq}/{self.number}"


@dataclass(slots=True)
class Parts:
    """What lies in the attached file, as one transaction sees and changes it."""

    db: DuckDBPyConnection
    shared: dict[str, list[str]] = field(default_factory=dict)
    """By table, in the order they were made."""
    own: set[Own] = field(default_factory=set)

    @classmethod
    def of(cls, db: DuckDBPyConnection) -> Parts:
        """Read from the catalogue of the attached database `warehouse`."""
        found = cls(db)
        for (name,) in db.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'warehouse' ORDER BY 1").fetchall():
            if name in TABLES:
                found.shared[name] = [name]
            elif own := _OWN.fullmatch(name):
                found.own.add(Own(own["table"], own["document"], int(own["load_seq"]), int(own["number"])))
            elif (shared := _SHARED.fullmatch(name)) and shared["table"] in TABLES:
                found.shared.setdefault(shared["table"], []).append(name)
        return found

    def prepare(self) -> None:
        """Make what is missing: shared tables, columns that came since, views of several tables."""
        for name in TABLES:
            if name not in self.shared:
                self._create(name, name)
                self.shared[name] = [name]
        self._become_view(PAYLOADS)
        self._widen()
        for name in TABLES:
            self.show(name)

    def room(self, table: str) -> str:
        """The shared table that takes new rows of `table`."""
        last = self.shared[table][-1]
        if table != PAYLOADS:
            return last
        held = self.db.execute(f"SELECT coalesce(sum(strlen(payload)), 0) FROM warehouse.{quoted(last)}").fetchall()[0][0]  # noqa: S608
        if held >= FULL_BYTES:
            last = f"_{table}_{int(last[-6:]) + 1:06d}"
            self._create(table, last)
            self.shared[table].append(last)
            self.show(table)
        return last

    def add(self, own: Own) -> None:
        """Make a document's own table, where it is not there yet."""
        if own not in self.own:
            self._create(own.table, own.name)
            self.own.add(own)

    def remove(self, documents: str, known: Mapping[DocumentId, int]) -> None:
        """Delete all rows of the `known` documents, whose ids are also in the relation `documents`; own tables of the given `load_seq` stay."""
        for names in self.shared.values():
            for name in names:
                self.db.execute(f"DELETE FROM warehouse.{quoted(name)} WHERE document_id IN (SELECT document_id FROM {documents})")  # noqa: S608
        self._drop({own for own in self.own if known.get(own.document, own.load_seq) != own.load_seq})

    def drop_unfinished(self, document: DocumentId | None = None) -> None:
        """Drop the own tables of loads that did not come to their end, of all documents or of one."""
        self._drop({own for own in self.own - self._finished() if document in (None, own.document)})

    def show(self, table: str) -> None:
        """Let the table's name stand for all its rows."""
        shown = sorted(own for own in self._finished() if own.table == table)
        if shown:
            self._become_view(table)
        names = [*self.shared[table], *(own.name for own in shown)]
        if names == [table]:
            return
        columns = ", ".join(quoted(column) for column in TABLES[table].column_names)
        every = " UNION ALL ".join(f"SELECT {columns} FROM {quoted(name)}" for name in names)  # noqa: S608
        self._in_warehouse(f"CREATE OR REPLACE VIEW {quoted(table)} AS {every}")

    def _become_view(self, table: str) -> None:
        if self.shared[table] == [table]:
            first = f"_{table}_000001"
            self._in_warehouse(f"ALTER TABLE {quoted(table)} RENAME TO {quoted(first)}")
            self.shared[table] = [first]

    def _widen(self) -> None:
        for table in TABLES.values():
            for name in (*self.shared[table.name], *(own.name for own in self.own if own.table == table.name)):
                existing = self.db.execute("SELECT name FROM pragma_table_info(?)", [f"warehouse.{quoted(name)}"]).fetchall()
                for statement in missing_columns(table, [column for (column,) in existing], DUCKDB, name):
                    self._in_warehouse(statement)

    def _drop(self, gone: set[Own]) -> None:
        for own in gone:
            self.db.execute(f"DROP TABLE warehouse.{quoted(own.name)}")
        self.own -= gone
        for table in sorted({own.table for own in gone}):
            self.show(table)

    def _finished(self) -> set[Own]:
        if not self.own:
            return set()
        documents = list({own.document for own in self.own})
        loads = self.db.execute("SELECT document_id, load_seq FROM warehouse._loads WHERE document_id IN (SELECT unnest(?))", [documents]).fetchall()
        known = set(loads)
        return {own for own in self.own if (own.document, own.load_seq) in known}

    def _create(self, table: str, name: str) -> None:
        self._in_warehouse(create_table(TABLES[table], DUCKDB).replace(quoted(table), quoted(name), 1))

    def _in_warehouse(self, statement: str) -> None:
        self.db.execute("USE warehouse")  # a view finds its tables under whatever name the file is opened by
        self.db.execute(statement)
