"""What an event says about which keys."""

from __future__ import annotations

import pytest

from handlers.watch_events import hints
from handlers.watch_pending import Hint

ROOT = "/data/bucket"


@pytest.mark.parametrize(
    "kind, is_folder, paths, expected",
    [
        ("closed", False, ("/data/bucket/a/b.pdf", ""), [Hint("a/b.pdf", True)]),
        ("created", False, ("/data/bucket/a", ""), [Hint("a", False)]),
        ("modified", False, ("/data/bucket/a", ""), [Hint("a", False)]),
        ("deleted", False, ("/data/bucket/a", ""), [Hint("a", True)]),
        ("moved", False, ("/data/bucket/a", "/data/bucket/b"), [Hint("a", True), Hint("b", True)]),
        ("moved", False, ("", "/data/bucket/b"), [Hint("b", True)]),
        ("moved", True, ("/data/bucket/a", ""), [Hint("a/", True)]),
        ("created", True, ("/data/bucket/a", ""), [Hint("a/", False)]),
        ("modified", True, ("/data/bucket/a", ""), []),
        ("deleted", True, ("/data/bucket", ""), []),
        ("closed", False, ("/data/bucket-2/a", ""), []),
    ],
)
def test_hints(kind: str, is_folder: bool, paths: tuple[str, str], expected: list[Hint]) -> None:
    assert list(hints(kind, is_folder, paths, ROOT)) == expected
