"""The redacted copy of a call's audio: asked for, kept and handed out."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from adapters.storage.local import LocalStore
from schemas.errors import EngineOutputInvalid, NotFound
from schemas.extractions import CallExtraction, Problem
from schemas.rows.call import CallRow, CallSpanRow
from workers import redaction
from workers.crops import discard_result
from workers.redaction import CopyReply, asked_of, open_copy, store_copy, valid_copy, with_copy

KEY = "results/aaa/1-1.json"
FLAC = b"fLaC and more"


@pytest.fixture
def lake(tmp_path):
    return LocalStore(LocalStore.Options(), root=tmp_path, source="lake")


def span(start_s, end_s, channel=0, **fields):
    given = {"kind": "personal", "name": "card", "flags": ("redacted",), **fields}
    return CallSpanRow(span_no=1, channel=channel, start_s=start_s, end_s=end_s, confidence=1, adapter="x/1/y", **given)


def call(*spans):
    return CallExtraction(
        document_id="a" * 26,
        source_uri="file:///a.wav",
        version="1",
        media_type="audio/wav",
        size_bytes=1,
        sha256="0" * 64,
        pipeline_version="1",
        extracted_at=datetime(2026, 1, 1, tzinfo=UTC),
        calls=(CallRow(confidence=1, adapter="x/1/y"),),
        call_spans=spans,
    )


def test_what_was_taken_out_of_the_text_is_to_be_silent_with_a_margin():
    asked = asked_of(call(span(0.1, 2), span(5, 6, 1), span(7, 8, flags=()), span(9, 10, kind="term"), span(None, None), span(1, 2, None)))
    assert asked.media_type == "audio/wav"
    assert [(one.channel, one.start_s, one.end_s) for one in asked.quiet] == [(0, 0.0, 2.3), (1, 4.7, 6.3)]


def test_a_call_names_its_copy_or_says_why_it_has_none():
    (row,) = with_copy(call(), CopyReply()).calls
    assert row.redacted_audio_uri == f"/documents/{'a' * 26}/audio/redacted"
    without = with_copy(call(), CopyReply(problem=Problem(code="too_large", message="so large")))
    assert (without.calls[0].redacted_audio_uri, [one.code for one in without.problems]) == (None, ["too_large"])


def test_a_copy_is_kept_beside_its_result_and_goes_with_it(lake):
    store_copy(lake, KEY, io.BytesIO(FLAC))
    lake.put(KEY, io.BytesIO(b"{}"))
    store_copy(lake, "results/aaa/1-11.json", io.BytesIO(FLAC))
    stream, size = open_copy(lake, KEY)
    with stream:
        assert (stream.read(), size) == (FLAC, len(FLAC))
    discard_result(lake, KEY)
    assert [found.ref.key for found in lake.list()] == ["results/aaa/1-11.redacted.flac"]
    with pytest.raises(NotFound, match="TAMIZ_CALLS__REDACT"):
        open_copy(lake, KEY)


def test_what_is_no_copy_is_not_kept(lake, monkeypatch):
    with pytest.raises(EngineOutputInvalid):
        store_copy(lake, KEY, io.BytesIO(b"RIFF and more"))
    monkeypatch.setattr(redaction, "MOST_BYTES", 5)
    with pytest.raises(EngineOutputInvalid):
        store_copy(lake, KEY, io.BytesIO(FLAC))
    assert list(lake.list()) == []


def test_an_answer_that_is_none_is_refused():
    assert valid_copy({"problem": None}) == CopyReply()
    with pytest.raises(EngineOutputInvalid):
        valid_copy({"problem": 5})
