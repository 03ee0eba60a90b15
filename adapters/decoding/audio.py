"""Recordings as blocks of PCM, at 16 kHz or as they were recorded, through PyAV (FFmpeg's libraries).

FFmpeg is kept on a short lead (`audio_container`): the file is handed over as an open Python file, the container is forced to the one we recognised,
only the codecs of `audio_formats.CODECS` decode, and every attempt to open a second file or a network address fails (CVE-2016-1897, CVE-2017-9993).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from adapters.decoding.audio_container import audio_track, is_lie, opened, stated_s, understates
from adapters.decoding.audio_formats import HEAD_BYTES, cut_wav
from adapters.decoding.audio_timeline import RATE_HZ, Timeline, in_blocks
from schemas.errors import Empty, Malformed, TooLarge, Truncated
from schemas.extractions import Problem
from schemas.settings import Limits
from schemas.transcripts import AudioFormat

if TYPE_CHECKING:
    import numpy as np
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]

MAX_CHANNELS: Final = 32
"""Conference bridges record up to 32 legs; a header that claims more costs memory before it is found out."""

RATES_HZ: Final = range(4_000, 384_001)
"""Sampling rates believed: below, resampling would multiply the data; above, no recorder for speech exists (384 kHz is the fastest sold)."""

_BROKEN_PACKETS: Final = 10_000
"""Undecodable packets in a row (minutes of audio) after which the rest is given up."""

_STATES_LENGTH: Final = frozenset({"flac", "ogg", "aiff", "mov", "au", "w64", "matroska", "caf"})
"""Containers whose stated length counts samples; elsewhere FFmpeg guesses it from the bit rate or the file's size."""

FASTEST_HZ: Final = 48_000
"""Samples a second that `decode_as_recorded` gives at most: no telephone, meeting system or phone records faster."""

_PREROLL_S: Final = 0.5
"""Decoding begins this much before a part: MP3 and AAC frames lean on the ones before them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a recording: `samples` is int16 of shape (channels, n), n > 0; `first` is the index of its first sample at the
    recording's `rate_hz`."""

    first: int
    samples: Samples


@dataclass
class Recording:
    """An iterator over the blocks of a recording; `problems` is complete once it is exhausted."""

    format: AudioFormat
    blocks: Iterator[Block]
    problems: list[Problem] = field(default_factory=list)
    rate_hz: int = RATE_HZ
    """Samples a second of the blocks."""

    def __iter__(self) -> Iterator[Block]:
        return self.blocks


def probe(path: Path, limits: Limits, media_type: str | None = None) -> AudioFormat:
    """Container, codec, rate, channels and stated length of the recording at `path`; `duration_s` is 0 where the file does not say or lies.

    `media_type` is what the caller sniffed; None: looked at here. Raises `Empty`, `UnsupportedType` (no audio in it, or a codec that is not
    read), `Malformed`, `Truncated`, or `TooLarge` for a length, a rate or channels beyond the caps.
    """
    with path.open("rb") as file, opened(file, media_type) as container:
        return _format(container, audio_track(container), path.stat().st_size, limits)


def decode(path: Path, limits: Limits, media_type: str | None = None, start_s: float = 0.0, end_s: float | None = None) -> Recording:
    """The recording at `path`, or its stretch from `start_s` to `end_s`, in blocks of about one second; memory does not grow with its length.

    Raises what `probe` raises, and while iterating `TooLarge` past `limits.audio_s`, `Truncated` or `Malformed` when no audio at all could be
    decoded, `Empty` when there is none. A broken middle or tail is a problem of the result, not an error.
    """
    recording = Recording(probe(path, limits, media_type), iter(()))
    recording.blocks = _blocks(path, limits, media_type, (start_s, end_s), recording)
    return recording


def decode_as_recorded(path: Path, limits: Limits, media_type: str | None = None) -> Recording:
    """The whole recording as `decode` gives it, at its own sampling rate up to `FASTEST_HZ`; 16-bit sources come sample by sample."""
    recording = Recording(probe(path, limits, media_type), iter(()))
    recording.rate_hz = min(recording.format.sample_rate_hz, FASTEST_HZ)
    recording.blocks = _blocks(path, limits, media_type, (0.0, None), recording)
    return recording


def _format(container: InputContainer, stream: AudioStream, size: int, limits: Limits) -> AudioFormat:
    context = stream.codec_context
    if context.channels > MAX_CHANNELS:
        raise TooLarge(f"the recording states {context.channels} channels; at most {MAX_CHANNELS} are read")
    if context.sample_rate > RATES_HZ[-1]:
        raise TooLarge(f"the recording states {context.sample_rate} samples a second; at most {RATES_HZ[-1]} are read")
    if context.channels < 1 or context.sample_rate < RATES_HZ[0]:
        raise Malformed(f"the recording states {context.channels} channels at {context.sample_rate} samples a second, which is no audio")
    duration_s = 0.0 if is_lie(container, size) else stated_s(container)
    if duration_s > limits.audio_s:
        raise TooLarge(f"the recording lasts {duration_s:.0f} s; the limit is {limits.audio_s:.0f} s (TAMIZ_LIMITS__AUDIO_S)")
    return AudioFormat(
        container=container.format.name.partition(",")[0],
        codec=context.name,
        sample_rate_hz=context.sample_rate,
        channels=context.channels,
        duration_s=duration_s,
    )


