"""`POST /documents`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from handlers.http.body import chunks, declared_length, media_type
from handlers.http.intake import accept, check_idempotency_key
from handlers.http.multipart import OVERHEAD_BYTES, Form, FormReader
from handlers.http.service import INGEST, Here, Service
from handlers.http.uploads import Upload
from handlers.http.waiting import MAX_WAIT_S, answer_when_settled
from schemas.documents import DocumentId, Kind, Requested
from schemas.errors import InvalidRequest, UnsupportedType

router = APIRouter(tags=["documents"])

JSON_NAMES = {"application/json": "body.json", "application/x-ndjson": "body.ndjson", "application/jsonl": "body.jsonl"}
"""Bodies that are one JSON document or a file of reviews, and what they are called when the sender names nothing."""

RAW_TYPES = ("application/octet-stream", "application/pdf", "application/gzip", "message/rfc822", "text/csv", "text/plain", "image/", "audio/")
"""Bodies that are one file, named by `X-File-Name`. What a file is, its content decides; the declared type only opens the door."""

MAX_NAME_CHARS = 1024
FIELDS = frozenset({"kind", "metadata", "callback_url"})


class Accepted(BaseModel):
    """A document that the ledger has."""

    document_id: DocumentId
    status_url: str


def _parameter(name: str, where: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": False, "description": description, "schema": {"type": "string", **schema}}


_BODY: dict[str, Any] = {
    "parameters": [
        _parameter("X-File-Name", "header", "name of a body that is one file, percent-encoded UTF-8"),
        _parameter("kind", "query", "what the files are", enum=[kind.value for kind in Kind]),
        _parameter("metadata", "query", "JSON object of facts the bytes do not say"),
        _parameter("callback_url", "query", "refused for now: no callbacks are delivered yet"),
    ],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "kind": {"enum": [kind.value for kind in Kind]},
                        "metadata": {"type": "string", "description": "a JSON object"},
                        "callback_url": {"type": "string"},
                    },
                }
            },
            "application/json": {"schema": {}},
            "application/x-ndjson": {"schema": {"type": "string"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    },
}


@router.post("/documents", status_code=202, response_model=Accepted | list[Accepted], dependencies=[INGEST], openapi_extra=_BODY)
async def post_documents(
    request: Request,
    here: Here,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT_S, description="seconds to wait for the result")] = 0.0,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """Take in one or more files. 202 with where to look; with `wait`, 200 with the result when it is there in time. For bodies that are no form,
    `kind`, `metadata` and `callback_url` are query parameters and `X-File-Name` names the file (percent-encoded UTF-8)."""
    check_idempotency_key(idempotency_key)
    async with _received(request, here) as form:
        wanted = requested(form.fields)
        ids = await run_in_threadpool(accept, here.container, form.uploads, wanted, idempotency_key)
    accepted = [{"document_id": one, "status_url": f"/documents/{one}"} for one in ids]
    if wait:
        with suppress(asyncio.CancelledError):  # the service stops: what was taken in is acknowledged all the same
            answer = await answer_when_settled(here, ids, wait, accepted)
            if answer is not None:
                return answer
    if len(accepted) == 1:
        return JSONResponse(accepted[0], 202, {"Location": accepted[0]["status_url"]})
    return JSONResponse(accepted, 202)


@asynccontextmanager
async def _received(request: Request, here: Service) -> AsyncIterator[Form]:
    """The request's files and fields. Raises what can be wrong with them, or with taking them in now."""
    form = Form()
    with here.pressure.upload():
        try:
            await _read(request, here, form)
            if not form.uploads:
                raise InvalidRequest("the form holds no file: send at least one part with a file name")
            yield form
        finally:
            for upload in form.uploads:
                upload.close()


async def _read(request: Request, here: Service, form: Form) -> None:
    kind_of_body = media_type(request)
    query = dict(request.query_params)
    for name in FIELDS & query.keys():
        form.fields[name] = query[name]
    limit = here.container.settings.limits.upload_bytes
    await run_in_threadpool(here.pressure.check, min(declared_length(request) or 0, limit))
    folder = here.container.spool_dir.parent

    def new_upload(name: str) -> Upload:
        return Upload(checked_name(name), folder, limit)

    if kind_of_body == "multipart/form-data":
        await FormReader(request.headers["content-type"], new_upload, form).read(chunks(request, limit + OVERHEAD_BYTES, here.pace))
        return
    upload = new_upload(name_of_body(kind_of_body, request.headers.get("x-file-name")))
    form.uploads.append(upload)
    async for chunk in chunks(request, limit, here.pace):
        await upload.write(chunk)


def name_of_body(kind_of_body: str, stated: str | None) -> str:
    """The file name of a body that is no form. Raises `UnsupportedType`, `InvalidRequest`."""
    if kind_of_body not in JSON_NAMES and not kind_of_body.startswith(RAW_TYPES):
        allowed = ", ".join(("multipart/form-data", *JSON_NAMES, *(f"{one}*" if one.endswith("/") else one for one in RAW_TYPES)))
        raise UnsupportedType(f"the Content-Type of the request must be one of {allowed}")
    if stated:
        return unquote(stated)
    if kind_of_body in JSON_NAMES:
        return JSON_NAMES[kind_of_body]
    raise InvalidRequest("a body that is one file needs its name in X-File-Name (percent-encoded UTF-8)")


def checked_name(name: str) -> str:
    """A sender's file name as data. Raises `InvalidRequest` when it is too long."""
    if len(name) > MAX_NAME_CHARS:
        raise InvalidRequest(f"a file name has more than {MAX_NAME_CHARS} characters")
    return name


def requested(fields: dict[str, str]) -> Requested:
    """What the sender stated beside the bytes. Raises `InvalidRequest`."""
    unknown = sorted(set(fields) - FIELDS)
    if unknown:
        raise InvalidRequest(f"unknown fields: {', '.join(name[:80] for name in unknown)}; known ones: {', '.join(sorted(FIELDS))}")
    if fields.get("callback_url"):
        raise InvalidRequest("callback_url: this version delivers no callbacks; ask the status URL, or wait with ?wait=SECONDS")
    try:
        metadata = from_json(fields.get("metadata") or "{}", allow_inf_nan=False)
    except ValueError as error:
        raise InvalidRequest("metadata is not JSON") from error
    if not isinstance(metadata, dict):
        raise InvalidRequest("metadata is a JSON object")
    try:
        return Requested(kind=Kind(fields["kind"]) if fields.get("kind") else None, metadata=metadata)
    except ValidationError as error:
        raise InvalidRequest("metadata holds what JSON cannot hold") from error
    except ValueError as error:
        raise InvalidRequest(f"kind is one of {', '.join(kind.value for kind in Kind)}") from error
