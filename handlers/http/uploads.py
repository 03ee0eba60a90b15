"""Uploaded bytes on their way: a little in memory, the rest in a nameless file of the data disk, gone with the request."""

from __future__ import annotations

import errno
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from fastapi.concurrency import run_in_threadpool

from schemas.errors import StorageFull, TooLarge

BUFFER_BYTES = 128 * 1024
"""Bytes of one upload in memory; most reviews and messages never touch the disk before the bucket."""


class Upload:
    """One file of a request."""

    def __init__(self, name: str, folder: Path, max_bytes: int) -> None:
        """`folder` holds the bytes that do not stay in memory; `max_bytes` caps the file."""
        self.name = name
        self.size = 0
        self._folder = folder
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._file: io.BufferedRandom | None = None

    async def write(self, data: bytes) -> None:
        """Take more bytes. Raises `TooLarge`, `StorageFull`."""
        self.size += len(data)
        if self.size > self._max_bytes:
            raise TooLarge(f"the file is larger than {self._max_bytes} bytes (TAMIZ_LIMITS__UPLOAD_BYTES)")
        self._buffer += data
        if len(self._buffer) >= BUFFER_BYTES:
            await run_in_threadpool(self._spill)

    def _spill(self) -> None:
        with _disk_errors():
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by `close`
            self._file.write(self._buffer)
        self._buffer.clear()

    def sha256(self) -> str:
        """Hash (hex) of the bytes."""
        return file_digest(self.opened(), "sha256").hexdigest()

    def opened(self) -> io.BytesIO | io.BufferedRandom:
        """The bytes from their beginning. Raises `StorageFull`."""
        if self._file is None:
            return io.BytesIO(bytes(self._buffer))
        if self._buffer:
            self._spill()
        with _disk_errors():
            self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Forget the bytes."""
        if self._file is not None:
            self._file.close()


NewUpload = Callable[[str], Upload]
"""Makes the upload for a file name."""


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("the data disk is full; nothing of this upload was kept") from error
        raise
