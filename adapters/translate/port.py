"""Port of the translators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from pydantic import BaseModel

from adapters.capabilities import Capabilities


class Translator(Protocol):
    """Turns text of one language into another."""

    name: ClassVar[str]
    version: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    options: BaseModel

    def translate(self, texts: Sequence[str], source: str, target: str) -> tuple[str, ...]:
        """One translation per text, in order; languages are BCP 47. Raises `LanguageUnsupported`, `AdapterDisabled` or a `TransientError`."""
        ...
