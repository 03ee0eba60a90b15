from __future__ import annotations

import pytest

from handlers.cli.eval import _progress


def test_progress_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    for done, unread in ((1, 0), (2, 1)):
        _progress(done, 2, unread)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "\r1 of 2 pages, 0 not read\r2 of 2 pages, 1 not read\n"
