"""`/docs`: the API's own description as a page that needs no network and runs no inline script."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response

router = APIRouter(include_in_schema=False)

_FOLDER = Path(__file__).with_name("page")
_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'"


@router.get("/docs")
async def page() -> Response:
    """The page."""
    return _file("docs.html", "text/html; charset=utf-8")


@router.get("/docs/docs.js")
async def script() -> Response:
    """What draws it from /openapi.json."""
    return _file("docs.js", "text/javascript; charset=utf-8")


@router.get("/docs/docs.css")
async def style() -> Response:
    """How it looks."""
    return _file("docs.css", "text/css; charset=utf-8")


def _file(name: str, media_type: str) -> Response:
    return Response((_FOLDER / name).read_bytes(), headers={"Content-Security-Policy": _CSP}, media_type=media_type)
