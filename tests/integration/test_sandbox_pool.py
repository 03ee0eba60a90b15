"""A pool of real children: lent, worn out, replaced, aborted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.sandbox.pool import ChildPool
from adapters.sandbox.spec import ChildLimits, ChildSpec
from schemas.errors import ParserCrashed, ShuttingDown

_SPEC = ChildSpec(entry="tests.integration.sandbox_entries:misbehaving", limits=ChildLimits(recycle_after=3))


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[ChildPool]:
    made = ChildPool(_SPEC, tmp_path / "children", 2)
    yield made
    made.close()
    assert list((tmp_path / "children").iterdir()) == []


def _pid(pool: ChildPool) -> object:
    with pool.lease() as child:
        return child.call("identify", {})["pid"]


def test_the_same_warm_child_is_lent_again_until_it_is_worn_out(pool: ChildPool) -> None:
    pids = [_pid(pool) for _ in range(6)]
    assert len(set(pids[:3])) == len(set(pids[3:])) == 1
    assert pids[0] != pids[3]


def test_a_child_that_rests_too_large_is_replaced(tmp_path: Path) -> None:
    pool = ChildPool(_SPEC.model_copy(update={"limits": ChildLimits(recycle_above_bytes=1)}), tmp_path, 1)
    assert _pid(pool) != _pid(pool)
    pool.close()


def test_a_folder_is_private_and_empty_for_every_document(pool: ChildPool) -> None:
    with pool.lease() as child:
        (child.workdir / "input").write_text("document 1")
        child.call("write_file", {"name": "output"})
        assert child.call("identify", {})["files"] == ["input", "output"]
        assert child.workdir.stat().st_mode & 0o777 == 0o700
    with pool.lease() as child:
        assert child.call("identify", {})["files"] == []


def test_a_breach_costs_only_its_own_child(pool: ChildPool) -> None:
    with pool.lease() as other:
        before = other.call("identify", {})["pid"]
        with pytest.raises(ParserCrashed), pool.lease() as child:
            child.call("segfault", {})
        assert other.call("identify", {})["pid"] == before
    assert isinstance(_pid(pool), int)


def test_threads_share_the_children(pool: ChildPool) -> None:
    both = threading.Barrier(2)

    def work(number: int) -> object:
        with pool.lease() as child:
            if number < 2:
                both.wait()  # two leases at once, or the barrier's own thread waits for ever
            return child.call("echo", {"number": number})["number"]

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(work, range(12))) == list(range(12))


def test_a_fresh_child_serves_one_lease_and_is_gone(pool: ChildPool, tmp_path: Path) -> None:
    with pool.lease() as one, pool.lease() as two, pool.fresh() as alone:
        assert alone.call("identify", {})["pid"] not in {one.call("identify", {})["pid"], two.call("identify", {})["pid"]}
        folder = alone.workdir
    assert not folder.exists()


def test_abort_ends_running_calls_and_later_leases(pool: ChildPool) -> None:
    def started(request: object, blob: bytes) -> tuple[dict[str, None], bytes]:
        threading.Thread(target=pool.abort_all).start()
        return {}, b""

    with pytest.raises(ShuttingDown), pool.lease() as child:
        child.call("announce_and_sleep", {}, callbacks={"started": started})
    with pytest.raises(ShuttingDown), pool.lease():
        pass
    with pytest.raises(ShuttingDown), pool.fresh():
        pass


def test_closing_wakes_those_who_wait_for_a_child(tmp_path: Path) -> None:
    pool = ChildPool(_SPEC, tmp_path, 1)
    waiting = threading.Event()

    def wait() -> str:
        waiting.set()
        try:
            with pool.lease():
                return "lent"
        except ShuttingDown:
            return "refused"

    with ThreadPoolExecutor(1) as threads, pool.lease():
        answer = threads.submit(wait)
        waiting.wait()
        pool.close()
        assert answer.result() == "refused"


def test_folders_of_a_dead_run_are_removed_and_those_of_a_living_one_are_not(tmp_path: Path) -> None:
    living, dead = tmp_path / "1-living", tmp_path / "4194305-dead"  # above the largest process id Linux gives
    for folder in (living, dead):
        (folder / "deep").mkdir(parents=True)
    (tmp_path / "4194305-dead.log").write_text("old")
    ChildPool(_SPEC, tmp_path, 1).close()
    assert [path.name for path in tmp_path.iterdir()] == ["1-living"]


def test_a_pool_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        ChildPool(_SPEC, tmp_path, 0)
