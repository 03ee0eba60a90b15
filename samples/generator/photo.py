"""A page as if photographed by hand on a table: perspective, a bent sheet, uneven light, blur, sensor noise, JPEG.

Bytes are the same for the same pypdfium2, OpenCV and NumPy; another version of one of them may change single pixels. The page lies flat but for a
slight bulge: pages that curl at a spine or were crumpled are not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

SEED = 20261123
WIDTH, HEIGHT = 1500, 2000
"""Pixels of the picture: a 3 MP phone photograph, as messengers send it on."""

Image = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Table = Literal["boards", "cloth", "stone", "plain"]
TABLES: Final[tuple[Table, ...]] = ("boards", "cloth", "stone", "plain")


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a page is photographed. Lengths are shares of the picture's width, angles degrees, blur pixels, noise grey levels of 255."""

    turn: float = 0.0
    """Rotation of the page in the picture; clockwise."""
    tilt: float = 0.04
    """How far each corner strays from where a camera straight above would see it, at most."""
    fill: float = 0.86
    """Share of the picture's width or height, whichever is tighter, that the page takes."""
    bulge: float = 0.006
    shade: float = 0.22
    """Share of the light that the photographer's shadow takes."""
    blur: float = 0.7
    noise: float = 3.2
    quality: int = 80
    """Of the JPEG, 1 to 95."""
    table: Table = "boards"


@dataclass(frozen=True, slots=True)
class Photograph:
    """`jpeg`, and where the page's corners are in it: top left, top right, bottom right, bottom left of the page, in fractions of the picture."""

    jpeg: bytes
    corners: tuple[tuple[float, float], ...]


def strength(level: int, seed: int) -> Conditions:
    """Conditions from 1 (a careful photograph) to 5 (in a hurry, in bad light)."""
    random = np.random.default_rng(seed)
    share = (level - 1) / 4
    return Conditions(
        turn=float(random.choice([-1, 1]) * (0.5 + 11.5 * share) * random.uniform(0.6, 1.0)),
        tilt=0.015 + 0.075 * share,
        fill=0.95 - 0.22 * share,
        bulge=0.008 * share,
        shade=0.1 + 0.4 * share,
        blur=0.4 + 0.8 * share,
        noise=2.0 + 6.0 * share,
        quality=round(92 - 32 * share),
        table=TABLES[int(random.integers(len(TABLES)))],
    )


def photograph(page: Pixels, seed: int, conditions: Conditions | None = None) -> Photograph:
    """`page` (height, width, 3; BGR) as a picture of `WIDTH` x `HEIGHT`; the same arguments give the same picture."""
    conditions = conditions or Conditions()
    random = np.random.default_rng(seed)
    corners = _corners(page.shape[1] / page.shape[0], conditions, random)
    table = _table(random) if conditions.table == "boards" else _other_table(conditions.table, random)
    sheet = _bent(_finer(np.asarray(page, dtype=np.float32), corners), conditions.bulge)
    picture = _on_table(sheet, table, corners) * _light(conditions.shade)[..., None]
    jpeg = _taken(picture, random, conditions)
    return Photograph(jpeg, tuple((float(x) / WIDTH, float(y) / HEIGHT) for x, y in corners))


def photographed_page(pdf: bytes, page: int) -> bytes:
    """JPEG of page `page` (from 0) of `pdf`: the sample."""
    random = np.random.default_rng(SEED)
    sheet = _bent(_rendered(pdf, page), Conditions().bulge)
    corners = np.array([[118, 96], [1378, 62], [1442, 1896], [52, 1938]], dtype=np.float32)
    picture = _on_table(sheet, _table(random), corners) * _light(Conditions().shade)[..., None]
    return _taken(picture, random, Conditions())