def _blocks(path: Path, limits: Limits, media_type: str | None, span_s: tuple[float, float | None], recording: Recording) -> Iterator[Block]:
    rate = recording.rate_hz
    start = round(span_s[0] * rate)
    end = None if span_s[1] is None else round(span_s[1] * rate)
    frames = _frames_from(path, media_type, span_s[0], recording)
    timeline = Timeline(recording.format.channels, rate)
    for first, samples in in_blocks(timeline.samples(frames), start, end, rate):
        if first + samples.shape[1] > limits.audio_s * rate:
            raise TooLarge(f"the recording lasts more than {limits.audio_s:.0f} s (TAMIZ_LIMITS__AUDIO_S)")
        yield Block(first, samples)
    if timeline.missing_s:
        message = f"{timeline.missing_s:.1f} s of audio are missing in the file; silence stands in for them"
        recording.problems.append(Problem(code="malformed", message=message))
    if end is None:
        _judge_end(timeline.position / rate, path, recording)


def _judge_end(heard_s: float, path: Path, recording: Recording) -> None:
    """Raises when nothing was heard at all; notes a recording that ends before its stated length."""
    container, stated_s = recording.format.container, recording.format.duration_s
    cut = _is_cut_wav(path) if container == "wav" else container in _STATES_LENGTH and heard_s < stated_s * 0.98 - 1
    if heard_s == 0 and recording.problems:
        raise Malformed("none of the recording's audio could be decoded; export it anew")
    if heard_s == 0 and cut:
        raise Truncated("the recording states audio and holds none; it was cut off when it was written or sent")
    if heard_s == 0:
        raise Empty("the recording holds no audio")
    if container == "wav" and _understates(path):
        recording.problems.append(Problem(code="malformed", message="the header states less audio than the file holds; all of it was read"))
    if cut:
        recording.problems.append(Problem(code="truncated", message=f"the recording was cut off; what it holds ends after {heard_s:.1f} s"))


def _understates(path: Path) -> bool:
    with path.open("rb") as file:
        return understates(file)


def _is_cut_wav(path: Path) -> bool:
    with path.open("rb") as file:
        return cut_wav(file.read(HEAD_BYTES), path.stat().st_size)


def _frames_from(path: Path, media_type: str | None, start_s: float, recording: Recording) -> Iterator[tuple[AudioFrame, float | None]]:
    """Frames and their times from a point before `start_s` on; from the beginning where the file cannot be sought in."""
    from av.error import FFmpegError

    if start_s > _PREROLL_S:
        with path.open("rb") as file, opened(file, media_type) as container:
            stream = audio_track(container)
            frames = _frames(container, stream, recording)
            try:
                container.seek(round((_begin_s(stream) + start_s - _PREROLL_S) / (stream.time_base or 1)), stream=stream)
                first = next(frames, None)
            except (FFmpegError, Malformed):
                first = None
            if first is not None and first[1] is not None and first[1] <= start_s:
                yield first
                yield from frames
                return
        recording.problems.clear()
    with path.open("rb") as file, opened(file, media_type) as container:
        yield from _frames(container, audio_track(container), recording)


def _begin_s(stream: AudioStream) -> float:
    """Second at which the track's clock begins."""
    return float((stream.start_time or 0) * (stream.time_base or 0))


def _frames(container: InputContainer, stream: AudioStream, recording: Recording) -> Iterator[tuple[AudioFrame, float | None]]:
    """All frames that decode, with their seconds from the track's begin; what breaks is skipped and noted."""
    from av.error import FFmpegError, MemoryError

    begin_s = _begin_s(stream)
    tracks = len(container.streams.audio)
    if is_lie(container, container.size):
        stated = f"the recording states a length of {stated_s(container):.0f} s, which its bytes cannot hold; it was measured"
        recording.problems.append(Problem(code="malformed", message=stated))
    if tracks > 1:
        recording.problems.append(Problem(code="unsupported_type", message=f"only the first of {tracks} audio tracks was read"))
    broken = in_a_row = 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except MemoryError:
                raise
            except FFmpegError:
                broken, in_a_row = broken + 1, in_a_row + 1
                if in_a_row >= _BROKEN_PACKETS:
                    break
                continue
            for frame in frames:
                in_a_row = 0
                yield frame, None if frame.time is None else frame.time - begin_s
    except FFmpegError as error:
        recording.problems.append(Problem(code="malformed", message=f"the recording breaks off ({error.strerror}); what came before was read"))
    if broken:
        recording.problems.append(Problem(code="malformed", message=f"{broken} pieces of the audio could not be decoded and were left out"))
