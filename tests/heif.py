"""HEIC files for tests: pictures coded by the x265 in PyAV's FFmpeg, put into boxes as phones do (ISO/IEC 23008-12)."""

from __future__ import annotations

import struct
from fractions import Fraction

import av
import numpy as np


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, version: int, *content: bytes, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def coded(pixels) -> tuple[bytes, bytes]:
    """(`hvcC` record, length-prefixed picture) of RGB pixels whose sides are even."""
    context = av.CodecContext.create("libx265", "w")
    context.height, context.width = pixels.shape[:2]
    context.pix_fmt, context.time_base = "yuv420p", Fraction(1, 25)
    context.options = {"crf": "4", "preset": "ultrafast", "x265-params": "log-level=none:keyint=1:info=0:pools=none:frame-threads=1"}
    stream = b"".join(bytes(packet) for frame in (av.VideoFrame.from_ndarray(pixels, "rgb24"), None) for packet in context.encode(frame))
    units = [unit.rstrip(b"\0") for unit in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    parameters = [unit for unit in units if unit[0] >> 1 & 63 in (32, 33, 34)]
    pictures = [unit for unit in units if unit[0] >> 1 & 63 < 32]
    record = bytes([1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 90, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, len(parameters)])
    record += b"".join(struct.pack(">BHH", unit[0] >> 1 & 63, 1, len(unit)) + unit for unit in parameters)
    return record, b"".join(struct.pack(">I", len(unit)) + unit for unit in pictures)


def heic(pixels, tile: int | None = None, transforms: tuple[bytes, ...] = (), brand: bytes = b"heic", stated: tuple[int, int] | None = None) -> bytes:
    """A HEIC of `pixels` (height, width, 3): one picture, or a grid of tiles of `tile` pixels; `transforms` are whole property boxes."""
    height, width = pixels.shape[:2]
    side = (tile, tile) if tile else (height, width)
    rows, columns = -(-height // side[0]), -(-width // side[1])
    padded = np.pad(pixels, ((0, rows * side[0] - height), (0, columns * side[1] - width), (0, 0)), mode="edge")
    tiles = [padded[r * side[0] : (r + 1) * side[0], c * side[1] : (c + 1) * side[1]] for r in range(rows) for c in range(columns)]
    pictures = [coded(np.ascontiguousarray(one)) for one in tiles]
    items = [b"hvc1"] * len(tiles) + ([b"grid"] if tile else [])
    shown_width, shown_height = stated or (width, height)
    properties = [
        box(b"hvcC", pictures[0][0]),
        full(b"ispe", 0, struct.pack(">II", side[1], side[0])),
        full(b"ispe", 0, struct.pack(">II", shown_width, shown_height)),
        *transforms,
    ]
    owned = {number: [0x81, 2] for number in range(1, len(tiles) + 1)}
    turned = [0x80 | 4 + place for place in range(len(transforms))]
    owned[len(items)] = [3, *turned] if tile else [0x81, 3, *turned]
    ipma = b"".join(struct.pack(">HB", number, len(values)) + bytes(values) for number, values in owned.items())
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, shown_width, shown_height) if tile else b""

    def meta(data_at: int) -> bytes:
        places = b""
        at = data_at
        for number, (_, picture) in enumerate(pictures, start=1):
            places += struct.pack(">HHHHII", number, 0, 0, 1, at, len(picture))
            at += len(picture)
        if tile:
            places += struct.pack(">HHHHII", len(items), 1, 0, 1, 0, len(grid))
        infe = [full(b"infe", 2, struct.pack(">HH4sB", number, 0, kind, 0)) for number, kind in enumerate(items, start=1)]
        parts = struct.pack(">HH", len(items), len(tiles)) + struct.pack(f">{len(tiles)}H", *range(1, len(tiles) + 1))
        return full(
            *(b"meta", 0),
            full(b"hdlr", 0, struct.pack(">I4s12sB", 0, b"pict", bytes(12), 0)),
            full(b"pitm", 0, struct.pack(">H", len(items))),
            full(b"iloc", 1, struct.pack(">BBH", 0x44, 0, len(items)), places),
            full(b"iinf", 0, struct.pack(">H", len(items)), *infe),
            *([full(b"iref", 0, box(b"dimg", parts)), box(b"idat", grid)] if tile else []),
            box(b"iprp", box(b"ipco", *properties), full(b"ipma", 0, struct.pack(">I", len(owned)), ipma)),
        )

    head = box(b"ftyp", brand, bytes(4), b"mif1heic")
    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *(picture for _, picture in pictures))
