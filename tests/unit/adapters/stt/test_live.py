"""Listening piece by piece, by an engine that can go on where it stopped and by one that cannot."""

from __future__ import annotations

import pytest

from adapters.stt.auto import AutoSpeech
from adapters.stt.faster_whisper import FasterWhisper
from adapters.stt.live import listening
from adapters.stt.pocketsphinx import PocketSphinx
from adapters.stt.transformers import TransformersSpeech
from adapters.testing.fake_speech import FakeSpeech
from adapters.testing.sound import SENTENCE_TEXT, spoken, tone
from schemas.errors import LanguageUnsupported
from tests import tinyspeech

ENGINES = {
    "auto": AutoSpeech(AutoSpeech.Options(order=("pocketsphinx",))),
    "pocketsphinx": PocketSphinx(PocketSphinx.Options()),
}


@pytest.mark.parametrize("name", ENGINES)
def test_the_text_grows_and_the_words_have_times_of_the_call(name: str) -> None:
    pcm, texts = spoken(), []
    stretch = listening(ENGINES[name], "en-US")(0, 100.0)
    for at in range(0, len(pcm), 9600):
        texts.append(stretch.hear(pcm[at : at + 9600]))
    words = stretch.finish()
    assert len(set(" ".join(word.text for word in words).split()) & set(SENTENCE_TEXT.split())) >= 4
    assert len({text for text in texts if text}) > 4
    assert 100.2 < words[0].start_s < 101.2
    assert words[-1].end_s <= 100 + len(pcm) / 32_000 + 0.1
    assert all(word.start_s < word.end_s for word in words)


def test_nothing_heard_is_nothing_said() -> None:
    stretch = listening(ENGINES["pocketsphinx"], None)(1, 0.0)
    assert stretch.hear(b"") == ""
    assert stretch.finish() == ()


def test_channels_go_on_beside_each_other() -> None:
    begin, pcm = listening(ENGINES["pocketsphinx"], None), spoken()
    alone = begin(0, 0.0)
    alone.hear(pcm)
    expected = [word.text for word in alone.finish()]
    left, right = begin(0, 0.0), begin(1, 0.0)
    for at in range(0, len(pcm), 32_000):
        left.hear(pcm[at : at + 32_000])
        right.hear(bytes(32_000))
    assert right.finish() == ()
    assert len(set(expected) & {word.text for word in left.finish()}) >= 4


def test_a_language_it_does_not_know_is_refused_before_anything_is_heard() -> None:
    with pytest.raises(LanguageUnsupported, match="TAMIZ_STT"):
        listening(ENGINES["pocketsphinx"], "es")


def test_an_engine_that_cannot_go_on_hears_again_only_what_is_worth_it() -> None:
    engine = FakeSpeech(FakeSpeech.Options())
    stretch = listening(engine, "en")(1, 10.0)
    for _ in range(20):
        stretch.hear(tone(0.1).tobytes())
    assert len(engine.calls) == 2
    assert [word.text for word in stretch.finish()] == ["w10", "w11"]
    assert engine.calls[-1].channel == 1


@pytest.mark.parametrize("adapter", [FasterWhisper, TransformersSpeech])
def test_a_whisper_hears_the_open_utterance_again(adapter, tmp_path_factory) -> None:
    engine = adapter(adapter.Options(models=tinyspeech.shared(tmp_path_factory.getbasetemp()), beam_size=1))
    pcm, texts = spoken(), []
    stretch = listening(engine, "en")(1, 100.0)
    for at in range(0, len(pcm), 32_000):
        texts.append(stretch.hear(pcm[at : at + 32_000]))
    assert [text for text in texts if text][-1] == SENTENCE_TEXT  # the tiny model's only one
    words = stretch.finish()
    assert " ".join(word.text for word in words) == SENTENCE_TEXT
    assert 100 < words[0].start_s < words[-1].end_s <= 100 + len(pcm) / 32_000
