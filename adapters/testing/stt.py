"""The contract of every speech recogniser. Subclass `SttContract` and give it an `engine` fixture."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.stt.port import ChannelAudio, SpeechRecognizer
from adapters.testing import sound
from schemas.errors import AdapterDisabled, LanguageUnsupported


class SttDescription:
    """What holds for every recogniser, `none` too."""

    def test_says_what_it_is(self, engine: SpeechRecognizer) -> None:
        """Name, version and model make up the label of every row; options and capabilities are data."""
        assert engine.name
        assert engine.version
        assert engine.model
        assert isinstance(engine.options, BaseModel)
        assert isinstance(engine.capabilities, Capabilities)

    def test_every_option_is_described(self, engine: SpeechRecognizer) -> None:
        """Each option says its unit and trade-off."""
        undescribed = [name for name, field in type(engine.options).model_fields.items() if not field.description]
        assert not undescribed


class NoSttContract(SttDescription):
    """What holds for a recogniser that is switched off."""

    def test_refuses_with_the_remedy(self, engine: SpeechRecognizer) -> None:
        """A call is never answered with silence."""
        with pytest.raises(AdapterDisabled, match="TAMIZ_STT"):
            engine.recognize(ChannelAudio(pcm=sound.spoken()))


class SttContract(SttDescription):
    """What holds for every engine that listens."""

    def test_hears_words_where_they_are_spoken(self, engine: SpeechRecognizer) -> None:
        """A third of a plain English sentence at least, in order, between the silences around it."""
        heard = engine.recognize(ChannelAudio(pcm=sound.spoken(), language="en"))
        words = [word for segment in heard.segments for word in segment.words]
        expected = sound.SENTENCE_TEXT.split()
        assert len(set(expected) & {word.text.lower().strip(".,") for word in words}) >= len(expected) / 3
        assert words == sorted(words, key=lambda word: word.start_s)
        assert words[0].start_s > 0.2
        assert words[-1].end_s <= heard.duration_s
        assert heard.duration_s == pytest.approx(len(sound.spoken()) / 2 / sound.RATE_HZ)

    def test_words_lie_within_their_segment(self, engine: SpeechRecognizer) -> None:
        """Segments follow each other, and a word belongs to the one it was heard in (0.1 s of an engine's own rounding)."""
        segments = engine.recognize(ChannelAudio(pcm=sound.spoken(), language="en")).segments
        assert all(before.end_s <= after.start_s for before, after in pairwise(segments))
        for segment in segments:
            assert all(segment.start_s - 0.1 <= word.start_s and word.end_s <= segment.end_s + 0.1 for word in segment.words)

    def test_states_who_heard_it_and_in_which_language(self, engine: SpeechRecognizer) -> None:
        """The label has three parts: name, version, model."""
        heard = engine.recognize(ChannelAudio(pcm=sound.spoken(), language="en", channel=3))
        assert heard.adapter.count("/") >= 2
        assert heard.language.partition("-")[0] == "en"
        assert heard.channel == 3

    def test_times_count_from_the_recording_s_start(self, engine: SpeechRecognizer) -> None:
        """A stretch that begins at 100 s gives the same words, 100 s later."""
        near = engine.recognize(ChannelAudio(pcm=sound.spoken(), language="en"))
        far = engine.recognize(ChannelAudio(pcm=sound.spoken(), language="en", offset_s=100))
        assert [segment.text for segment in far.segments] == [segment.text for segment in near.segments]
        assert far.segments[0].start_s == pytest.approx(near.segments[0].start_s + 100)
        assert far.segments[0].words[0].start_s == pytest.approx(near.segments[0].words[0].start_s + 100)

    def test_what_was_heard_before_changes_nothing(self, engine: SpeechRecognizer) -> None:
        """Kept outputs are keyed by the audio alone."""
        audio = ChannelAudio(pcm=sound.spoken(), language="en")
        first = engine.recognize(audio)
        engine.recognize(ChannelAudio(pcm=sound.spoken()[16_000:80_000], language="en"))
        assert engine.recognize(audio) == first

    def test_silence_has_no_segments(self, engine: SpeechRecognizer) -> None:
        """Nobody spoke, and that is no failure; no audio at all is silence too."""
        assert engine.recognize(ChannelAudio(pcm=sound.silence(3).tobytes(), language="en")).segments == ()
        assert engine.recognize(ChannelAudio(pcm=b"", language="en")).segments == ()

    def test_refuses_a_language_it_does_not_know(self, engine: SpeechRecognizer) -> None:
        """An engine that declares its languages names the remedy for any other; one that declares none takes all."""
        audio = ChannelAudio(pcm=sound.spoken(), language="tlh")
        if engine.capabilities.languages:
            with pytest.raises(LanguageUnsupported, match="TAMIZ_STT"):
                engine.recognize(audio)
        else:
            assert engine.recognize(audio).language
