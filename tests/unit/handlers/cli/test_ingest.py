from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.cli.documents import delete, deletions, erase, redrive, reprocess
from handlers.cli.ingest import files_of, ingest, joined
from handlers.cli.keys import keys
from handlers.cli.status import status
from schemas.documents import CostClass, State
from schemas.errors import NotFound
from schemas.ledger import Failure
from schemas.settings import Settings
from workers.container import Container


@pytest.fixture
def box(tmp_path: Path) -> Container:
    return Container(Settings(data=tmp_path / "data", warehouse_url="none"))


def run(box: Container, command: Any, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--data", str(box.settings.data)], env={"TAMIZ_WAREHOUSE_URL": "none"})


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def folder(tmp_path: Path) -> Path:
    found = tmp_path / "reviews"
    (found / "deep").mkdir(parents=True)
    for name in ("b.json", "b.json.meta.json", "deep/a.csv", ".hidden", "unfinished.part"):
        (found / name).write_text("{}")
    (found / "link.json").symlink_to(found / "b.json")
    (found / "away").symlink_to(tmp_path)
    return found


def test_a_folder_is_taken_with_its_name_and_without_links(tmp_path: Path) -> None:
    found = [name for _, name in files_of(folder(tmp_path))]
    assert found == ["reviews/b.json", "reviews/b.json.meta.json", "reviews/deep/a.csv"]


def test_one_file_is_its_name_and_nothing_is_an_error(tmp_path: Path) -> None:
    file = folder(tmp_path) / "b.json"
    assert [name for _, name in files_of(file)] == ["b.json"]
    with pytest.raises(NotFound):
        list(files_of(tmp_path / "none"))


def test_prefixes() -> None:
    assert joined("", "a") == "a"
    assert joined("/brochures/", "a/b") == "brochures/a/b"


def test_ingesting_puts_records_and_says_the_ids(box: Container, tmp_path: Path) -> None:
    result = run(box, ingest, str(folder(tmp_path)), "--prefix", "old", "--kind", "review", "--metadata", '{"chain": "x"}')
    assert result.exit_code == 0
    assert [line["key"] for line in lines(result)] == ["old/reviews/b.json", "old/reviews/deep/a.csv"]
    assert sorted(stat.ref.key for stat in box.bucket.list()) == ["old/reviews/b.json", "old/reviews/b.json.meta.json", "old/reviews/deep/a.csv"]
    due = box.ledger.publishable(CostClass.TEXT, 10)
    lease = box.ledger.claim(due[0].task, "test", 60)
    assert lease is not None
    assert (lease.requested.kind, lease.requested.metadata) == ("review", {"chain": "x"})


def test_what_cannot_be_taken_is_said_and_the_rest_is_taken(box: Container, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("{}")
    result = run(box, ingest, str(tmp_path / "none"), "http://example.org/x", file.as_uri())
    assert result.exit_code == 1
    assert [line["key"] for line in lines(result)] == ["a.json"]
    assert result.stderr.count("tamiz:") == 2


def test_what_lies_in_the_bucket_already_is_only_looked_at(box: Container) -> None:
    assert box.bucket_folder
    place = box.bucket_folder / "reviews" / "a.json"
    place.parent.mkdir(parents=True)
    place.write_text("{}")
    before = place.stat().st_ino
    assert lines(run(box, ingest, str(place)))[0]["key"] == "reviews/a.json"
    assert place.stat().st_ino == before


@pytest.mark.parametrize("metadata", ["{", "[]", "1", '{"a": NaN}'])
def test_metadata_that_is_no_object_is_wrong_usage(box: Container, metadata: str) -> None:
    assert run(box, ingest, "x", "--metadata", metadata).exit_code == 2


def ingested(box: Container, tmp_path: Path, count: int = 1) -> list[str]:
    for number in range(count):
        (tmp_path / f"{number}.json").write_text("{}")
    result = run(box, ingest, *(str(tmp_path / f"{number}.json") for number in range(count)))
    return [line["document_id"] for line in lines(result)]


def reject(box: Container, document: str) -> None:
    [due] = [due for due in box.ledger.publishable(CostClass.TEXT, 100) if due.task.document_id == document]
    lease = box.ledger.claim(due.task, "test", 60)
    assert lease is not None
    box.ledger.fail(lease, Failure(code="empty", message="it holds no bytes\x1b[2J", transient=False, rejected=True), 3)


def test_status_shows_states_and_reasons(box: Container, tmp_path: Path) -> None:
    [document] = ingested(box, tmp_path)
    reject(box, document)
    overview = json.loads(run(box, status).stdout)
    assert overview["documents"] == {"rejected": 1}
    assert overview["troubled"][0]["error_message"].startswith("it holds no bytes")
    one = json.loads(run(box, status, document).stdout)
    assert [step["to_state"] for step in one["history"]] == ["received", "queued", "processing", "rejected"]


def test_status_for_a_person_is_readable_and_cannot_touch_the_terminal(box: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.cli.status.to_a_person", lambda: True)
    [document] = ingested(box, tmp_path)
    reject(box, document)
    for arguments in ((), (document,)):
        shown = run(box, status, *arguments).stdout
        assert "it holds no bytes" in shown
        assert "\x1b" not in shown
    assert json.loads(run(box, status, "--json").stdout)["documents"] == {"rejected": 1}


def test_redrive_takes_those_that_need_it(box: Container, tmp_path: Path) -> None:
    first, second = ingested(box, tmp_path, 2)
    reject(box, first)
    assert json.loads(run(box, redrive, "--all").stdout) == {"redrive": 1, "failed": 0}
    assert box.ledger.document(first).state is State.RECEIVED
    refused = run(box, redrive, second)
    assert refused.exit_code == 1
    assert "conflict" in refused.stderr


def test_reprocess_by_id_by_kind_and_all(box: Container, tmp_path: Path) -> None:
    ids = ingested(box, tmp_path, 3)
    assert run(box, delete, ids[0]).exit_code == 0
    assert json.loads(run(box, reprocess, "--all").stdout) == {"reprocess": 2, "failed": 0}
    assert box.ledger.document(ids[1]).run == 2
    assert json.loads(run(box, reprocess, "--kind", "call").stdout)["reprocess"] == 0
    assert json.loads(run(box, reprocess, ids[2]).stdout)["reprocess"] == 1
    for arguments in ((), ("--all", ids[0]), ("--all", "--kind", "call")):
        assert run(box, reprocess, *arguments).exit_code == 2


def test_delete_and_erase(box: Container, tmp_path: Path) -> None:
    first, second = ingested(box, tmp_path, 2)
    assert run(box, delete, first, "a" * 26).exit_code == 1
    assert run(box, erase, second).exit_code == 0
    assert box.ledger.document(first).state is State.DELETED
    assert box.ledger.document(second).state is State.ERASED
    assert [stat.ref.key for stat in box.bucket.list()] == []


def test_held_deletions_are_shown_confirmed_and_dismissed(box: Container, tmp_path: Path) -> None:
    [document] = ingested(box, tmp_path)
    box.bucket.mark()
    box.bucket.delete("0.json")
    box.ledger.hold_deletions("bucket", ["0.json"])
    assert lines(run(box, deletions)) == [{"key": "0.json"}]
    assert json.loads(run(box, deletions, "--dismiss").stdout) == {"dismissed": 1}
    assert box.ledger.document(document).state is State.RECEIVED
    box.ledger.hold_deletions("bucket", ["0.json"])
    assert json.loads(run(box, deletions, "--confirm").stdout) == {"deleted": 1}
    assert box.ledger.document(document).state is State.DELETED
    assert lines(run(box, deletions)) == []


def test_a_key_is_shown_once_and_can_be_revoked(box: Container) -> None:
    token = run(box, keys, "create", "--role", "read", "--name", "ana").stdout.strip()
    assert token.startswith("tamiz_")
    [listed] = lines(run(box, keys, "list"))
    assert (listed["key_id"], listed["role"], listed["revoked_at"]) == ("ana", "read", None)
    assert token not in json.dumps(listed)
    assert run(box, keys, "revoke", "ana").exit_code == 0
    assert lines(run(box, keys, "list"))[0]["revoked_at"]
    assert isinstance(run(box, keys, "revoke", "bob").exception, NotFound)


def test_a_mistyped_folder_makes_no_new_deployment(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path / "typo"))
    for command, *arguments in ((status,), (reprocess, "--all"), (delete, "a" * 26), (deletions,)):
        assert isinstance(run(box, command, *arguments).exception, NotFound)
    assert not (tmp_path / "typo").exists()
