"""Half of the state machine: what happens to objects, and what workers do. The other half is in `test_state_machine`."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from adapters.ledger.none import ForgetfulLedger
from adapters.testing.ledger_driver import CRASHED, LEASE_S, REJECTED, ROUTED, TERMINAL, TRANSIENT, Driver, ManualClock
from schemas.documents import CostClass, State, document_id
from schemas.errors import Conflict, LeaseLost, NotFound
from schemas.ledger import Change, Failure, Lease, Observation, Seen, TaskId, result_key
from tests.unit.adapters.ledger.model import MAX_CRASHES, Doc

FOLDER, ORDERED = ("f1", "f2"), ("o1",)
KEYS = (*FOLDER, *ORDERED)
MAX_LOST = 2
WINDOW = 3
EVENTS = {f"{number:02}": None if number % 4 == 0 else "again" if number in (3, 10) else f"v{number}" for number in range(1, 12)}
"""Order key -> version of each ordered object's events; None is a deletion, one version comes back."""

draws = st.integers(0, 2**16)
folder_keys, ordered_keys, keys = st.sampled_from(FOLDER), st.sampled_from(ORDERED), st.sampled_from(KEYS)


def some_leases(machine: ObjectsAndWorkers) -> bool:
    return bool(machine.leases)


def make_driver() -> Driver:
    clock = ManualClock()
    ledger = ForgetfulLedger(ForgetfulLedger.Options(garbage_grace_s=0), clock=clock)
    ledger.migrate()
    return Driver(ledger, clock)


