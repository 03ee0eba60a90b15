"""Which store an address means."""

from __future__ import annotations

from typing import Final

from adapters import registry
from adapters.storage.port import ObjectStore
from schemas.errors import SettingsInvalid
from schemas.settings import Settings
from workers import places

_ADAPTERS: Final = {"s3": "s3", "gs": "gcs", "az": "azure", "abfs": "azure", "abfss": "azure"}


def open_store(settings: Settings, url: str, source: str) -> ObjectStore:
    """The folder or bucket at `url`, named `source` in the ledger. Raises `SettingsInvalid` for an address no store understands."""
    store: ObjectStore
    scheme = places.scheme(url)
    if not scheme:
        root = places.writable(places.folder(url), 0o777)
        store = registry.create("storage", "local", _options(settings, "local"), root=root, source=source)
    elif adapter := _ADAPTERS.get(scheme):
        store = registry.create("storage", adapter, _options(settings, adapter), url=url, source=source, remote_calls=settings.remote_calls)
    else:
        raise SettingsInvalid(f"no store for {scheme}://; a folder, s3://, gs:// or az://")
    return store


def _options(settings: Settings, name: str) -> dict[str, object]:
    return settings.options.get("storage", {}).get(name, {})
