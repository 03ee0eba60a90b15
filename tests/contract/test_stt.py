"""Every speech recogniser against the family's suite."""

from __future__ import annotations

import subprocess
import sys

import pytest

from adapters.stt.auto import AutoSpeech
from adapters.stt.faster_whisper import FasterWhisper
from adapters.stt.none import NoSpeech
from adapters.stt.pocketsphinx import PocketSphinx
from adapters.stt.port import ChannelAudio
from adapters.stt.transformers import TransformersSpeech
from adapters.testing import sound
from adapters.testing.stt import NoSttContract, SttContract
from tests import tinyspeech


class TestNone(NoSttContract):
    @pytest.fixture
    def engine(self):
        return NoSpeech(NoSpeech.Options())


class TestPocketSphinx(SttContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return PocketSphinx(PocketSphinx.Options())

    def test_importing_and_building_it_loads_no_model(self):
        code = (
            "import sys; from adapters.stt.pocketsphinx import PocketSphinx; PocketSphinx(PocketSphinx.Options()).model; "
            "print([m for m in ('pocketsphinx', 'numpy', 'av') if m in sys.modules])"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"

    def test_a_tone_nobody_understands_is_a_segment_without_sure_words(self, engine):
        heard = engine.recognize(ChannelAudio(pcm=sound.tone(2).tobytes()))
        assert all(word.confidence < 0.9 for segment in heard.segments for word in segment.words)


class TestFasterWhisper(SttContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory):
        return FasterWhisper(FasterWhisper.Options(models=tinyspeech.shared(tmp_path_factory.getbasetemp()), compute_type="float32"))

    def test_importing_and_building_it_loads_no_model(self):
        code = (
            "import sys; from adapters.stt.faster_whisper import FasterWhisper; FasterWhisper(FasterWhisper.Options()).model; "
            "print([m for m in ('faster_whisper', 'ctranslate2', 'torch', 'huggingface_hub', 'numpy', 'av') if m in sys.modules])"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


class TestTransformers(SttContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, tmp_path_factory):
        return TransformersSpeech(TransformersSpeech.Options(models=tinyspeech.shared(tmp_path_factory.getbasetemp())))

    def test_importing_and_building_it_loads_no_model(self):
        code = (
            "import sys; from adapters.stt.transformers import TransformersSpeech as T; T(T.Options()).model; "
            "print([m for m in ('torch', 'transformers', 'huggingface_hub', 'numpy', 'pocketsphinx') if m in sys.modules])"
        )
        assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


class TestAuto(SttContract):
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls):
        return AutoSpeech(AutoSpeech.Options())
