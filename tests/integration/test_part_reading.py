"""Parts of a large document read by the loader's own child, a real process: the rows are those that reading here gives."""

from __future__ import annotations

import io
import os
import signal

import pytest

from adapters.storage.local import LocalStore
from adapters.warehouse.staging import gather
from schemas.errors import EngineOutputInvalid, NotFound
from schemas.extractions import Fill
from schemas.warehouse import RowGroup
from tests.unit.workers.loading_fakes import MemoryStore, change, extraction, put_parts
from workers import partreading
from workers.partreading import ChildReader
from workers.results import Results

TEXTS = [["gut", "schlecht 😀"], ["süß\u0000"], ["x" * 100_000]]


@pytest.fixture
def stored(tmp_path):
    """A document of three parts in a real store, its results and its manifest."""
    (tmp_path / "lake").mkdir()
    found, memory = change("large"), MemoryStore()
    put_parts(memory, found, TEXTS)
    store = LocalStore(LocalStore.Options(), root=tmp_path / "lake", source="results")
    for key, data in memory.objects.items():
        store.put(key, io.BytesIO(data))
    results = Results(store)
    manifest = results.read(found.document_id, found.result_key)
    return found.document_id, store, results, manifest


def read(results, folder, document, manifest, keep=lambda: None):
    return list(ChildReader(results, folder)(document, manifest, keep))


def rows(document, batches):
    """All rows of some batches by table, whatever they came as."""
    found = {}
    for table, columns in gather([RowGroup(document, 1, batches)]):
        found.setdefault(table, []).extend(zip(*columns.values(), strict=True))
    return found


def test_the_rows_are_those_that_reading_here_gives(stored, tmp_path):
    document, _, results, manifest = stored
    manifest = manifest.model_copy(update={"fills": (Fill(table="reviews", columns={"language": "de"}),)})
    kept = []
    here = [(part.source_uri, list(part.batches(one, manifest.fills))) for one in manifest.parts for part in [results.part(document, one)]]
    there = read(results, tmp_path / "children", document, manifest, lambda: kept.append(1))
    assert [uri for uri, _ in there] == [uri for uri, _ in here]
    assert [rows(document, batches) for _, batches in there] == [rows(document, batches) for _, batches in here]
    assert len(kept) == len(manifest.parts)
    assert list((tmp_path / "children").iterdir()) == []


def test_a_killed_child_costs_no_row(stored, tmp_path, monkeypatch):
    document, _, results, manifest = stored
    victims = []
    call = partreading.Child.call

    def killing(child, operation, request):
        if len(victims) < 2 and request["part"]["part_no"] == 2:
            child.start()
            victims.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)
        return call(child, operation, request)

    monkeypatch.setattr(partreading.Child, "call", killing)
    found = read(results, tmp_path / "children", document, manifest)
    assert len(set(victims)) == 2
    assert [len(rows(document, batches)["reviews"]) for _, batches in found] == [len(texts) for texts in TEXTS]


def test_a_missing_part_and_a_foreign_one_are_told(stored, tmp_path):
    document, store, results, manifest = stored
    store.put(manifest.parts[1].result_key, io.BytesIO(extraction(change("other").document_id, ["x"]).model_dump_json().encode()))
    with pytest.raises(EngineOutputInvalid, match="not a result of document"):
        read(results, tmp_path / "children", document, manifest)
    store.delete(manifest.parts[1].result_key)
    with pytest.raises(NotFound, match="reprocess"):
        read(results, tmp_path / "children", document, manifest)
    assert list((tmp_path / "children").iterdir()) == []


def test_what_a_killed_reader_left_goes_away(stored, tmp_path):
    left = tmp_path / "children" / f"{os.getpid()}-left" / "stored.json"
    left.parent.mkdir(parents=True)
    left.write_text("a document's text")
    ChildReader(stored[2], tmp_path / "children")
    assert not left.exists()


def test_who_stops_asking_leaves_no_child(stored, tmp_path):
    document, _, results, manifest = stored
    walk = ChildReader(results, tmp_path / "children")(document, manifest, lambda: None)
    next(walk)
    walk.close()
    assert list((tmp_path / "children").iterdir()) == []
