"""The call pipeline over a recogniser that hears loudness."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from adapters.capabilities import Capabilities
from adapters.nlp.local import LocalLanguage
from adapters.nlp.none import NoLanguage
from adapters.stt.none import NoSpeech
from adapters.testing.fake_speech import FakeSpeech
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.errors import AdapterDisabled, UnsupportedType
from schemas.language import Sentiment, TextAnalysis
from schemas.ledger import PartSpec
from schemas.settings import CallSettings
from schemas.transcripts import Segment, TimedWord
from tests.recordings import stereo, write, write_video, write_wav
from workers.calls.pipeline import CallPipeline


def speech(*spans, seconds):
    """A channel that is loud in each (start, end) second."""
    channel = silence(seconds)
    for start, end in spans:
        channel[round(start * RATE_HZ) : round(end * RATE_HZ)] = tone(end - start)
    return channel


AGENT = speech((1, 4), (8, 12), seconds=15)
CUSTOMER = speech((5, 7), (10, 13), seconds=15)


@pytest.fixture
def call(tmp_path):
    return write_wav(tmp_path / "call.wav", stereo(AGENT, CUSTOMER))


def extract(source, tools, part=None):
    return CallPipeline().extract(source, part, tools).extraction


def test_utterances_of_both_channels_in_order_of_time(call, source, tools):
    found = extract(source(call), tools())
    assert [(row.utterance_no, row.channel, round(row.start_s), round(row.end_s)) for row in found.utterances] == [
        (1, 0, 1, 4),
        (2, 1, 5, 7),
        (3, 0, 8, 12),
        (4, 1, 10, 13),
    ]
    assert [row.is_interruption for row in found.utterances] == [False, False, False, True]
    assert [row.overlap_s for row in found.utterances] == pytest.approx([0, 0, 2, 2], abs=0.1)
    assert next(row.text for row in found.utterances) == "w1 w2 w3 w4"
    assert {row.adapter for row in found.utterances} == {"fake/1/loudness"}
    assert {row.confidence for row in found.utterances} == {0.5}
    assert [row.loudness_db for row in found.utterances] == pytest.approx([-13.5] * 4, abs=0.5)
    assert (found.items, found.language, found.problems) == (4, "en", ())


def test_the_header_without_roles(call, source, tools):
    (row,) = extract(source(call), tools()).calls
    assert (row.duration_s, row.channels, row.interruptions) == (15.0, 2, 1)
    assert (row.sample_rate_hz, row.codec) == (RATE_HZ, "pcm_s16le")
    assert row.non_talk_s == pytest.approx(15 - 3 - 2 - 5, abs=0.2)
    assert (row.talk_time_s, row.words_per_minute, row.agent_id, row.sentiment) == (None, None, None, None)
    assert row.summary == "w8 w9 w10 w11 w12."
    assert (row.method, row.start_s, row.end_s) == ("derived", 0, 15)


def test_the_header_with_roles_and_what_the_sender_said(call, source, tools):
    found = extract(source(call, agent_channel=0, agent_id="a-1", queue="late", csat=4, started_at="2026-01-02T03:04:05Z"), tools())
    (row,) = found.calls
    assert row.talk_time_s == pytest.approx({"agent": 7, "customer": 5}, abs=0.2)
    assert row.words_per_minute == pytest.approx({"agent": 9 / 7 * 60, "customer": 7 / 5 * 60}, rel=0.05)
    assert (row.agent_id, row.queue, row.csat, row.started_at.isoformat()) == ("a-1", "late", 4.0, "2026-01-02T03:04:05+00:00")
    assert [(row.role, row.speaker) for row in found.utterances[:2]] == [("agent", "a-1"), ("customer", None)]


def test_words_a_minute_need_some_talk(tmp_path, source, tools):
    path = write_wav(tmp_path / "short.wav", stereo(speech((1, 8), seconds=10), speech((8.5, 9.5), seconds=10)))
    (row,) = extract(source(path, agent_channel=0), tools()).calls
    assert set(row.words_per_minute) == {"agent"}
    assert set(row.talk_time_s) == {"agent", "customer"}


def test_without_metadata_nobody_has_a_role(call, source, tools):
    assert {row.role for row in extract(source(call), tools()).utterances} == {"unknown"}


def test_metadata_that_does_not_fit_is_a_problem_of_the_result(call, source, tools):
    found = extract(source(call, agent_channel=7), tools())
    assert [problem.code for problem in found.problems] == ["invalid_metadata"]


def test_a_turn_nobody_understood_is_an_utterance(call, source, tools):
    found = extract(source(call, agent_channel=0), tools(stt=FakeSpeech(FakeSpeech.Options(mumbled=True))))
    assert [(row.text, row.confidence) for row in found.utterances] == [("", 0.0)] * 4
    assert found.calls[0].words_per_minute == {"agent": 0.0, "customer": 0.0}
    assert found.language is None


def test_one_channel_cannot_tell_interruptions(tmp_path, source, tools):
    found = extract(source(write_wav(tmp_path / "mono.wav", AGENT[None])), tools())
    assert {row.is_interruption for row in found.utterances} == {None}
    assert (found.calls[0].interruptions, found.calls[0].channels) == (None, 1)


def test_the_same_voice_on_both_channels_is_heard_once(tmp_path, source, tools):
    stt = FakeSpeech(FakeSpeech.Options())
    found = extract(source(write_wav(tmp_path / "twice.wav", stereo(AGENT, AGENT)), agent_channel=0), tools(stt=stt))
    assert {audio.channel for audio in stt.calls} == {0}
    assert {(row.channel, row.role, row.is_interruption) for row in found.utterances} == {(0, "unknown", None)}
    (row,) = found.calls
    assert (row.channels, row.interruptions, row.flags, row.talk_time_s) == (2, None, ("identical_channels",), None)


def test_silence_is_a_call_without_utterances(tmp_path, source, tools):
    stt = FakeSpeech(FakeSpeech.Options())
    found = extract(source(write_wav(tmp_path / "silent.wav", stereo(silence(5), silence(5)))), tools(stt=stt))
    assert (found.utterances, found.language, stt.calls) == ((), None, [])
    assert (found.calls[0].non_talk_s, found.calls[0].interruptions) == (5.0, 0)


def test_the_stated_language_reaches_the_recogniser(call, source, tools):
    stt = FakeSpeech(FakeSpeech.Options())
    found = extract(source(call, language="es-MX"), tools(stt=stt))
    assert {audio.language for audio in stt.calls} == {"es-MX"}
    assert (found.language, {row.language for row in found.utterances}) == ("es-MX", {"es-MX"})


class OneLanguage(FakeSpeech):
    """A recogniser that hears English whatever is spoken."""

    capabilities = Capabilities(languages=("en",))


@pytest.mark.parametrize(("metadata", "flags"), [({}, ("language_assumed",)), ({"language": "en"}, ())])
def test_a_language_nobody_stated_or_heard_is_flagged(call, source, tools, metadata, flags):
    found = extract(source(call, **metadata), tools(stt=OneLanguage(FakeSpeech.Options())))
    assert {row.flags for row in found.utterances} == {flags}


class Grumbler(NoLanguage):
    """A language engine that finds every English text negative."""

    capabilities = Capabilities(languages=("en",), provides=("sentiment",))

    def analyze(self, texts, language=None):
        return tuple(TextAnalysis(sentiment=Sentiment(polarity="negative", score=-0.5, confidence=1), adapter="grumbler/1/x") for _ in texts)


@pytest.mark.parametrize(("language", "sentiment"), [("en-US", -0.5), ("de", None)])
def test_sentiment_where_the_engine_knows_the_language(call, source, tools, language, sentiment):
    found = extract(source(call, language=language), tools(nlp=Grumbler(NoLanguage.Options())))
    assert {row.sentiment for row in found.utterances} == {sentiment}


def test_steps_say_what_was_done_by_whom(call, source, tools):
    found = extract(source(call), tools())
    assert [(step.step, step.adapter, step.status) for step in found.steps] == [("decode", None, "done"), ("stt", "fake/1/loudness", "done")]


def test_speech_recognition_switched_off_is_an_error_not_an_empty_call(call, source, tools):
    wired = tools(stt=NoSpeech(NoSpeech.Options()))
    with pytest.raises(AdapterDisabled):
        extract(source(call), wired)
    assert wired.steps.rows[-1].error_code == "adapter_disabled"


def test_a_video_without_sound_is_unsupported(tmp_path, source, tools):
    path = write_video(tmp_path / "clip.mp4")
    with pytest.raises(UnsupportedType):
        CallPipeline().plan(source(path, "video/mp4"), tools())


def test_a_recording_cut_off_says_so(call, source, tools):
    call.write_bytes(call.read_bytes()[: 44 + 9 * RATE_HZ * 4])
    found = extract(source(call), tools())
    assert [problem.code for problem in found.problems] == ["truncated"]
    assert len(found.utterances) == 3


def test_a_turn_longer_than_a_stretch_stays_one_utterance(tmp_path, source, tools):
    stt = FakeSpeech(FakeSpeech.Options())
    path = write_wav(tmp_path / "long.wav", speech((2, 148), seconds=150)[None])
    found = extract(source(path), tools(stt=stt))
    assert len(stt.calls) >= 3
    assert max(len(audio.pcm) for audio in stt.calls) <= 60 * RATE_HZ * 2
    assert [(round(row.start_s), round(row.end_s)) for row in found.utterances] == [(2, 148)]


def test_the_same_recording_gives_the_same_stretches(tmp_path, source, tools):
    path = write(tmp_path / "call.mp3", np.tile(stereo(AGENT, CUSTOMER), 6))
    first, second = FakeSpeech(FakeSpeech.Options()), FakeSpeech(FakeSpeech.Options())
    extract(source(path, "audio/mpeg"), tools(stt=first))
    extract(source(path, "audio/mpeg"), tools(stt=second))
    assert len(first.calls) > 2
    assert first.calls == second.calls


def test_ten_minutes_are_worked_off_in_one_go(call, source, tools):
    assert CallPipeline().plan(source(call), tools()) == ()


class TestLongCalls:
    @pytest.fixture(scope="class")
    @classmethod
    def long_call(cls, tmp_path_factory):
        """Sixteen minutes; the customer talks over the agent once a minute."""
        agent = np.tile(speech((5, 25), (30, 50), seconds=60), 16)
        customer = np.tile(speech((40, 57), seconds=60), 16)
        return write(tmp_path_factory.mktemp("calls") / "long.flac", stereo(agent, customer))

    @pytest.fixture
    def parts(self, long_call, source, tools):
        planned = CallPipeline().plan(source(long_call, "audio/flac", agent_channel=0, queue="q"), tools())
        return tuple(PartSpec.model_validate(json.loads(part.model_dump_json())) for part in planned)

    def test_parts_of_about_five_minutes_follow_each_other(self, parts):
        assert [part.part_no for part in parts] == [1, 2, 3]
        edges = [(part.spec["start_s"], part.spec["end_s"]) for part in parts]
        assert edges[0][0] == 0
        assert edges[-1][1] == pytest.approx(960, abs=0.05)
        assert all(before[1] == after[0] for before, after in itertools.pairwise(edges))
        assert all(not 30 < end % 60 < 57 and not 5 < end % 60 < 25 for _, end in edges[:-1])

    def test_parts_together_say_what_the_whole_says(self, long_call, parts, source, tools):
        given = source(long_call, "audio/flac", agent_channel=0, queue="q")
        whole = extract(given, tools())
        pieces = [extract(given, tools(), part) for part in parts]
        assert [piece.part_no for piece in pieces] == [1, 2, 3]
        assert all([row.utterance_no for row in piece.utterances] == list(range(1, piece.items + 1)) for piece in pieces)
        together = [(row.channel, row.start_s, row.end_s, row.role, row.is_interruption) for piece in pieces for row in piece.utterances]
        expected = [(row.channel, row.start_s, row.end_s, row.role, row.is_interruption) for row in whole.utterances]
        assert [(row[0], *row[3:]) for row in together] == [(row[0], *row[3:]) for row in expected]
        assert [row[1] for row in together] == pytest.approx([row[1] for row in expected], abs=0.031)
        assert len(together) == 48

    def test_the_one_header_stands_in_the_first_part(self, long_call, parts, source, tools):
        given = source(long_call, "audio/flac", agent_channel=0, queue="q")
        pieces = [extract(given, tools(), part) for part in parts]
        assert [len(piece.calls) for piece in pieces] == [1, 0, 0]
        (row,) = pieces[0].calls
        assert (row.duration_s, row.channels, row.interruptions, row.queue) == (960.0, 2, 16, "q")
        assert row.talk_time_s == pytest.approx({"agent": 640, "customer": 272}, rel=0.02)
        assert row.non_talk_s == pytest.approx(16 * 13, rel=0.02)
        assert (row.words_per_minute, row.adapter) == (None, "tamiz/1/energy")

    def test_copies_are_known_to_every_part(self, tmp_path, source, tools):
        channel = np.tile(speech((5, 25), seconds=60), 11)
        path = write(tmp_path / "twice.flac", stereo(channel, channel))
        parts = CallPipeline().plan(source(path, "audio/flac"), tools())
        stt = FakeSpeech(FakeSpeech.Options())
        for part in parts:
            extract(source(path, "audio/flac"), tools(stt=stt), PartSpec.model_validate(json.loads(part.model_dump_json())))
        assert len(parts) > 1
        assert {audio.channel for audio in stt.calls} == {0}

    def test_a_length_nobody_states_is_measured(self, tmp_path, source, tools):
        path = write(tmp_path / "long.flac", np.tile(speech((5, 25), seconds=60), 11)[None])
        data = bytearray(path.read_bytes())
        data[21] &= 0xF0  # STREAMINFO: the number of samples becomes 0, unknown
        data[22:26] = bytes(4)
        path.write_bytes(data)
        assert len(CallPipeline().plan(source(path, "audio/flac"), tools())) > 1

    def test_problems_stand_in_the_first_part_only(self, long_call, tmp_path, source, tools):
        path = tmp_path / "cut.flac"
        data = long_call.read_bytes()
        path.write_bytes(data[: int(len(data) * 0.8)])
        given = source(path, "audio/flac", csat="?")
        pieces = [extract(given, tools(), part) for part in CallPipeline().plan(given, tools())]
        assert {"truncated", "invalid_metadata"} <= {problem.code for problem in pieces[0].problems}
        assert [piece.problems for piece in pieces[1:]] == [()] * (len(pieces) - 1)


def test_names_reach_the_recogniser_and_mend_what_it_wrote(call, source, tools):
    engine = FakeSpeech(FakeSpeech.Options())
    settings = CallSettings(vocabulary=("Vodano",))
    found = extract(source(call, vocabulary=["W2W3"]), tools(stt=engine, calls=settings))
    assert {audio.vocabulary for audio in engine.calls} == {("W2W3", "Vodano")}
    assert [(row.text, row.raw_text) for row in found.utterances][:2] == [("w1 W2W3 w4", "w1 w2 w3 w4"), ("w5 w6 w7", None)]
    assert [span.name for span in found.call_spans if span.kind == "term"] == ["W2W3"]


def test_names_are_mended_in_transcripts_too(tmp_path, source, tools):
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"utterances": [{"speaker": "A", "text": "moo lane milk"}]}))
    (row,) = extract(source(path, "application/json", vocabulary="Moolane", language="en"), tools()).utterances
    assert (row.text, row.raw_text) == ("Moolane milk", "moo lane milk")


class Dreamer(FakeSpeech):
    """Hears the end of a video in everything."""

    def recognize(self, audio):
        heard = super().recognize(audio)
        words = (TimedWord(text="Thanks for watching!", start_s=13.5, end_s=14.5, confidence=1),)
        return heard.model_copy(update={"segments": (*heard.segments, Segment(start_s=13.5, end_s=14.5, words=words))})


def test_subtitles_written_into_silence_are_no_utterance(call, source, tools):
    found = extract(source(call), tools(stt=Dreamer(FakeSpeech.Options())))
    assert [row.text for row in found.utterances][-1] == "w10 w11 w12 w13"
    assert len(found.utterances) == 4


def test_what_was_heard_where_nobody_speaks_is_left_out_and_said_to_be(tmp_path, source, tools):
    class Unsure(FakeSpeech):
        """Not sure of a word it hears."""

        def recognize(self, audio):
            heard = super().recognize(audio)
            doubted = tuple(
                segment.model_copy(update={"words": tuple(word.model_copy(update={"confidence": 0.2}) for word in segment.words)})
                for segment in heard.segments
            )
            return heard.model_copy(update={"segments": doubted})

    path = write_wav(tmp_path / "tones.wav", speech((1, 4), (6, 9), seconds=10)[None])
    found = extract(source(path), tools(stt=Unsure(FakeSpeech.Options())))
    assert found.utterances == ()
    (problem,) = found.problems
    assert (problem.code, problem.message) == ("no_voice", "channel 0: 7 words that the recogniser heard where nobody speaks left out")


def test_the_header_says_why_its_recogniser_was_chosen(call, source, tools):
    class Chosen(FakeSpeech):
        """Was chosen."""

        def recognize(self, audio):
            return super().recognize(audio).model_copy(update={"why": "fake: it is always ready"})

    assert extract(source(call), tools(stt=Chosen(FakeSpeech.Options()))).calls[0].recognizer_reason == "fake: it is always ready"
    assert extract(source(call), tools()).calls[0].recognizer_reason is None


SWITCHING = [
    ("A", "Good morning, thank you for calling, how can I help you today?"),
    ("B", "Buenos días, quería preguntar por el pedido que hice la semana pasada."),
    ("A", "Sí"),
    ("A", "Claro que sí, dígame por favor el número de su pedido y lo busco."),
    ("B", "Gracias"),
    ("A", "I will just put you through to my colleague in the other department."),
    ("C", "Ok"),
]


@pytest.mark.parametrize(("stated", "call_language"), [({"language": "en-GB"}, "en-GB"), ({}, None)])
def test_a_transcript_that_switches_between_two_languages(tmp_path, source, tools, stated, call_language):
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"utterances": [{"speaker": speaker, "text": text} for speaker, text in SWITCHING]}))
    found = extract(source(path, "application/json", **stated), tools(nlp=LocalLanguage(LocalLanguage.Options())))
    english = call_language or "en"
    told = [row.language for row in found.utterances]
    assert [told[0], told[1], told[3], told[4], told[5]] == [english, "es", "es", "es", english]
    assert found.language == (call_language or found.language)
    assert told[6] == found.language
    assert [row.sentiment is not None for row in found.utterances][:2] == [True, True]


def test_a_turn_whose_language_the_transcript_states_keeps_it(tmp_path, source, tools):
    path = tmp_path / "call.json"
    path.write_text(json.dumps({"utterances": [{"text": "Buenos días, quería preguntar por el pedido.", "language": "gl"}]}))
    (row,) = extract(source(path, "application/json"), tools(nlp=LocalLanguage(LocalLanguage.Options()))).utterances
    assert row.language == "gl"


class Interpreter(FakeSpeech):
    """A recogniser of many languages that takes the whole stretch for English and writes what is said."""

    def recognize(self, audio):
        heard = super().recognize(audio)
        texts = ("could you tell me where my order is please", "quería preguntar por el pedido que hice la semana pasada")
        segments = [
            segment.model_copy(
                update={"words": tuple(TimedWord(text=one, start_s=segment.start_s, end_s=segment.end_s, confidence=0.9) for one in text.split())}
            )
            for segment, text in zip(heard.segments, texts, strict=True)
        ]
        return heard.model_copy(update={"segments": tuple(segments)})


@pytest.mark.parametrize(("languages", "expected"), [(("en", "es"), ["en", "es"]), (("en",), ["en", "en"])])
def test_words_tell_the_language_where_the_recogniser_knows_more_than_one(tmp_path, source, tools, languages, expected):
    class Engine(Interpreter):
        capabilities = Capabilities(languages=languages)

    path = write_wav(tmp_path / "two.wav", speech((1, 4), (6, 9), seconds=10)[None])
    found = extract(source(path), tools(stt=Engine(FakeSpeech.Options()), nlp=LocalLanguage(LocalLanguage.Options())))
    assert [row.language for row in found.utterances] == expected