def _rendered(pdf: bytes, page: int) -> Image:
    """The page in BGR at 190 dpi, a little finer than the photograph shows it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return np.asarray(document[page].render(scale=190 / 72).to_numpy()[..., :3], dtype=np.float32)


def _corners(aspect: float, conditions: Conditions, random: np.random.Generator) -> NDArray[np.float32]:
    """Where the corners of a page of `aspect` (width by height) come to lie, in pixels; always inside the picture."""
    height = min(HEIGHT, WIDTH / aspect)
    half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array([height * aspect, height]) / 2
    half += random.uniform(-conditions.tilt, conditions.tilt, (4, 2)) * WIDTH
    angle = np.deg2rad(conditions.turn)
    turned = half @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    low, high = turned.min(axis=0), turned.max(axis=0)
    scale = conditions.fill * min(WIDTH / (high[0] - low[0]), HEIGHT / (high[1] - low[1]))
    middle = np.array([WIDTH, HEIGHT]) / 2
    room = middle - scale * (high - low) / 2
    shift = random.uniform(-0.6, 0.6, 2) * room
    return np.asarray((turned - (low + high) / 2) * scale + middle + shift, dtype=np.float32)


def _finer(sheet: Image, corners: NDArray[np.float32]) -> Image:
    """Scaled to about the size it is seen at, so that neither a coarse page shows its pixels nor a fine one its stairs."""
    seen = float(np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    scale = seen / sheet.shape[0]
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(sheet, None, fx=scale, fy=scale, interpolation=how), dtype=np.float32)


def _bent(sheet: Image, bulge: float) -> Image:
    """The sheet bulges by `bulge` of its height and has a soft fold: lines of text are curved, as on paper that was folded."""
    height, width = sheet.shape[:2]
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    lift = height * bulge * np.sin(xs / width * np.pi) * np.cos(ys / height * np.pi * 0.8)
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


def _other_table(kind: Table, random: np.random.Generator) -> Image:
    """Woven cloth in two tones, light speckled stone, or a plain desk."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    if kind == "cloth":
        weave = 0.5 + 0.25 * np.sign(np.sin(xs / 19)) + 0.25 * np.sign(np.sin(ys / 19))
        tone, colour = 0.75 + 0.5 * weave, (120, 70, 50)
    elif kind == "stone":
        clouds = cv2.GaussianBlur(random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 30)
        tone, colour = 1.0 + 0.15 * clouds / np.abs(clouds).max() + random.normal(0, 0.03, (HEIGHT, WIDTH)), (172, 178, 182)
    else:
        tone, colour = np.ones((HEIGHT, WIDTH)), (64, 60, 58)
    return np.asarray(tone[..., None] * np.array(colour), dtype=np.float32)


def _on_table(sheet: Image, table: Image, corners: NDArray[np.float32]) -> Image:
    """The sheet seen at an angle, its corners at `corners`, with its soft shadow."""
    height, width = sheet.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    warp = cv2.getPerspectiveTransform(source, corners)
    seen = cv2.warpPerspective(sheet, warp, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((height, width), np.float32), warp, (WIDTH, HEIGHT))
    shadow = cv2.GaussianBlur(np.roll(mask, (14, 18), axis=(0, 1)), (0, 0), 16)
    dark = table * (1.0 - 0.55 * shadow)[..., None]
    return np.asarray(seen + dark * (1.0 - mask)[..., None], dtype=np.float32)


def _light(shade: float) -> Image:
    """A lamp from the upper left and the photographer's shadow over the lower right corner."""
    ys, xs = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    lamp = 1.04 - 0.3 * np.hypot(xs / WIDTH - 0.3, ys / HEIGHT - 0.25)
    edge = (xs / WIDTH * 0.9 + ys / HEIGHT - 1.55) * 14
    return np.asarray(lamp * (1.0 - shade / (1.0 + np.exp(-edge))), dtype=np.float32)


def _taken(picture: Image, random: np.random.Generator, conditions: Conditions) -> bytes:
    """Through the lens, the sensor and the encoder. Raises RuntimeError when OpenCV cannot write a JPEG."""
    lit = cv2.GaussianBlur(picture, (0, 0), conditions.blur)
    noisy = lit + random.normal(0.0, conditions.noise, lit.shape)
    ok, jpeg = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, conditions.quality])
    if not ok:
        raise RuntimeError("OpenCV could not write the photograph as JPEG")
    return bytes(jpeg.tobytes())
