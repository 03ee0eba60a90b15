"""The API as a process: one socket, bound before anybody is told."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from handlers.http.app import create_app
from handlers.http.live import FRAME_BYTES
from handlers.http.security import check_bind
from schemas.errors import SettingsInvalid

if TYPE_CHECKING:
    from workers.container import Container

log = logging.getLogger("tamiz.http")

STOP_S = 1
"""Seconds for requests under way when the service stops, before they are answered 503; `tamiz up` kills after three."""
KEEP_ALIVE_S = 15
CONNECTIONS = 800
"""Connections at a time, below the usual 1,024 open files of a process; the next ones are answered 503."""
BACKLOG = 1024


def serve(container: Container) -> None:
    """Serve until SIGTERM (or Ctrl-C, where it is not ignored). Raises `SettingsInvalid` for an address that must not or cannot be bound."""
    check_bind(container.settings, container.ledger)
    bound = bind(container.settings.host, container.settings.port)
    config = uvicorn.Config(
        create_app(container),
        http="h11",
        ws="websockets-sansio",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,  # PCM does not shrink, and what unpacks is a bomb
        ws_ping_interval=None,  # a silent client is the stream's own business; pongs of one whose frames wait are not read
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_S,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=CONNECTIONS,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = _Server(config, container, address_of(bound, container.settings.host))
    with bound:
        asyncio.run(server.serve(sockets=[bound]))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `SettingsInvalid` when there is no such address, or somebody has the port."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsInvalid(f"TAMIZ_HOST: {host} is no address of this machine") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise SettingsInvalid(f"cannot listen on {host}, port {port}: {error.strerror}; choose another with --port") from error
    return bound


def address_of(bound: socket.socket, host: str) -> str:
    """The URL under which this machine reaches the socket."""
    port = bound.getsockname()[1]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104 - likewise
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Says when it is ready, and leaves an ignored Ctrl-C ignored: under `tamiz up` the supervisor decides when to stop."""

    def __init__(self, config: uvicorn.Config, container: Container, url: str) -> None:
        super().__init__(config)
        self._container = container
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            from workers.supervise import say_ready

            say_ready(self._container.run_dir, url=self._url)
            log.info("api listens on %s", self._url)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = [number for number in (signal.SIGTERM, signal.SIGINT) if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
