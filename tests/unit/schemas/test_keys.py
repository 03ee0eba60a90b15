"""Keys: what may be one, and what names make of each other."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.errors import UnsafeName
from schemas.keys import as_level, check_key, check_prefix, described_by, ignored, is_sidecar, shown, sidecar_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize("key", ["a", "a/b", "ä" * 512, "a b", "..a", "a..b/c.", ".tamiz-store"])
def test_safe_keys_pass_unchanged(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", ["", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\\b", "\0", "ä" * 513, "\ud800"], ids=ascii)
def test_unsafe_keys_are_refused(key: str) -> None:
    with pytest.raises(UnsafeName):
        check_key(key)


def test_a_message_never_carries_a_long_or_raw_name() -> None:
    assert len(shown("\x1b" * 5000)) < 400
    assert shown("a\nb\udcff").isascii()
    assert "\n" not in shown("a\nb")


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b/"])
def test_prefixes(prefix: str) -> None:
    assert check_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["/", "a//", "../"])
def test_unsafe_prefixes(prefix: str) -> None:
    with pytest.raises(UnsafeName):
        check_prefix(prefix)


@pytest.mark.parametrize("key", [".a", "a/.b", ".git/config", "x.part", "x.tmp", "x~", "up.part/x.pdf"])
def test_hidden_and_unfinished_names_are_left_alone(key: str) -> None:
    assert ignored(key)


@pytest.mark.parametrize("key", ["a", "a/b.pdf", "part", "tmp", "x.partial", "~x"])
def test_other_names_are_not(key: str) -> None:
    assert not ignored(key)


def test_a_sidecar_and_its_document() -> None:
    assert is_sidecar("calls/1.wav.meta.json")
    assert described_by("calls/1.wav.meta.json") == "calls/1.wav"
    assert described_by(sidecar_of("a")) == "a"
    assert described_by(".meta.json") is None
    assert described_by("calls/.meta.json") is None


@pytest.mark.parametrize(
    "name, level",
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Brochure.PDF", "Brochure.PDF"),
        ("..", "file"),
        ("", "file"),
        (".hidden.pdf", "hidden.pdf"),
        ("a\x00\nb\u202e.pdf", "ab.pdf"),
        ("notes.tmp", "notes"),
        ("x.pdf.meta.json", "x.pdf.json"),
        ("é" * 300 + ".pdf", "é" * 98 + ".pdf"),
    ],
    ids=ascii,
)
def test_a_sender_s_name_as_a_level(name: str, level: str) -> None:
    assert as_level(name) == level


@given(ANY_TEXT)
@example("x" * 196 + ".tmp" + "y" * 300)
@example("~.pdf")
@example("a.tmp~ .")
def test_every_name_becomes_a_safe_visible_level(name: str) -> None:
    level = as_level(name)
    assert check_key(f"posts/1/{level}").count("/") == 2
    assert not ignored(level)
    assert not is_sidecar(level)
    assert len(level.encode()) <= 200
    assert level.isprintable()
    assert as_level(level) == level
