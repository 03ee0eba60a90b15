"""Where models of the hub lie on this machine, and what their rows call them."""

from __future__ import annotations

import json

import pytest

from adapters import hub
from schemas.errors import ModelMissing, SettingsInvalid


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "hub" / "someone" / "small"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"dtype": "float16"}')
    (folder / "model.safetensors").write_bytes(b"0" * 1000)
    return folder


def test_a_model_is_found_by_its_name_and_by_its_path(model, tmp_path):
    assert hub.find("nlp", "someone/small", tmp_path) == model
    assert hub.find("nlp", str(model), None) == model


def test_a_missing_one_names_the_command_that_fetches_it(tmp_path):
    with pytest.raises(ModelMissing, match="tamiz models pull stt someone/large"):
        hub.find("stt", "someone/large", tmp_path)
    with pytest.raises(ModelMissing, match="no folder of models is set"):
        hub.find("stt", "someone/large", None)
    with pytest.raises(ModelMissing, match=r"no config\.json"):
        hub.find("stt", str(tmp_path), None)


@pytest.mark.parametrize("name", ["", "../x", "a/..", "a//b", "/", "-x/y", "a/b/c", "a\\b", "x\n"])
def test_a_name_is_an_id_or_an_absolute_path(name, tmp_path):
    with pytest.raises((SettingsInvalid, ModelMissing)):
        hub.find("nlp", name, tmp_path)
    if not name.startswith("/"):
        with pytest.raises(SettingsInvalid):
            hub.place(tmp_path, name)


@pytest.mark.parametrize(
    "manifest, expected",
    [
        (None, "someone/small"),
        ('{"revision": "abcdef0123"}', "someone/small@abcdef01"),
        ("{", "someone/small"),
        ("[]", "someone/small"),
        ("{}", "someone/small"),
    ],
)
def test_rows_name_the_revision_of_what_was_pulled(model, tmp_path, manifest, expected):
    if manifest:
        (model / hub.MANIFEST).write_text(manifest)
    assert hub.label("someone/small", tmp_path) == expected


def test_a_path_is_called_by_its_last_part(model):
    (model / hub.MANIFEST).write_text(json.dumps({"revision": "abcdef0123"}))
    assert hub.label(str(model), None) == "small@abcdef01"
    assert hub.label("someone/absent", None) == "someone/absent"


@pytest.mark.parametrize("dtype, expected", [("float32", 2000), ("bfloat16", 1000), ("float16", 1000)])
def test_weights_take_what_their_format_takes(model, dtype, expected):
    assert hub.weights_bytes(model, dtype) == expected


def test_weights_of_no_stated_format_are_taken_for_float32(model):
    (model / "config.json").write_text("{}")
    assert hub.weights_bytes(model, "float32") == 1000
