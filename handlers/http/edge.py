"""The outermost layer: who may talk to an open service, what every answer says to browsers, and how long it took."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from handlers.http.problems import problem
from handlers.http.security import check_origin
from schemas.errors import ShuttingDown, TamizError

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

LINGER_S = 2.0
LINGER_BYTES = 32 * 1024**2
"""How long, and for how many bytes, a refused sender is listened to after the answer."""


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
        started, exchange = monotonic(), _Exchange(scope, receive, send)
        try:
            await self._guarded(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            if exchange.started:
                raise
            await problem(ShuttingDown("the service stops; ask again in a moment"))(scope, exchange.receive, exchange.send)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._service.metrics.answered(route, _known(scope["method"]), exchange.status, monotonic() - started)

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


class _Exchange:
    """One request and its answer. An answer given before the whole body came is followed by a short, discarding look at the rest: a connection
    closed under a sender takes the answer with it, and one kept open would read for as long as somebody sends."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        self.status = 500
        self.started = False
        self._receive = receive
        self._send = send
        self._unread = "transfer-encoding" in headers or headers.get("content-length", "0") != "0"

    async def receive(self) -> Message:
        """The next piece of the body."""
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            self._unread = False
        return message

    async def send(self, message: Message) -> None:
        """The next piece of the answer."""
        if message["type"] == "http.response.start":
            self.status, self.started = message["status"], True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._unread:
                headers["Connection"] = "close"
        elif self._unread and not message.get("more_body", False):
            await self._send({**message, "more_body": True})
            await self._discard()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def _discard(self) -> None:
        left = LINGER_BYTES
        with suppress(TimeoutError):
            async with asyncio.timeout(LINGER_S):
                while self._unread and left > 0:
                    left -= len((await self.receive()).get("body", b""))


def _public(path: str) -> bool:
    """Health must be told even when the ledger is down."""
    return path in {"/healthz", "/readyz"}


def _known(method: str) -> str:
    """Methods are the sender's text: a label for each of them would be without bound."""
    return method if method in {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"} else "other"
