"""Cuts fall where it is quiet, and depend on the audio alone."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.calls.cuts import SPLIT_S, STRETCH_S, parts, quiet_places, stretches
from workers.calls.levels import FRAME_S

MINUTE = round(60 / FRAME_S)


def levels(seconds, pauses=(), loud=-20.0, quiet=-55.0):
    """A channel that talks all the time but in `pauses`, seconds from and to."""
    found = np.full(round(seconds / FRAME_S), loud, np.float16)
    for start, end in pauses:
        found[round(start / FRAME_S) : round(end / FRAME_S)] = quiet
    return found


def test_short_audio_is_one_stretch():
    assert stretches(levels(30)) == [(0, 1000)]


def test_a_long_one_is_cut_in_its_pause():
    first, second = stretches(levels(90, [(40, 41)]))
    assert first[0] == 0
    assert 40 < first[1] * FRAME_S < 41
    assert second == (first[1], 3000)


def test_silence_is_not_sent():
    assert stretches(levels(30, loud=-90.0)) == []
    assert stretches(np.empty(0, np.float16)) == []
    assert len(stretches(levels(180, [(0, 130)], quiet=-80.0))) < len(stretches(levels(180)))


@given(st.lists(st.integers(-96, 0), min_size=1, max_size=60), st.integers(1, 12_000))
def test_stretches_cover_all_audible_audio_once_and_none_is_too_long(pattern, count):
    channel = np.resize(np.array(pattern, np.float16), count)
    found = stretches(channel)
    assert found == stretches(channel)
    assert all(0 < end - first <= STRETCH_S / FRAME_S for first, end in found)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    inside = np.zeros(count, bool)
    for first, end in found:
        inside[first:end] = True
    assert (channel[~inside] <= -60).all()


@pytest.mark.parametrize("seconds", [60.03, 61, 79, 80.1, 121])
def test_no_stretch_is_too_short_for_context(seconds):
    assert all((end - first) * FRAME_S >= 20 for first, end in stretches(levels(seconds)))


def test_ten_minutes_are_one_part():
    assert parts(levels(SPLIT_S)[None]) == [(0.0, 600.0)]


def test_parts_of_about_five_minutes_follow_each_other_without_a_hole():
    found = parts(np.stack([levels(3600), levels(3600)]))
    assert found[0][0] == 0
    assert found[-1][1] == 3600
    assert all(before[1] == after[0] for before, after in itertools.pairwise(found))
    assert all(150 <= end - start <= 330 for start, end in found)
    assert len(found) <= 13


def test_a_part_ends_where_nobody_speaks():
    agent = levels(900, [(270, 275), (300, 304)])
    customer = levels(900, [(302, 306), (310, 320)])
    start, end = parts(np.stack([agent, customer]))[0]
    assert (start, 302 < end < 304) == (0, True)


def test_of_equal_pauses_parts_end_at_the_last():
    channel = levels(900, [(200, 201), (320, 321)])
    assert 320 < parts(channel[None])[0][1] < 321


@pytest.mark.parametrize(
    ("pauses", "after_s"),
    [
        ([(27, 27.6), (40, 40.6)], 27),  # one window, nearly full, rather than one and a half
        ([(30, 30.6), (55, 55.6)], 55),  # two of them
        ([(30, 35), (33, 33.6), (59, 59.6)], 59),  # a long silence fills no window
    ],
)
def test_a_stretch_fills_a_recogniser_s_windows(pauses, after_s):
    (_, end), *_ = stretches(levels(100, pauses))
    assert after_s < end * FRAME_S < after_s + 0.6


def test_quiet_places_are_in_the_middle_of_pauses():
    found = quiet_places(np.array([50.0] * 30 + [1.0] * 10 + [50.0] * 30 + [1.0] * 20 + [50.0] * 30))
    assert found[0] == pytest.approx(35, abs=1)
    assert 70 < found[-1] < 90


def test_between_words_without_a_pause_the_quietest_frame_is_cut():
    assert (quiet_places(np.array([20.0] * 20 + [1.0] * 2 + [20.0] * 20)) // 2 == 10).all()


def test_pauses_are_all_places_that_are_quiet_for_long_enough():
    found = quiet_places(np.array([20.0] * 30 + [9.0] * 10 + [20.0] * 30 + [1.0] * 10 + [20.0] * 30 + [1.0] * 9), 10.0)
    assert found.tolist() == [35, 75]
