"""Every diariser against the family's suite.

`pyannote` runs over a stand-in with the names of its version 4, and over the real package too where it is installed: it is not where CI runs.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

import pytest
import torch

from adapters.diarisation.local import LocalDiariser
from adapters.diarisation.none import NoDiariser
from adapters.diarisation.port import SharedChannel
from adapters.registry import adapter_class
from adapters.testing.diarisation import DiarisationContract, DiarisationDescription, channel
from schemas.errors import AdapterDisabled, EngineOutputInvalid, ExtraMissing, MemoryLimit, ModelDamaged, ModelMissing, SettingsInvalid, TooLarge
from tests import fakepyannote, tinyvoices

PACKAGES = ["stand-in"] + (["real"] if find_spec("pyannote") and find_spec("pyannote.audio") else [])


class TestNone(DiarisationDescription):
    @pytest.fixture
    def diariser(self):
        return NoDiariser(NoDiariser.Options())

    def test_tells_nobody_apart(self, diariser):
        assert diariser.separate(unread()) == ()


class TestLocal(DiarisationDescription):
    @pytest.fixture
    def diariser(self):
        return LocalDiariser(LocalDiariser.Options())

    def test_leaves_it_to_the_pipeline(self, diariser):
        assert "stretches" not in diariser.capabilities.provides
        with pytest.raises(AdapterDisabled, match="TAMIZ_DIARISATION"):
            diariser.separate(unread())


def unread():
    def read():
        raise AssertionError("nobody should read this")

    return SharedChannel("x", 10.0, read)


@pytest.fixture
def stand_in(tmp_path_factory, monkeypatch):
    """The fake package is the one that is imported, and nothing of it afterwards."""
    site = tmp_path_factory.mktemp("site")
    fakepyannote.install(site)
    monkeypatch.syspath_prepend(str(site))
    fakepyannote.forget()
    yield site
    fakepyannote.forget()


@pytest.fixture
def made(stand_in, tmp_path):
    """Makes the adapter of a pipeline folder over the stand-in."""
    folder = fakepyannote.pipeline(tmp_path / "voices")

    def make(**options):
        cls = adapter_class("diarisation", "pyannote")
        return cls(cls.Options(**{"model": str(folder), **options}))

    make.folder, make.site = folder, stand_in
    return make


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return tinyvoices.pipeline(tmp_path_factory.mktemp("real") / "voices")


@pytest.mark.parametrize("package", PACKAGES)
class TestPyannote(DiarisationContract):
    @pytest.fixture
    def diariser(self, package, request):
        if package == "stand-in":
            return request.getfixturevalue("made")()
        cls = adapter_class("diarisation", "pyannote")
        return cls(cls.Options(model=str(request.getfixturevalue("tiny"))))

    def test_what_sounds_different_is_told_apart(self, diariser):
        found = diariser.separate(channel(24.0, (8.0, 16.0)), 2)
        assert [one.speaker for one in found] == [1, 2, 1]
        assert found[0].end_s == pytest.approx(8, abs=2.5)
        assert found[1].end_s == pytest.approx(16, abs=2.5)

    def test_nothing_is_told_to_its_makers(self, diariser):
        diariser.separate(channel())
        assert os.environ["PYANNOTE_METRICS_ENABLED"] == "0"


def test_the_missing_package_is_named(made, monkeypatch):
    diariser = made()
    assert diariser.ready().ok
    monkeypatch.setattr(type(diariser), "version", "not installed")
    monkeypatch.setitem(sys.modules, "pyannote.audio", None)
    assert "tamiz[pyannote]" in diariser.ready().reason
    assert not diariser.ready().ok
    with pytest.raises(ExtraMissing, match=r"pip install 'tamiz\[pyannote\]'"):
        diariser.separate(channel())


@pytest.mark.parametrize(
    "fault, about",
    [
        ("raise OSError('Could not load this library: _torchaudio')", "torchaudio is built for another torch"),
        ("import lightning_of_nobody", "lightning_of_nobody"),
    ],
)
def test_a_package_that_cannot_be_imported_is_explained(made, fault, about):
    (made.site / "pyannote" / "audio" / "__init__.py").write_text(fault)
    with pytest.raises(ExtraMissing, match=about):
        made().separate(channel())


@pytest.mark.parametrize("said, expected", [("RuntimeError('shapes')", EngineOutputInvalid), ("RuntimeError('cannot allocate memory')", MemoryLimit)])
def test_what_fails_on_the_audio_is_typed(made, said, expected):
    module = made.site / "pyannote" / "audio" / "__init__.py"
    module.write_text(module.read_text().replace('waveform, rate = file["waveform"]', f'raise {said}\n        waveform, rate = file["waveform"]'))
    with pytest.raises(expected):
        made().separate(channel())


def test_a_pipeline_that_is_not_there_names_the_command_that_fetches_it(made, tmp_path):
    diariser = made(model="pyannote/speaker-diarization-community-1", models=tmp_path)
    command = "tamiz models pull diarisation pyannote/speaker-diarization-community-1"
    assert not diariser.ready().ok
    assert command in diariser.ready().reason
    with pytest.raises(ModelMissing, match=command):
        diariser.separate(channel())


def test_it_says_that_it_is_ready_what_it_will_take_and_its_model(made):
    diariser = made()
    assert diariser.ready().ok
    assert diariser.model == "voices"
    assert diariser.capabilities.max_bytes == 7200 * 32_000
    assert made(most_s=14_400).capabilities.resident_bytes - diariser.capabilities.resident_bytes == 7200 * 150_000


def test_a_recording_that_is_too_long_is_not_even_read(made):
    with pytest.raises(TooLarge, match="most_s"):
        made(most_s=5).separate(SharedChannel("x", 6.0, unread().blocks))


def test_a_device_that_is_not_there(made):
    with pytest.raises(SettingsInvalid, match="device=cuda"):
        made(device="cuda").separate(channel())
    assert made(device="auto").separate(channel())


class Runs:
    """A pickle that would run a command."""

    def __reduce__(self):
        return os.system, ("true",)


def test_weights_that_could_run_code_are_refused(made):
    weights = made.folder / "embedding" / "pytorch_model.bin"
    torch.save({"state_dict": Runs()}, weights)
    with pytest.raises(ModelMissing, match=r"posix\.system.*allow_pickle"):
        made().separate(channel())
    assert made(allow_pickle=True).separate(channel())


@pytest.mark.parametrize(
    "before, after, expected, about",
    [
        ("name: pyannote.audio.pipelines.SpeakerDiarization", "name: subprocess.Popen", ModelMissing, "no plain pipeline"),
        ("pipeline:", "preprocessors: {audio: {name: os.system}}\npipeline:", ModelMissing, "no plain pipeline"),
        ("segmentation: $model/segmentation", "segmentation: pyannote/segmentation-3.0", ModelMissing, "segmentation itself"),
        ("plda: $model/plda", "plda: $model/../../plda", ModelMissing, "plda itself"),
        ("    plda: $model/plda", "", ModelMissing, "plda itself"),
        ("dependencies:", "dependencies: [", ModelDamaged, "cannot be read"),
    ],
)
def test_a_pipeline_of_anything_else_is_refused(made, before, after, expected, about):
    config = made.folder / "config.yaml"
    config.write_text(config.read_text().replace(before, after, 1))
    with pytest.raises(expected, match=about):
        made().separate(channel())


def test_damaged_and_missing_files_are_typed(made):
    weights = made.folder / "segmentation" / "pytorch_model.bin"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelDamaged, match="fetch the model again"):
        made().separate(channel())
    weights.unlink()
    with pytest.raises(ModelMissing, match="is missing"):
        made().separate(channel())
