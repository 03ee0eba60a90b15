"""The judges of a chaos run: each kind of fault is seen, and nothing is held against a run without one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from benchmarks.chaos.audit import Audit, audit_task
from benchmarks.chaos.documents import Fate, plan
from benchmarks.chaos.killer import Kill
from benchmarks.chaos.oracle import Expected
from benchmarks.chaos.rows import Facts, canonical
from benchmarks.chaos.run import percentiles
from benchmarks.chaos.verdict import judge
from schemas.documents import document_id
from schemas.ledger import Transition
from schemas.tables import SqlType

ROW = ("1", "good")
ABOUT = {"kind": "review", "media_type": "text/csv", "language": "en", "size_bytes": 3, "sha256": "0" * 64}


class Shown:
    """A warehouse that shows what it is given."""

    def __init__(self, documents: list[dict[str, Any]], facts: dict[str, Facts], parts: dict[tuple[str, int], int] | None = None) -> None:
        self._documents, self._facts, self._parts = documents, facts, parts or {}

    def documents(self) -> list[dict[str, Any]]:
        return self._documents

    def facts(self) -> dict[str, Facts]:
        return self._facts

    def parts(self) -> Counter[tuple[str, int]]:
        return Counter(self._parts)


def row(document: str, **changed: Any) -> dict[str, Any]:
    """One row of `documents`."""
    shown = {"document_id": document, "source_uri": "file:///a", "status": "loaded", "error_code": None, "parent_document_id": None, **ABOUT}
    return {**shown, **changed}


def reviews(times: int, of: tuple[str, ...] = ROW) -> Facts:
    return {"reviews": Counter({of: times})}


WANTED = {"a": Expected("loaded", None, ABOUT, reviews(2))}


def test_what_is_as_it_should_be_is_clean() -> None:
    verdict = judge(Shown([row("a")], {"a": reviews(2)}, {("a", 1): 1}), WANTED)  # type: ignore[arg-type]
    assert verdict.clean
    assert (verdict.documents, verdict.rows, verdict.faults) == (1, 2, [])


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        (Shown([], {}), "lost"),
        (Shown([row("a"), row("a")], {"a": reviews(2)}), "duplicated_rows"),
        (Shown([row("a")], {"a": reviews(3)}), "duplicated_rows"),
        (Shown([row("a")], {"a": reviews(2)}, {("a", 1): 2}), "duplicated_rows"),
        (Shown([row("a")], {"a": reviews(1)}), "differing_rows"),
        (Shown([row("a")], {"a": {**reviews(2), "terms": Counter({("1", "x"): 1})}}), "differing_rows"),
        (Shown([row("a", language="de")], {"a": reviews(2)}), "differing_rows"),
        (Shown([row("a", status="dead", error_code="timeout")], {"a": reviews(2)}), "wrong_state"),
        (Shown([row("a"), row("b")], {"a": reviews(2)}), "unexpected"),
        (Shown([row("a")], {"a": reviews(2), "b": reviews(1)}), "unexpected"),
    ],
)
def test_each_fault_is_seen(shown: Shown, fault: str) -> None:
    verdict = judge(shown, WANTED)  # type: ignore[arg-type]
    assert not verdict.clean
    assert getattr(verdict, fault) == 1
    assert verdict.faults


def test_attachments_are_expected_under_their_own_id_and_with_their_parent() -> None:
    wanted = {"a": Expected("loaded", None, ABOUT, {}, {1: Expected("loaded", None, ABOUT, reviews(1))})}
    inner = document_id("attachments", "a/1")
    assert judge(Shown([row("a"), row(inner, parent_document_id="a")], {inner: reviews(1)}), wanted).clean  # type: ignore[arg-type]
    assert judge(Shown([row("a"), row(inner)], {inner: reviews(1)}), wanted).differing_rows == 1  # type: ignore[arg-type]


def test_deaths_of_the_parser_count_together_and_others_do_not() -> None:
    wanted = {"a": Expected("dead", "timeout")}
    assert judge(Shown([row("a", status="dead", error_code="parser_crashed")], {}), wanted).clean  # type: ignore[arg-type]
    assert judge(Shown([row("a", status="dead", error_code="model_missing")], {}), wanted).wrong_state == 1  # type: ignore[arg-type]


START = datetime(2026, 1, 1, tzinfo=UTC)


def step(second: float, before: str, after: str, attempt: int | None, reason: str = "") -> Transition:
    """One line of an audit; all by worker 7."""
    at = START + timedelta(seconds=second)
    return Transition(
        document_id="a" * 26,
        run=1,
        part=0,
        from_state=before,
        to_state=after,
        at=at,
        attempt=attempt,
        actor="host:7" if attempt else "",
        reason=reason,
    )


def audited(steps: list[Transition], kills: list[Kill] | None = None) -> Audit:
    found = Audit()
    audit_task(found, steps, kills or [])
    return found


def test_the_newest_attempt_may_write_and_an_older_one_may_not() -> None:
    claims = [step(0, "queued", "processing", 1), step(20, "processing", "received", 1, "worker_lost"), step(21, "queued", "processing", 2)]
    assert audited([*claims, step(22, "processing", "extracted", 2)]).stale_writes == 0
    assert audited([*claims, step(22, "processing", "extracted", 1)]).stale_writes == 1
    assert audited([*claims, step(22, "processing", "extracted", 2), step(23, "processing", "extracted", 2)]).stale_writes == 1


def test_loading_again_is_no_second_result() -> None:
    steps = [step(0, "queued", "processing", 1), step(1, "processing", "extracted", 1), step(2, "extracted", "loaded", None)]
    assert audited([*steps, step(3, "loaded", "extracted", None, "reload")]).stale_writes == 0


def test_recovery_counts_from_the_kill_to_the_next_claim() -> None:
    steps = [step(0, "queued", "processing", 1), step(16, "processing", "received", 1, "worker_lost"), step(17, "queued", "processing", 2)]
    killed = Kill(START.timestamp() + 1, "worker", 7, 7)
    assert audited(steps, [killed]).recovered_s == [16.0]
    assert audited(steps, [Kill(killed.at, "worker", 8, 8)]).recovered_s == []
    assert audited(steps, [killed]).killed == {"a" * 26: 1}


def test_the_same_seed_plans_the_same_documents() -> None:
    assert plan(5, 60) == plan(5, 60) != plan(6, 60)
    assert {one.fate for one in plan(5, 600)} >= {Fate.FINE, Fate.MALFORMED, Fate.TRANSIENT, Fate.KILL}


@pytest.mark.parametrize(
    ("kind", "here", "there"),
    [
        (SqlType.MONEY, "2.50", 2.5),
        (SqlType.TIMESTAMP, "2026-01-01T01:00:00+01:00", datetime(2026, 1, 1)),
        (SqlType.JSON, {"a": 1, "b": 2, "document_id": "x"}, {"b": 2, "a": 1}),
        (SqlType.FLOAT, 1, 1.0),
    ],
)
def test_equal_values_have_one_canonical_form(kind: SqlType, here: Any, there: Any) -> None:
    assert canonical(kind, here) == canonical(kind, there)


def test_percentiles_of_few_values() -> None:
    assert percentiles([]) == {"p50": 0.0, "p95": 0.0, "max": 0.0}
    assert percentiles([1.0, 2.0, 3.0])["p50"] == 2.0
