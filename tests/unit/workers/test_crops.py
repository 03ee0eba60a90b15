"""Archives of crops in the lake: kept, handed out one by one, and never more than a picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from adapters.storage.local import LocalStore
from adapters.storage.port import ObjectStore
from schemas.errors import EngineOutputInvalid, NotFound
from workers import crops
from workers.crops import crop_uri, crops_key, discard_result, named, read_crop, store_crops

KEY = "results/aaa/1-1.json"
JPEG = b"\xff\xd8\xffpixels"


@pytest.fixture
def lake(tmp_path: Path) -> ObjectStore:
    return LocalStore(LocalStore.Options(), root=tmp_path, source="lake")


def archive(entries: dict[str, bytes], compression: int = ZIP_STORED) -> BytesIO:
    data = BytesIO()
    with ZipFile(data, "w", compression) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return data


def test_one_crop_comes_back(lake: ObjectStore) -> None:
    store_crops(lake, KEY, archive({"1.jpg": JPEG, "7.jpg": JPEG + b"7"}))
    assert read_crop(lake, KEY, 7) == JPEG + b"7"
    with pytest.raises(NotFound):
        read_crop(lake, KEY, 2)
    with pytest.raises(NotFound):
        read_crop(lake, "results/aaa/2-1.json", 1)


def test_crops_go_with_their_result_and_nothing_else_does(lake: ObjectStore) -> None:
    store_crops(lake, KEY, archive({"1.jpg": JPEG}))
    for key in (KEY, "kept/ab/abc.json", "kept/ab/abc.crops.zip"):
        lake.put(key, BytesIO(b"{}"))
    discard_result(lake, KEY)
    discard_result(lake, "kept/ab/abc.json")
    assert [found.ref.key for found in lake.list()] == ["kept/ab/abc.crops.zip"]


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        archive({"1.jpg": b"<html>"}).getvalue(),
        archive({"1.jpg": JPEG + b"\0" * 100_000}, ZIP_DEFLATED).getvalue(),
        archive({"1.jpg": JPEG}).getvalue().replace(b"1.jpg", b"1.jpg")[:-30] + b"\0" * 30,
        archive({"1.jpg": JPEG}).getvalue().replace(JPEG, JPEG[:-1] + b"X"),
    ],
    ids=["no archive", "no picture", "packed", "without an end", "damaged"],
)
def test_what_a_taken_over_child_wrote_is_not_handed_out(lake: ObjectStore, content: bytes) -> None:
    store_crops(lake, KEY, BytesIO(content))
    with pytest.raises(EngineOutputInvalid):
        read_crop(lake, KEY, 1)


def test_more_than_a_child_may_write_is_not_kept(lake: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crops, "_ARCHIVE_BYTES", 10)
    with pytest.raises(EngineOutputInvalid):
        store_crops(lake, KEY, BytesIO(b"x" * 11))
    assert list(lake.list()) == []
    lake.put(crops_key(KEY), BytesIO(b"x" * 11))
    with pytest.raises(EngineOutputInvalid):
        read_crop(lake, KEY, 1)


def test_names_are_part_and_offer() -> None:
    assert crop_uri("d" * 26, 2, 17) == f"/documents/{'d' * 26}/crops/2-17"
    assert named("2-17") == (2, 17)
    for wrong in ("17", "0-1", "1-0", "1-1.jpg", "../1-1", "1-" + "9" * 30):
        with pytest.raises(NotFound):
            named(wrong)
