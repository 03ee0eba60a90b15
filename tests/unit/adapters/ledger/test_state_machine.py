"""The ledger against a small model, over events, crashes, expiries, parts, reloads and erasures in any order Hypothesis finds."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from adapters.testing.ledger_driver import LEASE_S, stat
from schemas.documents import CostClass, State, document_id
from schemas.errors import NotFound
from schemas.ledger import Due
from tests.unit.adapters.ledger.machine import EVENTS, MAX_LOST, WINDOW, ObjectsAndWorkers, draws, make_driver


class LedgerMachine(ObjectsAndWorkers):
    def teardown(self) -> None:
        self.drain()
        self.drive.ledger.close()

    # --- upkeep ---

    @rule(seconds=st.sampled_from([1, LEASE_S + 1, 400]))
    def wait(self, seconds: float) -> None:
        self.drive.clock.advance(seconds)

    @rule()
    def sweep(self) -> None:
        late = [
            (doc, task)
            for doc in self.docs.values()
            for task, work in doc.tasks.items()
            if work.attempt is not None and work.deadline < self.drive.clock()
        ]
        swept = self.drive.ledger.sweep(30, MAX_LOST)
        dead = {doc.key for doc, task in late if doc.tasks[task].lost >= MAX_LOST}
        assert swept.dead == len(dead)
        for doc, task in late:
            if doc.key in dead:
                doc.died(State.DEAD)
                continue
            doc.lost(task, MAX_LOST)
            doc.state = State.RECEIVED if task.part == 0 else State.PROCESSING if task.part < 0 else doc.state

    @rule(queue=st.sampled_from(CostClass))
    def publish(self, queue: CostClass) -> None:
        self.note_queued(self.drive.ledger.publishable(queue, WINDOW))
        assert self.drive.ledger.counts().published.get(queue, 0) <= WINDOW + 4  # assemblies are handed on beyond the window

    def note_queued(self, due: Sequence[Due]) -> None:
        for task in (item.task for item in due):
            doc = self.by_id[task.document_id]
            assert doc.tasks[task].open
            assert doc.tasks[task].attempt is None
            doc.state = State.QUEUED if task.part == 0 else doc.state

    @rule(confirm=st.booleans())
    def load(self, confirm: bool) -> None:
        """The loader projects, and may die before it says so."""
        changes = self.drive.ledger.changes(100)
        for change in changes:
            stored = self.warehouse.get(change.document_id)
            if stored is None or stored.load_seq < change.load_seq:
                self.warehouse[change.document_id] = change
        loads = [(change.document_id, change.load_seq) for change in changes]
        self.said += loads
        if confirm:
            self.drive.ledger.loaded(loads)

    @precondition(lambda machine: bool(machine.said))
    @rule(nth=draws)
    def an_old_loader_speaks(self, nth: int) -> None:
        """What was in the warehouse once may be out of date by now."""
        self.drive.ledger.loaded([self.said[nth % len(self.said)]])

    @rule()
    def reload(self) -> None:
        assert self.drive.ledger.reload_all() == sum(doc.facts is not None for doc in self.docs.values())

    @precondition(lambda self: any(doc.present for doc in self.docs.values()))
    @rule()
    def collect(self) -> None:
        self.drive.ledger.collected(self.drive.ledger.garbage(1000))

    # --- what always holds ---

    @invariant()
    def one_truth(self) -> None:
        statuses = {status.document_id: status for status in self.drive.ledger.documents()}
        for key, doc in self.docs.items():
            status = statuses.get(document_id("bucket", key))
            assert (status is not None) is bool(doc.runs)
            if status is not None:
                assert (State.EXTRACTED if status.state is State.LOADED else status.state) is doc.state
                in_force = doc.facts and doc.facts[0] is State.EXTRACTED
                assert status.result_key == (self.results[key, doc.facts[1]] if in_force else None)
                assert not doc.present or status.version == doc.version

    @invariant()
    def the_warehouse_is_right_or_pending(self) -> None:
        pending = {change.document_id for change in self.drive.ledger.changes(100)}
        for identity, doc in self.by_id.items():
            shown = self.warehouse.get(identity)
            if identity not in pending:
                assert (shown and shown.state) == (doc.facts and doc.facts[0])
                if doc.facts and doc.facts[0] is State.EXTRACTED:
                    assert (shown.version, shown.result_key) == (doc.versions[doc.facts[1]], self.results[doc.key, doc.facts[1]])

    @invariant()
    def no_result_in_force_is_garbage(self) -> None:
        in_force = {self.results[key, doc.facts[1]] for key, doc in self.docs.items() if doc.facts and doc.facts[0] is State.EXTRACTED}
        assert not in_force & set(self.drive.ledger.garbage(1000))

    # --- the end: everything is loaded or terminal ---

    def drain(self) -> None:
        self.drive.clock.advance(1000)
        for key, doc in self.docs.items():
            if doc.gave_up and doc.present:
                doc.start(doc.version)
                self.started(doc, self.drive.put(key, doc.version))
        for _ in range(100):
            self.sweep()
            due = [item for queue in CostClass for item in self.drive.ledger.publishable(queue, WINDOW)]
            self.note_queued(due)
            if not due and not self.drive.ledger.counts().waiting:
                break
            self.drive.clock.advance(400)
            for item in due:
                lease = self.take(item.task)
                if lease is not None:
                    self.finish(lease)
        self.load(confirm=True)
        counts = self.drive.ledger.counts()
        assert (counts.waiting, counts.pending_load) == (0, 0)
        assert set(counts.by_state) <= {State.LOADED, State.DEAD, State.REJECTED, State.DELETED, State.ERASED}
        for key, doc in self.docs.items():
            if doc.present and doc.state is State.EXTRACTED:
                assert self.warehouse[document_id("bucket", key)].version == doc.version


LedgerMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
TestLedgerMachine = LedgerMachine.TestCase


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(EVENTS)), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_any_order_of_one_objects_events_ends_in_the_same_state(orders: list[str], luck: random.Random) -> None:
    """Duplicates included; a version is named by what lies there in the end."""
    drive = make_driver()
    shuffled = list(orders)
    luck.shuffle(shuffled)
    ends = []
    for key, arrival in (("sorted", sorted(set(orders))), ("as drawn", orders), ("shuffled", shuffled)):
        for order in arrival:
            version = EVENTS[order]
            if version is None:
                drive.deleted(order, key)
            else:
                drive.ledger.record(stat(key, version, order=order))
        try:
            status = drive.status(key)
        except NotFound:
            ends.append(None)
        else:
            ends.append((status.state, status.state is State.DELETED or status.version))
    drive.ledger.close()
    assert ends[0] == ends[1] == ends[2]
