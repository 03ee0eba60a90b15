"""The translator that is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import BaseModel

from adapters.capabilities import Capabilities
from schemas.documents import Value
from schemas.errors import AdapterDisabled


class NoTranslator:
    """Raises `AdapterDisabled`: an untranslated text must never pass for a translation."""

    class Options(Value):
        """None."""

    name: ClassVar[str] = "none"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Options) -> None:
        self.options: BaseModel = options

    def translate(self, texts: Sequence[str], source: str, target: str) -> tuple[str, ...]:
        """Raises `AdapterDisabled`."""
        raise AdapterDisabled(f"translating {len(texts)} texts from {source} to {target} needs a translator; set TAMIZ_TRANSLATE")
