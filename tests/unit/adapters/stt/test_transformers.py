"""Whisper through torch on a tiny model the test builds: loading, windows, batches, word times, language, suppression and errors are real."""

from __future__ import annotations

import shutil
import socket
from itertools import pairwise

import pytest

from adapters.stt.port import ChannelAudio
from adapters.stt.transformers import TransformersSpeech
from adapters.testing import sound
from schemas.errors import EngineOutputInvalid, LanguageUnsupported, ModelDamaged, ModelMissing
from tests import tinyspeech


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tinyspeech.shared(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a call reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def engine(models, **options):
    return TransformersSpeech(TransformersSpeech.Options.model_validate({"models": str(models)} | options))


def words(heard):
    return [word for segment in heard.segments for word in segment.words]


def long_audio(times):
    return b"".join([sound.spoken(), sound.silence(1.0).tobytes()] * times)


def test_the_sentence_is_heard_with_times_and_confidences(models):
    heard = engine(models).recognize(ChannelAudio(pcm=sound.spoken(), language="en", channel=1, offset_s=30))
    found = words(heard)
    assert [word.text for word in found] == sound.SENTENCE_TEXT.split()
    assert all(0 < word.confidence <= 1 for word in found)
    assert all(before.end_s <= after.start_s for before, after in pairwise(found))
    assert found[0].start_s >= 30
    assert found[-1].end_s <= 30 + heard.duration_s
    assert heard.adapter == f"transformers/{TransformersSpeech.version}/openai/whisper-small"


def test_the_language_is_decided_where_nobody_says_it(models):
    assert engine(models).recognize(ChannelAudio(pcm=sound.spoken())).language == "en"
    assert engine(models).recognize(ChannelAudio(pcm=sound.spoken(), language="es-MX")).language == "es"
    assert engine(models).recognize(ChannelAudio(pcm=b"")).language == "und"


def test_windows_decoded_together_say_what_each_says_alone(models):
    audio = ChannelAudio(pcm=long_audio(8), language="en")
    alone, together = (engine(models, batch_size=size, longest_s=10).recognize(audio) for size in (1, 3))
    assert [word.text for word in words(alone)] == [word.text for word in words(together)]
    assert len(words(alone)) >= 4 * len(sound.SENTENCE_TEXT.split())
    assert all(one.start_s == pytest.approx(other.start_s, abs=0.05) for one, other in zip(words(alone), words(together), strict=True))
    assert all(before.end_s <= after.start_s for before, after in pairwise(words(together)))


def test_several_readings_at_once_hear_the_same(models):
    found = words(engine(models, beam_size=3).recognize(ChannelAudio(pcm=sound.spoken(), language="en")))
    assert [word.text for word in found] == sound.SENTENCE_TEXT.split()


def test_vocabulary_and_prompt_reach_the_decoder(models, monkeypatch):
    listening = engine(models, prompt="hello")
    given = []
    original = listening._decoder.model.generate
    monkeypatch.setattr(listening._decoder.model, "generate", lambda **named: given.append(named) or original(**named))
    listening.recognize(ChannelAudio(pcm=sound.spoken(), language="en", vocabulary=("thank", "patience")))
    prompt = given[0]["prompt_ids"].tolist()
    assert prompt[0] == tinyspeech.NO_SPEECH - 1
    assert set(listening._decoder.tokenizer(" patience")["input_ids"]) <= set(prompt)


@pytest.mark.parametrize("most", [220, 430, 440])
def test_a_long_vocabulary_leaves_room_for_what_is_written(models, most):
    names = tuple(f"word{number}" for number in range(400))
    heard = engine(models, max_new_tokens=most).recognize(ChannelAudio(pcm=sound.spoken(), language="en", vocabulary=names))
    assert heard.duration_s > 4


@pytest.mark.parametrize("doubt", [{"max_compression": 1.0}, {"max_no_speech": 0.0, "min_log_probability": 0.0}])
def test_what_nobody_said_is_dropped(models, doubt):
    assert engine(models, **doubt).recognize(ChannelAudio(pcm=sound.spoken(), language="en")).segments == ()


def test_nothing_fetched_and_a_model_for_the_other_engine(models, tmp_path):
    audio = ChannelAudio(pcm=sound.spoken(), language="en")
    absent = engine(tmp_path)
    assert not absent.ready().ok
    assert absent.capabilities.resident_bytes == 0
    with pytest.raises(ModelMissing, match="tamiz models pull stt"):
        absent.recognize(audio)
    with pytest.raises(ModelMissing, match="TAMIZ_STT=faster-whisper"):
        engine(models, model="Systran/faster-whisper-small").recognize(audio)


def test_what_is_ready_says_which_model_and_how_much_it_takes(models):
    found = engine(models)
    assert found.ready().ok
    assert "openai/whisper-small" in found.ready().reason
    weights = (models / "hub" / "openai" / "whisper-small" / "model.safetensors").stat().st_size
    assert found.capabilities.resident_bytes > weights


@pytest.mark.parametrize("file", ["model.safetensors", "tokenizer.json", "preprocessor_config.json"])
def test_a_damaged_model_says_so(models, tmp_path, file):
    folder = tmp_path / "damaged"
    shutil.copytree(models / "hub" / "openai" / "whisper-small", folder)
    (folder / file).write_bytes(b"{")
    with pytest.raises(ModelDamaged, match="fetch the model again"):
        engine(tmp_path, model=str(folder)).recognize(ChannelAudio(pcm=sound.spoken(), language="en"))


def test_a_language_it_does_not_know_and_another_rate_are_refused(models):
    with pytest.raises(LanguageUnsupported, match="TAMIZ_STT"):
        engine(models).recognize(ChannelAudio(pcm=sound.spoken(), language="tlh"))
    with pytest.raises(EngineOutputInvalid, match="16000"):
        engine(models).recognize(ChannelAudio(pcm=sound.spoken(), sample_rate_hz=8000))


def test_a_model_that_answers_no_numbers_is_caught(models):
    import torch

    broken = engine(models)
    with torch.no_grad():
        broken._decoder.model.model.decoder.layer_norm.bias.fill_(float("nan"))
    with pytest.raises(EngineOutputInvalid):
        broken.recognize(ChannelAudio(pcm=sound.spoken(), language="en"))
