"""`tamiz extract`: files in, Extractions out, through the same parser child, without ledger, broker or warehouse."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from adapters.sandbox.child import Callback, Child
from adapters.sandbox.pool import ChildPool
from adapters.storage.beneath import as_typed
from adapters.storage.port import ObjectStore
from schemas.documents import Kind, document_id
from schemas.errors import EngineOutputInvalid, NotFound, TamizError, TooLarge, UnsafeName
from workers.consumer import parser_spec
from workers.container import ATTACHMENTS, Container
from workers.exchange import INPUT, OUT, RESULT, SIDECAR, WorkReply, WorkRequest, kept_file, opened, unpacked_name
from workers.keeping import KeptCallbacks
from workers.parser import valid_reply
from workers.routing import matching
from workers.whole import whole_of

LINE = dict[str, Any]
"""One line of output: an Extraction as JSON, or `{"source_uri", "error": {"code", "message"}}`."""


class OneShot:
    """Extracts files; a context manager, for the parser children it keeps warm. As many threads may extract at a time as there are children."""

    def __init__(self, container: Container, *, children: int = 1, kept: ObjectStore | None = None) -> None:
        """`kept` holds engine outputs between runs, for whoever reads the same files again; None: nothing is kept."""
        self._box = container
        self._kept = kept
        self._folder = Path(tempfile.mkdtemp(prefix="tamiz-"))
        self._pool = ChildPool(parser_spec(container, crops="none"), self._folder / "children", children)

    def __enter__(self) -> OneShot:
        return self

    def abort(self) -> None:
        """Kill the children: files that are being extracted, and all later ones, are refused with `shutting_down`. From any thread."""
        self._pool.abort_all()

    def __exit__(self, *_: object) -> None:
        self.abort()
        shutil.rmtree(self._folder, ignore_errors=True)

    def extract(self, path: Path, kind: Kind | None = None, metadata: Mapping[str, JsonValue] | None = None) -> LINE:
        """One file's line."""
        uri = path.absolute().as_uri()
        try:
            return self._document(path, uri, path.name, kind, dict(metadata or {}), parent=None, depth=0)
        except TamizError as error:
            return _refusal(uri, error)
        except OSError as error:
            return _refusal(uri, as_typed(error, f"reading {path.name}"))

    def _document(self, path: Path, uri: str, name: str, kind: Kind | None, metadata: dict[str, JsonValue], parent: str | None, depth: int) -> LINE:
        if depth > self._box.settings.limits.nesting:
            raise TooLarge(f"messages inside messages deeper than {self._box.settings.limits.nesting} levels are not read")
        request = self._request(path, uri, name, kind, metadata, parent)
        holding = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            replies, line = self._all_parts(request, path, holding)
            line["attachments"] = [
                self._attachment(holding / f"attachment-{found.number}", uri, found.number, found.name, request.document_id, depth)
                for reply in replies
                for found in reply.attachments
            ]
        finally:
            shutil.rmtree(holding, ignore_errors=True)
        return line

    def _request(self, path: Path, uri: str, name: str, kind: Kind | None, metadata: dict[str, JsonValue], parent: str | None) -> WorkRequest:
        size, digest = _measured(path, self._box.settings.limits.upload_bytes)
        key = name if parent is None else f"{parent}/{uri.rsplit('/', 1)[-1]}"
        return WorkRequest(
            document_id=document_id("file" if parent is None else ATTACHMENTS, uri if parent is None else key),
            key=key,
            name=name,
            source_uri=uri,
            version=digest[:16],
            size_bytes=size,
            sha256=digest,
            kind=kind,
            metadata=metadata,
            pattern=matching(f"{path.absolute().parent.name}/{name}", self._box.settings.patterns) if parent is None else None,
            has_sidecar=parent is None and path.with_name(f"{path.name}.meta.json").is_file(),
            parent_document_id=parent,
        )

    def _attachment(self, path: Path, uri: str, number: int, name: str, parent: str, depth: int) -> LINE:
        address = f"{uri}#attachment/{number}"
        try:
            return self._document(path, address, name, None, {}, parent, depth + 1)
        except TamizError as error:
            return _refusal(address, error)

    def _all_parts(self, request: WorkRequest, path: Path, holding: Path) -> tuple[list[WorkReply], LINE]:
        reply, line = self._work(request, path, holding)
        if not reply.parts:
            return [reply], line
        unpacked = (holding / unpacked_name(request.sha256)).is_file()
        said = {"kind": reply.kind, "unpacked_from": reply.media_type if unpacked else None}
        replies, lines = [], []
        for part in reply.parts:
            one, text = self._work(request.model_copy(update={**said, "part": part}), path, holding)
            replies.append(one)
            lines.append(text)
        return replies, whole_of(reply.kind, lines, [one.votes for one in replies], self._box.settings.calls)

    def _work(self, request: WorkRequest, path: Path, holding: Path) -> tuple[WorkReply, LINE]:
        with self._pool.lease() as child:
            _spool(path, child, request, holding)
            asked, deadline_s = request.model_dump(mode="json"), self._box.settings.document_timeout_s
            reply = valid_reply(child.call("work", asked, deadline_s=deadline_s, callbacks=self._callbacks()))
            if reply.parts:
                kept_file(child.workdir / OUT / unpacked_name(request.sha256), holding / unpacked_name(request.sha256))
                return reply, {}
            for found in reply.attachments:
                with opened(child.workdir / OUT / f"attachment-{found.number}") as left, (holding / f"attachment-{found.number}").open("wb") as kept:
                    shutil.copyfileobj(left, kept)
            return reply, _line(child.workdir / OUT / RESULT)

    def _callbacks(self) -> Mapping[str, Callback]:
        return KeptCallbacks(self._kept, _counted_by_nobody).callbacks() if self._kept else {}


