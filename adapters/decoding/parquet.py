"""Parquet read by DuckDB: each row as one line of JSON. DuckDB is here for the warehouse anyway; another reader would be 20 MB more.

Meant for the parser child: the file is a stranger's, and DuckDB's reader is native code.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemas.errors import Malformed, TooLarge

MEMORY = "256MB"
"""What DuckDB may hold at a time; one row group of an export has some MB."""
ROWS_AT_A_TIME = 256


def parquet_lines(path: Path) -> Iterator[bytes]:
    """One JSON object per row, keys in the order of the columns, each ending in a newline.

    Raises `Malformed` for a file that is no Parquet or lies about itself, `TooLarge` for one that needs more memory than `MEMORY`.
    """
    import duckdb

    try:
        with duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "temp_directory": "", "autoinstall_known_extensions": False}) as database:
            quoted = str(path).replace("'", "''")
            database.execute(f"SET allowed_paths = ['{quoted}']")
            database.execute("SET enable_external_access = false")
            database.execute("SET lock_configuration = true")
            found = database.execute("SELECT to_json(one) FROM read_parquet(?) AS one", [str(path)])
            while rows := found.fetchmany(ROWS_AT_A_TIME):
                yield "".join(f"{text}\n" for (text,) in rows).encode("utf-8", "replace")
    except duckdb.OutOfMemoryException as error:
        raise TooLarge(f"the Parquet file needs more than {MEMORY} to be read; write it with smaller row groups") from error
    except duckdb.Error as error:
        raise Malformed("the Parquet file cannot be read: its footer or a column is damaged, or it is encrypted; write it anew") from error
