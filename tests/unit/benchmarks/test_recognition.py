"""How recognisers are held against each other, and what they are given to hear."""

from __future__ import annotations

import json
import wave

import pytest

from adapters.testing.sound import RATE_HZ, tone
from benchmarks.recognition import Clip, Heard, Row, clips_of, one_after_another
from tests.recordings import stereo, write_wav


def heard(*texts, processor_s=10.0, memory=()):
    return Heard(texts, processor_s, 20.0, 200 << 20, memory)


@pytest.fixture
def clip(tmp_path):
    def make(number, seconds, said):
        return Clip(write_wav(tmp_path / f"{number}.wav", tone(seconds)[None]), said, seconds)

    return make


def row(clips, bare, ours):
    return Row("pocketsphinx", "2 clips", clips, bare, ours)


def test_errors_count_over_all_clips_and_each_side_against_the_other(clip):
    clips = [clip(1, 1, "one two three"), clip(2, 1, "four")]
    found = row(clips, heard("one two three", "five"), heard("one two", "five"))
    assert found.errors(found.bare).rate == 1 / 4
    assert found.errors(found.ours).rate == 2 / 4
    assert found.apart.rate == 1 / 4


@pytest.mark.parametrize(
    ("ours", "processor_s", "kept"),
    [("one two", 10.5, True), ("one two", 10.6, False), ("one", 10.0, False), ("one two three", 5.0, True)],
)
def test_what_is_kept(clip, ours, processor_s, kept):
    said = [clip(1, 2, "one two three")]
    assert row(said, heard("one two"), heard(ours, processor_s=processor_s)).kept == kept


def test_cells_of_a_row(clip):
    memory = (100 << 20,) * 20 + (150 << 20,) * 20 + (153 << 20,) * 20
    cells = row([clip(1, 100, "one")], heard("one"), heard("one", processor_s=11.0, memory=memory)).cells
    assert cells == "pocketsphinx | 2 clips | 0.0000 | 0.0000 | 0.0000 | 0.100 | 0.110 | 1.100 | 0.200 | 0.200 | 200 | 200 | +3.0"
    assert row([clip(2, 100, "one")], heard("one"), heard("one", memory=memory[:9])).cells.endswith("| -")


def test_clips_are_the_first_channel_of_those_in_the_language(tmp_path):
    write_wav(tmp_path / "two.wav", stereo(tone(1.0), tone(1.0, hertz=200)))
    rows = [
        {"file": "two.wav", "ref": "hello", "language": "en-GB"},
        {"file": "two.wav", "ref": "hola", "language": "es"},
        {"file": "two.wav", "ref": "hi"},
    ]
    (tmp_path / "said.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = clips_of(tmp_path / "said.jsonl", tmp_path, "en")
    assert [(one.said, one.seconds) for one in found] == [("hello", 1.0), ("hi", 1.0)]
    with wave.open(str(found[0].path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.readframes(RATE_HZ)) == (1, RATE_HZ, tone(1.0).tobytes())


def test_clips_follow_each_other_until_it_is_long_enough(clip, tmp_path):
    long = one_after_another([clip(1, 1, "one"), clip(2, 2, "two")], 3.5, tmp_path / "long.wav")
    assert (long.said, long.seconds) == ("one two one", 4.0)
    with wave.open(str(long.path)) as file:
        assert file.getnframes() == 4 * RATE_HZ
