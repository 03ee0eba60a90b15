"""The API as an ASGI application."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import FastAPI

from handlers.http import docs, documents, health, live, problems, query, receive
from handlers.http.body import Pace
from handlers.http.edge import Edge
from handlers.http.service import Service

if TYPE_CHECKING:
    from workers.container import Container


def create_app(container: Container, pace: Pace | None = None) -> FastAPI:
    """The API of one deployment. `pace` is how slow a body may be."""
    service = Service(container, pace or Pace())

    app = FastAPI(title="Tamiz", version=version("tamiz"), docs_url=None, redoc_url=None, responses=problems.DESCRIBED)
    app.state.service = service
    for module in (health, receive, documents, query, live, docs):
        app.include_router(module.router)
    problems.install(app)
    app.add_middleware(Edge, service=service)
    return app
