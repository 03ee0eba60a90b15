"""`/metrics`: requests as they are answered, the ledger's numbers when somebody looks. A registry of our own, nothing global."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from schemas.documents import State
from schemas.errors import TamizError

if TYPE_CHECKING:
    from schemas.ledger import Counts

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)


class Metrics:
    """What the API counts."""

    def __init__(self, counts: Callable[[], Counts]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "tamiz_http_request_seconds",
            "Seconds until the answer was sent, by route, method and status.",
            ("route", "method", "status"),
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        self._registry.register(_LedgerNumbers(counts))

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """One more request. `route` is the route's pattern, never the path: paths are without bound."""
        self._requests.labels(route, method, str(status)).observe(seconds)

    def text(self) -> bytes:
        """Everything in the Prometheus text format."""
        return generate_latest(self._registry)


class _LedgerNumbers(Collector):
    def __init__(self, counts: Callable[[], Counts]) -> None:
        self._counts = counts

    def describe(self) -> Iterable[Metric]:
        return ()  # asked at registration, when the ledger need not be there yet

    def collect(self) -> Iterable[Metric]:
        try:
            counts = self._counts()
        except TamizError:
            yield GaugeMetricFamily("tamiz_ledger_up", "Whether the ledger answered.", value=0)
            return
        yield GaugeMetricFamily("tamiz_ledger_up", "Whether the ledger answered.", value=1)
        documents = GaugeMetricFamily("tamiz_documents", "Documents by state.", labels=("state",))
        for state in State:
            documents.add_metric((state.value,), counts.by_state.get(state, 0))
        yield documents
        published = GaugeMetricFamily("tamiz_tasks_published", "Tasks handed to the broker and not yet claimed, by queue.", labels=("queue",))
        for queue, number in counts.published.items():
            published.add_metric((queue.value,), number)
        yield published
        yield GaugeMetricFamily("tamiz_tasks_waiting", "Tasks not yet done, those that will be retried included.", value=counts.waiting)
        yield GaugeMetricFamily("tamiz_pending_load", "Documents whose warehouse rows are out of date.", value=counts.pending_load)
        yield GaugeMetricFamily("tamiz_oldest_waiting_seconds", "Age of the oldest waiting task.", value=counts.oldest_waiting_s or 0)
        yield GaugeMetricFamily("tamiz_held_deletions", "Deletions that wait for a person.", value=counts.held_deletions)
