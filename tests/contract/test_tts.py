"""Every voice against the family's suite."""

from __future__ import annotations

import shutil

import pytest

from adapters.testing.tts import NoTtsContract, TtsContract, TtsDescription
from adapters.tts.auto import AutoVoice
from adapters.tts.espeak import EspeakVoice
from adapters.tts.none import NoVoice
from schemas.errors import ProgramMissing

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not on this machine (apt-get install espeak-ng)")


class TestNone(NoTtsContract):
    @pytest.fixture
    def voice(self):
        return NoVoice(NoVoice.Options())


class TestAutoWithoutProgram(NoTtsContract):
    @pytest.fixture
    def voice(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        return AutoVoice(AutoVoice.Options())


class TestEspeakWithoutProgram(TtsDescription):
    @pytest.fixture
    def voice(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        return EspeakVoice(EspeakVoice.Options())

    def test_missing_program_is_named_with_its_remedy(self, voice):
        with pytest.raises(ProgramMissing, match="apt-get install espeak-ng"):
            voice.speak("Good morning.", "en")


@pytest.mark.needs_espeak
@needs_espeak
class TestEspeak(TtsContract):
    @pytest.fixture(scope="class")
    @classmethod
    def voice(cls):
        return EspeakVoice(EspeakVoice.Options())

    def test_a_region_s_voice_is_taken_where_there_is_one(self, voice):
        assert voice.speak("Good morning.", "en-US").adapter.endswith("/en-us")
        assert voice.speak("Good morning.", "en-ZA").adapter.endswith("/en-gb")

    def test_faster_is_shorter(self, voice):
        fast = EspeakVoice(EspeakVoice.Options(words_per_minute=350))
        text = "Your order arrives on Monday between four and six."
        assert len(fast.speak(text, "en").pcm) < len(voice.speak(text, "en").pcm)


@pytest.mark.needs_espeak
@needs_espeak
class TestAuto(TtsContract):
    @pytest.fixture(scope="class")
    @classmethod
    def voice(cls):
        return AutoVoice(AutoVoice.Options())
