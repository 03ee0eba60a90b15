"""The boxes of a HEIF file: which coded pictures make up the still it shows, and how they are put together (ISO/IEC 23008-12, ISO/IEC 14496-12).

Phones write a photograph as a grid of coded tiles with a turn; that, single pictures, mirroring and cropping are read. Nothing is decoded here,
and every length is checked against the file before it is believed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from schemas.errors import Malformed, Truncated, UnsupportedType

CODED: Final = b"hvc1"
"""Item type of an HEVC picture."""
MOST_META_BYTES: Final = 8 * 1024**2
"""The table of contents of a photograph of 100 tiles takes some 10 kB."""
MOST_TILES: Final = 4_096
TRANSFORMS: Final = (b"irot", b"imir", b"clap")
"""Properties that change what is seen, applied in the order they stand in."""

_CONTAINERS = frozenset({b"iprp", b"ipco"})
_KNOWN = frozenset({b"hvcC", b"ispe", b"colr", b"pixi", b"pasp", b"auxC", b"rloc", b"clli", b"mdcv", *TRANSFORMS})


@dataclass(frozen=True, slots=True)
class Tile:
    """One coded picture: its bytes in the file as (offset, length) extents, and its decoder configuration (an `hvcC` record)."""

    extents: tuple[tuple[int, int], ...]
    configuration: bytes


@dataclass(frozen=True, slots=True)
class Still:
    """The picture a HEIF file shows: `tiles` row by row, `columns` in each, cut to `width` x `height` pixels, then transformed."""

    tiles: tuple[Tile, ...]
    columns: int
    width: int
    height: int
    full_range: bool | None
    """Whether the file says that luma runs from 0 to 255; None: it does not say."""
    transforms: tuple[tuple[bytes, bytes], ...] = ()
    """(type, payload) of the properties in `TRANSFORMS`, in order."""


@dataclass
class _Items:
    primary: int | None = None
    types: dict[int, bytes] = field(default_factory=dict)
    extents: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    parts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    owned: dict[int, tuple[tuple[int, bool], ...]] = field(default_factory=dict)
    data_at: int = 0
    """Where the file's `idat` content begins."""


def read_still(file: BinaryIO, size: int) -> Still:
    """The still of the HEIF in `file` of `size` bytes. Raises `Malformed`, `Truncated`, `UnsupportedType` (no still, or not coded with HEVC)."""
    try:
        items = _contents(file, size)
        return _still(items, file)
    except (struct.error, IndexError, KeyError) as error:
        raise Malformed("the image's table of contents is broken") from error


def read_extents(file: BinaryIO, extents: tuple[tuple[int, int], ...]) -> bytes:
    """The bytes of an item. Raises `Truncated`."""
    pieces = []
    for offset, length in extents:
        file.seek(offset)
        pieces.append(file.read(length))
        if len(pieces[-1]) < length:
            raise Truncated("the image ends before its content does; send the whole file")
    return b"".join(pieces)


def _contents(file: BinaryIO, size: int) -> _Items:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", file.read(8))[0], 16
        length = length or size - at
        if length < head:
            raise Malformed("a box of the image says it is smaller than its own head")
        if kind == b"meta":
            if at + length > size:
                raise Truncated("the image ends before its content does; send the whole file")
            if length > MOST_META_BYTES:
                raise Malformed("the image's table of contents is larger than any camera writes")
            return _meta(file.read(length - head)[4:], at + head + 4)
        at += length
    raise UnsupportedType("the file holds no still image; send the photograph itself, or a JPEG of it")


def _meta(content: bytes, start: int) -> _Items:
    items = _Items()
    for kind, body, at in _boxes(content):
        if kind == b"idat":
            items.data_at = start + at
        elif kind == b"pitm":
            items.primary = struct.unpack_from(">I" if body[0] else ">H", body, 4)[0]
        elif kind == b"iinf":
            for inner, entry, _ in _boxes(body[8:] if body[0] else body[6:]):
                if inner == b"infe" and entry[0] >= 2:
                    wide = entry[0] > 2
                    items.types[struct.unpack_from(">I" if wide else ">H", entry, 4)[0]] = entry[10:14] if wide else entry[8:12]
        elif kind == b"iref":
            items.parts.update(_tile_lists(body))
        elif kind == b"iprp":
            _properties(body, items)
    for kind, body, _ in _boxes(content):
        if kind == b"iloc":
            items.extents.update(_locations(body, items.data_at))
    return items


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """(type, content, where the content begins) of the boxes in `content`."""
    at = 0
    while at + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        length = length or len(content) - at
        if length < 8 or at + length > len(content):
            raise Malformed("a box of the image reaches beyond the one around it")
        yield kind, content[at + 8 : at + length], at + 8
        at += length


