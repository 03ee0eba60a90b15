"""Recordings of every container and codec that telephone systems write: encoded by PyAV where it has an encoder, made by hand where it has none."""

from __future__ import annotations

import io
import random
import struct
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from adapters.testing.sound import RATE_HZ

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Form:
    """How a recording is written: FFmpeg's muxer and encoder, samples a second, channels, and bits a second where the codec asks for them."""

    extension: str
    muxer: str
    codec: str
    rate_hz: int = 8_000
    channels: int = 1
    bit_rate: int | None = None

    @property
    def name(self) -> str:
        """Distinct, and a file's name."""
        return f"{self.codec}-{self.rate_hz}-{self.channels}.{self.extension}"


FORMS = (
    *(Form("wav", "wav", f"pcm_{one}") for one in ("u8", "s16le", "s24le", "s32le", "f32le", "f64le", "alaw", "mulaw")),
    *(Form("wav", "wav", "pcm_mulaw", channels=channels) for channels in range(2, 9)),
    *(Form("wav", "wav", "pcm_s16le", rate_hz) for rate_hz in (11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000)),
    *(Form("wav", "wav", codec, channels=channels) for codec in ("adpcm_ima_wav", "adpcm_ms") for channels in (1, 2)),
    Form("wav", "wav", "g722", 16_000),
    Form("wav", "wav", "g723_1", bit_rate=6_300),
    Form("wav", "wav", "g726", bit_rate=32_000),
    Form("wav", "wav", "libmp3lame", 16_000),
    Form("wav", "wav", "mp2", 48_000, 2),
    Form("w64", "w64", "pcm_s16le"),
    *(Form("aiff", "aiff", f"pcm_{one}") for one in ("s8", "s16be", "s24be", "f32be", "f64be", "alaw", "mulaw")),
    *(Form("au", "au", f"pcm_{one}") for one in ("s16be", "mulaw", "alaw", "f32be")),
    *(Form("caf", "caf", one) for one in ("pcm_s16le", "pcm_mulaw", "alac", "adpcm_ima_qt")),
    *(Form("mp3", "mp3", "libmp3lame", rate_hz, channels) for rate_hz, channels in ((8_000, 1), (16_000, 2), (44_100, 2), (48_000, 1))),
    Form("mp2", "mp2", "mp2", 48_000, 2),
    *(Form("aac", "adts", "aac", rate_hz, channels) for rate_hz, channels in ((8_000, 1), (48_000, 2), (44_100, 6))),
    *(Form("m4a", "ipod", codec, 44_100, channels) for codec in ("aac", "alac") for channels in (1, 2)),
    Form("m4a", "ipod", "aac", 48_000, 8),
    Form("mov", "mov", "pcm_alaw"),
    Form("mov", "mov", "adpcm_ima_qt"),
    Form("mp4", "mp4", "libopus", 48_000, 2),
    *(Form("ogg", "ogg", "libopus", rate_hz, channels) for rate_hz, channels in ((8_000, 1), (16_000, 1), (48_000, 2), (48_000, 8))),
    Form("ogg", "ogg", "vorbis", 48_000, 2),
    Form("ogg", "ogg", "flac", 16_000),
    *(Form("flac", "flac", "flac", rate_hz, channels) for rate_hz, channels in ((8_000, 1), (16_000, 8), (96_000, 2))),
    Form("amr", "amr", "libopencore_amrnb", bit_rate=12_200),
    Form("amr", "amr", "libopencore_amrnb", bit_rate=4_750),
    Form("3gp", "3gp", "libopencore_amrnb", bit_rate=12_200),
    Form("webm", "webm", "libopus", 48_000, 2),
    Form("webm", "webm", "vorbis", 44_100, 2),
    *(Form("mka", "matroska", codec) for codec in ("pcm_s16le", "flac")),
    *(Form("wma", "asf", codec, 16_000, channels, 32_000) for codec in ("wmav1", "wmav2") for channels in (1, 2)),
)
"""What PyAV can write of what is read."""


def encoded(form: Form, sound: Samples) -> bytes:
    """One channel of sound at 16 kHz on all channels of a recording, the bytes of its file."""
    layout = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")[form.channels - 1]
    target = io.BytesIO()
    with av.open(target, "w", format=form.muxer, options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(form.codec, rate=form.rate_hz, layout=layout, options={"strict": "experimental"})
        if form.bit_rate:
            stream.codec_context.bit_rate = form.bit_rate
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=form.rate_hz)
        for start in range(0, len(sound), 960):
            part = np.repeat(sound[start : start + 960, None], form.channels, axis=1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part).reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate, frame.pts = RATE_HZ, start
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return target.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    """One chunk of a RIFF file."""
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def riff(*chunks: bytes) -> bytes:
    """A WAV file of these chunks."""
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def wav(body: bytes, tag: int = 1, channels: int = 1, rate: int = 8_000, bits: int = 16, align: int | None = None, extra: bytes = b"") -> bytes:
    """A WAV file whose header says what it is told to."""
    align = max(1, channels * bits // 8) if align is None else align
    form = struct.pack("<HHIIHH", tag, channels & 0xFFFF, rate, rate * align & 0xFFFFFFFF, align & 0xFFFF, bits)
    return riff(chunk(b"fmt ", form + extra), chunk(b"data", body))


def gsm_wav(seconds: float) -> bytes:
    """GSM 06.10 in WAV (tag 0x31): noise, two frames in 65 bytes (40 ms), as Microsoft packs them."""
    frames = random.Random(6).randbytes(round(seconds / 0.04) * 65)
    samples = len(frames) // 65 * 320
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 1_625, 65, 0, 2, 320)
    return riff(chunk(b"fmt ", form), chunk(b"fact", struct.pack("<I", samples)), chunk(b"data", frames))


def amr_wb(silent_s: float, loud_s: float) -> bytes:
    """AMR-WB: frames of 20 ms without data, then of noise at 6.6 kbit/s (RFC 4867, 5)."""
    chance = random.Random(7)
    noise = b"".join(b"\x04" + chance.randbytes(17) for _ in range(round(loud_s / 0.02)))
    return b"#!AMR-WB\n" + b"\x7c" * round(silent_s / 0.02) + noise
