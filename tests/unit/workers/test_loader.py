from __future__ import annotations

import threading

import pytest

from adapters.capabilities import Capabilities
from schemas.documents import State
from schemas.errors import EngineOutputInvalid, LedgerUnavailable, ServiceUnavailable, StorageFull, WarehouseBusy
from tests.unit.workers.loading_fakes import MemoryLedger, MemoryStore, MemoryWarehouse, change, extraction, put, put_parts
from workers.loader import Loader, Pace


class World:
    """A loader with a clock that stands still until it is moved."""

    def __init__(self, **pace):
        self.ledger, self.store, self.warehouse = MemoryLedger(), MemoryStore(), MemoryWarehouse()
        self.now = 0.0
        self.loader = self.another(**pace)

    def another(self, **pace):
        return Loader(self.ledger, self.warehouse, self.store, pace=Pace(**pace), clock=lambda: self.now, source_uri=lambda s, k: f"{s}:/{k}")

    def extracted(self, name, load_seq=1, texts=("good",)):
        found = change(name, load_seq)
        put(self.store, found, texts)
        self.ledger.add(found)
        return found


@pytest.fixture
def world():
    return World()


def test_loads_what_changed_and_tells_the_ledger(world):
    found = world.extracted("a", texts=["one", "two"])
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(found.document_id) == ["one", "two"]
    assert world.ledger.told == [(found.document_id, 1)]
    assert world.loader.run_once() == 0


def test_a_ledger_nobody_wrote_to_is_not_looked_into_again(world):
    world.extracted("a")
    world.loader.run_once()
    world.loader.run_once()
    looks = world.ledger.looks
    assert world.loader.run_once() == 0
    assert world.ledger.looks == looks
    world.extracted("b", 2)
    assert world.loader.run_once() == 1


def test_every_extracted_document_has_its_documents_row_and_its_extraction(world):
    found = world.extracted("a")
    world.loader.run_once()
    tables = world.warehouse.rows[found.document_id]
    assert tables["documents"][0]["source_uri"] == "file:///bucket/a.csv"
    assert tables["documents"][0]["status"] == "loaded"
    assert tables["extractions"][0]["payload"] == world.store.objects[found.result_key].decode()


@pytest.mark.parametrize("state", [State.REJECTED, State.DEAD])
def test_a_failed_document_keeps_only_its_documents_row(world, state):
    found = world.extracted("a")
    world.loader.run_once()
    world.ledger.add(change("a", 2, state, error_code="encrypted", error_message="needs a password"))
    world.loader.run_once()
    tables = world.warehouse.rows[found.document_id]
    assert list(tables) == ["documents"]
    assert tables["documents"][0]["status"] == state.value
    assert tables["documents"][0]["source_uri"] == "bucket:/a"
    assert tables["documents"][0]["error_code"] == "encrypted"


@pytest.mark.parametrize("state", [State.DELETED, State.ERASED])
def test_nothing_remains_of_a_removed_document(world, state):
    found = world.extracted("a")
    world.loader.run_once()
    world.ledger.add(change("a", 2, state))
    assert world.loader.run_once() == 1
    assert world.warehouse.rows[found.document_id] == {}


def test_parts_are_numbered_as_one_document(world):
    found = change("big")
    put_parts(world.store, found, [["a", "b"], ["c"], ["d"]])
    world.ledger.add(found)
    world.loader.run_once()
    rows = world.warehouse.rows[found.document_id]
    assert [(row["review_no"], row["text"]) for row in rows["reviews"]] == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]
    assert [row["part_no"] for row in rows["extractions"]] == [1, 2, 3]
    assert len(rows["documents"]) == 1


def test_small_documents_share_a_transaction_and_a_large_one_goes_alone():
    world = World(batch_bytes=20_000)
    for name in ("a", "b"):
        world.extracted(name, ord(name))
    large = world.extracted("large", 200, ["x" * 30_000])
    last = world.extracted("z", 300)
    assert world.loader.run_once() == 4
    assert [len(call) for call in world.warehouse.calls] == [2, 1, 1]
    assert world.warehouse.calls[1:] == [[large.document_id], [last.document_id]]


def test_parts_count_for_the_size_of_their_document():
    world = World(batch_bytes=5_000)
    world.extracted("a", 1)
    big = change("big", 2)
    put_parts(world.store, big, [["x" * 3_000], ["y" * 3_000]])
    world.ledger.add(big)
    world.loader.run_once()
    assert [len(call) for call in world.warehouse.calls] == [1, 1]


def arriving_while_it_is_read(world, key, *changes):
    """Adds changes to the ledger when the result file `key` is opened."""
    opened, waiting = world.store.open, list(changes)

    def open_(ref):
        if ref.key == key:
            while waiting:
                world.ledger.add(waiting.pop(0))
        return opened(ref)

    world.store.open = open_


