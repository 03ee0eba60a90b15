"""The API over ASGI, with a real ledger and bucket below a temporary folder and no server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from handlers.http.app import create_app
from handlers.http.body import Pace
from schemas.documents import CostClass, Kind
from schemas.ledger import Done, Failure, Routed, result_key
from schemas.settings import Limits, Settings
from schemas.warehouse import QueryLimits, QueryResult, RowGroup
from workers.container import Container

ADDRESS = "http://127.0.0.1:8321"


class Api:
    """One API and its callers."""

    def __init__(self, folder: Path, pace: Pace | None = None, **settings: Any) -> None:
        settings = {"warehouse_url": "none", "limits": Limits(upload_bytes=1_000_000), "free_disk_bytes": 0, **settings}
        self.box = Container(Settings(data=folder / "data", **settings))
        self.app = create_app(self.box, pace)

    def client(self, **options: Any) -> httpx.AsyncClient:
        """A caller; close it with `async with`."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app, raise_app_exceptions=False), **{"base_url": ADDRESS, **options})

    async def post(self, path: str, client: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        """One POST."""
        async with self.client(**client or {}) as caller:
            return await caller.post(path, **options)

    async def get(self, path: str, client: Mapping[str, Any] | None = None, **options: Any) -> httpx.Response:
        """One GET."""
        async with self.client(**client or {}) as caller:
            return await caller.get(path, **options)

    def objects(self) -> list[str]:
        """Keys in the bucket."""
        return [stat.ref.key for stat in self.box.bucket.list()]

    def finish(self, document: str, results: Sequence[bytes]) -> None:
        """Do a worker's work: the newest run gets `results[0]` as its result; the others are stored beside it for a manifest."""
        lease = self._claimed(document)
        for number, text in enumerate(results):
            self.box.lake.put(result_key(lease.task, lease.attempt) + ("" if number == 0 else f".{number}"), _stream(text))
        routed = Routed(kind=Kind.REVIEW, media_type="application/json", sha256="0" * 64, queue=CostClass.TEXT, pipeline_version="1")
        self.box.ledger.complete(lease, Done(result_key=result_key(lease.task, lease.attempt), routed=routed))

    def reject(self, document: str, code: str, message: str) -> None:
        """A worker refuses the document."""
        failure = Failure(code=code, message=message, transient=False, rejected=True)
        self.box.ledger.fail(self._claimed(document), failure, 3)

    def _claimed(self, document: str) -> Any:
        [due] = [due for queue in CostClass for due in self.box.ledger.publishable(queue, 100) if due.task.document_id == document]
        lease = self.box.ledger.claim(due.task, "test", 60.0)
        assert lease is not None
        return lease


def _stream(text: bytes) -> Any:
    import io

    return io.BytesIO(text)


class AnsweringWarehouse:
    """A warehouse that knows one answer and remembers what it was asked."""

    def __init__(self, answer: QueryResult) -> None:
        self.answer = answer
        self.asked: list[tuple[str, QueryLimits]] = []

    def query(self, sql: str, limits: QueryLimits) -> QueryResult:
        """The answer."""
        self.asked.append((sql, limits))
        return self.answer

    def health(self) -> str | None:
        """Well."""
        return None

    def replace(self, groups: Sequence[RowGroup], epoch: int) -> Sequence[tuple[str, int]]:
        """Nothing is loaded here."""
        raise NotImplementedError


@pytest.fixture
def anyio_backend() -> str:
    """The loop that uvicorn uses."""
    return "asyncio"


@pytest.fixture
def make_api(tmp_path: Path) -> Callable[..., Api]:
    """Makes APIs of this test's folder."""
    return lambda **settings: Api(tmp_path, **settings)


@pytest.fixture
def api(make_api: Callable[..., Api]) -> Api:
    """An open API on loopback."""
    return make_api()


async def drip(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    """A body without a length."""
    for chunk in chunks:
        yield chunk
