"""The parts of a large document read by a child of the loader: stored JSON in, Arrow tables out.

Reading a part takes as long as writing it to the warehouse, and both want the interpreter; in a process of its own it runs beside the writing, and
the loader never holds a part's rows as Python objects.
"""

from __future__ import annotations

import logging
import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from adapters.sandbox.child import Child
from adapters.sandbox.host import Host, Operations
from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildSpec
from adapters.warehouse.ipc import read_arrow, write_arrow
from adapters.warehouse.staging import arrow_tables
from schemas.documents import DocumentId, Value
from schemas.errors import EngineOutputInvalid, ParserCrashed
from schemas.extractions import Fill, Manifest, PartFile
from schemas.tables import TABLES
from schemas.warehouse import ArrowBatch, Batch, RowGroup
from workers.exchange import opened
from workers.garbage import collection_put_off
from workers.results import Results, parsed_part

log = logging.getLogger("tamiz.loader")

STORED = "stored.json"
ROWS = "rows-{}.arrows"
"""Names in the child's folder."""
AHEAD = 3
"""Parts that wait for the warehouse at most, of 10 to 20 MB each: it takes several at once, and then none for a while."""
TRIES = 3
"""Of one part, when its child dies of something that is not the part: kill -9, memory of the machine."""


class PartRequest(Value):
    """One part to read; its file lies in the child's folder."""

    document_id: DocumentId
    part: PartFile
    fills: tuple[Fill, ...] = ()


class PartRows(Value):
    """What was read: `tables[n]` lies in the file `ROWS.format(n)`, an Arrow IPC stream."""

    source_uri: str
    tables: tuple[str, ...]


def serve(host: Host) -> Operations:
    """Entry of the child."""
    for module in ("arro3.core", "nanoarrow.ipc"):  # before the confinement
        import_module(module)
    return {"read": partial(_read, host.workdir)}


def _read(folder: Path, request: Mapping[str, Any]) -> dict[str, JsonValue]:
    asked = PartRequest.model_validate(request)
    names = []
    with collection_put_off():
        stored = parsed_part(asked.document_id, asked.part, (folder / STORED).read_bytes())
        group = RowGroup(asked.document_id, 0, stored.batches(asked.part, asked.fills))
        for number, (table, rows) in enumerate(arrow_tables([group], checked=True)):
            names.append(table)
            write_arrow(rows, folder / ROWS.format(number))
    return PartRows(source_uri=stored.source_uri, tables=tuple(names)).model_dump(mode="json")


class ChildReader:
    """Reads parts ahead of who asks for them, one at a time, in a child that lives as long as the walk over one document."""

    def __init__(self, results: Results, folder: Path) -> None:
        """`folder` is this reader's own: the child's folder goes there, and what a killed reader left there goes away."""
        shutil.rmtree(folder, ignore_errors=True)
        self._results = results
        self._pool = ChildPool(ChildSpec(entry="workers.partreading:serve"), folder, 1)

    def __call__(self, document: DocumentId, manifest: Manifest, keep: Callable[[], None]) -> Iterator[tuple[str, list[Batch]]]:
        """Each part's address and rows; `keep` is called before each. Raises `NotFound`, `EngineOutputInvalid`, and what limits the child."""
        with self._pool.fresh() as child:
            child.start()  # by this thread: the child ends with the one that started it
            parts, ahead = iter(manifest.parts), ThreadPoolExecutor(1, "reading")
            try:
                waiting = deque(ahead.submit(self._part, child, document, part, manifest.fills) for part in islice(parts, AHEAD))
                while waiting:
                    keep()
                    ready = waiting.popleft().result()
                    waiting.extend(ahead.submit(self._part, child, document, part, manifest.fills) for part in islice(parts, 1))
                    yield ready
            finally:
                ahead.shutdown(cancel_futures=True)

    def _part(self, child: Child, document: DocumentId, part: PartFile, fills: tuple[Fill, ...]) -> tuple[str, list[Batch]]:
        request = PartRequest(document_id=document, part=part, fills=fills).model_dump(mode="json")
        for left in reversed(range(TRIES)):
            self._results.fetch(part.result_key, child.workdir / STORED)
            try:
                found = _valid(child.call("read", request))
                return found.source_uri, [_batch(child.workdir, number, table) for number, table in enumerate(found.tables)]
            except ParserCrashed as error:
                if not left:
                    raise
                log.warning("part %d of document %s is read again: %s", part.part_no, document, error.message)
        raise AssertionError("unreachable")


def _valid(answer: Mapping[str, Any]) -> PartRows:
    try:
        found = PartRows.model_validate(answer)
    except ValidationError as error:
        raise EngineOutputInvalid(f"the answer of the loader's child is not of its form ({error.error_count()} faults)") from error
    if unknown := set(found.tables) - TABLES.keys():
        raise EngineOutputInvalid(f"the loader's child names tables nobody knows: {', '.join(sorted(unknown))[:100]}")
    return found


def _batch(folder: Path, number: int, table: str) -> ArrowBatch:
    """Into memory, and the file goes away."""
    path = folder / ROWS.format(number)
    with opened(path) as file:
        rows = ArrowBatch(table, read_arrow(file))
    path.unlink()
    return rows
