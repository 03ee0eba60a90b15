"""Features of the sound, frame by frame."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ
from tests.unit.workers.calls.voices.conftest import features_of, on_a_line, silence, tones, voice
from workers.calls.voices.features import BANDS, HOP_S, MOST_S, QUIETEST_DB, Extractor


@pytest.mark.parametrize("block", [1_000, 4_097, RATE_HZ])
def test_the_size_of_blocks_changes_nothing(block):
    samples = on_a_line(voice(2.3), silence(0.21))
    whole, pieces = features_of(samples, len(samples)), features_of(samples, block)
    assert len(whole) == len(pieces) == 126
    assert np.array_equal(whole.bands, pieces.bands)
    assert np.array_equal(whole.periodic, pieces.periodic)


def test_frames_stand_where_they_sound():
    found = features_of(on_a_line(silence(1), tones(1, 1000), silence(1)))
    loud = np.flatnonzero(found.level > -40) * HOP_S
    assert (loud[0], loud[-1]) == pytest.approx((1.0, 2.0), abs=0.03)
    assert found.duration_s == 3


def test_a_later_part_keeps_its_time():
    assert features_of(on_a_line(voice(1)), first=10 * RATE_HZ).start_s == 10


def test_a_tone_is_tonal_and_its_frequency_known():
    found = features_of(on_a_line(tones(1, 1007)))
    assert found.tonal[5:45].min() > 0.99
    assert found.tone_hz[5:45].astype(float) == pytest.approx(np.full(40, 1007), abs=2)


def test_levels_are_decibels_below_full_scale():
    found = features_of(on_a_line(tones(1, 1000), noise=0))
    assert float(found.level[20]) == pytest.approx(20 * np.log10(4000 / 32768 / np.sqrt(2)), abs=0.5)
    assert features_of(np.zeros(RATE_HZ, np.int16)).bands.max() == QUIETEST_DB


def test_pitch_of_a_voice():
    found = features_of(on_a_line(voice(3, pitch_hz=150)))
    assert np.median(found.pitch_hz[found.periodic > 0.8]) == pytest.approx(150, rel=0.06)


def test_noise_is_not_periodic():
    found = features_of(on_a_line(silence(3), noise=500))
    assert np.percentile(found.periodic, 95) < 0.7


def test_nothing_heard():
    found = Extractor([0, 1]).features()
    assert (len(found[1]), found[1].bands.shape) == (0, (0, BANDS))


def test_nothing_is_described_of_a_day():
    extractor = Extractor([0])
    extractor.take(Block(0, on_a_line(voice(1))[None]))
    extractor.take(Block(round(MOST_S * RATE_HZ) + 1, on_a_line(voice(1))[None]))
    assert extractor.features() == {}
