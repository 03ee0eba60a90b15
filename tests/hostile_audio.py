"""Over 250 broken, odd and malicious recordings, the same in every run: `hostile_files()` yields name and bytes one by one.

`tests/integration/test_odd_audio.py` reads them all as the service does.
"""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import av
import numpy as np

from adapters.testing.sound import RATE_HZ, silence, tone
from tests.audiofiles import FORMS, Form, amr_wb, chunk, encoded, gsm_wav, riff, wav

Named = tuple[str, bytes]
SOUND = np.concatenate([silence(0.4), tone(0.8), silence(0.3)])
SEEDS = ("wav", "aiff", "au", "caf", "w64", "mp3", "aac", "m4a", "ogg", "flac", "amr", "webm", "wma", "3gp")
"""Containers that are cut and flipped."""


@cache
def sample(extension: str) -> bytes:
    """A second and a half in the first form of that container."""
    return encoded(next(form for form in FORMS if form.extension == extension), SOUND)


def pcm(sound: np.ndarray = SOUND) -> bytes:
    """16-bit samples at 16 kHz."""
    return sound.astype("<i2").tobytes()


# --- hardly anything ------------------------------------------------------------------------------------------------------------------------


def nothing() -> Iterator[Named]:
    """No bytes, one byte, only headers, noise."""
    for extension in ("wav", "mp3", "m4a", "ogg"):
        yield f"empty.{extension}", b""
        yield f"zeros.{extension}", b"\0" * 50_000
        yield f"ones.{extension}", b"\xff" * 50_000
        yield f"noise.{extension}", random.Random(extension).randbytes(50_000)
    for extension in SEEDS:
        yield f"head-16.{extension}", sample(extension)[:16]
        yield f"head-64.{extension}", sample(extension)[:64]
    yield "one-byte.wav", b"R"
    yield "only-riff.wav", b"RIFF"
    yield "only-header.wav", wav(b"")
    yield "sync-only.mp3", b"\xff\xfb\x90\x64" * 3000
    yield "sync-only.aac", b"\xff\xf1\x50\x80\x02\x1f\xfc" * 3000
    yield "only-magic.amr", b"#!AMR\n"


# --- WAV headers ----------------------------------------------------------------------------------------------------------------------------


