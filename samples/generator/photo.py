"""A page as if photographed by hand on a wooden table: perspective, a bent sheet, uneven light, blur, sensor noise, JPEG.

Bytes are the same for the same pypdfium2, OpenCV and NumPy; another version of one of them may change single pixels.
"""

from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

SEED = 20261123
WIDTH, HEIGHT = 1500, 2000
"""Pixels of the picture: a 3 MP phone photograph, as messengers send it on."""

Image = NDArray[np.float32]


def photographed_page(pdf: bytes, page: int) -> bytes:
    """JPEG of page `page` (from 0) of `pdf`."""
    random = np.random.default_rng(SEED)
    sheet = _bent(_rendered(pdf, page))
    picture = _on_table(sheet, _table(random))
    lit = cv2.GaussianBlur(picture * _light()[..., None], (0, 0), 0.7)
    noisy = lit + random.normal(0.0, 3.2, lit.shape)
    ok, jpeg = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not ok:
        raise RuntimeError("OpenCV could not write the photograph as JPEG")
    return jpeg.tobytes()


def _rendered(pdf: bytes, page: int) -> Image:
    """The page in BGR at 190 dpi, a little finer than the photograph shows it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return np.asarray(document[page].render(scale=190 / 72).to_numpy()[..., :3], dtype=np.float32)


def _bent(sheet: Image) -> Image:
    """The sheet bulges by 0.6% of its height: lines of text are curved, as on paper that was folded."""
    height, width = sheet.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    lift = height * 0.006 * np.sin(xs / width * np.pi) * np.cos(ys / height * np.pi * 0.8)
    fold = 1.0 - 0.1 * np.exp(-(((ys - height * 0.52) / (height * 0.012)) ** 2))
    bent = cv2.remap(sheet, xs, (ys + lift).astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(bent * fold[..., None], dtype=np.float32)


def _table(random: np.random.Generator) -> Image:
    """Brown boards with grain along y."""
    streaks = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), sigmaX=1.6, sigmaY=60)
    grain = streaks / np.abs(streaks).max()
    boards = 1.0 - 0.35 * (np.arange(WIDTH) % 310 < 4)
    tone = (0.8 + 0.35 * grain) * boards[None, :].astype(np.float32)
    return np.asarray(tone[..., None] * np.array([62, 92, 132], dtype=np.float32), dtype=np.float32)


def _on_table(sheet: Image, table: Image) -> Image:
    """The sheet seen at an angle, with its soft shadow."""
    height, width = sheet.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    corners = np.array([[118, 96], [1378, 62], [1442, 1896], [52, 1938]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(source, corners)
    seen = cv2.warpPerspective(sheet, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), warp, (WIDTH, HEIGHT))
    shadow = cv2.GaussianBlur(np.roll(mask, (14, 18), axis=(0, 1)), (0, 0), 16)
    dark = table * (1.0 - 0.55 * shadow)[..., None]
    return np.asarray(seen + dark * (1.0 - mask)[..., None], dtype=np.float32)


def _light() -> Image:
    """A lamp from the upper left and the photographer's shadow over the lower right corner."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    lamp = 1.04 - 0.3 * np.hypot(xs / WIDTH - 0.3, ys / HEIGHT - 0.25)
    edge = (xs / WIDTH * 0.9 + ys / HEIGHT - 1.55) * 14
    return np.asarray(lamp * (1.0 - 0.22 / (1.0 + np.exp(-edge))), dtype=np.float32)
