"""Which recordings are read: containers told apart by their first bytes, and the codecs that may be decoded inside them.

FFmpeg knows hundreds of formats, some of which open other files (playlists, `concat`, image sequences). Here a container is recognised by us and
forced on FFmpeg, so that what a file claims to be by its name never chooses the parser.
"""

from __future__ import annotations

from typing import BinaryIO, Final, Literal

HEAD_BYTES: Final = 64 * 1024
"""Bytes `sniff` wants to see: an ID3 tag with a small picture, and the frames behind it."""

MEDIA_TYPES: Final[dict[str, frozenset[str]]] = {
    "wav": frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"}),
    "w64": frozenset({"audio/x-w64"}),
    "aiff": frozenset({"audio/aiff", "audio/x-aiff"}),
    "au": frozenset({"audio/basic"}),
    "caf": frozenset({"audio/x-caf"}),
    "mp3": frozenset({"audio/mpeg", "audio/mp3"}),
    "aac": frozenset({"audio/aac", "audio/x-aac"}),
    "flac": frozenset({"audio/flac", "audio/x-flac"}),
    "ogg": frozenset({"audio/ogg", "audio/opus", "audio/vorbis", "application/ogg"}),
    "amr": frozenset({"audio/amr", "audio/amr-wb"}),
    "mov": frozenset({"audio/mp4", "audio/m4a", "audio/x-m4a", "video/mp4", "video/3gpp", "video/3gpp2", "audio/3gpp", "video/quicktime"}),
    "matroska": frozenset({"audio/webm", "video/webm", "audio/x-matroska", "video/x-matroska"}),
    "asf": frozenset({"audio/x-ms-wma", "video/x-ms-asf"}),
}
"""Container (FFmpeg's name of its demuxer) to the media types it goes by."""

CODECS: Final = frozenset(
    """
    pcm_s8 pcm_u8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_alaw pcm_mulaw
    adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_ima_oki g722 g726 g726le g729 g723_1 gsm gsm_ms
    mp1 mp1float mp2 mp2float mp3 mp3float aac aac_latm alac flac vorbis opus libopus speex
    amrnb amrwb libopencore_amrnb libopencore_amrwb wmav1 wmav2 wmapro wmavoice
    """.split()
)
"""Decoders that may run: what telephone systems, recorders and phones write."""

_CONTAINER_OF: Final = {media_type: container for container, types in MEDIA_TYPES.items() for media_type in types}

_MAGIC: Final = (
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (0, b"#!AMR", "amr"),
    (0, b".snd", "au"),
    (0, b"caff", "caf"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "asf"),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "w64"),
    (4, b"ftyp", "mov"),
    (4, b"moov", "mov"),
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
)
_RIFF: Final = frozenset({b"RIFF", b"RIFX", b"RF64", b"BW64"})
_STILL_IMAGES: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis", b"crx "})
"""`ftyp` brands of pictures, which share MP4's container."""


def sniff(head: bytes) -> str | None:
    """The container `head` (the file's first `HEAD_BYTES`) opens, by FFmpeg's name; None for anything that is no recording we read."""
    if head[:4] in _RIFF and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    for offset, magic, container in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return None if head[4:8] == b"ftyp" and head[8:12] in _STILL_IMAGES else container
    return _sniff_frames(head)


def container_of(media_type: str) -> str | None:
    """The container behind a media type somebody else sniffed; None for types that are not read."""
    return _CONTAINER_OF.get(media_type)


def _sniff_frames(head: bytes) -> str | None:
    """Formats without a header of their own: MPEG audio and ADTS, possibly behind an ID3v2 tag."""
    start = 0
    while head[start : start + 3] == b"ID3" and len(head) >= start + 10:  # tags may be stacked
        start += 10 + _syncsafe(head[start + 6 : start + 10]) + (10 if head[start + 5] & 0x10 else 0)
    if start >= len(head):
        return "mp3" if start else None  # a tag larger than the head (a cover picture): ID3v2 stands before MP3 nearly always
    if head[start : start + 4] == b"fLaC":
        return "flac"
    body = head[start:].lstrip(b"\0")
    if len(body) < 4 or body[0] != 0xFF:
        return None
    if body[1] & 0xF6 == 0xF0:
        return "aac"
    return "mp3" if _is_mpeg_frame(body) else None


def _syncsafe(four: bytes) -> int:
    """ID3v2's length: 7 bits a byte."""
    return (four[0] & 0x7F) << 21 | (four[1] & 0x7F) << 14 | (four[2] & 0x7F) << 7 | (four[3] & 0x7F)


def _is_mpeg_frame(body: bytes) -> bool:
    """ISO 11172-3 header: sync, and version, layer, bit rate and sampling rate are none of the reserved values (nor "free" bit rate)."""
    version, layer = body[1] >> 3 & 3, body[1] >> 1 & 3
    bit_rate, rate = body[2] >> 4, body[2] >> 2 & 3
    return body[1] & 0xE0 == 0xE0 and version != 1 and layer != 0 and bit_rate not in (0, 15) and rate != 3


_STREAMED: Final = 0x7FFF0000
"""Data lengths from here on (0xFFFFFFFF, 0x7FFFFFFF, espeak-ng's 0x7FFFF000) are written by programs that do not know the length yet."""

_LEAST_BEHIND: Final = 1_600
"""Bytes behind the stated data that count: a tenth of a second of telephone audio; less is padding."""


def cut_wav(head: bytes, size: int) -> bool:
    """Whether a WAV of `size` bytes, beginning with `head`, states more audio than it holds (FFmpeg trims the length without a word)."""
    found = _data(head)
    return found is not None and sum(found) > size and found[1] < _STREAMED


def understated_wav(head: bytes, size: int, file: BinaryIO) -> bool:
    """Whether audio goes on behind the data that a WAV states: what follows it is no chunk. A recorder that died wrote its header long before."""
    found = _data(head)
    if found is None or not 0 < found[1] < _STREAMED:
        return False
    end = sum(found) + found[1] % 2
    if size - end < _LEAST_BEHIND:
        return False
    file.seek(end)
    return any(not 0x20 <= letter < 0x7F for letter in file.read(4))


def _data(head: bytes) -> tuple[int, int] | None:
    """Where the audio of a WAV begins, and the bytes it is said to have."""
    order: Literal["little", "big"] = "big" if head[:4] == b"RIFX" else "little"
    at = 12
    while len(head) >= at + 8:
        length = int.from_bytes(head[at + 4 : at + 8], order)
        if head[at : at + 4] == b"data":
            return at + 8, length
        at += 8 + length + length % 2
    return None
