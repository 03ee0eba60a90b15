"""The two steps of PP-OCR, one thread each: where text stands, and what a line says.

They take the places of rapidocr's own detector and recogniser; what is before, between and after (scaling, cropping, the orientation classifier,
mapping back) stays rapidocr's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final

from adapters.ocr.networks import Network
from schemas.documents import Value

HEIGHT_PX: Final = 48
"""Height of every line that the recogniser sees (PP-OCR, `rec_image_shape`)."""


class Detector:
    """Finds the quadrilaterals of text."""

    def __init__(self, network: Network, side_px: int, box_score: float) -> None:
        from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

        self._network = network
        self._scaled = DetPreProcess(side_px, "max")
        # The defaults of rapidocr's own configuration (differentiable binarisation, arXiv:1911.08947).
        self.postprocess_op = DBPostProcess(thresh=0.3, box_thresh=box_score, max_candidates=1000, unclip_ratio=1.6, use_dilation=True)

    def __call__(self, pixels: Any) -> Any:
        """`TextDetOutput` with boxes from top to bottom; without boxes when there is no text or the page is smaller than the network's grid."""
        from rapidocr.ch_ppocr_det.main import TextDetector
        from rapidocr.ch_ppocr_det.utils import TextDetOutput

        scaled = self._scaled.resize(pixels)
        if scaled is None:
            return TextDetOutput()
        boxes, scores = self.postprocess_op(self._network(_normalised(scaled)[None]), pixels.shape[:2])
        if len(boxes) == 0:
            return TextDetOutput()
        return TextDetOutput(pixels, TextDetector.sorted_boxes(boxes), scores)


class Reading(Value):
    """What a line says and how sure the recogniser is: the mean probability of its characters, 0 to 1."""

    text: str
    score: float


class Recogniser:
    """Reads lines: images of one line each, of any size, upright."""

    def __init__(self, network: Network, characters: Sequence[str], batch: int, least_px: int) -> None:
        self._network, self._characters = network, characters
        self._batch, self._least_px = batch, least_px

    def __call__(self, lines: Any) -> Any:
        """rapidocr's `TextRecInput` to its `TextRecOutput`."""
        from rapidocr.ch_ppocr_rec.typings import TextRecOutput

        readings = self.read(lines.img)
        output: Any = TextRecOutput  # its annotations admit one line only
        texts, scores = tuple(one.text for one in readings), tuple(one.score for one in readings)
        return output(lines.img, texts, scores, word_results=(None,) * len(readings), elapse=0.0)

    def read(self, images: Sequence[Any]) -> list[Reading]:
        """One reading an image, in the images' order; lines of like width are recognised together."""
        widths = [max(1, math.ceil(HEIGHT_PX * image.shape[1] / image.shape[0])) for image in images]
        order = sorted(range(len(images)), key=widths.__getitem__)
        found: dict[int, Reading] = {}
        for start in range(0, len(order), self._batch):
            some = order[start : start + self._batch]
            scores = self._network(self._side_by_side([images[number] for number in some], [widths[number] for number in some]))
            found.update(zip(some, self._read_off(scores), strict=True))
        return [found[number] for number in range(len(images))]

    def _side_by_side(self, images: Sequence[Any], widths: Sequence[int]) -> Any:
        import cv2
        import numpy as np

        batch = np.zeros((len(images), 3, HEIGHT_PX, max(self._least_px, *widths)), dtype=np.float32)
        for row, image, width in zip(batch, images, widths, strict=True):
            row[:, :, :width] = _normalised(cv2.resize(image, (width, HEIGHT_PX)))
        return batch

    def _read_off(self, scores: Any) -> Iterator[Reading]:
        """Connectionist temporal classification read greedily: the likeliest class of each step, repeats and blanks (class 0) left out."""
        likeliest, probability = scores.argmax(axis=2), scores.max(axis=2)
        for classes, sure in zip(likeliest, probability, strict=True):
            said = classes != 0
            said[1:] &= classes[1:] != classes[:-1]
            text = "".join(self._characters[number] for number in classes[said])
            yield Reading(text=text, score=float(sure[said].mean()) if text else 0.0)


def _normalised(pixels: Any) -> Any:
    """Height, width, colour of bytes to colour, height, width of -1 to 1."""
    import numpy as np

    return np.ascontiguousarray((pixels.astype(np.float32) * np.float32(1 / 127.5) - np.float32(1)).transpose(2, 0, 1))
