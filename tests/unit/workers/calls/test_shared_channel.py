"""Recordings whose voices share one channel, through the pipeline, with a recogniser that hears loudness."""

from __future__ import annotations

import json

import numpy as np
import pytest

from adapters.testing.fake_speech import FakeSpeech
from schemas.ledger import PartSpec
from schemas.rows.call import CallSpanRow
from schemas.transcripts import Segment, TimedWord
from tests.recordings import stereo, write, write_wav
from tests.unit.workers.calls.voices.conftest import music, on_a_line, silence, voice
from workers.calls.pipeline import CallPipeline
from workers.calls.understanding import Understood
from workers.calls.voices.waiting import ADAPTER, joined, with_music


def talk(gap_s=0.8):
    """Six turns of four seconds of two people in turn."""
    turns = [voice(4, 105, 1.0, number) if number % 2 == 0 else voice(4, 190, 1.18, number) for number in range(6)]
    return on_a_line(silence(0.5), *(piece for turn in turns for piece in (turn, silence(gap_s))))


TALK = talk()


def extract(source, tools, part=None):
    return CallPipeline().extract(source, part, tools).extraction


def speakers(found):
    return [row.speaker for row in found.utterances]


def test_two_people_on_one_channel_are_two_speakers(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None])), tools())
    assert speakers(found) == ["speaker 1", "speaker 2"] * 3
    assert [row.start_s for row in found.utterances] == pytest.approx([0.5 + 4.8 * turn for turn in range(6)], abs=0.2)
    assert found.calls[0].non_talk_s == pytest.approx(0.5 + 6 * 0.8, abs=0.6)


def test_a_turn_of_both_is_cut_between_words(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", talk(0.0)[None])), tools())
    assert speakers(found) == ["speaker 1", "speaker 2"] * 3
    assert " ".join(row.text for row in found.utterances) == " ".join(f"w{number}" for number in range(1, 25))


def test_one_voice_needs_no_name(tmp_path, source, tools):
    alone = on_a_line(*(piece for seed in range(5) for piece in (voice(4, seed=seed), silence(0.8))))
    assert set(speakers(extract(source(write_wav(tmp_path / "mono.wav", alone[None])), tools()))) == {None}


def test_a_lone_channel_whose_role_is_stated_is_one_person(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None]), agent_channel=0, agent_id="a-1"), tools())
    assert {(row.role, row.speaker) for row in found.utterances} == {("agent", "a-1")}


class Late(FakeSpeech):
    """Takes the noise after each turn for part of it."""

    def _segment(self, offset_s, first, end):
        heard = super()._segment(offset_s, first, end)
        return Segment(start_s=heard.start_s, end_s=heard.end_s + 1.5, words=heard.words)


@pytest.mark.parametrize("facts", [{"agent_channel": 0}, {}])
def test_turns_of_one_person_end_with_the_voice(tmp_path, source, tools, facts):
    alone = on_a_line(*(piece for seed in range(5) for piece in (voice(4, seed=seed), silence(2.5))))
    found = extract(source(write_wav(tmp_path / "mono.wav", alone[None]), **facts), tools(stt=Late(Late.Options())))
    assert [row.end_s for row in found.utterances] == pytest.approx([4 + 6.5 * turn for turn in range(5)], abs=0.25)


@pytest.mark.parametrize("gain", [1.0, 0.3])
def test_both_channels_carry_the_same_conversation(tmp_path, source, tools, gain):
    stt = FakeSpeech(FakeSpeech.Options())
    found = extract(source(write_wav(tmp_path / "twice.wav", stereo(TALK, (TALK * gain).astype(np.int16)))), tools(stt=stt))
    assert {audio.channel for audio in stt.calls} == {0}
    assert (found.calls[0].flags, speakers(found)) == (("identical_channels",), ["speaker 1", "speaker 2"] * 3)


