"""Pack shots and photographs as raster images, as brochures have them: what is printed on a pack is picture, never text layer."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from training.composer.fonts import Family
from training.composer.goods import Offer

Size = tuple[int, int]
LOOSE = {"fruit", "vegetables", "meat", "bakery", "garden", "fish"}
"""Shelves whose goods lie open."""


def shade(colour: str, by: float) -> str:
    """`colour` moved towards white (by > 0) or black (by < 0), 0 to 1."""
    goal, part = (255, by) if by > 0 else (0, -by)
    values = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return "#" + "".join(f"{round(value + (goal - value) * part):02x}" for value in values)


def luminance(colour: str) -> float:
    """Relative luminance of `colour`, 0 to 1, by Rec. 709 weights."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pack_shot(random: Random, offer: Offer, size: Size, family: Family) -> Image.Image:
    """RGBA picture of `offer` on a transparent ground: one to four packs, loose goods, or a plate of them."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if offer.shelf.name in LOOSE and random.random() < 0.7:
        _heap(random, picture, offer)
        return picture
    width, height = size
    slim = random.uniform(0.5, 1.0)
    most = max(1, int(width / (height * slim) + 0.4))
    count = min(random.choices((1, 2, 3, 4), (6, 3, 2, 1))[0], most + 1)
    body, accent = random.sample(offer.shelf.colours, 2) if random.random() < 0.7 else (_any_colour(random), random.choice(offer.shelf.colours))
    each = int(min(height * slim, width / (1 + 0.62 * (count - 1)))) if most > 1 else int(width * (0.98 if count == 1 else 0.62))
    step = min(each * random.uniform(0.62, 1.02), (width - each) / max(1, count - 1))
    left = (width - each - step * (count - 1)) * random.random()
    for place in range(count):
        tall = int(height * random.uniform(0.82, 0.98))
        pack = _pack(random, offer, (max(12, each), max(12, tall)), (body, accent) if place == 0 or random.random() < 0.6 else (accent, body), family)
        pack = pack.rotate(random.uniform(-9, 9) if random.random() < 0.5 else 0, Image.Resampling.BICUBIC, expand=True)
        pack.thumbnail((max(12, min(width, int(each * 1.1))), height))
        x = min(max(0, int(left + step * place)), width - pack.width)
        picture.alpha_composite(pack, (max(0, x), max(0, height - pack.height)))
    return picture


def _any_colour(random: Random) -> str:
    return f"#{random.randint(0, 255):02x}{random.randint(0, 255):02x}{random.randint(0, 255):02x}"


def _pack(random: Random, offer: Offer, size: Size, colours: tuple[str, str], family: Family) -> Image.Image:
    """One pack: an outline filled with light from one side, a label with brand, name and weight on it."""
    width, height = size
    body, accent = colours
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    outline = random.choice(("box", "bottle", "cup", "bag", "can", "tray"))
    _outline(pen, outline, width, height)
    face = _lit(random, size, body)
    draw = ImageDraw.Draw(face)
    top, bottom = sorted((random.uniform(0.18, 0.4), random.uniform(0.6, 0.9)))
    if outline == "bottle":
        top, bottom = 0.45, 0.88
    kind = random.random()
    if kind < 0.6:
        draw.rectangle((0, int(top * height), width, int(bottom * height)), fill=accent)
    elif kind < 0.85:
        draw.ellipse((width * 0.08, height * top, width * 0.92, height * bottom), fill=accent)
    ground = accent if kind < 0.85 else body
    ink = "#ffffff" if luminance(ground) < 0.55 else shade(body, -0.6) if luminance(body) < 0.6 else "#20242c"
    label = Image.new("RGBA", size, (0, 0, 0, 0))
    _label(random, label, offer, (top, bottom), ink, family)
    face.paste(label, (0, 0), label)
    face.putalpha(ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(0.6)), Image.new("L", size, 255)))
    return face


def _outline(pen: ImageDraw.ImageDraw, kind: str, width: int, height: int) -> None:
    if kind == "bottle":
        pen.rounded_rectangle((width * 0.28, height * 0.36, width * 0.72, height - 1), width * 0.08, fill=255)
        pen.polygon(
            [(width * 0.28, height * 0.4), (width * 0.42, height * 0.2), (width * 0.58, height * 0.2), (width * 0.72, height * 0.4)], fill=255
        )
        pen.rectangle((width * 0.42, 0, width * 0.58, height * 0.24), fill=255)
    elif kind == "cup":
        pen.polygon([(2, 2), (width - 3, 2), (width * 0.86, height - 2), (width * 0.14, height - 2)], fill=255)
    elif kind == "can":
        pen.rounded_rectangle((width * 0.12, 1, width * 0.88, height - 2), width * 0.1, fill=255)
    elif kind == "bag":
        pen.polygon(
            [
                (width * 0.06, 2),
                (width * 0.94, 2),
                (width - 2, height * 0.5),
                (width * 0.92, height - 2),
                (width * 0.08, height - 2),
                (2, height * 0.5),
            ],
            fill=255,
        )
    elif kind == "tray":
        pen.rounded_rectangle((1, height * 0.3, width - 2, height - 2), width * 0.06, fill=255)
    else:
        pen.rectangle((width * 0.04, height * 0.04, width * 0.96, height - 2), fill=255)


def _lit(random: Random, size: Size, colour: str) -> Image.Image:
    """`colour` with light falling from the left and a grain of its own."""
    width, height = size
    noise = np.random.default_rng(random.getrandbits(32))
    base = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=np.float32)
    light = 1.12 - 0.35 * np.linspace(0, 1, width, dtype=np.float32) + 0.12 * np.sin(np.linspace(0, 9, width, dtype=np.float32))
    field = base[None, None, :] * light[None, :, None] + noise.normal(0, 4, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(field, 0, 255).astype(np.uint8), "RGB").convert("RGBA")


def _label(random: Random, label: Image.Image, offer: Offer, span: tuple[float, float], ink: str, family: Family) -> None:
    """Brand, product and weight printed on the pack."""
    draw = ImageDraw.Draw(label)
    width, height = label.size
    brand = (offer.brand or random.choice(("Landhaus", "Natura", "Selecta", "Prima"))).upper() if random.random() < 0.5 else offer.brand or "Selecta"
    rows = [(brand, 0.3), *((word, 0.2) for word in offer.name.split()[:2]), (offer.package.split(",")[0], 0.12)]
    y = height * span[0]
    room = height * (span[1] - span[0])
    for text, share in rows:
        if not text:
            continue
        font = _font(family, max(5, int(room * share)))
        wide = draw.textlength(text, font=font)
        if wide > width * 0.8:
            font = _font(family, max(5, int(room * share * width * 0.8 / wide)))
            wide = draw.textlength(text, font=font)
        draw.text(((width - wide) / 2, y), text, font=font, fill=ink)
        y += room * share * 1.15
    if random.random() < 0.35:
        label.paste(label.rotate(random.uniform(-14, 14), Image.Resampling.BICUBIC), (0, 0))


def _font(family: Family, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(family.bold_file), size) if family.bold_file else ImageFont.load_default(size)


def _heap(random: Random, picture: Image.Image, offer: Offer) -> None:
    """Round things on each other, on a plate now and then."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    if random.random() < 0.4:
        draw.ellipse((0, height * 0.45, width - 1, height - 1), fill="#eef0f2", outline="#b9bec4", width=max(1, width // 90))
    colour = random.choice(offer.shelf.colours)
    for step in range(random.randint(5, 14)):
        r = min(width, height) * random.uniform(0.1, 0.24)
        x, y = random.uniform(r, max(r + 1, width - r)), random.uniform(height * 0.3, max(height * 0.31, height - r))
        tone = shade(colour, random.uniform(-0.25, 0.25))
        flat = random.uniform(0.55, 1.0)
        draw.ellipse((x - r, y - r * flat, x + r, y + r * flat), fill=tone, outline=shade(tone, -0.3))
        draw.ellipse((x - r * 0.5, y - r * 0.5 * flat, x - r * 0.1, y - r * 0.2 * flat), fill=shade(tone, 0.5))
        if step % 4 == 0:
            draw.line((x, y - r * flat, x + r * 0.3, y - r * flat - r * 0.4), fill="#5b7a2f", width=max(1, int(r / 8)))


def photograph(random: Random, size: Size, colours: tuple[str, str]) -> Image.Image:
    """A blurred scene to stand behind things: soft light, shapes out of focus, wood or cloth, grain."""
    width, height = size
    noise = np.random.default_rng(random.getrandbits(32))
    ends = [np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=np.float32) for colour in colours]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = random.uniform(0, 3.14)
    ramp = (np.cos(angle) * xs / width + np.sin(angle) * ys / height)[..., None]
    field: NDArray[np.float32] = ends[0] * (1 - ramp) + ends[1] * ramp
    if random.random() < 0.5:
        grain = np.interp(np.arange(width), np.linspace(0, width, 60), noise.normal(0, 12, 60)).astype(np.float32)
        field = field + grain[None, :, None]
    scene = Image.fromarray(np.clip(field, 0, 255).astype(np.uint8), "RGB")
    draw = ImageDraw.Draw(scene)
    for _ in range(random.randint(4, 12)):
        r = width * random.uniform(0.04, 0.2)
        x, y = random.uniform(0, width), random.uniform(0, height)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=shade(random.choice(colours), random.uniform(-0.3, 0.3)))
    scene = scene.filter(ImageFilter.GaussianBlur(width / 40))
    speckle = noise.normal(0, 3, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(scene, dtype=np.float32) + speckle, 0, 255).astype(np.uint8), "RGB")
