"""Frames: what goes in comes out; what is no frame is said to be none."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.wire import PREFIX, BrokenFrame, Caps, Frame, FrameTooLarge, decode, encode, sizes

_CAPS = Caps(message_bytes=100_000, blob_bytes=1_000)

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def _split(raw: bytes) -> Frame:
    message, blob = sizes(raw[: PREFIX.size], _CAPS)
    assert len(raw) == PREFIX.size + message + blob
    return decode(raw[PREFIX.size : PREFIX.size + message], raw[PREFIX.size + message :])


@given(value=_json, blob=st.binary(max_size=1_000))
def test_a_frame_comes_out_as_it_went_in(value: object, blob: bytes) -> None:
    assert _split(encode("result", {"value": value}, blob, _CAPS)) == Frame("result", {"value": value}, blob)  # type: ignore[dict-item]


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert _split(encode("result", {"value": "a\udc80"}, b"", _CAPS)).body == {"value": "a?"}


@pytest.mark.parametrize("text", ["{not json", "[]", "5", '"text"', "{}", '{"kind":5}', '{"kind":"x","a":NaN}', '{"kind":"x","a":-Infinity}'])
def test_other_json_is_no_frame(text: str) -> None:
    with pytest.raises(BrokenFrame):
        decode(text.encode(), b"")


@pytest.mark.parametrize(
    "text",
    [
        b"\xff\xfe",
        b'{"kind":"\xed\xa0\x80"}',
        rb'{"kind":"x","a":"\ud800"}',
        rb'{"kind":"x","\udfff":1}',
        b'{"kind":' + b"[" * 100_000,
        b'{"kind":"x","a":1' + b"0" * 5000 + b"}",
    ],
)
def test_what_utf8_or_the_interpreter_refuses_is_no_frame(text: bytes) -> None:
    with pytest.raises(BrokenFrame):
        decode(text, b"")


def test_escapes_that_spell_letters_are_fine() -> None:
    assert decode(rb'{"kind":"x","a":"\u00e9\ud83d\ude00\\ud800"}', b"").body == {"a": "é😀\\ud800"}


@given(raw=st.binary(max_size=300))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    try:
        frame = decode(raw, b"")
    except BrokenFrame:
        return
    assert json.loads(raw)["kind"] == frame.kind


@pytest.mark.parametrize("prefix", [PREFIX.pack(100_001, 0), PREFIX.pack(0, 1_001), PREFIX.pack(2**32 - 1, 2**32 - 1)])
def test_sizes_over_the_caps_are_refused_before_anything_is_read(prefix: bytes) -> None:
    with pytest.raises(BrokenFrame):
        sizes(prefix, _CAPS)


def test_sizes_at_the_caps_are_taken() -> None:
    assert sizes(PREFIX.pack(100_000, 1_000), _CAPS) == (100_000, 1_000)


@pytest.mark.parametrize(("body", "blob"), [({"a": "x" * 100_000}, b""), ({}, b"x" * 1_001)])
def test_what_is_over_the_caps_is_not_sent(body: dict[str, object], blob: bytes) -> None:
    with pytest.raises(FrameTooLarge):
        encode("result", body, blob, _CAPS)


def test_not_a_number_is_not_sent() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode("result", {"a": math.inf}, b"", _CAPS)
