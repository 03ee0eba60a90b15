"""Waiting for results without holding a thread: short looks at the ledger, rarer the longer it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from time import monotonic

from fastapi import Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from handlers.http.problems import document_problem
from handlers.http.results import result_response
from handlers.http.service import Service
from schemas.documents import DocumentId, State
from schemas.errors import NotFound
from schemas.ledger import DocumentStatus

MAX_WAIT_S = 60
FIRST_S, LAST_S, GROWTH = 0.02, 0.25, 1.3
"""Seconds between looks: the first, the last, and how fast they grow."""

FAILED = frozenset({State.REJECTED, State.DEAD})
SETTLED = FAILED | {State.EXTRACTED, State.LOADED, State.SUPERSEDED, State.DELETED, State.ERASED}


async def answer_when_settled(here: Service, ids: Sequence[DocumentId], seconds: float, accepted: Sequence[Mapping[str, str]]) -> Response | None:
    """200 with the one document's result (or the problem it ended with), or with the states of several; None when that takes longer."""
    found = await _settled(here, ids, seconds)
    if found is None:
        return None
    if len(found) > 1:
        rows = [{**place, "state": status.state.value, "error_code": status.error_code} for place, status in zip(accepted, found, strict=True)]
        return JSONResponse(rows, HTTPStatus.OK)
    status = found[0]
    if status.state in FAILED:
        response = document_problem(status)
    elif status.result_key is None:
        raise NotFound(f"the document is {status.state.value} and has no result")
    else:
        response = await result_response(here, status)
    response.headers["Location"] = accepted[0]["status_url"]
    return response


async def _settled(here: Service, ids: Sequence[DocumentId], seconds: float) -> list[DocumentStatus] | None:
    until, pause = monotonic() + seconds, FIRST_S
    settled: dict[DocumentId, DocumentStatus] = {}
    while True:
        for one in ids:
            if one not in settled:
                status = await run_in_threadpool(here.container.ledger.document, one)
                if status.state in SETTLED:
                    settled[one] = status
        if len(settled) == len(set(ids)):
            return [settled[one] for one in ids]
        left = until - monotonic()
        if left <= 0:
            return None
        await asyncio.sleep(min(pause, left))
        pause = min(LAST_S, pause * GROWTH)
