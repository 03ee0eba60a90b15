"""psycopg's exceptions as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import EngineOutputInvalid, ServiceUnavailable, StorageFull, WarehouseBusy


@contextmanager
def translated() -> Iterator[None]:
    """Turns what psycopg raises while loading into `WarehouseBusy`, `StorageFull`, `EngineOutputInvalid` or `ServiceUnavailable`."""
    import psycopg
    from psycopg import errors

    try:
        yield
    except errors.DiskFull as error:
        raise StorageFull("the disk of the warehouse is full; nothing was loaded") from error
    except (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure) as error:
        raise WarehouseBusy("another program holds the warehouse's tables; loading goes on by itself") from error
    except psycopg.DataError as error:  # its text would quote the value
        raise EngineOutputInvalid(f"a value of the result does not fit its warehouse column ({error.sqlstate or 'refused by the driver'})") from error
    except psycopg.Error as error:
        raise ServiceUnavailable(f"the warehouse could not be used: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    """PostgreSQL's message without its detail lines, which may quote rows."""
    return str(error).strip().split("\n", 1)[0]
