"""Two-channel recordings with their channels exchanged: who tells roles by the order of channels is found out."""

from __future__ import annotations

import wave
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from adapters.storage.beneath import as_typed
from workers.evaluation.calls.gold import Recording

SWAPPED: Final = ", channels swapped"
_FRAMES: Final = 1 << 16


def with_swapped(recordings: Sequence[Recording], folder: Path) -> list[Recording]:
    """The recordings, and a copy in `folder` with exchanged channels of each PCM WAV of two whose channels have known roles."""
    return [*recordings, *_swapped(recordings, folder)]


def _swapped(recordings: Sequence[Recording], folder: Path) -> Iterator[Recording]:
    for number, one in enumerate(recordings, 1):
        if one.roles and all(span.channel in (0, 1) for span in one.roles):
            path = folder / f"{number}.wav"
            if _exchange(one.path, path):
                roles = tuple(span._replace(channel=1 - (span.channel or 0)) for span in one.roles)
                yield replace(one, name=one.name + SWAPPED, path=path, said=None, talks=None, roles=roles)


def _exchange(source: Path, target: Path) -> bool:
    """Write `source` with its channels exchanged; False for what is no PCM WAV of two channels."""
    try:
        with wave.open(str(source), "rb") as read:
            if read.getnchannels() != 2:
                return False
            width = read.getsampwidth()
            with wave.open(str(target), "wb") as written:
                written.setparams(read.getparams())
                while block := read.readframes(_FRAMES):
                    written.writeframes(_exchanged(block, width))
    except (wave.Error, EOFError):
        return False
    except OSError as error:
        raise as_typed(error, f"exchanging the channels of {source.name}") from error
    return True


def _exchanged(block: bytes, width: int) -> bytes:
    """Frames of two samples of `width` bytes, the second sample first."""
    swapped = bytearray(block)
    for byte in range(width):
        swapped[byte :: 2 * width] = block[width + byte :: 2 * width]
        swapped[width + byte :: 2 * width] = block[byte :: 2 * width]
    return bytes(swapped)
