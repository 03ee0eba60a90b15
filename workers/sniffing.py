"""Media types from content: a pure function over the first bytes of a file.

A name never makes a type: it only chooses between text formats whose bytes look alike (CSV or prose, JSON or JSON lines). Where a file could be
two things at once, the answer is the one that no pipeline opens (`application/octet-stream`), because a file read by two parsers is an attack.
Signatures are those of the formats' own specifications; names follow the IANA registry where it has one.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from workers.sniffing_text import CONTROLS, sniff_text

HEAD_BYTES = 65_536
"""How much of a file `sniff` wants to see; less is allowed."""

EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"


class Signature(NamedTuple):
    """`magic` at byte `offset` means `media_type`."""

    magic: bytes
    media_type: str
    offset: int = 0


SIGNATURES: tuple[Signature, ...] = (
    Signature(b"%PDF-", "application/pdf"),
    Signature(b"\x89PNG\r\n\x1a\n", "image/png"),
    Signature(b"\xff\xd8\xff", "image/jpeg"),
    Signature(b"GIF87a", "image/gif"),
    Signature(b"GIF89a", "image/gif"),
    Signature(b"II*\x00", "image/tiff"),
    Signature(b"MM\x00*", "image/tiff"),
    Signature(b"II+\x00", "image/tiff"),
    Signature(b"MM\x00+", "image/tiff"),
    Signature(b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    Signature(b"\xff\x4f\xff\x51", "image/jp2"),
    Signature(b"8BPS\x00", "image/vnd.adobe.photoshop"),
    Signature(b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    Signature(b"DDS ", "image/vnd-ms.dds"),
    Signature(b"SIMPLE  =", "image/fits"),
    Signature(b"fLaC", "audio/flac"),
    Signature(b"OggS", "audio/ogg"),
    Signature(b"#!AMR", "audio/amr"),
    Signature(b".snd", "audio/basic"),
    Signature(b"MThd", "audio/midi"),
    Signature(b"caff\x00", "audio/x-caf"),
    Signature(b"MAC ", "audio/x-ape"),
    Signature(b"APETAGEX", "audio/x-ape"),
    Signature(b"wvpk", "audio/x-wavpack"),
    Signature(b"MPCK", "audio/x-musepack"),
    Signature(b"MP+", "audio/x-musepack"),
    Signature(b"TTA1", "audio/x-tta"),
    Signature(b"OFR ", "audio/x-optimfrog"),
    Signature(b"tBaK", "audio/x-tak"),
    Signature(b"DSD ", "audio/x-dsf"),
    Signature(b"FRM8", "audio/x-dff"),
    Signature(b"\x0b\x77", "audio/ac3"),
    Signature(b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "audio/x-w64"),
    Signature(b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", "audio/x-ms-wma"),
    Signature(b"%!PS", "application/postscript"),
    Signature(b"\xc5\xd0\xd3\xc6", "application/postscript"),
    Signature(b"{\\rtf", "application/rtf"),
    Signature(b"#EXTM3U", "application/vnd.apache.mpegurl"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    Signature(b"PK\x03\x04", "application/zip"),
    Signature(b"PK\x05\x06", "application/zip"),
    Signature(b"\x1f\x8b", "application/gzip"),
    Signature(b"BZh", "application/x-bzip2"),
    Signature(b"\xfd7zXZ\x00", "application/x-xz"),
    Signature(b"(\xb5/\xfd", "application/zstd"),
    Signature(b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    Signature(b"Rar!\x1a\x07", "application/vnd.rar"),
    Signature(b"ustar", "application/x-tar", 257),
    Signature(b"MZ", "application/vnd.microsoft.portable-executable"),
    Signature(b"\x7fELF", "application/x-executable"),
    Signature(b"\xca\xfe\xba\xbe", "application/x-executable"),
    Signature(b"\xcf\xfa\xed\xfe", "application/x-executable"),
    Signature(b"\xfe\xed\xfa\xcf", "application/x-executable"),
    Signature(b"\xfe\xed\xfa\xce", "application/x-executable"),
    Signature(b"\x00asm", "application/wasm"),
    Signature(b"#!/", "text/x-shellscript"),
    Signature(b"SQLite format 3\x00", "application/vnd.sqlite3"),
    Signature(b"PAR1", "application/vnd.apache.parquet"),
)
"""Tried in order; formats that need a second look are handled by the functions below."""

_WORDS = frozenset({b"MAC ", b"MP+", b"OFR ", b"DDS ", b"DSD ", b"BZh", b"MZ", b"TTA1", b"FRM8", b"tBaK", b"caff", b"PAR1", b"ustar", b".snd"})
"""Magics a sentence may begin with ("MAC lipstick is great"): they count only when control characters follow."""

_RIFF = {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|body|\?php)[\s>]", re.IGNORECASE)
_LATE_PDF = re.compile(rb"(?:^|[\r\n\x00])%PDF-\d\.\d")
_PDF_WINDOW = 1024
"""Readers accept a PDF header within the first 1,024 bytes (ISO 32000-1, Annex H, note 13)."""


def sniff(head: bytes, size: int, name: str = "") -> str:
    """The media type of a file of `size` bytes that begins with `head` (up to `HEAD_BYTES`).

    `name` is only consulted between text formats. Answers `application/x-empty` for no bytes and `application/octet-stream` for anything
    unknown or ambiguous. Never raises.
    """
    if not head:
        return EMPTY if size == 0 else UNKNOWN
    binary = _signed(head)
    if binary is not None:
        return UNKNOWN if _polyglot(head, binary) else binary
    late = _LATE_PDF.search(head[:_PDF_WINDOW])
    text = sniff_text(head, len(head) < size, name)
    if late and text != "message/rfc822":
        return UNKNOWN if text in ("text/html", "application/xml", "image/svg+xml") else "application/pdf"
    if text is not None:
        return text
    return "audio/mpeg" if _late_mp3(head) else UNKNOWN


def _signed(head: bytes) -> str | None:
    if head[:3] == b"ID3" and len(head) >= 10:
        return _after_id3(head)
    container = _container(head)
    if container is not None:
        return container
    controls = len(head[:64].translate(None, CONTROLS)) < len(head[:64])
    for magic, media_type, offset in SIGNATURES:
        if head.startswith(magic, offset) and (controls or magic not in _WORDS):
            return _refine(head, media_type)
    return _synced_audio(head)


def _container(head: bytes) -> str | None:
    """Families whose members are told apart by a second mark."""
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/aiff"
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:2] == b"BM" and _is_bitmap(head):
        return "image/bmp"
    return None


def _refine(head: bytes, media_type: str) -> str:
    if media_type == "application/zip":
        return _zip_content(head)
    if media_type == "audio/ogg" and b"theora" in head[:512]:
        return "video/ogg"
    return media_type


def _polyglot(head: bytes, media_type: str) -> bool:
    if media_type.startswith("image/"):
        start = head[:_PDF_WINDOW]
        return _MARKUP.search(start) is not None or b"%PDF-" in start
    if media_type == "application/pdf":
        return _MARKUP.search(head[:64]) is not None
    return False


def _is_bitmap(head: bytes) -> bool:
    """A BMP's reserved words are zero and its pixels begin in the first pages of the file (MSDN, BITMAPFILEHEADER)."""
    return len(head) >= 14 and head[6:10] == bytes(4) and 14 <= struct.unpack_from("<I", head, 10)[0] < 65_536


