"""Brochure page images to be read: those of a folder, or photographs of the invented chain's pages, each a little different."""

from __future__ import annotations

import io
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "brochures" / "moolane-week-48-photo.jpg"
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def page_images(folder: Path | None, count: int) -> list[tuple[str, bytes]]:
    """Name and bytes of `count` images, fewer when the folder holds fewer. No two are the same, so that no kept output serves twice."""
    if folder is not None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)[:count]
        return [(f"{number:04d}{path.suffix.lower()}", path.read_bytes()) for number, path in enumerate(paths)]
    return [(f"{number:04d}.jpg", _variant(number)) for number in range(count)]


def _variant(number: int) -> bytes:
    """The photograph a little darker and cut a little differently: the same work, other bytes."""
    from PIL import Image, ImageEnhance

    with Image.open(SAMPLE) as photograph:
        cut = photograph.crop((number % 7, number % 5, photograph.width - number % 3, photograph.height - number % 11))
        out = io.BytesIO()
        ImageEnhance.Brightness(cut).enhance(1 - 0.002 * (number % 50) - 1e-5 * number).save(out, "JPEG", quality=90)
    return out.getvalue()
