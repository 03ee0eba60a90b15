"""Voices that share a channel are told apart by the engine of the settings."""

from __future__ import annotations

import json

import numpy as np
import pytest

from adapters.diarisation.none import NoDiariser
from adapters.testing.fake_voices import TurnTaking
from schemas.ledger import PartSpec
from tests.recordings import stereo, write, write_wav
from tests.unit.workers.calls.test_shared_channel import TALK, extract, speakers
from workers.calls.pipeline import CallPipeline
from workers.kept import KeptDiariser, KeptOutputs


@pytest.fixture
def engine():
    return TurnTaking(TurnTaking.Options(turn_s=9.6))


def test_the_engine_is_asked_and_its_speakers_are_taken(tmp_path, source, tools, engine):
    wired = tools(diarisation=engine)
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None])), wired)
    assert speakers(found) == ["speaker 1", "speaker 1", "speaker 2", "speaker 2", "speaker 1", "speaker 1"]
    assert engine.asked == [(f"{'0' * 64}/0", pytest.approx(len(TALK) / 16_000), len(TALK) * 2, None)]
    assert [row.adapter for row in wired.steps.rows if row.step == "diarisation"] == ["turn-taking/1/clock"]


def test_it_is_told_how_many_people_the_sender_says_there_are(tmp_path, source, tools, engine):
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None]), speakers=3), tools(diarisation=engine))
    assert [one[3] for one in engine.asked] == [3]
    assert set(speakers(found)) == {"speaker 1", "speaker 2", "speaker 3"}


def test_one_voice_needs_no_name(tmp_path, source, tools):
    alone = TurnTaking(TurnTaking.Options(speakers=1))
    assert set(speakers(extract(source(write_wav(tmp_path / "mono.wav", TALK[None])), tools(diarisation=alone)))) == {None}


def test_nobody_is_told_apart_where_that_is_switched_off(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None])), tools(diarisation=NoDiariser(NoDiariser.Options())))
    assert set(speakers(found)) == {None}


@pytest.mark.parametrize("facts", [{"agent_channel": 0}, {"customer_channel": 0}])
def test_a_lone_channel_whose_role_is_stated_is_not_heard(tmp_path, source, tools, engine, facts):
    extract(source(write_wav(tmp_path / "mono.wav", TALK[None]), **facts), tools(diarisation=engine))
    assert engine.asked == []


def test_channels_of_their_own_are_not_heard(tmp_path, source, tools, engine):
    turned = np.roll(TALK, 16_000 * 5)
    extract(source(write_wav(tmp_path / "two.wav", stereo(TALK, turned))), tools(diarisation=engine))
    assert engine.asked == []


def test_the_channel_that_talks_is_the_one_that_is_heard(tmp_path, source, tools, engine):
    extract(source(write_wav(tmp_path / "half.wav", stereo(np.zeros(len(TALK), np.int16), TALK))), tools(diarisation=engine))
    assert [one[0][-2:] for one in engine.asked] == ["/1"]


def test_a_recording_longer_than_the_engine_takes_is_left_to_the_pipeline(tmp_path, source, tools):
    short = TurnTaking(TurnTaking.Options(max_bytes=len(TALK)))
    found = extract(source(write_wav(tmp_path / "mono.wav", TALK[None])), tools(diarisation=short))
    assert short.asked == []
    assert speakers(found) == ["speaker 1", "speaker 2"] * 3


def test_a_long_call_is_heard_once_as_a_whole(tmp_path, source, tools, engine):
    path = write(tmp_path / "long.flac", np.tile(TALK, 22)[None])
    given, wired = source(path, "audio/flac"), tools(diarisation=engine)
    parts = [PartSpec.model_validate(json.loads(part.model_dump_json())) for part in CallPipeline().plan(given, wired)]
    found = [row for part in parts for row in extract(given, wired, part).utterances]
    assert len(parts) > 1
    assert len(engine.asked) == 1
    assert {row.speaker for row in found} == {"speaker 1", "speaker 2"}


class Memory(KeptOutputs):
    def __init__(self) -> None:
        self.outputs: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.outputs.get(key)

    def put(self, key: str, output: bytes) -> None:
        self.outputs[key] = output


def test_what_was_heard_is_kept_and_not_heard_again(tmp_path, source, tools, engine):
    given, kept = source(write_wav(tmp_path / "mono.wav", TALK[None])), KeptDiariser(engine, Memory())
    first, again = (speakers(extract(given, tools(diarisation=kept))) for _ in range(2))
    assert first == again
    assert len(engine.asked) == 1
    extract(source(tmp_path / "mono.wav", speakers=3), tools(diarisation=kept))
    assert len(engine.asked) == 2
