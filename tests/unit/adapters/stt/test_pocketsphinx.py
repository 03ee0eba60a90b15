"""How PocketSphinx's audio is cut: pure functions over frames."""

from __future__ import annotations

import pytest

from adapters.stt.pocketsphinx import PocketSphinx, cut_quietest, joined, levels, voiced
from adapters.stt.port import ChannelAudio
from adapters.testing.sound import silence, tone
from schemas.errors import EngineOutputInvalid


def frames(pattern):
    """One frame per letter: `x` is voice."""
    return [letter == "x" for letter in pattern]


def test_single_frames_are_no_voice_and_single_holes_no_pause():
    assert not any(voiced(frames("." * 20 + "x" + "." * 20)))
    smooth = voiced(frames("." * 20 + "x" * 20 + "." + "x" * 20 + "." * 20))
    assert all(smooth[20:61])
    assert not any(smooth[:15] + smooth[66:])


def test_short_pauses_are_bridged_and_long_ones_split():
    assert joined(frames("." * 10 + "x" * 10 + "." * 9 + "x" * 10 + "." * 10), 10) == [(5, 44)]
    assert joined(frames("." * 10 + "x" * 10 + "." * 20 + "x" * 10 + "." * 10), 10) == [(5, 25), (35, 55)]


def test_turns_stay_within_the_audio_and_clicks_are_dropped():
    assert joined(frames("x" * 10), 10) == [(0, 10)]
    assert joined(frames("." * 10 + "xx" + "." * 10), 10) == []
    assert joined([], 10) == []


@pytest.mark.parametrize("count", [1, 9, 10, 11, 57, 1000])
def test_pieces_cover_everything_in_order_and_none_is_longer(count):
    pieces = cut_quietest([(at * 7919) % 101 for at in range(count)], 10)
    assert [at for first, end in pieces for at in range(first, end)] == list(range(count))
    assert all(end - first <= 10 for first, end in pieces)


def test_a_piece_ends_where_it_is_quietest():
    loud = [5.0] * 20
    loud[8] = 0.0
    assert cut_quietest(loud, 10)[0] == (0, 9)


def test_levels_follow_the_sound():
    quiet, loud = levels(silence(0.03).tobytes() + tone(0.03).tobytes())
    assert quiet == 0
    assert loud > 1e6


def test_audio_at_another_rate_is_refused_before_any_model_loads():
    with pytest.raises(EngineOutputInvalid, match="16000"):
        PocketSphinx(PocketSphinx.Options()).recognize(ChannelAudio(pcm=bytes(100), sample_rate_hz=8000))
