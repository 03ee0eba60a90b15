"""What a child's frames mean, judged by a parent that does not trust them: each is what the protocol allows here, or a `BrokenFrame`."""

from __future__ import annotations

from collections.abc import Container
from typing import NoReturn

from pydantic import JsonValue

from adapters.sandbox.confinement import Applied
from adapters.sandbox.process import describe
from adapters.sandbox.wire import BrokenFrame, Frame
from schemas.errors import (
    MemoryLimit,
    ParserCrashed,
    RejectedInput,
    ServiceUnavailable,
    TamizError,
    TerminalError,
    TransientError,
    WorkerLost,
    error_for_code,
)

_MESSAGE_LENGTH = 500


class Reported(Exception):
    """Carries a typed error that a healthy child reported: the call failed, the child lives on."""

    def __init__(self, error: TamizError) -> None:
        super().__init__(error.message)
        self.error = error


def ready(frame: Frame) -> tuple[frozenset[str], Applied]:
    """The operations of a loaded entry and what confines it. Raises its `TamizError`, `ServiceUnavailable`, `BrokenFrame`."""
    body = frame.body
    if frame.kind == "error":
        raise _typed(body)
    if frame.kind == "unloadable":
        raise ServiceUnavailable(f"The parser child could not be loaded: {_text(body, 'type')}: {_text(body, 'text')}")
    operations, applied = body.get("operations"), body.get("applied")
    if frame.kind != "ready" or not isinstance(operations, list) or not isinstance(applied, dict):
        raise BrokenFrame("a start that is not ready")
    try:
        return frozenset(map(str, operations)), Applied.from_json(applied)
    except TypeError:
        raise BrokenFrame("an unknown report of its confinement") from None


def question(frame: Frame, call: str, allowed: Container[str]) -> tuple[str, dict[str, JsonValue]]:
    """Name and request of a callback. Raises `BrokenFrame` for a name that this call does not allow."""
    name, request = frame.body.get("name"), frame.body.get("request")
    if frame.body.get("id") != call or not isinstance(name, str) or name not in allowed or not isinstance(request, dict):
        raise BrokenFrame("a callback that was not offered")
    return name, request


def result(frame: Frame, call: str, failures: list[TamizError]) -> dict[str, JsonValue]:
    """The answer of the call. `failures` are the errors our own callbacks raised in it: one that comes back is raised as it was.

    Raises `Reported` for a typed error, `ParserCrashed` and `MemoryLimit` where the child must go too, `BrokenFrame` for anything else.
    """
    body = frame.body
    if body.get("id") != call or frame.blob:
        raise BrokenFrame("an answer to another call")
    if frame.kind == "crash":
        _crashed(_text(body, "type"))
    if frame.kind == "error":
        _failed(body, failures)
    value = body.get("value")
    if frame.kind != "result" or not isinstance(value, dict):
        raise BrokenFrame("an answer of no known kind")
    return value


def death(status: int | None) -> str:
    """How a child ended, for a person."""
    if status is None:
        return "it closed its wire"
    return f"{describe(status)} (killed from outside, or the system ran out of memory)" if status == -9 else describe(status)


def _crashed(name: str) -> NoReturn:
    shown = name if name.isidentifier() else "an error without a name"
    raise ParserCrashed(f"The parser failed on the document with {shown}; the log of the child shows where.")


def _failed(body: dict[str, JsonValue], failures: list[TamizError]) -> NoReturn:
    for failure in reversed(failures):
        if body.get("code") == failure.code and body.get("message") == failure.message:
            raise Reported(failure)
    error = _typed(body)
    if isinstance(error, MemoryLimit):  # its heap is in pieces: a fresh child is the cheaper one
        raise error
    raise Reported(error)


def _typed(body: dict[str, JsonValue]) -> TamizError:
    """The error a child names. It may not say that we lost a lease, stop, or were superseded: those would cost the document its attempt."""
    try:
        error = error_for_code(_text(body, "code"), _text(body, "message"))
    except ValueError:
        raise BrokenFrame("an error of an unknown code") from None
    if isinstance(error, WorkerLost) or not isinstance(error, RejectedInput | TerminalError | TransientError):
        raise BrokenFrame("an error that is not a parser's to report")
    return error


def _text(body: dict[str, JsonValue], name: str) -> str:
    """A text of the child, short and printable: it ends in logs and terminals."""
    value = body.get(name)
    if not isinstance(value, str):
        raise BrokenFrame("a frame without its text")
    return "".join(letter if letter.isprintable() else " " for letter in value[:_MESSAGE_LENGTH])
