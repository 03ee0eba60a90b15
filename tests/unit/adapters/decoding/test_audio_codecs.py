"""Every container and codec that telephone systems write, at their rates and numbers of channels."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import decode, decode_as_recorded
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.settings import Limits
from tests.audiofiles import FORMS, Form, amr_wb, encoded, gsm_wav, wav

SOUND = np.concatenate([silence(0.5), tone(1), silence(0.5)])


def heard(path, content):
    path.write_bytes(content)
    recording = decode(path, Limits())
    return np.concatenate([block.samples for block in recording], axis=1).astype(np.int32), recording


def levels(samples, *spans):
    return [np.abs(samples[:, round(start * RATE_HZ) : round(end * RATE_HZ)]).mean(axis=1) for start, end in spans]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_sound_is_where_it_went_in(tmp_path, form: Form):
    samples, recording = heard(tmp_path / form.name, encoded(form, SOUND))
    before, during, after = levels(samples, (0.05, 0.4), (0.6, 1.4), (1.7, 1.95))
    assert min(np.delete(during, 3) if form.codec == "aac" and form.channels > 5 else during) > 4000  # AAC keeps its fourth channel for below 120 Hz
    assert max([*before, *after]) < 300
    assert samples.shape[0] == recording.format.channels == form.channels
    assert samples.shape[1] / RATE_HZ == pytest.approx(2, abs=0.2)
    assert recording.format.sample_rate_hz == (48_000 if form.codec == "libopus" else form.rate_hz)
    assert recording.problems == []


def test_gsm_as_microsoft_packs_it(tmp_path):
    samples, recording = heard(tmp_path / "call.wav", gsm_wav(2))
    assert (recording.format.codec, recording.format.sample_rate_hz, samples.shape) == ("gsm_ms", 8000, (1, 2 * RATE_HZ))
    assert levels(samples, (0.1, 1.9))[0][0] > 1000


def test_adpcm_as_telephone_boards_write_it(tmp_path):
    """OKI's four bits a sample in WAV (tag 0x10), as Dialogic's VOX files have them: a step up and down without end."""
    samples, recording = heard(tmp_path / "call.wav", wav(b"\x7f" * 8_000, 0x10, bits=4, align=1))
    assert (recording.format.codec, recording.format.sample_rate_hz, samples.shape) == ("adpcm_ima_oki", 8000, (1, 2 * RATE_HZ))
    assert levels(samples, (0.1, 1.9))[0][0] > 100


def test_wide_band_amr(tmp_path):
    samples, recording = heard(tmp_path / "call.amr", amr_wb(1, 1))
    assert (recording.format.codec, recording.format.sample_rate_hz, samples.shape) == ("amrwb", 16_000, (1, 2 * RATE_HZ))
    quiet, loud = levels(samples, (0.1, 0.9), (1.2, 1.9))
    assert quiet[0] < 100 < 1000 < loud[0]


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form.extension == "wav" and form.codec in ("pcm_s16le", "pcm_mulaw", "pcm_alaw")], ids=lambda form: form.name
)
def test_a_recording_as_it_was_recorded(tmp_path, form: Form):
    path = tmp_path / form.name
    path.write_bytes(encoded(form, SOUND))
    recording = decode_as_recorded(path, Limits())
    samples = np.concatenate([block.samples for block in recording], axis=1)
    rate_hz = min(form.rate_hz, 48_000)
    assert (recording.rate_hz, samples.shape) == (rate_hz, (form.channels, 2 * rate_hz))
    assert np.abs(samples[:, : rate_hz // 3]).max() <= 8  # A-law has no zero
