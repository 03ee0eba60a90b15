"""Arrow tables as files: the IPC streaming format, https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from schemas.errors import EngineOutputInvalid

if TYPE_CHECKING:
    from arro3.core import Table


def write_arrow(rows: Table, path: Path) -> None:
    """A new file `path`. Raises `OSError`."""
    from nanoarrow.ipc import StreamWriter

    with path.open("wb") as file, StreamWriter.from_writable(file) as writer:
        writer.write_stream(rows)


def read_arrow(file: BinaryIO) -> Table:
    """The table, in memory. Raises `EngineOutputInvalid` for what is no such stream."""
    from arro3.core import Table
    from nanoarrow import ArrayStream
    from nanoarrow.ipc import InputStream

    try:
        with InputStream.from_readable(file) as stream:
            return Table.from_arrow(ArrayStream(stream))
    except (RuntimeError, ValueError) as error:
        raise EngineOutputInvalid("the rows a child of the loader left are no Arrow stream") from error
