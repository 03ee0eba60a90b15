"""Personal data from the recogniser's words to silence in the copy, in one go and over the cut between two parts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from adapters.decoding.audio import decode_as_recorded
from adapters.nlp.local import LocalLanguage
from adapters.testing.fake_speech import FakeSpeech
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.documents import Kind
from schemas.extractions import CallExtraction
from schemas.ledger import PartSpec
from schemas.settings import CallSettings, Limits
from schemas.transcripts import Segment, TimedWord
from tests.recordings import stereo, write, write_wav
from workers.calls.copying import leave_copy
from workers.calls.pipeline import CallPipeline
from workers.redaction import COPY, MARGIN_S, CopyReply, asked_of
from workers.whole import whole_of

REDACT = CallSettings(redact=("card",))
CARD = "four one one one one one one one one one one one one one one one"


class Says(FakeSpeech):
    """Hears a text in every run of loud frames, each word as long as any other."""

    def __init__(self, text, after=""):
        super().__init__(FakeSpeech.Options())
        self.text, self.after, self.turning_s = text, after or text, 0.0

    def _segment(self, offset_s, first, end):
        found = super()._segment(offset_s, first, end)
        said = (self.text if found.start_s < self.turning_s else self.after).split()
        edges = np.linspace(found.start_s, found.end_s, len(said) + 1).tolist()
        words = tuple(TimedWord(text=word, start_s=edges[at], end_s=edges[at + 1], confidence=1) for at, word in enumerate(said))
        return Segment(start_s=found.start_s, end_s=found.end_s, words=words)


def samples(path):
    return np.concatenate([block.samples for block in decode_as_recorded(path, Limits())], axis=1)


def extract(source, tools, part=None):
    return CallPipeline().extract(source, part, tools).extraction


@pytest.fixture
def call(tmp_path):
    """Ten seconds of talk on the second channel."""
    said = np.concatenate([silence(2), tone(10), silence(2)])
    return write_wav(tmp_path / "call.wav", stereo(tone(14, 883, 0.05), said))


def test_the_copy_is_silent_where_the_words_are(call, source, tools, tmp_path):
    found = extract(source(call), tools(stt=Says(f"it is {CARD} and thanks"), calls=REDACT, keeps_audio=True))
    assert "it is [card] and thanks" in [row.text for row in found.utterances]
    assert found.calls[0].redacted_audio_uri == f"/documents/{found.document_id}/audio/redacted"
    assert "redact" in [step.step for step in found.steps]
    (span,) = [one for one in found.call_spans if one.kind == "personal" and one.channel == 1]
    assert (span.start_s, span.end_s) == (pytest.approx(3, abs=0.05), pytest.approx(11, abs=0.05))
    copy, original = samples(tmp_path / COPY), samples(call)
    first, end = round((span.start_s - MARGIN_S) * RATE_HZ), round((span.end_s + MARGIN_S) * RATE_HZ)
    assert not copy[1, first:end].any()
    assert np.array_equal(copy[1, :first], original[1, :first])
    assert np.array_equal(copy[1, end:], original[1, end:])


def test_digits_taken_out_are_nowhere_in_the_result(call, source, tools):
    said = "I paid 4 EUR by 4111 1111 1111 1111 and you took 5 % off"
    plain = extract(source(call), tools(stt=Says(said), nlp=LocalLanguage(LocalLanguage.Options())))
    found = extract(source(call), tools(stt=Says(said), nlp=LocalLanguage(LocalLanguage.Options()), calls=REDACT))
    assert "1111" in plain.model_dump_json()
    assert "1111" not in found.model_dump_json()
    (row,) = [one for one in found.utterances if one.channel == 1]
    assert [word for word, *_ in row.words] == ["I", "paid", "4", "EUR", "by", "and", "you", "took", "5", "%", "off"]
    named = [one for one in found.entities if one.item_no == row.utterance_no]
    assert [(one.type, row.text[one.char_start : one.char_end]) for one in named] == [("PRICE", "4 EUR"), ("PERCENT", "5 %")]


@pytest.mark.parametrize(("calls", "keeps"), [(CallSettings(), True), (REDACT, False)])
def test_no_copy_where_nothing_is_redacted_or_nobody_keeps_it(call, source, tools, tmp_path, calls, keeps):
    found = extract(source(call), tools(stt=Says(CARD), calls=calls, keeps_audio=keeps))
    assert found.calls[0].redacted_audio_uri is None
    assert not (tmp_path / COPY).exists()
    assert [one.name for one in found.call_spans if one.kind == "personal" and one.channel == 1] == ["card"]


def test_a_recording_of_too_many_channels_says_that_it_has_no_copy(source, tools, tmp_path):
    path = write_wav(tmp_path / "call.wav", np.stack([tone(2, 200 + 40 * at) for at in range(9)]))
    found = extract(source(path), tools(stt=Says(CARD), calls=REDACT, keeps_audio=True))
    assert found.calls[0].redacted_audio_uri is None
    assert [(one.code, "8 channels" in one.message) for one in found.problems] == [("too_large", True)]


def test_a_number_whose_question_stands_in_the_part_before(source, tools, tmp_path):
    """Eleven minutes, cut where nobody speaks: all that is said before the cut asks, and all behind it answers."""
    minute = np.concatenate([silence(20), tone(10), silence(30)])
    path = write(tmp_path / "long.flac", np.tile(minute, 11)[None])
    given, engine = source(path, "audio/flac"), Says("what is your card number", "four four three one")
    wired = tools(stt=engine, calls=REDACT)
    plan = [PartSpec.model_validate(json.loads(part.model_dump_json())) for part in CallPipeline().plan(given, wired)]
    engine.turning_s = plan[0].spec["end_s"]
    parts = [extract(given, wired, part).model_dump(mode="json", by_alias=True) for part in plan]
    assert len(parts) > 1
    assert {row["text"] for row in parts[1]["utterances"]} == {"four four three one"}
    whole = CallExtraction.model_validate(whole_of(Kind.CALL, parts, [{}] * len(parts), REDACT))
    answers = [row for row in whole.utterances if row.start_s > engine.turning_s]
    assert {row.text for row in answers} == {"[card]"}
    asked = asked_of(whole)
    assert [(one.start_s + MARGIN_S, one.end_s - MARGIN_S) for one in asked.quiet] == [pytest.approx((row.start_s, row.end_s)) for row in answers]
    assert leave_copy(path, asked, Limits(), tmp_path) == CopyReply()
    copy, original = samples(tmp_path / COPY), samples(path)
    cut = round(engine.turning_s * RATE_HZ)
    assert np.array_equal(copy[:, :cut], original[:, :cut])
    assert not copy[:, cut:].any()
    assert original[:, cut:].any()