def _tile_lists(body: bytes) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Items made from others (`dimg`), with what they are made from."""
    one = ">I" if body[0] else ">H"
    wide = struct.calcsize(one)
    for kind, entry, _ in _boxes(body[4:]):
        if kind == b"dimg":
            (count,) = struct.unpack_from(">H", entry, wide)
            if count > MOST_TILES:
                raise Malformed(f"the image says it is made of more than {MOST_TILES} tiles")
            yield struct.unpack_from(one, entry)[0], struct.unpack_from(f">{count}{one[1]}", entry, wide + 2)


def _properties(body: bytes, items: _Items) -> None:
    for kind, content, _ in _boxes(body):
        if kind == b"ipco":
            items.properties += [(name, value) for name, value, _ in _boxes(content)]
        elif kind == b"ipma":
            one, at = (">I" if content[0] else ">H"), 8
            (count,) = struct.unpack_from(">I", content, 4)
            for _ in range(count):
                (item,) = struct.unpack_from(one, content, at)
                at += struct.calcsize(one)
                number = content[at]
                at += 1
                wide = content[3] & 1
                values = struct.unpack_from(f">{number}{'H' if wide else 'B'}", content, at)
                at += number * (2 if wide else 1)
                high = 0x8000 if wide else 0x80
                items.owned[item] = tuple((value & (high - 1), bool(value & high)) for value in values)


def _locations(body: bytes, data_at: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    """Extents per item (ISO/IEC 14496-12, 8.11.3)."""
    version = body[0]
    wide, at = version == 2, 6
    sizes = body[4] >> 4, body[4] & 15, body[5] >> 4, body[5] & 15 if version else 0
    (count,) = struct.unpack_from(">I" if wide else ">H", body, at)
    at += 4 if wide else 2

    def number(width: int) -> int:
        nonlocal at
        at += width
        if at > len(body):
            raise Malformed("the image's list of places ends in the middle")
        return int.from_bytes(body[at - width : at], "big")

    for _ in range(count):
        item = number(4 if wide else 2)
        inside = number(2) & 15 if version else 0
        if number(2) or inside > 1:
            raise UnsupportedType("parts of the image lie in another file; send a JPEG of it")
        base = number(sizes[2]) + (data_at if inside else 0)
        extents = []
        for _ in range(number(2)):
            number(sizes[3])
            offset = number(sizes[0])
            extents.append((base + offset, number(sizes[1])))
        yield item, tuple(extents)


def _still(items: _Items, file: BinaryIO) -> Still:
    if items.primary is None or items.primary not in items.types:
        raise UnsupportedType("the file names no image to show; send a JPEG of it")
    kind, own = items.types[items.primary], _of(items, items.primary)
    if kind == CODED:
        numbers: tuple[int, ...] = (items.primary,)
        columns = 1
        width, height = struct.unpack_from(">II", own[b"ispe"], 4)
    elif kind == b"grid":
        rows, columns, width, height = _grid(read_extents(file, items.extents[items.primary][:1]))
        numbers = items.parts.get(items.primary, ())
        if len(numbers) != rows * columns:
            raise Malformed("the image lacks some of its tiles")
    else:
        raise UnsupportedType("the image is coded in a way that is not read here (HEVC is); send a JPEG of it")
    tiles = tuple(_tile(items, number) for number in numbers)
    colour = own.get(b"colr", b"") or _of(items, numbers[0]).get(b"colr", b"")
    owned = [items.properties[index - 1] for index, _ in items.owned.get(items.primary, ()) if index]
    return Still(
        tiles=tiles,
        columns=columns,
        width=width,
        height=height,
        full_range=bool(colour[10] & 0x80) if colour[:4] == b"nclx" else None,
        transforms=tuple((name, value) for name, value in owned if name in TRANSFORMS),
    )


def _tile(items: _Items, number: int) -> Tile:
    if items.types.get(number) != CODED:
        raise UnsupportedType("the image's tiles are coded in a way that is not read here (HEVC is); send a JPEG of it")
    return Tile(items.extents[number], _of(items, number)[b"hvcC"])


def _of(items: _Items, number: int) -> dict[bytes, bytes]:
    """Properties of an item by type. Raises `UnsupportedType` for one that must be understood and is not."""
    found = {}
    for index, essential in items.owned.get(number, ()):
        if not index:
            continue
        name, value = items.properties[index - 1]
        if essential and name not in _KNOWN:
            raise UnsupportedType(f"the image needs the property {name.decode('ascii', 'replace')}, which is not read here; send a JPEG of it")
        found[name] = value
    return found


def _grid(payload: bytes) -> tuple[int, int, int, int]:
    """Rows, columns, width and height of a `grid` item (ISO/IEC 23008-12, 6.6.2.3)."""
    width, height = struct.unpack_from(">II" if payload[1] & 1 else ">HH", payload, 4)
    rows, columns = payload[2] + 1, payload[3] + 1
    if rows * columns > MOST_TILES or not width or not height:
        raise Malformed(f"the image says it is made of more than {MOST_TILES} tiles, or of none")
    return rows, columns, width, height
