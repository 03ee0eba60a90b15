"""Engines that misbehave on request: slow, failing for a while or for good, answering garbage, dying, eating memory, hanging.

What an input suffers is written in the input itself, as `TAMIZ-MISBEHAVE:<behaviour>` or `TAMIZ-MISBEHAVE:<behaviour>=<number>;` anywhere in its
bytes or text, or in the options' plan. Everything else is answered by the null engines. Registered as `misbehaving` by `adapters/testing/plugin`;
never built in.
"""

from __future__ import annotations

import ctypes
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from adapters.stt.port import ChannelAudio
from adapters.testing.engines import NoOptions, NullLanguage, NullOcr, NullSpeech, digest
from schemas.documents import Value
from schemas.errors import ModelMissing, ServiceUnavailable
from schemas.language import TextAnalysis
from schemas.pages import Page
from schemas.transcripts import Transcript

MARK = "TAMIZ-MISBEHAVE:"
_MARKED = re.compile(rb"TAMIZ-MISBEHAVE:([a-z]+)(?:=([0-9.]+))?")
FOREVER = 1_000_000
_BLOCK_BYTES = 16 * 1024**2


class Behaviour(StrEnum):
    """What can go wrong. The number after `=` means what is said here."""

    SLOW = "slow"  # answers after so many seconds (default 1)
    TRANSIENT = "transient"  # ServiceUnavailable so many times (default 1), then fine
    TERMINAL = "terminal"  # ModelMissing, always
    UNTYPED = "untyped"  # an exception nobody typed, so many times (default: always)
    GARBAGE = "garbage"  # no valid output of the port, always
    KILL = "kill"  # SIGKILL to its own process, so many times (default: always)
    SEGFAULT = "segfault"  # reads address zero, so many times (default: always)
    MEMORY = "memory"  # takes so many bytes (default 8 GiB), touches them, and answers if it still lives
    HANG = "hang"  # ignores SIGTERM and never answers


class Rule(Value):
    """What inputs suffer whose sha256 starts with `sha256`."""

    sha256: str = Field(pattern=r"^[0-9a-f]*$", description="first hex digits of the input's hash; empty: every input")
    behaviour: Behaviour = Field(description="what happens")
    number: float | None = Field(default=None, ge=0, description="seconds, times or bytes, as the behaviour says; None: its default")


class MisbehavingOptions(Value):
    """What happens to which inputs; a mark in the input goes before the plan."""

    plan: tuple[Rule, ...] = Field(default=(), description="the first rule that fits decides; no rule and no mark: answer as the null engine does")
    counts: Path | None = Field(
        default=None,
        description="existing folder that counts how often each input came, across processes and kills; None, or not writable for a confined child: "
        "this process's memory only",
    )


class UntypedError(Exception):
    """What a buggy engine raises."""


class Misbehaviour:
    """Carries out what an input asks for."""

    def __init__(self, options: MisbehavingOptions) -> None:
        self._plan = options.plan
        self._folder = options.counts
        self._seen: Counter[str] = Counter()

    def suffer(self, data: bytes) -> bool:
        """Do what `data` or the plan says; True when the answer must be garbage. Raises, hangs or dies otherwise."""
        asked = self._asked(data)
        if asked is None:
            return False
        behaviour, number = asked
        if behaviour is Behaviour.SLOW:
            time.sleep(1.0 if number is None else number)
        elif behaviour is Behaviour.TERMINAL:
            raise ModelMissing("this input asks for a model nobody has; take the mark out of it")
        elif behaviour is Behaviour.MEMORY:
            _take(int(8 * 1024**3 if number is None else number))
        elif behaviour is Behaviour.HANG:
            _hang()
        elif behaviour is not Behaviour.GARBAGE:
            self._fail(behaviour, number, data)
        return behaviour is Behaviour.GARBAGE

    def _fail(self, behaviour: Behaviour, number: float | None, data: bytes) -> None:
        times = number if number is not None else 1 if behaviour is Behaviour.TRANSIENT else FOREVER
        if self._count(digest(data)) > times:
            return
        if behaviour is Behaviour.TRANSIENT:
            raise ServiceUnavailable("this input asks for a fault that heals", retry_after_s=0.1)
        if behaviour is Behaviour.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if behaviour is Behaviour.SEGFAULT:
            ctypes.string_at(0)
        raise UntypedError("this input asks for an exception nobody typed")

    def _asked(self, data: bytes) -> tuple[Behaviour, float | None] | None:
        mark = _MARKED.search(data)
        if mark is not None:
            return Behaviour(mark[1].decode()), float(mark[2]) if mark[2] else None
        if self._plan:
            found = digest(data)
            return next(((rule.behaviour, rule.number) for rule in self._plan if found.startswith(rule.sha256)), None)
        return None

    def _count(self, name: str) -> int:
        """How often this input came, this time included. The count outlives a kill: it is written before anything happens."""
        if self._folder is not None:
            try:
                with (self._folder / name).open("ab") as file:
                    file.write(b".")
                    return file.tell()
            except OSError:  # a confined child may not write there
                self._folder = None
        self._seen[name] += 1
        return self._seen[name]


class MisbehavingOcr:
    """An OCR engine whose page images carry their fate."""

    Options = MisbehavingOptions
    name: ClassVar[str] = "misbehaving"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: MisbehavingOptions) -> None:
        self.options = options
        self._fate = Misbehaviour(options)
        self._fine = NullOcr(NoOptions())

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def read(self, image: PageImage) -> Page:
        """What the null engine reads, or what the image asks for."""
        if self._fate.suffer(image.encoded):
            nonsense: Any = {"width_px": -1, "lines": ["no line"], "confidence": float("nan")}
            return Page.model_construct(**nonsense)
        return self._fine.read(image)


class MisbehavingSpeech:
    """A recogniser whose audio carries its fate."""

    Options = MisbehavingOptions
    name: ClassVar[str] = "misbehaving"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: MisbehavingOptions) -> None:
        self.options = options
        self._fate = Misbehaviour(options)
        self._fine = NullSpeech(NoOptions())

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """What the null engine hears, or what the audio asks for."""
        if self._fate.suffer(audio.pcm):
            nonsense: Any = {"channel": -1, "duration_s": float("nan"), "segments": [None]}
            return Transcript.model_construct(**nonsense)
        return self._fine.recognize(audio)


class MisbehavingLanguage:
    """A language engine whose texts carry their fate; one bad text spoils its batch, as in real engines."""

    Options = MisbehavingOptions
    name: ClassVar[str] = "misbehaving"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = NullLanguage.capabilities

    def __init__(self, options: MisbehavingOptions) -> None:
        self.options = options
        self._fate = Misbehaviour(options)
        self._fine = NullLanguage(NoOptions())

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """What the null engine says, or what a text asks for; garbage is an answer of the wrong length."""
        spoilt = [self._fate.suffer(text.encode("utf-8", "surrogatepass")) for text in texts]
        if any(spoilt):
            return self._fine.analyze([*texts, "one too many"], language)
        return self._fine.analyze(texts, language)


def _take(size: int) -> None:
    """Allocate and touch; the caller's limits end it."""
    held = []
    for _ in range(0, size, _BLOCK_BYTES):
        held.append(b"\1" * _BLOCK_BYTES)


def _hang() -> None:
    import threading

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(3600)
