"""Small files that claim or unpack to far more than they are: pixels, frames, bytes, pages, depth."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from benchmarks import material

SIDE = 50_000
_MIB = 1 << 20


def claims() -> Iterator[tuple[str, bytes]]:
    """Headers that promise what does not follow, and structures that never end; name and bytes of each."""
    yield from _images()
    yield from _pdfs()
    yield from _audio()


def bombs() -> Iterator[tuple[str, bytes]]:
    """What really unpacks to hundreds of megabytes; making them takes seconds."""
    yield from _images_that_unpack()
    yield from _archives()
    yield from _pdfs_that_unpack()


def _deflated(total: int, unit: bytes = bytes(_MIB)) -> bytes:
    """`total` bytes of `unit` over and over, compressed as they are made."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(unit[: min(len(unit), total - at)]) for at in range(0, total, len(unit))]
    return b"".join([*parts, packer.flush()])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, body: bytes, *extra: bytes) -> bytes:
    """A 1-bit grey PNG with this compressed body."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _tiff(width: int, height: int, compression: int, body: bytes) -> bytes:
    """A 1-bit TIFF of one strip."""
    entries = ((256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, compression), (262, 3, 1), (273, 4, 8), (278, 4, height), (279, 4, len(body)))
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries) + bytes(4)
    return b"II*\0" + struct.pack("<I", 8 + len(body)) + body + directory


def _bmp(width: int, height: int, compression: int = 0) -> bytes:
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, compression, 0, 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 1024, 0, 0, 54 + 1024) + info + bytes(1024) + b"\0\0\0\1"


def _gif(frames: int) -> bytes:
    frame = b"\x21\xf9\x04\0\0\0\0\0" + b"\x2c\0\0\0\0\1\0\1\0\0" + b"\x02\x02\x44\x01\0"
    return b"GIF89a\1\0\1\0\x80\0\0" + b"\0\0\0\xff\xff\xff" + frame * frames + b";"


def _looping_tiff() -> bytes:
    """A directory whose next directory is itself."""
    whole = bytearray(_tiff(8, 8, 1, bytes(8)))
    whole[-4:] = struct.pack("<I", 16)
    return bytes(whole)


def _images() -> Iterator[tuple[str, bytes]]:
    yield "scans/header-only.png", png(SIDE, SIDE, b"")
    yield "scans/largest.png", png(2**31 - 1, 2**31 - 1, b"")
    yield "scans/header-only.tiff", _tiff(SIDE, SIDE, 1, b"\0")
    yield "scans/loop.tiff", _looping_tiff()
    yield "scans/header-only.bmp", _bmp(SIDE, SIDE)
    yield "scans/run-length.bmp", _bmp(SIDE, SIDE, 1)
    yield "scans/negative.bmp", _bmp(-SIDE, -SIDE)
    yield "scans/wide.gif", b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\x80\0\0\0\0\0\xff\xff\xff" + _gif(1)[19:]
    yield "scans/narrow.png", png(1, 100_000_000, _deflated(2 * 100_000))
    yield "scans/chunk-length.png", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IHDR" + bytes(40)


def _images_that_unpack() -> Iterator[tuple[str, bytes]]:
    row = SIDE // 8 + 1
    yield "scans/bomb.png", png(SIDE, SIDE, _deflated(row * SIDE))
    yield "brochures/bomb.png", png(SIDE, SIDE, _deflated(row * 100))
    yield "scans/text-chunk.png", png(8, 8, _deflated(16), _chunk(b"zTXt", b"Comment\0\0" + _deflated(256 * _MIB)))
    yield "scans/icc-bomb.png", png(8, 8, _deflated(16), _chunk(b"iCCP", b"p\0\0" + _deflated(256 * _MIB)))
    yield "scans/bomb.tiff", _tiff(SIDE, SIDE, 8, _deflated(row * SIDE))
    yield "scans/frames.gif", _gif(100_000)


def _archives() -> Iterator[tuple[str, bytes]]:
    zeros = io.BytesIO()
    with zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive, archive.open("zeros", "w", force_zip64=True) as file:
        for _ in range(256):
            file.write(bytes(_MIB))
    yield "documents/bomb.zip", zeros.getvalue()
    nested = zeros.getvalue()
    for depth in range(4):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(8):
                archive.writestr(f"{depth}-{copy}.zip", nested)
        nested = outer.getvalue()
    yield "documents/nested.zip", nested
    yield "documents/bomb.gz", gzip.compress(bytes(64 * _MIB))
    yield "documents/bomb.csv.gz", gzip.compress(b"id,text\n" * 4_000_000)
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9)
    )
    laughs += b"]><l>&j;</l>"
    yield "documents/laughs.xml", laughs
    office = io.BytesIO()
    with zipfile.ZipFile(office, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", laughs)
        archive.writestr("word/document.xml", laughs)
    yield "documents/laughs.docx", office.getvalue()
    yield (
        "messages/laughs.eml",
        material.mail("laughs", "see enclosed", [("l.xml", "application/xml", laughs), ("d.docx", "application/zip", office.getvalue())]),
    )


def _pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return bytes(out) + table + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))


def _pdfs() -> Iterator[tuple[str, bytes]]:
    catalogue, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R >>"
    yield "documents/self-kid.pdf", _pdf(catalogue, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>")
    yield (
        "documents/million-pages.pdf",
        _pdf(catalogue, b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>", page, b"<< /Length 0 >>\nstream\nendstream"),
    )
    yield "documents/huge-page.pdf", _pdf(catalogue, pages, page.replace(b"300 400", b"2000000 2000000"), b"<< /Length 0 >>\nstream\nendstream")
    yield "documents/nested.pdf", _pdf(catalogue, b"[" * 100_000 + b"]" * 100_000)
    yield "documents/encrypted.pdf", material.text_pdf(["secret"], "open sesame")
    yield "documents/owner-only.pdf", material.text_pdf(["readable by all"], "")
    launch = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> /Names << /JavaScript 3 0 R >> >>"
    yield "documents/launch.pdf", _pdf(launch, b"<< /Type /Pages /Kids [] /Count 0 >>", b"<< /S /JavaScript /JS (app.alert(1)) >>")


def _pdfs_that_unpack() -> Iterator[tuple[str, bytes]]:
    catalogue, pages = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R >>"
    body = _deflated(256 * _MIB, b"0 0 m 9 9 l S\n" * 4096)
    yield "documents/stream.pdf", _pdf(catalogue, pages, page, b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(body), body))
    big = (
        b"<< /Type /XObject /Subtype /Image /Width 50000 /Height 50000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode /Length %d >>"
    )
    pixels = _deflated((SIDE // 8) * SIDE)
    shown = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>"
    paint = b"<< /Length 30 >>\nstream\nq 300 0 0 400 0 0 cm /I Do Q  \nendstream"
    yield "documents/image.pdf", _pdf(catalogue, pages, shown, paint, big % len(pixels) + b"\nstream\n" + pixels + b"\nendstream")


def _audio() -> Iterator[tuple[str, bytes]]:
    def wav(channels: int, rate: int, bits: int, declared: int, samples: bytes) -> bytes:
        form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * bits // 8) & 0xFFFFFFFF, (channels * bits // 8) & 0xFFFF, bits)
        return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", declared) + samples

    yield "calls/one-gigabyte.wav", wav(1, 8000, 16, 1 << 30, bytes(1600))
    yield "calls/no-channels.wav", wav(0, 8000, 16, 1600, bytes(1600))
    yield "calls/many-channels.wav", wav(65_535, 8000, 16, 1600, bytes(1600))
    yield "calls/no-rate.wav", wav(1, 0, 16, 1600, bytes(1600))
    yield "calls/fast.wav", wav(2, 0xFFFFFFFF, 32, 0xFFFFFFFF, bytes(1600))
    yield "calls/odd-bits.wav", wav(1, 8000, 13, 1600, bytes(1600))
    stream_info = struct.pack(">HH", 4096, 4096) + bytes(6) + (8000 << 44 | 1 << 41 | 15 << 36 | (1 << 36) - 1).to_bytes(8, "big") + bytes(16)
    yield "calls/endless.flac", b"fLaC\x80\0\0\x22" + stream_info + b"\xff\xf8\x69\x08\0" * 20
    yield "calls/box.m4a", b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + struct.pack(">I4sQ", 1, b"moov", 1 << 62) + bytes(64)
    yield "calls/boxes.m4a", b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42" + b"\0\0\x10\0moov" * 500
    yield "calls/tag.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(2000)
    playlist = b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nconcat:http://127.0.0.1:9/x|file:///etc/passwd\n#EXT-X-ENDLIST\n"
    yield "calls/playlist.mp3", playlist
    yield "calls/playlist.m3u8", playlist
    yield "calls/list.txt.mp3", b"ffconcat version 1.0\nfile /etc/passwd\n"
