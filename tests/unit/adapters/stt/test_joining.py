"""Words of an engine as segments: in order, within the stretch, split at pauses."""

from __future__ import annotations

from adapters.stt.joining import Heard, segments, spread
from adapters.stt.port import ChannelAudio

AUDIO = ChannelAudio(pcm=b"\0\0" * 16_000 * 4, offset_s=10)


def words(*found):
    return [[(word.text, word.start_s, word.end_s) for word in segment.words] for segment in segments([Heard(*one) for one in found], AUDIO, 0.5)]


def test_a_pause_begins_a_segment_and_times_count_from_the_recording_s_start():
    assert words((" a", 0.1, 0.4, 1), (" b", 0.6, 0.9, 1), (" c", 1.5, 1.9, 1)) == [
        [("a", 10.1, 10.4), ("b", 10.6, 10.9)],
        [("c", 11.5, 11.9)],
    ]


def test_a_long_silence_at_the_start_is_no_segment():
    assert words((" a", 3.0, 3.2, 1)) == [[("a", 13.0, 13.2)]]


def test_overlaps_are_clipped_and_nothing_lies_outside():
    assert words((" a", 0.0, 1.0, 1), (" b", 0.8, 0.7, 1), (" c", 3.9, 9.0, 1)) == [[("a", 10.0, 11.0), ("b", 11.0, 11.0)], [("c", 13.9, 14.0)]]


def test_blank_words_are_left_out_and_confidence_is_bounded():
    (segment,) = segments([Heard("  ", 0, 1, 1), Heard(" a  b ", 0, 1, 1.0000001)], AUDIO, 0.5)
    assert (segment.text, segment.words[0].confidence) == ("a b", 1.0)
    assert segments([], AUDIO, 0.5) == ()


def test_words_without_times_share_their_stretch_by_their_letters():
    assert spread(" a bbb ", 1.0, 3.0, 0.5) == [Heard("a", 1.0, 1.5, 0.5), Heard("bbb", 1.5, 3.0, 0.5)]
    assert spread(" ", 1.0, 3.0, 0.5) == []
