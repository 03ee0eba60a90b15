"""First phase: documents of all kinds while random processes are killed, then every row against the oracle."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.chaos import engines
from benchmarks.chaos.audit import Audit, all_documents, audit
from benchmarks.chaos.documents import Fate, Planned, plan
from benchmarks.chaos.feeder import Feeder, Sent
from benchmarks.chaos.killer import Killer
from benchmarks.chaos.oracle import Expected, Oracle
from benchmarks.chaos.stores import Stores
from benchmarks.chaos.verdict import Verdict, judge
from benchmarks.service import Service
from schemas.documents import State
from workers.container import Container, read_settings

DRAIN_S = 1_200.0
"""Longest wait after the last kill, on however slow a machine."""

UNDER_FIRE_S = 600.0
"""Longest time that processes are killed after everything was sent."""

STUCK_S = 150.0
"""Nothing moved for so long: it is not going to."""

TIMEOUT_S = 6.0
"""Deadline of a document here, so that one that hangs costs three times six seconds."""

_SETTLED = {State.LOADED, State.REJECTED, State.DEAD, State.DELETED, State.ERASED, State.SUPERSEDED}
MOST_EXECUTIONS = 3


@dataclass(frozen=True)
class Pace:
    """How fast documents are sent and processes are killed."""

    documents_per_s: float
    seconds_between_kills: float


def torment(folder: Path, stores: Stores, seed: int, count: int, pace: Pace) -> dict[str, Any]:
    """The whole phase below `folder`; its summary, with everything violated under `violations`."""
    documents = plan(seed, count)
    data = folder / "var"
    box = container(data, **stores.settings())
    _say(f"{count} documents; asking the oracle ...")
    with Oracle(box, folder / "oracle") as oracle:
        expected = {one.number: oracle.of(one) for one in documents if not one.deleted}
    service = Service(data, {**engines.environment(), **stores.environment(), "TAMIZ_DOCUMENT_TIMEOUT_S": str(TIMEOUT_S)})
    killer, started = Killer(service, stores, seed, pace.seconds_between_kills), time.monotonic()
    try:
        service.start()
        sent = _under_fire(service, box, killer, documents, seed, pace.documents_per_s)
        settled = _drain(box, time.monotonic() + DRAIN_S)
        redriven = _redrive(box, sent, documents, expected) if settled else []
        if redriven:
            settled = _drain(box, time.monotonic() + DRAIN_S)
        took = (settled or time.monotonic()) - started
        stopped = service.stop()
    finally:
        killer.stop()
        service.kill()
    found = audit(box.ledger, killer.kills)
    warehouse = stores.warehouse(data)
    try:
        verdict = judge(warehouse, {sent.ids[number]: one for number, one in expected.items() if number in sent.ids})
    finally:
        warehouse.close()
        box.ledger.close()
    return _summary(documents, expected, killer, sent, verdict, found, settled is not None, redriven, took, stopped)


def container(data: Path, **settings: Any) -> Container:
    """The deployment's own parts in this process: the door for observations, the ledger to ask, the oracle's engines."""
    return Container(read_settings(data=data, plugins=engines.PLUGINS, document_timeout_s=TIMEOUT_S, **engines.CHOSEN, **settings))


def _under_fire(service: Service, box: Container, killer: Killer, documents: Sequence[Planned], seed: int, rate: float) -> Sent:
    """Send everything while processes die; half-way everything dies at once."""
    seconds = len(documents) / rate
    feeder = Feeder(service, box, seed, threading.Event())
    cut = threading.Timer(seconds / 2, killer.power_cut)
    cut.start()
    killer.start()
    feeder.run(documents, seconds)
    cut.join()
    _say(f"all sent; {len(killer.kills)} kills so far; more until nearly all is done ...")
    deadline = time.monotonic() + UNDER_FIRE_S
    while box.ledger.counts().waiting > len(documents) / 20 and time.monotonic() < deadline:
        time.sleep(0.5)
    killer.stop()
    _say(f"{len(killer.kills)} kills; now it may finish ...")
    return feeder.sent


def _drain(box: Container, deadline: float) -> float | None:
    """Until nothing waits, nothing is to be loaded, and a whole reconciliation later that is still so. When the last thing moved (monotonic
    seconds); None when it does not come about."""
    last, since = "", time.monotonic()
    while time.monotonic() < deadline:
        counts = box.ledger.counts()
        busy = counts.waiting or counts.pending_load or any(number for state, number in counts.by_state.items() if state not in _SETTLED)
        now = counts.model_dump_json(exclude={"oldest_waiting_s"})
        if now != last:
            last, since = now, time.monotonic()
        still_s = time.monotonic() - since
        if not busy and still_s > box.settings.reconcile_s + 5:
            return since
        if still_s > STUCK_S:
            break
        time.sleep(0.5)
    return None


def _redrive(box: Container, sent: Sent, documents: Sequence[Planned], expected: Mapping[int, Expected]) -> list[str]:
    """Documents that are dead because our kills hit their parser three times: a person redrives them, and then they must be right."""
    fine = {sent.ids[one.number] for one in documents if one.fate in (Fate.FINE, Fate.TRANSIENT, Fate.MALFORMED) and one.number in expected}
    dead = [
        status.document_id
        for status in all_documents(box.ledger)
        if status.state is State.DEAD
        and status.error_code in ("parser_crashed", "worker_lost")
        and (status.document_id in fine or status.parent_document_id)
    ]
    for document in dead:
        box.ledger.redrive(document)
    return dead


def _summary(
    documents: Sequence[Planned],
    expected: Mapping[int, Expected],
    killer: Killer,
    sent: Sent,
    verdict: Verdict,
    found: Audit,
    drained: bool,
    redriven: Sequence[str],
    took: float,
    stopped: float,
) -> dict[str, Any]:
    violations = [*sent.refused, *verdict.faults, *found.faults[:20]]
    if not drained:
        violations.append(f"not everything was settled {DRAIN_S:.0f} s after the last kill")
    if found.most_crashes > MOST_EXECUTIONS:
        violations.append(f"a document that kills its parser was executed {found.most_crashes} times")
    violations += [
        f"{document} was dead although only {found.killed[document]} kills hit it"
        for document in redriven
        if found.killed[document] < MOST_EXECUTIONS
    ]
    if unsent := [number for number in expected if number not in sent.ids]:
        violations.append(f"{len(unsent)} documents were never accepted")
    return {
        "documents": len(documents),
        "documents_with_attachments": verdict.documents,
        "events": sent.events,
        "requests_repeated": sent.retries,
        "overwritten": sum(len(one.versions) > 1 for one in documents),
        "deleted": sum(one.deleted for one in documents),
        "fates": {fate.value: sum(one.fate is fate for one in documents) for fate in Fate},
        "kills": killer.by_kind(),
        "workers_frozen_past_their_lease": killer.freezes,
        "lost": verdict.lost,
        "duplicated_rows": verdict.duplicated_rows,
        "differing_rows": verdict.differing_rows,
        "wrong_state": verdict.wrong_state,
        "unexpected_documents": verdict.unexpected,
        "rows_compared": verdict.rows,
        "stale_writes_accepted": found.stale_writes,
        "most_executions_of_poison": found.most_crashes,
        "attempts_per_run": {"mean": round(found.attempts / max(1, found.runs), 3), "max": found.most_attempts},
        "killed_three_times_and_redriven": len(redriven),
        "killed_attempts_recovered": len(found.recovered_s),
        "recovery_s": percentiles(found.recovered_s),
        "documents_per_s": round(verdict.documents / took, 2),
        "seconds": round(took, 1),
        "stop_s": round(stopped, 2),
        "violations": violations,
    }


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95 and the longest."""
    if len(seconds) < 2:
        return dict.fromkeys(("p50", "p95", "max"), round(max(seconds, default=0.0), 2))
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return {"p50": round(cuts[9], 2), "p95": round(cuts[18], 2), "max": round(max(seconds), 2)}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
