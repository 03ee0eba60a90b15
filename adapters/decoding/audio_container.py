"""A recording opened by FFmpeg on a short lead: its own bytes, the container we recognised, the codecs we allow, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from adapters.decoding.audio_formats import CODECS, HEAD_BYTES, container_of, sniff, understated_wav
from schemas.errors import Empty, Malformed, MemoryLimit, Truncated, UnsupportedType

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

_MIN_BITS_PER_S: Final = 10
"""A stated length that leaves less than this a second is a lie: silence takes 14 bit/s in FLAC's longest blocks, 130 in Opus without a voice."""


@contextmanager
def opened(file: BinaryIO, media_type: str | None) -> Iterator[InputContainer]:
    """The container in the open `file`, by the type that somebody sniffed or by its bytes.

    Raises `Empty`, `UnsupportedType`, `Malformed` (also for one that refers to another file or address), `Truncated` or `MemoryLimit`, and
    turns FFmpeg's errors of its body into these.
    """
    import av

    head = file.read(HEAD_BYTES)
    if not head:
        raise Empty("the recording has no bytes")
    name = container_of(media_type) if media_type else sniff(head)
    if name is None:
        raise UnsupportedType("this is no recording that is read here; wav, mp3, flac, ogg, m4a, aac, amr, aiff and wma are")
    only = {"format_whitelist": _demuxer(name), "codec_whitelist": ",".join(sorted(CODECS)), "protocol_whitelist": "none"}
    if name == "wav" and understates(file):
        only["ignore_length"] = "1"
    file.seek(0)
    with _translated(), av.open(Input(file), mode="r", format=name, io_open=_refuse, container_options=only, metadata_errors="replace") as container:
        yield container


def understates(file: BinaryIO) -> bool:
    """Whether the WAV in the open `file` states less audio than it holds."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD_BYTES)
    return understated_wav(head, size, file)


class Input:
    """The open file as FFmpeg sees it: readable, and seekable within reason only. PyAV prints exceptions of `seek` to standard error."""

    def __init__(self, file: BinaryIO) -> None:
        self.read = file.read
        self.tell = file.tell
        self._file = file

    def seek(self, offset: int, whence: int = 0) -> int:
        """The new position; -1, FFmpeg's sign of failure, for one before the file's begin."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def _demuxer(name: str) -> str:
    """FFmpeg's full list of names of a demuxer, as its allowlist compares them."""
    return {"mov": "mov,mp4,m4a,3gp,3g2,mj2", "matroska": "matroska,webm"}.get(name, name)


def _refuse(*_: object) -> BinaryIO:
    """Answers FFmpeg's wish to open something else."""
    raise Malformed("the recording refers to another file or address; only audio inside the file itself is read")


@contextmanager
def _translated() -> Iterator[None]:
    """FFmpeg's errors as ours, chained."""
    from av import error as ffmpeg

    try:
        yield
    except ffmpeg.EOFError as error:
        raise Truncated("the recording ends before its audio begins; it was cut off when it was written or sent") from error
    except ffmpeg.MemoryError as error:
        raise MemoryLimit("the recording asks for more memory than a parser may have; export it anew as wav or mp3") from error
    except (ffmpeg.LookupError, ffmpeg.PatchWelcomeError, ffmpeg.NotImplementedError) as error:
        raise UnsupportedType(f"this variant of the format is not read ({error.strerror}); export the recording as wav or mp3") from error
    except ffmpeg.FFmpegError as error:
        raise Malformed(f"the recording breaks its own format ({error.strerror}); export it anew") from error


def audio_track(container: InputContainer) -> AudioStream:
    """The first audio track. Raises `UnsupportedType` or `Malformed`."""
    if not container.streams.audio:
        if container.streams.video:
            raise UnsupportedType("the file is a video without sound; only its audio could be read")
        raise Malformed("the file has no audio track")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None or context.name not in CODECS:
        raise UnsupportedType(f"audio coded as {context.name if context else 'something unknown'} is not read; export the recording as wav or mp3")
    context.thread_count = 1
    return stream


def stated_s(container: InputContainer) -> float:
    """The length that the container states, seconds; 0 where it states none."""
    return max(0, container.duration or 0) / 1_000_000


def is_lie(container: InputContainer, size: int) -> bool:
    """Whether a file of `size` bytes cannot hold the length it states."""
    return stated_s(container) * _MIN_BITS_PER_S > size * 8
