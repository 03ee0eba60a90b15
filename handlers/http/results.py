"""A document's Extraction as a response."""

from __future__ import annotations

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from handlers.http.service import Service
from schemas.errors import NotFound
from schemas.ledger import DocumentStatus


async def result_response(here: Service, status: DocumentStatus) -> Response:
    """The result in force, streamed. Raises `NotFound` when there is none."""
    if status.result_key is None:
        raise NotFound(f"document {status.document_id} is {status.state.value} and has no result in force")
    text = await run_in_threadpool(here.container.result, status.document_id, status.result_key)
    return StreamingResponse(text, media_type="application/json")
