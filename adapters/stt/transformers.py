"""Whisper through transformers and torch: for models in their original form, and for devices that CTranslate2 does not know.

Audio is cut into windows of speech by the WebRTC detector of the base installation, windows are decoded in batches, and one more pass over what was
written gives its probabilities, that of no speech, and the words' times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from adapters import hub
from adapters.capabilities import Capabilities, Readiness
from adapters.pretrained import TORCH_BYTES, Loader, Runtime
from adapters.stt.invented import Doubt
from adapters.stt.joining import segments
from adapters.stt.port import ChannelAudio
from adapters.stt.speech_windows import SpeechWindow, speech_windows
from adapters.stt.whisper_models import LANGUAGES, english_only, find_whisper, name_of, whisper_code
from schemas.errors import EngineOutputInvalid, TamizError
from schemas.transcripts import Transcript

_torch = installed_version("torch")  # raises, naming the package, where the extra is not installed
_RATE_HZ = 16_000
_WINDOW_BYTES = 100 << 20
"""What one window of a batch takes beside the weights and torch itself: 80 MB measured with a model of `small`'s shape, attention kept."""


class TransformersOptions(Runtime, Doubt):
    """Which model, and how it listens."""

    model: str = Field(
        default="auto", min_length=1, description="`auto` (the largest fetched), a size like `small`, an id of the hub, an absolute path"
    )
    beam_size: int = Field(default=1, ge=1, le=20, description="readings followed at once; more errs a little less and takes as many times as long")
    batch_size: int = Field(default=4, ge=1, le=64, description="windows decoded together; more uses the hardware better and takes memory")
    vad_mode: int = Field(default=2, ge=0, le=3, description="0 hears voice nearly everywhere, 3 only where it is clear")
    pause_s: float = Field(default=0.5, ge=0.1, le=5, description="seconds of silence that end a turn; shorter splits sentences")
    longest_s: float = Field(default=28.0, ge=5, le=29.9, description="seconds of a window at most; Whisper hears 30 at once, more is more context")
    max_new_tokens: int = Field(default=220, ge=8, le=440, description="tokens written for one window at most; 30 s of fast speech take about 150")
    prompt: str = Field(default="", max_length=800, description="words before each window, such as a greeting in the style wanted")


class TransformersSpeech:
    """Whisper models as transformers saves them."""

    Options = TransformersOptions
    name: ClassVar[str] = "transformers"
    version: ClassVar[str] = installed_version("transformers")

    def __init__(self, options: TransformersOptions) -> None:
        self.options = options
        self._loader = Loader(options)

    @cached_property
    def model(self) -> str:
        """The model in use, with its revision when it was pulled; as set, where it is not on this machine."""
        try:
            return name_of(self._folder(), self.options.models)
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
            size = hub.weights_bytes(folder, self.options.dtype) + TORCH_BYTES + self.options.batch_size * _WINDOW_BYTES
            english = english_only(folder.name)
        except TamizError:
            size, english = 0, english_only(self.options.model)
        return Capabilities(languages=("en",) if english else LANGUAGES, batch_size=self.options.batch_size, resident_bytes=size)

    def ready(self) -> Readiness:
        """Whether its model lies on this machine. Loads nothing."""
        try:
            folder = self._folder()
        except TamizError as error:
            return Readiness(ok=False, reason=error.message)
        return Readiness(ok=True, reason=f"its model {name_of(folder, self.options.models)} is on this machine")

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """See `SpeechRecognizer.recognize`. The same audio gives the same words.

        Raises `LanguageUnsupported`, `ModelMissing`, `ModelDamaged`, `SettingsInvalid` for a device that is not there, `MemoryLimit`,
        `EngineOutputInvalid`.
        """
        if audio.sample_rate_hz != _RATE_HZ:
            raise EngineOutputInvalid(f"Whisper hears {_RATE_HZ} samples a second, not {audio.sample_rate_hz}")
        options = self.options
        language = whisper_code(audio.language, self.capabilities.languages, f"{self.name} with {self.model}")
        windows = speech_windows(audio.pcm, options.vad_mode, options.pause_s, options.longest_s)
        if windows and language is None:
            language = self._decoder.language(windows[: options.batch_size])
        heard = [word for batch in _batches(windows, options.batch_size) for word in self._decoder.words(batch, language or "en", audio.vocabulary)]
        return Transcript(
            channel=audio.channel,
            duration_s=len(audio.pcm) / 2 / _RATE_HZ,
            language=language or "und",
            segments=segments(heard, audio, options.pause_s),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )

    def _folder(self) -> Path:
        return find_whisper(self.options.model, "transformers", self.options.models)

    @cached_property
    def _decoder(self) -> Any:
        from adapters.stt.whisper_torch import WhisperDecoder

        options = self.options
        return WhisperDecoder(self._loader, self._folder(), options, options.beam_size, options.max_new_tokens, options.prompt)


def _batches(windows: Sequence[SpeechWindow], size: int) -> Iterator[Sequence[SpeechWindow]]:
    for first in range(0, len(windows), size):
        yield windows[first : first + size]
