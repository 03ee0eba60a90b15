"""Paid voices: what they said is kept so that nothing is paid for twice, and what is spent in a day stays within the budget.

What was spent is counted in a file of this machine; worker hosts of one deployment each count for themselves.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, TextIO

from pydantic import ValidationError

from adapters.tts.port import SpeechSynthesizer
from schemas.errors import BudgetExceeded
from schemas.transcripts import SpokenAudio
from workers.kept import KeptOutputs, output_key

_CHARACTERS: Final = {"million characters": 1_000_000}
"""Characters that a price stands for, by its unit."""


def _today() -> date:
    return datetime.now(UTC).date()


class Purse:
    """US dollars that may be spent in a day (UTC), counted in `file` by all processes of this machine; without `per_day` they are only counted."""

    def __init__(self, file: Path, per_day: Decimal | None, today: Callable[[], date] = _today) -> None:
        self._file = file
        self._per_day = per_day
        self._today = today

    @property
    def spent(self) -> Decimal:
        """Today, so far."""
        with self._opened() as file:
            return self._read(file)

    @contextmanager
    def paying(self, most: Decimal) -> Iterator[Callable[[Decimal], None]]:
        """Set `most` aside, and give back what is not spent of it: the caller says what it was. Raises `BudgetExceeded` before anything is spent."""
        self._add(most, self._per_day)
        actual = Decimal(0)

        def spend(usd: Decimal) -> None:
            nonlocal actual
            actual = usd

        try:
            yield spend
        finally:
            self._add(actual - most, None)

    def _add(self, usd: Decimal, limit: Decimal | None) -> None:
        with self._opened() as file:
            spent = self._read(file) + usd
            if limit is not None and spent > limit:
                raise BudgetExceeded(f"today's budget of {limit} USD is used up (TAMIZ_BUDGET_USD_PER_DAY); raise it, or redrive tomorrow (UTC)")
            file.seek(0)
            file.truncate()
            json.dump({"day": self._today().isoformat(), "usd": str(max(spent, Decimal(0)))}, file)

    @contextmanager
    def _opened(self) -> Iterator[TextIO]:
        with self._file.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _read(self, file: TextIO) -> Decimal:
        """What stands there of today; a file that was cut off by a crash counts from nothing."""
        file.seek(0)
        try:
            told = json.load(file)
            return Decimal(told["usd"]) if told["day"] == self._today().isoformat() else Decimal(0)
        except (ValueError, KeyError, TypeError, InvalidOperation):
            return Decimal(0)


def paid(voice: SpeechSynthesizer, kept: KeptOutputs, purse: Purse) -> SpeechSynthesizer:
    """The voice itself where it is free, else one that keeps what it said and stays within the budget."""
    return PaidVoice(voice, kept, purse) if voice.capabilities.price_usd else voice


class PaidVoice:
    """A voice that costs money."""

    def __init__(self, engine: SpeechSynthesizer, kept: KeptOutputs, purse: Purse) -> None:
        self.name = engine.name
        self.version = engine.version
        self.capabilities = engine.capabilities
        self.options = engine.options
        self._engine = engine
        self._kept = kept
        self._purse = purse

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """See `SpeechSynthesizer.speak`. What was said before costs nothing. Raises `BudgetExceeded` besides."""
        key = output_key("tts", self._engine, text.encode("utf-8", "surrogatepass"), language, voice)
        if (before := _unpacked(self._kept.get(key))) is not None:
            return before
        price, per = self.capabilities.price_usd, _CHARACTERS.get(self.capabilities.price_unit, 1)
        with self._purse.paying(price * len(text) / per if per > 1 else price) as spend:
            said = self._engine.speak(text, language, voice)
            spend(said.cost_usd)
        self._kept.put(key, _packed(said))
        return said


def _packed(said: SpokenAudio) -> bytes:
    """A line of JSON, and the samples."""
    return said.model_dump_json(include={"sample_rate_hz", "adapter"}).encode() + b"\n" + said.pcm


def _unpacked(kept: bytes | None) -> SpokenAudio | None:
    """What was packed, now for nothing; None for what is no such thing."""
    head, line, pcm = (kept or b"").partition(b"\n")
    try:
        return SpokenAudio(pcm=pcm, **json.loads(head)) if line else None
    except (ValueError, TypeError, ValidationError):
        return None
