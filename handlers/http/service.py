"""What the routes share: the wired deployment and the guards in front of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from handlers.http.body import Pace
from handlers.http.live_streams import Streams
from handlers.http.metrics import Metrics
from handlers.http.pressure import Pressure
from handlers.http.query_slots import QuerySlots
from handlers.http.readiness import Readiness
from handlers.http.security import Keys, Role, check_role, token_of
from handlers.http.throttle import BadKeys
from schemas.errors import Unauthorized

if TYPE_CHECKING:
    from workers.container import Container


@dataclass
class Service:
    """One running API."""

    container: Container
    pace: Pace = field(default_factory=Pace)

    def __post_init__(self) -> None:
        self.keys = Keys(self.container.settings, lambda: self.container.ledger)
        self.bad_keys = BadKeys()
        self.pressure = Pressure(self.container)
        self.readiness = Readiness(self.container, self.pressure)
        self.metrics = Metrics(self.pressure.counts)
        self.query_slots = QuerySlots()
        self.streams = Streams(self.container)

    async def is_open(self) -> bool:
        """Whether nobody needs a key just now."""
        return self.keys.open() if self.keys.fresh() else await run_in_threadpool(self.keys.open)

    async def role_of(self, request: HTTPConnection) -> Role:
        """The caller's role. Raises `Unauthorized`; `RateLimited` when too many wrong keys came from the caller's address."""
        token = token_of(request.headers.get("authorization"), request.headers.get("x-api-key"))
        if token is None and await self.is_open():
            return Role.ADMIN
        try:
            return await run_in_threadpool(self.keys.role_of, token)
        except Unauthorized:
            if token is not None:
                self.bad_keys.count(request.client.host if request.client else "")
            raise


def _service(request: Request) -> Service:
    return cast(Service, request.app.state.service)


Here = Annotated[Service, Depends(_service)]
"""The running API, as a parameter of a route."""


class Needs:
    """A route's demand on the caller's key."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    async def __call__(self, request: Request) -> None:
        """Raises `Unauthorized`, `Forbidden`, `RateLimited`."""
        check_role(await _service(request).role_of(request), self._roles)


INGEST = Depends(Needs(Role.INGEST))
READ = Depends(Needs(Role.READ))
ANY_KEY = Depends(Needs(Role.INGEST, Role.READ))
ADMIN = Depends(Needs())
