"""The parent's side of kept engine outputs: the child asks by hash, the lake answers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Any

from adapters.sandbox.child import Callback
from adapters.storage.port import ObjectStore
from schemas.errors import EngineOutputInvalid, LeaseLost, Superseded

_DIGEST = re.compile(r"[0-9a-f]{64}")


def kept_key(digest: str) -> str:
    """Where the output with this hash lies in the lake."""
    return f"kept/{digest[:2]}/{digest}.json"


class KeptCallbacks:
    """Serves one attempt, and remembers which outputs it used, so that the last document erased removes them."""

    def __init__(self, lake: ObjectStore, keep: Callable[[str], None]) -> None:
        """`keep` counts a key as the document's; it raises `LeaseLost` when the attempt no longer counts, as after an erasure."""
        self._lake = lake
        self._keep = keep
        self._used: dict[str, None] = {}

    def used(self) -> tuple[str, ...]:
        """Keys of the outputs read or written."""
        return tuple(self._used)

    def callbacks(self) -> Mapping[str, Callback]:
        """`kept_get` and `kept_put`."""
        return {"kept_get": self._get, "kept_put": self._put}

    def get(self, key: str) -> bytes | None:
        """The output kept under this sha256, for engines that run in the parent."""
        told, output = self._get({"key": key}, b"")
        return output if told["found"] else None

    def put(self, key: str, output: bytes) -> None:
        """Keep `output` under this sha256. Raises `LeaseLost`."""
        self._put({"key": key}, output)

    def _get(self, request: dict[str, Any], _: bytes) -> tuple[dict[str, Any], bytes]:
        key = self._checked(request)
        found = self._lake.stat(key)
        if found is None:
            return {"found": False}, b""
        try:
            with self._lake.open(found.ref) as file:
                output = file.read()
        except Superseded:  # replaced or erased between the look and the reading: recognise again
            return {"found": False}, b""
        self._used[key] = None
        return {"found": True}, output

    def _put(self, request: dict[str, Any], output: bytes) -> tuple[dict[str, Any], bytes]:
        key = self._checked(request)
        self._keep(key)
        self._lake.put(key, io.BytesIO(output))
        try:
            self._keep(key)
        except LeaseLost:  # erased while it was written: nobody else would remove it
            self._lake.delete(key)
            raise
        self._used[key] = None
        return {}, b""

    @staticmethod
    def _checked(request: dict[str, Any]) -> str:
        digest = str(request.get("key", ""))
        if not _DIGEST.fullmatch(digest):
            raise EngineOutputInvalid("a kept output is asked for by its sha256")
        return kept_key(digest)
