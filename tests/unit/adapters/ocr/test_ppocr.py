"""Lines to readings, without a network: what is padded, batched, ordered and read off."""

from __future__ import annotations

import numpy as np

from adapters.ocr.ppocr import HEIGHT_PX, Recogniser

CHARACTERS = ("", "a", "b")


class Recorded:
    """Answers one step a pixel column of the first row's colour: black `b`, white `a`, padding blank; remembers the shapes."""

    def __init__(self):
        self.shapes = []

    def __call__(self, batch):
        self.shapes.append(batch.shape)
        column = batch[:, 0, HEIGHT_PX // 2, :]
        scores = np.zeros((*column.shape, 3), dtype=np.float32)
        scores[..., 0], scores[..., 1], scores[..., 2] = column == 0, 0.8 * (column > 0), 0.6 * (column < 0)
        return scores


def line(width, *colours, height=HEIGHT_PX):
    image = np.zeros((height, width, 3), dtype=np.uint8)
    step = width // len(colours)
    for number, colour in enumerate(colours):
        image[:, number * step : (number + 1) * step] = colour
    return image


def read(images, batch=1, least_px=16):
    network = Recorded()
    return Recogniser(network, CHARACTERS, batch, least_px).read(images), network.shapes


def test_answers_come_in_the_order_of_the_images():
    readings, _ = read([line(90, 255), line(30, 0), line(60, 255, 0)])
    assert [one.text for one in readings] == ["a", "b", "ab"]


def test_repeated_steps_are_one_character_and_blanks_none():
    (reading,), _ = read([line(64, 255)], least_px=160)
    assert reading.text == "a"


def test_the_score_is_the_mean_of_the_characters_alone():
    (reading,), _ = read([line(64, 255, 0)], least_px=160)
    assert abs(reading.score - 0.7) < 1e-6


def test_a_line_of_blanks_says_nothing_surely():
    network = Recogniser(lambda batch: np.zeros((1, 4, 3), dtype=np.float32), CHARACTERS, 1, 16)
    (reading,) = network.read([line(20, 255)])
    assert (reading.text, reading.score) == ("", 0.0)


def test_short_lines_are_padded_to_the_least_width_and_long_ones_not_at_all():
    _, shapes = read([line(40, 255), line(300, 255)], least_px=160)
    assert shapes == [(1, 3, HEIGHT_PX, 160), (1, 3, HEIGHT_PX, 300)]


def test_tall_print_is_scaled_to_the_network_s_height():
    _, shapes = read([line(400, 255, height=2 * HEIGHT_PX)])
    assert shapes == [(1, 3, HEIGHT_PX, 200)]


def test_a_batch_holds_lines_of_like_width_padded_to_its_longest():
    images = [line(200, 255), line(50, 255), line(210, 0), line(60, 255)]
    readings, shapes = read(images, batch=2)
    assert shapes == [(2, 3, HEIGHT_PX, 60), (2, 3, HEIGHT_PX, 210)]
    assert [one.text for one in readings] == ["a", "a", "b", "a"]
