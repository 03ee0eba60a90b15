"""Frames of a stream."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.live import StreamEnd, StreamStart, all_heard


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"sample_rate": 44100}',
        '{"sample_rate": 8000, "channels": 3}',
        '{"sample_rate": 8000, "channels": 0}',
        '{"sample_rate": 8000, "language": "../x"}',
        '{"sample_rate": 8000, "metadata": []}',
        '{"sample_rate": 8000, "codec": "opus"}',
    ],
)
def test_a_start_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        StreamStart.model_validate_json(text)


def test_a_start_says_what_follows() -> None:
    start = StreamStart.model_validate_json('{"sample_rate": 8000, "channels": 2, "language": "en-GB", "metadata": {"agent_id": "7"}}')
    assert (start.sample_rate, start.channels, start.metadata) == (8000, 2, {"agent_id": "7"})


@pytest.mark.parametrize("text", ['{"end": false}', "{}", '{"end": true, "more": 1}'])
def test_only_one_text_ends_a_stream(text: str) -> None:
    assert StreamEnd.model_validate_json('{"end": true}').end
    with pytest.raises(ValidationError):
        StreamEnd.model_validate_json(text)


def test_a_child_cannot_answer_anything() -> None:
    good = {"type": "final", "channel": 0, "start_s": 0, "end_s": 1, "text": "yes"}
    assert all_heard.validate_python([good])[0].text == "yes"
    for bad in (None, {}, [{**good, "type": "done"}], [{**good, "html": "x"}], [{**good, "confidence": 2}], [good] * 1001):
        with pytest.raises(ValidationError):
            all_heard.validate_python(bad)
