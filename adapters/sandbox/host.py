"""The child's side of a call: what an entry gets, and the loop that serves operations.

An entry is `def entry(host: Host) -> Operations`, named `package.module:function`. It runs once per child, before the last layers of the
confinement, so that it can load models; its operations run confined, one at a time, on the main thread.
"""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.sandbox.wire import BlockingWire, Frame, FrameTooLarge
from schemas.errors import MemoryLimit, StorageFull, TamizError, TooLarge, error_for_code

if TYPE_CHECKING:
    from pydantic import JsonValue

Operation = Callable[[dict[str, Any]], "Mapping[str, JsonValue]"]
"""One operation: a JSON request to a JSON answer. May raise any `TamizError`; anything else it raises counts as a crash."""

Operations = Mapping[str, Operation]


class Host:
    """What an entry and its operations may ask of the parent."""

    def __init__(self, wire: BlockingWire, workdir: Path, options: dict[str, JsonValue]) -> None:
        self._wire = wire
        self.workdir = workdir
        """The only folder the child may write to; the parent empties it between documents."""
        self.options = options
        """The spec's options."""
        self.offers: frozenset[str] = frozenset()
        """Names of the callbacks the running call allows."""
        self.call_id = ""

    def call(self, name: str, request: Mapping[str, JsonValue], blob: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Ask the parent's callback `name`; wait for its answer. Raises the `TamizError` the callback raised.

        Asking for a name that is not in `offers` ends the child.
        """
        self._wire.write("call", {"id": self.call_id, "name": name, "request": request}, blob)
        frame = self._wire.read()
        if frame is None:
            raise SystemExit(0)
        if frame.kind == "refusal":
            raise error_for_code(str(frame.body["code"]), str(frame.body["message"]))
        value = frame.body["value"]
        assert isinstance(value, dict)
        return value, frame.blob


def serve(wire: BlockingWire, host: Host, operations: Operations) -> None:
    """Answer calls until the parent closes the wire."""
    while (frame := wire.read()) is not None:
        call_id = frame.body["id"]
        offers = frame.body["offers"]
        assert isinstance(call_id, str)
        assert isinstance(offers, list)
        host.call_id, host.offers = call_id, frozenset(map(str, offers))
        _answer(wire, frame, operations)


def _answer(wire: BlockingWire, frame: Frame, operations: Operations) -> None:
    call_id = frame.body["id"]
    try:
        value = operations[str(frame.body["operation"])](_request(frame))
        wire.write("result", {"id": call_id, "value": value})
    except Exception as error:
        if typed := _typed(error):
            wire.write("error", {"id": call_id, "code": typed.code, "message": typed.message})
        else:
            log_crash(error)
            wire.write("crash", {"id": call_id, "type": type(error).__name__})


def _request(frame: Frame) -> dict[str, Any]:
    request = frame.body["request"]
    assert isinstance(request, dict)
    return request


def _typed(error: Exception) -> TamizError | None:
    """The error as the parent knows it; also for a limit that shows as an exception: memory, file size, answer size, full disk."""
    if isinstance(error, TamizError):
        return error
    if isinstance(error, MemoryError):
        return MemoryLimit("Reading the document needed more memory than its cap; raise the cap or split the document.")
    if isinstance(error, FrameTooLarge):
        return TooLarge(f"The document's content is over the cap of {error.limit} bytes for one answer; split the document.")
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return TooLarge("The document unpacks to a file over the cap; raise the cap or split the document.")
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageFull("The disk that holds the data directory is full; free some space.")
    return None


def log_crash(error: BaseException) -> None:
    """The type and the frames of an exception to standard error; not its text, which may be the document's."""
    sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__name__}\n")
    sys.stderr.flush()