def large_world(provides=("interleaving",)):
    world = World(batch_bytes=5_000)
    world.warehouse.capabilities = Capabilities(provides=provides)
    large, small, larger = change("large", 1), change("small", 2), change("larger", 3)
    put_parts(world.store, large, [["x" * 3_000] for _ in range(4)])
    put(world.store, small, ["tiny"])
    put_parts(world.store, larger, [["y" * 3_000], ["y" * 3_000]])
    world.ledger.add(large)
    arriving_while_it_is_read(world, f"{large.result_key}-2", small, larger)
    return world, large, small, larger


def test_small_documents_pass_a_large_one():
    world, large, small, larger = large_world()
    assert world.loader.run_once() == 1
    assert world.ledger.told == [(small.document_id, 2), (large.document_id, 1)]
    assert world.warehouse.texts(small.document_id) == ["tiny"]
    assert world.loader.run_once() == 1
    assert world.ledger.told[2:] == [(larger.document_id, 3)]


def test_small_documents_wait_where_the_warehouse_cannot_interleave():
    world, large, small, larger = large_world(provides=())
    world.loader.run_once()
    world.loader.run_once()
    assert [document for document, _ in world.ledger.told] == [large.document_id, small.document_id, larger.document_id]


def test_a_large_document_goes_on_when_those_that_pass_meet_a_busy_warehouse():
    world, large, small, _ = large_world()
    replace = world.warehouse.replace

    def busy_for_the_small(groups, epoch):
        if groups[0].document_id == small.document_id and not world.ledger.told:
            raise WarehouseBusy("a reader holds it")
        return replace(groups, epoch)

    world.warehouse.replace = busy_for_the_small
    world.loader.run_once()
    world.loader.run_once()
    assert [document for document, _ in world.ledger.told][:2] == [large.document_id, small.document_id]


def test_a_missing_result_is_reported_and_does_not_keep_others_waiting(world):
    missing, found = change("missing", 1), world.extracted("found", 2)
    world.ledger.add(missing)
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(found.document_id) == ["good"]
    (skipped,) = world.loader.skipped
    assert (skipped.document_id, skipped.code, skipped.tries) == (missing.document_id, "not_found", 1)
    assert missing.document_id in world.ledger.pending


def test_a_missing_part_is_found_before_anything_is_replaced(world):
    found = change("big")
    put_parts(world.store, found, [["a"], ["b"]])
    del world.store.objects[f"{found.result_key}-2"]
    world.ledger.add(found)
    assert world.loader.run_once() == 0
    assert world.warehouse.calls == []
    assert world.loader.skipped[0].code == "not_found"


def test_a_skipped_document_is_tried_again_later_and_then_loaded(world):
    missing = change("late")
    world.ledger.add(missing)
    world.loader.run_once()
    put(world.store, missing, ["here"])
    assert world.loader.run_once() == 0, "it still waits"
    world.now = 1.1
    assert world.loader.run_once() == 1
    assert world.loader.skipped == ()


def test_pauses_of_a_skipped_document_double(world):
    world.ledger.add(change("never"))
    pauses = []
    for _ in range(4):
        world.loader.run_once()
        pauses.append(world.loader.skipped[0].again_at - world.now)
        world.now = world.loader.skipped[0].again_at
    assert pauses == [1.0, 2.0, 4.0, 8.0]


def test_a_newer_change_of_a_skipped_document_is_tried_at_once(world):
    world.ledger.add(change("a", 1))
    world.loader.run_once()
    world.extracted("a", 2)
    assert world.loader.run_once() == 1


def test_skipped_documents_do_not_fill_the_window():
    world = World(documents=2)
    for number in range(4):
        world.ledger.add(change(f"missing-{number}", number + 1))
    found = world.extracted("found", 10)
    for _ in range(4):
        world.loader.run_once()
    assert world.warehouse.texts(found.document_id) == ["good"]


def test_a_document_the_warehouse_cannot_take_is_set_apart(world):
    good, bad = world.extracted("good", 1), world.extracted("bad", 2)
    world.warehouse.poison[bad.document_id] = EngineOutputInvalid("does not fit")
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(good.document_id) == ["good"]
    assert [skip.document_id for skip in world.loader.skipped] == [bad.document_id]


@pytest.mark.parametrize(
    "data",
    [b"", b"no json", b"[]", b'{"document_id": "other"}', b'{"parts": 1, "document_id": "%s"}', b'{"document_id": "%s"}'],
    ids=["empty", "text", "list", "other", "manifest", "bare"],
)
def test_a_spoiled_result_file_is_typed(world, data):
    found = change("a")
    world.store.objects[found.result_key] = data.replace(b"%s", found.document_id.encode())
    world.ledger.add(found)
    assert world.loader.run_once() == 0
    assert world.loader.skipped[0].code == "engine_output_invalid"


