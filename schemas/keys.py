"""Object keys: what may be one, which ones are left alone, and which belong together. Pure; stores, workers and handlers share it.

A key is data, never a path: levels separated by `/`, at most 1,024 bytes of UTF-8 (the limit of S3 and GCS).
"""

from __future__ import annotations

from schemas.errors import UnsafeName

MAX_KEY_BYTES = 1024
MAX_LEVEL_BYTES = 200
"""Bytes of a name we make ourselves: file systems take 255, and a temporary name needs room beside it."""

MARKER = ".tamiz-store"
"""The object that says: this is the store, not an empty mount point."""

SIDECAR = ".meta.json"
POSTS = "posts/"
"""Where posted bytes lie; the API records them itself."""

KIND_FOLDERS = frozenset({"brochures", "calls", "reviews", "messages", "documents", "posts"})
"""Folders that stay when they run empty."""

UNFINISHED = (".part", ".tmp", "~")
"""Endings of names that a writer will rename when it is done."""


def check_key(key: str) -> str:
    """The key itself, when it is safe. Raises `UnsafeName` for one that could leave the store or cannot be stored everywhere."""
    if not key:
        raise UnsafeName("the object needs a name")
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise UnsafeName(f"the name {shown(key)} is not valid UTF-8; rename the file") from error
    if size > MAX_KEY_BYTES:
        raise UnsafeName(f"the name {shown(key)} has {size} bytes; at most {MAX_KEY_BYTES} are possible")
    if "\0" in key or "\\" in key:
        raise UnsafeName(f"the name {shown(key)} holds a NUL or a backslash")
    if any(level in ("", ".", "..") for level in key.split("/")):
        raise UnsafeName(f"the name {shown(key)} is absolute or has an empty, `.` or `..` level")
    return key


def is_key(name: str) -> bool:
    """Whether `check_key` lets it pass."""
    try:
        check_key(name)
    except UnsafeName:
        return False
    return True


def check_prefix(prefix: str) -> str:
    """The prefix itself, when keys could begin with it. Raises `UnsafeName`."""
    if prefix:
        check_key(prefix[:-1] if prefix.endswith("/") else prefix)
    return prefix


def shown(key: str) -> str:
    """The key for a message: ASCII, quoted, at most 80 characters of it."""
    return ascii(key if len(key) <= 80 else key[:77] + "...")


def hidden(name: str) -> bool:
    """Whether a file or folder of this name is left alone: hidden, or not finished."""
    return name.startswith(".") or name.endswith(UNFINISHED)


def ignored(key: str) -> bool:
    """Whether what lies at `key` is left alone: a hidden or unfinished name at any level."""
    return any(hidden(level) for level in key.split("/"))


def is_sidecar(key: str) -> bool:
    """Whether the object describes another one and is never a document."""
    return key.endswith(SIDECAR)


def sidecar_of(key: str) -> str:
    """Key of the sidecar that describes the document at `key`."""
    return key + SIDECAR


def described_by(sidecar: str) -> str | None:
    """Key of the document that a sidecar describes; None when it names none (`.meta.json`, `folder/.meta.json`)."""
    key = sidecar.removesuffix(SIDECAR)
    return None if not key or key.endswith("/") else key


def as_level(name: str) -> str:
    """A sender's file name as the last level of a key: its last path level without control characters, hidden or unfinished marks, and
    at most 200 bytes with its extension kept; `file` when nothing is left. The original name travels beside it, in `Requested.name`."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    last = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")
    last = _finished(last.encode("utf-8", "ignore").decode())
    if last.endswith(SIDECAR):
        last = last.removesuffix(SIDECAR) + ".json"
    stem, dot, extension = last.rpartition(".")
    if not dot or len(extension.encode()) > 16:
        return _cut(last, MAX_LEVEL_BYTES) or "file"
    return (_cut(stem, MAX_LEVEL_BYTES - len(extension.encode()) - 1) or "file") + "." + extension


def _cut(text: str, size: int) -> str:
    return _finished(text.encode()[:size].decode("utf-8", "ignore"))


def _finished(name: str) -> str:
    while name.endswith((*UNFINISHED, " ", ".")):
        name = name.rstrip(" .~").removesuffix(".part").removesuffix(".tmp")
    return name
