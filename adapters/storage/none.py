"""The store that is switched off."""

# ruff: noqa: ARG002 - the port's signatures, refused whatever they ask

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar, NoReturn

from pydantic import BaseModel

from adapters.capabilities import Capabilities
from schemas.documents import ObjectRef, ObjectStat, Value
from schemas.errors import AdapterDisabled


class NoStore:
    """Every operation raises `AdapterDisabled`: an absent store must never look like an empty one."""

    class Options(Value):
        """None."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Options, *, source: str) -> None:
        self.options: BaseModel = options
        self.source = source

    def stat(self, key: str) -> ObjectStat | None:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def open(self, ref: ObjectRef) -> BinaryIO:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def fetch(self, ref: ObjectRef, into: Path, max_bytes: int) -> str:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def put(self, key: str, data: BinaryIO) -> ObjectStat:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def delete(self, key: str) -> None:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def settled(self, key: str) -> bool:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def url(self, key: str) -> str:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def marked(self) -> bool:
        """Never: nothing may be inferred from what is not there."""
        return False

    def mark(self) -> None:
        """Raises `AdapterDisabled`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise AdapterDisabled(f"the store of {self.source!r} is set to `none`; set TAMIZ_BUCKET or TAMIZ_RESULTS to a folder or bucket")
