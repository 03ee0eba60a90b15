"""Samples written as FLAC: lossless, about half of WAV's bytes, without WAV's 4 GB, and played by every browser, phone and recogniser."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.errors import TooLarge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_CHANNELS: Final = 8
"""What the format can hold (RFC 9639, 9.1.3)."""

_LAYOUTS: Final = ("mono", "stereo", "3.0", "quad", "5.0", "5.1", "6.1", "7.1")
"""The channel order the format means by each number of channels; nothing is moved."""

_STEP: Final = 65_536
"""Samples handed to the encoder at a time."""


def write_flac(path: Path, pieces: Iterable[NDArray[np.int16]], channels: int, rate_hz: int, most_bytes: int) -> int:
    """Write int16 pieces of shape (`channels`, n) at `rate_hz` to `path`; the number of samples of each channel.

    Holds one piece in memory. Raises `TooLarge` for more than `most_bytes` or more channels than `MOST_CHANNELS`, and what `pieces` raises; the file
    is then gone.
    """
    if channels > MOST_CHANNELS:
        raise TooLarge(f"FLAC holds {MOST_CHANNELS} channels; these are {channels}")
    try:
        with path.open("wb", buffering=0) as file:
            return _written(file, pieces, _LAYOUTS[channels - 1], rate_hz, most_bytes)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _written(file: io.FileIO, pieces: Iterable[NDArray[np.int16]], layout: str, rate_hz: int, most_bytes: int) -> int:
    import av
    import numpy as np

    samples = 0
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate_hz, layout=layout)
        stream.codec_context.format = "s16"
        stream.codec_context.thread_count = 1
        for piece in pieces:
            for start in range(0, piece.shape[1], _STEP):
                part = piece[:, start : start + _STEP]
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(part.T).reshape(1, -1), format="s16", layout=layout)
                frame.sample_rate, frame.pts = rate_hz, samples
                samples += part.shape[1]
                container.mux(stream.encode(frame))
            if file.tell() > most_bytes:
                raise TooLarge(f"the redacted copy of the audio has more than {most_bytes} bytes")
        container.mux(stream.encode(None))
    return samples
