"""A call that arrives as a transcript."""

from __future__ import annotations

import json

import pytest

from schemas.errors import Empty, Malformed
from workers.calls.pipeline import CallPipeline
from workers.calls.written import looks_like_transcript

CALL = {
    "agent_id": "a-1",
    "utterances": [
        {"speaker": "Ana", "role": "agent", "start_s": 0, "end_s": 6, "text": "Good morning, how can I help?"},
        {"speaker": "Ben", "role": "customer", "start_s": 5, "end_s": 11, "text": "My parcel is late."},
        {"speaker": "Ana", "text": ""},
        "no object",
        {"speaker": "Ben", "role": "customer", "start_s": 12, "end_s": 20, "text": "I want my money back."},
    ],
}


@pytest.fixture
def extract(tmp_path, source, tools):
    def extracted(content, media_type="application/json", **metadata):
        path = tmp_path / "call"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return CallPipeline().extract(source(path, media_type=media_type, **metadata), None, tools()).extraction

    return extracted


def test_each_given_turn_is_an_utterance_by_its_place(extract):
    found = extract(CALL)
    assert [(row.utterance_no, row.speaker, row.role, row.start_s, row.text[:5]) for row in found.utterances] == [
        (1, "Ana", "agent", 0, "Good "),
        (2, "Ben", "customer", 5, "My pa"),
        (3, "Ana", "unknown", None, ""),
        (5, "Ben", "customer", 12, "I wan"),
    ]
    assert [row.is_interruption for row in found.utterances] == [False, True, None, False]
    assert [row.overlap_s for row in found.utterances] == [1, 1, None, 0]
    assert [problem.item_no for problem in found.problems] == [4]
    assert found.items == 5


def test_the_header_counts_talk_where_there_are_times(extract):
    (row,) = extract(CALL).calls
    assert (row.agent_id, row.duration_s, row.interruptions, row.non_talk_s) == ("a-1", 20, 1, 1)
    assert row.talk_time_s == {"agent": 6, "customer": 14}
    assert row.words_per_minute == {"agent": 60, "customer": pytest.approx(9 / 14 * 60, abs=0.1)}


def test_without_times_nothing_is_made_up(extract):
    (row,) = extract({"utterances": [{"speaker": "A", "text": "hello"}, {"speaker": "B", "text": "hi"}]}).calls
    assert (row.duration_s, row.talk_time_s, row.non_talk_s, row.interruptions) == (None, None, None, None)


def test_metadata_names_what_the_file_leaves_open(extract):
    data = {"results": [{"alternatives": [{"transcript": said}], "channelTag": tag} for said, tag in (("hello", 1), ("hi", 2))]}
    assert [row.role for row in extract(data, customer_channel=0).utterances] == ["customer", "agent"]
    assert extract({"agent_id": "file", **CALL}, agent_id="told").calls[0].agent_id == "told"


def test_words_of_the_file_are_words_of_its_turns(extract):
    words = [{"text": "Good", "start_s": 0, "end_s": 0.4, "confidence": 0.5}, {"text": "morning", "start_s": 0.4, "end_s": 1}]
    first, second = extract({"utterances": [{"text": "Good morning", "words": words}, {"text": "Good", "words": [*words, {"text": "x"}]}]}).utterances
    assert first.words == (("Good", 0.0, 0.4, 0.5), ("morning", 0.4, 1.0, None))
    assert second.words is None


def test_captions_are_calls(extract):
    found = extract("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Hello\n", media_type="text/vtt")
    assert [(row.speaker, row.start_s, row.text) for row in found.utterances] == [("Ana", 1.0, "Hello")]
    with pytest.raises(Empty):
        extract("WEBVTT\n\n", media_type="text/vtt")


@pytest.mark.parametrize("content", ["{", "[1]", '{"utterances": 1}', "[" * 100_000])
def test_other_json_is_malformed(extract, content):
    with pytest.raises(Malformed):
        extract(content)


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (json.dumps(CALL), True),
        ('{"utterances": "none"}', False),
        ('{"text": "the \\"utterances\\" of it"}', False),
        ('[{"utterances": []}]', False),
        ("{", False),
    ],
)
def test_a_transcript_is_told_by_its_keys(tmp_path, content, answer):
    path = tmp_path / "a.json"
    path.write_text(content)
    assert looks_like_transcript(path) is answer
