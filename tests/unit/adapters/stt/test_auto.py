"""`auto` chooses the first recogniser that is ready, and says why."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest

from adapters import registry
from adapters.stt.auto import AutoSpeech
from adapters.stt.port import ChannelAudio, Readiness
from adapters.testing.fake_speech import FakeSpeech
from schemas.errors import ModelMissing, SettingsInvalid


class Absent(FakeSpeech):
    """A recogniser whose model is not on this machine."""

    def ready(self) -> Readiness:
        return Readiness(ok=False, reason="its model is not on this machine")


class Present(FakeSpeech):
    """A recogniser that could run."""

    def ready(self) -> Readiness:
        return Readiness(ok=True, reason="its model is on this machine")


@pytest.fixture
def plugins(monkeypatch):
    points = [EntryPoint(name, f"{__name__}:{cls}", "tamiz.stt") for name, cls in (("absent", "Absent"), ("present", "Present"))]
    monkeypatch.setattr(registry, "entry_points", lambda group: [point for point in points if point.group == group])
    return ("stt:absent", "stt:present")


def auto(order, plugins=(), **engines):
    return AutoSpeech(AutoSpeech.Options(order=order, engines=engines), plugins)


def test_the_first_ready_engine_runs_and_the_others_are_named(plugins):
    engine = auto(("faster-whisper", "absent", "present", "pocketsphinx"), plugins)
    heard = engine.recognize(ChannelAudio(pcm=b""))
    assert heard.adapter == "fake/1/loudness"
    assert heard.why.startswith("present: its model is on this machine; passed over: ")
    assert "absent: its model is not on this machine" in heard.why
    assert "faster-whisper" in heard.why
    assert engine.model == "fake/1/loudness"


def test_an_engine_gets_its_own_options(plugins):
    engine = auto(("present",), plugins, present={"mumbled": True})
    assert engine._choice[0].options.mumbled


def test_no_engine_ready_is_a_named_error(plugins):
    engine = auto(("faster-whisper", "absent"), plugins)
    with pytest.raises(ModelMissing, match="absent: its model is not on this machine"):
        engine.recognize(ChannelAudio(pcm=b""))


def test_it_cannot_choose_itself():
    with pytest.raises(SettingsInvalid, match="order"):
        auto(("auto",))


def test_by_default_the_built_in_engine_runs():
    engine = AutoSpeech(AutoSpeech.Options())
    assert engine.model.startswith("pocketsphinx/")
    assert engine.capabilities.languages == ("en",)
