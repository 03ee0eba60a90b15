"""Port of the translators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from adapters.capabilities import Adapter


class Translator(Adapter, Protocol):
    """Turns text of one language into another."""

    def translate(self, texts: Sequence[str], source: str, target: str) -> tuple[str, ...]:
        """One translation per text, in order; languages are BCP 47. Raises `LanguageUnsupported`, `AdapterDisabled` or a `TransientError`."""
        ...