def test_a_result_of_a_newer_schema_is_typed(world):
    found = world.extracted("a")
    world.store.objects[found.result_key] = world.store.objects[found.result_key].replace(b'"schema_version":1', b'"schema_version":99')
    assert world.loader.run_once() == 0
    assert world.loader.skipped[0].code == "engine_output_invalid"


@pytest.mark.parametrize("error", [WarehouseBusy("held"), StorageFull("full"), ServiceUnavailable("down")], ids=lambda error: error.code)
def test_an_outage_of_the_warehouse_loses_nothing(world, error):
    found = world.extracted("a")
    world.warehouse.failures = [error]
    with pytest.raises(type(error)):
        world.loader.run_once()
    assert world.ledger.told == []
    assert world.loader.skipped == ()
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(found.document_id) == ["good"]


def test_a_store_that_fails_for_all_is_an_outage(world):
    found = world.extracted("a")
    world.store.failures[found.result_key] = ServiceUnavailable("store is down")
    with pytest.raises(ServiceUnavailable):
        world.loader.run_once()


def test_a_store_that_fails_for_one_document_keeps_no_other_waiting(world):
    broken, found = world.extracted("broken", 1), world.extracted("a", 2)
    world.store.failures[broken.result_key] = ServiceUnavailable("permission denied")
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(found.document_id) == ["good"]


def test_a_crash_before_the_ledger_is_told_only_repeats_the_load(world):
    found = world.extracted("a")
    world.ledger.loaded, told = (lambda loads: (_ for _ in ()).throw(LedgerUnavailable("gone"))), world.ledger.loaded
    with pytest.raises(LedgerUnavailable):
        world.loader.run_once()
    world.ledger.loaded = told
    assert world.loader.run_once() == 1
    assert world.warehouse.texts(found.document_id) == ["good"]


def test_only_one_of_two_loaders_works(world):
    other = world.another()
    assert world.loader.run_once() == 0
    world.extracted("a")
    assert other.run_once() == 0
    assert world.loader.run_once() == 1


def test_the_second_loader_takes_over_when_the_first_lets_go(world):
    other = world.another()
    world.loader.run_once()
    assert other.run_once() == 0
    world.loader.release()
    world.extracted("a")
    world.now = 2.0
    assert other.run_once() == 1
    assert world.warehouse.epoch == 2


def test_a_loader_whose_epoch_is_old_lets_the_lease_go_and_comes_back_with_a_newer_one(world):
    found = world.extracted("a")
    world.warehouse.epoch = 2
    assert world.loader.run_once() == 0
    assert world.ledger.owner is None
    for _ in range(3):
        world.now += 2.0
        world.loader.run_once()
    assert world.warehouse.texts(found.document_id) == ["good"]


def test_a_loader_that_lost_its_lease_between_parts_changes_nothing(world):
    found = change("big")
    put_parts(world.store, found, [["a"], ["b"]])
    world.ledger.add(found)
    world.loader.run_once()
    again = change("big", 2)
    put_parts(world.store, again, [["c"], ["d"]])
    world.ledger.add(again)
    opened = world.store.open

    def lose(ref):
        world.now += 20.0
        world.ledger.owner = "another"
        return opened(ref)

    world.store.open = lose
    assert world.loader.run_once() == 0
    assert world.warehouse.texts(found.document_id) == ["a", "b"]


def test_an_idle_loader_only_reads(world):
    for _ in range(100):
        world.loader.run_once()
    assert world.ledger.holds == 1
    world.now = 6.0
    world.loader.run_once()
    assert world.ledger.holds == 2


def test_runs_until_told_to_stop_and_waits_outages_out():
    world = World(idle_s=0.0, backoff_s=0.0)
    found = world.extracted("a")
    world.ledger.failures = [LedgerUnavailable("locked"), LedgerUnavailable("locked")]
    world.warehouse.failures = [WarehouseBusy("held")]
    stop = threading.Event()
    told = world.ledger.loaded
    world.ledger.loaded = lambda loads: (told(loads), stop.set())
    world.loader.run(stop)
    assert world.warehouse.texts(found.document_id) == ["good"]
    assert world.ledger.owner is None


def test_extraction_of_another_document_is_refused(world):
    found = change("a")
    world.store.objects[found.result_key] = extraction(change("b").document_id, ["x"]).model_dump_json().encode()
    world.ledger.add(found)
    assert world.loader.run_once() == 0
    assert world.loader.skipped[0].code == "engine_output_invalid"


def test_a_result_too_large_to_be_read_ahead_is_streamed(world):
    found = world.extracted("large", texts=["x" * 5_000_000])
    opened = []
    replace = world.warehouse.replace
    world.warehouse.replace = lambda groups, epoch: (opened.append(list(world.store.opened)), replace(groups, epoch))[1]
    assert world.loader.run_once() == 1
    assert opened == [[]], "the result is read inside the transaction"
    assert len(world.warehouse.texts(found.document_id)[0]) == 5_000_000
