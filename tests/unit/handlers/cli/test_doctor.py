from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from handlers.cli import checks
from handlers.cli.about import adapter_facts, in_force
from handlers.cli.doctor import MASK, masked, shown
from schemas.errors import ProgramMissing
from schemas.settings import Settings
from workers.container import Container
from workers.origins import setting_origins, unknown_variables


def settings(**more: object) -> Settings:
    return Settings.model_validate({"data": "/nowhere", **more})


def test_what_opens_doors_is_masked() -> None:
    given = settings(
        ledger_url="postgresql://tamiz:hunter2@db:5432/ledger",
        broker_url="redis://:hunter2@redis:6379/0",
        api_keys=("admin:" + "0" * 64,),
        erase_key="hunter2",
        options={"storage": {"s3": {"secret_access_key": "hunter2", "region": "eu-west-1", "more": {"session_token": "hunter2"}}}},
    )
    found = shown(given)
    assert "hunter2" not in str(found)
    assert "0" * 64 not in str(found)
    assert found["ledger_url"] == f"postgresql://tamiz:{MASK}@db:5432/ledger"
    assert found["options"]["storage"]["s3"]["region"] == "eu-west-1"
    assert found.keys() == Settings.model_fields.keys()


def test_what_opens_nothing_is_shown() -> None:
    assert masked("s3://bucket/prefix") == "s3://bucket/prefix"
    assert masked("", "erase_key") == ""
    assert masked(None, "sql") is None


def test_where_a_setting_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "tamiz.toml"
    file.write_text('ocr = "none"\n[limits]\npages = 3\n')
    found = setting_origins({"data"}, {"TAMIZ_OCR": "none", "TAMIZ_OPTIONS__OCR__RAPIDOCR__X": "1", "tamiz_stt": "auto"}, file)
    named = {name: found[name] for name in ("data", "ocr", "options", "stt", "limits", "nlp")}
    assert named == {
        "data": "command line",
        "ocr": "environment",
        "options": "environment",
        "stt": "environment",
        "limits": "tamiz.toml",
        "nlp": "default",
    }
    assert set(setting_origins((), {}, tmp_path / "none").values()) == {"default"}


def test_a_mistyped_variable_is_named() -> None:
    environment = {"TAMIZ_OCRR": "x", "TAMIZ_OCR": "x", "TAMIZ_LIMITS__PAGES": "1", "TAMIZ_API_KEY": "x", "PATH": "x"}
    assert unknown_variables(environment) == ["TAMIZ_OCRR"]


def test_another_owner_of_a_package_name_is_found() -> None:
    assert list(checks.names_owned({name: ["tamiz"] for name in checks.PACKAGES})) == []
    [found] = checks.names_owned({"adapters": ["adapters", "tamiz"], "schemas": ["tamiz"]})
    assert found.wrong
    assert "the package adapters belongs to adapters too" in found.said


def test_an_engine_that_cannot_work_is_wrong_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Container(Settings(data=tmp_path, ocr="rapidocr,tesseract", stt="nothing-like-it"))
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    found = {(check.name, check.said.partition(" ")[0].strip(":")): check for check in checks.engines(box)}
    assert not found["engine ocr", "rapidocr"].wrong
    assert found["engine stt", "nothing-like-it"].wrong
    needed = {check.name: check.wrong for check in checks.programs(box)}
    assert needed == {"program tesseract": True, "program espeak-ng": False}


def test_the_recogniser_that_would_run_is_named_with_its_reason(tmp_path: Path) -> None:
    def said() -> str:
        return next(check.said for check in checks.engines(Container(Settings(data=tmp_path))) if check.name == "engine stt")

    assert said().startswith("auto pocketsphinx/")
    assert "(pocketsphinx: its English model is part of the installation; passed over: faster-whisper: no Whisper model is on this machine" in said()
    fetched = tmp_path / "models" / "hub" / "Systran" / "faster-whisper-small"
    fetched.mkdir(parents=True)
    for name in ("config.json", "model.bin"):
        (fetched / name).write_bytes(b"{}")
    assert said().startswith("auto faster-whisper/")
    assert "(faster-whisper: its model Systran/faster-whisper-small is on this machine)" in said()


def test_a_paid_voice_needs_leave_and_says_its_price(tmp_path: Path) -> None:
    def said(**more: Any) -> checks.Check:
        return next(check for check in checks.engines(Container(Settings(data=tmp_path, tts="polly", **more))) if check.name == "engine tts")

    assert said().wrong
    assert "TAMIZ_REMOTE_CALLS=true" in said().said
    assert said(remote_calls=True) == checks.Check("engine tts", "polly 1, needs network (neural voices, 16 USD a million characters)")


def test_the_diarisation_in_force_is_named(tmp_path: Path) -> None:
    def said(name: str) -> checks.Check:
        return next(check for check in checks.engines(Container(Settings(data=tmp_path, diarisation=name))) if check.name == "engine diarisation")

    assert said("local") == checks.Check("engine diarisation", "local voices")
    assert said("pyannote").wrong
    assert "tamiz[pyannote]" in said("pyannote").said or "tamiz models pull diarisation" in said("pyannote").said


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path / "data"))
    for check in (checks.disk(box), checks.ledger(box), checks.warehouse(box), checks.bucket(box), checks.broker(box), checks.bind(box)):
        assert not check.wrong
    assert not (tmp_path / "data").exists()


def test_an_open_bind_and_a_full_disk_are_wrong(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path, host="0.0.0.0", free_disk_bytes=2**60))
    assert checks.bind(box).wrong
    assert checks.disk(box).wrong


def test_a_system_that_confines_nothing_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_starts(_: Container) -> None:
        raise ProgramMissing("no child can be started here")

    monkeypatch.setattr(Container, "confinement", none_starts)
    assert checks.confinement(Container(Settings(data=tmp_path))) == checks.Check("confinement", "no child can be started here", wrong=True)


def test_adapters_in_force() -> None:
    given = settings(ocr="google-vision, rapidocr", ledger_url="postgresql+psycopg://db/x", bucket="s3://b", warehouse_url="none")
    assert in_force(given, "ocr") == ("google-vision", "rapidocr")
    assert in_force(given, "ledger") == ("postgres",)
    assert in_force(given, "warehouse") == ("none",)
    assert set(in_force(given, "storage")) == {"s3", "local"}
    assert in_force(settings(), "ledger") == ("sqlite",)


def test_every_family_lists_its_adapters_and_one_in_force() -> None:
    facts = adapter_facts(settings())
    families = {fact["family"] for fact in facts}
    assert families == {fact["family"] for fact in facts if fact["in_force"]}
    assert {fact["name"] for fact in facts if fact["family"] == "ocr"} >= {"none", "rapidocr", "tesseract"}
    assert all((fact["missing"] is None) or ("pip install" in fact["missing"]) for fact in facts)
