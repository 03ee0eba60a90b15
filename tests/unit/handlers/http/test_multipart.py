from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.http import multipart
from handlers.http.multipart import Form, FormReader
from handlers.http.uploads import BUFFER_BYTES, Upload
from schemas.errors import InvalidRequest, TooLarge

pytestmark = pytest.mark.anyio


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *headers]
    return b"--X\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


END = b"--X--\r\n"
TWO = (
    part('name="kind"', b"review")
    + part('name="file"; filename="a.json"', b"--X not a boundary\r\n--", "Content-Type: application/json")
    + part('name="file"; filename="se\xf1or.csv"'.encode("latin-1").decode("latin-1"), b"")
    + END
)


async def read(folder: Path, body: bytes, size: int = 1 << 20, max_bytes: int = 1 << 20) -> Form:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]

    form = Form()
    try:
        await FormReader("multipart/form-data; boundary=X", lambda name: Upload(name, folder, max_bytes), form).read(chunks())
    finally:
        contents.clear()
        contents.extend(upload.opened().read() for upload in form.uploads)
        for upload in form.uploads:
            upload.close()
    return form


contents: list[bytes] = []


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 1 << 20])
async def test_a_form_in_any_slicing(tmp_path: Path, size: int) -> None:
    form = await read(tmp_path, TWO, size)
    assert form.fields == {"kind": "review"}
    assert [upload.name for upload in form.uploads] == ["a.json", "señor.csv"]
    assert contents == [b"--X not a boundary\r\n--", b""]


async def test_a_large_file_leaves_memory_and_comes_back_whole(tmp_path: Path) -> None:
    content = bytes(range(256)) * (BUFFER_BYTES // 100)
    form = await read(tmp_path, part('name="file"; filename="a"', content) + END, 10_000, len(content))
    assert contents == [content]
    assert form.uploads[0].size == len(content)
    assert list(tmp_path.iterdir()) == []  # the file has no name: nothing is left behind, whatever happens


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"--Y\r\n",
        TWO[: -len(END)],
        TWO[:40],
        part("", b"x") + END,
        b"--X\r\n\r\nno headers\r\n" + END,
        part('name="kind"', b"review") + part('name="kind"', b"call") + END,
        part('name="metadata"', b"\xff") + END,
    ],
)
async def test_a_broken_form_is_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(InvalidRequest):
        await read(tmp_path, body)


async def test_a_form_without_a_boundary_is_refused(tmp_path: Path) -> None:
    for content_type in ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 10_000):
        with pytest.raises(InvalidRequest):
            FormReader(content_type, lambda name: Upload(name, tmp_path, 1), Form())


@pytest.mark.parametrize(
    "body",
    [
        part('name="file"; filename="a"', b"12345678901") + END,
        part('name="file"; filename="a"', b"") * (multipart.MAX_FILES + 1) + END,
        b"".join(part(f'name="f{number}"', b"") for number in range(multipart.MAX_FIELDS + 1)) + END,
        part('name="metadata"', b"x" * (multipart.MAX_FIELD_BYTES + 1)) + END,
    ],
)
async def test_what_passes_a_cap_is_too_large(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(TooLarge):
        await read(tmp_path, body, max_bytes=10)


@pytest.mark.parametrize(
    "headers", [("X-Long: " + "x" * multipart.MAX_HEADER_BYTES,), tuple(f"X-{number}: y" for number in range(multipart.MAX_HEADERS + 1))]
)
async def test_too_much_in_the_headers_of_a_part_is_refused(tmp_path: Path, headers: tuple[str, ...]) -> None:
    with pytest.raises(InvalidRequest):
        await read(tmp_path, part('name="file"; filename="a"', b"", *headers) + END, size=1000)