def _iso_media(head: bytes) -> str:
    brand = head[8:12]
    if head[:4] == b"\x00\x00\x00\x01":
        brand = head[16:20]  # a 64-bit box size stands between the name and the brand
    if brand in (b"mif1", b"miaf"):
        return _still_image(head)
    if brand in _BRANDS:
        return _BRANDS[brand]
    if brand[:3] == b"3gp":
        return "video/3gpp"
    if brand[:3] == b"3g2":
        return "video/3gpp2"
    if b"soun" in head and b"vide" not in head:
        return "audio/mp4"
    return "video/mp4"


def _still_image(head: bytes) -> str:
    """A file that calls itself no more than a HEIF still names its coding among the brands it is compatible with (ISO/IEC 23008-12, 10.2.1)."""
    (length,) = struct.unpack_from(">I", head)
    brands = [head[at : at + 4] for at in range(16, min(length, len(head), 256), 4)]
    return "image/avif" if b"avif" in brands and b"heic" not in brands else "image/heic"


def _zip_content(head: bytes) -> str:
    """An office document when its parts are named in the local headers at hand; they come first in files office programs write."""
    if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
        for folder, media_type in _OFFICE.items():
            if folder in head:
                return media_type
    stored = re.search(rb"mimetype(application/(?:vnd\.oasis\.opendocument\.\w+|epub\+zip))", head[:200])
    return stored.group(1).decode() if stored else "application/zip"


