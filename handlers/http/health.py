"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from handlers.http.readiness import FINE
from handlers.http.service import READ, Here

router = APIRouter(tags=["service"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": FINE}


@router.get("/readyz", response_model=None)
async def readyz(here: Here) -> Response:
    """Whether work can be taken in and asked for: ledger, warehouse, disk; 503 when not."""
    checks = await run_in_threadpool(here.readiness.checks)
    ready = all(value == FINE for value in checks.values())
    return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503)


@router.get("/metrics", response_model=None, dependencies=[READ])
async def metrics(here: Here) -> Response:
    """Numbers in the Prometheus text format."""
    return Response(await run_in_threadpool(here.metrics.text), media_type="text/plain; version=0.0.4; charset=utf-8")
