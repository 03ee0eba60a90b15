"""faster-whisper on a tiny Whisper the test builds: loading, prompts, windows, word times, batches, suppression and errors are real."""

from __future__ import annotations

import shutil
import socket
from itertools import pairwise

import numpy as np
import pytest

from adapters.stt.faster_whisper import FasterWhisper
from adapters.stt.port import ChannelAudio
from adapters.testing import sound
from schemas.errors import EngineOutputInvalid, LanguageUnsupported, ModelDamaged, ModelMissing, SettingsInvalid
from tests import tinyspeech


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tinyspeech.shared(tmp_path_factory.getbasetemp()) / "hub" / "Systran" / "faster-whisper-small"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a call reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def engine(model, **options):
    return FasterWhisper(FasterWhisper.Options.model_validate({"model": str(model), "compute_type": "float32", "beam_size": 1} | options))


def texts(heard):
    return [word.text for segment in heard.segments for word in segment.words]


def long_audio(times=12, gap_s=1.0):
    return b"".join([sound.spoken(), sound.silence(gap_s).tobytes()] * times)


def test_the_sentence_is_heard_with_times_and_confidences(model):
    heard = engine(model).recognize(ChannelAudio(pcm=sound.spoken(), language="en", channel=1))
    words = [word for segment in heard.segments for word in segment.words]
    assert texts(heard) == sound.SENTENCE_TEXT.split()
    assert all(0 < word.confidence <= 1 for word in words)
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))
    assert heard.adapter == f"faster-whisper/{FasterWhisper.version}/faster-whisper-small-float32"
    assert (heard.channel, heard.language) == (1, "en")


def test_the_language_is_decided_where_nobody_says_it(model):
    assert engine(model).recognize(ChannelAudio(pcm=sound.spoken())).language == "en"
    assert engine(model).recognize(ChannelAudio(pcm=sound.spoken(), language="es-MX")).language == "es"


def test_silence_says_nothing_about_its_language_either(model):
    heard = engine(model).recognize(ChannelAudio(pcm=sound.silence(3).tobytes()))
    assert (heard.segments, heard.language) == ((), "und")
    assert engine(model).recognize(ChannelAudio(pcm=b"")).language == "und"


@pytest.mark.parametrize("batch", [1, 4])
def test_more_than_one_window_is_heard_in_order(model, batch):
    audio = long_audio()
    heard = engine(model, batch_size=batch).recognize(ChannelAudio(pcm=audio, language="en", offset_s=60))
    assert len(texts(heard)) >= 2 * len(sound.SENTENCE_TEXT.split())
    words = [word for segment in heard.segments for word in segment.words]
    assert all(before.end_s <= after.start_s for before, after in pairwise(words))
    assert words[0].start_s >= 60
    assert words[-1].end_s <= 60 + len(audio) / 32_000


def test_batched_windows_are_heard_the_same_way_twice(model):
    batched, audio = engine(model, batch_size=4), ChannelAudio(pcm=long_audio(6), language="en")
    assert batched.recognize(audio) == batched.recognize(audio)


def test_vocabulary_and_prompt_reach_the_decoder(model, monkeypatch):
    listening = engine(model, prompt="hello")
    prompts = []
    original = listening._engine.get_prompt

    def noted(*args, **named):
        prompts.append(original(*args, **named))
        return prompts[-1]

    monkeypatch.setattr(listening._engine, "get_prompt", noted)
    listening.recognize(ChannelAudio(pcm=sound.spoken(), language="en"))
    listening.recognize(ChannelAudio(pcm=sound.spoken(), language="en", vocabulary=("thank", "patience")))
    plain, named = prompts[0], prompts[-1]
    assert plain[0] == tinyspeech.NO_SPEECH - 1  # what came before begins the prompt
    assert len(named) > len(plain)


def test_text_that_only_repeats_itself_is_dropped(model):
    strict = engine(model, max_compression=1.0)
    assert strict.recognize(ChannelAudio(pcm=sound.spoken(), language="en")).segments == ()


def test_an_unsure_text_in_a_silent_window_is_dropped(model):
    unsure = engine(model, max_no_speech=0.0, min_log_probability=0.0)
    assert unsure.recognize(ChannelAudio(pcm=sound.spoken(), language="en")).segments == ()