class ObjectsAndWorkers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.drive = make_driver()
        self.docs = {key: Doc(key) for key in KEYS}
        self.by_id = {document_id("bucket", key): doc for key, doc in self.docs.items()}
        self.results: dict[tuple[str, int], str] = {}
        self.warehouse: dict[str, Change] = {}
        self.said: list[tuple[str, int]] = []
        self.tasks: list[TaskId] = []
        self.leases: list[Lease] = []

    # --- events ---

    @initialize()
    def first(self) -> None:
        self.look("f1", "v1")

    @rule(key=folder_keys, version=st.sampled_from(["v1", "v2", "v3"]))
    def look(self, key: str, version: str) -> None:
        doc = self.docs[key]
        expected, seen = doc.look(version), self.drive.put(key, version)
        assert seen.outcome is expected
        self.started(doc, seen)

    @rule(key=folder_keys)
    def vanish(self, key: str) -> None:
        assert self.drive.vanish(key).outcome is self.docs[key].look(None)

    @rule(key=ordered_keys, order=st.sampled_from(sorted(EVENTS)))
    def event(self, key: str, order: str) -> None:
        doc, version = self.docs[key], EVENTS[order]
        if version is None:
            assert self.drive.deleted(order, key).outcome is doc.deleted(order)
            return
        expected, seen = doc.created(version, order), self.drive.created(version, order, key)
        assert seen.outcome is expected or (expected is None and seen.outcome in {Seen.STALE, Seen.DUPLICATE})
        doc.runs = max(doc.runs, seen.run or 0)
        if expected is None and not doc.versions:
            doc.version = version
        if seen.outcome is Seen.STALE:
            doc.versions[seen.run] = version
        self.started(doc, seen)

    def started(self, doc: Doc, seen: Observation) -> None:
        if seen.task is not None:
            doc.started(seen.task)
            self.tasks.append(seen.task)

    @rule(key=keys)
    def reprocess(self, key: str) -> None:
        doc, identity = self.docs[key], document_id("bucket", key)
        if not doc.present:
            with pytest.raises(NotFound):
                self.drive.ledger.reprocess(identity)
            return
        doc.start(doc.version)
        self.started(doc, self.drive.ledger.reprocess(identity, CostClass.TEXT))

    @rule(key=keys)
    def redrive(self, key: str) -> None:
        doc, ledger, identity = self.docs[key], self.drive.ledger, document_id("bucket", key)
        if not doc.present:
            with pytest.raises(NotFound):
                ledger.redrive(identity)
        elif doc.state not in {State.DEAD, State.REJECTED, State.FAILED}:
            with pytest.raises(Conflict):
                ledger.redrive(identity)
        else:
            again = ledger.redrive(identity).task
            if doc.state is not State.FAILED:
                doc.tasks = {task: work for task, work in doc.tasks.items() if task.run != doc.run}
                doc.started(again)
            doc.tasks[again].crashes = doc.tasks[again].lost = 0
            doc.state = State.RECEIVED

    @rule(key=keys, crash=st.booleans())
    def erase(self, key: str, crash: bool) -> None:
        doc, ledger, identity = self.docs[key], self.drive.ledger, document_id("bucket", key)
        if not doc.runs:
            with pytest.raises(NotFound):
                ledger.erase(identity, "admin")
            return
        resumed = identity in ledger.erasures()
        ledger.erase(identity, "admin")
        if not resumed:
            doc.erase()
        if not crash:
            ledger.erased(identity)

    # --- workers ---

    def some_task(self, nth: int) -> TaskId:
        """Mostly one that waits, or whose lease has run out."""
        now = self.drive.clock()
        works = [item for doc in self.docs.values() for item in doc.tasks.items()]
        waiting = [task for task, work in works if work.open and (work.attempt is None or work.deadline < now)]
        tasks = waiting if waiting and nth % 4 else self.tasks
        return tasks[nth // 4 % len(tasks)]

    def some_lease(self, nth: int) -> Lease:
        """Mostly one that counts."""
        current = [lease for lease in self.leases if self.by_id[lease.task.document_id].holds(lease)]
        leases = current if current and nth % 3 else self.leases
        return leases[nth // 3 % len(leases)]

    @rule(nth=draws)
    def claim(self, nth: int) -> None:
        self.take(self.some_task(nth))

    def take(self, task: TaskId) -> Lease | None:
        lease = self.drive.ledger.claim(task, "worker", LEASE_S)
        if lease is None:
            return None
        doc = self.by_id[task.document_id]
        work = doc.tasks[task]
        if work.attempt is not None:
            assert work.deadline < self.drive.clock(), "two workers at once"
            doc.lost(task, 10)
        doc.claimed(lease, self.drive.clock() + LEASE_S)
        assert (lease.ref.version, lease.quarantine) == (doc.version, work.lost >= 3)
        doc.state = State.ASSEMBLING if task.part < 0 else State.PROCESSING if task.part == 0 else doc.state
        self.leases.append(lease)
        return lease

    def write(self, lease: Lease, verb: Callable[[Lease], object]) -> Doc | None:
        """Carry out a write under a lease; the document where it had to be accepted, else None after it was refused."""
        doc = self.by_id[lease.task.document_id]
        if doc.holds(lease):
            self.answer = verb(lease)
            return doc
        before = self.drive.ledger.counts()
        with pytest.raises(LeaseLost):
            verb(lease)
        assert self.drive.ledger.counts() == before
        return None

    @precondition(some_leases)
    @rule(nth=draws)
    def complete(self, nth: int) -> None:
        self.finish(self.some_lease(nth))

    def finish(self, lease: Lease) -> None:
        doc = self.write(lease, self.drive.finish)
        if doc is not None:
            doc.completed(lease)
            self.results[(doc.key, lease.task.run)] = result_key(lease.task, lease.attempt)

    @precondition(some_leases)
    @rule(nth=draws)
    def heartbeat(self, nth: int) -> None:
        lease = self.some_lease(nth)
        doc = self.write(lease, lambda lease: self.drive.ledger.heartbeat(lease, LEASE_S))
        if doc is not None:
            doc.tasks[lease.task].deadline = self.drive.clock() + LEASE_S

    @precondition(some_leases)
    @rule(nth=draws, failure=st.sampled_from([TRANSIENT, TERMINAL, REJECTED]))
    def fail(self, nth: int, failure: Failure) -> None:
        self.end_badly(self.some_lease(nth), failure)

    @precondition(some_leases)
    @rule(nth=draws)
    def poison(self, nth: int) -> None:
        """The parser dies of it, again and again."""
        lease: Lease | None = self.some_lease(nth)
        for _ in range(MAX_CRASHES):
            if lease is not None:
                self.end_badly(lease, CRASHED)
                self.drive.clock.advance(400)
                lease = self.take(lease.task)

    def end_badly(self, lease: Lease, failure: Failure) -> None:
        doc = self.write(lease, lambda lease: self.drive.fail(lease, failure))
        if doc is None:
            return
        work = doc.tasks[lease.task]
        work.crashes += failure.crashed
        if failure in (TERMINAL, REJECTED) or work.crashes >= MAX_CRASHES:
            assert self.answer is (State.REJECTED if failure is REJECTED else State.DEAD)
            doc.died(self.answer)
        else:
            assert self.answer is State.FAILED
            work.attempt = None
            doc.state = doc.state if lease.task.part > 0 else State.FAILED

    @precondition(some_leases)
    @rule(nth=draws, queue=st.sampled_from([None, CostClass.OCR]))
    def give_back(self, nth: int, queue: CostClass | None) -> None:
        lease = self.some_lease(nth)
        doc: Doc | None = self.by_id[lease.task.document_id]
        if queue is None:
            self.drive.ledger.release(lease)
            doc = doc if doc.holds(lease) else None
        else:
            doc = self.write(lease, lambda lease: self.drive.ledger.requeue(lease, queue))
        if doc is not None:
            doc.tasks[lease.task].attempt = None
            doc.state = State.RECEIVED if lease.task.part == 0 else State.PROCESSING if lease.task.part < 0 else doc.state

    @rule(key=keys, parts=st.integers(1, 3))
    def split(self, key: str, parts: int) -> None:
        """A large document, if there is one to be taken."""
        whole = [task for task, work in self.docs[key].tasks.items() if task.part == 0 and work.open and work.attempt is None]
        lease = self.take(whole[0]) if whole else None
        if lease is not None:
            self.part(lease, parts)

    @precondition(some_leases)
    @rule(nth=draws, parts=st.integers(1, 3))
    def split_late(self, nth: int, parts: int) -> None:
        lease = self.some_lease(nth)
        if lease.task.part == 0:
            self.part(lease, parts)

    def part(self, lease: Lease, parts: int) -> None:
        doc = self.write(lease, lambda lease: self.drive.split(lease, parts))
        if doc is not None:
            doc.split(lease, self.answer)
            self.tasks += [task for task in doc.tasks if task.run == doc.run]

    @rule(key=keys, luck=st.randoms(use_true_random=False))
    def progress(self, key: str, luck: random.Random) -> None:
        """Some tasks of one document are worked off, in any order."""
        waiting = [task for task, work in self.docs[key].tasks.items() if work.open and work.attempt is None]
        for task in luck.sample(waiting, min(2, len(waiting))):
            lease = self.take(task)
            if lease is not None:
                self.finish(lease)

    @precondition(some_leases)
    @rule(nth=draws)
    def overtaken(self, nth: int) -> None:
        lease = self.some_lease(nth)
        doc = self.write(lease, self.drive.ledger.supersede)
        if doc is not None:
            doc.end_all()
            doc.gave_up, doc.state = True, State.SUPERSEDED

    @precondition(some_leases)
    @rule(nth=draws, verb=st.sampled_from(["finish", "routed", "requeue", "supersede"]))
    def zombie(self, nth: int, verb: str) -> None:
        """A worker sleeps past its lease, another takes the task, and the first one wakes up and goes on."""
        asleep = self.some_lease(nth)
        self.drive.clock.advance(LEASE_S + 1)
        if self.take(asleep.task) is not None:
            ledger = self.drive.ledger
            verbs: dict[str, Callable[[Lease], object]] = {
                "finish": self.drive.finish,
                "routed": lambda lease: ledger.routed(lease, ROUTED),
                "requeue": lambda lease: ledger.requeue(lease, CostClass.OCR),
                "supersede": ledger.supersede,
            }
            assert self.write(asleep, verbs[verb]) is None
