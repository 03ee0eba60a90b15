"""Brochure-like pages drawn for tests of straightening: panels, prices and small print, as BGR pixels."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont


def drawn_page(width: int = 900, height: int = 1270) -> np.ndarray:
    """A page of eight panels, each with a name, a price and small print; shape (height, width, 3)."""
    sheet = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, width, 120), fill=(200, 30, 40))
    pen.text((40, 30), "Offers of the week", font=ImageFont.load_default(56), fill="white")
    for number in range(8):
        left, top = 30 + number % 2 * (width // 2 - 10), 150 + number // 2 * 270
        pen.rectangle((left, top, left + width // 2 - 50, top + 245), fill=(235, 220, 120) if number % 3 else (90, 140, 200))
        pen.text((left + 20, top + 15), f"Mountain Butter {number + 1}", font=ImageFont.load_default(34), fill="black")
        pen.text((left + 20, top + 70), "mild sour, from alpine milk", font=ImageFont.load_default(20), fill="black")
        pen.text((left + 20, top + 110), f"{number + 1}.49", font=ImageFont.load_default(90), fill=(190, 20, 20))
    pen.text((30, height - 30), "While stocks last. All prices in euros.", font=ImageFont.load_default(16), fill="black")
    return np.asarray(sheet)[:, :, ::-1].copy()


def aslant_panel_page() -> np.ndarray:
    """A page that fills the picture, most of it one panel set aslant, with print around it."""
    sheet = Image.new("RGB", (900, 1270), "white")
    pen = ImageDraw.Draw(sheet)
    pen.polygon([(120, 190), (800, 130), (820, 1080), (100, 1120)], fill=(200, 30, 40))
    pen.text((250, 500), "12.99", font=ImageFont.load_default(160), fill="white")
    for row in range(3):
        pen.text((60, 30 + 28 * row), "Sparkling water 12 x 0.7 l  3.99   Deposit 3.30   1 l = 0.48", font=ImageFont.load_default(24), fill="black")
        pen.text((60, 1160 + 28 * row), "While stocks last. Open Monday to Saturday from 7 to 21.", font=ImageFont.load_default(24), fill="black")
    return np.asarray(sheet)[:, :, ::-1].copy()
