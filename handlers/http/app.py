"""The API as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from handlers.http import docs, documents, health, problems, query, receive
from handlers.http.body import Pace
from handlers.http.edge import Edge
from handlers.http.service import Service

if TYPE_CHECKING:
    from workers.container import Container


def create_app(container: Container, pace: Pace | None = None) -> FastAPI:
    """The API of one deployment. `pace` is how slow a body may be."""
    service = Service(container, pace or Pace())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        service.query_slots.close()

    app = FastAPI(title="Tamiz", version=version("tamiz"), docs_url=None, redoc_url=None, lifespan=lifespan)
    app.state.service = service
    for module in (health, receive, documents, query, docs):
        app.include_router(module.router)
    problems.install(app)
    app.add_middleware(Edge, service=service)
    return app
