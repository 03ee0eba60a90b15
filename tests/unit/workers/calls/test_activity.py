"""Who talks when, by level alone."""

from __future__ import annotations

import numpy as np

from workers.calls.activity import talk
from workers.calls.levels import FRAME_S, Survey


def surveyed(*channels, copies=None):
    levels = np.stack([np.array(channel, np.float16) for channel in channels])
    return Survey(0, round(levels.shape[1] * FRAME_S * 16_000), levels, copies or {})


def channel(pattern, loud=-22, quiet=-60):
    """A second (33 frames) per letter: `x` is loud."""
    return [loud if letter == "x" else quiet for letter in pattern for _ in range(33)]


def test_turns_are_loud_stretches_between_pauses():
    found = talk(surveyed(channel("..xxx...xx.."), channel(".......x....")))
    assert [(span.channel, round(span.start_s), round(span.end_s)) for span in found] == [(0, 2, 5), (1, 7, 8), (0, 8, 10)]


def test_what_is_loud_depends_on_the_channel():
    assert len(talk(surveyed(channel("..xx..", loud=-50, quiet=-75)))) == 1


def test_steady_noise_and_silence_are_nobody():
    assert talk(surveyed(channel("xxxxxx"))) == []
    assert talk(surveyed(channel("......"))) == []
    assert talk(surveyed([])) == []


def test_short_pauses_stay_in_a_turn_and_clicks_are_none():
    turn = channel("..xx") + [-60] * 10 + channel("xx....")
    click = [-60] * 100 + [-20] * 3 + [-60] * (len(turn) - 103)
    assert [span.channel for span in talk(surveyed(turn, click))] == [0]


def test_copies_are_not_heard_twice():
    assert len(talk(surveyed(channel(".x."), channel(".x."), copies={1: 0}))) == 1
