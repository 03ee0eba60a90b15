"""Emptying and measuring a folder whose content an attacker chose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from adapters.sandbox import workdir


def test_a_workdir_is_private_and_its_own(tmp_path: Path) -> None:
    one, two = workdir.make_workdir(tmp_path / "root"), workdir.make_workdir(tmp_path / "root")
    assert one != two
    assert {p.stat().st_mode & 0o777 for p in (one, two, tmp_path / "root")} == {0o700}


def test_emptying_removes_files_folders_and_links_but_not_their_targets(tmp_path: Path) -> None:
    folder, outside = tmp_path / "work", tmp_path / "outside"
    (folder / "a" / "b").mkdir(parents=True)
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (folder / "a" / "b" / "file").write_text("x")
    (folder / "file").write_text("x")
    (folder / "link").symlink_to(outside)
    (folder / "a" / "link").symlink_to(outside / "kept")
    workdir.empty(folder)
    assert list(folder.iterdir()) == []
    assert (outside / "kept").read_text() == "kept"


def test_a_workdir_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OSError, match="link"):
        workdir.empty(tmp_path / "link")
    assert (tmp_path / "real" / "file").exists()


def test_depth_beyond_every_path_limit_is_emptied(tmp_path: Path) -> None:
    at = os.open(tmp_path, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("deeper", dir_fd=at)
        below = os.open("deeper", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    assert workdir.holds_more_than(tmp_path, 1 << 40)
    workdir.empty(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_locked_folder_is_emptied_once_its_child_is_gone(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "locked" / "file").touch()
    (tmp_path / "locked").chmod(0)
    workdir.empty_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_refills_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink = os.unlink

    def refill(name: str, *, dir_fd: int) -> None:
        unlink(name, dir_fd=dir_fd)
        (tmp_path / (name + "+")).touch()

    monkeypatch.setattr(os, "unlink", refill)
    monkeypatch.setattr(workdir, "_MOST_ENTRIES", 50)
    (tmp_path / "f").touch()
    with pytest.raises(OSError, match="does not get empty"):
        workdir.empty(tmp_path)


def test_size_counts_bytes_and_entries(tmp_path: Path) -> None:
    assert not workdir.holds_more_than(tmp_path, 0)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(bytes(100_000))
    assert workdir.holds_more_than(tmp_path, 100_000)
    assert not workdir.holds_more_than(tmp_path, 200_000)


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    workdir.remove(tmp_path / "nothing")
    (tmp_path / "some.log").touch()
    workdir.remove(tmp_path / "some.log")
    assert list(tmp_path.iterdir()) == []
