from __future__ import annotations

import pytest

from schemas.errors import Empty, Malformed
from workers.calls.transcripts.records import is_transcript, read_record


def turns(data):
    return [(turn.number, turn.speaker, turn.role, turn.start_s, turn.end_s, turn.text) for turn in read_record(data).turns]


def word(content, start, speaker=None, kind="pronunciation", confidence="0.9"):
    item = {"type": kind, "alternatives": [{"content": content, "confidence": confidence}]}
    if kind == "pronunciation":
        item |= {"start_time": str(start), "end_time": str(start + 0.4)}
    return item | ({"speaker_label": speaker} if speaker else {})


class TestOurOwn:
    def test_every_utterance_is_a_turn_in_order_the_empty_one_too(self):
        data = {
            "language": "en",
            "utterances": [
                {"speaker": "A", "role": "Operator", "start_s": 0, "end_s": 1.5, "text": " Hello. "},
                {"speaker": "B", "text": ""},
                {"text": None},
            ],
        }
        assert turns(data) == [(1, "A", "agent", 0.0, 1.5, "Hello."), (2, "B", "unknown", None, None, ""), (3, None, "unknown", None, None, "")]
        assert read_record(data).language == "en"

    def test_what_is_no_utterance_leaves_a_gap_and_a_problem(self):
        found = read_record({"utterances": ["hello", {"text": "hi", "start_s": 5, "end_s": 2}, {"text": 7}, {"text": "bye", "start_s": "soon"}]})
        assert [(turn.number, turn.text, turn.start_s) for turn in found.turns] == [(2, "hi", None), (4, "bye", None)]
        assert [problem.item_no for problem in found.problems] == [1, 2, 3, 4]

    def test_the_header_stands_beside_the_turns(self):
        found = read_record({"agent_id": "7", "csat": 4, "room": "x", "utterances": [{"text": "hi"}]})
        assert found.facts == {"agent_id": "7", "csat": 4}

    @pytest.mark.parametrize("value", [True, -1, float("nan"), "x", 10**400])
    def test_what_is_no_time_is_none(self, value):
        assert turns({"utterances": [{"text": "hi", "start_s": value}]})[0][3] is None


class TestAmazon:
    def test_call_analytics_gives_roles_and_milliseconds(self):
        data = {
            "LanguageCode": "en-US",
            "Transcript": [
                {"ParticipantRole": "AGENT", "Content": "Hello.", "BeginOffsetMillis": 240, "EndOffsetMillis": 900, "Items": [{"Confidence": "0.8"}]},
                {"ParticipantRole": "CUSTOMER", "Content": "Hi.", "BeginOffsetMillis": 1000, "EndOffsetMillis": 1500},
            ],
        }
        assert turns(data) == [(1, "AGENT", "agent", 0.24, 0.9, "Hello."), (2, "CUSTOMER", "customer", 1.0, 1.5, "Hi.")]
        assert read_record(data).turns[0].confidence == 0.8

    def test_words_become_turns_by_speaker_and_pause(self):
        said = [("Hello", 0, "spk_0"), (",", 0, "spk_0", "punctuation"), ("you", 0.5, "spk_0"), ("there", 3, "spk_0"), ("Hi", 4, "spk_1")]
        items = [word(*one) for one in said]
        data = {"results": {"transcripts": [{"transcript": "x"}], "items": items}}
        assert [(turn[1], turn[5]) for turn in turns(data)] == [("spk_0", "Hello, you"), ("spk_0", "there"), ("spk_1", "Hi")]

    def test_channels_are_put_in_the_order_of_time(self):
        channels = [
            {"channel_label": "ch_0", "items": [word("one", 0), word("three", 5)]},
            {"channel_label": "ch_1", "items": [word("two", 2)]},
        ]
        found = read_record({"results": {"transcripts": [], "items": [], "channel_labels": {"channels": channels}}})
        assert [(turn.number, turn.channel, turn.text) for turn in found.turns] == [(1, 0, "one"), (2, 1, "two"), (3, 0, "three")]

    def test_segments_are_turns(self):
        segments = [{"transcript": "Hello you.", "start_time": "0.1", "end_time": "2", "speaker_label": "spk_0"}]
        assert turns({"results": {"transcripts": [], "audio_segments": segments}}) == [(1, "spk_0", "unknown", 0.1, 2.0, "Hello you.")]


