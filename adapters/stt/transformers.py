"""Whisper through transformers and torch: for models in their original form, and for devices that CTranslate2 does not know.

Audio is cut into windows of speech by the WebRTC detector of the base installation, windows are decoded in batches, and one more pass over what was
written gives its probabilities, that of no speech, and the words' times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from adapters import hub
from adapters.pretrained import TORCH_BYTES, Loader, Runtime
from adapters.stt.invented import Doubt
from adapters.stt.joining import Heard
from adapters.stt.port import ChannelAudio
from adapters.stt.speech_windows import SpeechWindow, speech_windows
from adapters.stt.whisper import Whisper
from adapters.stt.whisper_models import Form

_torch = installed_version("torch")  # raises, naming the package, where the extra is not installed
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


class TransformersSpeech(Whisper[TransformersOptions]):
    """Whisper models as transformers saves them. The same audio gives the same words."""

    Options = TransformersOptions
    name: ClassVar[str] = "transformers"
    version: ClassVar[str] = installed_version("transformers")
    form: ClassVar[Form] = "transformers"

    def __init__(self, options: TransformersOptions) -> None:
        super().__init__(options)
        self._loader = Loader(options)

    def _resident_bytes(self, folder: Path) -> int:
        return hub.weights_bytes(folder, self.options.dtype) + TORCH_BYTES + self.options.batch_size * _WINDOW_BYTES

    def _heard(self, audio: ChannelAudio, language: str | None) -> tuple[str | None, Iterable[Heard]]:
        options = self.options
        windows = speech_windows(audio.pcm, options.vad_mode, options.pause_s, options.longest_s)
        if windows and language is None:
            language = self._decoder.language(windows[: options.batch_size])
        batches = _batches(windows, options.batch_size)
        return language, (word for batch in batches for word in self._decoder.words(batch, language or "en", audio.vocabulary))

    @cached_property
    def _decoder(self) -> Any:
        from adapters.stt.whisper_torch import WhisperDecoder

        options = self.options
        return WhisperDecoder(self._loader, self._folder(), options, options.beam_size, options.max_new_tokens, options.prompt)


def _batches(windows: Sequence[SpeechWindow], size: int) -> Iterator[Sequence[SpeechWindow]]:
    for first in range(0, len(windows), size):
        yield windows[first : first + size]
