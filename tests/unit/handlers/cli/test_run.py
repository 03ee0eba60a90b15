"""What `tamiz up` makes before anything runs."""

from __future__ import annotations

from pathlib import Path

from handlers.cli.run import make_kind_folders
from schemas.settings import Settings
from workers.container import Container


def test_a_first_copy_finds_its_folder(tmp_path: Path) -> None:
    make_kind_folders(Container(Settings(data=tmp_path)))
    assert {path.name for path in (tmp_path / "bucket").iterdir()} == {"brochures", "calls", "reviews", "messages", "documents"}


def test_nothing_is_made_in_a_folder_of_somebody_else(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    make_kind_folders(Container(Settings(data=tmp_path / "data", bucket=str(theirs))))
    assert list(theirs.iterdir()) == []
