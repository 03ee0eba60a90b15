"""CMU PocketSphinx: an English recogniser whose model lies inside its wheel; the offline fallback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version as installed_version
from itertools import pairwise
from typing import Any, ClassVar, Final

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.stt.port import ChannelAudio, Readiness
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, LanguageUnsupported
from schemas.transcripts import Segment, TimedWord, Transcript

_RATE_HZ: Final = 16_000
_FRAME_S: Final = 0.03
_FRAME_BYTES: Final = int(_FRAME_S * _RATE_HZ) * 2
"""The voice activity detector (WebRTC's) looks at 30 ms of 16-bit PCM at a time."""

_FRAMES_PER_S: Final = 100
"""PocketSphinx's own clock: `-frate`, its default."""

_SHORTEST_S: Final = 0.12
"""Less voice than this is a click: the shortest English word in conversation, "I", takes about that long (Switchboard)."""

_WINDOW: Final = 10
_VOICED: Final = 0.5
"""A frame counts as voice when at least half of the 300 ms around it do: single frames are noise (`pocketsphinx.Endpointer` has the same window)."""

_PADDING: Final = 5
"""Frames of 30 ms kept around voice: soft consonants at the edges of words lie below the detector's threshold."""


class PocketSphinx:
    """Recognises English with the model of the wheel (`en-us`, general vocabulary, 16 kHz)."""

    name: ClassVar[str] = "pocketsphinx"
    version: ClassVar[str] = installed_version("pocketsphinx")
    capabilities: ClassVar[Capabilities] = Capabilities(languages=("en",))

    class Options(Value):
        """How speech is cut and searched."""

        pause_s: float = Field(
            default=0.5, ge=0.1, le=5, description="seconds of silence that end a turn; shorter splits sentences, longer joins turns"
        )
        longest_s: float = Field(
            default=20.0, ge=5, le=120, description="seconds searched at once; more gives the language model context and takes memory"
        )
        vad_mode: int = Field(default=1, ge=0, le=3, description="0 hears voice nearly everywhere, 3 only where it is clear")

    def __init__(self, options: Options) -> None:
        self.options = options
        self._decoder: Any = None

    @property
    def model(self) -> str:
        """Name of the acoustic model."""
        return "en-us"

    def ready(self) -> Readiness:
        """Always: the model comes with the package."""
        return Readiness(ok=True, reason="its English model is part of the installation")

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """See `SpeechRecognizer.recognize`. The same audio gives the same words, whatever was heard before."""
        if audio.language and audio.language.lower().partition("-")[0] != "en":
            raise LanguageUnsupported(
                f"pocketsphinx only knows English and the recording is {audio.language}; choose another recogniser with TAMIZ_STT"
            )
        if audio.sample_rate_hz != _RATE_HZ:
            raise EngineOutputInvalid(f"pocketsphinx hears {_RATE_HZ} samples a second, not {audio.sample_rate_hz}")
        found = self._turns(audio.pcm)
        if found:
            self._forget()
        turns = [
            Segment(
                start_s=round(audio.offset_s + first * _FRAME_S, 3),
                end_s=round(audio.offset_s + min(last * _FRAME_S, len(audio.pcm) / 2 / _RATE_HZ), 3),
                words=tuple(self._words(audio, first, last)),
            )
            for first, last in found
        ]
        return Transcript(
            channel=audio.channel,
            duration_s=len(audio.pcm) / 2 / _RATE_HZ,
            language="en",
            segments=tuple(turns),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _turns(self, pcm: bytes) -> list[tuple[int, int]]:
        """Turns as (first, end) in frames of 30 ms."""
        from pocketsphinx import Vad

        detector = Vad(self.options.vad_mode, _RATE_HZ, _FRAME_S)
        frames = range(0, len(pcm) - _FRAME_BYTES + 1, _FRAME_BYTES)
        return joined(voiced([detector.is_speech(pcm[at : at + _FRAME_BYTES]) for at in frames]), round(self.options.pause_s / _FRAME_S))

    def _words(self, audio: ChannelAudio, first: int, last: int) -> Iterator[TimedWord]:
        """The words of one turn, searched in pieces of at most `longest_s`, cut where it is quietest."""
        pieces = cut_quietest(levels(audio.pcm[first * _FRAME_BYTES : last * _FRAME_BYTES]), round(self.options.longest_s / _FRAME_S))
        for start, end in pieces:
            yield from self._heard(audio, first + start, first + end)

    def _forget(self) -> None:
        """Load the decoder, or rid it of the noise it learned from earlier audio: the answer depends on this audio alone."""
        if self._decoder is None:
            from pocketsphinx import Decoder

            self._decoder = Decoder(samprate=_RATE_HZ, loglevel="FATAL")
        self._decoder.reinit_feat()

    def _heard(self, audio: ChannelAudio, first: int, last: int) -> Iterator[TimedWord]:
        decoder = self._decoder
        decoder.start_utt()
        decoder.process_raw(audio.pcm[first * _FRAME_BYTES : last * _FRAME_BYTES], full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return
        decoder.get_prob()  # the word lattice's posteriors are only computed when asked for
        begin_s = audio.offset_s + first * _FRAME_S
        for heard in decoder.seg():
            if heard.word[0] in "<[+":  # sentence ends, silence, noise
                continue
            yield TimedWord(
                text=heard.word.partition("(")[0],  # "the(2)": the second pronunciation
                start_s=round(begin_s + heard.start_frame / _FRAMES_PER_S, 3),
                end_s=round(begin_s + (heard.end_frame + 1) / _FRAMES_PER_S, 3),
                confidence=min(1.0, max(0.0, heard.prob)),
            )


def voiced(raw: Sequence[bool]) -> list[bool]:
    """The detector's answers smoothed over a centred window of 300 ms."""
    sums = [0]
    for frame in raw:
        sums.append(sums[-1] + frame)
    half, count = _WINDOW // 2, len(raw)
    return [sums[min(count, at + half + 1)] - sums[max(0, at - half)] >= _VOICED * (2 * half + 1) for at in range(count)]


def joined(frames: Sequence[bool], pause: int) -> list[tuple[int, int]]:
    """Stretches of voice as (first, end) frames, padded, pauses of fewer than `pause` frames bridged, clicks dropped."""
    edges = [at for at, (before, now) in enumerate(pairwise([False, *frames, False])) if before != now]
    turns: list[tuple[int, int]] = []
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        if turns and first - turns[-1][1] < pause:
            turns[-1] = (turns[-1][0], end)
        else:
            turns.append((first, end))
    shortest = round(_SHORTEST_S / _FRAME_S)
    return [(max(0, first - _PADDING), min(len(frames), end + _PADDING)) for first, end in turns if end - first >= shortest]


def levels(pcm: bytes) -> list[float]:
    """Mean square of each frame of 30 ms."""
    import numpy as np

    samples = np.frombuffer(pcm[: len(pcm) // _FRAME_BYTES * _FRAME_BYTES], "<i2").astype(np.float64)
    return [float(level) for level in np.square(samples.reshape(-1, _FRAME_BYTES // 2)).mean(axis=1)]


def cut_quietest(frames: Sequence[float], longest: int) -> list[tuple[int, int]]:
    """(first, end) of pieces of at most `longest` frames, each cut at the quietest frame of its last third."""
    pieces, first = [], 0
    while len(frames) - first > longest:
        earliest = first + longest * 2 // 3
        end = min(range(earliest, first + longest), key=frames.__getitem__) + 1
        pieces.append((first, end))
        first = end
    return [*pieces, (first, len(frames))]
