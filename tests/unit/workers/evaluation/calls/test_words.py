from __future__ import annotations

import pytest

from workers.evaluation.calls.words import STRETCH, Stretch, spoken, together, word_errors, worst_stretch


def counts(reference: str, ours: str, language: str | None = "en") -> tuple[int, ...]:
    found = word_errors(reference, ours, language)
    return found.words, found.substitutions, found.deletions, found.insertions


@pytest.mark.parametrize(
    ("reference", "ours", "found"),
    [
        ("He was not an ill-disposed man.", "HE WAS NOT AN ILL DISPOSED MAN", (7, 0, 0, 0)),
        ("four queen of clubs", "for queen clubs", (4, 1, 1, 0)),
        ("six", "", (1, 0, 1, 0)),
        ("no", "oh no no", (1, 0, 0, 2)),
        ("It\u2019s fine", "it's fine", (2, 0, 0, 0)),
        ("...", "what", (0, 0, 0, 1)),
        ("cr\u00e8me", "cre\u0300me", (1, 0, 0, 0)),
    ],
)
def test_errors_counted_by_hand(reference: str, ours: str, found: tuple[int, ...]) -> None:
    assert counts(reference, ours) == found


def test_languages_without_spaces_are_counted_by_characters() -> None:
    assert counts("\u4f60\u597d\uff0c\u4e16\u754c", "\u4f60\u4e16\u754c", "zh-CN") == (4, 0, 1, 0)
    assert spoken("\u4f60\u597d", "en") == ["\u4f60\u597d"]


def test_long_transcripts_weigh_more() -> None:
    found = together([word_errors("one two three", "one two three", None), word_errors("four", "for", None)])
    assert (found.words, found.rate) == (4, 0.25)
    assert together([]).rate == 0.0


def test_the_stretch_with_the_most_errors_is_quoted() -> None:
    """Errors at both ends: one at the start, three in the last words."""
    right = [f"word{number}" for number in range(2 * STRETCH)]
    ours = ["oops", *right[1:-3], "no", "nay", "nope"]
    found = worst_stretch(" ".join(right), " ".join(ours), "en")
    assert found is not None
    assert found.wrong == 3
    assert found.said.split() == right[-STRETCH:]
    assert found.heard.split() == [*right[-STRETCH:-3], "no", "nay", "nope"]


@pytest.mark.parametrize(
    ("reference", "ours", "language", "found"),
    [
        ("all right", "All right.", "en", None),
        ("six", "", "en", Stretch(said="six", heard="", wrong=1)),
        ("...", "what now", "en", Stretch(said="", heard="what now", wrong=2)),
        ("\u4f60\u597d\u4e16", "\u4f60\u4e16", "zh", Stretch(said="\u4f60\u597d\u4e16", heard="\u4f60\u4e16", wrong=1)),
    ],
)
def test_short_transcripts_are_quoted_whole(reference: str, ours: str, language: str, found: Stretch | None) -> None:
    assert worst_stretch(reference, ours, language) == found
