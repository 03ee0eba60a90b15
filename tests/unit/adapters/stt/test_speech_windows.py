"""Speech as windows: silence left out, short turns together, long ones cut."""

from __future__ import annotations

from itertools import pairwise

import pytest

from adapters.stt.speech_windows import speech_windows
from adapters.testing import sound


def audio(*parts):
    return b"".join(part if isinstance(part, bytes) else sound.silence(part).tobytes() for part in parts)


def spans(pcm, longest_s=28.0, pause_s=0.5):
    return [(one.start_s, one.start_s + len(one.samples) / 16_000) for one in speech_windows(pcm, 2, pause_s, longest_s)]


def test_silence_is_no_window():
    assert spans(audio(3.0)) == []
    assert spans(b"") == []
    assert spans(b"\0") == []


def test_turns_that_fit_share_a_window():
    spoken = sound.spoken()
    ((start, end),) = spans(audio(2.0, spoken, 1.0, spoken, 2.0))
    assert start == pytest.approx(2.5, abs=0.5)
    assert end == pytest.approx(2.0 + 2 * len(spoken) / 32_000 + 1.0 - 0.5, abs=0.5)


def test_turns_that_do_not_fit_have_their_own():
    spoken = sound.spoken()
    found = spans(audio(spoken, 1.0, spoken), longest_s=6.0)
    assert len(found) == 2
    assert all(end - start <= 6.0 for start, end in found)
    assert found[0][1] < found[1][0]


def test_speech_without_a_pause_is_cut_at_the_longest():
    found = spans(sound.tone(0.1).tobytes() + sound.spoken() * 4, longest_s=5.0, pause_s=5.0)
    assert len(found) >= 4
    assert all(end - start <= 5.0 for start, end in found)
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(found))


def test_samples_are_shares_of_full_scale():
    (window,) = speech_windows(sound.spoken(), 2, 0.5, 28.0)
    assert 0.05 < abs(window.samples).max() <= 1
