"""How far sound stands above the noise, and crowds."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.calls.voices.conftest import crowd, features_of, on_a_line, silence, voice
from workers.calls.voices.noise import above_noise


def test_steady_noise_is_no_crowd():
    found = above_noise(features_of(on_a_line(silence(3), voice(4), silence(3), noise=100)))
    assert found.crowd_db.max() == 0
    assert np.median(found.db[:100]) == pytest.approx(1, abs=1.5)
    assert np.percentile(found.db[160:340], 80) > 12


def test_a_crowd_is_noise():
    whole = crowd(20)
    whole[8 * 16_000 : 12 * 16_000] += voice(4)
    found = above_noise(features_of(on_a_line(whole)[: 18 * 16_000]))
    assert found.crowd_db.min() > 3
    assert np.percentile(found.db[420:580], 80) > 12
    assert np.percentile(found.db[:380], 80) < 9


def test_one_who_never_pauses_is_no_crowd():
    found = above_noise(features_of(on_a_line(voice(20, seed=3))))
    assert found.crowd_db.max() == 0


def test_the_noise_is_taken_anew():
    quiet, loud = on_a_line(silence(60), noise=5), on_a_line(silence(60), noise=150)
    found = above_noise(features_of(np.concatenate([quiet, loud])))
    assert np.median(found.db[:500]) < 4
    assert np.median(found.db[-500:]) < 4


def test_nothing():
    assert len(above_noise(features_of(np.zeros(0, np.int16))).smooth) == 0
    assert above_noise(features_of(np.zeros(700, np.int16))).smooth.tolist() == pytest.approx([0, 0, 0], abs=0.1)
