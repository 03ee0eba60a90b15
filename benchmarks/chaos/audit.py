"""What the ledger's own audit says afterwards: late writes, executions, and how soon killed attempts were taken up again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from adapters.ledger.port import Ledger
from benchmarks.chaos.killer import Kill
from schemas.documents import State
from schemas.ledger import DocumentStatus, Transition
from schemas.ledger_tables import TaskState

_CLAIMS = {State.PROCESSING.value, State.ASSEMBLING.value, TaskState.LEASED.value}
_RESULTS = {State.EXTRACTED.value, TaskState.DONE.value}
CRASHES = ("parser_crashed", "timeout", "memory_limit")


@dataclass
class Audit:
    """What all documents' transitions add up to."""

    stale_writes: int = 0
    """Results accepted from an attempt that was not the newest one of its task, or twice in a run."""
    refused_late: int = 0
    """Attempts that ended without a word because their lease was gone."""
    runs: int = 0
    attempts: int = 0
    most_attempts: int = 0
    most_crashes: int = 0
    """Executions that ended with the death of the parser child, of the worst run."""
    recovered_s: list[float] = field(default_factory=list)
    """Seconds from a kill to the next claim of the task it interrupted."""
    killed: Counter[str] = field(default_factory=Counter)
    """Attempts that ended because of a kill of ours, by document."""
    faults: list[str] = field(default_factory=list)


def all_documents(ledger: Ledger) -> Iterable[DocumentStatus]:
    """Every document of the ledger, a page at a time."""
    after = None
    while page := ledger.documents(after=after, limit=500):
        yield from page
        after = page[-1].document_id


def audit(ledger: Ledger, kills: Sequence[Kill]) -> Audit:
    """Read the history of every document."""
    found = Audit()
    for status in all_documents(ledger):
        by_task: dict[tuple[int, int], list[Transition]] = defaultdict(list)
        for step in ledger.history(status.document_id):
            by_task[step.run, step.part].append(step)
        for steps in by_task.values():
            audit_task(found, steps, kills)
        wanted = f"results/{status.document_id}/"
        if status.result_key is not None and not status.result_key.startswith(wanted):
            found.stale_writes += 1
            found.faults.append(f"{status.document_id} shows the result {status.result_key}")
    return found


def audit_task(found: Audit, steps: Sequence[Transition], kills: Sequence[Kill]) -> None:
    """Add one task's transitions, oldest first."""
    claims = [step for step in steps if step.to_state in _CLAIMS and step.attempt is not None and not _is_plan(step)]
    newest, results = 0, 0
    for step in steps:
        if step in claims:
            newest = max(newest, step.attempt or 0)
        elif step.to_state in _RESULTS and step.from_state != State.LOADED:
            results += 1
            if step.attempt != newest:
                found.stale_writes += 1
                found.faults.append(f"{step.document_id} run {step.run}: attempt {step.attempt} was accepted, {newest} was the newest")
    if results > 1:
        found.stale_writes += results - 1
        found.faults.append(f"{steps[0].document_id} run {steps[0].run}: {results} results were accepted")
    if claims:
        found.runs += 1
        found.attempts += len(claims)
        found.most_attempts = max(found.most_attempts, len(claims))
        found.most_crashes = max(found.most_crashes, sum(step.reason in CRASHES for step in steps))
        _count_kills(found, claims, steps, kills)


def _is_plan(step: Transition) -> bool:
    return step.from_state == step.to_state


def _count_kills(found: Audit, claims: Sequence[Transition], steps: Sequence[Transition], kills: Sequence[Kill]) -> None:
    """Every claim that a kill ended, and the time from the kill to the next claim."""
    for claim, following in zip_longest(claims, claims[1:]):
        ended = next((step for step in steps if step.attempt == claim.attempt and step.reason in (*CRASHES, "worker_lost")), None)
        if ended is None:
            continue
        worker = int(claim.actor.rsplit(":", 1)[-1])
        during = [kill for kill in kills if kill.worker == worker and claim.at.timestamp() <= kill.at <= ended.at.timestamp()]
        if during:
            found.killed[claim.document_id] += 1
            if following is not None:
                found.recovered_s.append(following.at.timestamp() - during[-1].at)
