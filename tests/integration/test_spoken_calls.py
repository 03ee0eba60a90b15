"""Calls spoken by espeak-ng: how they are made, and the time in which nobody speaks as the service finds it."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from adapters.decoding.audio import decode
from adapters.testing.sound import RATE_HZ
from schemas.settings import Limits
from tests.recordings import write_wav
from tests.spokencalls import scripts, spoken
from workers.calls.activity import talk
from workers.calls.levels import survey
from workers.calls.turns import talk_s

pytestmark = [
    pytest.mark.needs_espeak,
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"),
]
CALLS = {script.name: script for script in scripts()}


@pytest.mark.parametrize("agent_channel", [0, 1])
def test_each_voice_is_on_its_channel(agent_channel):
    call = spoken(CALLS["late-checkin"], agent_channel)
    assert call.samples.shape[0] == 2
    for who, start_s, end_s in call.spans:
        loudness = np.abs(call.samples[:, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)].astype(float)).mean(axis=1)
        assert int(loudness.argmax()) == (agent_channel if who == "A" else 1 - agent_channel)


def test_both_voices_may_be_on_one():
    one, two = spoken(CALLS["late-checkin"], None), spoken(CALLS["late-checkin"], 0)
    assert one.samples.shape == (1, two.samples.shape[1])
    assert one.spans == two.spans


@pytest.mark.parametrize("name", ["card-blocked", "noisy-room", "factura-doble", "reserva-hotel"])
@pytest.mark.parametrize("agent_channel", [1, None])
def test_the_time_in_which_nobody_speaks(tmp_path, name, agent_channel):
    """Within 5% of how the call was made, by levels alone."""
    call = spoken(CALLS[name], agent_channel)
    path = write_wav(tmp_path / "call.wav", call.samples)
    limits = Limits()
    found = survey(decode(path, limits, "audio/wav"), call.samples.shape[0])
    made = found.duration_s - sum(end - start for _, start, end in call.spans)
    assert found.duration_s - talk_s(talk(found)) == pytest.approx(made, rel=0.05)
