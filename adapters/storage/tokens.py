"""Version tokens of object stores: what they say, and how an exact read asks for one."""

from __future__ import annotations

_ETAG = "etag:"


def token(e_tag: str | None, version: str | None, size: int) -> str:
    """The store's own version, else `etag:<entity tag>:<bytes>`. S3's version `null` (versioning off or suspended) can be overwritten: no version."""
    return version if version and version != "null" else f"{_ETAG}{(e_tag or '').strip(chr(34))}:{size}"


def condition(version: str) -> dict[str, str]:
    """Options of a GET that succeeds for this version only: by version, or under If-Match (RFC 9110, 13.1.1)."""
    if not version.startswith(_ETAG):
        return {"version": version}
    e_tag = version.removeprefix(_ETAG).rpartition(":")[0]
    return {"if_match": e_tag if e_tag.startswith("W/") else f'"{e_tag}"'}


def order_key(store: str, version: str | None) -> str | None:
    """The store's own order as text that sorts: a GCS generation, zero-padded; None where stat and list give none (S3, Azure)."""
    return f"{int(version):020d}" if store == "gcs" and version is not None and version.isdigit() else None
