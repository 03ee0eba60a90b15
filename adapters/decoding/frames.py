"""Counts the frames of a GIF without decoding one (GIF89a specification, sections 18 to 26)."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from schemas.errors import TooLarge

_EXTENSION, _IMAGE = 0x21, 0x2C


def gif_frames(path: Path, most: int) -> int:
    """Frames of the GIF at `path`, as far as its blocks can be followed. Raises `TooLarge` as soon as there are more than `most`."""
    frames = 0
    with path.open("rb") as file:
        header = file.read(13)
        if len(header) < 13:
            return 0
        file.seek(_table_bytes(header[10]), 1)
        while block := file.read(1):
            if block[0] == _EXTENSION:
                file.seek(1, 1)
            elif block[0] == _IMAGE:
                frames += 1
                if frames > most:
                    raise TooLarge(f"the animation has more than {most} frames (TAMIZ_LIMITS__FRAMES)")
                descriptor = file.read(9)
                if len(descriptor) < 9:
                    return frames
                file.seek(_table_bytes(descriptor[8]) + 1, 1)
            else:
                return frames
            _skip_sub_blocks(file)
    return frames


def _table_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _skip_sub_blocks(file: BinaryIO) -> None:
    while (size := file.read(1)) and size[0]:
        file.seek(size[0], 1)
