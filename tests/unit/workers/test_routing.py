from __future__ import annotations

import pytest

from adapters.decoding.pages import PAGE_TYPES as DECODED
from schemas.documents import CostClass, Kind, Requested
from schemas.errors import TypeMismatch, UnsupportedType
from schemas.settings import DEFAULT_PATTERNS, KeyPattern
from workers.routing import PAGE_TYPES, Route, guess_queue, matching, merged_metadata, queue_for, route

READABLE = {
    Kind.BROCHURE: frozenset({"application/pdf", "image/jpeg"}),
    Kind.CALL: frozenset({"audio/wav", "application/json", "text/vtt"}),
    Kind.REVIEW: frozenset({"application/json", "text/csv", "text/plain"}),
    Kind.MESSAGE: frozenset({"message/rfc822"}),
    Kind.DOCUMENT: frozenset({"application/pdf", "image/jpeg", "text/plain", "application/json", "text/csv"}),
}


def decide(key: str, media_type: str, kind: Kind | None = None, told: Kind | None = None, size: int = 100) -> Route:
    return route(key, size, media_type, Requested(kind=kind), matching(key, DEFAULT_PATTERNS), READABLE, lambda: told)


def test_a_stated_kind_wins_over_the_key_pattern() -> None:
    assert decide("brochures/a.json", "application/json", Kind.REVIEW).kind is Kind.REVIEW


def test_a_stated_kind_that_cannot_read_the_content_is_a_mismatch_that_names_what_could() -> None:
    with pytest.raises(TypeMismatch, match="brochure, document"):
        decide("a.wav", "application/pdf", Kind.CALL)


def test_a_key_pattern_decides_between_kinds_that_can_read_the_type() -> None:
    assert decide("documents/a.pdf", "application/pdf") == Route(Kind.DOCUMENT, CostClass.OCR)
    assert decide("brochures/week/a.pdf", "application/pdf") == Route(Kind.BROCHURE, CostClass.OCR)


def test_content_decides_when_the_pattern_s_kind_cannot_read_it() -> None:
    assert decide("brochures/a.pdf", "audio/wav").kind is Kind.CALL


def test_a_page_file_nobody_named_is_decided_by_its_first_page() -> None:
    assert decide("a.jpg", "image/jpeg") == Route(Kind.DOCUMENT, CostClass.OCR, undecided=True)


@pytest.mark.parametrize("media_type", ["text/csv", "application/json"])
@pytest.mark.parametrize(("told", "kind"), [(Kind.REVIEW, Kind.REVIEW), (Kind.CALL, Kind.CALL), (None, Kind.DOCUMENT)])
def test_records_are_what_their_keys_tell_and_documents_else(media_type: str, told: Kind | None, kind: Kind) -> None:
    assert decide("a", media_type, told=told).kind is kind


def test_a_call_that_arrives_written_needs_no_audio_slot() -> None:
    assert decide("a.vtt", "text/vtt") == Route(Kind.CALL, CostClass.TEXT)
    assert decide("calls/a.json", "application/json") == Route(Kind.CALL, CostClass.TEXT)
    assert decide("calls/a.wav", "audio/wav") == Route(Kind.CALL, CostClass.AUDIO)


def test_a_type_nobody_reads_is_rejected_with_what_is_read() -> None:
    with pytest.raises(UnsupportedType, match="PDF, JPEG"):
        decide("a.exe", "application/x-msdownload")


@pytest.mark.parametrize(
    ("key", "size", "queue"),
    [
        ("calls/a.WAV", 10, CostClass.AUDIO),
        ("a.pdf", 10, CostClass.OCR),
        ("reviews/a.json", 1000, CostClass.TEXT),
        ("reviews/a.json", 50_000_000, CostClass.BULK),
        ("noextension", 10, CostClass.TEXT),
    ],
)
def test_the_queue_is_guessed_from_name_and_size(key: str, size: int, queue: CostClass) -> None:
    assert guess_queue(key, size) is queue


def test_a_large_text_file_waits_with_the_bulk() -> None:
    assert queue_for(Kind.REVIEW, "text/csv", 2**30) is CostClass.BULK


@pytest.mark.parametrize(
    ("pattern", "key", "matches"),
    [
        ("brochures/**", "brochures/a/b.pdf", True),
        ("brochures/**", "brochures2/a.pdf", False),
        ("*/calls/*.wav", "es/calls/a.wav", True),
        ("*/calls/*.wav", "es/calls/deep/a.wav", False),
        ("**/*.csv", "a.csv", True),
        ("**/*.csv", "x/y/a.csv", True),
    ],
)
def test_patterns_match_by_level(pattern: str, key: str, matches: bool) -> None:
    assert (matching(key, [KeyPattern(pattern=pattern)]) is not None) is matches


def test_the_nearest_statement_of_metadata_wins() -> None:
    pattern = KeyPattern(pattern="**", metadata={"a": 1, "b": 1, "c": 1, "d": 1})
    assert merged_metadata({"a": 4}, {"a": "3", "b": "3"}, {"a": 2, "b": 2, "c": 2}, pattern) == {"a": 4, "b": "3", "c": 2, "d": 1}


def test_every_page_type_that_is_read_is_routed_as_one() -> None:
    assert PAGE_TYPES == DECODED
    assert {guess_queue(f"a{ending}", 10) for ending in (".heic", ".avif", ".webp", ".tiff")} == {CostClass.OCR}
