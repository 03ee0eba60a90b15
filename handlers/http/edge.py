"""The outermost layer: who may talk to an open service, what every answer says to browsers, and how long it took."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from handlers.http.problems import problem
from handlers.http.security import check_origin
from schemas.errors import TamizError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from handlers.http.service import Service

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""On every answer that does not set its own."""


class Edge:
    """ASGI middleware around everything but the handler of unexpected exceptions."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = monotonic(), 500

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._guarded(scope, receive, out)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._service.metrics.answered(route, _known(scope["method"]), status, monotonic() - started)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            if await self._service.is_open():
                check_origin(headers.get("host"), headers.get("origin"))
        except TamizError as error:
            if not _public(scope["path"]) or error.http_status < 500:
                await problem(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _public(path: str) -> bool:
    """Health must be told even when the ledger is down."""
    return path in {"/healthz", "/readyz"}


def _known(method: str) -> str:
    """Methods are the sender's text: a label for each of them would be without bound."""
    return method if method in {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"} else "other"
