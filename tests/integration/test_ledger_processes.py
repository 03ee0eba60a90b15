"""The ledger under several processes at once, some of which are killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter

import pytest

from adapters.testing.ledger_driver import stat
from schemas.documents import CostClass, State
from tests.integration.ledger_workers import finish, look, open_ledger, tumble, work_off

PROCESSES = 4
TASKS = 500
LEASE_S = 600.0
spawn = multiprocessing.get_context("spawn")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "ledger.db")
    return request.getfixturevalue("postgres_database")


@pytest.fixture
def ledger(place):
    ledger = open_ledger(place)
    ledger.migrate()
    yield ledger
    ledger.close()


def run_all(target, *each):
    processes = [spawn.Process(target=target, args=arguments) for arguments in each]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    return [process.exitcode for process in processes]


def test_each_task_is_executed_once_and_those_of_the_killed_are_redone(place, ledger):
    tasks = [ledger.observe("bucket", f"{n}", lambda n=n: stat(f"{n}", "1")).task for n in range(TASKS)]
    deaths = [5, 50, None, None]
    codes = run_all(work_off, *[(place, seed, tasks, LEASE_S, after) for seed, after in enumerate(deaths)])
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0, 0]
    assert ledger.counts().by_state == {State.EXTRACTED: TASKS - 2, State.PROCESSING: 2}
    later = open_ledger(place, clock=lambda: time.time() + LEASE_S + 60)
    assert later.sweep(30).expired == 2
    later.close()
    left = [due.task for due in ledger.publishable(CostClass.TEXT, 10)]
    assert len(left) == 2
    for task in left:
        finish(ledger, ledger.claim(task, "heir", LEASE_S))
    results = Counter(line.to_state for task in tasks for line in ledger.history(task.document_id))
    assert results["extracted"] == TASKS
    assert results["processing"] == TASKS + 2


def test_everything_at_once_ends_in_what_lies_there(place, ledger, tmp_path):
    folder = tmp_path / "bucket"
    folder.mkdir()
    keys = [f"{n}.eml" for n in range(4)]
    codes = run_all(tumble, *[(place, seed, str(folder), keys, 120) for seed in range(PROCESSES)])
    assert codes == [0] * PROCESSES
    assert {look(ledger, folder, key) for key in keys} <= {"duplicate", "gone", "unknown"}
    ledger.free_all()
    for _ in range(200):
        ledger.sweep(0.0)
        due = [due for queue in CostClass for due in ledger.publishable(queue, 10)]
        for task in due:
            lease = ledger.claim(task.task, "last", 60)
            if lease is not None:  # an attachment goes when its message, finished just before, no longer has it
                finish(ledger, lease)
        if not due and not ledger.counts().waiting:
            break
    shown = {}
    while changes := ledger.changes(100):
        shown |= {change.document_id: change for change in changes}
        ledger.loaded([(change.document_id, change.load_seq) for change in changes])
    counts = ledger.counts()
    assert (counts.waiting, counts.pending_load) == (0, 0)
    assert set(counts.by_state) <= {State.LOADED, State.DEAD, State.REJECTED, State.DELETED}
    there = {item.key: item.version for item in ledger.known("bucket")}
    assert there == {path.name: path.read_text() for path in folder.glob("*.eml")}


def test_many_threads_share_a_ledger(ledger):
    tasks = [ledger.observe("bucket", f"{n}", lambda n=n: stat(f"{n}", "1")).task for n in range(40)]
    leases = []

    def claim_all():
        leases.extend(lease for task in tasks if (lease := ledger.claim(task, threading.current_thread().name, 60)))

    threads = [threading.Thread(target=claim_all) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(str(lease.task) for lease in leases) == sorted(map(str, tasks))


def test_a_forked_child_has_connections_of_its_own(ledger):
    seen = ledger.observe("bucket", "a", lambda: stat("a", "1"))
    child = os.fork()
    if child == 0:
        lease = ledger.claim(seen.task, "child", 60)
        ledger.close()
        os._exit(0 if lease is not None else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ledger.claim(seen.task, "parent", 60) is None
    assert ledger.document(seen.document_id).state is State.PROCESSING


def test_several_processes_may_migrate_at_once(place):
    codes = run_all(migrate, *[(place,)] * PROCESSES)
    assert codes == [0] * PROCESSES


def migrate(place):
    ledger = open_ledger(place)
    ledger.migrate()
    ledger.counts()
    ledger.close()
