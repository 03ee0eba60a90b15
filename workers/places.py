"""Where things lie: addresses of stores, and folders that must be there."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import SettingsInvalid, StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def scheme(url: str) -> str:
    """The scheme of a store's address; empty for a folder."""
    found = urlsplit(url).scheme if "://" in url else ""
    return "" if found == "file" else found


def folder(url: str) -> Path:
    """The folder a store's address names."""
    return Path(urlsplit(url).path if url.startswith("file://") else url).expanduser().absolute()


def inside(inner: str, outer: str) -> bool:
    """Whether the store at `inner` lies in the one at `outer`; both of one scheme."""
    if scheme(outer):
        return f"{inner.rstrip('/')}/".startswith(f"{outer.rstrip('/')}/")
    return folder(inner).is_relative_to(folder(outer))


def writable(place: Path, mode: int = 0o700) -> Path:
    """The folder itself, made where it is missing. Raises `SettingsInvalid` when this user cannot write there, `StorageFull`."""
    try:
        place.mkdir(mode=mode, parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"there is no room for the folder {place}; free some space") from error
        raise SettingsInvalid(f"the folder {place} cannot be made ({error.strerror}); give this user the right, or choose another") from error
    if not os.access(place, os.W_OK | os.X_OK):
        raise SettingsInvalid(f"the folder {place} cannot be written by this user; give the right, or choose another (--data, TAMIZ_BUCKET)")
    return place
