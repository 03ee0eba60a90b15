"""Brochure page images to be read: those of a folder, or photographs of the invented chain's pages, each a little different."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "brochures" / "moolane-week-48-photo.jpg"
DRAWN = 32
"""Pages that are drawn when nobody says how many."""
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def page_images(folder: Path | None, count: int | None) -> list[tuple[str, bytes]]:
    """Name and bytes of `count` images, fewer when the folder holds fewer, all of it when `count` is None.

    No two of the drawn ones are the same, so that no kept output serves twice. Without a folder `TAMIZ_BENCH_PAGES` may name one.
    """
    folder = folder or (Path(named) if (named := os.environ.get("TAMIZ_BENCH_PAGES")) else None)
    if folder is not None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)[:count]
        return [(f"{number:04d}{path.suffix.lower()}", path.read_bytes()) for number, path in enumerate(paths)]
    return [(f"{number:04d}.jpg", _variant(number)) for number in range(count or DRAWN)]


def again(images: Sequence[tuple[str, bytes]], number: int) -> bytes:
    """Page `number` of an endless row of `images`: in the first round as it is, then each time cut by one more pixel, so that it is another page."""
    turn, place = divmod(number, len(images))
    content = images[place][1]
    return content if turn == 0 else _changed(content, (0, 0, turn, 0), 1.0)


def _variant(number: int) -> bytes:
    """The photograph a little darker and cut a little differently: the same work, other bytes."""
    return _changed(SAMPLE.read_bytes(), (number % 7, number % 5, number % 3, number % 11), 1 - 0.002 * (number % 50) - 1e-5 * number)


def _changed(content: bytes, less: tuple[int, int, int, int], light: float) -> bytes:
    """`content` as JPEG without so many pixels at the left, top, right and bottom, its brightness multiplied by `light`."""
    from PIL import Image, ImageEnhance

    with Image.open(io.BytesIO(content)) as photograph:
        cut = photograph.convert("RGB").crop((less[0], less[1], photograph.width - less[2], photograph.height - less[3]))
        out = io.BytesIO()
        ImageEnhance.Brightness(cut).enhance(light).save(out, "JPEG", quality=90)
    return out.getvalue()
