"""A page with the labels' boxes and ours drawn over it, as SVG."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from schemas.pages import Box
from workers.evaluation.brochures.judging import Judged, Pair
from workers.evaluation.markup import Markup, element
from workers.evaluation.pictures import Picture

BLANK_PX: Final = (848, 1200)
"""Paper (1 : sqrt 2) where the page could not be drawn."""
_TAG_PX: Final = 26.0
_LETTER_PX: Final = 13.0


def page_svg(judged: Judged, picture: Picture | None, anchor: str) -> Markup:
    """Labels dashed with their tag to the left, ours solid with it to the right; `anchor` begins the id of every pair."""
    width, height = (picture.width_px, picture.height_px) if picture else BLANK_PX
    drawn = [element("rect", width=width, height=height, class_="paper")]
    if picture:
        data = b64encode(picture.jpeg).decode("ascii")
        drawn.append(element("image", href=f"data:image/jpeg;base64,{data}", width=width, height=height))
    drawn += [_pair(judged, pair, number, anchor, (width, height)) for number, pair in enumerate(judged.pairs, 1)]
    said = "The page with the labels' boxes and ours"
    return element("svg", *drawn, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img", aria_label=said, class_="page")


def _pair(judged: Judged, pair: Pair, number: int, anchor: str, size: tuple[int, int]) -> Markup:
    label = judged.gold[pair.place].box if pair.place is not None else None
    offer = judged.ours[pair.our_place].box if pair.our_place is not None else None
    children = [_box(label, "label", str(number), size)] if label else []
    children += [_box(offer, "ours", str(number), size)] if offer else []
    return element("g", *children, id=f"{anchor}-{number}", class_=f"v-{pair.verdict.value}")


def _box(box: Box, side: str, tag: str, size: tuple[int, int]) -> Markup:
    x, y, width, height = box.x0 * size[0], box.y0 * size[1], (box.x1 - box.x0) * size[0], (box.y1 - box.y0) * size[1]
    wide = _TAG_PX + _LETTER_PX * (len(tag) - 1)
    left = x if side == "label" else x + width - wide
    left, top = min(max(left, 0.0), size[0] - wide), min(max(y, 0.0), size[1] - _TAG_PX)
    return element(
        "g",
        element("rect", x=x, y=y, width=width, height=height, class_="box"),
        element("rect", x=left, y=top, width=wide, height=_TAG_PX, class_="tag"),
        element("text", tag, x=left + wide / 2, y=top + 0.75 * _TAG_PX, text_anchor="middle"),
        class_=side,
    )
