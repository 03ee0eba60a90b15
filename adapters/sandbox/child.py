"""A warm child: calls that end with an answer or with a typed error, whatever the child does."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import JsonValue

from adapters.sandbox import outcome, workdir
from adapters.sandbox.channel import ChildGone, Watch
from adapters.sandbox.confinement import Applied, Confinement
from adapters.sandbox.paths import python_read_paths
from adapters.sandbox.process import ChildProcess
from adapters.sandbox.spec import ChildSpec
from adapters.sandbox.wire import BrokenFrame, Caps, Frame, FrameTooLarge
from schemas.errors import (
    EngineOutputInvalid,
    InvalidRequest,
    MemoryLimit,
    ParserCrashed,
    RejectedInput,
    ServiceUnavailable,
    ShuttingDown,
    TamizError,
    TerminalError,
    TimedOut,
    TooLarge,
    TransientError,
)

Callback = Callable[[dict[str, JsonValue], bytes], tuple[Mapping[str, JsonValue], bytes]]
"""Called in the parent, in the thread of the call, with what the child asks: untrusted, to be validated. A `TamizError` crosses to the child."""

_TICKS_PER_DISK_LOOK = 10


class Child:
    """One child of `spec` in `workdir`, started on first use and again after every breach. One call at a time; `abort` from any thread."""

    def __init__(self, spec: ChildSpec, folder: Path) -> None:
        self.spec = spec
        self.workdir = folder
        self.applied: Applied | None = None
        """What confines the running child; None before its first start."""
        self._lock = threading.Lock()
        self._process: ChildProcess | None = None
        self._operations: frozenset[str] = frozenset()
        self._calls = 0
        self._aborted = False

    @property
    def pid(self) -> int | None:
        """Process id of the running child; None when there is none."""
        process = self._process
        return process.pid if process else None

    @property
    def aborted(self) -> bool:
        """Whether `abort` was called: such a child starts no more."""
        return self._aborted

    def start(self) -> None:
        """Start the process and load its entry, unless it runs already.

        Raises the entry's own `TamizError`, `ServiceUnavailable` when it cannot be loaded, `MemoryLimit`, `ShuttingDown` once aborted.
        """
        process = self._process
        if process and process.runs() and process.channel.quiet():
            return
        self.close()
        with self._lock:
            if self._aborted:
                raise _aborted()
            process = ChildProcess(self.workdir, workdir.log_of(self.workdir), self.spec.environment, self._caps())
            self._process, self._calls = process, 0
        expired = ServiceUnavailable(f"The parser child did not load within {self.spec.limits.start_s:g} s; raise `start_s`.")
        watch = Watch(self.spec.limits.start_s, self._look, lambda: expired)
        with self._ending_on_breach("while it loaded"):
            process.channel.send(watch, "start", self._first_frame())
            ready = outcome.ready(process.channel.receive(watch))
        self._operations, self.applied = ready

    def call(
        self,
        operation: str,
        request: Mapping[str, JsonValue],
        *,
        deadline_s: float | None = None,
        callbacks: Mapping[str, Callback] | None = None,
    ) -> dict[str, JsonValue]:
        """Run one operation of the entry. `deadline_s` in seconds from here, start of the child excluded.

        Raises the `TamizError` the operation or a callback raised; `TimedOut`, `MemoryLimit`, `TooLarge` for a limit; `ParserCrashed` when the
        child died or broke the wire; `ShuttingDown` after `abort`; `ValueError` for an operation the entry does not have.
        """
        self.start()
        if operation not in self._operations:
            raise ValueError(f"{self.spec.entry} has no operation {operation!r}")
        allowed = self.spec.limits.deadline_s if deadline_s is None else deadline_s
        expired = TimedOut(f"Reading the document took longer than {allowed:g} s; raise the deadline or split the document.")
        watch = Watch(allowed, self._look, lambda: expired)
        self._calls += 1
        call_id = secrets.token_hex(8)  # what a child says ahead of a call cannot pass for its answer
        with self._ending_on_breach("on the document"):
            frame, failures = self._converse(watch, call_id, {"operation": operation, "request": request}, callbacks or {})
            return outcome.result(frame, call_id, failures)

    def settle(self) -> None:
        """Between documents: empty the folder; end a child that is used up, too large, or not silent, so that the next one is unharmed."""
        process, limits = self._process, self.spec.limits
        if process and (
            self._calls >= limits.recycle_after
            or process.resident_bytes() > limits.recycle_above_bytes
            or not process.channel.quiet()
            or not process.runs()
        ):
            self.close()
        try:
            workdir.empty(self.workdir)
        except OSError:
            self.close()
            workdir.empty_abandoned(self.workdir)

    def abort(self) -> None:
        """Kill the child from any thread: a running call raises `ShuttingDown`, and so does every later one."""
        with self._lock:
            self._aborted = True
            if self._process:
                self._process.kill()

    def close(self) -> None:
        """End the process, if there is one; the next call starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process:
            process.end()

    def _converse(self, watch: Watch, call_id: str, body: Mapping[str, object], callbacks: Mapping[str, Callback]) -> tuple[Frame, list[TamizError]]:
        """Send the call, serve what the child asks for, return its last word and the errors our callbacks raised on the way."""
        assert self._process is not None
        channel, failures = self._process.channel, list[TamizError]()
        try:
            channel.send(watch, "run", {"id": call_id, "offers": list(callbacks), **body})
        except FrameTooLarge as error:
            refused = InvalidRequest(f"The request to the parser child is over {error.limit} bytes; hand the bytes over in its folder.")
            raise outcome.Reported(refused) from None
        while (frame := channel.receive(watch)).kind == "call":
            name, asked = outcome.question(frame, call_id, callbacks)
            try:
                value, blob = callbacks[name](asked, frame.blob)
            except (TransientError, TerminalError, RejectedInput) as error:  # LeaseLost and its like end the call here
                failures.append(error)
                channel.send(watch, "refusal", {"code": error.code, "message": error.message})
                continue
            try:
                channel.send(watch, "answer", {"value": value}, blob)
            except FrameTooLarge as error:
                raise EngineOutputInvalid(f"What the parser child asked for is over {error.limit} bytes; raise `blob_bytes`.") from None
        return frame, failures

    @contextmanager
    def _ending_on_breach(self, when: str) -> Iterator[None]:
        """Whatever leaves this block as an error ends the child, but for the typed errors a healthy child reports."""
        try:
            yield
        except outcome.Reported as reported:
            raise reported.error from reported.error.__cause__
        except ChildGone:
            raise self._post_mortem(when) from None
        except BrokenFrame as error:
            self.close()
            raise ParserCrashed(f"The parser child broke its protocol {when}: {error.reason}.") from None
        except BaseException:
            self.close()
            if self._aborted:
                raise _aborted() from None
            raise

    def _post_mortem(self, when: str) -> TamizError:
        assert self._process is not None
        status = self._process.wait(1.0)
        self.close()
        if self._aborted:
            return _aborted()
        how = outcome.death(status)
        return ParserCrashed(f"The parser child died {when}: {how}.")

    def _look(self, tick: int) -> None:
        process, limits = self._process, self.spec.limits
        if process is None:
            raise ChildGone
        if process.resident_bytes() > limits.resident_bytes:
            raise MemoryLimit(f"Reading the document took more than {limits.resident_bytes >> 20} MiB; raise the cap or split the document.")
        if tick and tick % _TICKS_PER_DISK_LOOK == 0 and workdir.holds_more_than(self.workdir, limits.disk_bytes):
            raise TooLarge(f"The document unpacks to more than {limits.disk_bytes >> 20} MiB on disk; raise the cap or split the document.")

    def _caps(self) -> Caps:
        return Caps(self.spec.limits.message_bytes, self.spec.limits.blob_bytes)

    def _first_frame(self) -> dict[str, object]:
        limits = self.spec.limits
        confinement = Confinement(
            read_paths=tuple(map(str, (*python_read_paths(), *self.spec.read_paths))),
            write_paths=(str(self.workdir),),
            address_space_bytes=limits.address_space_bytes,
            file_bytes=limits.file_bytes,
            open_files=limits.open_files,
            threads=limits.threads,
            isolate=self.spec.confine,
        )
        return {
            "entry": self.spec.entry,
            "options": self.spec.options,
            "workdir": str(self.workdir),
            "caps": {"message_bytes": limits.message_bytes, "blob_bytes": limits.blob_bytes},
            "confinement": {name: getattr(confinement, name) for name in confinement.__dataclass_fields__},
            "parent_is_main_thread": threading.current_thread() is threading.main_thread(),
        }


def _aborted() -> ShuttingDown:
    return ShuttingDown("The service stops; the document is read again after the next start.")
