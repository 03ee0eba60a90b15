"""Every way a document or a request can fail, one class per cause.

Three families decide what happens next: a `TransientError` is tried again with backoff, a `TerminalError` makes the document `dead` until a
person redrives it, a `RejectedInput` is the sender's fault and is reported back. `code` is stable and public; the message tells a person what
to do and never holds a secret or a document's text. There is no catch-all: an exception nobody typed is a bug.
"""

from __future__ import annotations

from typing import ClassVar


class TamizError(Exception):
    """Base of every typed error. `code` is the stable public name of the cause."""

    code: ClassVar[str]
    http_status: ClassVar[int] = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TransientError(TamizError):
    """May heal by itself: retried with backoff through the ledger's `next_attempt_at`."""

    http_status = 503

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TerminalError(TamizError):
    """Will fail again the same way: the document is `dead` until a person changes something and redrives it."""


class RejectedInput(TamizError):
    """The sender's fault: unsupported, malformed or refused input."""

    http_status = 422


# --- transient -------------------------------------------------------------------------------------------------------------------------


class WorkerLost(TransientError):
    """The worker or its host vanished while it held the lease."""

    code = "worker_lost"


class ServiceUnavailable(TransientError):
    """A service we depend on (engine, store, database, broker) did not answer."""

    code = "unavailable"


class QuotaExceeded(TransientError):
    """A paid or limited service refused more calls for now."""

    code = "quota"


class RateLimited(TransientError):
    """Too many requests from this caller."""

    code = "rate_limited"
    http_status = 429


class Overloaded(TransientError):
    """The backlog or the free memory passed its floor; the sender should come back later."""

    code = "overloaded"


class StorageFull(TransientError):
    """A disk or quota is full; nothing partial was kept."""

    code = "storage_full"
    http_status = 507


class LedgerUnavailable(TransientError):
    """The ledger could not be reached or stayed locked; nothing was accepted."""

    code = "ledger_unavailable"


class SidecarChanging(TransientError):
    """A document's `.meta.json` was being written while the document was opened."""

    code = "sidecar_changing"


class WarehouseBusy(TransientError):
    """Another program holds the warehouse."""

    code = "warehouse_busy"


# --- terminal --------------------------------------------------------------------------------------------------------------------------


class TimedOut(TerminalError):
    """The work ran past its deadline."""

    code = "timeout"


class MemoryLimit(TerminalError):
    """The parser passed its memory cap."""

    code = "memory_limit"


class ParserCrashed(TerminalError):
    """The child that parsed the document died (signal or abort in native code)."""

    code = "parser_crashed"


class CredentialsMissing(TerminalError):
    """An adapter needs credentials that are not configured."""

    code = "credentials"


class ModelMissing(TerminalError):
    """An adapter needs a model that is not on this machine."""

    code = "model_missing"


class ModelDamaged(TerminalError):
    """A fitted model's files are not what its card says, or of a format unknown here."""

    code = "model_damaged"


class ExtraMissing(TerminalError):
    """An adapter needs an optional package that is not installed."""

    code = "extra_missing"


class ProgramMissing(TerminalError):
    """An adapter needs a program (tesseract, espeak-ng) that is not on this machine."""

    code = "program_missing"


class LanguageUnsupported(TerminalError):
    """The chosen engine does not know the document's language."""

    code = "language_unsupported"


class AdapterDisabled(TerminalError):
    """The step is needed, and its family is set to `none`."""

    code = "adapter_disabled"


class UnknownAdapter(TerminalError):
    """No adapter of that name is built in or allow-listed."""

    code = "unknown_adapter"


class RemoteCallsDisabled(TerminalError):
    """A cloud adapter was asked to work while remote calls are switched off."""

    code = "remote_disabled"


class BudgetExceeded(TerminalError):
    """The day's budget for paid calls is used up."""

    code = "budget"


class EngineOutputInvalid(TerminalError):
    """An engine answered something that is no valid output of its port."""

    code = "engine_output_invalid"


class SettingsInvalid(TerminalError):
    """The configuration cannot work; the message names the setting."""

    code = "settings_invalid"


class SchemaTooNew(TerminalError):
    """Ledger or warehouse was written by a newer Tamiz."""

    code = "schema_too_new"


class ConfinementUnavailable(TerminalError):
    """The system grants none of the isolation mechanisms SQL needs."""

    code = "confinement_unavailable"


# --- rejected --------------------------------------------------------------------------------------------------------------------------


class TooLarge(RejectedInput):
    """More bytes, pixels, pages, seconds or nesting than the configured cap."""

    code = "too_large"
    http_status = 413


class UnsupportedType(RejectedInput):
    """Nothing here reads this type."""

    code = "unsupported_type"
    http_status = 415


class TypeMismatch(RejectedInput):
    """The content is not what its kind, name or declared type says."""

    code = "type_mismatch"
    http_status = 415


class Encrypted(RejectedInput):
    """The file needs a password."""

    code = "encrypted"


class Truncated(RejectedInput):
    """The file ends before its content does."""

    code = "truncated"


class Malformed(RejectedInput):
    """The file breaks its own format."""

    code = "malformed"


class Empty(RejectedInput):
    """The file holds no bytes, or nothing that could be read."""

    code = "empty"


class UnsafeName(RejectedInput):
    """The object's name could leave its folder, or cannot be stored."""

    code = "unsafe_name"


class InvalidRequest(RejectedInput):
    """A request's fields or body are not of the documented form."""

    code = "invalid_request"


class NotFound(RejectedInput):
    """No such document, object or resource."""

    code = "not_found"
    http_status = 404


class Conflict(RejectedInput):
    """The request contradicts what is recorded (for example an Idempotency-Key with other bytes)."""

    code = "conflict"
    http_status = 409


class Unauthorized(RejectedInput):
    """No valid API key was given."""

    code = "unauthorized"
    http_status = 401


class Forbidden(RejectedInput):
    """The caller's role, host or origin does not allow this."""

    code = "forbidden"
    http_status = 403


class QueryRefused(RejectedInput):
    """The SQL statement is not a single read-only query, or it failed in the warehouse."""

    code = "query_refused"
    http_status = 400


class QueryLimit(RejectedInput):
    """The query passed its time, row or memory limit."""

    code = "query_limit"
    http_status = 400


# --- outcomes that are neither failure nor success ------------------------------------------------------------------------------------


class Superseded(TamizError):
    """The object changed or vanished while it was read: a newer version is the truth now."""

    code = "superseded"


class LeaseLost(TamizError):
    """The attempt no longer holds its lease; nothing it writes counts."""

    code = "lease_lost"


class ShuttingDown(TamizError):
    """The service stops; the attempt gives its lease back without being counted."""

    code = "shutting_down"
    http_status = 503


def error_for_code(code: str, message: str) -> TamizError:
    """The typed error for a stored `code`, as when one crosses a process border. Raises `ValueError` for an unknown code."""
    for cls in _all_errors(TamizError):
        if getattr(cls, "code", None) == code:
            return cls(message)
    raise ValueError(f"no error has the code {code!r}")


def _all_errors(base: type[TamizError]) -> list[type[TamizError]]:
    found: list[type[TamizError]] = []
    for cls in base.__subclasses__():
        found += [cls, *_all_errors(cls)]
    return found