class TestGoogle:
    def test_a_result_is_a_turn_of_its_channel(self):
        results = [
            {"alternatives": [{"transcript": "hello", "words": [{"startTime": "0s", "endTime": "0.700s", "word": "hello"}]}], "channelTag": 2},
            {"alternatives": [{"transcript": " bye"}], "resultEndTime": "3.5s", "languageCode": "en-us"},
        ]
        found = read_record({"results": results})
        assert [(turn.channel, turn.start_s, turn.end_s, turn.text) for turn in found.turns] == [(1, 0.0, 0.7, "hello"), (None, None, 3.5, "bye")]
        assert found.language == "en-us"

    def test_words_told_apart_come_from_the_last_result(self):
        words = [
            {"word": "hello", "start_time": {"seconds": 1, "nanos": 500_000_000}, "end_time": {"seconds": 2}, "speaker_tag": 1},
            {"word": "hi", "start_time": {"seconds": 2}, "end_time": {"seconds": 3}, "speaker_tag": 2},
        ]
        results = [{"alternatives": [{"transcript": "hello hi"}]}, {"alternatives": [{"transcript": "", "words": words}]}]
        assert [(turn[1], turn[3], turn[5]) for turn in turns({"results": results})] == [("1", 1.5, "hello"), ("2", 2.0, "hi")]


class TestWords:
    """Each format's words with their times, punctuation with the word before it."""

    def words(self, data):
        return [turn.words for turn in read_record(data).turns]

    def test_of_amazon_by_speaker(self):
        items = [word("Hello", 0), word(",", 0, kind="punctuation"), word("you", 0.5, confidence="0.25")]
        expected = (("Hello,", 0.0, 0.4, 0.9), ("you", 0.5, 0.9, 0.25))
        assert self.words({"results": {"transcripts": [], "items": items}}) == [expected]
        numbered = [item | {"id": number} for number, item in enumerate(items)]
        segment = {"transcript": "Hello, you", "start_time": "0", "end_time": "1"}
        segments = [segment | {"items": [0, 1, 2]}, segment | {"items": [0, 7]}, segment | {"items": "all"}]
        assert self.words({"results": {"transcripts": [], "items": numbered, "audio_segments": segments}}) == [expected, None, None]

    def test_of_call_analytics(self):
        items = [
            {"Content": "Hi", "Confidence": "0.8", "BeginOffsetMillis": 240, "EndOffsetMillis": 900, "Type": "pronunciation"},
            {"Content": ".", "Confidence": "0.0", "BeginOffsetMillis": 900, "EndOffsetMillis": 900, "Type": "punctuation"},
        ]
        turn = {"ParticipantRole": "AGENT", "Content": "Hi.", "BeginOffsetMillis": 240, "EndOffsetMillis": 900, "Items": items}
        assert self.words({"Transcript": [turn]}) == [(("Hi.", 0.24, 0.9, 0.8),)]

    def test_of_google_told_apart_or_not(self):
        one = {"word": "hello", "startTime": "0s", "endTime": "0.700s", "confidence": 0.75}
        expected = [(("hello", 0.0, 0.7, 0.75),)]
        assert self.words({"results": [{"alternatives": [{"transcript": "hello", "words": [one]}]}]}) == expected
        assert self.words({"results": [{"alternatives": [{"transcript": "", "words": [one | {"speakerTag": 1}]}]}]}) == expected

    @pytest.mark.parametrize(
        "cell", [None, "hi", [], ["hi"], [{"text": "hi"}], [{"text": "hi", "start_s": 2, "end_s": 1}], [{"start_s": 1, "end_s": 2}]]
    )
    def test_without_times_of_all_of_them_there_are_none(self, cell):
        assert self.words({"utterances": [{"text": "hi", "words": cell}]}) == [None]

    def test_a_confidence_that_is_none_is_not_taken(self):
        given = {"text": "hi", "start_s": 1, "end_s": 2, "confidence": 80}
        assert self.words({"utterances": [{"text": "hi", "words": [given]}]}) == [(("hi", 1.0, 2.0, None),)]


@pytest.mark.parametrize("data", [None, [], {}, {"utterances": "x"}, {"results": [1]}, {"results": [{"score": 1}]}, {"Transcript": "x"}])
def test_other_json_is_no_transcript(data):
    assert not is_transcript(data)
    with pytest.raises(Malformed):
        read_record(data)


def test_a_transcript_without_a_turn_is_empty():
    with pytest.raises(Empty):
        read_record({"utterances": []})
