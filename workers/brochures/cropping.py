"""Crops of offers: cut from the pages that were drawn, and written as one archive beside the Extraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from adapters.decoding.crops import crop_jpegs
from adapters.imaging import PageImage
from schemas.pages import Box
from workers.crops import CROPS, MOST_BYTES, crop_uri

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""Time of every entry: the same offers give the same archive."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a crop is cut from: the image of its page, None where none was drawn, and the offer's box on it."""

    image: PageImage | None
    box: Box | None


def write_crops(cuts: Sequence[Cut], folder: Path, document: str, part_no: int) -> list[str | None]:
    """Write `CROPS` in `folder`, a JPEG per offer that can be shown, and return each offer's `crop_uri`; no file when there is nothing to show.

    Offers beyond `MOST_BYTES` of crops have none: they are bytes of the customer's document, kept a second time.
    """
    uris: list[str | None] = [None] * len(cuts)
    written: list[tuple[int, bytes]] = []
    total = 0
    for image, numbers in _by_image(cuts):
        boxes = [box for number in numbers if (box := cuts[number].box) is not None]
        for number, jpeg in zip(numbers, crop_jpegs(image, boxes), strict=True):
            if jpeg is not None and total + len(jpeg) <= MOST_BYTES:
                total += len(jpeg)
                written.append((number, jpeg))
                uris[number] = crop_uri(document, part_no, number + 1)
    if written:
        with ZipFile(folder / CROPS, "w", ZIP_STORED) as archive:
            for number, jpeg in written:
                archive.writestr(ZipInfo(f"{number + 1}.jpg", _EARLIEST), jpeg)
    return uris


def _by_image(cuts: Sequence[Cut]) -> list[tuple[PageImage, list[int]]]:
    """Numbers of the offers with a box, by the image they lie on, so that each page is decoded once."""
    pages: dict[int, tuple[PageImage, list[int]]] = {}
    for number, cut in enumerate(cuts):
        if cut.image is not None and cut.box is not None:
            pages.setdefault(id(cut.image), (cut.image, []))[1].append(number)
    return list(pages.values())


def box_of(columns: dict[str, Any]) -> Box | None:
    """The box in an offer's columns."""
    sides = {side: columns.get(side) for side in ("x0", "y0", "x1", "y1")}
    return None if None in sides.values() else Box.model_validate(sides)
