"""Where picture, text and price stand in a cell."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from training.composer.flow import Item, SetLine, fitted
from training.composer.look import Look
from training.composer.sheet import Point, Rect

Part = tuple[float, float, float, float]


@dataclass(frozen=True)
class Arrangement:
    """Parts of a cell in fractions of it.

    `anchor`: where the price stands in its part; `down`: the same for the text; `shape`: lowest and highest width over height of a cell it suits.
    """

    picture: Part | None
    text: Part
    price: Part
    anchor: Point
    down: float
    shape: tuple[float, float]

    def suits(self, shape: float) -> bool:
        """Whether a cell of width over height `shape` can be arranged so."""
        return self.shape[0] <= shape <= self.shape[1]

    @property
    def over_picture(self) -> bool:
        """Whether the price lies over the picture."""
        if self.picture is None:
            return False
        return min(self.picture[2], self.price[2]) > max(self.picture[0], self.price[0]) and min(self.picture[3], self.price[3]) > max(
            self.picture[1], self.price[1]
        )


ARRANGEMENTS: dict[str, Arrangement] = {
    "shelf": Arrangement((0.04, 0, 0.96, 0.56), (0, 0.6, 0.56, 1), (0.58, 0.6, 1, 1), (1, 1), 0, (0.55, 1.6)),
    "shelf-left": Arrangement((0.04, 0, 0.96, 0.56), (0.46, 0.6, 1, 1), (0, 0.58, 0.43, 1), (0, 1), 0, (0.55, 1.6)),
    "beside": Arrangement((0, 0, 0.46, 1), (0.49, 0, 1, 0.52), (0.49, 0.54, 1, 1), (0, 1), 0, (0.8, 3.0)),
    "beside-right": Arrangement((0.54, 0, 1, 1), (0, 0, 0.51, 0.52), (0, 0.54, 0.51, 1), (0, 1), 0, (0.8, 3.0)),
    "caption": Arrangement((0, 0.3, 1, 1), (0, 0, 1, 0.29), (0.42, 0.62, 1, 1), (1, 1), 0, (0.45, 1.5)),
    "caption-left": Arrangement((0.1, 0.3, 1, 1), (0, 0, 1, 0.29), (0, 0.64, 0.56, 1), (0, 1), 0, (0.45, 1.5)),
    "crown": Arrangement((0.06, 0.3, 0.94, 0.72), (0, 0.74, 1, 1), (0, 0, 0.7, 0.3), (0, 0), 0, (0.45, 1.3)),
    "crown-right": Arrangement((0.0, 0.2, 0.8, 0.7), (0, 0.72, 1, 1), (0.45, 0, 1, 0.34), (1, 0), 0, (0.45, 1.3)),
    "tower": Arrangement((0.08, 0, 0.92, 0.46), (0, 0.48, 1, 0.74), (0.05, 0.75, 0.95, 1), (0.5, 1), 0, (0.35, 1.1)),
    "plate": Arrangement((0, 0, 0.62, 0.71), (0, 0.73, 1, 1), (0.5, 0.32, 1, 0.71), (1, 1), 0.2, (0.6, 1.9)),
    "strip": Arrangement((0, 0, 0.26, 1), (0.28, 0, 0.66, 1), (0.68, 0, 1, 1), (1, 0.5), 0.5, (1.9, 7.0)),
    "strip-price-first": Arrangement((0.74, 0, 1, 1), (0.34, 0, 0.73, 1), (0, 0, 0.32, 1), (0, 0.5), 0.5, (1.9, 7.0)),
    "bare": Arrangement(None, (0, 0, 0.6, 1), (0.62, 0, 1, 1), (1, 0.5), 0.5, (1.4, 14.0)),
    "row": Arrangement(None, (0, 0, 0.8, 1), (0.83, 0, 1, 1), (1, 0.5), 0.5, (4.0, 60.0)),
    "bare-stack": Arrangement(None, (0, 0, 1, 0.56), (0, 0.58, 1, 1), (0, 1), 0, (0.3, 2.2)),
    "bare-top": Arrangement(None, (0, 0.46, 1, 1), (0, 0, 1, 0.44), (0, 0), 0, (0.3, 2.2)),
    "scene": Arrangement((0.52, 0.06, 1, 0.96), (0.03, 0.04, 0.5, 0.52), (0.03, 0.55, 0.5, 0.97), (0, 1), 0, (0.9, 3.0)),
    "scene-low": Arrangement((0.1, 0.02, 0.9, 0.6), (0.03, 0.66, 0.56, 0.97), (0.58, 0.55, 0.98, 0.97), (1, 1), 1, (0.6, 2.2)),
}
FALLBACKS = ("row", "bare", "bare-stack")


def planned(random: Random, inner: Rect, items: list[Item], look: Look) -> tuple[Arrangement, list[SetLine]] | None:
    """An arrangement of the look that suits the shape of `inner`, with the text set in it; None when the text fits nowhere."""
    shape = inner.width / inner.height
    names = [name for name in look.arrangements if ARRANGEMENTS[name].suits(shape)]
    random.shuffle(names)
    spare = [name for name in FALLBACKS if ARRANGEMENTS[name].suits(shape)]
    for name in (*names, *spare, "bare-stack"):
        arrangement = ARRANGEMENTS[name]
        if lines := fitted(items, inner.part(*arrangement.text), hyphenate=look.words.hyphenate):
            return arrangement, lines
    return None
