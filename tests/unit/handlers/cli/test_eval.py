from __future__ import annotations

import sys

import pytest

from handlers.cli.eval import _told


def test_progress_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    told = _told("pages")
    for done, unread in ((1, 0), (2, 1)):
        told(done, 2, unread)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "\r1 of 2 pages, 0 not read\r2 of 2 pages, 1 not read\n"


def test_progress_is_silent_where_no_terminal_watches(capsys: pytest.CaptureFixture[str]) -> None:
    _told("reviews")(1, 2, 0)
    assert capsys.readouterr() == ("", "")
