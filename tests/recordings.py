"""Recordings written for tests, in any container FFmpeg writes."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from adapters.testing.sound import RATE_HZ

CODECS = {
    "wav": ("wav", "pcm_s16le", 16_000),
    "flac": ("flac", "flac", 16_000),
    "mp3": ("mp3", "libmp3lame", 16_000),
    "ogg": ("ogg", "libopus", 48_000),
    "m4a": ("mp4", "aac", 16_000),
    "aac": ("adts", "aac", 16_000),
    "amr": ("amr", "libopencore_amrnb", 8_000),
    "aiff": ("aiff", "pcm_s16be", 16_000),
    "au": ("au", "pcm_mulaw", 8_000),
    "webm": ("webm", "libopus", 48_000),
    "3gp": ("3gp", "libopencore_amrnb", 8_000),
}
"""By extension: FFmpeg's muxer, encoder and sampling rate."""


def stereo(*channels: NDArray[np.int16]) -> NDArray[np.int16]:
    """Channels of any length as one array of shape (channels, n)."""
    longest = max(len(channel) for channel in channels)
    return np.stack([np.pad(channel, (0, longest - len(channel))) for channel in channels])


def write_wav(path: Path, samples: NDArray[np.int16]) -> Path:
    """Samples of shape (channels, n) at 16 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.ascontiguousarray(samples.T).astype("<i2").tobytes())
    return path


def write(path: Path, samples: NDArray[np.int16], extension: str | None = None) -> Path:
    """Samples of shape (1 or 2, n) at 16 kHz, in the container and codec of the extension."""
    muxer, codec, rate = CODECS[extension or path.suffix[1:]]
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with av.open(str(path), "w", format=muxer) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
        for start in range(0, samples.shape[1], 960):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 960]), format="s16p", layout=layout)
            frame.sample_rate, frame.pts = RATE_HZ, start
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        for ready in resampler.resample(None):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return path


def write_video(path: Path) -> Path:
    """A second of MP4 video without sound."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 20, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
