"""Errors as problem documents (RFC 9457) with our `code`."""

from __future__ import annotations

import json
import logging
import math
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from schemas.errors import (
    AdapterDisabled,
    ConfinementUnavailable,
    InvalidRequest,
    NotFound,
    ShuttingDown,
    TamizError,
    TimedOut,
    TransientError,
    Unauthorized,
    error_for_code,
)
from schemas.ledger import DocumentStatus

log = logging.getLogger("tamiz.http")

MEDIA_TYPE = "application/problem+json"
DESCRIBED: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem document (RFC 9457)",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "code": {"type": "string", "description": "stable name of the cause"},
                    },
                }
            }
        },
    }
}
"""Every route's errors, for OpenAPI."""

RETRY_S = 5.0
"""Seconds to wait before trying again where the cause does not know better."""

STATUS_BY_CAUSE: dict[type[TamizError], int] = {
    TimedOut: HTTPStatus.REQUEST_TIMEOUT,
    ConfinementUnavailable: HTTPStatus.FORBIDDEN,  # SQL is off here
    AdapterDisabled: HTTPStatus.NOT_IMPLEMENTED,  # there is no warehouse
}
"""Where an error of a request is not what the same error of a document would be."""


def problem(error: TamizError, status: int | None = None, **more: Any) -> Response:
    """The response for a typed error; `more` are further members of the document."""
    status = status or error.http_status
    headers = {}
    if isinstance(error, TransientError | ShuttingDown):
        headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", None) or RETRY_S))
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = "Bearer"
    return Response(_json(members(error, status, **more)), status, headers, MEDIA_TYPE)


def members(error: TamizError, status: int, **more: Any) -> dict[str, Any]:
    """The problem document itself."""
    return {"type": f"urn:tamiz:error:{error.code}", "title": _title(error), "status": status, "detail": error.message, "code": error.code, **more}


def document_problem(status: DocumentStatus) -> Response:
    """Why a rejected or dead document has no result."""
    assert status.error_code is not None, "rejected and dead documents carry a code"
    error = error_for_code(status.error_code, status.error_message or "")
    return problem(error, document_id=status.document_id, state=status.state.value)


def install(app: FastAPI) -> None:
    """Make `app` answer every error with a problem document."""
    app.add_exception_handler(TamizError, _typed)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def faults(errors: Any) -> str:
    """Validation errors as one sentence that repeats no input."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in errors)


async def _typed(_: Request, error: Exception) -> Response:
    assert isinstance(error, TamizError)
    return problem(error, STATUS_BY_CAUSE.get(type(error)))


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem(InvalidRequest(faults(error.errors())))


async def _of_the_framework(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return problem(NotFound("there is nothing at this address; /docs lists what there is"))
    response = problem(InvalidRequest(f"{error.detail}; /docs lists what there is"), error.status_code)
    response.headers.update(error.headers or {})
    return response


async def _gone(_: Request, __: Exception) -> Response:
    return problem(InvalidRequest("the request ended before its body was complete"))


async def _unexpected(request: Request, error: Exception) -> Response:
    """A bug: the trace goes to the log, nothing of it to the caller, and it has no code."""
    log.error("%s %s failed", request.method, request.scope.get("path"), exc_info=error)
    body = {"type": "about:blank", "title": "Internal Server Error", "status": 500, "detail": "this is a bug; the service's log holds the trace"}
    return Response(_json(body), 500, media_type=MEDIA_TYPE)


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _title(error: TamizError) -> str:
    return (type(error).__doc__ or error.code).strip().splitlines()[0]
