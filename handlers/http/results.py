"""What was made of a document as a response: its Extraction, the pictures of its offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from handlers.http.service import Service
from schemas.errors import NotFound
from schemas.ledger import DocumentStatus

CHUNK_BYTES: Final = 256 * 1024

_PICTURE_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Pixels that came from strangers are a picture and nothing else."""


async def result_response(here: Service, status: DocumentStatus) -> Response:
    """The result in force, streamed. Raises `NotFound` when there is none."""
    if status.result_key is None:
        raise NotFound(f"document {status.document_id} is {status.state.value} and has no result in force")
    text = await run_in_threadpool(here.container.result, status.document_id, status.result_key)
    return StreamingResponse(text, media_type="application/json")


async def crop_response(here: Service, status: DocumentStatus, crop: str) -> Response:
    """One offer's picture. Raises `NotFound` when there is none. It may change with every run, so nobody keeps it without asking again."""
    if status.result_key is None:
        raise NotFound(f"document {status.document_id} is {status.state.value} and has no result in force")
    jpeg = await run_in_threadpool(here.container.crop, status.document_id, status.result_key, crop)
    return Response(jpeg, media_type="image/jpeg", headers=_PICTURE_HEADERS)


async def reply_response(here: Service, status: DocumentStatus, number: str) -> Response:
    """One spoken reply of a call. Raises `NotFound` when there is none. It may change with every run, as a picture may."""
    if status.result_key is None:
        raise NotFound(f"document {status.document_id} is {status.state.value} and has no result in force")
    wav = await run_in_threadpool(here.container.reply, status.result_key, number)
    return Response(wav, media_type="audio/wav", headers=_PICTURE_HEADERS)


async def redacted_audio_response(here: Service, status: DocumentStatus) -> Response:
    """A call's audio without personal data, streamed. Raises `NotFound` when there is none."""
    if status.result_key is None:
        raise NotFound(f"document {status.document_id} is {status.state.value} and has no result in force")
    stream, size = await run_in_threadpool(here.container.redacted_audio, status.result_key)
    headers = {**_PICTURE_HEADERS, "Content-Length": str(size)}
    return StreamingResponse(chunks(stream), media_type="audio/flac", headers=headers)


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """A stream in pieces; closed at its end."""
    with stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
