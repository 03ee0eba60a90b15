"""The whole service as its user meets it: drop a file, read a row, kill what you like."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import ROLES, Service, run_tamiz, running, wait_until

SAMPLES = Path(__file__).parents[2] / "samples"
COUNT = "select count(*) as n from reviews"


def reviews(*texts: str) -> bytes:
    return b"".join(json.dumps({"text": text, "stars": 4, "product": "Oat yogurt"}).encode() + b"\n" for text in texts)


def test_a_dropped_file_is_rows_and_its_overwrite_rename_and_deletion_follow(service: Service) -> None:
    service.drop("reviews/a.jsonl", reviews("Creamy and fresh.", "Too sweet for me."))
    service.wait_for_rows("select text from reviews order by review_no", [["Creamy and fresh."], ["Too sweet for me."]])

    service.drop("reviews/a.jsonl", reviews("Only one now."))
    service.wait_for_rows("select text from reviews", [["Only one now."]])

    (service.bucket / "reviews/a.jsonl").rename(service.bucket / "reviews/b.jsonl")
    service.wait_for_rows("select source_uri like '%/b.jsonl' as moved from documents", [[True]])
    service.wait_for_rows("select text from reviews", [["Only one now."]])

    (service.bucket / "reviews/b.jsonl").unlink()
    service.wait_for_rows("select (select count(*) from reviews) as r, (select count(*) from documents) as d", [[0, 0]])


def test_a_type_nobody_reads_is_rejected_with_a_reason_in_status(service: Service) -> None:
    service.drop("program.exe", b"MZ\x90\x00" + bytes(range(256)) * 8)
    service.wait_for_rows("select status, error_code from documents", [["rejected", "unsupported_type"]])
    assert "nothing here reads" in service.tamiz("status")


@pytest.mark.parametrize("role", ROLES)
def test_any_process_may_be_killed_and_comes_back(service: Service, role: str) -> None:
    before = service.pid(role)
    os.kill(before, signal.SIGKILL)
    service.drop("reviews/a.jsonl", reviews("Survived."))
    wait_until(lambda: service.pid(role) != before, 30)
    service.wait_for_rows("select text from reviews", [["Survived."]])


def test_ctrl_c_leaves_nothing_running_and_a_new_start_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with running(data) as service:
        for number in range(30):
            service.drop(f"reviews/{number}.jsonl", reviews(f"Review number {number}."))
        service.interrupt()
    with running(data) as service:
        service.wait_for_rows(COUNT, [[30]])


def test_kill_of_the_supervisor_ends_all_and_a_new_start_loses_nothing(tmp_path: Path) -> None:
    data = tmp_path / "var"
    with running(data) as service:
        for number in range(30):
            service.drop(f"reviews/{number}.jsonl", reviews(f"Review number {number}."))
        wait_until(lambda: (data / "ledger.db").exists() and list((data / "lake").rglob("results/*/*.json")), 30)
        service.kill_everything()
        (data / "bucket/reviews/0.jsonl").unlink()
        (data / "bucket/reviews/1.jsonl").write_bytes(reviews("Changed while nobody looked."))
    with running(data) as service:
        service.wait_for_rows(COUNT, [[29]])
        service.wait_for_rows("select count(*) as n from reviews where text like 'Changed%'", [[1]])


def test_a_second_up_on_the_same_data_is_refused(service: Service) -> None:
    done = run_tamiz(service.data, "up", "--port", "0", check=False)
    assert done == ""
    assert psutil.pid_exists(service.process.pid)


def test_samples_become_rows_of_every_kind(tmp_path: Path) -> None:
    with running(tmp_path / "var", "--samples") as service:
        service.wait_for_rows("select count(*) as n from reviews", [[200]], 90)
        service.wait_for_rows("select count(*) as n from messages", [[1]], 90)
        wait_until(lambda: service.sql("select count(*) as n from utterances where text <> ''")[0]["n"] > 5, 120)
        wait_until(lambda: service.sql("select count(distinct document_id) as n from offers where price is not null")[0]["n"] == 3, 120)
        wait_until(lambda: "stopping" not in (tmp_path / "var.log").read_text() and "Who said what" in (tmp_path / "var.log").read_text(), 60)
        parents = service.sql("select parent_document_id is not null as child from documents where source_uri like '%attachments%'")
        assert parents == [{"child": True}]
        assert service.sql("select count(*) as n from offers where confidence is null or adapter is null")[0]["n"] == 0


def test_reprocessing_runs_no_engine_again(service: Service) -> None:
    photo = next((SAMPLES / "brochures").glob("*.jpg"))
    service.drop("brochures/page.jpg", photo.read_bytes())
    service.wait_for_rows("select count(*) as n from documents where status = 'loaded'", [[1]], 90)
    kept = {path.name: path.stat().st_mtime_ns for path in (service.data / "lake/kept").rglob("*.json")}
    assert kept
    document = service.sql("select document_id from documents")[0]["document_id"]
    before = service.sql("select extracted_at from documents")[0]["extracted_at"]
    service.tamiz("reprocess", document)
    wait_until(lambda: service.sql("select extracted_at from documents")[0]["extracted_at"] != before, 60)
    assert {path.name: path.stat().st_mtime_ns for path in (service.data / "lake/kept").rglob("*.json")} == kept


def test_an_erased_document_leaves_no_trace_and_stays_away(service: Service) -> None:
    marker = "Planted marker quux."
    service.drop("reviews/a.jsonl", reviews(marker))
    service.drop("reviews/b.jsonl", reviews("Another one."))
    service.wait_for_rows(COUNT, [[2]])
    document = service.sql("select document_id from reviews where text like 'Planted%'")[0]["document_id"]
    service.tamiz("erase", document)
    service.wait_for_rows("select text from reviews", [["Another one."]])
    assert not (service.bucket / "reviews/a.jsonl").exists()
    files = [path for path in service.data.rglob("*") if path.is_file() and path.parts[len(service.data.parts)] in {"bucket", "lake", "spool"}]
    assert [path for path in files if marker.encode() in path.read_bytes()] == []


def test_one_small_review_overtakes_heavy_work(service: Service) -> None:
    photo = next((SAMPLES / "brochures").glob("*.jpg")).read_bytes()
    for number in range(8):
        service.drop(f"brochures/{number}.jpg", photo + bytes([number]))
    service.drop("reviews/a.jsonl", reviews("Quick one."))
    service.wait_for_rows(COUNT, [[1]], 30)
    assert service.sql("select count(*) as n from documents where kind = 'brochure' and status = 'loaded'")[0]["n"] < 8