def test_a_text_without_word_times_is_spread_over_its_stretch(model, monkeypatch):
    from types import SimpleNamespace

    listening = engine(model)
    said = SimpleNamespace(text=" two words", start=1.0, end=2.0, words=None, no_speech_prob=0.0, avg_logprob=-0.5)
    monkeypatch.setattr(listening._engine, "transcribe", lambda *_, **__: (iter([said]), SimpleNamespace(language="en")))
    words = listening.recognize(ChannelAudio(pcm=sound.spoken(), language="en")).segments[0].words
    assert [(word.text, word.start_s, word.end_s) for word in words] == [("two", 1.0, 1.375), ("words", 1.375, 2.0)]
    assert words[0].confidence == pytest.approx(np.exp(-0.5), abs=1e-4)


def test_auto_takes_what_was_fetched_and_says_so(model):
    models = model.parents[2]
    found = engine("auto", models=str(models))
    assert found.model == "Systran/faster-whisper-small-float32"
    assert found.ready().ok
    assert "Systran/faster-whisper-small" in found.ready().reason
    assert engine("small", models=str(models)).model == found.model
    assert found.capabilities.resident_bytes > (model / "model.bin").stat().st_size


def test_nothing_fetched_names_the_command(tmp_path):
    for name in ("auto", "small", "Systran/faster-whisper-small"):
        absent = engine(name, models=str(tmp_path))
        assert not absent.ready().ok
        with pytest.raises(ModelMissing, match="tamiz models pull stt"):
            absent.recognize(ChannelAudio(pcm=sound.spoken(), language="en"))


def test_a_model_for_the_other_engine_is_named(model):
    torch_model = model.parents[1] / "openai" / "whisper-small"
    with pytest.raises(ModelMissing, match="TAMIZ_STT=transformers"):
        engine(torch_model).recognize(ChannelAudio(pcm=sound.spoken(), language="en"))


@pytest.mark.parametrize("language", ["tlh", "xx-YY"])
def test_a_language_it_does_not_know_is_refused(model, language):
    with pytest.raises(LanguageUnsupported, match="TAMIZ_STT"):
        engine(model).recognize(ChannelAudio(pcm=sound.spoken(), language=language))


def test_a_model_by_its_name_english_alone_says_so(tmp_path):
    only = engine("small.en", models=str(tmp_path))
    assert only.capabilities.languages == ("en",)
    with pytest.raises(LanguageUnsupported, match="English only"):
        only.recognize(ChannelAudio(pcm=b"", language="es"))
    assert only.recognize(ChannelAudio(pcm=b"")).language == "en"


DAMAGE = {
    "garbage": ("model.bin", b"\0" * 10),
    "empty": ("model.bin", b""),
    "pieces": ("tokenizer.json", b"{"),
    "no pieces": ("tokenizer.json", None),
    "words": ("vocabulary.json", b"{"),
}


@pytest.mark.parametrize("file, content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_model_says_so(model, tmp_path, file, content):
    folder = tmp_path / "damaged"
    shutil.copytree(model, folder)
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(ModelDamaged, match="fetch the model again"):
        engine(folder).recognize(ChannelAudio(pcm=sound.spoken(), language="en"))


def test_a_device_and_a_format_this_machine_lacks_are_settings(model):
    with pytest.raises(SettingsInvalid, match="CUDA"):
        engine(model, device="cuda").recognize(ChannelAudio(pcm=sound.spoken(), language="en"))
    with pytest.raises(SettingsInvalid, match="compute_type"):
        engine(model, compute_type="float16").recognize(ChannelAudio(pcm=sound.spoken(), language="en"))


def test_eight_bits_hear_the_same(model):
    assert texts(engine(model, compute_type="int8").recognize(ChannelAudio(pcm=sound.spoken(), language="en"))) == sound.SENTENCE_TEXT.split()


def test_another_sampling_rate_is_refused(model):
    with pytest.raises(EngineOutputInvalid, match="16000"):
        engine(model).recognize(ChannelAudio(pcm=sound.spoken(), sample_rate_hz=8000))
