"""What every Whisper adapter shows, whatever runs the model: which one lies here, what it knows, and its words as a transcript."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final, Generic, Protocol, TypeVar

from adapters.capabilities import Capabilities, Readiness
from adapters.stt.joining import Heard, segments
from adapters.stt.port import ChannelAudio
from adapters.stt.whisper_models import LANGUAGES, Form, english_only, find_whisper, name_of, whisper_code
from schemas.errors import EngineOutputInvalid, TamizError
from schemas.transcripts import Transcript

RATE_HZ: Final = 16_000
UNKNOWN: Final = "und"
"""BCP 47 for a language nobody could tell: there was nothing to hear."""


class WhisperOptions(Protocol):
    """What the options of every Whisper adapter hold."""

    @property
    def model(self) -> str:
        """`auto`, a size, an id of the hub, an absolute path."""
        ...

    @property
    def models(self) -> Path | None:
        """Folder of fetched models."""
        ...

    @property
    def batch_size(self) -> int:
        """Windows decoded together."""
        ...

    @property
    def pause_s(self) -> float:
        """Seconds of silence that end a turn."""
        ...


Given = TypeVar("Given", bound=WhisperOptions)


class Whisper(ABC, Generic[Given]):
    """A recogniser of Whisper models. A subclass says in which form it reads them, what memory one takes, and decodes."""

    name: ClassVar[str]
    version: ClassVar[str]
    form: ClassVar[Form]

    def __init__(self, options: Given) -> None:
        self.options = options

    @abstractmethod
    def _resident_bytes(self, folder: Path) -> int:
        """Memory that the model in a folder takes, its runtime included."""

    @abstractmethod
    def _heard(self, audio: ChannelAudio, language: str | None) -> tuple[str | None, Iterable[Heard]]:
        """The language, None where nothing was there to tell it by, and the words. `language` is Whisper's code; None: the model decides."""

    def _label(self, folder: Path) -> str:
        """What rows call the model in a folder."""
        return name_of(folder, self.options.models)

    @cached_property
    def model(self) -> str:
        """The model in use, with its revision when it was pulled; as set, where it is not on this machine."""
        try:
            return self._label(self._folder())
        except TamizError:
            return self.options.model

    @property
    def capabilities(self) -> Capabilities:
        """Whisper's languages; English alone for a model whose name ends in `.en`. Memory is that of the model on disk."""
        return self._capabilities

    @cached_property
    def _capabilities(self) -> Capabilities:
        try:
            folder = self._folder()
            size, english = self._resident_bytes(folder), english_only(folder.name)
        except TamizError:
            size, english = 0, english_only(self.options.model)
        return Capabilities(languages=("en",) if english else LANGUAGES, batch_size=self.options.batch_size, resident_bytes=size)

    def ready(self) -> Readiness:
        """Whether its model lies on this machine, whole. Loads nothing."""
        try:
            folder = self._folder()
        except TamizError as error:
            return Readiness(ok=False, reason=error.message)
        return Readiness(ok=True, reason=f"its model {name_of(folder, self.options.models)} is on this machine")

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """See `SpeechRecognizer.recognize`. The same audio gives the same words, where the options do not say otherwise.

        Raises `LanguageUnsupported`, `ModelMissing`, `ModelDamaged`, `SettingsInvalid` for a device or number format this machine lacks,
        `MemoryLimit`, `EngineOutputInvalid`.
        """
        if audio.sample_rate_hz != RATE_HZ:
            raise EngineOutputInvalid(f"Whisper hears {RATE_HZ} samples a second, not {audio.sample_rate_hz}")
        stated = whisper_code(audio.language, self.capabilities.languages, f"{self.name} with {self.model}")
        language, heard = self._heard(audio, stated)
        return Transcript(
            channel=audio.channel,
            duration_s=len(audio.pcm) / 2 / RATE_HZ,
            language=language or UNKNOWN,
            segments=segments(heard, audio, self.options.pause_s),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _folder(self) -> Path:
        return find_whisper(self.options.model, self.form, self.options.models)
