"""Addresses and folders."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from schemas.errors import SettingsInvalid, StorageFull
from workers import places


@pytest.mark.parametrize(("url", "found"), [("s3://a/b", "s3"), ("file:///a", ""), ("/a/b", ""), ("a", "")])
def test_the_scheme_of_a_store(url: str, found: str) -> None:
    assert places.scheme(url) == found


@pytest.mark.parametrize(
    ("inner", "outer", "found"),
    [("/a/b", "/a", True), ("file:///a/b", "/a", True), ("/ab", "/a", False), ("s3://b/x/y", "s3://b/x", True), ("s3://b/xy", "s3://b/x", False)],
)
def test_one_store_inside_another(inner: str, outer: str, found: bool) -> None:
    assert places.inside(inner, outer) is found


def test_a_folder_is_made(tmp_path: Path) -> None:
    assert places.writable(tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_is_a_setting_to_mend(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsInvalid, match="cannot be made"):
        places.writable(tmp_path / "file" / "below")


def test_a_folder_of_somebody_else_is_a_setting_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(SettingsInvalid, match="cannot be written"):
        places.writable(tmp_path)


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(StorageFull):
        places.writable(tmp_path / "new")
