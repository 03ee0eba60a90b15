"""Listening while somebody speaks: audio piece by piece in, the text so far out.

An engine that can go on where it stopped does; any other hears the stretch again, at most every `AGAIN_S` of new audio, so that its cost is bounded
by the length of a stretch. Stretches are cut by whoever feeds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from adapters.stt.auto import AutoSpeech
from adapters.stt.pocketsphinx import PocketSphinx
from adapters.stt.port import ChannelAudio, SpeechRecognizer
from schemas.errors import LanguageUnsupported
from schemas.transcripts import TimedWord

RATE_HZ: Final = 16_000
AGAIN_S: Final = 0.7
"""Seconds of new audio after which a stretch is recognised again by an engine that cannot go on."""

_FRAMES_PER_S: Final = 100


class Stretch(Protocol):
    """One utterance that is being spoken: mono 16-bit little-endian PCM at 16 kHz."""

    def hear(self, pcm: bytes) -> str:
        """Take more audio; the text so far. Raises what the engine raises."""
        ...

    def finish(self) -> tuple[TimedWord, ...]:
        """The words, times from the start of the recording. Nothing may be heard after it."""
        ...


Begin = Callable[[int, float], Stretch]
"""Begins a stretch: channel, and the second at which it starts. A channel has one stretch at a time."""


def listening(engine: SpeechRecognizer, language: str | None) -> Begin:
    """How `engine` listens. Raises `LanguageUnsupported`, and `ModelMissing` where `auto` finds no engine ready."""
    chosen = engine.chosen if isinstance(engine, AutoSpeech) else engine
    if isinstance(chosen, PocketSphinx):
        return _Sphinxes(language).begin
    return lambda channel, start_s: _Again(chosen, channel, start_s, language)


class _Again:
    """A stretch for an engine without a way to go on."""

    def __init__(self, engine: SpeechRecognizer, channel: int, start_s: float, language: str | None) -> None:
        self._engine, self._channel, self._start_s, self._language = engine, channel, start_s, language
        self._pcm = bytearray()
        self._heard_bytes = 0
        self._text = ""

    def hear(self, pcm: bytes) -> str:
        self._pcm += pcm
        if len(self._pcm) - self._heard_bytes >= AGAIN_S * RATE_HZ * 2:
            self._text = " ".join(word.text for word in self.finish())
            self._heard_bytes = len(self._pcm)
        return self._text

    def finish(self) -> tuple[TimedWord, ...]:
        audio = ChannelAudio(pcm=bytes(self._pcm), channel=self._channel, offset_s=self._start_s, language=self._language)
        return tuple(word for segment in self._engine.recognize(audio).segments for word in segment.words)


class _Sphinxes:
    """PocketSphinx decoders, one a channel: each goes on with its utterance."""

    def __init__(self, language: str | None) -> None:
        if language and language.lower().partition("-")[0] != "en":
            raise LanguageUnsupported(f"pocketsphinx only knows English and the call is {language}; choose another recogniser with TAMIZ_STT")
        self._decoders: dict[int, Any] = {}

    def begin(self, channel: int, start_s: float) -> Stretch:
        if channel not in self._decoders:
            from pocketsphinx import Decoder

            # One pass and a narrower beam: 0.12 times real time instead of 0.23 and an utterance ends in 10 ms instead of 250 (a sentence of six
            # seconds, one core); the finished call is recognised with all passes.
            self._decoders[channel] = Decoder(samprate=RATE_HZ, loglevel="FATAL", fwdflat=False, maxhmmpf=3000)
        return _SphinxStretch(self._decoders[channel], start_s)


class _SphinxStretch:
    def __init__(self, decoder: Any, start_s: float) -> None:
        self._decoder = decoder
        self._start_s = start_s
        decoder.start_utt()

    def hear(self, pcm: bytes) -> str:
        if pcm:  # the decoder reads out of bounds of nothing
            self._decoder.process_raw(pcm)
        found = self._decoder.hyp()
        return found.hypstr if found else ""

    def finish(self) -> tuple[TimedWord, ...]:
        self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return ()
        self._decoder.get_prob()  # the word lattice's posteriors are only computed when asked for
        return tuple(
            TimedWord(
                text=heard.word.partition("(")[0],  # "the(2)": the second pronunciation
                start_s=round(self._start_s + heard.start_frame / _FRAMES_PER_S, 3),
                end_s=round(self._start_s + (heard.end_frame + 1) / _FRAMES_PER_S, 3),
                confidence=min(1.0, max(0.0, heard.prob)),
            )
            for heard in self._decoder.seg()
            if heard.word[0] not in "<[+"  # sentence ends, silence, noise
        )
