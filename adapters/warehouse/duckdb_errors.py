"""DuckDB's exceptions as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import EngineOutputInvalid, ServiceUnavailable, StorageFull, TamizError, WarehouseBusy

_LOCKED = ("Could not set lock on file", "Conflicting lock is held")
_FULL = ("No space left on device", "Disk quota exceeded", "File too large", "max_temp_directory_size")


@contextmanager
def translated() -> Iterator[None]:
    """Turns what DuckDB raises while loading into `WarehouseBusy`, `StorageFull`, `EngineOutputInvalid` or `ServiceUnavailable`."""
    import duckdb

    try:
        yield
    except duckdb.ConversionException as error:
        raise EngineOutputInvalid("a value of the result does not fit its warehouse column") from error  # DuckDB's text would quote the value
    except duckdb.Error as error:
        raise _typed(str(error)) from error
    except OSError as error:
        raise StorageFull(f"the warehouse could not be written: {error}") from error


def _typed(text: str) -> TamizError:
    if any(mark in text for mark in _LOCKED):
        return WarehouseBusy(f"another program holds the warehouse file; close it and loading goes on by itself ({text})")
    if any(mark in text for mark in _FULL):
        return StorageFull(f"the disk of the warehouse is full; nothing was loaded ({text})")
    return ServiceUnavailable(f"the warehouse could not be used: {text}")
