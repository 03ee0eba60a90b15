"""Pages into files: PDF, image and one line of labels each, in the format of the labelled pages `tamiz eval brochures` reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from training.composer.cards import Label
from training.composer.fonts import FontBook
from training.composer.pages import ComposedPage, compose
from training.composer.sheet import Rect
from training.composer.styles import styles as all_styles
from training.composer.words import LANGUAGES


def write_photographs(folder: Path, seed: int) -> int:
    """Photograph every page below `folder`, as `write_pages` left it, into `folder`/photos: a set of the same form. How many there are.

    Boxes go where the camera sees them. The photographs are those of the samples' generator, which needs OpenCV.
    """
    from samples.generator.photo import photograph, strength

    target = folder / "photos"
    (target / "pages").mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    with (target / "gold.jsonl").open("w", encoding="utf-8") as gold:
        for number, line in enumerate(lines):
            (source,) = (folder / "pages").glob(f"{line['page']}.*")
            with Image.open(source) as picture:
                pixels = np.asarray(picture.convert("RGB"))[..., ::-1]
            level = Random(f"{seed}/{number}/photo").randint(1, 5)
            taken = photograph(pixels, seed * 10_000 + number, strength(level, seed * 10_000 + number))
            (target / "pages" / f"{line['page']}.jpg").write_bytes(taken.jpeg)
            offers = [{**offer, "bbox": seen_box(offer["bbox"], taken.corners)} for offer in line["offers"]]
            gold.write(json.dumps({**line, "offers": offers, "photo_level": level}, ensure_ascii=False) + "\n")
    return len(lines)


def seen_box(box: Sequence[float], corners: Sequence[tuple[float, float]]) -> list[float]:
    """The box around `box` (fractions of a page) in a picture where the page's corners (clockwise from the top left) lie at `corners`."""
    rows, right = [], []
    for (x, y), (u, v) in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows, dtype=float), np.array(right, dtype=float))
    points = [(x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    seen = [((a * x + b * y + c) / (g * x + h * y + 1), (d * x + e * y + f) / (g * x + h * y + 1)) for x, y in points]
    xs, ys = [x for x, _ in seen], [y for _, y in seen]
    return [round(min(1.0, max(0.0, float(value))), 5) for value in (min(xs), min(ys), max(xs), max(ys))]


@dataclass(frozen=True)
class Order:
    """What to write: number of pages, seed of all their lots, languages and styles in turn (None: all), offers a page (None: as the style likes)."""

    pages: int
    seed: int
    languages: Sequence[str] = LANGUAGES
    styles: Sequence[str] | None = None
    offers: int | None = None


def write_pages(out: Path, order: Order, fonts: FontBook) -> int:
    """Write the pages of `order` to `out`: gold.jsonl, pages/*.jpg or *.png, pdf/*.pdf. How many there are.

    Every page has a random stream of its own, so that more pages change none of the earlier ones.

    Raises:
        ValueError: no style of that name.
    """
    known = {style.name: style for style in all_styles()}
    if missing := set(order.styles or ()) - set(known):
        raise ValueError(f"no such style: {', '.join(sorted(missing))}; there are {', '.join(known)}")
    chosen = [known[name] for name in order.styles or known]
    for folder in ("pages", "pdf"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    with (out / "gold.jsonl").open("w", encoding="utf-8") as gold:
        for number in range(order.pages):
            random = Random(f"{order.seed}/{number}")
            style = chosen[number % len(chosen)]
            code = order.languages[(number + number // len(chosen)) % len(order.languages)]
            page = compose(style, code, fonts, random, order.offers)
            name = f"{style.name}_{order.seed}_{page.language}_page_{number + 1}"
            (out / "pdf" / f"{name}.pdf").write_bytes(page.pdf)
            suffix = random.choice(("jpg", "jpg", "png"))
            _save(rendered(page), out / "pages" / f"{name}.{suffix}", random)
            gold.write(json.dumps(gold_line(name, page), ensure_ascii=False) + "\n")
    return order.pages


def rendered(page: ComposedPage) -> Image.Image:
    """The page as RGB image, `width_px` wide."""
    with pypdfium2.PdfDocument(page.pdf) as document:
        picture: Image.Image = document[0].render(scale=page.width_px / page.width).to_pil().convert("RGB")
    return picture


def _save(picture: Image.Image, path: Path, random: Random) -> None:
    for other in (".png", ".jpg"):
        path.with_suffix(other).unlink(missing_ok=True)
    if path.suffix == ".png":
        picture.save(path, compress_level=3)
    else:
        picture.save(path, quality=random.choice((75, 85, 92)))


def gold_line(name: str, page: ComposedPage) -> dict[str, Any]:
    """One page's labels. Keys the public format lacks: language, currency, retailer, validity, and per offer all after `bbox`."""
    return {
        "page": name,
        "chain": page.style,
        "offers": [offer_line(label, page) for label in page.labels],
        "language": page.language,
        "currency": page.currency,
        "retailer": page.retailer,
        "valid_from": page.valid_from,
        "valid_to": page.valid_to,
        "validity_text": page.validity_text,
    }


def offer_line(label: Label, page: ComposedPage) -> dict[str, Any]:
    """One offer's labels; money as strings with a decimal point, absent things null."""
    offer = label.offer
    return {
        "product_name": label.product_name,
        "price": _money(offer.price),
        "discount": None if offer.discount is None else str(offer.discount),
        "unit": label.unit,
        "original_price": _money(offer.old) if label.old_shown else None,
        "bbox": _fractions(label.box, page),
        "brand": offer.brand or None,
        "brand_lines": list(label.brand_lines),
        "name_lines": list(label.name_lines),
        "details": label.said["detail"] or None,
        "unit_price": label.unit_price or None,
        "price_texts": list(label.price_texts),
        "loyalty_price": _money(offer.loyalty),
        "loyalty": bool(offer.loyalty_label),
        "multibuy": offer.multibuy or None,
        "tier": label.said["tier"] or None,
        "deposit": label.said["deposit"] or None,
        "only_on": label.said["validity"] or None,
        "category": offer.shelf.name,
        "group": label.group or None,
    }


def _money(cents: int | None) -> str | None:
    return None if cents is None else f"{cents // 100}.{cents % 100:02d}"


def _fractions(box: Rect, page: ComposedPage) -> list[float]:
    return [
        round(max(0.0, box.x0 / page.width), 5),
        round(max(0.0, box.y0 / page.height), 5),
        round(min(1.0, box.x1 / page.width), 5),
        round(min(1.0, box.y1 / page.height), 5),
    ]
