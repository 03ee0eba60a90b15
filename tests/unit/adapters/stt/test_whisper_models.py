"""Names of Whisper models: sizes, ids, paths, the largest that was fetched."""

from __future__ import annotations

import json

import pytest

from adapters import hub
from adapters.stt.auto import AutoSpeech
from adapters.stt.whisper_models import LANGUAGES, english_only, find_whisper, name_of, whisper_code
from schemas.errors import LanguageUnsupported, ModelMissing


def put(models, name, weights="model.bin"):
    folder = models / "hub" / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    (folder / weights).write_bytes(b"0" * 100)
    return folder


def test_auto_is_the_largest_that_was_fetched(tmp_path):
    tiny = put(tmp_path, "Systran/faster-whisper-tiny")
    assert find_whisper("auto", "ctranslate2", tmp_path) == tiny
    small = put(tmp_path, "Systran/faster-whisper-small")
    assert find_whisper("auto", "ctranslate2", tmp_path) == small
    assert find_whisper("tiny", "ctranslate2", tmp_path) == tiny
    assert find_whisper(str(tiny), "ctranslate2", None) == tiny


def test_each_engine_finds_models_of_its_own_form(tmp_path):
    put(tmp_path, "Systran/faster-whisper-small")
    with pytest.raises(ModelMissing, match="models pull stt openai/whisper-small"):
        find_whisper("auto", "transformers", tmp_path)
    with pytest.raises(ModelMissing, match="TAMIZ_STT=faster-whisper"):
        find_whisper("Systran/faster-whisper-small", "transformers", tmp_path)
    original = put(tmp_path, "openai/whisper-small", "model.safetensors")
    assert find_whisper("auto", "transformers", tmp_path) == original
    assert find_whisper("small", "transformers", tmp_path) == original


def test_rows_name_the_model_and_its_revision(tmp_path):
    folder = put(tmp_path, "Systran/faster-whisper-small")
    assert name_of(folder, tmp_path) == "Systran/faster-whisper-small"
    (folder / hub.MANIFEST).write_text(json.dumps({"revision": "0123456789"}))
    assert name_of(folder, tmp_path) == "Systran/faster-whisper-small@01234567"
    assert name_of(folder, None) == "faster-whisper-small@01234567"


@pytest.mark.parametrize(
    "name, only", [("small.en", True), ("Systran/faster-whisper-base.en@01234567", True), ("small", False), ("models.en/small", False)]
)
def test_names_of_english_models(name, only):
    assert english_only(name) is only


@pytest.mark.parametrize("stated, code", [("en", "en"), ("es-MX", "es"), ("EN-us", "en"), ("nb-NO", "no"), ("iw", "he"), ("fil", "tl"), (None, None)])
def test_languages_in_whisper_s_own_codes(stated, code):
    assert whisper_code(stated, LANGUAGES, "it") == code


def test_one_language_is_taken_for_granted_and_others_are_refused():
    assert whisper_code(None, ("en",), "it") == "en"
    with pytest.raises(LanguageUnsupported, match="it knows English only, not es"):
        whisper_code("es", ("en",), "it")
    with pytest.raises(LanguageUnsupported, match="99 languages"):
        whisper_code("tlh", LANGUAGES, "it")


def test_auto_chooses_faster_whisper_where_a_model_lies_and_says_why(tmp_path):
    before = AutoSpeech(AutoSpeech.Options(models=tmp_path))
    assert before.model.startswith("pocketsphinx/")
    assert "tamiz models pull stt small" in before._choice[1]
    put(tmp_path, "Systran/faster-whisper-base")
    after = AutoSpeech(AutoSpeech.Options(models=tmp_path))
    assert after.model.endswith("/Systran/faster-whisper-base-int8")
    assert after._choice[1] == "faster-whisper: its model Systran/faster-whisper-base is on this machine"
    assert after.capabilities.languages == LANGUAGES
    assert after.ready().ok
