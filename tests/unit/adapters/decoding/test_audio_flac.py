"""Samples written as FLAC."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import decode_as_recorded
from adapters.decoding.audio_flac import write_flac
from schemas.errors import TooLarge
from schemas.settings import Limits

NOISE = np.random.default_rng(5)


@pytest.mark.parametrize("channels", range(1, 9))
@pytest.mark.parametrize("rate_hz", [7_350, 8_000, 48_000])
def test_every_sample_comes_back(tmp_path, channels, rate_hz):
    sound = NOISE.integers(-32768, 32768, (channels, 2 * rate_hz + 17)).astype(np.int16)
    path = tmp_path / "copy.flac"
    assert write_flac(path, [sound[:, :100], sound[:, 100:rate_hz], sound[:, rate_hz:]], channels, rate_hz, 10**9) == sound.shape[1]
    recording = decode_as_recorded(path, Limits())
    assert np.array_equal(np.concatenate([block.samples for block in recording], axis=1), sound)
    assert (recording.format.container, recording.format.sample_rate_hz, recording.problems) == ("flac", rate_hz, [])
    assert recording.format.duration_s == pytest.approx(sound.shape[1] / rate_hz, abs=1e-5)


def test_what_would_be_too_large_is_not_left_behind(tmp_path):
    sound = NOISE.integers(-32768, 32768, (1, 100_000)).astype(np.int16)
    with pytest.raises(TooLarge):
        write_flac(tmp_path / "copy.flac", iter([sound] * 1000), 1, 16_000, 1_000_000)
    with pytest.raises(TooLarge, match="8 channels"):
        write_flac(tmp_path / "copy.flac", [], 9, 16_000, 1_000_000)
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_breaks_leaves_nothing(tmp_path):
    def broken():
        yield np.zeros((1, 5), np.int16)
        raise EOFError

    with pytest.raises(EOFError):
        write_flac(tmp_path / "copy.flac", broken(), 1, 16_000, 1_000_000)
    assert list(tmp_path.iterdir()) == []