def headers() -> Iterator[Named]:
    """Fields of a WAV that say what cannot be, or what hardly anybody writes."""
    body = pcm()
    for rate in (0, 1, 3_999, 4_000, 7_999, 12_345, 96_000, 384_000, 384_001, 0x7FFFFFFF, 0xFFFFFFFF):
        yield f"rate-{rate}.wav", wav(body, rate=rate)
    for channels in (0, 3, 7, 8, 9, 30, 32, 33, 255, 65_535):
        yield f"channels-{channels}.wav", wav(body * max(1, min(channels, 40)), channels=channels)
    for bits in (0, 1, 4, 7, 8, 12, 13, 20, 24, 32, 48, 64, 128, 65_535):
        yield f"bits-{bits}.wav", wav(body, bits=bits)
    for tag in (0, 2, 3, 6, 7, 0x10, 0x11, 0x20, 0x31, 0x45, 0x50, 0x55, 0x61, 0x64, 0x69, 0xA1, 0x160, 0x161, 0x270, 0x674F, 0xFFFE, 0xFFFF):
        yield f"tag-{tag:x}.wav", wav(body, tag)
    for align in (0, 1, 3, 65_535):
        yield f"align-{align}.wav", wav(body, align=align)
    for length in (0, 1, 0x7FFFF000, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF):
        good = wav(body, rate=16_000)
        yield f"says-{length:x}.wav", good[:4] + struct.pack("<I", length) + good[8:40] + struct.pack("<I", length) + good[44:]
    form = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    yield "no-form.wav", riff(chunk(b"data", body))
    yield "no-data.wav", riff(chunk(b"fmt ", form))
    yield "data-first.wav", riff(chunk(b"data", body), chunk(b"fmt ", form))
    yield "two-forms.wav", riff(chunk(b"fmt ", form), chunk(b"fmt ", form[::-1]), chunk(b"data", body))
    yield "two-data.wav", riff(chunk(b"fmt ", form), chunk(b"data", body), chunk(b"data", body))
    yield "short-form.wav", riff(chunk(b"fmt ", form[:6]), chunk(b"data", body))
    yield "long-form.wav", riff(chunk(b"fmt ", form + bytes(60_000)), chunk(b"data", body))
    yield "far-data.wav", riff(chunk(b"fmt ", form), chunk(b"LIST", bytes(200_000)), chunk(b"data", body))
    yield "many-chunks.wav", riff(chunk(b"fmt ", form), *(chunk(b"junk", b"") for _ in range(20_000)), chunk(b"data", body))
    yield "huge-fact.wav", riff(chunk(b"fmt ", form), chunk(b"fact", b"\xff" * 4), chunk(b"data", body))
    yield "odd-bytes.wav", riff(chunk(b"fmt ", form), chunk(b"data", body + b"\x01"))
    yield "wrong-size.wav", b"RIFF\x04\0\0\0" + riff(chunk(b"fmt ", form), chunk(b"data", body))[8:]
    yield "one-sample.wav", wav(b"\x10\x10", rate=16_000)
    yield "eight-bit.wav", wav(bytes((SOUND // 256 + 128).astype(np.uint8)), rate=16_000, bits=8)
    yield (
        "rf64.wav",
        b"RF64\xff\xff\xff\xffWAVE"
        + chunk(b"ds64", struct.pack("<QQQI", 1 << 40, 1 << 40, 1 << 39, 0))
        + chunk(b"fmt ", form)
        + (b"data\xff\xff\xff\xff" + body),
    )
    yield "rifx.wav", b"RIFX" + wav(body)[4:]
    yield "text-inside.wav", wav(b"The caller said that the order is late. " * 500)
    yield "nested.wav", wav(wav(wav(body)))
    yield "mp3-inside.wav", riff(chunk(b"fmt ", struct.pack("<HHIIHH", 0x55, 1, 16_000, 4_000, 1, 0)), chunk(b"data", sample("mp3")))


def floats() -> Iterator[Named]:
    """Samples that are no numbers, or far too large."""
    for bits, kind in ((32, "<f4"), (64, "<f8")):
        for name, value in (("nan", np.nan), ("inf", np.inf), ("minus-inf", -np.inf), ("huge", 1e30), ("tiny", 1e-40), ("mixed", None)):
            sound = SOUND / 32768 if value is None else np.full(len(SOUND), value)
            if value is None:
                sound[5_000:9_000:7] = np.nan
                sound[9_000:12_000:5] = np.inf
            yield f"{name}-{bits}.wav", wav(sound.astype(kind).tobytes(), 3, rate=16_000, bits=bits)


# --- other forms ----------------------------------------------------------------------------------------------------------------------------


def forms() -> Iterator[Named]:
    """Good ones, so that what is refused is refused for its fault."""
    for form in FORMS:
        yield form.name, encoded(form, SOUND)
    yield "gsm.wav", gsm_wav(1)
    yield "wide-band.amr", amr_wb(0.3, 0.5)
    yield "upper.WAV", sample("wav")
    yield "no-extension", sample("ogg")
    yield "call.txt", sample("mp3")


def joined() -> Iterator[Named]:
    """Several recordings in one file, and what stands before and behind one."""
    yield "padded.mp3", bytes(3_000) + sample("mp3")
    yield "tail.mp3", sample("mp3") + b"TAG" + b"x" * 125
    yield "twice.wav", sample("wav") * 2
    yield "chained.ogg", sample("ogg") + sample("ogg")
    yield "chained-other.ogg", sample("ogg") + encoded(Form("ogg", "ogg", "flac", 16_000), SOUND)
    yield "chained.flac", sample("flac") * 2
    yield "twice.mp3", sample("mp3") * 2
    yield "rates.mp3", sample("mp3") + encoded(Form("mp3", "mp3", "libmp3lame", 44_100, 2), SOUND)
    yield "twice.amr", sample("amr") * 2


def _video(muxer: str, codec: str, audio: str | None) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format=muxer, options={"fflags": "+bitexact"}) as container:
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream(audio, rate=48_000, layout="mono") if audio else None
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        if sound is not None:
            resampler = av.AudioResampler(format=sound.codec_context.format, layout="mono", rate=48_000)
            frame = av.AudioFrame.from_ndarray(SOUND[None], format="s16", layout="mono")
            frame.sample_rate = RATE_HZ
            for ready in (*resampler.resample(frame), *resampler.resample(None)):
                container.mux(sound.encode(ready))
            container.mux(sound.encode(None))
    return target.getvalue()


def videos() -> Iterator[Named]:
    """Video containers, with and without sound."""
    for muxer, codec, audio in (
        ("mp4", "mpeg4", "aac"),
        ("mp4", "mpeg4", None),
        ("mov", "mpeg4", "pcm_s16le"),
        ("matroska", "mpeg4", "libopus"),
        ("matroska", "mpeg4", None),
        ("avi", "mpeg4", "libmp3lame"),
        ("mpegts", "mpeg2video", "aac"),
        ("flv", "flv", "aac"),
        ("asf", "mpeg4", "aac"),
    ):
        data = _video(muxer, codec, audio)
        yield f"video-{muxer}-{audio}.{muxer}", data
        yield f"video-{muxer}-{audio}.wav", data + b"\0"


# --- what is no recording -------------------------------------------------------------------------------------------------------------------


def references(target: str, address: str) -> Iterator[Named]:
    """Files that name another file (`target`, a path) or an `address` on the network, under the names of recordings."""
    texts = {
        "m3u": f"#EXTM3U\n#EXTINF:10,call\n{target}\n",
        "m3u8": f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile://{target}\n#EXT-X-ENDLIST\n",
        "m3u8-net": f'#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-KEY:METHOD=AES-128,URI="{address}/key"\n'
        f"#EXTINF:10.0,\n{address}/a.ts\n#EXT-X-ENDLIST\n",
        "dash": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="audio/mp4">'
        f'<Representation id="1"><BaseURL>{address}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "concat": f"ffconcat version 1.0\nfile '{target}'\n",
        "concat-bare": f"file '{target}'\nfile '{target}'\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n",
        "cue": f'FILE "{target}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
        "pls": f"[playlist]\nFile1={target}\nLength1=-1\nNumberOfEntries=1\nVersion=2\n",
        "asx": f'<asx version="3.0"><entry><ref href="{address}/a.wma"/></entry></asx>',
        "xspf": f'<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>file://{target}</location></track></trackList></playlist>',
        "smil": f'<smil><body><audio src="{address}/a.mp3"/></body></smil>',
        "ram": f"{address}/a.ra\n",
        "reference-mov": f"RTSPtext\r\n{address}/a.mov\n",
        "subfile": f"subfile,,start,0,end,0,,:{target}",
        "lavfi": f"amovie={target}",
        "html": f'<html><body><audio src="{address}/a.mp3"></audio></body></html>',
        "words": "This is a letter and no call. It is named so by mistake.\n" * 20,
    }
    for kind, text in texts.items():
        for extension in ("wav", "mp3"):
            yield f"{kind}.{extension}", text.encode()
    tag = b"ID3\x04\0\0\0\0\0\0"
    for kind in ("m3u8", "concat"):
        yield f"behind-id3-{kind}.mp3", tag + texts[kind].encode()
        yield f"behind-riff-{kind}.wav", b"RIFF\0\0\0\0WAVE" + texts[kind].encode()
        yield f"in-data-{kind}.wav", wav(texts[kind].encode() * 30)
        yield f"in-ogg-{kind}.ogg", b"OggS" + bytes(24) + texts[kind].encode()
        yield (
            f"in-mdat-{kind}.m4a",
            struct.pack(">I4s", 20, b"ftyp") + b"M4A \0\0\0\0M4A " + struct.pack(">I4s", 8 + len(texts[kind]), b"mdat") + texts[kind].encode(),
        )
    for kind, entry in (("url", f"file://{target}"), ("net", f"{address}/a.m4a"), ("alias", target)):
        yield f"external-{kind}.m4a", _external(sample("m4a"), b"alis" if kind == "alias" else b"url ", entry.encode())


def _external(data: bytes, kind: bytes, entry: bytes) -> bytes:
    """An MP4 whose samples lie elsewhere: its data reference names a file, over the bytes that follow it."""
    box = struct.pack(">I4sI", 12 + len(entry) + 1, kind, 0) + entry + b"\0"
    at = data.index(b"url ") - 4
    return data[:at] + box[: len(data) - at] + data[at + len(box) :]


def strangers() -> Iterator[Named]:
    """Other files under the names of recordings, and recordings inside others."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("call.wav"), sample("wav"))
    yield "zip.mp3", packed.getvalue()
    yield "gzip.wav", gzip.compress(sample("wav"), mtime=0)
    yield "picture.wav", b"\x89PNG\r\n\x1a\n" + bytes(500)
    yield "page.mp3", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    yield "program.wav", b"\x7fELF" + bytes(500)
    yield "midi.mp3", b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x04\0\xff\x2f\0"
    yield "webp.wav", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40)
    yield "table.wav", b"caller,text\nAna,my order is late\n"
    yield "mail.mp3", b"From: a@b.example\nTo: c@d.example\nSubject: call\n\nPlease call me.\n"
    yield "flac-in-ogg.flac", encoded(Form("ogg", "ogg", "flac", 16_000), SOUND)
    yield "wav-in-mp4.m4a", struct.pack(">I4s", 16, b"ftyp") + b"M4A \0\0\0\0" + struct.pack(">I4s", 8 + len(sample("wav")), b"mdat") + sample("wav")
    yield "mp3-in-flac.flac", b"fLaC" + sample("mp3")
    for size in (70_000, 3_000_000):
        picture = b"\0image/png\0\x03\0\x89PNG\r\n\x1a\n" + bytes(size)
        frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
        syncsafe = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
        yield f"picture-{size}.mp3", b"ID3\x03\0\0" + syncsafe + frame + sample("mp3")
        block = struct.pack(">I", 6 << 24 | min(size, 0xFFFFFF)) + bytes(size)
        yield f"picture-{size}.flac", sample("flac")[:4] + block + sample("flac")[4:]
    yield "id3-without-end.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + sample("mp3")
    yield "id3-stacked.mp3", b"ID3\x04\0\0\0\0\0\0" * 5_000 + sample("mp3")
    deep = b""
    for _ in range(2_000):
        deep = struct.pack(">I4s", 8 + len(deep), b"moov") + deep
    yield "deep.m4a", struct.pack(">I4s", 16, b"ftyp") + b"M4A \0\0\0\0" + deep
    yield "deep.mka", b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" * 2_000
    yield "box-of-nothing.m4a", struct.pack(">I4s", 16, b"ftyp") + b"M4A \0\0\0\0" + struct.pack(">I4s", 0, b"moov") * 5_000


# --- broken ---------------------------------------------------------------------------------------------------------------------------------


def cut() -> Iterator[Named]:
    """Each container cut off at six places."""
    for extension in SEEDS:
        data = sample(extension)
        for share in (0.02, 0.1, 0.3, 0.6, 0.9, 0.99):
            yield f"cut-{share}.{extension}", data[: round(len(data) * share)]


def flipped() -> Iterator[Named]:
    """Each container with bits turned over, in its head or anywhere."""
    for extension in SEEDS:
        chance = random.Random(f"flipped {extension}")
        data = sample(extension)
        for number, (reach, many) in enumerate(((64, 1), (64, 4), (200, 8), (len(data), 16), (len(data), 128))):
            spoiled = bytearray(data)
            for _ in range(many):
                spoiled[chance.randrange(min(reach, len(data)))] ^= 1 << chance.randrange(8)
            yield f"flipped-{number}.{extension}", bytes(spoiled)


def long() -> Iterator[Named]:
    """Hours that take few bytes."""
    yield "day-of-opus.ogg", opus_silence(24 * 3600)
    yield "twenty-minutes-of-opus.ogg", opus_silence(20 * 60)
    yield "eleven-minutes.flac", encoded(Form("flac", "flac", "flac"), np.concatenate([SOUND, silence(330), SOUND, silence(330), SOUND]))
    yield "day-says-flac.flac", _flac_that_says(sample("flac"), 24 * 3600)
    yield "century-says-flac.flac", _flac_that_says(sample("flac"), 0x7FFFFFFFF / 8_000)


def opus_silence(seconds: int) -> bytes:
    """Silence in Ogg Opus, packets of 120 ms in two bytes; a day is 2.2 MB."""
    packet, pages = b"\xfb\x06", []  # CELT, frames of 20 ms, six of them, all empty (RFC 6716, 3.2.5)

    def page(flags: int, granule: int, number: int, packets: list[bytes]) -> bytes:
        head = b"OggS\0" + bytes([flags]) + struct.pack("<qIII", granule, 7, number, 0) + bytes([len(packets), *map(len, packets)])
        whole = head + b"".join(packets)
        return whole[:22] + struct.pack("<I", _ogg_sum(whole)) + whole[26:]

    pages.append(page(2, 0, 0, [b"OpusHead\x01\x01\0\0" + struct.pack("<I", 8_000) + b"\0\0\0"]))
    pages.append(page(0, 0, 1, [b"OpusTags" + struct.pack("<I", 1) + b"x" + bytes(4)]))
    total, done = round(seconds / 0.12), 0
    while done < total:
        now = min(255, total - done)
        done += now
        pages.append(page(4 if done == total else 0, done * 5_760, len(pages), [packet] * now))
    return b"".join(pages)


@cache
def _ogg_table() -> list[int]:
    found = []
    for byte in range(256):
        rest = byte << 24
        for _ in range(8):
            rest = (rest << 1 ^ (0x04C11DB7 if rest & 0x80000000 else 0)) & 0xFFFFFFFF
        found.append(rest)
    return found


def _ogg_sum(page: bytes) -> int:
    """Ogg's CRC-32 (RFC 3533, 6)."""
    table, rest = _ogg_table(), 0
    for byte in page:
        rest = (rest << 8 & 0xFFFFFFFF) ^ table[rest >> 24 ^ byte]
    return rest


def _flac_that_says(data: bytes, seconds: float) -> bytes:
    """A FLAC of 8 kHz whose header states that length."""
    samples = round(seconds * 8_000)
    return data[:21] + bytes([data[21] & 0xF0 | samples >> 32 & 0xF]) + struct.pack(">I", samples & 0xFFFFFFFF) + data[26:]


FAMILIES: tuple[Callable[[], Iterator[Named]], ...] = (nothing, headers, floats, forms, joined, videos, strangers, cut, flipped, long)


def hostile_files(target: Path, address: str) -> Iterator[Named]:
    """All of them; `target` and `address` are what some try to open."""
    for family in FAMILIES:
        for name, data in family():
            yield f"{family.__name__}-{name}", data
    for name, data in references(str(target), address):
        yield f"references-{name}", data
