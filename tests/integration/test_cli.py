"""The command line as programs meet it: a process, its exit status, its two outputs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.settings import Settings
from tests.integration.api_process import TAMIZ, running_api
from workers.container import Container

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
REVIEW = SAMPLES / "reviews" / "yogurt.jsonl"
QUESTION = "select 'a,b' as \"the text\", '=1+1' as formula, -1.50::decimal(9,2) as price, null as nothing, true as yes, 7 as number"


def tamiz(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TAMIZ, *map(str, arguments)], check=False, capture_output=True, text=True, timeout=100, cwd=cwd)


def extracted(found: subprocess.CompletedProcess[str]) -> Sequence[dict[str, object]]:
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_extract_prints_one_line_per_file_in_order(tmp_path: Path) -> None:
    review, nonsense = tmp_path / "one.json", tmp_path / "nonsense.bin"
    review.write_text('[{"text": "Good yogurt", "rating": 5}]')
    nonsense.write_bytes(bytes(range(256)))
    found = tamiz("extract", nonsense, review, tmp_path / "missing.pdf")
    first, second, third = extracted(found)
    assert found.returncode == 1
    assert found.stderr == ""
    assert first["source_uri"] == nonsense.as_uri()
    assert set(first["error"]) == {"code", "message"}  # type: ignore[call-overload]
    assert (second["source_uri"], second["kind"], len(second["reviews"])) == (review.as_uri(), "review", 1)  # type: ignore[arg-type]
    assert third["error"]["code"] == "not_found"  # type: ignore[index]
    assert not (tmp_path / "var").exists()


def test_extract_ends_well_when_every_file_was_read(tmp_path: Path) -> None:
    found = tamiz("extract", "--kind", "review", REVIEW, cwd=tmp_path)
    assert found.returncode == 0
    assert len(found.stdout.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("extract",), ("extract", "--kind", "novel", "x"), ("sql",), ("nonsense",), ("status", "--what")])
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    found = tamiz(*arguments)
    assert (found.returncode, found.stdout) == (2, "")
    assert "Usage" in found.stderr


def test_sql_in_every_format_from_the_file_and_from_the_service(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path))
    box.warehouse.migrate()
    box.warehouse.close()
    asked = ("sql", "--data", tmp_path, QUESTION)
    csv = 'the text,formula,price,nothing,yes,number\n"a,b",\'=1+1,-1.50,,true,7\n'
    assert tamiz(*asked, "--format", "csv").stdout == csv
    assert tamiz(*asked, "--format", "csv", "--raw").stdout == csv.replace("'=1+1", "=1+1")
    with running_api(tmp_path, TAMIZ_WAREHOUSE_URL="") as api:
        [row] = json.loads(tamiz(*asked).stdout)
        assert row == {"the text": "a,b", "formula": "=1+1", "price": "-1.50", "nothing": None, "yes": True, "number": 7}
        assert tamiz(*asked, "--format", "csv").stdout == csv
        table = tamiz(*asked, "--format", "table").stdout.splitlines()
        assert [line.split()[0] for line in table] == ["the", "--------", "a,b"]
        assert api.ask("GET", "/readyz") == (200, {"ready": True, "checks": {"ledger": "ok", "warehouse": "ok", "disk": "ok"}})
        assert b'route="/sql",status="200"} 3.0' in api.ask("GET", "/metrics")[1]  # the service answered, not the file
        refused = tamiz("sql", "--data", tmp_path, "drop table offers")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "query_refused" in refused.stderr
    assert json.loads(tamiz("sql", "--data", tmp_path, "select 1 as one").stdout) == [{"one": 1}]


def test_export_writes_every_table(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path / "data"))
    box.warehouse.migrate()
    box.warehouse.close()
    found = tamiz("export", tmp_path / "out", "--data", tmp_path / "data")
    assert found.returncode == 0
    tables = json.loads(found.stdout)
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(tables) >= {"documents", "offers", "reviews", "utterances"}
    assert tamiz("export", tmp_path / "out", "--data", tmp_path / "data").returncode == 1


def test_doctor_says_what_is_in_force_and_what_is_wrong(tmp_path: Path) -> None:
    found = tamiz("doctor", "--data", tmp_path / "data", cwd=tmp_path)
    report = json.loads(found.stdout)
    assert report["settings"]["data"] == {"value": str(tmp_path / "data"), "origin": "command line"}
    assert {check["check"] for check in report["checks"]} >= {
        "versions",
        "engine ocr",
        "engine stt",
        "program tesseract",
        "disk",
        "ledger",
        "confinement",
    }
    assert found.returncode == any(check["wrong"] for check in report["checks"])
    (tmp_path / "tamiz.toml").write_text('ocr = "nothing-like-it"\n')
    broken = tamiz("doctor", "--data", tmp_path / "data", cwd=tmp_path)
    assert broken.returncode == 1
    assert json.loads(broken.stdout)["settings"]["ocr"]["origin"] == "tamiz.toml"


def test_adapters_and_schema_speak_json() -> None:
    facts = extracted(tamiz("adapters"))
    assert {fact["family"] for fact in facts} >= {"ocr", "stt", "ledger", "warehouse"}
    schema = json.loads(tamiz("schema", "review").stdout)
    assert schema["properties"].keys() >= {"reviews", "source_uri", "document_id"}
    assert len(json.loads(tamiz("schema").stdout)["oneOf"]) == 5