def _counted_by_nobody(key: str) -> None:
    """No ledger counts the documents of an output that is kept here."""


def _refusal(uri: str, error: TamizError) -> LINE:
    return {"source_uri": uri, "error": {"code": error.code, "message": error.message}}


def _line(path: Path) -> LINE:
    with opened(path) as left:
        try:
            found = json.load(left)
        except (ValueError, RecursionError) as error:
            raise EngineOutputInvalid("the parser child's result is no JSON") from error
    if not isinstance(found, dict):
        raise EngineOutputInvalid("the parser child's result is no Extraction")
    return found


def _measured(path: Path, max_bytes: int) -> tuple[int, str]:
    if not path.exists():
        raise NotFound(f"there is no file {path.name}")
    if not path.is_file():
        raise UnsafeName(f"{path.name} is no regular file")
    size = path.stat().st_size
    if size > max_bytes:
        raise TooLarge(f"the file has {size} bytes; at most {max_bytes} are read (TAMIZ_LIMITS__UPLOAD_BYTES)")
    with path.open("rb") as file:
        return size, file_digest(file, "sha256").hexdigest()


def _spool(path: Path, child: Child, request: WorkRequest, holding: Path) -> None:
    """Copy the file into the child's folder; the parts of a large one share one copy, or what was unpacked of it."""
    if request.unpacked_from is not None:
        os.link(holding / unpacked_name(request.sha256), child.workdir / INPUT)
    elif request.part is None:
        shutil.copyfile(path, child.workdir / INPUT)
    else:
        copy = holding / INPUT
        if not copy.exists():
            shutil.copyfile(path, copy)
        os.link(copy, child.workdir / INPUT)
    if request.has_sidecar:
        shutil.copyfile(path.with_name(f"{path.name}.meta.json"), child.workdir / SIDECAR)


def lines(container: Container, paths: list[Path], kind: Kind | None) -> Iterator[LINE]:
    """One line per file, in order."""
    with OneShot(container) as shot:
        for path in paths:
            yield shot.extract(path, kind)