def test_a_dead_second_channel_does_not_hide_the_voices_of_the_first(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "half.wav", stereo(TALK, np.zeros(len(TALK), np.int16)))), tools())
    assert speakers(found) == ["speaker 1", "speaker 2"] * 3


class Scripted(FakeSpeech):
    """Hears an agent in every other segment and a customer in the rest."""

    said = ("thank you for calling how can i help you today", "hi i am calling because my order has not arrived")

    def _segment(self, offset_s, first, end):
        heard = super()._segment(offset_s, first, end)
        text = self.said[round(heard.start_s / 4.8) % 2].split()
        step = (heard.end_s - heard.start_s) / len(text)
        words = [
            TimedWord(text=word, start_s=heard.start_s + at * step, end_s=heard.start_s + (at + 1) * step, confidence=0.9)
            for at, word in enumerate(text)
        ]
        return Segment(start_s=heard.start_s, end_s=heard.end_s, words=tuple(words))


def test_roles_are_told_by_what_each_speaker_says(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None]), language="en"), tools(stt=Scripted(Scripted.Options())))
    assert [(row.speaker, row.role) for row in found.utterances] == [("speaker 1", "agent"), ("speaker 2", "customer")] * 3
    assert found.calls[0].talk_time_s == pytest.approx({"agent": 12, "customer": 12}, abs=0.5)


def test_speakers_are_the_same_in_every_part(tmp_path, source, tools):
    path = write(tmp_path / "long.flac", np.tile(TALK, 22)[None])
    given = source(path, "audio/flac")
    parts = [PartSpec.model_validate(json.loads(part.model_dump_json())) for part in CallPipeline().plan(given, tools())]
    found = [row for part in parts for row in extract(given, tools(), part).utterances]
    assert len(parts) > 1
    assert [row.speaker for row in found] == [f"speaker {1 + round((row.start_s % 29.3 - 0.5) / 4.8) % 2}" for row in found]
    assert len(found) == 22 * 6


def test_music_on_hold_is_a_hold_and_no_talk(tmp_path, source, tools):
    waiting = on_a_line(voice(6, seed=1), silence(0.5), music(20), silence(0.5), voice(6, seed=2))
    found = extract(source(write_wav(tmp_path / "hold.wav", waiting[None])), tools())
    (hold,) = (span for span in found.call_spans if span.kind == "hold")
    assert (hold.name, hold.channel, hold.start_s, hold.end_s) == ("music", 0, pytest.approx(6.5, abs=1.5), pytest.approx(26.5, abs=1.5))
    assert found.calls[0].hold_s == pytest.approx(20, abs=2)
    assert found.calls[0].non_talk_s == pytest.approx(21, abs=1.5)
    assert [span.span_no for span in found.call_spans] == list(range(1, len(found.call_spans) + 1))


def test_music_over_a_cut_is_one_hold_of_the_whole_call():
    def part(start_s, end_s):
        return CallSpanRow(span_no=1, kind="hold", start_s=start_s, end_s=end_s, channel=0, confidence=0.7, method="derived", adapter=ADAPTER)

    assert [(span.start_s, span.end_s, span.name) for span in joined([part(300.4, 320), part(280, 300), part(400, 405)])] == [(280, 320, "music")]


def test_holds_by_word_and_by_music_count_once():
    def hold(start_s, end_s, adapter):
        return CallSpanRow(span_no=1, kind="hold", start_s=start_s, end_s=end_s, confidence=0.7, method="derived", adapter=adapter)

    told = Understood((), (hold(10, 30, "tamiz/1/hold"), hold(50, 60, "tamiz/1/hold")), {"hold_s": 30.0, "outcome": None})
    found = with_music(told, [hold(12, 35, ADAPTER)])
    assert found.header == {"hold_s": 35.0, "outcome": None}
    assert [(span.span_no, span.start_s) for span in found.spans] == [(1, 10), (2, 12), (3, 50)]
    assert with_music(told, []) is told
