"""Prices as art, drawn: big figures with raised cents, dots, dashes and signs, on grounds of any colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WHITE, BLACK, RED, YELLOW, NAVY = (255, 255, 255), (10, 10, 10), (200, 16, 32), (250, 210, 0), (20, 30, 90)


@dataclass(frozen=True)
class Glyph:
    """A figure or a sign; `height` in pixels of its type, `drop` pixels below the top of the price."""

    text: str
    height: int
    drop: int = 0
    gap: int = 8


@dataclass(frozen=True)
class Drawn:
    """`pixels` in BGR and the box of all ink, in pixels."""

    pixels: np.ndarray
    box: tuple[float, float, float, float]


def art(*glyphs: Glyph, ink=BLACK, ground=WHITE, size=(420, 240), at=(120, 70), paper=WHITE, panel=None) -> Drawn:
    """Glyphs side by side by their ink; `panel` is the rectangle that has the `ground`, everything when None."""
    sheet = Image.new("RGB", size, ground if panel is None else paper)
    pen = ImageDraw.Draw(sheet)
    if panel is not None:
        pen.rectangle(panel, fill=ground)
    x, y = at
    boxes = []
    for glyph in glyphs:
        mask = _inked(glyph)
        place = (x, y + glyph.drop)
        sheet.paste(ink, place, mask)
        boxes.append((place[0], place[1], place[0] + mask.width, place[1] + mask.height))
        x += mask.width + glyph.gap
    left, top, right, bottom = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    return Drawn(np.asarray(sheet)[:, :, ::-1].copy(), (left, top, right, bottom))


def figures(text: str, height: int, drop: int = 0, gap: int = 8) -> list[Glyph]:
    """One glyph for each sign."""
    return [Glyph(sign, height, drop, gap) for sign in text]


def _inked(glyph: Glyph) -> Image.Image:
    """The glyph's ink, scaled to its height; marks (dots, dashes, stars) keep the proportion they have to figures."""
    font = ImageFont.load_default(200)
    tall = font.getbbox("8")
    left, top, right, bottom = font.getbbox(glyph.text)
    mask = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(mask).text((-left, -top), glyph.text, font=font, fill=255)
    mask = mask.crop(mask.getbbox())
    scale = glyph.height / (tall[3] - tall[1])
    return mask.resize((max(2, round(mask.width * scale)), max(2, round(mask.height * scale))), Image.Resampling.LANCZOS)