def _after_id3(head: bytes) -> str | None:
    """ID3v2 (id3.org, 2.4.0 structure): four size bytes of seven bits; the audio follows the tag."""
    if head[3] not in (2, 3, 4) or any(byte & 0x80 for byte in head[6:10]):
        return None
    end = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
    if head.startswith(b"fLaC", end):
        return "audio/flac"
    if head.startswith(b"MAC ", end):
        return "audio/x-ape"
    return "audio/aac" if len(head) > end + 1 and _adts_length(head, end) else "audio/mpeg"


# --- frames of MPEG audio: ISO 11172-3 2.4.1.3 (layers I-III) and ISO 13818-7 6.2 (ADTS) --------------------------------------------------

_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBPS_V1 = {
    3: (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    2: (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    1: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
}
_KBPS_V2 = {
    3: (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    1: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _frame_length(data: bytes, at: int) -> int:
    """Bytes of the MPEG audio frame whose header stands at `at`; 0 when none does."""
    if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = data[at + 1] >> 3 & 3, data[at + 1] >> 1 & 3
    bitrate, rate, padding = data[at + 2] >> 4, data[at + 2] >> 2 & 3, data[at + 2] >> 1 & 1
    if version == 1 or layer == 0 or rate == 3 or bitrate in (0, 15):
        return 0
    bits = (_KBPS_V1 if version == 3 else _KBPS_V2)[layer][bitrate - 1] * 1000
    hertz = _RATES_HZ[version][rate]
    if layer == 3:
        return (12 * bits // hertz + padding) * 4
    return (144 if version == 3 or layer == 2 else 72) * bits // hertz + padding


def _adts_length(data: bytes, at: int) -> int:
    """Bytes of the ADTS frame whose header stands at `at`; 0 when none does."""
    if len(data) < at + 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0 or data[at + 2] >> 2 & 0xF > 12:
        return 0
    length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    return length if length >= 7 else 0


def _synced_audio(head: bytes) -> str | None:
    """Raw AAC or MP3: a frame header, and another one where the first frame ends."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None  # a UTF-16 byte order mark has the bits of a frame sync
    for length_of, media_type in ((_adts_length, "audio/aac"), (_frame_length, "audio/mpeg")):
        length = length_of(head, 0)
        if length and (length_of(head, length) or length >= len(head)):
            return media_type
    return None


def _late_mp3(head: bytes) -> bool:
    """Three frames in a row somewhere in the first 4 KiB: recorders pad the start of a file with zeros or junk."""
    at = head.find(b"\xff", 0, 4096)
    while at >= 0:
        second = _frame_length(head, at)
        third = second and _frame_length(head, at + second)
        if third and _frame_length(head, at + second + third):
            return True
        at = head.find(b"\xff", at + 1, 4096)
    return False
