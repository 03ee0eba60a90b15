"""Times from attention, and tokens as words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from adapters.stt.alignment import Word, path_starts, token_frames, words_of


def cheapest(cost):
    """Cost of the best path by trying them all: right, down or both."""
    rows, columns = cost.shape
    if rows == columns == 1:
        return cost[0, 0]
    ways = [cheapest(cost[:-1]) if rows > 1 else np.inf, cheapest(cost[:, :-1]) if columns > 1 else np.inf]
    ways.append(cheapest(cost[:-1, :-1]) if rows > 1 and columns > 1 else np.inf)
    return cost[-1, -1] + min(ways)


@pytest.mark.parametrize("seed", range(20))
def test_the_path_is_the_cheapest(seed):
    draw = np.random.default_rng(seed)
    cost = draw.random((int(draw.integers(1, 5)), int(draw.integers(1, 6))))
    starts = path_starts(cost)
    columns = cost.shape[1]
    assert starts[0] == 0
    assert (np.diff(starts) >= 0).all()
    ends = [*starts[1:], columns - 1]
    # each row runs from its start to the next row's start, or to the column before it
    found = min(
        sum(cost[row, start : end + 1].sum() for row, (start, end) in enumerate(zip(starts, chosen, strict=True)))
        for chosen in itertools.product(*[(end - 1, end) if row < len(ends) - 1 else (end,) for row, end in enumerate(ends)])
        if all(start <= end for start, end in zip(starts, chosen, strict=True))
    )
    assert found == pytest.approx(cheapest(cost))


def test_tokens_begin_where_they_are_looked_at():
    attention = np.full((2, 4, 80), 0.01)
    for token, first in enumerate((0, 20, 40, 60)):
        attention[:, token, first : first + 20] = 1.0
    assert token_frames(attention).tolist() == pytest.approx([0, 20, 40, 60], abs=3)


def test_attention_without_a_shape_still_gives_times():
    assert token_frames(np.zeros((1, 3, 5))).shape == (3,)
    assert token_frames(np.ones((2, 1, 1))).tolist() == [0]


PIECES = {1: " he", 2: "llo", 3: ",", 4: " you", 5: "«", 6: "»", 7: "你", 8: "好", 9: "。"}


def decode(tokens):
    if tokens == [5]:
        return "�"
    return "é" if tokens == [5, 6] else "".join(PIECES[token] for token in tokens)


def test_a_space_begins_a_word_and_marks_belong_to_the_one_before():
    assert words_of([1, 2, 3, 4], decode, "en") == [Word(" hello,", 0, 3), Word(" you", 3, 4)]


def test_characters_of_several_tokens_are_not_torn():
    assert words_of([1, 5, 6, 4], decode, "en") == [Word(" heé", 0, 3), Word(" you", 3, 4)]
    assert words_of([5], decode, "en") == [Word("�", 0, 1)]


def test_without_spaces_each_character_is_a_word():
    assert [word.text for word in words_of([7, 8, 9], decode, "zh")] == ["你", "好。"]
    assert [word.text for word in words_of([7, 8, 9], decode, "en")] == ["你好。"]
