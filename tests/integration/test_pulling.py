"""Models are fetched from a hub on loopback: whole, checked, continued, one at a time."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys

import pytest

from adapters import hub as models_on_disk
from adapters.pulling import PYANNOTE_FILES, TORCH_FILES, pull
from schemas.errors import Conflict, CredentialsMissing, ModelDamaged, ModelMissing, NotFound, ServiceUnavailable, SettingsInvalid, StorageFull
from tests.hubserver import REVISION, Hub

NAME = "someone/small"
WEIGHTS = bytes(range(256)) * 40_000  # about 10 MB: several chunks
FILES = {
    "config.json": b"{}",
    "tokenizer.json": b'{"a": 1}',
    "model.safetensors": WEIGHTS,
    "pytorch_model.bin": b"pickle",
    "README.md": b"card",
    "model.fp32.safetensors": b"twice",
}


@pytest.fixture
def hub():
    made = Hub()
    made.models[NAME] = FILES | {"onnx/model.json": b"deep"}
    yield made
    made.close()


def fetch(hub, folder, wanted=TORCH_FILES, **more):
    told: list[tuple[str, int, int]] = []
    pulled = pull(NAME, folder, wanted, lambda *one: told.append(one), endpoint=hub.endpoint, **more)
    return pulled, told


def test_what_is_wanted_lies_in_its_folder_and_nothing_else(hub, tmp_path):
    pulled, told = fetch(hub, tmp_path)
    assert pulled.folder == tmp_path / "hub" / "someone" / "small"
    assert {path.name for path in pulled.folder.iterdir()} == {"config.json", "tokenizer.json", "model.safetensors", models_on_disk.MANIFEST}
    assert (pulled.folder / "model.safetensors").read_bytes() == WEIGHTS
    assert (pulled.licence, pulled.revision) == ("mit", REVISION)
    assert models_on_disk.find("nlp", NAME, tmp_path) == pulled.folder
    assert models_on_disk.label(NAME, tmp_path) == f"{NAME}@01234567"
    total = sum(len(FILES[name]) for name in ("config.json", "tokenizer.json", "model.safetensors"))
    assert told[-1][1:] == (total, total)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert len([one for one in told if one[0] == "model.safetensors"]) > 5


def test_a_second_pull_fetches_nothing(hub, tmp_path):
    fetch(hub, tmp_path)
    hub.asked.clear()
    _, told = fetch(hub, tmp_path)
    assert hub.asked == []
    assert told[-1][1] == told[-1][2]


def test_another_revision_takes_the_place_of_the_one_before(hub, tmp_path):
    fetch(hub, tmp_path)
    hub.revision, hub.models[NAME] = "f" * 40, FILES | {"config.json": b'{"new": true}'}
    pulled, _ = fetch(hub, tmp_path)
    assert json.loads((pulled.folder / "config.json").read_text()) == {"new": True}
    assert {path.name for path in pulled.folder.parent.iterdir()} <= {"small", ".small.lock"}


def test_a_lost_connection_is_taken_up_where_it_broke(hub, tmp_path):
    hub.drop_after, hub.drops = 3 << 20, 2
    pulled, _ = fetch(hub, tmp_path)
    assert (pulled.folder / "model.safetensors").read_bytes() == WEIGHTS
    asked = [start for file, start in hub.asked if file == "model.safetensors"]
    assert len(asked) == 3
    assert asked[0] is None
    assert all(start is not None for start in asked[1:])


def test_a_pull_that_failed_goes_on_in_another_process(hub, tmp_path):
    hub.drop_after, hub.drops = 0, 1_000
    with pytest.raises(ServiceUnavailable, match="goes on where it stopped"):
        fetch(hub, tmp_path)
    folder = tmp_path / "hub" / "someone" / ".small.partial"
    assert not (tmp_path / "hub" / "someone" / "small").exists()
    (part,) = [path for path in folder.iterdir() if path.name.startswith("config.json") or path.suffix == ".part"]
    part.unlink()
    hub.drop_after, hub.drops = 4 << 20, 1
    hub.models[NAME]["model.safetensors"] = WEIGHTS
    fetch(hub, tmp_path)
    assert ("model.safetensors", f"bytes={4 << 20}-") in hub.asked


def test_a_server_that_ignores_ranges_starts_over(hub, tmp_path):
    hub.ranges, hub.drop_after, hub.drops = False, 1 << 20, 1
    pulled, _ = fetch(hub, tmp_path)
    assert (pulled.folder / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    "file, content", [("model.safetensors", b"\0" * len(WEIGHTS)), ("config.json", b"[]"), ("model.safetensors", WEIGHTS + b"more")]
)
def test_bytes_that_are_not_what_the_hub_says_are_refused(hub, tmp_path, file, content):
    hub.swapped[file] = content
    with pytest.raises(ModelDamaged, match=file):
        fetch(hub, tmp_path)
    assert not (tmp_path / "hub" / "someone" / "small").exists()
    hub.swapped.clear()
    pulled, _ = fetch(hub, tmp_path)
    assert (pulled.folder / "model.safetensors").read_bytes() == WEIGHTS


def test_a_model_of_another_form_is_refused(hub, tmp_path):
    del hub.models[NAME]["model.safetensors"]
    with pytest.raises(ModelMissing, match="no model of the expected form"):
        fetch(hub, tmp_path)
    assert not (tmp_path / "hub").exists()


def test_no_such_model_and_no_such_name(hub, tmp_path):
    with pytest.raises(NotFound, match="no model someone/absent"):
        pull("someone/absent", tmp_path, TORCH_FILES, lambda *_: None, endpoint=hub.endpoint)
    with pytest.raises(SettingsInvalid):
        pull("../etc", tmp_path, TORCH_FILES, lambda *_: None, endpoint=hub.endpoint)


def test_terms_that_must_be_accepted_are_named(hub, tmp_path):
    hub.gated.add(NAME)
    with pytest.raises(CredentialsMissing, match="HF_TOKEN"):
        fetch(hub, tmp_path)


def test_nobody_there(hub, tmp_path):
    with pytest.raises(ServiceUnavailable):
        pull(NAME, tmp_path, TORCH_FILES, lambda *_: None, endpoint="http://127.0.0.1:1")


def test_room_is_asked_for_before_anything_is_fetched(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 1000))
    with pytest.raises(StorageFull, match="make room"):
        fetch(hub, tmp_path)
    assert hub.asked == []


def test_two_pulls_of_one_model_do_not_meet(hub, tmp_path):
    folder = tmp_path / "hub" / "someone"
    folder.mkdir(parents=True)
    with (folder / ".small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="another process"):
            fetch(hub, tmp_path)
    assert hub.asked == []


VOICES = {
    "config.yaml": b"pipeline:",
    "segmentation/pytorch_model.bin": b"segments" * 200_000,
    "segmentation/notes.txt": b"more",
    "embedding/pytorch_model.bin": b"vectors" * 100_000,
    "plda/plda.npz": b"plda",
    "plda/xvec_transform.npz": b"transform",
    "plda/deeper/down.npz": b"too deep",
    "../up.npz": b"outside",
    "README.md": b"card",
}
WANTED = {"config.yaml", "segmentation/pytorch_model.bin", "embedding/pytorch_model.bin", "plda/plda.npz", "plda/xvec_transform.npz"}


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {models_on_disk.MANIFEST}


def test_a_pipeline_comes_with_its_folders_and_is_taken_up_where_it_broke(hub, tmp_path):
    hub.models[NAME] = dict(VOICES)
    hub.drop_after, hub.drops = 1 << 20, 1
    pulled, told = fetch(hub, tmp_path, PYANNOTE_FILES)
    assert files_in(pulled.folder) == WANTED
    assert all((pulled.folder / name).read_bytes() == VOICES[name] for name in WANTED)
    assert ("segmentation/pytorch_model.bin", f"bytes={1 << 20}-") in hub.asked
    assert told[-1][1] == told[-1][2] == sum(len(VOICES[name]) for name in WANTED)
    assert models_on_disk.find("diarisation", NAME, tmp_path, "config.yaml") == pulled.folder
    hub.asked.clear()
    fetch(hub, tmp_path, PYANNOTE_FILES)
    assert hub.asked == []


def test_what_an_older_revision_left_in_a_folder_goes(hub, tmp_path):
    hub.models[NAME] = dict(VOICES)
    hub.swapped["embedding/pytorch_model.bin"] = b"less than the hub lists"
    with pytest.raises(ModelDamaged, match="embedding/pytorch_model"):
        fetch(hub, tmp_path, PYANNOTE_FILES)
    (tmp_path / "hub" / "someone" / ".small.partial" / "segmentation" / "old.part").write_bytes(b"stray")
    hub.swapped.clear()
    pulled, _ = fetch(hub, tmp_path, PYANNOTE_FILES)
    assert files_in(pulled.folder) == WANTED


@pytest.mark.parametrize("family, files", [("nlp", FILES), ("diarisation", VOICES)])
def test_the_command_fetches_and_says_where_it_lies(hub, tmp_path, family, files):
    hub.models[NAME] = dict(files)
    command = [sys.executable, "-m", "handlers.cli.main", "models", "pull", "--data", str(tmp_path), family, NAME]
    done = subprocess.run(command, check=False, env=os.environ | {"HF_ENDPOINT": hub.endpoint}, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, "")
    assert "100% of" in done.stderr
    assert f"someone/small ({REVISION[:12]}, licence mit) lies in {tmp_path}/models/hub/someone/small" in done.stderr


def test_the_command_says_what_is_wrong_and_what_to_do(hub, tmp_path):
    hub.gated.add(NAME)
    command = [sys.executable, "-m", "handlers.cli.main", "models", "pull", "--data", str(tmp_path), "diarisation", NAME]
    done = subprocess.run(command, check=False, env=os.environ | {"HF_ENDPOINT": hub.endpoint}, capture_output=True, text=True, timeout=100)
    assert done.returncode != 0
    assert "accept its terms on the hub and set HF_TOKEN" in done.stderr
    assert "Traceback" not in done.stderr
