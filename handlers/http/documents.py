"""Documents: where they stand, what was understood, what they were; and delete, reprocess, redrive."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from handlers.http.results import chunks, crop_response, redacted_audio_response, reply_response, result_response
from handlers.http.service import ADMIN, ANY_KEY, READ, Here
from schemas.documents import DocumentId, Kind, ObjectRef, State
from schemas.errors import NotFound, Superseded
from schemas.ledger import DocumentStatus, Observation, Transition

router = APIRouter(tags=["documents"])

PAGE = 100
MAX_PAGE = 1000
GONE = frozenset({State.DELETED, State.ERASED})

Id = Annotated[str, Path(description="document id: 26 letters and digits")]

_ID = re.compile("[a-z2-7]{26}")
_CONTENT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What came from strangers is a download, never a page of ours."""


class Page(BaseModel):
    """Some documents, in id order."""

    documents: list[DocumentStatus]
    next: DocumentId | None
    """Pass it as `after` for the next page; null on the last."""


@router.get("/documents", dependencies=[READ])
async def list_documents(
    here: Here,
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    after: Annotated[str | None, Query(description="the last id of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = PAGE,
) -> Page:
    """Documents a page at a time, in id order."""
    found = await run_in_threadpool(here.container.ledger.documents, state=state, kind=kind, after=after, limit=limit)
    return Page(documents=list(found), next=found[-1].document_id if len(found) == limit else None)


@router.get("/documents/{document_id}", response_model=DocumentStatus, dependencies=[ANY_KEY])
async def document_status(document_id: Id, here: Here) -> DocumentStatus:
    """Where a document stands."""
    return await run_in_threadpool(here.container.ledger.document, known_form(document_id))


@router.get("/documents/{document_id}/history", dependencies=[READ])
async def document_history(document_id: Id, here: Here) -> list[Transition]:
    """What happened to a document, oldest first."""
    document = await document_status(document_id, here)
    return list(await run_in_threadpool(here.container.ledger.history, document.document_id))


@router.get("/documents/{document_id}/result", response_model=None, dependencies=[READ], openapi_extra={"x-schema": "tamiz schema"})
async def document_result(document_id: Id, here: Here) -> Response:
    """The Extraction in force (`tamiz schema` prints its JSON Schema). That of a document of many parts is merged up to 16 MiB; above, its parts come
    as they are, in order, under `{"parts": [...]}`."""
    return await result_response(here, await document_status(document_id, here))


@router.get(
    "/documents/{document_id}/crops/{crop}",
    response_model=None,
    dependencies=[READ],
    responses={200: {"content": {"image/jpeg": {}}, "description": "the picture"}},
)
async def document_crop(document_id: Id, crop: Annotated[str, Path(description="as in `offers.crop_uri`: part and offer")], here: Here) -> Response:
    """The picture of one offer, cut from its page, as `offers.crop_uri` names it."""
    return await crop_response(here, await document_status(document_id, here), crop)


@router.get(
    "/documents/{document_id}/replies/{number}",
    response_model=None,
    dependencies=[READ],
    responses={200: {"content": {"audio/wav": {}}, "description": "the spoken answer"}},
)
async def document_reply(document_id: Id, number: Annotated[str, Path(description="as in `replies.audio_uri`: `reply_no`")], here: Here) -> Response:
    """A spoken answer to a call, as `replies.audio_uri` names it."""
    return await reply_response(here, await document_status(document_id, here), number)


@router.get(
    "/documents/{document_id}/audio/redacted",
    response_model=None,
    dependencies=[READ],
    responses={200: {"content": {"audio/flac": {}}, "description": "the recording, silent where personal data was said"}},
)
async def document_redacted_audio(document_id: Id, here: Here) -> Response:
    """A call's recording without personal data, as `calls.redacted_audio_uri` names it."""
    return await redacted_audio_response(here, await document_status(document_id, here))


@router.get("/documents/{document_id}/content", response_model=None, dependencies=[READ])
async def document_content(document_id: Id, here: Here) -> Response:
    """The object as it came, as a download."""
    status = await document_status(document_id, here)
    if status.state in GONE:
        raise NotFound(f"document {document_id} is {status.state.value}; its bytes are gone")
    ref = ObjectRef(source=status.source, key=status.key, version=status.version)
    try:
        stream = await run_in_threadpool(here.container.store(status.source).open, ref)
    except Superseded as error:
        raise NotFound(error.message) from error
    headers = {"Content-Disposition": as_attachment(status.key), **_CONTENT_HEADERS}
    return StreamingResponse(chunks(stream), media_type="application/octet-stream", headers=headers)


@router.delete("/documents/{document_id}", status_code=202, dependencies=[ADMIN])
async def delete_document(document_id: Id, here: Here) -> Observation:
    """Remove the object from the bucket; its rows go with the next load."""
    return await run_in_threadpool(here.container.delete, known_form(document_id))


@router.post("/documents/{document_id}/reprocess", status_code=202, dependencies=[ADMIN])
async def reprocess_document(document_id: Id, here: Here) -> Observation:
    """Understand the document again; engines and paid calls are not run again."""
    return await run_in_threadpool(here.container.reprocess, known_form(document_id))


@router.post("/documents/{document_id}/redrive", status_code=202, dependencies=[ADMIN])
async def redrive_document(document_id: Id, here: Here) -> Observation:
    """Try a dead, failed or rejected document again, its counters at zero."""
    return await run_in_threadpool(here.container.redrive, known_form(document_id))


def known_form(document_id: str) -> DocumentId:
    """The id itself. Raises `NotFound` for text that is no id."""
    if not _ID.fullmatch(document_id):
        raise NotFound("there is no such document; ids are 26 lower-case letters and digits")
    return document_id


def as_attachment(key: str) -> str:
    """Content-Disposition for the last level of a key (RFC 6266): an ASCII name for old clients, the real one beside it."""
    name = key.rsplit("/", 1)[-1]
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_. ") else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
